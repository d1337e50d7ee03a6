-- One row per purchase order line: the newest word on it.
-- key: order_id, line
with ranked as (
    select
        *,
        row_number() over (partition by order_id, line order by _sequence desc, _row desc) as recency
    from raw.purchase_orders
)

select
    order_id,
    line,
    supplier_id,
    product_id,
    location_id,
    ordered_on,
    expected_on,
    quantity,
    unit_cost
from ranked
where recency = 1
