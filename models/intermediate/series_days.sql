-- One row per aggregate series and day: all products together, each category, place and product. Totals
-- of weeks and months stand on the first day of theirs.
-- key: series_level, series_id, day
with summed as (
    select
        category,
        day,
        cast(sum(units) as decimal(28, 4)) as units,
        cast(sum(revenue) as decimal(28, 4)) as revenue
    from intermediate.product_days
    group by category, day
)

select 'product' as series_level, product_id as series_id, category, day, units, revenue
from intermediate.product_days
union all
select 'category', category || '', category, day, units, revenue from summed where category <> ''
union all
select 'total', 'all', '', day, cast(sum(units) as decimal(28, 4)), cast(sum(revenue) as decimal(28, 4))
from summed
group by day
union all
select 'location', location_id, '', period_start, sum(units), sum(revenue)
from intermediate.demand
group by location_id, period_start
