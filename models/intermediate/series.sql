-- One row per series and measure: what it is a series of, and the pool it learns from.
-- Products learn from their category at the same level and frequency; categories and places
-- from one another.
-- key: series_level, series_id, measure
with series as (
    select series_level, series_id, category, measure, frequency
    from intermediate.demand_series
    group by series_level, series_id, category, measure, frequency
)

select
    series.series_level,
    series.series_id,
    series.category,
    series.measure,
    series.frequency,
    case series.series_level
        when 'product' then series.series_id
        when 'product_location' then items.product_id
    end as product_id,
    case series.series_level
        when 'location' then series.series_id
        when 'product_location' then items.location_id
    end as location_id,
    series.series_level || '/' || series.measure || '/' || series.frequency || '/'
    || case when series.series_level in ('product', 'product_location') then series.category else '' end as pool_id,
    coalesce(items.is_ended, products.ended_on < clock.business_date, false) as is_ended
from series
cross join intermediate.clock
left join (
    select
        product_id,
        location_id,
        product_id || '@' || location_id as series_id,
        coalesce(ended_on < clock.business_date, false) as is_ended
    from intermediate.items, intermediate.clock
) as items
    on series.series_level = 'product_location' and series.series_id = items.series_id
left join staging.products
    on series.series_level = 'product' and series.series_id = products.product_id
