-- One row per product and place with a count: what its stock did over the last 365 days, as far as
-- it is known. Only counted and derived days are known, and stockouts only where the opening is known too,
-- which needs receipts: days on sale are such days, and days in stock those with stock at opening or a
-- receipt. Closings are those of known days, none below zero.
-- key: product_id, location_id
-- test: no_more_in_stock_than_known: days_in_stock <= days_on_sale and days_on_sale <= known_days
-- test: empty_counts_are_some_of_all: n_counts_without_stock <= n_counts and n_counts <= known_days
with runs as (
    select
        stock_runs.*,
        basis in ('counted', 'derived') as is_known,
        greatest(from_day, cast(clock.business_date - interval '365' day as date)) as first_in_year,
        cast(until_day as int)
        - cast(greatest(from_day, cast(clock.business_date - interval '365' day as date)) as int) + 1 as days
    from intermediate.stock_runs as stock_runs
    inner join intermediate.clock on stock_runs.until_day >= clock.business_date - interval '365' day
),

firsts as (
    select product_id, location_id, min(first_in_year) as known_from
    from runs
    where is_known
    group by product_id, location_id
)

select
    runs.product_id,
    runs.location_id,
    coalesce(sum(days) filter (where is_known), 0) as known_days,
    min(first_in_year) filter (where is_known) as known_from,
    max(until_day) filter (where is_known) as known_until,
    coalesce(sum(days) filter (where basis = 'counted'), 0) as n_counts,
    coalesce(sum(days) filter (where basis = 'counted' and is_on_sale and on_hand_low <= 0), 0) as n_counts_without_stock,
    coalesce(sum(days) filter (where is_known and is_on_sale and opening is not null), 0) as days_on_sale,
    coalesce(sum(days) filter (where is_known and is_on_sale and opening + receipts > 0), 0) as days_in_stock,
    coalesce(sum(days) filter (where stockout = 'full'), 0) as full_stockout_days,
    coalesce(sum(days) filter (where stockout = 'censored'), 0) as censored_days,
    sum(greatest(on_hand_low, 0) * days) filter (where is_known) as sum_of_closings,
    sum(greatest(opening, 0)) filter (where is_known and first_in_year = firsts.known_from) as opening_units,
    sum(receipts) filter (where is_known) as received_units,
    sum(sold) filter (where is_known) as sold_units,
    sum(returned) filter (where is_known) as returned_units,
    sum(net_with_cost) filter (where is_known) as net_with_cost,
    sum(cost) filter (where is_known) as cost,
    sum(unexplained) filter (where is_known) as unexplained_units
from runs
left join firsts on runs.product_id = firsts.product_id and runs.location_id = firsts.location_id
group by runs.product_id, runs.location_id
