-- One row per open order line that could be cancelled or postponed, together with the other ones here,
-- and leave the probability of a stockout within the target.
-- key: order_id, line, is_commitment
-- test: what_is_surplus_leaves_the_target: probability_of_stockout <= 1 - service_target
with found as (
    select product_id, location_id, name, unit_cost, unnest(plan['surplus_orders']) as surplus
    from intermediate.order_plans
),

-- Orders of one day and quantity are alike: as many of them are surplus as were found.
surplus as (
    select
        product_id,
        location_id,
        name,
        unit_cost,
        surplus['due_on'] as due_on,
        surplus['quantity'] as quantity,
        max(surplus['probability_of_stockout']) as probability_of_stockout,
        count(*) as n_orders
    from found
    group by product_id, location_id, name, unit_cost, surplus['due_on'], surplus['quantity']
),

numbered as (
    select
        *,
        row_number() over (
            partition by product_id, location_id, due_on, quantity order by order_id desc, line desc
        ) as order_number
    from intermediate.open_orders
    where is_counted_on
)

select
    numbered.order_id,
    numbered.line,
    numbered.is_commitment,
    numbered.supplier_id,
    numbered.product_id,
    numbered.location_id,
    surplus.name,
    numbered.due_on,
    numbered.quantity,
    cast(numbered.quantity * coalesce(numbered.unit_cost, surplus.unit_cost) as decimal(18, 4)) as value,
    surplus.probability_of_stockout,
    cast(policies.service_target as double) as service_target
from numbered
inner join surplus
    on numbered.product_id = surplus.product_id
    and numbered.location_id = surplus.location_id
    and numbered.due_on = surplus.due_on
    and numbered.quantity = surplus.quantity
    and numbered.order_number <= surplus.n_orders
inner join intermediate.policies
    on numbered.product_id = policies.product_id and numbered.location_id = policies.location_id
