-- One row per open order line that could be cancelled or postponed, together with the other ones here,
-- and leave the probability of a stockout within the target and stock at its order-up-to level: the next
-- plan would not order it again.
-- key: order_id, line, is_commitment
-- test: what_is_surplus_leaves_the_target: probability_of_stockout <= 1 - service_target
with found as (
    select
        product_id,
        location_id,
        name,
        unit_cost,
        on_hand + on_order - cast(plan['order_up_to_level'] as decimal(18, 4)) as above_level,
        unnest(plan['surplus_orders']) as surplus
    from intermediate.order_plans
),

-- Orders of one day and quantity are alike: as many of them are surplus as were found.
surplus as (
    select
        product_id,
        location_id,
        name,
        unit_cost,
        above_level,
        surplus['due_on'] as due_on,
        surplus['quantity'] as quantity,
        max(surplus['probability_of_stockout']) as probability_of_stockout,
        count(*) as n_orders
    from found
    group by product_id, location_id, name, unit_cost, above_level, surplus['due_on'], surplus['quantity']
),

numbered as (
    select
        *,
        row_number() over (
            partition by product_id, location_id, due_on, quantity order by order_id desc, line desc
        ) as order_number
    from intermediate.open_orders
    where is_counted_on
),

lines as (
    select
        numbered.*,
        surplus.name,
        surplus.unit_cost as stated_unit_cost,
        surplus.probability_of_stockout,
        surplus.above_level,
        sum(numbered.quantity) over (
            partition by numbered.product_id, numbered.location_id
            order by numbered.due_on desc, numbered.quantity, numbered.order_id desc, numbered.line desc
            rows between unbounded preceding and current row
        ) as quantity_so_far
    from numbered
    inner join surplus
        on numbered.product_id = surplus.product_id
        and numbered.location_id = surplus.location_id
        and numbered.due_on = surplus.due_on
        and numbered.quantity = surplus.quantity
        and numbered.order_number <= surplus.n_orders
)

select
    lines.order_id,
    lines.line,
    lines.is_commitment,
    lines.supplier_id,
    lines.product_id,
    lines.location_id,
    lines.name,
    lines.due_on,
    lines.quantity,
    cast(lines.quantity * coalesce(lines.unit_cost, lines.stated_unit_cost) as decimal(18, 4)) as value,
    lines.probability_of_stockout,
    cast(policies.service_target as double) as service_target
from lines
inner join intermediate.policies
    on lines.product_id = policies.product_id and lines.location_id = policies.location_id
where lines.quantity_so_far <= lines.above_level
