-- One row per product, place and day with sales: units sold, units returned, money.
-- Net is what was charged less what was given back; gross is before discounts. Cost is what the
-- line says, else today's unit cost. Fees and adjustments are not sales of products and stand
-- elsewhere. Units that were sold and cancelled within days are neither sold nor returned: they
-- stand apart, on the day of the sale; the money of both lines stays where it was booked.
-- key: product_id, location_id, day
-- test: units_are_not_negative: units >= 0 and returned_units >= 0
-- test: cancelled_units_are_not_negative: cancelled_units >= 0
-- test: gross_less_discount_is_net: abs(gross - discount - net) <= 0.01 * n_lines
with lines as (
    select
        sales.product_id,
        sales.location_id,
        sales.sold_on as day,
        sales.kind,
        sales.quantity,
        cancelled.sequence is not null as is_cancelled,
        cancellations.sequence is not null as cancels,
        cast(sales.quantity * coalesce(sales.unit_price, products.unit_price) as decimal(18, 4)) as gross,
        cast(
            coalesce(
                sales.total,
                sales.quantity * coalesce(sales.unit_price, products.unit_price) * (1 - sales.discount)
            ) as decimal(18, 4)
        ) as net,
        cast(coalesce(sales.cost, sales.quantity * products.unit_cost) as decimal(18, 4)) as cost
    from staging.sales
    inner join intermediate.clock on sales.sold_on < clock.business_date
    left join staging.products on sales.product_id = products.product_id
    left join intermediate.cancelled_sales as cancelled
        on sales._sequence = cancelled.sequence and sales._ordinal = cancelled.ordinal
    left join intermediate.cancelled_sales as cancellations
        on sales._sequence = cancellations.cancelled_sequence
        and sales._ordinal = cancellations.cancelled_ordinal
    where sales.kind in ('sale', 'return', 'cancellation')
)

select
    product_id,
    location_id,
    day,
    count(*) as n_lines,
    coalesce(sum(quantity) filter (where kind = 'sale' and not is_cancelled), 0) as units,
    coalesce(-sum(quantity) filter (where kind <> 'sale' and not cancels), 0) as returned_units,
    coalesce(sum(quantity) filter (where is_cancelled), 0) as cancelled_units,
    coalesce(sum(coalesce(gross, net)), 0) as gross,
    coalesce(sum(coalesce(gross, net) - net), 0) as discount,
    coalesce(sum(net), 0) as net,
    sum(cost) as cost,
    sum(net) - sum(cost) as margin
from lines
group by product_id, location_id, day
