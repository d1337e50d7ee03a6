-- One row per product, place and day on which its stock changed, was counted or begins to be told.
-- A row stands for the first day of all, the launch and the day after the end of sale, also without change.
-- Receipts come from movements where there are any, else from receipts of purchase orders. What sales
-- brought and cost stands beside them, so that facts about stock need no second look at sales.
-- key: product_id, location_id, day
with moved as (
    select
        product_id,
        location_id,
        moved_on as day,
        sum(quantity) filter (where kind = 'receipt') as receipts,
        sum(
            case
                when kind in ('customer_return', 'transfer_in', 'count_adjustment') then quantity
                when kind in ('supplier_return', 'transfer_out', 'write_off') then -quantity
                else 0
            end
        ) as other
    from staging.movements
    group by product_id, location_id, moved_on
),

received as (
    select
        purchase_orders.product_id,
        purchase_orders.location_id,
        receipts.received_on as day,
        sum(receipts.quantity) as receipts
    from staging.receipts
    inner join staging.purchase_orders
        on receipts.order_id = purchase_orders.order_id and receipts.line = purchase_orders.line
    where (select count(*) from staging.movements where kind = 'receipt') = 0
    group by purchase_orders.product_id, purchase_orders.location_id, receipts.received_on
),

changes as (
    select product_id, location_id, day, 0 as sold, 0 as returned, receipts, other, null as counted, 0 as net_with_cost, 0 as cost
    from moved
    union all
    select product_id, location_id, day, 0, 0, receipts, 0, null, 0, 0 from received
    union all
    select product_id, location_id, day, units, returned_units, 0, 0, null, net_with_cost, cost from intermediate.daily_sales
    union all
    select product_id, location_id, counted_on, 0, 0, 0, 0, on_hand, 0, 0 from staging.stock
    union all
    select product_id, location_id, first_stock_day, 0, 0, 0, 0, null, 0, 0 from intermediate.items
    union all
    select product_id, location_id, first_day, 0, 0, 0, 0, null, 0, 0 from intermediate.items
    union all
    select product_id, location_id, cast(ended_on + interval '1' day as date), 0, 0, 0, 0, null, 0, 0
    from intermediate.items where ended_on is not null
)

select
    changes.product_id,
    changes.location_id,
    changes.day,
    cast(sum(sold) as decimal(18, 4)) as sold,
    cast(sum(returned) as decimal(18, 4)) as returned,
    cast(coalesce(sum(receipts), 0) as decimal(18, 4)) as receipts,
    cast(coalesce(sum(other), 0) as decimal(18, 4)) as other,
    cast(max(counted) as decimal(18, 4)) as counted,
    cast(coalesce(sum(net_with_cost), 0) as decimal(18, 4)) as net_with_cost,
    cast(coalesce(sum(cost), 0) as decimal(18, 4)) as cost
from changes
inner join intermediate.clock on changes.day < clock.business_date
group by changes.product_id, changes.location_id, changes.day
