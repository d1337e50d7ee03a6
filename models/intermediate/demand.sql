-- One row per product, place and period from its launch to the last day of sales, zeros included: a
-- day, or the week or month whose totals its sources give.
-- A day without stock is missing: nobody knows what would have sold. A day on which stock ran
-- out is censored: at least what sold was wanted. What never sold and has no launch date has no rows: nothing
-- says that it is on sale there.
-- key: product_id, location_id, period_start
-- sorted: product_id, location_id, period_start
-- step: lay_out_days: period_start
-- test: units_are_not_negative: units >= 0
-- test: what_sold_was_available: units = 0 or availability <> 'missing'
with spans as (
    select
        items.product_id,
        items.location_id,
        items.category,
        items.first_day,
        least(coalesce(items.ended_on, clock.last_sale_on), clock.last_sale_on) as last_day
    from intermediate.items
    cross join intermediate.clock
    left join intermediate.item_periods
        on items.product_id = item_periods.product_id and items.location_id = item_periods.location_id
    where items.first_day <= least(coalesce(items.ended_on, clock.last_sale_on), clock.last_sale_on)
        and item_periods.period is null
        and coalesce(items.launched_on, items.first_sold_on) is not null
),

-- Days on which something sold, and runs of days without stock.
events as (
    select product_id, location_id, day as from_day, day as until_day, units, greatest(net, 0) as revenue, null as stockout
    from intermediate.daily_sales
    union all
    select product_id, location_id, from_day, until_day, 0, 0, stockout
    from intermediate.stock_runs
    where stockout is not null
    union all
    select product_id, location_id, first_day as from_day, first_day as until_day, 0, 0, null from spans
),

merged as (
    select
        product_id,
        location_id,
        from_day,
        max(until_day) as until_day,
        sum(units) as units,
        sum(revenue) as revenue,
        max(stockout) as stockout
    from events
    group by product_id, location_id, from_day
),

in_order as (
    select
        merged.product_id,
        merged.location_id,
        spans.category,
        merged.from_day,
        least(merged.until_day, spans.last_day) as until_day,
        merged.units,
        merged.revenue,
        merged.stockout,
        coalesce(
            lead(merged.from_day) over (partition by merged.product_id, merged.location_id order by merged.from_day),
            cast(spans.last_day + interval '1' day as date)
        ) as next_day
    from merged
    inner join spans
        on merged.product_id = spans.product_id and merged.location_id = spans.location_id
    where merged.from_day >= spans.first_day and merged.from_day <= spans.last_day
),

-- The days of the event first, then those after it until the next one.
pieces as (
    select
        product_id,
        location_id,
        category,
        case when is_event then from_day else cast(until_day + interval '1' day as date) end as from_day,
        case when is_event then until_day else cast(next_day - interval '1' day as date) end as until_day,
        case when is_event then units else 0 end as units,
        case when is_event then revenue else 0 end as revenue,
        case
            when is_event and stockout = 'full' then 'missing'
            when is_event and stockout = 'censored' then 'censored'
            else 'observed'
        end as availability
    from (
        select *, unnest(make_array(true, false)) as is_event from in_order
    )
    where is_event or until_day + interval '1' day < next_day
)

select
    product_id,
    location_id,
    category,
    'day' as period,
    from_day,
    until_day,
    cast(units as decimal(18, 4)) as units,
    cast(revenue as decimal(18, 4)) as revenue,
    availability
from pieces
union all
select
    product_id,
    location_id,
    category,
    period,
    period_start as from_day,
    period_start as until_day,
    cast(units as decimal(18, 4)),
    cast(revenue as decimal(18, 4)),
    availability
from intermediate.period_totals
order by product_id, location_id, from_day
