-- One row per pool: what its series say of each driver together.
-- key: pool_id
select pool_id, count(*) as n_models, pool_drivers(model) as driver_pool
from intermediate.sample_models
group by pool_id
