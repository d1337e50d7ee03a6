-- One row per sales row that came in, with the business day it belongs to.
-- key: _sequence, _ordinal
select
    sale_id,
    line,
    sold_at,
    _day as sold_on,
    product_id,
    location_id,
    customer_id,
    quantity,
    unit_price,
    coalesce(discount, 0) as discount,
    total,
    cost,
    payment_method,
    kind,
    _sequence,
    _ordinal,
    _file,
    _row
from raw.sales
where _sequence in (select sequence from staging.batches)
    and not exists (
        select 1 from staging.hidden_rows
        where hidden_rows.feed = 'sales'
            and hidden_rows.sequence = sales._sequence
            and hidden_rows.ordinal = sales._ordinal
    )
