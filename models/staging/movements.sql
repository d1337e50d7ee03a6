-- One row per stock movement that came in; quantities are positive but for count adjustments.
-- key: _sequence, _ordinal
select
    moved_at,
    _day as moved_on,
    product_id,
    location_id,
    kind,
    quantity,
    reference,
    _sequence,
    _ordinal,
    _file,
    _row
from raw.movements
where _sequence in (select sequence from staging.batches)
    and not exists (
        select 1 from staging.hidden_rows
        where hidden_rows.feed = 'movements'
            and hidden_rows.sequence = movements._sequence
            and hidden_rows.ordinal = movements._ordinal
    )
