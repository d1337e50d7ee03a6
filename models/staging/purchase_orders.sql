-- One row per purchase order line: the newest word on it.
-- key: order_id, line
with visible as (
    select *
    from raw.purchase_orders
    where _sequence in (select sequence from staging.batches)
        and not exists (
            select 1 from staging.hidden_rows
            where hidden_rows.feed = 'purchase_orders'
                and hidden_rows.sequence = purchase_orders._sequence
                and hidden_rows.ordinal = purchase_orders._ordinal
        )
),

-- Most lines are told once: only those told again need an order.
repeated as (
    select order_id, line from visible group by order_id, line having count(*) > 1
),

outdated as (
    select _sequence, _ordinal
    from (
        select
            visible._sequence,
            visible._ordinal,
            row_number() over (
                partition by visible.order_id, visible.line
                order by visible._sequence desc, visible._ordinal desc
            ) as recency
        from repeated
        inner join visible on repeated.order_id = visible.order_id and repeated.line = visible.line
    )
    where recency > 1
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
from visible
where not exists (
    select 1 from outdated
    where outdated._sequence = visible._sequence and outdated._ordinal = visible._ordinal
)
