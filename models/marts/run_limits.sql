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

limits as (
    select 'orders and projected stock' as capability, 'stock' as missing_feed,
        'No stock count came in, so nothing can be ordered: orders start from what is on hand.' as message
    from feeds where n_stock = 0
    union all
    select 'orders and projected stock', 'stock',
        'No stock count is known by the business date, so nothing can be ordered.'
    from feeds where n_stock > 0 and (select count(*) from intermediate.stock_now) = 0
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
