-- One row per proposed order line: what to order tomorrow, when it arrives, and why.
-- Where the supplier's minimum or the budget changed a line, `reason` begins with what came of it; service and fill
-- rate, which are of the planned quantity, are null, and `covers_until` is the day until which what is expected
-- to sell is there: never later than planned where the line was lowered, never earlier where it was raised.
-- Lost margin at risk is what is lost before the order can arrive, whatever is ordered; without the order the
-- line loses `lost_margin_without_order` through the last day that it covers.
-- key: order_line_id
-- test: something_is_ordered: quantity > 0
-- test: a_line_arrives_after_it_is_ordered: arrives_on >= order_on
-- test: margin_is_lost_before_the_receipt_first: lost_margin_at_risk is null or lost_margin_at_risk <= lost_margin_without_order
-- test: a_reason_begins_with_the_quantity: regexp_like(reason, '^Order ' || regexp_replace(cast(quantity as varchar), '\.?0+$', '') || '(: | \()')
with lines as (
    select
        order_plans.*,
        order_list.quantity,
        order_list.order_value,
        order_list.quantity - order_list.proposed_quantity as change,
        order_list.opening,
        -- Days from the order on whose expected demand position and order cover, as far as it is looked.
        cast(least(
            floor(
                cast(plan['inventory_position'] + order_list.quantity as double)
                * (cast(plan['covers_until'] as int) - cast(plan['order_on'] as int) + 1)
                / nullif(cast(plan['expected_demand'] as double), 0)
            ),
            3650
        ) as int) as days_of_cover
    from intermediate.order_list
    inner join intermediate.order_plans as order_plans
        on order_list.product_id = order_plans.product_id and order_list.location_id = order_plans.location_id
    where order_list.quantity > 0
)

select
    order_line_id,
    product_id,
    name,
    category,
    location_id,
    supplier_id,
    supplier_name,
    cast(quantity as decimal(18, 4)) as quantity,
    unit_cost,
    cast(order_value as decimal(18, 4)) as order_value,
    plan['order_on'] as order_on,
    plan['arrives_on'] as arrives_on,
    case
        when change > 0
            then greatest(plan['covers_until'], cast(cast(plan['order_on'] as int) + days_of_cover - 1 as date))
        when change < 0
            then least(plan['covers_until'], cast(cast(plan['order_on'] as int) + days_of_cover - 1 as date))
        else plan['covers_until']
    end as covers_until,
    on_hand,
    on_hand_basis,
    on_order,
    cast(plan['order_up_to_level'] as decimal(18, 4)) as order_up_to_level,
    cast(plan['safety_stock'] as decimal(18, 4)) as safety_stock,
    cast(plan['expected_demand'] as decimal(18, 4)) as expected_demand,
    case when change = 0 then plan['service_level_reached'] end as service_level_reached,
    case when change = 0 then plan['fill_rate_reached'] end as fill_rate_reached,
    plan['probability_of_stockout'] as probability_of_stockout,
    cast(plan['expected_unmet_units'] as double) as expected_unmet_units,
    cast(plan['lost_margin_before_receipt'] as decimal(18, 4)) as lost_margin_at_risk,
    cast(plan['lost_margin_without_order'] as decimal(18, 4)) as lost_margin_without_order,
    case
        when change = 0 then plan['days_of_cover_forced']
        when change > 0 then cast(days_of_cover as bigint)
    end as days_of_cover_forced,
    plan['lead_time_days'] as lead_time_days,
    plan['lead_time_mean'] as lead_time_mean,
    plan['lead_time_deviation'] as lead_time_deviation,
    lead_time_source,
    is_assumed,
    array_to_string(plan['notes'], '; ') as notes,
    coalesce(opening || substr(plan['sentence'], strpos(plan['sentence'], ': ')), plan['sentence']) as reason
from lines
