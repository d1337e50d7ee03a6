-- One row per product and price paid a unit, rounded to cents: on how many days of the last 365 it
-- was paid, and what sold at it. Prices are after discounts, of lines that sold.
-- key: product_id, price_paid
-- test: something_sold_at_it: units > 0
with paid as (
    select
        product_id,
        location_id,
        sale_lines.day,
        cast(round(cast(net / units as decimal(18, 6)), 2) as decimal(18, 4)) as price_paid,
        units,
        net
    from intermediate.sale_lines
    inner join intermediate.clock on sale_lines.day >= clock.business_date - interval '365' day
    where counts_as = 'sold' and units > 0 and net is not null
),

by_day as (
    select product_id, location_id, day, price_paid, sum(units) as units, sum(net) as net
    from paid
    group by product_id, location_id, day, price_paid
)

select
    product_id,
    price_paid,
    count(*) as n_place_days,
    min(day) as first_day,
    max(day) as last_day,
    sum(units) as units,
    sum(net) as net,
    cast(sum(units) as double) / count(*) as units_per_place_day
from by_day
group by product_id, price_paid
