-- One row per supplier: the newest description that came in.
-- key: supplier_id
with ranked as (
    select
        *,
        row_number() over (partition by supplier_id order by _sequence desc, _ordinal desc) as recency
    from raw.suppliers
    where _sequence in (select sequence from staging.batches)
)

select
    supplier_id,
    name,
    stated_lead_time_days,
    order_days,
    closures,
    min_order_value
from ranked
where recency = 1
