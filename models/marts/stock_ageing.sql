-- One row per product, place and age of the stock on hand: units and value, first in first out.
-- The youngest receipts are what is still there. Where receipts are not known nothing can be said,
-- and there are no rows; stock older than the first known receipt is at least as old as the days since
-- its first known day. Transfers in and customers' returns are not receipts: they make older layers larger.
-- key: product_id, location_id, age_band
-- test: layers_are_not_empty: units > 0
with layers as (
    select
        stock_changes.product_id,
        stock_changes.location_id,
        stock_changes.day,
        stock_changes.receipts,
        sum(stock_changes.receipts) over (
            partition by stock_changes.product_id, stock_changes.location_id order by stock_changes.day desc
            rows between unbounded preceding and current row
        ) - stock_changes.receipts as younger
    from intermediate.stock_changes
    where stock_changes.receipts > 0
),

known as (
    select stock_now.*, items.unit_cost, items.first_stock_day, clock.business_date
    from intermediate.stock_now as stock_now
    cross join intermediate.clock
    inner join intermediate.items
        on stock_now.product_id = items.product_id and stock_now.location_id = items.location_id
    where clock.receipts_are_known and stock_now.basis in ('counted', 'derived') and stock_now.on_hand > 0
),

left_over as (
    select
        known.product_id,
        known.location_id,
        known.unit_cost,
        cast(known.business_date as int) - cast(layers.day as int) as age_days,
        greatest(least(layers.receipts, known.on_hand - layers.younger), 0) as units
    from known
    inner join layers on known.product_id = layers.product_id and known.location_id = layers.location_id
    union all
    select
        known.product_id,
        known.location_id,
        known.unit_cost,
        cast(known.business_date as int) - cast(known.first_stock_day as int),
        greatest(known.on_hand - coalesce(received.receipts, 0), 0)
    from known
    left join (
        select product_id, location_id, sum(receipts) as receipts from layers group by product_id, location_id
    ) as received
        on known.product_id = received.product_id and known.location_id = received.location_id
)

select
    product_id,
    location_id,
    case
        when age_days <= 30 then '0-30'
        when age_days <= 60 then '31-60'
        when age_days <= 90 then '61-90'
        when age_days <= 180 then '91-180'
        when age_days <= 365 then '181-365'
        else 'over 365'
    end as age_band,
    min(age_days) as youngest_days,
    max(age_days) as oldest_days,
    sum(units) as units,
    cast(sum(units) * max(unit_cost) as decimal(18, 4)) as stock_value
from left_over
where units > 0
group by
    product_id,
    location_id,
    case
        when age_days <= 30 then '0-30'
        when age_days <= 60 then '31-60'
        when age_days <= 90 then '61-90'
        when age_days <= 180 then '91-180'
        when age_days <= 365 then '181-365'
        else 'over 365'
    end
