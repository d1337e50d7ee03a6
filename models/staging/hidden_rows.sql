-- One row per row that does not count because a row of another batch in force says the same, or
-- something newer. When that batch is taken back, the row counts again.
-- key: feed, sequence, ordinal
select
    hidden_rows.feed,
    hidden_rows.sequence,
    hidden_rows.ordinal,
    min(hidden_rows.by_sequence) as by_sequence,
    min(hidden_rows.reason) as reason
from raw.hidden_rows
inner join staging.batches on hidden_rows.by_sequence = batches.sequence
group by hidden_rows.feed, hidden_rows.sequence, hidden_rows.ordinal
