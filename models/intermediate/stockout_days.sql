-- One row per product, place and day on which its stock ran out: full where there was none all day,
-- censored where the last of it sold.
-- key: product_id, location_id, day
-- step: lay_out_days: day
select product_id, location_id, from_day, until_day, stockout, sold
from intermediate.stock_runs
where stockout is not null
