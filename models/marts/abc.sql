-- One row per product sold in the last 365 days: its class by net revenue over all places.
-- A product is A if the cumulative share before it is below the first cut, B below the second.
-- Where no prices are known the value is units.
-- key: product_id
-- test: shares_are_shares: value_share between 0 and 1 and cumulative_share between 0 and 1.000001
with sold as (
    select
        product_id,
        greatest(sum(net), 0) as net,
        sum(units) as units
    from intermediate.daily_sales
    inner join intermediate.clock on daily_sales.day >= clock.business_date - interval '365' day
    group by product_id
),

valued as (
    select
        product_id,
        case when (select max(net) from sold) > 0 then net else units end as value,
        case when (select max(net) from sold) > 0 then 'net revenue' else 'units' end as value_kind
    from sold
),

shared as (
    select
        *,
        cast(value as double) / nullif(cast(sum(value) over () as double), 0) as value_share,
        cast(sum(value) over (order by value desc, product_id rows between unbounded preceding and current row) as double)
        / nullif(cast(sum(value) over () as double), 0) as cumulative_share,
        row_number() over (order by value desc, product_id) as value_rank
    from valued
)

select
    shared.product_id,
    coalesce(products.name, shared.product_id) as name,
    coalesce(products.category, '') as category,
    shared.value,
    shared.value_kind,
    shared.value_share,
    shared.cumulative_share,
    shared.value_rank,
    case
        when shared.cumulative_share - shared.value_share < settings.abc_a - 0.000000001 then 'A'
        when shared.cumulative_share - shared.value_share < settings.abc_b - 0.000000001 then 'B'
        else 'C'
    end as abc_class
from shared
cross join config.settings
left join staging.products on shared.product_id = products.product_id
where shared.value_share is not null
