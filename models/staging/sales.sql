-- One row per sales row that came in, with the business day it belongs to.
-- key: _batch_id, _row
select
    sale_id,
    line,
    sold_at,
    cast(sold_at as date) as sold_on,
    product_id,
    location_id,
    customer_id,
    quantity,
    unit_price,
    coalesce(discount, 0) as discount,
    total,
    payment_method,
    kind,
    _batch_id,
    _file,
    _row
from raw.sales
