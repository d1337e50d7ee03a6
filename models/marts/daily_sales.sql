-- One row per product, place and day with sales: units, returns and money, with the category.
-- key: product_id, location_id, day
select
    daily_sales.product_id,
    daily_sales.location_id,
    items.category,
    daily_sales.day,
    daily_sales.units,
    daily_sales.returned_units,
    daily_sales.cancelled_units,
    daily_sales.gross,
    daily_sales.discount,
    daily_sales.net,
    daily_sales.cost,
    daily_sales.margin
from intermediate.daily_sales
inner join intermediate.items
    on daily_sales.product_id = items.product_id and daily_sales.location_id = items.location_id
