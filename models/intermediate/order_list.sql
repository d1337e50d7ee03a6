-- One row per product and place that can be ordered: what is ordered of what was planned, once the
-- list is seen as a whole. Orders of a supplier and place are brought to the supplier's least value
-- or wait; then the budget goes to what saves the most expected margin.
-- key: product_id, location_id
-- step: settle_orders
-- test: what_is_settled_is_not_negative: quantity >= 0 and supplier_quantity >= 0
-- test: a_budget_only_takes_away: quantity <= supplier_quantity
select
    order_plans.product_id,
    order_plans.location_id,
    order_plans.supplier_id,
    order_plans.plan['quantity'] as quantity,
    order_plans.unit_cost,
    order_plans.order_multiple,
    order_plans.min_order_quantity,
    cast(
        order_plans.plan['expected_demand']
        / greatest(cast(order_plans.plan['covers_until'] as int) - cast(order_plans.plan['order_on'] as int) + 1, 1)
        as decimal(38, 4)
    ) as daily_demand,
    order_plans.plan['inventory_position'] as inventory_position,
    -- What is blocked, ends, has a maximum or waits for its order day is not raised.
    not items.order_block
    and items.ended_on is null
    and items.max_quantity is null
    and order_plans.plan['ordered_on'] = order_plans.plan['order_on'] as may_grow,
    order_plans.plan['sells_in_time'] as sells_in_time,
    order_plans.plan['margin_saved'] as margin_saved,
    policies.min_order_value,
    settings.supplier_cover_days as longest_cover_days,
    settings.budget
from intermediate.order_plans
cross join config.settings
inner join intermediate.items
    on order_plans.product_id = items.product_id and order_plans.location_id = items.location_id
inner join intermediate.policies
    on order_plans.product_id = policies.product_id and order_plans.location_id = policies.location_id
where order_plans.plan['quantity'] is not null
