-- One row per stock movement that came in; quantities are positive but for count adjustments.
-- key: _batch_id, _row
select
    moved_at,
    cast(moved_at as date) as moved_on,
    product_id,
    location_id,
    kind,
    quantity,
    reference,
    _batch_id,
    _row
from raw.movements
