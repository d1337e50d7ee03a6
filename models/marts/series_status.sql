-- One row per series and measure: whether it could be forecast by itself, and what stood in.
-- key: series_level, series_id, measure
select series_level, series_id, measure, frequency, status, reason, fallback
from marts.demand_models
