-- One row per series and period in which a promotion runs or a price begins: the share of its items
-- and days that are promoted, and the price of a single item.
-- key: series_level, series_id, frequency, period_start
-- sorted: series_level, series_id, frequency, period_start
with leveled as (
    select 'product_location' as series_level, product_id || '@' || location_id as series_id, day, promotion, price
    from intermediate.item_drivers
    union all
    select 'product', product_id, day, promotion, null from intermediate.item_drivers where promotion > 0
    union all
    select 'location', location_id, day, promotion, null from intermediate.item_drivers where promotion > 0
    union all
    select 'total', 'all', day, promotion, null from intermediate.item_drivers where promotion > 0
    union all
    select 'category', items.category, item_drivers.day, item_drivers.promotion, null
    from intermediate.item_drivers
    inner join intermediate.items
        on item_drivers.product_id = items.product_id and item_drivers.location_id = items.location_id
    where item_drivers.promotion > 0 and items.category <> ''
),

sizes as (
    select 'product_location' as series_level, product_id || '@' || location_id as series_id, 1 as n_items
    from intermediate.items
    union all
    select 'product', product_id, count(*) from intermediate.items group by product_id
    union all
    select 'location', location_id, count(*) from intermediate.items group by location_id
    union all
    select 'total', 'all', count(*) from intermediate.items
    union all
    select 'category', category || '', count(*) from intermediate.items where category <> '' group by category
),

periods as (
    select series_level, series_id, 'day' as frequency, day as period_start, 1 as n_days, promotion, price
    from leveled
    union all
    select series_level, series_id, 'week', calendar.week_start, 7, promotion, null
    from leveled
    inner join config.calendar on leveled.day = calendar.day
    where series_level <> 'product_location'
    union all
    select
        series_level,
        series_id,
        'month',
        cast(date_trunc('month', day) as date),
        cast(date_part('day', date_trunc('month', day) + interval '1 month' - interval '1 day') as bigint),
        promotion,
        null
    from leveled
    where series_level <> 'product_location'
)

select
    periods.series_level,
    periods.series_id,
    periods.frequency,
    periods.period_start,
    cast(sum(periods.promotion) as double) / (max(sizes.n_items) * max(periods.n_days)) as promotion,
    cast(max(periods.price) as double) as price
from periods
inner join sizes
    on periods.series_level = sizes.series_level and periods.series_id = sizes.series_id
group by periods.series_level, periods.series_id, periods.frequency, periods.period_start
order by periods.series_level, periods.series_id, periods.frequency, periods.period_start
