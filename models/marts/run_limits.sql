-- One row per thing that could not be said or done because a feed is missing.
-- key: capability
with feeds as (
    select
        coalesce(max(n_rows) filter (where feed = 'stock'), 0) as n_stock,
        coalesce(max(n_rows) filter (where feed = 'movements'), 0)
        + coalesce(max(n_rows) filter (where feed = 'receipts'), 0) as n_receipts,
        coalesce(max(n_rows) filter (where feed = 'products'), 0) as n_products,
        coalesce(max(n_rows) filter (where feed = 'purchase_orders'), 0) as n_orders,
        coalesce(max(n_rows) filter (where feed = 'customers'), 0) as n_customers,
        coalesce(max(n_rows) filter (where feed = 'promotions'), 0) as n_promotions
    from config.feeds
),

money as (
    select
        count(*) filter (where unit_cost is null) as n_without_cost,
        count(*) filter (where unit_price is null) as n_without_price
    from intermediate.items
),

lead_times as (
    select count(*) as n_without_lead_time from intermediate.policies where not has_lead_time
),

unsold as (
    select
        count(*) as n_counted,
        count(*) filter (where items.launched_on is null and items.first_sold_on is null) as n_unsold
    from intermediate.stock_now
    inner join intermediate.items
        on stock_now.product_id = items.product_id and stock_now.location_id = items.location_id
),

sale_days as (
    select location_id, day from intermediate.daily_sales group by location_id, day
),

place_gaps as (
    select
        location_id,
        day,
        lag(day) over (partition by location_id order by day) as day_before
    from sale_days
),

-- The longest that each place went without a sale, and since when it has none.
place_days as (
    select
        location_id,
        max(day) as last_day,
        coalesce(max(cast(day as int) - cast(day_before as int)), 1) as longest
    from place_gaps
    group by location_id
),

silent as (
    select location_id, last_day
    from place_days
    cross join intermediate.clock
    where cast(clock.last_sale_on as int) - cast(last_day as int) >= 7
        and cast(clock.last_sale_on as int) - cast(last_day as int) > longest
),

all_days as (
    select day, lag(day) over (order by day) as day_before
    from (select distinct day from sale_days)
),

gap as (
    select day, day_before
    from all_days
    where cast(day as int) - cast(day_before as int) > 60
    order by cast(day as int) - cast(day_before as int) desc, day
    limit 1
),

unstocked as (
    select count(*) as n_unstocked
    from (
        select daily_sales.product_id, daily_sales.location_id
        from intermediate.daily_sales
        cross join intermediate.clock
        left join intermediate.stock_now
            on daily_sales.product_id = stock_now.product_id and daily_sales.location_id = stock_now.location_id
        left join staging.products on daily_sales.product_id = products.product_id
        where stock_now.product_id is null
            and cast(daily_sales.day as int) > cast(clock.business_date as int) - 56
            and coalesce(products.ended_on >= clock.business_date, true)
        group by daily_sales.product_id, daily_sales.location_id
    )
),

limits as (
    select 'orders and projected stock' as capability, 'stock' as missing_feed,
        'No stock count came in, so nothing can be ordered: orders start from what is on hand.' as message
    from feeds where n_stock = 0
    union all
    select 'orders and projected stock', 'stock',
        'No stock count is known by the business date, so nothing can be ordered.'
    from feeds where n_stock > 0 and (select count(*) from intermediate.stock_now) = 0
    union all
    select 'orders for products that never sold', 'sales',
        'Never sold where they are counted and without a launch date, so that nothing is ordered: '
        || cast(n_unsold as varchar) || ' of ' || cast(n_counted as varchar) || ' products at places.'
        || ' Are products and places written in the counts as in the sales?'
    from unsold where n_unsold > 0
    union all
    select 'orders for products that sell', 'stock',
        'Sold in the last eight weeks without a count, so that nothing can be ordered: '
        || cast(n_unstocked as varchar) || case when n_unstocked = 1 then ' product at a place.' else ' products at places.' end
    from unstocked where n_unstocked > 0 and (select count(*) from intermediate.stock_now) > 0
    union all
    select 'demand of places that fell silent', 'sales',
        'Nothing is known to have sold at ' || location_id || ' after ' || cast(last_day as varchar)
        || case when n_places > 1 then ', and at ' || cast(n_places - 1 as varchar) || ' more places for too long,' else '' end
        || ' while others sold: such days count as days without demand. Is a file missing?'
    from (
        select *, count(*) over () as n_places from silent order by last_day, location_id limit 1
    )
    union all
    select 'demand without gaps', 'sales',
        'Nothing sold anywhere between ' || cast(day_before as varchar) || ' and ' || cast(day as varchar)
        || ': these days count as days without demand. Is a file missing, or a date wrong?'
    from gap
    union all
    select 'demand up to yesterday', 'sales',
        'The last sale is of ' || cast(last_sale_on as varchar) || ', but ' || cast(business_date as varchar)
        || ' is planned for: sales in between are not known, and stock may be lower than it says.'
    from intermediate.clock where business_date > last_sale_on + interval '8' day
    union all
    select 'demand by day', 'sales by day',
        'Sales of ' || cast(n_files as varchar) || ' files are totals of a ' || source_period
        || ': what is sold so is forecast by the ' || source_period
        || ', an order takes its days'' share, and nothing is said of single days.'
    from (
        select source_period, count(*) as n_files from staging.batches
        where feed = 'sales' and source_period <> 'day'
        group by source_period
        order by source_period
        limit 1
    )
    union all
    select 'stock history, stockouts, turns', 'movements or receipts',
        'Receipts are not known, so stock between counts is a range, and stockouts, average stock and turns are not stated.'
    from feeds where n_receipts = 0
    union all
    select 'stock on order', 'purchase_orders',
        'No purchase orders came in: everything is planned as if nothing were on order.'
    from feeds where n_orders = 0
    union all
    select 'all receipts', 'receipts.line',
        cast(n_receipts as varchar) || ' receipts tell no line of an order that is known: what they brought is still'
        || ' on order, and in stock only where movements say so.'
    from (
        select count(*) as n_receipts
        from staging.receipts
        left join staging.purchase_orders
            on receipts.order_id = purchase_orders.order_id and receipts.line = purchase_orders.line
        where purchase_orders.order_id is null
    )
    where n_receipts > 0
    union all
    select 'names, categories, costs', 'products',
        'No product list came in: products go by their identifier, and there are no categories, costs and margins.'
    from feeds where n_products = 0
    union all
    select 'stock value and margins', 'products.unit_cost',
        cast(n_without_cost as varchar) || ' products at places have no unit cost: their stock value, margin and order value are not stated.'
    from money where n_without_cost > 0
    union all
    select 'sales in money', 'sales.unit_price',
        cast(n_without_price as varchar) || ' products at places have no price: their sales are shown in units.'
    from money where n_without_price > 0
    union all
    select 'orders for products without a lead time', 'lead_time_days',
        cast(n_without_lead_time as varchar) || ' products at places have no lead time: nothing is ordered for them.'
    from lead_times where n_without_lead_time > 0
    union all
    select 'lead times of all orders', 'receipts after orders',
        cast(n_back_dated as varchar) || ' order lines came before they were ordered: they say nothing about lead times.'
    from (select count(*) filter (where is_back_dated) as n_back_dated from intermediate.order_lines)
    where n_back_dated > 0
    union all
    select 'customers', 'customers', 'No customers came in.'
    from feeds where n_customers = 0
    union all
    select 'promotions', 'promotions', 'No promotions came in: their effect stands in the demand as if it were normal.'
    from feeds where n_promotions = 0
)

select capability, missing_feed, message from limits
