-- One row per purchase order line that is not delivered in full, and per approved order line whose
-- purchase order has not come yet, with what is still to come.
-- A line is expected on its stated day, else a lead time after the order. Lines more than 90
-- days late are told as exceptions and no longer counted on.
-- key: order_id, line, is_commitment
-- test: something_is_to_come: quantity > 0
with purchased as (
    select
        order_lines.order_id,
        order_lines.line,
        order_lines.supplier_id,
        order_lines.product_id,
        order_lines.location_id,
        order_lines.ordered_on,
        order_lines.ordered,
        order_lines.ordered - order_lines.received as quantity,
        order_lines.unit_cost,
        coalesce(
            order_lines.expected_on,
            cast(cast(order_lines.ordered_on as int) + cast(coalesce(items.lead_time_days, 0) as int) as date)
        ) as due_on,
        false as is_commitment
    from intermediate.order_lines
    left join intermediate.items
        on order_lines.product_id = items.product_id and order_lines.location_id = items.location_id
    where order_lines.ordered > order_lines.received
),

committed as (
    select
        order_line_id,
        cast(1 as bigint) as line,
        supplier_id,
        product_id,
        location_id,
        ordered_on,
        quantity as ordered,
        quantity,
        unit_cost,
        expected_on,
        true as is_commitment
    from marts.commitments
    where status <> 'ordered'
),

lines as (
    select * from purchased
    union all
    select * from committed
)

select
    lines.order_id,
    lines.line,
    lines.supplier_id,
    lines.product_id,
    lines.location_id,
    lines.ordered_on,
    lines.due_on,
    lines.ordered,
    cast(lines.quantity as decimal(18, 4)) as quantity,
    lines.unit_cost,
    lines.is_commitment,
    lines.due_on < clock.business_date as is_late,
    lines.due_on >= clock.business_date - interval '90' day as is_counted_on
from lines
cross join intermediate.clock
where lines.quantity > 0
