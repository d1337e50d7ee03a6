-- One row per series and coming week or month that lies wholly in the forecasts: the sum of its days'
-- coherent means, and so of the series below it. Its 80 % and 95 % intervals are those of sums over the
-- series' sample paths, moved in proportion to that mean; null where the series has no forecast of its own
-- by the day, or expects nothing.
-- key: series_level, series_id, frequency, period_start
-- test: intervals_are_nested: coalesce(0 <= lower_95 and lower_95 <= lower_80 and lower_80 <= upper_80 and upper_80 <= upper_95, true)
with days as (
    select
        coherent_forecasts.series_level,
        coherent_forecasts.series_id,
        coherent_forecasts.period_start as day,
        coherent_forecasts.mean,
        calendar.week_start,
        cast(date_trunc('month', calendar.day) as date) as month_start
    from marts.coherent_forecasts
    inner join config.calendar on coherent_forecasts.period_start = calendar.day
),

totals as (
    select series_level, series_id, 'week' as frequency, week_start as period_start, sum(mean) as mean, max(day) as last_day
    from days
    group by series_level, series_id, week_start
    having count(*) = 7
    union all
    select series_level, series_id, 'month', month_start, sum(mean), max(day)
    from days
    group by series_level, series_id, month_start
    having count(*) = date_part('day', month_start + interval '1 month' - interval '1 day')
),

models as (
    select series_level, series_id, last_period, demand_class, model
    from marts.demand_models
    where measure = 'units' and frequency = 'day'
),

spans as (
    select
        totals.series_level,
        totals.series_id,
        array_agg(cast(totals.period_start as int) - cast(models.last_period as int) order by totals.frequency, totals.period_start) as first_steps,
        array_agg(cast(totals.last_day as int) - cast(models.last_period as int) order by totals.frequency, totals.period_start) as last_steps
    from totals
    inner join models on totals.series_level = models.series_level and totals.series_id = models.series_id
    cross join config.settings
    -- Spans that the forecasts of the series itself reach.
    where totals.period_start > models.last_period
        and cast(totals.last_day as int) <= cast(models.last_period as int) + settings.horizon_days
    group by totals.series_level, totals.series_id
),

own as (
    select
        models.series_level,
        models.series_id,
        models.last_period,
        unnest(forecast_totals(models.model, first_steps, last_steps, make_array(0.80, 0.95), calibrations.calibration)) as span
    from spans
    inner join models on spans.series_level = models.series_level and spans.series_id = models.series_id
    left join marts.calibrations
        on calibrations.frequency = 'day'
        and calibrations.measure = 'units'
        and models.demand_class = calibrations.demand_class
),

ranges as (
    select
        series_level,
        series_id,
        cast(cast(last_period as int) + span['first_step'] as int) as first_day,
        cast(cast(last_period as int) + span['last_step'] as int) as last_day,
        span['mean'] as own_mean,
        span['lower'][1] as lower_80,
        span['upper'][1] as upper_80,
        span['lower'][2] as lower_95,
        span['upper'][2] as upper_95
    from own
),

moved as (
    select
        totals.*,
        ranges.lower_80,
        ranges.upper_80,
        ranges.lower_95,
        ranges.upper_95,
        case when ranges.own_mean > 0 then cast(totals.mean as double) / ranges.own_mean end as share
    from totals
    left join ranges
        on totals.series_level = ranges.series_level
        and totals.series_id = ranges.series_id
        and cast(totals.period_start as int) = ranges.first_day
        and cast(totals.last_day as int) = ranges.last_day
)

select
    series_level,
    series_id,
    frequency,
    period_start,
    mean,
    share * lower_80 as lower_80,
    share * upper_80 as upper_80,
    share * lower_95 as lower_95,
    share * upper_95 as upper_95
from moved
