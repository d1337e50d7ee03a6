-- One row per order line that was approved and not withdrawn since: the newest word on it.
-- key: order_line_id
with ranked as (
    select *, row_number() over (partition by order_line_id order by sequence desc) as recency
    from raw.commitments
)

select
    order_line_id,
    product_id,
    location_id,
    supplier_id,
    quantity,
    unit_cost,
    ordered_on,
    expected_on,
    reference,
    reason,
    recorded_at as approved_at
from ranked
where recency = 1 and event = 'approved'
