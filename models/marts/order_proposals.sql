-- One row per proposed order line: what to order tomorrow, when it arrives, and why.
-- key: order_line_id
-- test: something_is_ordered: quantity > 0
-- test: a_line_arrives_after_it_is_ordered: arrives_on >= order_on
select
    order_line_id,
    product_id,
    name,
    category,
    location_id,
    supplier_id,
    supplier_name,
    cast(plan['quantity'] as decimal(18, 4)) as quantity,
    unit_cost,
    cast(plan['order_value'] as decimal(18, 4)) as order_value,
    plan['order_on'] as order_on,
    plan['arrives_on'] as arrives_on,
    plan['covers_until'] as covers_until,
    on_hand,
    on_hand_basis,
    on_order,
    cast(plan['order_up_to_level'] as decimal(18, 4)) as order_up_to_level,
    cast(plan['safety_stock'] as decimal(18, 4)) as safety_stock,
    cast(plan['expected_demand'] as decimal(18, 4)) as expected_demand,
    plan['service_level_reached'] as service_level_reached,
    plan['probability_of_stockout'] as probability_of_stockout,
    cast(plan['expected_unmet_units'] as double) as expected_unmet_units,
    cast(plan['lost_margin_at_risk'] as decimal(18, 4)) as lost_margin_at_risk,
    plan['days_of_cover_forced'] as days_of_cover_forced,
    is_assumed,
    plan['sentence'] as reason
from intermediate.order_plans
where plan['quantity'] > 0
