-- One row per frequency, measure and demand class: measured coverage of the intervals in the pool.
-- key: frequency, measure, demand_class
select
    frequency,
    measure,
    demand_class,
    count(*) as series,
    cast(sum(points) as bigint) as points,
    cast(sum(covered_80) as bigint) as covered_80,
    cast(sum(covered_95) as bigint) as covered_95
from marts.forecast_accuracy
group by frequency, measure, demand_class
