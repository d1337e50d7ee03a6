-- One row per open order line that comes after the day on which stock runs out: what is lost meanwhile.
-- Unmet units are those expected from the run-out day to the day before the line is due, and are lost
-- once: of several lines of a product and place only the next one is here.
-- key: product_id, location_id
-- test: it_comes_too_late: due_on > run_out_on
-- test: there_are_days_to_gain: days_to_gain > 0
with next_orders as (
    select *
    from (
        select
            *,
            row_number() over (partition by product_id, location_id order by due_on, order_id, line) as place
        from intermediate.open_orders
        cross join (select business_date from intermediate.clock) as clock
        where is_counted_on and due_on >= clock.business_date
    )
    where place = 1
),

late as (
    select
        next_orders.order_id,
        next_orders.line,
        next_orders.is_commitment,
        next_orders.supplier_id,
        next_orders.product_id,
        next_orders.location_id,
        next_orders.due_on,
        next_orders.quantity,
        inventory_status.name,
        inventory_status.run_out_on,
        inventory_status.unit_price - inventory_status.unit_cost as unit_margin
    from next_orders
    inner join marts.inventory_status
        on next_orders.product_id = inventory_status.product_id
        and next_orders.location_id = inventory_status.location_id
    where next_orders.due_on > inventory_status.run_out_on
),

unmet as (
    select
        late.product_id,
        late.location_id,
        sum(cast(projected_stock.expected_unmet as decimal(18, 4))) as unmet_units
    from late
    inner join marts.projected_stock
        on late.product_id = projected_stock.product_id
        and late.location_id = projected_stock.location_id
        and projected_stock.day >= late.run_out_on
        and projected_stock.day < late.due_on
    group by late.product_id, late.location_id
)

select
    late.product_id,
    late.location_id,
    late.name,
    late.order_id,
    late.line,
    late.is_commitment,
    late.supplier_id,
    late.quantity,
    late.due_on,
    late.run_out_on,
    cast(late.due_on as int) - cast(late.run_out_on as int) as days_to_gain,
    cast(unmet.unmet_units as decimal(18, 4)) as unmet_units,
    cast(unmet.unmet_units * greatest(late.unit_margin, 0) as decimal(18, 4)) as lost_margin
from late
inner join unmet on late.product_id = unmet.product_id and late.location_id = unmet.location_id
where unmet.unmet_units > 0
