-- One row per series and period in which a promotion runs or a price begins: the share of its items
-- and days that are promoted, and the price of a single item, the highest that begins in the period.
-- key: series_level, series_id, frequency, period_start
-- sorted: series_level, series_id, frequency, period_start
with leveled as (
    select
        'product_location' as series_level,
        item_drivers.product_id || '@' || item_drivers.location_id as series_id,
        coalesce(item_periods.period, 'day') as only_frequency,
        item_drivers.day,
        item_drivers.promotion,
        item_drivers.price
    from intermediate.item_drivers
    left join intermediate.item_periods
        on item_drivers.product_id = item_periods.product_id and item_drivers.location_id = item_periods.location_id
    union all
    select 'product', product_id, null, day, promotion, null from intermediate.item_drivers where promotion > 0
    union all
    select 'location', location_id, null, day, promotion, null from intermediate.item_drivers where promotion > 0
    union all
    select 'total', 'all', null, day, promotion, null from intermediate.item_drivers where promotion > 0
    union all
    select 'category', items.category, null, item_drivers.day, item_drivers.promotion, null
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
    where coalesce(only_frequency, 'day') = 'day'
    union all
    select series_level, series_id, 'week', calendar.week_start, 7, promotion, price
    from leveled
    inner join config.calendar on leveled.day = calendar.day
    where coalesce(only_frequency, 'week') = 'week'
    union all
    select
        series_level,
        series_id,
        'month',
        cast(date_trunc('month', day) as date),
        cast(date_part('day', date_trunc('month', day) + interval '1 month' - interval '1 day') as bigint),
        promotion,
        price
    from leveled
    where coalesce(only_frequency, 'month') = 'month'
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
