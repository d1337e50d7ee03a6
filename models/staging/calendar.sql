-- One row per day and place with an event: the newest word on it.
-- key: day, location_id
with ranked as (
    select
        *,
        row_number() over (partition by day, location_id order by _sequence desc, _ordinal desc) as recency
    from raw.calendar
    where _sequence in (select sequence from staging.batches)
)

select
    day,
    location_id,
    event,
    closed
from ranked
where recency = 1
