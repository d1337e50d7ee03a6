-- One row per product, place and day on which a promotion ran. A promotion that names no place
-- holds everywhere.
-- key: product_id, location_id, day
with days as (
    select
        promotions.product_id,
        items.location_id,
        promotions.promotion_id,
        cast(
            unnest(
                generate_series(
                    promotions.starts_on,
                    least(coalesce(promotions.ends_on, clock.business_date), clock.business_date),
                    interval '1' day
                )
            ) as date
        ) as day
    from staging.promotions
    cross join intermediate.clock
    inner join intermediate.items
        on promotions.product_id = items.product_id
        and (
            promotions.location_id = items.location_id
            or promotions.location_id = 'main' and (select count(*) from intermediate.items where location_id = 'main') = 0
        )
    where promotions.starts_on < clock.business_date
)

select product_id, location_id, day, min(promotion_id) as promotion_id, count(*) as n_promotions
from days
group by product_id, location_id, day
