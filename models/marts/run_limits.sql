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

place_gaps as (
    select
        location_id,
        day,
        lag(day) over (partition by location_id order by day) as day_before
    from (select location_id, day from intermediate.daily_sales group by location_id, day)
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

gap as (
    select day_before, day_after
    from intermediate.sales_gaps
    order by n_open_days desc, day_after
    limit 1
),

valued as (
    select sum(n_lines_at_list_price) as n_at_list_price, sum(n_lines) as n_lines
    from intermediate.daily_sales
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
        'Nothing sold anywhere between ' || cast(day_before as varchar) || ' and ' || cast(day_after as varchar)
        || ': these days count as days without demand, and no period with them is compared.'
        || ' Is a file missing, or a date wrong?'
    from gap
    union all
    select 'demand up to yesterday', 'sales',
        'The last sale is of ' || cast(last_sale_on as varchar) || ', but ' || cast(business_date as varchar)
        || ' is planned for: sales in between are not known, and stock may be lower than it says.'
    from intermediate.clock where business_date > last_sale_on + interval '8' day
    union all
    select 'demand by day', 'sales by day',
        'Sales of ' || case when n_files = 1 then '1 file' else cast(n_files as varchar) || ' files' end
        || ' are totals of a ' || source_period
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
        'Receipts are not known, so stock between counts is a range: stockouts, the in-stock share and sell-through'
        || ' are not stated, and average stock and turns only of the days of 28 counts or more.'
    from feeds where n_receipts = 0
    union all
    select 'stock on order', 'purchase_orders',
        'No purchase orders came in: everything is planned as if nothing were on order.'
    from feeds where n_orders = 0
    union all
    select 'all receipts', 'receipts.line',
        case when n_receipts = 1 then '1 receipt tells' else cast(n_receipts as varchar) || ' receipts tell' end
        || ' no line of an order that is known: what came is still on order, and in stock only where movements say so.'
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
        case when n_without_cost = 1 then '1 product at a place has' else cast(n_without_cost as varchar) || ' products at places have' end
        || ' no unit cost: stock value, margin and order value are not stated there.'
    from money where n_without_cost > 0
    union all
    select 'sales in money', 'sales.unit_price',
        case when n_without_price = 1 then '1 product at a place has' else cast(n_without_price as varchar) || ' products at places have' end
        || ' no price: sales are shown in units there.'
    from money where n_without_price > 0
    union all
    select 'sales in money as paid', 'sales.unit_price',
        case when n_at_list_price = n_lines then 'No sale line tells its price: all '
            else cast(n_at_list_price as varchar) || ' of ' || cast(n_lines as varchar) || ' sale lines tell no price: they ' end
        || 'are valued at the price of the product list, and nobody knows what was paid.'
    from valued where n_at_list_price > 0
    union all
    select 'orders for products without a lead time', 'item_settings.lead_time_days',
        case when n_without_lead_time = 1 then '1 product at a place has' else cast(n_without_lead_time as varchar) || ' products at places have' end
        || ' no lead time: nothing is ordered there.'
    from lead_times where n_without_lead_time > 0
    union all
    select 'lead times of all orders', 'receipts after orders',
        case when n_back_dated = 1 then '1 order line' else cast(n_back_dated as varchar) || ' order lines' end
        || ' came before the day of the order, which says nothing about lead times.'
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
