-- One row per series, measure, coming period and part of its mean: the base (an average period without
-- any driver), the season, and what each driver adds or takes; the parts of a period sum to its mean.
-- Of single products at places only what drivers add is kept.
-- key: series_level, series_id, measure, period_start, part
with futures as (
    select series_level, series_id, measure, array_agg(period_start order by period_start) as future
    from marts.forecasts
    group by series_level, series_id, measure
),

explained as (
    select
        demand_models.series_level,
        demand_models.series_id,
        demand_models.measure,
        demand_models.frequency,
        unnest(explain_demand(demand_models.model, futures.future, coming_drivers.coming)) as point
    from marts.demand_models
    inner join futures
        on demand_models.series_level = futures.series_level
        and demand_models.series_id = futures.series_id
        and demand_models.measure = futures.measure
    left join intermediate.coming_drivers
        on demand_models.series_level = coming_drivers.series_level
        and demand_models.series_id = coming_drivers.series_id
        and demand_models.measure = coming_drivers.measure
    where demand_models.series_level <> 'product_location' or demand_models.drivers is not null
),

parts as (
    select
        series_level,
        series_id,
        measure,
        frequency,
        point['period_start'] as period_start,
        point['step'] as step,
        unnest(point['parts']) as explained_part
    from explained
)

select
    series_level,
    series_id,
    measure,
    frequency,
    period_start,
    step,
    explained_part['part'] as part,
    explained_part['units'] as contribution
from parts
where series_level <> 'product_location' or explained_part['part'] not in ('base', 'season') and explained_part['units'] <> 0
