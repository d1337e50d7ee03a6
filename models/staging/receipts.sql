-- One row per receipt of a purchase order line that came in.
-- key: _sequence, _ordinal
select order_id, line, received_on, quantity, _sequence, _ordinal, _file, _row
from raw.receipts
where _sequence in (select sequence from staging.batches)
    and not exists (
        select 1 from staging.hidden_rows
        where hidden_rows.feed = 'receipts'
            and hidden_rows.sequence = receipts._sequence
            and hidden_rows.ordinal = receipts._ordinal
    )
