-- One row per supplier that was ordered from: stated against measured lead time, punctuality, fill,
-- partial deliveries and the drift of its prices.
-- On time is a line that was complete by its expected day; both on-time share and fill rate are over
-- lines that were due by yesterday, and null without one. A partial line took several deliveries, or
-- was due and is not complete. Price drift compares each product's last unit cost of the last 365 days
-- with its first, weighted by the units ordered.
-- key: supplier_id
-- test: shares_are_shares: coalesce(on_time_share, 0) between 0 and 1 and coalesce(partial_share, 0) between 0 and 1
-- test: late_lines_are_due: n_late <= n_due
with lines as (
    select *, coalesce(supplier_id, 'unknown') as supplier from intermediate.order_lines
),

summed as (
    select
        supplier,
        count(*) as n_lines,
        count(distinct order_id) as n_orders,
        count(distinct product_id) as n_products,
        min(ordered_on) as first_ordered_on,
        max(ordered_on) as last_ordered_on,
        cast(sum(ordered * unit_cost) as decimal(18, 4)) as ordered_value,
        count(*) filter (where is_due) as n_due,
        count(*) filter (where is_due and not is_on_time) as n_late,
        cast(count(*) filter (where is_on_time) as double) / nullif(count(*) filter (where is_due), 0) as on_time_share,
        cast(sum(least(received, ordered)) filter (where is_due) as double)
        / nullif(cast(sum(ordered) filter (where is_due) as double), 0) as fill_rate,
        cast(count(*) filter (where n_deliveries > 1 or is_due and completed_on is null) as double)
        / nullif(count(*) filter (where is_due or n_deliveries > 0), 0) as partial_share,
        cast(avg(cast(cast(completed_on as int) - cast(expected_on as int) as decimal(18, 4)))
            filter (where completed_on > expected_on) as double) as mean_days_late
    from lines
    group by supplier
),

measured as (
    select supplier, measured_lead_time(lead_time_days, is_open) as measured
    from lines
    where not is_back_dated
    group by supplier
),

priced as (
    select
        lines.supplier,
        lines.product_id,
        lines.ordered,
        lines.unit_cost,
        row_number() over (partition by supplier, product_id order by ordered_on, order_id, line) as first_rank,
        row_number() over (partition by supplier, product_id order by ordered_on desc, order_id desc, line desc) as last_rank
    from lines
    inner join intermediate.clock on lines.ordered_on >= clock.business_date - interval '365' day
    where lines.unit_cost > 0
),

drifts as (
    select
        supplier,
        product_id,
        sum(ordered) as units,
        max(unit_cost) filter (where first_rank = 1) as first_cost,
        max(unit_cost) filter (where last_rank = 1) as last_cost
    from priced
    group by supplier, product_id
),

drift as (
    select
        supplier,
        cast(sum(units * last_cost) as double) / nullif(cast(sum(units * first_cost) as double), 0) - 1 as price_drift
    from drifts
    group by supplier
)

select
    summed.supplier as supplier_id,
    coalesce(suppliers.name, summed.supplier) as name,
    summed.n_orders,
    summed.n_lines,
    summed.n_products,
    summed.first_ordered_on,
    summed.last_ordered_on,
    summed.ordered_value,
    suppliers.stated_lead_time_days,
    measured['mean_days'] as mean_lead_time_days,
    measured['median_days'] as median_lead_time_days,
    measured['days_90'] as lead_time_days_90,
    coalesce(measured['n_open'], 0) as n_open,
    summed.n_due,
    summed.n_late,
    summed.on_time_share,
    summed.mean_days_late,
    summed.fill_rate,
    summed.partial_share,
    drift.price_drift
from summed
left join staging.suppliers on summed.supplier = suppliers.supplier_id
left join measured on summed.supplier = measured.supplier
left join drift on summed.supplier = drift.supplier
