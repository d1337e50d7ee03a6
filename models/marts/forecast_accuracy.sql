-- One row per series and measure: how many of the periods held out fell inside the intervals.
-- Periods whose demand was not fully observed are not scored.
-- key: series_level, series_id, measure
-- test: no_more_inside_than_scored: covered_80 <= points and covered_95 <= points
select
    series_level,
    series_id,
    measure,
    frequency,
    demand_class,
    count(*) as points,
    count(*) filter (where actual between lower_80 and upper_80) as covered_80,
    count(*) filter (where actual between lower_95 and upper_95) as covered_95,
    cast(avg(cast(upper_80 - lower_80 as decimal(30, 6))) as double) as width_80,
    cast(avg(cast(claimed_80 as decimal(30, 6))) as double) as claimed_80,
    cast(avg(cast(claimed_95 as decimal(30, 6))) as double) as claimed_95
from marts.forecast_holdout
where is_observed
group by series_level, series_id, measure, frequency, demand_class
