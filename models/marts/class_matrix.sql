-- One row per ABC and XYZ class (none where weeks are too few): its products, what they sold, and what
-- of them is in stock.
-- key: abc_class, xyz_class
-- test: a_cell_has_products: n_products > 0
with stock as (
    select product_id, sum(greatest(on_hand, 0)) as on_hand, sum(stock_value) as stock_value, sum(lost_margin) as lost_margin
    from marts.stock_facts
    group by product_id
)

select
    product_classes.abc_class,
    coalesce(product_classes.xyz_class, 'none') as xyz_class,
    count(*) as n_products,
    count(*) filter (where has_changed) as n_changed,
    sum(product_classes.value) as value,
    max(product_classes.value_kind) as value_kind,
    sum(stock.on_hand) as on_hand,
    sum(stock.stock_value) as stock_value,
    sum(stock.lost_margin) as lost_margin
from marts.product_classes
left join stock on product_classes.product_id = stock.product_id
group by product_classes.abc_class, coalesce(product_classes.xyz_class, 'none')
