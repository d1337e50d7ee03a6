-- One row per series and measure: what it is a series of, and the pool it learns from.
-- The demand class is that of Syntetos and Boylan on the periods that are known.
-- Products learn from their category at the same level and frequency; categories and places
-- from one another.
-- key: series_level, series_id, measure
with series as (
    select
        series_level,
        series_id,
        measure,
        min(category) as category,
        min(frequency) as frequency,
        min(place_id) as place_id,
        min(period_start) as first_period,
        count(*) filter (where availability <> 'missing') as n_known,
        count(*) filter (where availability <> 'missing' and units > 0) as n_demands,
        cast(sum(cast(units as decimal(30, 4))) filter (where availability <> 'missing') as double) as units,
        cast(sum(cast(units * units as decimal(38, 4))) filter (where availability <> 'missing') as double) as squares
    from intermediate.demand_series
    group by series_level, series_id, measure
)

select
    series.series_level,
    series.series_id,
    series.category,
    series.measure,
    series.frequency,
    series.place_id,
    series.first_period,
    case
        when n_demands = 0 then 'none'
        when cast(n_known as double) / n_demands < 1.32
            then case when n_demands * squares < 1.49 * units * units then 'smooth' else 'erratic' end
        when n_demands * squares < 1.49 * units * units then 'intermittent'
        else 'lumpy'
    end as demand_class,
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
