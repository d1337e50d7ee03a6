-- One row per supplier and place with something to order: the order's value against the supplier's
-- minimum, and the next day on which the supplier takes orders.
-- An order is `nothing`, has `reached` the minimum, was `raised` to it, or `waits` for the next order day.
-- key: supplier_id, location_id
-- test: an_order_reaches_its_minimum_or_is_not_placed: value = 0 or value >= coalesce(min_order_value, 0)
select
    order_plans.supplier_id,
    order_plans.location_id,
    max(order_plans.supplier_name) as supplier_name,
    count(*) filter (where order_list.quantity > 0) as n_lines,
    count(*) filter (where order_list.proposed_quantity > 0) as n_planned_lines,
    cast(max(order_list.supplier_proposed_value) as decimal(18, 4)) as planned_value,
    cast(coalesce(sum(order_list.order_value), 0) as decimal(18, 4)) as value,
    max(policies.min_order_value) as min_order_value,
    cast(greatest(coalesce(max(policies.min_order_value), 0) - max(order_list.supplier_proposed_value), 0) as decimal(18, 4))
        as missing_value,
    max(order_list.supplier_outcome) as outcome,
    max(order_list.supplier_cover_days) as raised_to_days,
    min(order_plans.plan['ordered_on']) as next_order_on,
    max(policies.order_days) as order_days
from intermediate.order_list
inner join intermediate.order_plans
    on order_list.product_id = order_plans.product_id and order_list.location_id = order_plans.location_id
inner join intermediate.policies
    on order_list.product_id = policies.product_id and order_list.location_id = policies.location_id
where order_plans.supplier_id is not null
group by order_plans.supplier_id, order_plans.location_id
having count(*) filter (where order_list.proposed_quantity > 0) > 0
    or coalesce(max(policies.min_order_value), 0) > 0
