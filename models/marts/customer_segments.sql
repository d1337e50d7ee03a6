-- One row per named segment and given segment: how many customers, what they brought, and how they come back.
-- Repeat rate is the share of customers with purchases on two days or more.
-- key: segment, given_segment
-- test: repeat_rates_are_shares: repeat_rate between 0 and 1
select
    segment,
    coalesce(given_segment, 'unknown') as given_segment,
    count(*) as n_customers,
    sum(monetary) as monetary,
    sum(frequency) as n_purchase_days,
    cast(count(*) filter (where frequency > 1) as double) / count(*) as repeat_rate,
    cast(sum(recency_days) as double) / count(*) as mean_recency_days,
    cast(sum(frequency) as double) / count(*) as mean_frequency
from marts.customers
group by segment, coalesce(given_segment, 'unknown')
