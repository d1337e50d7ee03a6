-- One row per dimension and value (total, category, location, supplier, abc_class): the stock facts of
-- all its products and places together. Stock is not added up over time: averages are those of each
-- product and place, added up over them. Ratios are of sums, over the products and places that state
-- them. Lost units are estimates; low and high hold four times in five, if products err apart from each
-- other.
-- key: dimension, value
-- test: stated_are_some_of_all: n_stated <= n_items
-- test: estimates_lie_between_their_bounds: lost_units is null or lost_units_low <= lost_units and lost_units <= lost_units_high
with facts as (
    select
        stock_facts.*,
        power(lost_units_high - lost_units, 2) as lost_square,
        coalesce(abc.abc_class, 'none') as abc_class
    from marts.stock_facts as stock_facts
    left join marts.abc on stock_facts.product_id = abc.product_id
),

cells as (
    select 'total' as dimension, 'all' as value, on_hand, stock_value, retail_value, average_stock_value, cost_of_sales, margin, turns, known_days, n_counts, n_counts_without_stock, days_on_sale, in_stock_share, full_stockout_days, censored_days, lost_units, lost_square, lost_net, lost_margin
    from facts
    union all
    select 'category', coalesce(nullif(category, ''), 'unknown'), on_hand, stock_value, retail_value, average_stock_value, cost_of_sales, margin, turns, known_days, n_counts, n_counts_without_stock, days_on_sale, in_stock_share, full_stockout_days, censored_days, lost_units, lost_square, lost_net, lost_margin
    from facts
    union all
    select 'location', location_id, on_hand, stock_value, retail_value, average_stock_value, cost_of_sales, margin, turns, known_days, n_counts, n_counts_without_stock, days_on_sale, in_stock_share, full_stockout_days, censored_days, lost_units, lost_square, lost_net, lost_margin
    from facts
    union all
    select 'supplier', coalesce(supplier_id, 'unknown'), on_hand, stock_value, retail_value, average_stock_value, cost_of_sales, margin, turns, known_days, n_counts, n_counts_without_stock, days_on_sale, in_stock_share, full_stockout_days, censored_days, lost_units, lost_square, lost_net, lost_margin
    from facts
    union all
    select 'abc_class', abc_class, on_hand, stock_value, retail_value, average_stock_value, cost_of_sales, margin, turns, known_days, n_counts, n_counts_without_stock, days_on_sale, in_stock_share, full_stockout_days, censored_days, lost_units, lost_square, lost_net, lost_margin
    from facts
),

summed as (
    select
        dimension,
        value,
        count(*) as n_items,
        count(*) filter (where turns is not null) as n_stated,
        sum(greatest(on_hand, 0)) as on_hand,
        sum(stock_value) as stock_value,
        sum(retail_value) as retail_value,
        sum(average_stock_value) filter (where turns is not null) as average_stock_value,
        sum(cost_of_sales) filter (where turns is not null) as cost_of_sales,
        sum(margin) filter (where turns is not null) as margin,
        sum(cast(cast(cost_of_sales as double) * 365 / nullif(known_days, 0) as decimal(18, 4))) filter (where turns is not null) as yearly_cost,
        sum(cast(cast(margin as double) * 365 / nullif(known_days, 0) as decimal(18, 4))) filter (where turns is not null) as yearly_margin,
        sum(n_counts) as n_counts,
        sum(n_counts_without_stock) as n_counts_without_stock,
        sum(days_on_sale) as days_on_sale,
        sum(cast(in_stock_share * days_on_sale as decimal(18, 4))) as days_in_stock,
        sum(full_stockout_days) as full_stockout_days,
        sum(censored_days) as censored_days,
        sum(cast(lost_units as decimal(30, 6))) as lost_units,
        sqrt(cast(sum(cast(lost_square as decimal(30, 6))) as double)) as lost_spread,
        sum(lost_net) as lost_net,
        sum(lost_margin) as lost_margin
    from cells
    group by dimension, value
)

select
    dimension,
    value,
    n_items,
    n_stated,
    on_hand,
    stock_value,
    retail_value,
    average_stock_value,
    cost_of_sales,
    margin,
    cast(yearly_cost as double) / nullif(cast(average_stock_value as double), 0) as turns,
    cast(yearly_margin as double) / nullif(cast(average_stock_value as double), 0) as gmroi,
    n_counts,
    n_counts_without_stock,
    cast(days_in_stock as double) / nullif(days_on_sale, 0) as in_stock_share,
    full_stockout_days,
    censored_days,
    cast(lost_units as double) as lost_units,
    greatest(cast(lost_units as double) - lost_spread, 0) as lost_units_low,
    cast(lost_units as double) + lost_spread as lost_units_high,
    lost_net,
    lost_margin
from summed
