-- One row per month of first purchase and month since: how many of those customers bought again.
-- Months are those of the trading calendar, with its names, 0 the first; retention is the share of the cohort that
-- bought in that month. A month that is not over is marked.
-- key: cohort_month, months_since
-- test: retention_is_a_share: retention between 0 and 1
-- test: all_are_there_at_first: months_since > 0 or n_active = n_customers
with months as (
    select
        day,
        month_start,
        cast(year as bigint) * 12 + month as month_number
    from config.calendar
),

active as (
    select
        baskets.customer_id,
        months.month_start,
        months.month_number,
        sum(baskets.net) as net
    from intermediate.baskets
    inner join months on baskets.day = months.day
    where baskets.customer_id is not null and baskets.is_purchase
    group by baskets.customer_id, months.month_start, months.month_number
),

first_months as (
    select customers.customer_id, months.month_start as cohort_month, months.month_number as cohort_number
    from marts.customers
    inner join months on customers.first_purchase_on = months.day
),

sizes as (
    select cohort_month, count(*) as n_customers
    from first_months
    group by cohort_month
),

counted as (
    select
        first_months.cohort_month,
        active.month_number - first_months.cohort_number as months_since,
        min(active.month_start) as month_start,
        count(*) as n_active,
        sum(active.net) as net
    from active
    inner join first_months on active.customer_id = first_months.customer_id
    group by first_months.cohort_month, active.month_number - first_months.cohort_number
)

select
    counted.cohort_month,
    cohorts.label as cohort_label,
    counted.months_since,
    counted.month_start,
    sizes.n_customers,
    counted.n_active,
    cast(counted.n_active as double) / sizes.n_customers as retention,
    counted.net,
    periods.period_end > clock.last_known_day as is_running
from counted
inner join sizes on counted.cohort_month = sizes.cohort_month
inner join config.periods on periods.frequency = 'month' and counted.month_start = periods.period_start
inner join config.periods as cohorts on cohorts.frequency = 'month' and counted.cohort_month = cohorts.period_start
cross join intermediate.clock
