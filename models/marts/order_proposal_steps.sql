-- One row per step of a proposed order line; the steps of a line sum to its quantity. Lines of which nothing is
-- ordered now, since they wait or are left out, have theirs too and sum to 0.
-- Beside each step stands the table that its number comes from.
-- key: order_line_id, step_number
-- test: steps_sum_to_the_quantity: line_total = line_quantity
with lines as (
    select
        order_plans.order_line_id,
        order_plans.plan,
        order_list.proposed_quantity,
        order_list.supplier_quantity,
        order_list.quantity as line_quantity,
        order_list.supplier_note,
        order_list.budget_note
    from intermediate.order_list
    inner join intermediate.order_plans
        on order_list.product_id = order_plans.product_id and order_list.location_id = order_plans.location_id
    where order_list.quantity > 0 or order_list.proposed_quantity > 0 or order_plans.plan['waiting_quantity'] > 0
),

planned as (
    select order_line_id, line_quantity, unnest(plan['steps']) as step
    from lines
),

steps as (
    select
        order_line_id,
        line_quantity,
        step['step_number'] as step_number,
        step['step'] as step,
        step['quantity'] as quantity,
        step['note'] as note
    from planned
    union all
    select
        order_line_id,
        line_quantity,
        cast(array_length(plan['steps']) as bigint) + 1 as step_number,
        'supplier_minimum' as step,
        supplier_quantity - proposed_quantity as quantity,
        supplier_note as note
    from lines
    where supplier_quantity <> proposed_quantity
    union all
    select
        order_line_id,
        line_quantity,
        cast(array_length(plan['steps']) as bigint) + 2 as step_number,
        'budget' as step,
        line_quantity - supplier_quantity as quantity,
        budget_note as note
    from lines
    where line_quantity <> supplier_quantity
)

select
    order_line_id,
    step_number,
    step,
    cast(quantity as decimal(18, 4)) as quantity,
    note,
    case
        when step in ('forecast_over_lead_time', 'forecast_over_review', 'lost_before_receipt') then 'marts.demand_models'
        when step = 'safety_stock' then 'marts.calibrations'
        when step in ('on_hand', 'reserved', 'already_covered') then 'intermediate.stock_now'
        when step in ('on_order', 'late_arrivals', 'ordered_already') then 'intermediate.open_orders'
        when step in ('supplier_minimum', 'budget') then 'intermediate.order_list'
        when step in ('lot', 'waits_for_order_day') then 'intermediate.policies'
        else 'intermediate.items'
    end as input,
    cast(line_quantity as decimal(18, 4)) as line_quantity,
    cast(sum(quantity) over (partition by order_line_id) as decimal(18, 4)) as line_total
from steps
