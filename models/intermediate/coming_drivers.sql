-- One row per series: what is known of the periods to come, of its promotions and prices and of its
-- place's calendar. The lists follow the stored order of what they are read from: an ordered array_agg
-- counts the memory of whole batches for each of its rows.
-- key: series_level, series_id, measure
with span as (
    select
        -- A week or a month that is not complete is still to come.
        cast(last_sale_on - interval '31' day as date) as first_day,
        cast(cast(last_sale_on as int) + cast(greatest(settings.horizon_days, 190) as int) as date) as last_day
    from intermediate.clock
    cross join config.settings
),

of_calendar as (
    select
        place_id,
        frequency,
        array_agg(
            named_struct(
                'period_start', period_start,
                'promotion', cast(null as double),
                'price', cast(null as double),
                'holiday', holiday,
                'holiday_eve', holiday_eve,
                'event', event,
                'closed', closed,
                'payday', payday
            )
        ) as coming
    from intermediate.calendar_drivers
    cross join span
    where period_start between span.first_day and span.last_day
    group by place_id, frequency
),

of_series as (
    select
        series_level,
        series_id,
        frequency,
        array_agg(
            named_struct(
                'period_start', period_start,
                'promotion', promotion,
                'price', price,
                'holiday', cast(null as double),
                'holiday_eve', cast(null as double),
                'event', cast(null as double),
                'closed', cast(null as double),
                'payday', cast(null as double)
            )
        ) as coming
    from intermediate.series_drivers
    cross join span
    where period_start between span.first_day and span.last_day
    group by series_level, series_id, frequency
)

select
    series.series_level,
    series.series_id,
    series.measure,
    case
        when of_calendar.coming is null then of_series.coming
        when of_series.coming is null then of_calendar.coming
        else array_concat(of_calendar.coming, of_series.coming)
    end as coming
from intermediate.series
left join of_calendar
    on series.place_id = of_calendar.place_id and series.frequency = of_calendar.frequency
left join of_series
    on series.series_level = of_series.series_level
    and series.series_id = of_series.series_id
    and series.frequency = of_series.frequency
where of_calendar.coming is not null or of_series.coming is not null
