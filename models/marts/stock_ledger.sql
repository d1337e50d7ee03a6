-- One row per product, place and day, past and coming: stock and how it is known.
-- Counted, derived and bound as the intermediate runs say; projected from the business date on,
-- with open orders and today's proposal, low and high the 80 % band.
-- key: product_id, location_id, day
-- sorted: product_id, location_id, day
-- step: lay_out_days: day
-- test: low_is_at_most_high: on_hand_high is null or on_hand_low <= on_hand_high
with pieces as (
    select
        product_id,
        location_id,
        from_day,
        until_day,
        opening,
        receipts,
        sold,
        returned,
        other,
        unexplained,
        on_hand_low,
        on_hand_high,
        basis,
        stockout,
        cast(null as double) as on_hand_median
    from intermediate.stock_runs
    union all
    select
        product_id,
        location_id,
        day as from_day,
        day as until_day,
        null,
        receipts,
        null,
        null,
        null,
        null,
        cast(lower_80 as decimal(18, 4)),
        cast(upper_80 as decimal(18, 4)),
        'projected',
        null,
        median
    from marts.projected_stock
)

select *
from pieces
order by product_id, location_id, from_day
