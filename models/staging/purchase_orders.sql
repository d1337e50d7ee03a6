-- One row per purchase order line: the newest word on it.
-- key: order_id, line
with ranked as (
    select
        *,
        row_number() over (partition by order_id, line order by _sequence desc, _ordinal desc) as recency
    from raw.purchase_orders
    where _sequence in (select sequence from staging.batches)
        and not exists (
            select 1 from staging.hidden_rows
            where hidden_rows.feed = 'purchase_orders'
                and hidden_rows.sequence = purchase_orders._sequence
                and hidden_rows.ordinal = purchase_orders._ordinal
        )
)

select
    order_id,
    line,
    supplier_id,
    product_id,
    location_id,
    ordered_on,
    expected_on,
    quantity,
    coalesce(
        unit_cost, case when quantity <> 0 then cast(total / quantity as decimal(18, 4)) end
    ) as unit_cost,
    total
from ranked
where recency = 1
