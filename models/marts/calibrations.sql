-- One row per pool of models that err alike: same frequency, measure and demand class.
-- key: frequency, measure, demand_class
select
    frequency,
    measure,
    demand_class,
    count(*) as n_models,
    calibrate_demand(model) as calibration
from marts.demand_models
group by frequency, measure, demand_class
