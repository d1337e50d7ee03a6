-- One row per product and place whose stock is known: its order plan, also where nothing is ordered.
-- Null where there is no demand model or no lead time.
-- key: product_id, location_id
-- test: steps_are_kept_with_the_plan: plan is null or plan['quantity'] is not null
select
    product_id,
    location_id,
    name,
    category,
    supplier_id,
    supplier_name,
    unit_cost,
    unit_price,
    lead_time_source,
    on_hand,
    on_hand_basis,
    on_order,
    is_assumed,
    plan_order(model, calibration, inputs) as plan
from intermediate.order_inputs
