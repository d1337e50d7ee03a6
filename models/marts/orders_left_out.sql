-- One row per line that was planned and is ordered less or not at all: because of its supplier's
-- minimum, or because the budget saves more margin elsewhere.
-- key: order_line_id
-- test: less_is_ordered_than_planned: left_out_quantity > 0
select
    order_plans.order_line_id,
    order_plans.product_id,
    order_plans.location_id,
    order_plans.name,
    order_plans.supplier_id,
    cast(order_list.proposed_quantity as decimal(18, 4)) as planned_quantity,
    cast(order_list.quantity as decimal(18, 4)) as quantity,
    cast(order_list.proposed_quantity - order_list.quantity as decimal(18, 4)) as left_out_quantity,
    cast((order_list.proposed_quantity - order_list.quantity) * order_plans.unit_cost as decimal(18, 4)) as left_out_value,
    cast(order_plans.plan['lost_margin_at_risk'] as decimal(18, 4)) as lost_margin_at_risk,
    coalesce(order_list.budget_note, order_list.supplier_note) as reason
from intermediate.order_list
inner join intermediate.order_plans
    on order_list.product_id = order_plans.product_id and order_list.location_id = order_plans.location_id
where order_list.quantity < order_list.proposed_quantity
