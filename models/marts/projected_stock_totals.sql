-- One row per level, series and coming day: projected stock of several products and places together.
-- Sample paths are summed one by one, as quantiles do not add up; paths of different products
-- and places are drawn independently, so the band is too narrow where demand moves together.
-- key: series_level, series_id, day
-- test: a_band_holds_its_median: lower_80 <= median and median <= upper_80
with projected as (
    select
        order_inputs.product_id,
        order_inputs.location_id,
        order_inputs.category,
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
),

leveled as (
    select 'total' as series_level, 'all' as series_id, projection from projected
    union all
    select 'category', category, projection from projected where category <> ''
    union all
    select 'location', location_id, projection from projected
    union all
    select 'product', product_id, projection from projected
),

combined as (
    select
        series_level,
        series_id,
        projection['day'] as day,
        combine_stock(projection['sample']) as stock
    from leveled
    group by series_level, series_id, projection['day']
)

select
    series_level,
    series_id,
    day,
    stock['median'] as median,
    stock['lower_80'] as lower_80,
    stock['upper_80'] as upper_80
from combined
