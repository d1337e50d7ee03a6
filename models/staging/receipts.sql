-- One row per receipt of a purchase order that came in, with the line it belongs to: the one it names;
-- else the order's line of its product, the first where all of them are for one place; else, where it
-- names no product, the order's only line. A receipt of which nothing tells the line has none.
-- key: _sequence, _ordinal
with visible as (
    select *
    from raw.receipts
    where _sequence in (select sequence from staging.batches)
        and not exists (
            select 1 from staging.hidden_rows
            where hidden_rows.feed = 'receipts'
                and hidden_rows.sequence = receipts._sequence
                and hidden_rows.ordinal = receipts._ordinal
        )
),

-- Mostly none, and then nobody looks through the orders.
without_line as (
    select order_id from visible where line is null group by order_id
),

of_products as (
    select
        purchase_orders.order_id,
        purchase_orders.product_id,
        min(purchase_orders.line) as line,
        count(*) as n_lines,
        min(purchase_orders.location_id) = max(purchase_orders.location_id) as is_for_one_place
    from without_line
    inner join staging.purchase_orders on without_line.order_id = purchase_orders.order_id
    group by purchase_orders.order_id, purchase_orders.product_id
),

of_orders as (
    select order_id, min(line) as line, sum(n_lines) as n_lines from of_products group by order_id
)

select
    visible.order_id,
    coalesce(
        visible.line,
        case when of_products.is_for_one_place then of_products.line end,
        case when visible.product_id is null and of_orders.n_lines = 1 then of_orders.line end
    ) as line,
    visible.product_id,
    visible.received_on,
    visible.quantity,
    visible._sequence,
    visible._ordinal,
    visible._file,
    visible._row
from visible
left join of_products
    on visible.order_id = of_products.order_id and visible.product_id = of_products.product_id
left join of_orders on visible.order_id = of_orders.order_id
