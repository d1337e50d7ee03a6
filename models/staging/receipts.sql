-- One row per receipt of a purchase order line that came in.
-- key: _batch_id, _row
select order_id, line, received_on, quantity, _batch_id, _row
from raw.receipts
