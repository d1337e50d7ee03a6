select
    count(*) as n_planned,
    sum(plan['quantity']) as units,
    max(cast(plan['covers_until'] as int) - cast(plan['order_on'] as int) + 1) as n_days
from (
    select
        plan_order(model, calibration, named_struct(
            'series_id', inputs['series_id'] || '/' || cast(copy as varchar),
            'stock_day', inputs['stock_day'],
            'last_period', inputs['last_period'],
            'closed_days', inputs['closed_days'],
            'on_hand', inputs['on_hand'],
            'open_orders', inputs['open_orders'],
            'ordered_already', inputs['ordered_already'],
            'lead_time_days', 28,
            'lead_times', cast(null as bigint[]),
            'order_days', '',
            'closures', '',
            'review_days', 14,
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
            'goodwill', inputs['goodwill'],
            'assumptions', inputs['assumptions'],
            'paths', 1000,
            'seed', inputs['seed']
        )) as plan
    from (select unnest(range(0, :copies)) as copy) as copies
    cross join intermediate.order_inputs
) as planned
