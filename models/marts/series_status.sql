-- One row per series and measure: whether it could be forecast by itself, what stood in, and the drivers
-- that its model cannot use, each with the reason.
-- key: series_level, series_id, measure
select series_level, series_id, measure, frequency, status, reason, fallback, unused_drivers
from marts.demand_models
