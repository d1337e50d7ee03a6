-- One row per product and price paid a unit, rounded to cents: on how many days of the last 365 it
-- was paid, and what sold at it. Prices are after discounts, of lines that sold and tell what was paid.
-- The price of a total of a week or a month is its mean, and its days are not known.
-- key: product_id, price_paid
-- test: something_sold_at_it: units > 0
with paid as (
    select
        sale_lines.product_id,
        sale_lines.location_id,
        sale_lines.day,
        cast(round(cast(net / units as decimal(18, 6)), 2) as decimal(18, 4)) as price_paid,
        item_periods.period is not null as is_total,
        units,
        net
    from intermediate.sale_lines
    inner join intermediate.clock on sale_lines.day >= clock.business_date - interval '365' day
    left join intermediate.item_periods
        on sale_lines.product_id = item_periods.product_id
        and sale_lines.location_id = item_periods.location_id
    where counts_as = 'sold' and units > 0 and net is not null and not is_at_list_price
),

by_day as (
    select
        product_id,
        location_id,
        day,
        price_paid,
        bool_or(is_total) as is_total,
        sum(units) as units,
        sum(net) as net
    from paid
    group by product_id, location_id, day, price_paid
)

select
    product_id,
    price_paid,
    case when not bool_or(is_total) then count(*) end as n_place_days,
    min(day) as first_day,
    max(day) as last_day,
    sum(units) as units,
    sum(net) as net,
    case when not bool_or(is_total) then cast(sum(units) as double) / count(*) end as units_per_place_day
from by_day
group by product_id, price_paid
