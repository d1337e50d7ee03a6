-- One row per product, place and day from its launch to the last day of sales, zeros included.
-- A day without stock is missing: nobody knows what would have sold. A day on which stock ran
-- out is censored: at least what sold was wanted.
-- key: product_id, location_id, period_start
-- sorted: product_id, location_id, period_start
-- test: units_are_not_negative: units >= 0
-- test: what_sold_was_available: units = 0 or availability <> 'missing'
with days as (
    select
        items.product_id,
        items.location_id,
        items.category,
        unnest(
            generate_series(
                items.first_day,
                least(coalesce(items.ended_on, clock.last_sale_on), clock.last_sale_on),
                interval '1' day
            )
        ) as day
    from intermediate.items
    cross join intermediate.clock
    where items.first_day <= clock.last_sale_on
)

select
    days.product_id,
    days.location_id,
    days.category,
    cast(days.day as date) as period_start,
    cast(coalesce(daily_sales.units, 0) as decimal(18, 4)) as units,
    cast(greatest(coalesce(daily_sales.net, 0), 0) as decimal(18, 4)) as revenue,
    case stock_days.stockout
        when 'full' then 'missing'
        when 'censored' then 'censored'
        else 'observed'
    end as availability
from days
left join intermediate.daily_sales
    on days.product_id = daily_sales.product_id
    and days.location_id = daily_sales.location_id
    and cast(days.day as date) = daily_sales.day
left join intermediate.stock_days
    on days.product_id = stock_days.product_id
    and days.location_id = stock_days.location_id
    and cast(days.day as date) = stock_days.day
    and stock_days.stockout is not null
order by days.product_id, days.location_id, period_start
