-- One row per customer: the newest description that came in. Only here do name, e-mail, phone and address stand.
-- key: customer_id
with ranked as (
    select
        *,
        row_number() over (partition by customer_id order by _sequence desc, _ordinal desc) as recency
    from raw.customers
    where _sequence in (select sequence from staging.batches)
)

select
    customer_id,
    name,
    gender,
    age,
    email,
    phone,
    address,
    segment,
    joined_on
from ranked
where recency = 1
