-- One row per price of a product at a place: the newest word on it.
-- key: product_id, location_id, valid_from
with ranked as (
    select
        *,
        row_number() over (partition by product_id, location_id, valid_from order by _sequence desc, _ordinal desc) as recency
    from raw.prices
    where _sequence in (select sequence from staging.batches)
)

select
    product_id,
    location_id,
    valid_from,
    unit_price,
    unit_cost
from ranked
where recency = 1
