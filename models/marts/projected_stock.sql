-- One row per product, place and coming day: stock with open orders and today's proposal.
-- Median and 80 % band of closing stock over the sample paths that the order was planned from.
-- key: product_id, location_id, day
-- test: a_band_holds_its_median: lower_80 <= median and median <= upper_80
with projected as (
    select
        order_inputs.product_id,
        order_inputs.location_id,
        unnest(project_stock(
            order_inputs.model,
            order_inputs.calibration,
            named_struct(
                'series_id', inputs['series_id'],
                'stock_day', inputs['stock_day'],
                'last_period', inputs['last_period'],
                'on_hand', inputs['on_hand'],
                'open_orders', inputs['open_orders'],
                'lead_time_days', inputs['lead_time_days'],
                'review_days', inputs['review_days'],
                'service_target', inputs['service_target'],
                'unmet', inputs['unmet'],
                'order_multiple', inputs['order_multiple'],
                'min_order_quantity', inputs['min_order_quantity'],
                'max_quantity', inputs['max_quantity'],
                'display_minimum', inputs['display_minimum'],
                'order_block', inputs['order_block'],
                'ends_on', inputs['ends_on'],
                'unit_cost', inputs['unit_cost'],
                'unit_price', inputs['unit_price'],
                'assumptions', inputs['assumptions'],
                'paths', inputs['paths'],
                'seed', inputs['seed'],
                'proposed_quantity', order_plans.plan['quantity'],
                'proposed_on', order_plans.plan['arrives_on'],
                'n_days', settings.horizon_days
            )
        )) as projection
    from intermediate.order_inputs
    cross join config.settings
    inner join intermediate.order_plans
        on order_inputs.product_id = order_plans.product_id
        and order_inputs.location_id = order_plans.location_id
)

select
    product_id,
    location_id,
    projection['day'] as day,
    cast(projection['receipts'] as decimal(18, 4)) as receipts,
    projection['mean'] as mean,
    projection['median'] as median,
    projection['lower_80'] as lower_80,
    projection['upper_80'] as upper_80,
    projection['expected_sales'] as expected_sales,
    projection['expected_unmet'] as expected_unmet,
    projection['probability_of_stockout'] as probability_of_stockout
from projected
