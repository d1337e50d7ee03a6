-- One row per pool of models that err alike: same frequency and measure, and what the series of a
-- demand class need of it. An error counts for the class that was known at its origin, so the models
-- of all classes tell together.
-- key: frequency, measure, demand_class
with pooled as (
    select frequency, measure, calibrate_demand(model) as calibration
    from marts.demand_models
    group by frequency, measure
),

classes as (
    select frequency, measure, demand_class, count(*) as n_models
    from marts.demand_models
    group by frequency, measure, demand_class
)

select
    classes.frequency,
    classes.measure,
    classes.demand_class,
    classes.n_models,
    calibration_of_class(pooled.calibration, classes.demand_class) as calibration
from classes
inner join pooled on classes.frequency = pooled.frequency and classes.measure = pooled.measure
