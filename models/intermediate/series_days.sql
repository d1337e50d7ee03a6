-- One row per aggregate series and day: all products together, each category, place and product. Totals
-- of weeks and months stand on the first day of theirs.
-- key: series_level, series_id, day
with leveled as (
    select 'total' as series_level, 'all' as series_id, '' as category, period_start, units, revenue
    from intermediate.demand
    union all
    select 'category', category as series_id, category as category_itself, period_start, units, revenue
    from intermediate.demand where category <> ''
    union all
    select 'location', location_id, '', period_start, units, revenue
    from intermediate.demand
    union all
    select 'product', product_id, category, period_start, units, revenue
    from intermediate.demand
)

select
    series_level,
    series_id,
    category,
    period_start as day,
    sum(units) as units,
    sum(revenue) as revenue
from leveled
group by series_level, series_id, category, period_start
