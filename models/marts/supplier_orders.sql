-- One row per supplier and place with something to order: the order's value against the supplier's
-- minimum, and the day on which the supplier takes it.
-- An order is `nothing`, has `reached` the minimum, was `raised` to it, or `waits`: for an order day, or, below the
-- minimum, for the next one.
-- key: supplier_id, location_id
-- test: an_order_reaches_its_minimum_or_is_not_placed: value = 0 or value >= coalesce(min_order_value, 0)
-- test: what_waits_does_so_for_a_later_day: outcome <> 'waits' or next_order_on > order_on
with orders as (
    select
        order_plans.supplier_id,
        order_plans.location_id,
        max(order_plans.supplier_name) as supplier_name,
        count(*) filter (where order_list.quantity > 0) as n_lines,
        count(*) filter (where order_list.proposed_quantity > 0) as n_planned_lines,
        count(*) filter (where plan['waiting_quantity'] > 0) as n_waiting_lines,
        max(order_list.supplier_proposed_value)
        + coalesce(sum(cast(plan['waiting_quantity'] * order_plans.unit_cost as decimal(18, 2))), 0) as planned_value,
        coalesce(sum(order_list.order_value), 0) as value,
        coalesce(max(policies.min_order_value), 0) as least_value,
        max(policies.min_order_value) as min_order_value,
        max(order_list.supplier_outcome) as list_outcome,
        max(order_list.supplier_cover_days) as raised_to_days,
        min(order_plans.plan['order_on']) as order_on,
        min(order_plans.plan['ordered_on']) as ordered_on,
        min(order_plans.plan['next_order_day']) as next_order_day,
        max(policies.order_days) as order_days
    from intermediate.order_list
    inner join intermediate.order_plans
        on order_list.product_id = order_plans.product_id and order_list.location_id = order_plans.location_id
    inner join intermediate.policies
        on order_list.product_id = policies.product_id and order_list.location_id = policies.location_id
    where order_plans.supplier_id is not null
    group by order_plans.supplier_id, order_plans.location_id
)

select
    supplier_id,
    location_id,
    supplier_name,
    n_lines,
    n_planned_lines,
    n_waiting_lines,
    cast(planned_value as decimal(18, 4)) as planned_value,
    cast(value as decimal(18, 4)) as value,
    min_order_value,
    cast(greatest(least_value - planned_value, 0) as decimal(18, 4)) as missing_value,
    case when list_outcome = 'nothing' and n_waiting_lines > 0 then 'waits' else list_outcome end as outcome,
    raised_to_days,
    case when list_outcome = 'waits' then next_order_day else ordered_on end as next_order_on,
    order_days,
    order_on
from orders
where n_planned_lines > 0 or n_waiting_lines > 0 or least_value > 0
