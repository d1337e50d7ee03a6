-- One row per step of a proposed order line; the steps of a line sum to its quantity.
-- key: order_line_id, step_number
-- test: steps_sum_to_the_quantity: line_total = line_quantity
with steps as (
    select
        cast(plan['order_on'] as varchar) || '/' || location_id || '/' || product_id as order_line_id,
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
    line_quantity,
    cast(sum(step['quantity']) over (partition by order_line_id) as decimal(18, 4)) as line_total
from steps
