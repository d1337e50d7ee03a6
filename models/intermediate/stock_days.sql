-- One row per product, place and day up to yesterday: what can honestly be said of its stock.
-- Counted on the day of a count. Derived from there on while receipts are known; a difference
-- at the next count is unexplained. Bound where receipts are not known: between the latest and
-- the earliest that they can have come. Products and places without a count have no rows.
-- Stockouts are stated from launch to end of sale only.
-- key: product_id, location_id, day
-- test: low_is_at_most_high: on_hand_high is null or on_hand_low <= on_hand_high
-- test: a_count_leaves_no_doubt: basis <> 'counted' or on_hand_low = on_hand_high
-- test: opening_and_changes_make_closing: basis not in ('counted', 'derived') or opening is null or opening + receipts + other + returned - sold + unexplained = on_hand_low
-- test: stockouts_are_stated_on_known_days_only: stockout is null or basis in ('counted', 'derived')
with counted_items as (
    select product_id, location_id, min(day) as first_count_on
    from intermediate.stock_changes
    where counted is not null
    group by product_id, location_id
),

days as (
    select
        items.product_id,
        items.location_id,
        clock.receipts_are_known,
        items.first_day,
        items.ended_on,
        unnest(generate_series(items.first_stock_day, clock.business_date - interval '1' day, interval '1' day)) as day
    from intermediate.items
    inner join counted_items
        on items.product_id = counted_items.product_id and items.location_id = counted_items.location_id
    cross join intermediate.clock
),

changes as (
    select
        days.product_id,
        days.location_id,
        days.receipts_are_known,
        cast(days.day as date) between days.first_day and coalesce(days.ended_on, days.day) as is_on_sale,
        cast(days.day as date) as day,
        coalesce(sold, 0) as sold,
        coalesce(returned, 0) as returned,
        coalesce(receipts, 0) as receipts,
        coalesce(other, 0) as other,
        counted
    from days
    left join intermediate.stock_changes
        on days.product_id = stock_changes.product_id
        and days.location_id = stock_changes.location_id
        and cast(days.day as date) = stock_changes.day
),

running as (
    select
        *,
        sum(receipts + other + returned - sold) over past as net_running,
        sum(sold - returned) over past as sold_running
    from changes
    window past as (
        partition by product_id, location_id order by day rows between unbounded preceding and current row
    )
),

around as (
    select
        *,
        last_value(counted) ignore nulls over past as last_counted,
        last_value(case when counted is not null then net_running end) ignore nulls over past as last_net,
        last_value(case when counted is not null then sold_running end) ignore nulls over past as last_sold,
        last_value(counted) ignore nulls over before as previous_counted,
        last_value(case when counted is not null then net_running end) ignore nulls over before as previous_net,
        first_value(counted) ignore nulls over future as next_counted,
        first_value(case when counted is not null then sold_running end) ignore nulls over future as next_sold
    from running
    window
        past as (
            partition by product_id, location_id order by day rows between unbounded preceding and current row
        ),
        before as (
            partition by product_id, location_id order by day rows between unbounded preceding and 1 preceding
        ),
        future as (
            partition by product_id, location_id order by day rows between current row and unbounded following
        )
),

judged as (
    select
        *,
        case
            when counted is not null then 'counted'
            when last_counted is not null and receipts_are_known then 'derived'
            else 'bound'
        end as basis,
        case
            when counted is not null and receipts_are_known and previous_counted is not null
                then counted - previous_counted - (net_running - previous_net)
            else 0
        end as unexplained,
        last_counted - (sold_running - last_sold) as left_without_receipts,
        next_counted - last_counted + next_sold - last_sold as implied_receipts
    from around
),

ledger as (
    select
        *,
        case
            when basis = 'counted' then counted
            when basis = 'derived' then last_counted + net_running - last_net
            when last_counted is null then 0
            when next_counted is null then greatest(left_without_receipts, 0)
            else greatest(left_without_receipts + least(implied_receipts, 0), 0)
        end as on_hand_low,
        case
            when basis = 'counted' then counted
            when basis = 'derived' then last_counted + net_running - last_net
            when last_counted is null then greatest(next_counted + next_sold - sold_running, 0)
            when next_counted is null then null
            else greatest(left_without_receipts + greatest(implied_receipts, 0), 0)
        end as on_hand_high
    from judged
),

opened as (
    select
        *,
        case
            when receipts_are_known and basis in ('counted', 'derived')
                then on_hand_low - unexplained - (receipts + other + returned - sold)
        end as opening
    from ledger
)

select
    product_id,
    location_id,
    day,
    cast(opening as decimal(18, 4)) as opening,
    cast(receipts as decimal(18, 4)) as receipts,
    cast(sold as decimal(18, 4)) as sold,
    cast(returned as decimal(18, 4)) as returned,
    cast(other as decimal(18, 4)) as other,
    cast(unexplained as decimal(18, 4)) as unexplained,
    cast(on_hand_low as decimal(18, 4)) as on_hand_low,
    cast(on_hand_high as decimal(18, 4)) as on_hand_high,
    basis,
    is_on_sale,
    case
        when opening is null or not is_on_sale then null
        when opening + receipts <= 0 and sold = 0 then 'full'
        when on_hand_low <= 0 and sold > 0 then 'censored'
    end as stockout
from opened
