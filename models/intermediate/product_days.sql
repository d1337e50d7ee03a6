-- One row per product and day, its places together. Totals of weeks and months stand on the first day of
-- theirs.
-- key: product_id, day
select
    product_id,
    category,
    period_start as day,
    sum(units) as units,
    sum(revenue) as revenue
from intermediate.demand
group by product_id, category, period_start
