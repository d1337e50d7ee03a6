-- One row per line of which less is ordered than was planned, or nothing: because the supplier takes no orders
-- tomorrow, because of its supplier's minimum, or because the budget saves more margin elsewhere.
-- `sentence` says it as the line's reason would; `next_order_on` is the next day on which the supplier takes
-- an order of what is missing.
-- key: order_line_id
-- test: less_is_ordered_than_planned: left_out_quantity > 0
-- test: what_is_left_out_can_be_ordered_later: next_order_on > order_on
with lines as (
    select
        order_plans.*,
        order_list.proposed_quantity + plan['waiting_quantity'] as planned_quantity,
        order_list.quantity,
        order_list.opening,
        coalesce(order_list.budget_note, order_list.supplier_note) as list_note
    from intermediate.order_list
    inner join intermediate.order_plans as order_plans
        on order_list.product_id = order_plans.product_id and order_list.location_id = order_plans.location_id
    where order_list.quantity < order_list.proposed_quantity or plan['waiting_quantity'] > 0
)

select
    order_line_id,
    product_id,
    location_id,
    name,
    supplier_id,
    cast(planned_quantity as decimal(18, 4)) as planned_quantity,
    cast(quantity as decimal(18, 4)) as quantity,
    cast(planned_quantity - quantity as decimal(18, 4)) as left_out_quantity,
    cast((planned_quantity - quantity) * unit_cost as decimal(18, 4)) as left_out_value,
    cast(plan['lost_margin_before_receipt'] as decimal(18, 4)) as lost_margin_at_risk,
    cast(plan['lost_margin_without_order'] as decimal(18, 4)) as lost_margin_without_order,
    plan['order_on'] as order_on,
    case when plan['waiting_quantity'] > 0 then plan['ordered_on'] else plan['next_order_day'] end as next_order_on,
    case when plan['waiting_quantity'] > 0 then 'waits_for_order_day'
        when list_note like 'waits%' then 'supplier_minimum'
        else 'budget'
    end as cause,
    coalesce(list_note, 'waits: the supplier takes orders on ' || cast(plan['ordered_on'] as varchar)) as reason,
    coalesce(opening || substr(plan['sentence'], strpos(plan['sentence'], ': ')), plan['sentence']) as sentence
from lines
