-- One row per stock movement that came in, with its business day, as for sales; quantities are
-- positive but for count adjustments.
-- key: _sequence, _ordinal
select
    movements.moved_at,
    business_day(movements.moved_at, movements._day, batches.time_zone, locations.time_zone) as moved_on,
    movements.product_id,
    movements.location_id,
    movements.kind,
    movements.quantity,
    movements.reference,
    movements._sequence,
    movements._ordinal,
    movements._file,
    movements._row
from raw.movements
inner join staging.batches on movements._sequence = batches.sequence
left join staging.locations on movements.location_id = locations.location_id
where not exists (
    select 1 from staging.hidden_rows
    where hidden_rows.feed = 'movements'
        and hidden_rows.sequence = movements._sequence
        and hidden_rows.ordinal = movements._ordinal
)
