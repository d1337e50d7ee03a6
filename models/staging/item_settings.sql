-- One row per product and place with settings of its own: the newest that came in.
-- key: product_id, location_id
with ranked as (
    select
        *,
        row_number() over (partition by product_id, location_id order by _sequence desc, _ordinal desc) as recency
    from raw.item_settings
    where _sequence in (select sequence from staging.batches)
)

select
    product_id,
    location_id,
    supplier_id,
    lead_time_days,
    review_days,
    service_target,
    min_quantity,
    max_quantity,
    display_minimum,
    min_order_quantity,
    order_multiple,
    order_block,
    criticality
from ranked
where recency = 1
