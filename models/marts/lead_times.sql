-- One row per supplier and product that was ordered: the lead time it states beside the one measured.
-- Measured from the order to the first receipt, by Kaplan and Meier (1958): orders of which nothing
-- has come yet count as at least as old as they are. Median and 90 % quantile are null where open
-- orders leave them unknown; the mean is over what is known.
-- `counts` has days, lines received after so many and lines open since so many, again and again.
-- key: supplier_id, product_id
-- test: lines_are_received_or_open: n_received + n_open = n_lines
with measured as (
    select
        coalesce(supplier_id, 'unknown') as supplier_id,
        product_id,
        count(*) as n_lines,
        measured_lead_time(lead_time_days, is_open) as measured
    from intermediate.order_lines
    where not is_back_dated
    group by coalesce(supplier_id, 'unknown'), product_id
)

select
    measured.supplier_id,
    measured.product_id,
    measured.n_lines,
    measured['n_received'] as n_received,
    measured['n_open'] as n_open,
    suppliers.stated_lead_time_days,
    measured['mean_days'] as mean_days,
    measured['median_days'] as median_days,
    measured['days_90'] as days_90,
    measured['longest_days'] as longest_days,
    measured['counts'] as counts
from measured
left join staging.suppliers on measured.supplier_id = suppliers.supplier_id
