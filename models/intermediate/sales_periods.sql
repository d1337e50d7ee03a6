-- One row per frequency, period, dimension and value with sales: their sums.
-- Products have weeks, months and years; their days are daily sales.
-- key: frequency, period_start, dimension, value
with period_days as (
    select 'day' as frequency, day, day as period_start from config.calendar
    union all
    select 'week', day, week_start from config.calendar
    union all
    select 'month', day, month_start from config.calendar
    union all
    select 'year', day, year_start from config.calendar
),

products as (
    select
        period_days.frequency,
        period_days.period_start,
        'product' as dimension,
        daily_sales.product_id as value,
        cast(null as bigint) as n_purchases,
        sum(n_lines) as n_lines,
        sum(units) as units,
        sum(returned_units) as returned_units,
        sum(gross) as gross,
        sum(discount) as discount,
        sum(net) as net,
        sum(net_with_cost) as net_with_cost,
        sum(cost) as cost
    from intermediate.daily_sales
    inner join period_days on daily_sales.day = period_days.day and period_days.frequency <> 'day'
    group by period_days.frequency, period_days.period_start, daily_sales.product_id
),

others as (
    select
        period_days.frequency,
        period_days.period_start,
        dimension,
        value,
        sum(n_purchases) as n_purchases,
        sum(n_lines) as n_lines,
        sum(units) as units,
        sum(returned_units) as returned_units,
        sum(gross) as gross,
        sum(discount) as discount,
        sum(net) as net,
        sum(net_with_cost) as net_with_cost,
        sum(cost) as cost
    from intermediate.sales_cells
    inner join period_days on sales_cells.day = period_days.day
    group by period_days.frequency, period_days.period_start, dimension, value
)

select * from products
union all
select * from others
