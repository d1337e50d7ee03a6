-- One row per frequency, measure and demand class: how the methods did, as weights that a model starts
-- from before its own errors move them.
-- key: frequency, measure, demand_class
select frequency, measure, demand_class, count(*) as n_models, pool_methods(model) as weights
from intermediate.sample_models
group by frequency, measure, demand_class
