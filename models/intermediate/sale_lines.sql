-- One row per line of a sale, return or cancellation up to yesterday: units, money and how it
-- counts. Sold and returned lines count; a sale that was cancelled within days and the line that
-- cancelled it do not, but their money stays where it was booked. Net is what was charged less what
-- was given back; gross is before discounts; cost is what the line says, else today's unit cost,
-- null where neither is known. A line that tells neither its price nor its total is valued at the
-- price of the product list and says so. The sale is empty where its source numbers none: rows that were told
-- apart by where they stand in their file. Fees and adjustments are not sales of products and stand
-- elsewhere.
-- key: sequence, ordinal
-- test: how_a_line_counts_is_known: counts_as in ('sold', 'returned', 'cancelled', 'cancelling')
with lines as (
    select
        sales._sequence as sequence,
        sales._ordinal as ordinal,
        case
            when starts_with(sales.sale_id, concat(sales._file, ':', sales._row)) then ''
            else sales.sale_id
        end as sale_id,
        sales.sold_on as day,
        sales.product_id,
        sales.location_id,
        sales.customer_id,
        sales.payment_method,
        sales.quantity,
        case
            when cancelled.sequence is not null then 'cancelled'
            when cancellations.sequence is not null then 'cancelling'
            when sales.kind = 'sale' then 'sold'
            else 'returned'
        end as counts_as,
        cast(sales.quantity * coalesce(sales.unit_price, products.unit_price) as decimal(18, 4)) as gross,
        cast(
            coalesce(
                sales.total,
                sales.quantity * coalesce(sales.unit_price, products.unit_price) * (1 - sales.discount)
            ) as decimal(18, 4)
        ) as net,
        sales.total is null and sales.unit_price is null and products.unit_price is not null as is_at_list_price,
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
    sequence,
    ordinal,
    sale_id,
    day,
    product_id,
    location_id,
    customer_id,
    payment_method,
    counts_as,
    cast(case when counts_as = 'sold' then quantity else 0 end as decimal(18, 4)) as units,
    cast(case when counts_as = 'returned' then -quantity else 0 end as decimal(18, 4)) as returned_units,
    cast(case when counts_as = 'cancelled' then quantity else 0 end as decimal(18, 4)) as cancelled_units,
    coalesce(gross, net) as gross,
    cast(coalesce(gross, net) - net as decimal(18, 4)) as discount,
    net,
    is_at_list_price,
    cost
from lines
