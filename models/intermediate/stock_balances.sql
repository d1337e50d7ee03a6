-- One row per product, place and day on which the stock of a counted product changed, was counted, or
-- began to be told: what changed, and the sums of all changes and of all sales up to that day.
-- What is sold as totals of weeks or months begins with its first count.
-- key: product_id, location_id, day
-- test: the_next_change_is_later: next_day > day
with counted_items as (
    select product_id, location_id, min(day) as first_counted_on
    from intermediate.stock_changes
    where counted is not null
    group by product_id, location_id
),

spans as (
    select
        items.product_id,
        items.location_id,
        -- Of totals nobody knows on which day they sold.
        item_periods.period is null as sales_are_daily,
        clock.receipts_are_known and item_periods.period is null as receipts_are_known,
        items.first_day,
        items.ended_on,
        case when item_periods.period is null then items.first_stock_day else counted_items.first_counted_on end
            as first_stock_day,
        clock.business_date
    from intermediate.items
    inner join counted_items
        on items.product_id = counted_items.product_id and items.location_id = counted_items.location_id
    cross join intermediate.clock
    left join intermediate.item_periods
        on items.product_id = item_periods.product_id and items.location_id = item_periods.location_id
    where items.first_stock_day < clock.business_date
)

select
    changes.*,
    spans.receipts_are_known,
    spans.sales_are_daily,
    spans.first_day,
    spans.ended_on,
    coalesce(lead(day) over in_order, spans.business_date) as next_day,
    sum(receipts + other + returned - sold) over past as net_running,
    sum(sold - returned) over past as sold_running,
    count(counted) over past as n_counts
from intermediate.stock_changes as changes
inner join spans
    on changes.product_id = spans.product_id and changes.location_id = spans.location_id
where changes.day >= spans.first_stock_day and changes.day < spans.business_date
window
    in_order as (partition by changes.product_id, changes.location_id order by day),
    past as (
        partition by changes.product_id, changes.location_id order by day
        rows between unbounded preceding and current row
    )
