-- What each series' forecast from one cutoff was worth: sums by steps ahead, over observed periods.
with last_known as (
    select series_level, series_id, measure, max(period_start) as last_known
    from intermediate.demand_series
    where availability <> 'missing'
    group by series_level, series_id, measure
),

naive as (
    select known.series_level, known.series_id, known.measure, known.units as last_units
    from intermediate.demand_series as known
    inner join last_known
        on known.series_level = last_known.series_level
        and known.series_id = last_known.series_id
        and known.measure = last_known.measure
        and known.period_start = last_known.last_known
),

first_demand as (
    select series_level, series_id, measure, min(period_start) as first_demand, max(period_start) as last_period
    from intermediate.demand_series
    where units > 0
    group by series_level, series_id, measure
),

steps_back as (
    select
        known.series_level,
        known.series_id,
        known.measure,
        known.frequency,
        known.period_start,
        known.units,
        lag(known.units) over series_order as units_before,
        case known.frequency
            when 'day' then lag(known.units, 7) over series_order
            when 'week' then lag(known.units, 52) over series_order
            else lag(known.units, 12) over series_order
        end as units_a_season_before
    from intermediate.demand_series as known
    inner join first_demand
        on known.series_level = first_demand.series_level
        and known.series_id = first_demand.series_id
        and known.measure = first_demand.measure
        and known.period_start >= first_demand.first_demand
    where known.availability = 'observed'
    window series_order as (
        partition by known.series_level, known.series_id, known.measure order by known.period_start
    )
),

-- The size of a series' own steps: what errors are scaled by. A series without two seasons takes single
-- steps, one that never moves its mean.
scales as (
    select
        series_level,
        series_id,
        measure,
        cast(avg(cast(units as decimal(30, 6))) as double) as mean_units,
        cast(avg(cast((units - units_before) * (units - units_before) as decimal(38, 6))) as double) as mean_square_step,
        cast(avg(cast(abs(units - units_before) as decimal(30, 6))) as double) as mean_step,
        cast(avg(cast(abs(units - units_a_season_before) as decimal(30, 6))) as double) as mean_season_step
    from steps_back
    group by series_level, series_id, measure
),

points as (
    select
        forecasts.series_level,
        forecasts.series_id,
        forecasts.measure,
        forecasts.frequency,
        demand_models.demand_class,
        forecasts.step,
        case
            when forecasts.step = 1 then '1'
            when forecasts.step <= 3 then '2-3'
            when forecasts.step <= 7 then '4-7'
            when forecasts.step <= 14 then '8-14'
            when forecasts.step <= 28 then '15-28'
            else '29+'
        end as steps,
        forecasts.mean,
        forecasts.median,
        forecasts.lower_80,
        forecasts.upper_80,
        forecasts.lower_95,
        forecasts.upper_95,
        actual.units as actual,
        naive.last_units as naive,
        coalesce(season.units, naive.last_units) as seasonal_naive
    from marts.forecasts
    inner join backtest.demand_series as actual
        on forecasts.series_level = actual.series_level
        and forecasts.series_id = actual.series_id
        and forecasts.measure = actual.measure
        and forecasts.frequency = actual.frequency
        and forecasts.period_start = actual.period_start
    inner join marts.demand_models
        on forecasts.series_level = demand_models.series_level
        and forecasts.series_id = demand_models.series_id
        and forecasts.measure = demand_models.measure
    inner join naive
        on forecasts.series_level = naive.series_level
        and forecasts.series_id = naive.series_id
        and forecasts.measure = naive.measure
    -- The same place of the last season that is known.
    left join intermediate.demand_series as season
        on forecasts.series_level = season.series_level
        and forecasts.series_id = season.series_id
        and forecasts.measure = season.measure
        and forecasts.frequency = season.frequency
        and season.availability = 'observed'
        and season.period_start = case forecasts.frequency
            when 'day' then cast(cast(forecasts.period_start as int) - cast(7 * ((forecasts.step + 6) / 7) as int) as date)
            when 'week' then cast(cast(forecasts.period_start as int) - cast(364 * ((forecasts.step + 51) / 52) as int) as date)
            else cast(forecasts.period_start - interval '12 months' as date)
        end
    where actual.availability = 'observed'
)

select
    points.series_level,
    points.series_id,
    points.measure,
    points.frequency,
    min(points.demand_class) as demand_class,
    clock.last_sale_on as cutoff,
    points.steps,
    min(points.step) as first_step,
    count(*) as points,
    cast(sum(cast(actual as decimal(30, 6))) as double) as demand,
    cast(sum(cast(mean - actual as decimal(30, 6))) as double) as signed_error,
    cast(sum(cast(abs(median - actual) as decimal(30, 6))) as double) as absolute_error,
    cast(sum(cast((mean - actual) * (mean - actual) as decimal(38, 6))) as double) as squared_error,
    cast(sum(cast(abs(naive - actual) as decimal(30, 6))) as double) as naive_error,
    cast(sum(cast(abs(seasonal_naive - actual) as decimal(30, 6))) as double) as seasonal_naive_error,
    cast(sum(cast((seasonal_naive - actual) * (seasonal_naive - actual) as decimal(38, 6))) as double)
        as seasonal_naive_squared_error,
    cast(sum(cast((
        greatest(0.025 * (actual - lower_95), 0.975 * (lower_95 - actual))
        + greatest(0.1 * (actual - lower_80), 0.9 * (lower_80 - actual))
        + greatest(0.5 * (actual - median), 0.5 * (median - actual))
        + greatest(0.9 * (actual - upper_80), 0.1 * (upper_80 - actual))
        + greatest(0.975 * (actual - upper_95), 0.025 * (upper_95 - actual))
    ) / 5 as decimal(30, 6))) as double) as pinball_loss,
    count(*) filter (where actual between lower_80 and upper_80) as covered_80,
    count(*) filter (where actual between lower_95 and upper_95) as covered_95,
    cast(sum(cast(upper_80 - lower_80 as decimal(30, 6))) as double) as width_80,
    cast(sum(cast(upper_95 - lower_95 as decimal(30, 6))) as double) as width_95,
    max(coalesce(nullif(mean_season_step, 0), nullif(mean_step, 0), nullif(mean_units, 0), 1)) as mase_scale,
    max(coalesce(nullif(mean_square_step, 0), nullif(mean_units * mean_units, 0), 1)) as rmsse_scale,
    max(coalesce(mean_units, 0)) as weight
from points
cross join intermediate.clock
left join scales
    on points.series_level = scales.series_level
    and points.series_id = scales.series_id
    and points.measure = scales.measure
group by points.series_level, points.series_id, points.measure, points.frequency, clock.last_sale_on, points.steps
