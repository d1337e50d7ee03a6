-- One row per product and place whose stock is known: what its coming stock is projected from,
-- the inputs of its order, today's proposal and the days to look ahead.
-- key: product_id, location_id
select
    order_inputs.product_id,
    order_inputs.location_id,
    order_inputs.category,
    order_inputs.model,
    order_inputs.calibration,
    order_inputs.inputs,
    order_list.quantity as proposed_quantity,
    order_plans.plan['arrives_on'] as proposed_on,
    settings.horizon_days as n_days
from intermediate.order_inputs
cross join config.settings
inner join intermediate.order_plans
    on order_inputs.product_id = order_plans.product_id
    and order_inputs.location_id = order_plans.location_id
left join intermediate.order_list
    on order_inputs.product_id = order_list.product_id
    and order_inputs.location_id = order_list.location_id
