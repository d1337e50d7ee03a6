-- One row per product: the newest description that came in.
-- key: product_id
with ranked as (
    select
        *,
        row_number() over (partition by product_id order by _sequence desc, _ordinal desc) as recency
    from raw.products
    where _sequence in (select sequence from staging.batches)
)

select
    product_id,
    name,
    category,
    brand,
    unit,
    supplier_id,
    unit_cost,
    unit_price,
    pack_size,
    shelf_life_days,
    launched_on,
    ended_on
from ranked
where recency = 1
