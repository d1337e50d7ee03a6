-- One row per place: the newest description that came in.
-- key: location_id
with ranked as (
    select
        *,
        row_number() over (partition by location_id order by _sequence desc, _row desc) as recency
    from raw.locations
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
