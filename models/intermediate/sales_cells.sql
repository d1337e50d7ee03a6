-- One row per day, dimension and value with sales: what sales by period are summed from.
-- A basket has one place, customer and payment method; a product one category and supplier; a
-- product at a place on a day is promoted or not; a line has one discount. Purchases are counted for
-- what a basket has one of, and null where no source tells one purchase from another.
-- key: dimension, value, day
with basket_cells as (
    select
        baskets.day,
        baskets.location_id,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.gender, 'unknown') as gender,
        coalesce(baskets.payment_method, 'unknown') as payment_method,
        case
            when customers.age is null then 'unknown'
            when customers.age < 18 then 'under 18'
            when customers.age < 25 then '18-24'
            when customers.age < 35 then '25-34'
            when customers.age < 45 then '35-44'
            when customers.age < 55 then '45-54'
            when customers.age < 65 then '55-64'
            else '65 and over'
        end as age_band,
        case when count(is_purchase) > 0 then count(*) filter (where is_purchase) end as n_purchases,
        sum(n_lines) as n_lines,
        sum(units) as units,
        sum(returned_units) as returned_units,
        sum(gross) as gross,
        sum(discount) as discount,
        sum(net) as net,
        sum(net_with_cost) as net_with_cost,
        sum(cost) as cost
    from intermediate.baskets
    left join staging.customers on baskets.customer_id = customers.customer_id
    group by 1, 2, 3, 4, 5, 6
),

product_cells as (
    select
        daily_sales.day,
        coalesce(nullif(items.category, ''), 'unknown') as category,
        coalesce(items.supplier_id, 'unknown') as supplier,
        case when promoted_days.day is null then 'regular' else 'promoted' end as promotion,
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
    inner join intermediate.items
        on daily_sales.product_id = items.product_id and daily_sales.location_id = items.location_id
    left join intermediate.promoted_days
        on daily_sales.product_id = promoted_days.product_id
        and daily_sales.location_id = promoted_days.location_id
        and daily_sales.day = promoted_days.day
    group by 1, 2, 3, 4
),

discount_cells as (
    select
        day,
        case
            when coalesce(discount, 0) = 0 then 'none'
            when abs(discount) * 10 < abs(gross) then 'under 10 %'
            when abs(discount) * 5 < abs(gross) then '10-20 %'
            when abs(discount) * 10 < abs(gross) * 3 then '20-30 %'
            when abs(discount) * 2 < abs(gross) then '30-50 %'
            else '50 % and over'
        end as discount_band,
        cast(null as bigint) as n_purchases,
        count(*) as n_lines,
        sum(units) as units,
        sum(returned_units) as returned_units,
        coalesce(sum(gross), 0) as gross,
        coalesce(sum(discount), 0) as discount,
        coalesce(sum(net), 0) as net,
        coalesce(sum(net) filter (where cost is not null), 0) as net_with_cost,
        sum(cost) filter (where net is not null) as cost
    from intermediate.sale_lines
    group by 1, 2
),

cells as (
    select
        unnest(make_array(
            named_struct('dimension', 'total', 'value', 'all'),
            named_struct('dimension', 'location', 'value', location_id),
            named_struct('dimension', 'segment', 'value', segment),
            named_struct('dimension', 'age_band', 'value', age_band),
            named_struct('dimension', 'gender', 'value', gender),
            named_struct('dimension', 'payment_method', 'value', payment_method)
        )) as cell,
        day,
        n_purchases, n_lines, units, returned_units, gross, discount, net, net_with_cost, cost
    from basket_cells
    union all
    select
        unnest(make_array(
            named_struct('dimension', 'category', 'value', category),
            named_struct('dimension', 'supplier', 'value', supplier),
            named_struct('dimension', 'promotion', 'value', promotion)
        )),
        day,
        n_purchases, n_lines, units, returned_units, gross, discount, net, net_with_cost, cost
    from product_cells
    union all
    select named_struct('dimension', 'discount_band', 'value', discount_band), day, n_purchases, n_lines, units, returned_units, gross, discount, net, net_with_cost, cost
    from discount_cells
)

select
    cell['dimension'] as dimension,
    cell['value'] as value,
    day,
    sum(n_purchases) as n_purchases,
    sum(n_lines) as n_lines,
    sum(units) as units,
    sum(returned_units) as returned_units,
    sum(gross) as gross,
    sum(discount) as discount,
    sum(net) as net,
    sum(net_with_cost) as net_with_cost,
    sum(cost) as cost
from cells
group by cell['dimension'], cell['value'], day
