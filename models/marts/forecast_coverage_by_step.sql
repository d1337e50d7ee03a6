-- One row per frequency, measure, demand class and range of steps ahead: coverage, width and loss of the
-- intervals, measured on periods held out. Of whole numbers intervals claim more than their level. Widths
-- and the mean pinball loss (quantiles 0.025, 0.1, 0.5, 0.9 and 0.975) are over mean demand.
-- key: frequency, measure, demand_class, steps
-- test: no_more_inside_than_scored: covered_80 <= points and covered_95 <= points
with stepped as (
    select
        *,
        row_number() over (partition by series_level, series_id, measure order by period_start) as step
    from marts.forecast_holdout
),

scored as (
    select
        *,
        case
            when step = 1 then '1'
            when step <= 3 then '2-3'
            when step <= 7 then '4-7'
            when step <= 14 then '8-14'
            when step <= 28 then '15-28'
            else '29+'
        end as steps,
        (
            greatest(0.025 * (actual - lower_95), 0.975 * (lower_95 - actual))
            + greatest(0.1 * (actual - lower_80), 0.9 * (lower_80 - actual))
            + greatest(0.5 * (actual - median), 0.5 * (median - actual))
            + greatest(0.9 * (actual - upper_80), 0.1 * (upper_80 - actual))
            + greatest(0.975 * (actual - upper_95), 0.025 * (upper_95 - actual))
        ) / 5 as pinball_loss
    from stepped
    where is_observed
),

summed as (
    select
        frequency,
        measure,
        demand_class,
        steps,
        min(step) as first_step,
        count(distinct series_level || '/' || series_id) as series,
        count(*) as points,
        count(*) filter (where actual between lower_80 and upper_80) as covered_80,
        count(*) filter (where actual between lower_95 and upper_95) as covered_95,
        cast(avg(cast(claimed_80 as decimal(30, 6))) as double) as claimed_80,
        cast(avg(cast(claimed_95 as decimal(30, 6))) as double) as claimed_95,
        cast(avg(cast(actual as decimal(30, 6))) as double) as mean_demand,
        cast(avg(cast(upper_80 - lower_80 as decimal(30, 6))) as double) as width_80,
        cast(avg(cast(upper_95 - lower_95 as decimal(30, 6))) as double) as width_95,
        cast(avg(cast(pinball_loss as decimal(30, 6))) as double) as pinball_loss
    from scored
    group by frequency, measure, demand_class, steps
)

select
    frequency,
    measure,
    demand_class,
    steps,
    first_step,
    series,
    points,
    covered_80,
    covered_95,
    claimed_80,
    claimed_95,
    width_80 / nullif(mean_demand, 0) as relative_width_80,
    width_95 / nullif(mean_demand, 0) as relative_width_95,
    pinball_loss / nullif(mean_demand, 0) as relative_pinball_loss
from summed
