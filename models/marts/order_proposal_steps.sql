-- One row per step of a proposed order line; the steps of a line sum to its quantity.
-- Beside each step stands the table that its number comes from.
-- key: order_line_id, step_number
-- test: steps_sum_to_the_quantity: line_total = line_quantity
with steps as (
    select
        order_line_id,
        cast(plan['quantity'] as decimal(18, 4)) as line_quantity,
        unnest(plan['steps']) as step
    from intermediate.order_plans
    where plan['quantity'] > 0
)

select
    order_line_id,
    step['step_number'] as step_number,
    step['step'] as step,
    cast(step['quantity'] as decimal(18, 4)) as quantity,
    step['note'] as note,
    case
        when step['step'] in ('forecast_over_lead_time', 'forecast_over_review', 'lost_before_receipt')
            then 'marts.demand_models'
        when step['step'] = 'safety_stock' then 'marts.calibrations'
        when step['step'] in ('on_hand', 'reserved', 'already_covered') then 'intermediate.stock_now'
        when step['step'] in ('on_order', 'late_arrivals') then 'intermediate.open_orders'
        else 'intermediate.items'
    end as input,
    line_quantity,
    cast(sum(step['quantity']) over (partition by order_line_id) as decimal(18, 4)) as line_total
from steps
