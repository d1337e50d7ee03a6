-- One row per product and place whose stock is known: everything its order is planned from.
-- key: product_id, location_id
with doubts as (
    select product_id, location_id, min(sentence) as sentence
    from marts.stock_checks
    where is_in_doubt and check_kind = 'phantom_stock'
    group by product_id, location_id
),

-- Days on which a place is closed in the periods to come: what sells in a month sells on the others.
closed as (
    select calendar.location_id, array_agg(calendar.day order by calendar.day) as closed_days
    from intermediate.calendar
    inner join intermediate.clock on calendar.day >= clock.business_date - interval '31 day'
    where calendar.is_closed and (select count(*) from intermediate.item_periods) > 0
    group by calendar.location_id
),

on_order as (
    select
        product_id,
        location_id,
        sum(quantity) as on_order,
        -- What is ordered on the day that is planned comes with its order, whenever that is.
        sum(quantity) filter (where ordered_on >= clock.business_date) as ordered_already,
        array_agg(named_struct('due_on', due_on, 'quantity', quantity) order by due_on, order_id, line)
            filter (where ordered_on < clock.business_date) as open_orders
    from intermediate.open_orders
    cross join intermediate.clock
    where is_counted_on
    group by product_id, location_id
)

select
    items.product_id,
    items.location_id,
    items.name,
    items.category,
    items.supplier_id,
    items.supplier_name,
    items.unit_cost,
    items.unit_price,
    coalesce('measured, ' || policies.lead_time_basis, items.lead_time_source) as lead_time_source,
    stock_now.on_hand,
    stock_now.basis as on_hand_basis,
    coalesce(on_order.on_order, 0) as on_order,
    items.lead_time_source = 'assumed' and policies.lead_time_basis is null
    or policies.review_source = 'assumed'
    or policies.service_source = 'assumed'
    or stock_now.basis = 'bound'
    or doubts.product_id is not null as is_assumed,
    named_struct(
        'series_id', items.product_id || '@' || items.location_id,
        'stock_day', stock_now.stock_day,
        'last_period', demand_models.last_period,
        'closed_days', closed.closed_days,
        'on_hand', stock_now.on_hand,
        'open_orders', on_order.open_orders,
        'ordered_already', on_order.ordered_already,
        'lead_time_days', policies.stated_lead_time_days,
        'lead_times', policies.lead_times,
        'order_days', policies.order_days,
        'closures', policies.closures,
        'review_days', policies.review_days,
        'kind', policies.kind,
        'target', policies.target,
        'service_target', policies.service_target,
        'service_source', policies.service_source,
        'unmet', items.unmet,
        'order_multiple', items.order_multiple,
        'min_order_quantity', items.min_order_quantity,
        'min_quantity', policies.min_quantity,
        'max_quantity', policies.max_quantity,
        'display_minimum', items.display_minimum,
        'order_block', items.order_block or settings.hold_doubtful_stock and doubts.product_id is not null,
        'ends_on', items.ended_on,
        'shelf_life_days', items.shelf_life_days,
        'unit_cost', items.unit_cost,
        'unit_price', items.unit_price,
        'holding_rate', settings.holding_rate,
        'order_cost', settings.order_cost,
        'order_line_cost', settings.order_line_cost,
        'salvage_share', settings.salvage_share,
        'goodwill', settings.goodwill,
        'assumptions', make_array(
            case when items.lead_time_source = 'assumed' and policies.lead_time_basis is null
                then 'the lead time of ' || cast(items.lead_time_days as varchar) || ' days is assumed' end,
            case when policies.review_source = 'assumed'
                then 'a review every ' || cast(policies.review_days as varchar) || ' days is assumed' end,
            case when stock_now.basis = 'bound'
                then 'stock since the last count is assumed to have received nothing' end,
            case when doubts.product_id is not null
                then 'the stock on hand is in doubt and should be counted' end
        ),
        'excess_days', settings.excess_days,
        'paths', settings.paths,
        'seed', settings.seed
    ) as inputs,
    demand_models.model,
    calibrations.calibration
from intermediate.items
cross join config.settings
inner join intermediate.policies
    on items.product_id = policies.product_id and items.location_id = policies.location_id
inner join intermediate.stock_now
    on items.product_id = stock_now.product_id and items.location_id = stock_now.location_id
left join on_order
    on items.product_id = on_order.product_id and items.location_id = on_order.location_id
left join doubts
    on items.product_id = doubts.product_id and items.location_id = doubts.location_id
left join closed on items.location_id = closed.location_id
left join marts.demand_models
    on demand_models.series_level = 'product_location'
    and demand_models.measure = 'units'
    and items.product_id || '@' || items.location_id = demand_models.series_id
left join marts.calibrations
    on demand_models.frequency = calibrations.frequency
    and demand_models.measure = calibrations.measure
    and demand_models.demand_class = calibrations.demand_class
