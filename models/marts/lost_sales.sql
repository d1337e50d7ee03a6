-- One row per product, place and day on which stock ran out: what would have sold and did not.
-- Expected is the mean of the days in stock in the same 28 days and those before and after them; on
-- a day without any stock all of it is lost, on a day that ended empty what exceeds the day's sales.
-- The variance is that of one day's demand plus that of the mean, in squared units. Null where no day
-- in stock is near.
-- key: product_id, location_id, day
-- test: nothing_negative_is_lost: lost_units is null or lost_units >= 0
with affected as (
    select product_id, location_id from intermediate.stockout_days group by product_id, location_id
),

spans as (
    select
        items.product_id,
        items.location_id,
        cast(items.first_day as int) as first_day,
        cast(least(coalesce(items.ended_on, clock.last_sale_on), clock.last_sale_on) as int) as last_day
    from intermediate.items
    cross join intermediate.clock
    inner join affected
        on items.product_id = affected.product_id and items.location_id = affected.location_id
),

-- Days of each block of 28 on which it was on sale, those out of stock taken off.
block_days as (
    select
        product_id,
        location_id,
        cast(block as int) as block,
        least(last_day, 28 * block + 27) - greatest(first_day, 28 * block) + 1 as days
    from (
        select *, unnest(range(first_day / 28, last_day / 28 + 1)) as block from spans
    )
    union all
    select product_id, location_id, cast(day as int) / 28, -1 from intermediate.stockout_days
),

sold as (
    select
        daily_sales.product_id,
        daily_sales.location_id,
        cast(daily_sales.day as int) / 28 as block,
        daily_sales.units
    from intermediate.daily_sales
    inner join affected
        on daily_sales.product_id = affected.product_id and daily_sales.location_id = affected.location_id
    left join intermediate.stockout_days
        on daily_sales.product_id = stockout_days.product_id
        and daily_sales.location_id = stockout_days.location_id
        and daily_sales.day = stockout_days.day
    where stockout_days.day is null
),

blocks as (
    select product_id, location_id, block, sum(days) as n_days, sum(units) as units, sum(squares) as squares
    from (
        select product_id, location_id, block, days, 0 as units, 0 as squares from block_days
        union all
        select product_id, location_id, block, 0, units, cast(units * units as decimal(30, 4)) from sold
    )
    group by product_id, location_id, block
),

near as (
    select product_id, location_id, block + shift.blocks as block, sum(n_days) as n_days, sum(units) as units, sum(squares) as squares
    from (values (-1), (0), (1)) as shift (blocks)
    cross join blocks
    group by product_id, location_id, block + shift.blocks
),

expected as (
    select
        product_id,
        location_id,
        block,
        cast(units as double) / n_days as mean_units,
        case when n_days > 1
            then greatest(
                (cast(squares as double) - cast(units as double) * cast(units as double) / n_days) / (n_days - 1), 0
            )
        end * (1 + cast(1 as double) / n_days) as variance
    from near
    where n_days > 0
)

select
    stockout_days.product_id,
    stockout_days.location_id,
    stockout_days.day,
    stockout_days.stockout,
    stockout_days.sold,
    expected.mean_units as expected_units,
    greatest(expected.mean_units - cast(stockout_days.sold as double), 0) as lost_units,
    expected.variance,
    greatest(expected.mean_units - cast(stockout_days.sold as double), 0) * cast(items.unit_price as double) as lost_net,
    greatest(expected.mean_units - cast(stockout_days.sold as double), 0)
    * cast(items.unit_price - items.unit_cost as double) as lost_margin
from intermediate.stockout_days
inner join intermediate.items
    on stockout_days.product_id = items.product_id and stockout_days.location_id = items.location_id
left join expected
    on stockout_days.product_id = expected.product_id
    and stockout_days.location_id = expected.location_id
    and cast(stockout_days.day as int) / 28 = expected.block
