-- One row per product and place whose stock is known: what its coming stock is projected from,
-- the inputs of its order with today's proposal in them.
-- key: product_id, location_id
select
    order_inputs.product_id,
    order_inputs.location_id,
    order_inputs.category,
    order_inputs.model,
    order_inputs.calibration,
    named_struct(
        'series_id', inputs['series_id'],
        'stock_day', inputs['stock_day'],
        'last_period', inputs['last_period'],
        'closed_days', inputs['closed_days'],
        'on_hand', inputs['on_hand'],
        'open_orders', inputs['open_orders'],
        'lead_time_days', inputs['lead_time_days'],
        'lead_times', inputs['lead_times'],
        'order_days', inputs['order_days'],
        'closures', inputs['closures'],
        'review_days', inputs['review_days'],
        'kind', inputs['kind'],
        'target', inputs['target'],
        'service_target', inputs['service_target'],
        'unmet', inputs['unmet'],
        'order_multiple', inputs['order_multiple'],
        'min_order_quantity', inputs['min_order_quantity'],
        'min_quantity', inputs['min_quantity'],
        'max_quantity', inputs['max_quantity'],
        'display_minimum', inputs['display_minimum'],
        'order_block', inputs['order_block'],
        'ends_on', inputs['ends_on'],
        'shelf_life_days', inputs['shelf_life_days'],
        'unit_cost', inputs['unit_cost'],
        'unit_price', inputs['unit_price'],
        'holding_rate', inputs['holding_rate'],
        'order_cost', inputs['order_cost'],
        'order_line_cost', inputs['order_line_cost'],
        'salvage_share', inputs['salvage_share'],
        'assumptions', inputs['assumptions'],
        'paths', inputs['paths'],
        'seed', inputs['seed'],
        'proposed_quantity', order_list.quantity,
        'proposed_on', order_plans.plan['arrives_on'],
        'n_days', settings.horizon_days
    ) as inputs
from intermediate.order_inputs
cross join config.settings
inner join intermediate.order_plans
    on order_inputs.product_id = order_plans.product_id
    and order_inputs.location_id = order_plans.location_id
left join intermediate.order_list
    on order_inputs.product_id = order_list.product_id
    and order_inputs.location_id = order_list.location_id
