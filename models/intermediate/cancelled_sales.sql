-- One row per sale that was cancelled: the same customer, product, place and price, the same
-- quantity given back within 7 days. Such a sale was never demand. Each sale is matched with one
-- cancellation and each cancellation with one sale, the latest before it.
-- key: sequence, ordinal
-- test: a_cancellation_follows_its_sale: cancelled_at >= sold_at
with cancellations as (
    select * from staging.sales where kind = 'cancellation'
),

candidates as (
    select
        sales._sequence as sequence,
        sales._ordinal as ordinal,
        sales.sold_at,
        cancellations._sequence as cancelled_sequence,
        cancellations._ordinal as cancelled_ordinal,
        cancellations.sold_at as cancelled_at,
        row_number() over (
            partition by cancellations._sequence, cancellations._ordinal
            order by sales.sold_at desc, sales._sequence desc, sales._ordinal desc
        ) as sale_rank
    from cancellations
    inner join staging.sales
        on cancellations.product_id = sales.product_id
        and cancellations.location_id = sales.location_id
        and coalesce(cancellations.customer_id, '') = coalesce(sales.customer_id, '')
        and coalesce(cancellations.unit_price, 0) = coalesce(sales.unit_price, 0)
        and cancellations.quantity = -sales.quantity
    where sales.kind = 'sale'
        and sales.sold_at <= cancellations.sold_at
        and sales.sold_at >= cancellations.sold_at - interval '7' day
),

ranked as (
    select
        *,
        row_number() over (
            partition by sequence, ordinal
            order by cancelled_at, cancelled_sequence, cancelled_ordinal
        ) as cancellation_rank
    from candidates
    where sale_rank = 1
)

select sequence, ordinal, sold_at, cancelled_sequence, cancelled_ordinal, cancelled_at
from ranked
where cancellation_rank = 1
