-- One row per purchase order line up to yesterday: what was ordered, what came, and when.
-- A line is complete on the day on which all that was ordered had come. Its lead time runs from the
-- order to the first receipt; while nothing came, to yesterday, as a lower bound.
-- key: order_id, line
-- test: what_came_is_not_negative: received >= 0
-- test: nothing_comes_before_it_is_ordered: lead_time_days is null or lead_time_days >= 0 or is_back_dated
with deliveries as (
    select order_id, line, received_on, sum(quantity) as quantity
    from staging.receipts
    inner join intermediate.clock on receipts.received_on < clock.business_date
    group by order_id, line, received_on
),

arrivals as (
    select
        *,
        sum(quantity) over (
            partition by order_id, line order by received_on
            rows between unbounded preceding and current row
        ) as received_so_far
    from deliveries
),

received as (
    select
        arrivals.order_id,
        arrivals.line,
        sum(arrivals.quantity) as received,
        count(*) as n_deliveries,
        min(arrivals.received_on) as first_received_on,
        max(arrivals.received_on) as last_received_on,
        min(arrivals.received_on) filter (where arrivals.received_so_far >= purchase_orders.quantity) as completed_on
    from arrivals
    inner join staging.purchase_orders
        on arrivals.order_id = purchase_orders.order_id and arrivals.line = purchase_orders.line
    group by arrivals.order_id, arrivals.line
)

select
    purchase_orders.order_id,
    purchase_orders.line,
    purchase_orders.supplier_id,
    purchase_orders.product_id,
    purchase_orders.location_id,
    purchase_orders.ordered_on,
    purchase_orders.expected_on,
    cast(purchase_orders.quantity as decimal(18, 4)) as ordered,
    cast(coalesce(received.received, 0) as decimal(18, 4)) as received,
    purchase_orders.unit_cost,
    coalesce(received.n_deliveries, 0) as n_deliveries,
    received.first_received_on,
    received.last_received_on,
    received.completed_on,
    received.first_received_on is null as is_open,
    coalesce(received.first_received_on < purchase_orders.ordered_on, false) as is_back_dated,
    cast(coalesce(received.first_received_on, clock.business_date - interval '1' day) as int)
    - cast(purchase_orders.ordered_on as int) as lead_time_days,
    purchase_orders.expected_on < clock.business_date as is_due,
    purchase_orders.expected_on < clock.business_date
    and coalesce(received.completed_on <= purchase_orders.expected_on, false) as is_on_time
from staging.purchase_orders
inner join intermediate.clock on purchase_orders.ordered_on < clock.business_date
left join received
    on purchase_orders.order_id = received.order_id and purchase_orders.line = received.line
