-- One row per count of a product at a place: the newest word on it.
-- key: product_id, location_id, counted_on
with ranked as (
    select
        *,
        row_number() over (partition by product_id, location_id, counted_on order by _sequence desc, _ordinal desc) as recency
    from raw.stock
    where _sequence in (select sequence from staging.batches)
)

select
    product_id,
    location_id,
    counted_on,
    on_hand,
    restock_date
from ranked
where recency = 1
