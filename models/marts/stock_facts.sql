-- One row per product and place with a count: what its stock is worth, how long it lasts, how fast
-- it turned over the last 365 days, and what it missed.
-- Value is at today's unit cost, and at today's price for retail. Backward cover is stock over the mean
-- daily sales of the last 91 days, null without sales. Turns are the cost of what sold over the average
-- value of daily closings, a year; GMROI is gross margin over the same. Sell-through is units sold over
-- opening plus received units. In-stock share is of days on sale. All of these are over known days
-- only (counted or derived); without 28 of them they are null, with the reason beside them. Stockouts, losses,
-- the in-stock share and sell-through need receipts too: without them counts say how often nothing was
-- there, and no more. Lost units are estimates; low and high hold four times in five.
-- key: product_id, location_id
-- test: unknown_has_a_reason: (turns is not null) or (not_stated_because is not null) or average_stock_value = 0 or unit_cost is null
-- test: in_stock_share_is_a_share: coalesce(in_stock_share, 0) between 0 and 1
-- test: estimates_lie_between_their_bounds: lost_units is null or lost_units_low <= lost_units and lost_units <= lost_units_high
with recent as (
    select product_id, location_id, sum(units) as units
    from intermediate.daily_sales
    inner join intermediate.clock on daily_sales.day >= clock.business_date - interval '91' day
    group by product_id, location_id
),

lost as (
    select
        product_id,
        location_id,
        sum(cast(lost_units as decimal(30, 6))) as units,
        sum(cast(variance as decimal(30, 6))) as variance,
        sum(cast(lost_net as decimal(30, 6))) as net,
        sum(cast(lost_margin as decimal(30, 6))) as margin
    from marts.lost_sales
    inner join intermediate.clock on lost_sales.day >= clock.business_date - interval '365' day
    group by product_id, location_id
),

joined as (
    select
        stock_now.product_id,
        stock_now.location_id,
        items.name,
        items.category,
        items.supplier_id,
        items.unit_cost,
        items.unit_price,
        stock_now.on_hand,
        stock_now.on_hand_high,
        stock_now.basis,
        cast(greatest(stock_now.on_hand, 0) * items.unit_cost as decimal(18, 4)) as stock_value,
        cast(greatest(stock_now.on_hand, 0) * items.unit_price as decimal(18, 4)) as retail_value,
        least(91, cast(clock.business_date as int) - cast(items.first_day as int)) as recent_days,
        coalesce(recent.units, 0) as recent_units,
        stock_year.known_days,
        stock_year.known_from,
        stock_year.known_until,
        stock_year.n_counts,
        stock_year.n_counts_without_stock,
        clock.receipts_are_known,
        stock_year.days_on_sale,
        stock_year.days_in_stock,
        stock_year.full_stockout_days,
        stock_year.censored_days,
        stock_year.opening_units,
        stock_year.received_units,
        stock_year.sold_units,
        stock_year.cost,
        stock_year.net_with_cost,
        stock_year.known_days >= 28 as is_stated,
        cast(stock_year.sum_of_closings as double) / nullif(stock_year.known_days, 0) as average_units,
        cast(lost.units as double) as lost_units,
        1.2816 * sqrt(cast(lost.variance as double)) as lost_spread,
        cast(lost.net as decimal(18, 4)) as lost_net,
        cast(lost.margin as decimal(18, 4)) as lost_margin
    from intermediate.stock_now
    cross join intermediate.clock
    inner join intermediate.items
        on stock_now.product_id = items.product_id and stock_now.location_id = items.location_id
    inner join intermediate.stock_year
        on stock_now.product_id = stock_year.product_id and stock_now.location_id = stock_year.location_id
    left join recent on stock_now.product_id = recent.product_id and stock_now.location_id = recent.location_id
    left join lost on stock_now.product_id = lost.product_id and stock_now.location_id = lost.location_id
),

judged as (
    select *, is_stated and receipts_are_known as is_judged from joined
)

select
    product_id,
    location_id,
    name,
    category,
    supplier_id,
    unit_cost,
    unit_price,
    on_hand,
    on_hand_high,
    basis,
    stock_value,
    retail_value,
    cast(on_hand as double) / nullif(cast(recent_units as double) / nullif(recent_days, 0), 0) as backward_cover_days,
    known_days,
    known_from,
    known_until,
    n_counts,
    n_counts_without_stock,
    cast(case when is_stated then average_units * cast(unit_cost as double) end as decimal(18, 4)) as average_stock_value,
    case when is_stated then cost end as cost_of_sales,
    case when is_stated then cast(net_with_cost - cost as decimal(18, 4)) end as margin,
    case when is_stated
        then cast(cost as double) * 365 / known_days / nullif(average_units * cast(unit_cost as double), 0)
    end as turns,
    case when is_stated
        then cast(net_with_cost - cost as double) * 365 / known_days / nullif(average_units * cast(unit_cost as double), 0)
    end as gmroi,
    case when is_judged
        then cast(sold_units as double) / nullif(cast(opening_units + received_units as double), 0)
    end as sell_through,
    case when is_judged then cast(days_in_stock as double) / nullif(days_on_sale, 0) end as in_stock_share,
    case when is_judged then days_on_sale end as days_on_sale,
    case when is_judged then full_stockout_days end as full_stockout_days,
    case when is_judged then censored_days end as censored_days,
    case when is_judged then coalesce(lost_units, 0) end as lost_units,
    case when is_judged then coalesce(greatest(lost_units - lost_spread, 0), 0) end as lost_units_low,
    case when is_judged then coalesce(lost_units + lost_spread, 0) end as lost_units_high,
    case when is_judged then coalesce(lost_net, 0) end as lost_net,
    case when is_judged then coalesce(lost_margin, 0) end as lost_margin,
    case
        when known_days = 0 then 'needs two counts or receipts'
        when not is_stated then 'needs 28 known days, has ' || cast(known_days as varchar)
        when not receipts_are_known and unit_cost is null then 'needs receipts and a unit cost'
        when not receipts_are_known then 'needs receipts'
        when unit_cost is null then 'needs a unit cost'
    end as not_stated_because
from judged
