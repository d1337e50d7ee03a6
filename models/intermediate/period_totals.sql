-- One row per product, place and week or month of what is sold as totals of such: from its first sale
-- to the last period that ended by the last day of sales, zeros included.
-- A period of which no source says anything is missing: nobody knows what sold. A total counts in the
-- week in which it ends.
-- key: product_id, location_id, period_start
-- test: units_are_not_negative: units >= 0
-- test: what_sold_was_told: units = 0 or availability <> 'missing'
with ends as (
    select distinct 'week' as period, week_start as period_start, cast(week_start + interval '6 day' as date) as period_end
    from config.calendar
    union all
    select distinct
        'month',
        cast(date_trunc('month', day) as date),
        cast(date_trunc('month', day) + interval '1 month' - interval '1 day' as date)
    from config.calendar
),

sold as (
    select
        daily_sales.product_id,
        daily_sales.location_id,
        item_periods.period,
        case item_periods.period
            when 'month' then cast(date_trunc('month', daily_sales.day) as date)
            else calendar.week_start
        end as period_start,
        sum(daily_sales.units) as units,
        sum(greatest(daily_sales.net, 0)) as revenue
    from intermediate.daily_sales
    inner join intermediate.item_periods
        on daily_sales.product_id = item_periods.product_id
        and daily_sales.location_id = item_periods.location_id
    inner join config.calendar on daily_sales.day = calendar.day
    group by 1, 2, 3, 4
),

told as (
    select period, period_start from sold group by period, period_start
),

known as (
    select
        items.product_id,
        items.location_id,
        items.category,
        item_periods.period,
        ends.period_start
    from intermediate.items
    inner join intermediate.item_periods
        on items.product_id = item_periods.product_id and items.location_id = item_periods.location_id
    cross join intermediate.clock
    inner join ends
        on item_periods.period = ends.period
        and ends.period_end >= items.first_day
        and ends.period_start <= coalesce(items.ended_on, clock.last_sale_on)
        and ends.period_end <= clock.last_sale_on
)

select
    known.product_id,
    known.location_id,
    known.category,
    known.period,
    known.period_start,
    coalesce(sold.units, 0) as units,
    coalesce(sold.revenue, 0) as revenue,
    case when told.period_start is null then 'missing' else 'observed' end as availability
from known
left join sold
    on known.product_id = sold.product_id
    and known.location_id = sold.location_id
    and known.period_start = sold.period_start
left join told on known.period = told.period and known.period_start = told.period_start
