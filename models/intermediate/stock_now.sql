-- One row per product and place with a count: its stock at yesterday's close.
-- Where only bounds are known, the lower one is planned with.
-- key: product_id, location_id
select
    stock_runs.product_id,
    stock_runs.location_id,
    stock_runs.until_day as stock_day,
    stock_runs.on_hand_low as on_hand,
    stock_runs.on_hand_high,
    stock_runs.basis
from intermediate.stock_runs
inner join intermediate.clock on stock_runs.until_day = clock.business_date - interval '1' day
