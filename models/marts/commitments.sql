-- One row per approved order line: whether its purchase order has come, and since when it is awaited.
-- A commitment is `ordered` once a purchase order of its product and place has its reference as id;
-- until then it is `waiting`, after `commitment_days` without one `overdue`, and 90 days after it
-- should have arrived `expired`. Waiting and overdue ones count as on order. A purchase order of the
-- same product, place and quantity under another id may be the one meant: it stands beside.
-- key: order_line_id
-- test: what_was_ordered_is_not_awaited: is_counted_on = (status in ('waiting', 'overdue'))
-- test: something_is_committed: quantity > 0
with orders as (
    select
        purchase_orders.order_id,
        purchase_orders.product_id,
        purchase_orders.location_id,
        min(purchase_orders.ordered_on) as ordered_on,
        sum(purchase_orders.quantity) as quantity
    from staging.purchase_orders
    inner join intermediate.clock on purchase_orders.ordered_on < clock.business_date
    group by purchase_orders.order_id, purchase_orders.product_id, purchase_orders.location_id
),

unreferenced as (
    select * from orders
    where order_id not in (select reference from staging.commitments)
),

look_alikes as (
    select commitments.order_line_id, min(unreferenced.order_id) as order_id
    from staging.commitments
    cross join config.settings
    inner join unreferenced
        on commitments.product_id = unreferenced.product_id
        and commitments.location_id = unreferenced.location_id
        and commitments.quantity = unreferenced.quantity
    where cast(unreferenced.ordered_on as int) between cast(commitments.ordered_on as int)
        and cast(commitments.ordered_on as int) + cast(settings.commitment_days as int)
    group by commitments.order_line_id
),

stated as (
    select
        commitments.order_line_id,
        commitments.product_id,
        commitments.location_id,
        commitments.supplier_id,
        commitments.quantity,
        commitments.unit_cost,
        commitments.ordered_on,
        commitments.expected_on,
        commitments.reference,
        commitments.approved_at,
        orders.order_id,
        orders.ordered_on as purchased_on,
        orders.quantity as purchased_quantity,
        case when orders.order_id is null then look_alikes.order_id end as look_alike_order_id,
        cast(clock.business_date as int) - cast(commitments.ordered_on as int) as age_days,
        case
            when orders.order_id is not null then 'ordered'
            when commitments.expected_on < clock.business_date - interval '90' day then 'expired'
            when cast(clock.business_date as int) - cast(commitments.ordered_on as int)
                > cast(settings.commitment_days as int) then 'overdue'
            else 'waiting'
        end as status
    from staging.commitments
    cross join config.settings
    inner join intermediate.clock on commitments.ordered_on <= clock.business_date
    left join orders
        on commitments.reference = orders.order_id
        and commitments.product_id = orders.product_id
        and commitments.location_id = orders.location_id
    left join look_alikes on commitments.order_line_id = look_alikes.order_line_id
)

select
    order_line_id,
    product_id,
    location_id,
    supplier_id,
    quantity,
    unit_cost,
    cast(quantity * unit_cost as decimal(18, 4)) as value,
    ordered_on,
    expected_on,
    reference,
    approved_at,
    status,
    status in ('waiting', 'overdue') as is_counted_on,
    age_days,
    order_id,
    purchased_on,
    cast(purchased_quantity as decimal(18, 4)) as purchased_quantity,
    look_alike_order_id
from stated
