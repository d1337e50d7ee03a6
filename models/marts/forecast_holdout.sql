-- One row per series, measure and period held out: what was forecast before it, and what came.
-- The intervals knew only what was known at the origin.
-- key: series_level, series_id, measure, period_start
with held_out as (
    select
        demand_models.series_level,
        demand_models.series_id,
        demand_models.measure,
        demand_models.frequency,
        demand_models.demand_class,
        demand_models.last_period,
        unnest(demand_holdout(model, make_array(0.80, 0.95), calibration)) as point
    from marts.demand_models
    left join marts.calibrations
        on demand_models.frequency = calibrations.frequency
        and demand_models.measure = calibrations.measure
        and demand_models.demand_class = calibrations.demand_class
)

select
    series_level,
    series_id,
    measure,
    frequency,
    demand_class,
    case frequency
        when 'day' then cast(cast(last_period as int) - cast(point['periods_before_end'] as int) as date)
        when 'week' then cast(cast(last_period as int) - cast(7 * point['periods_before_end'] as int) as date)
        -- The middle of a month, 30 days a month back, lies in the month wanted for two years.
        else cast(date_trunc('month', cast(cast(last_period as int) + 14 - cast(30 * point['periods_before_end'] as int) as date)) as date)
    end as period_start,
    point['actual'] as actual,
    point['is_observed'] as is_observed,
    point['mean'] as mean,
    point['median'] as median,
    point['lower'][1] as lower_80,
    point['upper'][1] as upper_80,
    point['lower'][2] as lower_95,
    point['upper'][2] as upper_95,
    point['claimed'][1] as claimed_80,
    point['claimed'][2] as claimed_95
from held_out
