-- One row per series, measure and period. Products at places keep the day. Aggregates take the
-- finest of day, week and month in which at least half of the periods see demand; periods that
-- are not complete are left out. What may move demand stands beside it; null says nothing.
-- key: series_level, series_id, measure, period_start
-- sorted: series_level, series_id, category, measure, frequency, period_start
with periods as (
    select series_level, series_id, category, 'day' as frequency, day as period_start, units, revenue
    from intermediate.series_days
    union all
    select series_level, series_id, category, 'week', week_start, sum(units), sum(revenue)
    from intermediate.series_days
    inner join config.calendar on series_days.day = calendar.day
    group by series_level, series_id, category, week_start
    having count(*) = 7
    union all
    select series_level, series_id, category, 'month', cast(date_trunc('month', day) as date), sum(units), sum(revenue)
    from intermediate.series_days
    group by series_level, series_id, category, cast(date_trunc('month', day) as date)
    having count(*) = date_part('day', date_trunc('month', min(day)) + interval '1 month' - interval '1 day')
),

density as (
    select
        series_level,
        series_id,
        frequency,
        count(*) as n_periods,
        cast(count(*) filter (where units > 0) as double) / count(*) as share_with_demand
    from periods
    group by series_level, series_id, frequency
),

chosen as (
    select series_level, series_id, frequency
    from (
        select
            *,
            row_number() over (
                partition by series_level, series_id
                order by
                    case when share_with_demand >= 0.5 and n_periods >= 26 then 0 else 1 end,
                    case when share_with_demand >= 0.5 and n_periods >= 26
                        then case frequency when 'day' then 1 when 'week' then 2 else 3 end
                        else case frequency when 'month' then 1 when 'week' then 2 else 3 end
                    end
            ) as choice
        from density
        where n_periods >= 6 or frequency = 'day'
    )
    where choice = 1
),

aggregates as (
    select periods.*
    from periods
    inner join chosen
        on periods.series_level = chosen.series_level
        and periods.series_id = chosen.series_id
        and periods.frequency = chosen.frequency
),

measured as (
    select
        series_level,
        series_id,
        category,
        'units' as measure,
        frequency,
        period_start,
        units,
        'observed' as availability,
        case when series_level = 'location' then series_id else '' end as place_id
    from aggregates
    union all
    select
        series_level,
        series_id,
        category,
        'revenue',
        frequency,
        period_start,
        revenue,
        'observed',
        case when series_level = 'location' then series_id else '' end
    from aggregates
    where (select count(*) from intermediate.demand where revenue > 0) > 0
    union all
    select
        'product_location',
        product_id || '@' || location_id,
        category,
        'units',
        'day',
        period_start,
        units,
        availability,
        location_id
    from intermediate.demand
)

select
    measured.series_level,
    measured.series_id,
    measured.category,
    measured.measure,
    measured.frequency,
    measured.period_start,
    cast(measured.units as double) as units,
    measured.availability,
    measured.place_id,
    series_drivers.promotion,
    series_drivers.price,
    calendar_drivers.holiday,
    calendar_drivers.holiday_eve,
    calendar_drivers.event,
    calendar_drivers.closed,
    calendar_drivers.payday
from measured
left join intermediate.series_drivers
    on measured.series_level = series_drivers.series_level
    and measured.series_id = series_drivers.series_id
    and measured.frequency = series_drivers.frequency
    and measured.period_start = series_drivers.period_start
left join intermediate.calendar_drivers
    on measured.place_id = calendar_drivers.place_id
    and measured.frequency = calendar_drivers.frequency
    and measured.period_start = calendar_drivers.period_start
order by series_level, series_id, category, measure, frequency, period_start
