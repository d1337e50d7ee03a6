-- One row per product and place that was sold, counted or moved, with all that an order needs.
-- A lead time comes from the product's entry in the configuration, else from item settings, the
-- supplier, and the configuration's default; other settings are in intermediate.policies.
-- Item settings without a place (`main`, where no item is there) hold wherever a place has none of its own.
-- key: product_id, location_id
-- test: first_day_is_known: first_day is not null
-- test: lead_times_have_a_source: (lead_time_days is null) = (lead_time_source = 'unknown')
with seen as (
    select product_id, location_id, min(day) as first_seen_on, min(day) as first_sold_on
    from intermediate.daily_sales
    group by product_id, location_id
    union all
    select product_id, location_id, min(counted_on), null from staging.stock
    inner join intermediate.clock on stock.counted_on < clock.business_date
    group by product_id, location_id
    union all
    select product_id, location_id, min(moved_on), null from staging.movements
    inner join intermediate.clock on movements.moved_on < clock.business_date
    group by product_id, location_id
),

items as (
    select
        product_id,
        location_id,
        min(first_seen_on) as first_seen_on,
        min(first_sold_on) as first_sold_on
    from seen
    group by product_id, location_id
),

settings_everywhere as (
    select * from staging.item_settings
    where location_id = 'main' and (select count(*) from items where location_id = 'main') = 0
),

-- Mostly none, and then nobody looks through all sales.
unpriced as (
    select daily_sales.product_id
    from intermediate.daily_sales
    left join staging.products on daily_sales.product_id = products.product_id
    where products.unit_price is null
    group by daily_sales.product_id
),

last_prices as (
    select product_id, location_id, unit_price
    from (
        select
            sales.product_id,
            sales.location_id,
            sales.unit_price,
            row_number() over (
                partition by sales.product_id, sales.location_id
                order by sales.sold_at desc, sales._sequence desc, sales._ordinal desc
            ) as recency
        from unpriced
        inner join staging.sales on unpriced.product_id = sales.product_id
        where sales.kind = 'sale' and sales.unit_price > 0
    )
    where recency = 1
)

select
    items.product_id,
    items.location_id,
    coalesce(products.name, items.product_id) as name,
    coalesce(products.category, '') as category,
    coalesce(item_settings.supplier_id, settings_everywhere.supplier_id, products.supplier_id) as supplier_id,
    coalesce(
        suppliers.name, item_settings.supplier_id, settings_everywhere.supplier_id, products.supplier_id
    ) as supplier_name,
    products.unit_cost,
    coalesce(products.unit_price, last_prices.unit_price) as unit_price,
    coalesce(
        item_settings.order_multiple, settings_everywhere.order_multiple, products.pack_size, 1
    ) as order_multiple,
    coalesce(
        item_settings.min_order_quantity, settings_everywhere.min_order_quantity, 0
    ) as min_order_quantity,
    coalesce(item_settings.max_quantity, settings_everywhere.max_quantity) as max_quantity,
    coalesce(item_settings.display_minimum, settings_everywhere.display_minimum, 0) as display_minimum,
    coalesce(item_settings.order_block, settings_everywhere.order_block, false) as order_block,
    coalesce(
        of_places.lead_time_days,
        of_products.lead_time_days,
        item_settings.lead_time_days,
        settings_everywhere.lead_time_days,
        suppliers.stated_lead_time_days,
        settings.lead_time_days
    ) as lead_time_days,
    case
        when coalesce(of_places.lead_time_days, of_products.lead_time_days) is not null then 'product policy'
        when coalesce(item_settings.lead_time_days, settings_everywhere.lead_time_days) is not null
            then 'item settings'
        when suppliers.stated_lead_time_days is not null then 'supplier'
        when settings.lead_time_days is null then 'unknown'
        when settings.lead_time_is_assumed then 'assumed'
        else 'configuration'
    end as lead_time_source,
    coalesce(locations.unmet, 'lost') as unmet,
    -- On sale from its launch, or from its first sale where that came earlier.
    greatest(
        coalesce(least(products.launched_on, items.first_sold_on), items.first_seen_on), clock.first_day
    ) as first_day,
    -- Without a launch date its stock may go back to the first day of all.
    greatest(
        case when products.launched_on is not null
            then least(products.launched_on, items.first_seen_on)
            else clock.first_day end,
        clock.first_day
    ) as first_stock_day,
    items.first_sold_on,
    products.launched_on,
    products.ended_on,
    products.shelf_life_days
from items
cross join intermediate.clock
cross join config.settings
left join config.product_policies as of_places
    on items.product_id = of_places.product_id and items.location_id = of_places.location_id
left join config.product_policies as of_products
    on items.product_id = of_products.product_id and of_products.location_id is null
left join staging.products on items.product_id = products.product_id
left join staging.item_settings
    on items.product_id = item_settings.product_id and items.location_id = item_settings.location_id
left join settings_everywhere on items.product_id = settings_everywhere.product_id
left join staging.suppliers
    on coalesce(item_settings.supplier_id, settings_everywhere.supplier_id, products.supplier_id)
    = suppliers.supplier_id
left join staging.locations on items.location_id = locations.location_id
left join last_prices
    on items.product_id = last_prices.product_id and items.location_id = last_prices.location_id
