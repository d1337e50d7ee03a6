-- One row per product, place and day on which a promotion runs or a price begins, as far ahead as
-- forecasts go. What names no place holds everywhere.
-- key: product_id, location_id, day
with places as (
    select
        items.product_id,
        items.location_id,
        items.first_day,
        cast(cast(clock.last_sale_on as int) + cast(settings.horizon_days as int) as date) as last_day,
        (select count(*) from intermediate.items where location_id = 'main') = 0 as is_main_everywhere
    from intermediate.items
    cross join intermediate.clock
    cross join config.settings
),

promoted as (
    select
        places.product_id,
        places.location_id,
        cast(
            unnest(
                generate_series(
                    greatest(promotions.starts_on, places.first_day),
                    least(coalesce(promotions.ends_on, places.last_day), places.last_day),
                    interval '1' day
                )
            ) as date
        ) as day
    from staging.promotions
    inner join places
        on promotions.product_id = places.product_id
        and (promotions.location_id = places.location_id or promotions.location_id = 'main' and places.is_main_everywhere)
    where greatest(promotions.starts_on, places.first_day) <= places.last_day
),

-- A price that held before the first day holds from the first day on.
priced as (
    select
        places.product_id,
        places.location_id,
        greatest(prices.valid_from, places.first_day) as day,
        prices.unit_price,
        row_number() over (
            partition by places.product_id, places.location_id, greatest(prices.valid_from, places.first_day)
            order by prices.valid_from desc, prices.location_id
        ) as recency
    from staging.prices
    inner join places
        on prices.product_id = places.product_id
        and (prices.location_id = places.location_id or prices.location_id = 'main' and places.is_main_everywhere)
    where prices.unit_price > 0 and prices.valid_from <= places.last_day
),

said as (
    select product_id, location_id, day, 1 as promotion, null as price from promoted
    union all
    select product_id, location_id, day, 0, unit_price from priced where recency = 1
)

select product_id, location_id, day, max(promotion) as promotion, max(price) as price
from said
group by product_id, location_id, day
