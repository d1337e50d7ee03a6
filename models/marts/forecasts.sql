-- One row per series, measure and coming period: its first day and its length, mean, median, 80 % and
-- 95 % intervals of all of it.
-- key: series_level, series_id, measure, period_start
-- test: nothing_is_below_zero: lower_95 >= 0 and median >= 0 and mean >= 0
-- test: intervals_are_nested: lower_95 <= lower_80 and lower_80 <= median and median <= upper_80 and upper_80 <= upper_95
with horizons as (
    select
        demand_models.series_level,
        demand_models.series_id,
        demand_models.measure,
        demand_models.frequency,
        demand_models.model,
        calibrations.calibration,
        case demand_models.frequency
            when 'day' then generate_series(
                last_period + interval '1' day, cast(cast(last_period as int) + cast(settings.horizon_days as int) as date), interval '1' day
            )
            when 'week' then generate_series(
                last_period + interval '7' day,
                cast(cast(last_period as int) + cast(7 * greatest(13, settings.horizon_days / 7) as int) as date),
                interval '7' day
            )
            -- 31 days a month end inside the last month wanted, whatever the months' lengths.
            else generate_series(
                cast(last_period + interval '1' month as date),
                cast(date_trunc('month', cast(cast(last_period as int) + cast(31 * greatest(6, settings.horizon_days / 31) as int) as date)) as date),
                interval '1' month
            )
        end as future
    from marts.demand_models
    cross join config.settings
    left join marts.calibrations
        on demand_models.frequency = calibrations.frequency
        and demand_models.measure = calibrations.measure
        and demand_models.demand_class = calibrations.demand_class
),

forecasted as (
    select
        series_level,
        series_id,
        measure,
        frequency,
        unnest(forecast(model, future, make_array(0.80, 0.95), calibration)) as step
    from horizons
)

select
    series_level,
    series_id,
    measure,
    frequency,
    step['period_start'] as period_start,
    case frequency
        when 'day' then 1
        when 'week' then 7
        else cast(date_part('day', date_trunc('month', step['period_start']) + interval '1 month' - interval '1 day') as bigint)
    end as n_days,
    step['step'] as step,
    step['mean'] as mean,
    step['median'] as median,
    step['lower'][1] as lower_80,
    step['upper'][1] as upper_80,
    step['lower'][2] as lower_95,
    step['upper'][2] as upper_95
from forecasted
