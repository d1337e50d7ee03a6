-- One row per place and number of lines sold in one basket (11 stands for more than ten): how many
-- purchases of the last 365 days were of that size, and what they brought.
-- key: location_id, n_sold_lines
-- test: a_purchase_has_units: units > 0
select
    baskets.location_id,
    least(baskets.n_sold_lines, 11) as n_sold_lines,
    count(*) as n_purchases,
    sum(baskets.units) as units,
    sum(baskets.net) as net,
    cast(cast(sum(baskets.net) as double) / count(*) as decimal(18, 4)) as net_per_purchase
from intermediate.baskets
inner join intermediate.clock on baskets.day >= clock.business_date - interval '365' day
where baskets.is_purchase
group by baskets.location_id, least(baskets.n_sold_lines, 11)
