-- One row per proposed order line: what to order tomorrow, when it arrives, and why.
-- Service reached is of the planned quantity: null where the supplier's minimum or the budget changed it.
-- key: order_line_id
-- test: something_is_ordered: quantity > 0
-- test: a_line_arrives_after_it_is_ordered: arrives_on >= order_on
select
    order_line_id,
    order_plans.product_id,
    name,
    category,
    order_plans.location_id,
    supplier_id,
    supplier_name,
    cast(order_list.quantity as decimal(18, 4)) as quantity,
    unit_cost,
    cast(order_list.order_value as decimal(18, 4)) as order_value,
    plan['order_on'] as order_on,
    plan['arrives_on'] as arrives_on,
    plan['covers_until'] as covers_until,
    on_hand,
    on_hand_basis,
    on_order,
    cast(plan['order_up_to_level'] as decimal(18, 4)) as order_up_to_level,
    cast(plan['safety_stock'] as decimal(18, 4)) as safety_stock,
    cast(plan['expected_demand'] as decimal(18, 4)) as expected_demand,
    case when order_list.quantity = order_list.proposed_quantity then plan['service_level_reached'] end
        as service_level_reached,
    case when order_list.quantity = order_list.proposed_quantity then plan['fill_rate_reached'] end
        as fill_rate_reached,
    plan['probability_of_stockout'] as probability_of_stockout,
    cast(plan['expected_unmet_units'] as double) as expected_unmet_units,
    cast(plan['lost_margin_at_risk'] as decimal(18, 4)) as lost_margin_at_risk,
    plan['days_of_cover_forced'] as days_of_cover_forced,
    plan['lead_time_days'] as lead_time_days,
    plan['lead_time_mean'] as lead_time_mean,
    plan['lead_time_deviation'] as lead_time_deviation,
    lead_time_source,
    is_assumed,
    array_to_string(plan['notes'], '; ') as notes,
    plan['sentence']
    || coalesce(' The list as a whole: ' || order_list.supplier_note || '.', '')
    || coalesce(' The list as a whole: ' || order_list.budget_note || '.', '') as reason
from intermediate.order_list
inner join intermediate.order_plans
    on order_list.product_id = order_plans.product_id and order_list.location_id = order_plans.location_id
where order_list.quantity > 0
