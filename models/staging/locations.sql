-- One row per place: the newest description that came in.
-- key: location_id
with ranked as (
    select
        *,
        row_number() over (partition by location_id order by _sequence desc, _ordinal desc) as recency
    from raw.locations
    where _sequence in (select sequence from staging.batches)
)

select
    location_id,
    name,
    kind,
    region,
    time_zone,
    unmet
from ranked
where recency = 1
