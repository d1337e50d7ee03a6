-- One row per product and place whose stock is known: its order plan, also where nothing is ordered.
-- Null where there is no demand model or no lead time. A line that is planned again on the day on
-- which one was approved already has a number behind its id.
-- key: product_id, location_id
-- test: steps_are_kept_with_the_plan: plan is null or plan['quantity'] is not null
with planned as (
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
),

earlier as (
    select product_id, location_id, ordered_on, count(distinct order_line_id) as n_lines
    from raw.commitments
    group by product_id, location_id, ordered_on
)

select
    cast(plan['order_on'] as varchar) || '/' || planned.location_id || '/' || planned.product_id
    || coalesce('/' || cast(earlier.n_lines + 1 as varchar), '') as order_line_id,
    planned.*
from planned
left join earlier
    on planned.product_id = earlier.product_id
    and planned.location_id = earlier.location_id
    and plan['order_on'] = earlier.ordered_on
