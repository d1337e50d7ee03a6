-- One row per series, measure and period. Products at places keep the period of their sources; of
-- aggregates it is that of intermediate.aggregate_periods. What may move demand stands beside it; null
-- says nothing.
-- key: series_level, series_id, measure, period_start
-- sorted: series_level, series_id, measure, period_start
with measured as (
    select
        series_level,
        series_id,
        category,
        'units' as measure,
        frequency,
        period_start,
        units,
        availability,
        case when series_level = 'location' then series_id else '' end as place_id
    from intermediate.aggregate_periods
    union all
    select
        series_level,
        series_id,
        category,
        'revenue',
        frequency,
        period_start,
        revenue,
        availability,
        case when series_level = 'location' then series_id else '' end
    from intermediate.aggregate_periods
    where (select count(*) from intermediate.demand where revenue > 0) > 0
    union all
    select
        'product_location',
        product_id || '@' || location_id,
        category,
        'units',
        period,
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
order by series_level, series_id, measure, period_start
