-- One row per promotion of a product at a place: the newest word on it.
-- key: promotion_id, product_id, location_id
with ranked as (
    select
        *,
        row_number() over (partition by promotion_id, product_id, location_id order by _sequence desc, _ordinal desc) as recency
    from raw.promotions
    where _sequence in (select sequence from staging.batches)
)

select
    promotion_id,
    product_id,
    location_id,
    starts_on,
    ends_on,
    price,
    discount
from ranked
where recency = 1
