-- One row per product and place with a count: its stock at yesterday's close.
-- Where only bounds are known, the lower one is planned with.
-- key: product_id, location_id
select
    stock_days.product_id,
    stock_days.location_id,
    stock_days.day as stock_day,
    stock_days.on_hand_low as on_hand,
    stock_days.on_hand_high,
    stock_days.basis
from intermediate.stock_days
inner join intermediate.clock on stock_days.day = clock.business_date - interval '1' day
