-- One row per batch that is in force: a file as one feed, neither taken back nor replaced.
-- key: sequence
select
    sequence,
    batch_id,
    feed,
    file,
    source,
    content_hash,
    source_period,
    time_zone,
    corrections,
    bytes,
    rows_read,
    rows_accepted,
    rows_rejected,
    rows_repeated,
    ingested_at
from raw.batches
where not exists (
    select 1 from raw.retractions where retractions.sequence = batches.sequence
)
