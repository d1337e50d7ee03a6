-- One row per series of a sample of each pool: a model fitted so that others can learn how methods err
-- and what drivers do. At most 200 series of a pool; which is a matter of their names alone.
-- key: series_level, series_id, measure
with ranked as (
    select
        series_level,
        series_id,
        measure,
        frequency,
        pool_id,
        first_period,
        row_number() over (partition by pool_id order by reverse(series_id), series_id) as place
    from intermediate.series
    where not is_ended
),

sample as (
    select * from ranked where place <= 200
),

options as (
    select
        sample.series_level,
        sample.series_id,
        sample.measure,
        sample.first_period,
        demand_pools.pool,
        settings.origins,
        case sample.frequency
            when 'day' then settings.horizon_days
            when 'week' then greatest(13, settings.horizon_days / 7)
            else greatest(6, settings.horizon_days / 31)
        end as horizon
    from sample
    cross join config.settings
    left join intermediate.demand_pools on sample.pool_id = demand_pools.pool_id
),

sampled as (
    select known.*
    from (select series_level, series_id, measure from sample) as names
    inner join intermediate.demand_series as known
        on names.series_level = known.series_level
        and names.series_id = known.series_id
        and names.measure = known.measure
),

fitted as (
    select
        sampled.series_level,
        sampled.series_id,
        sampled.measure,
        fit_demand(
            sampled.period_start,
            sampled.units,
            sampled.availability,
            sampled.frequency,
            options.horizon,
            options.origins,
            options.pool,
            false,
            named_struct(
                'promotion', promotion,
                'price', price,
                'holiday', holiday,
                'holiday_eve', holiday_eve,
                'event', event,
                'closed', closed,
                'payday', payday
            )
        ) as fit
    from options
    right join sampled
        on options.series_level = sampled.series_level
        and options.series_id = sampled.series_id
        and options.measure = sampled.measure
        and options.first_period = sampled.period_start
    group by sampled.series_level, sampled.series_id, sampled.measure
)

select
    fitted.series_level,
    fitted.series_id,
    fitted.measure,
    sample.frequency,
    sample.pool_id,
    fit['demand_class'] as demand_class,
    fit['model'] as model
from fitted
inner join sample
    on fitted.series_level = sample.series_level
    and fitted.series_id = sample.series_id
    and fitted.measure = sample.measure
