-- One row per product, place and run of days up to yesterday on which nothing changed: what can honestly
-- be said of its stock. Counted on the day of a count. Derived from there on while receipts are known; a
-- difference at the next count is unexplained. Bound where receipts are not known: between the latest and
-- the earliest that they can have come. Products and places without a count have no rows.
-- A day with changes is a run of its own, and the days after it until the next change another; stock and
-- flows are those of each day of the run. Stockouts are stated from launch to end of sale only.
-- key: product_id, location_id, from_day
-- test: a_run_has_days: n_days = cast(until_day as int) - cast(from_day as int) + 1 and n_days > 0
-- test: runs_follow_one_another: next_from_day is null or until_day < next_from_day
-- test: low_is_at_most_high: on_hand_high is null or on_hand_low <= on_hand_high
-- test: a_count_leaves_no_doubt: basis <> 'counted' or on_hand_low = on_hand_high
-- test: opening_and_changes_make_closing: basis not in ('counted', 'derived') or opening is null or opening + receipts + other + returned - sold + unexplained = on_hand_low
-- test: stockouts_are_stated_on_known_days_only: stockout is null or basis in ('counted', 'derived')
with counted_items as (
    select product_id, location_id
    from intermediate.stock_changes
    where counted is not null
    group by product_id, location_id
),

spans as (
    select
        items.product_id,
        items.location_id,
        clock.receipts_are_known,
        items.first_day,
        items.ended_on,
        items.first_stock_day,
        clock.business_date
    from intermediate.items
    inner join counted_items
        on items.product_id = counted_items.product_id and items.location_id = counted_items.location_id
    cross join intermediate.clock
    where items.first_stock_day < clock.business_date
),

changes as (
    select
        product_id,
        location_id,
        day,
        sum(sold) as sold,
        sum(returned) as returned,
        sum(receipts) as receipts,
        sum(other) as other,
        sum(net_with_cost) as net_with_cost,
        sum(cost) as cost,
        max(counted) as counted
    from (
        select product_id, location_id, day, sold, returned, receipts, other, net_with_cost, cost, counted
        from intermediate.stock_changes
        union all
        -- A run begins on the first day of all, at the launch and after the end of sale.
        select product_id, location_id, first_stock_day, 0, 0, 0, 0, 0, 0, null from spans
        union all
        select product_id, location_id, first_day, 0, 0, 0, 0, 0, 0, null from spans
        union all
        select product_id, location_id, cast(ended_on + interval '1' day as date), 0, 0, 0, 0, 0, 0, null
        from spans where ended_on is not null
    )
    group by product_id, location_id, day
),

running as (
    select
        changes.*,
        spans.receipts_are_known,
        spans.first_day,
        spans.ended_on,
        coalesce(lead(day) over in_order, spans.business_date) as next_day,
        sum(receipts + other + returned - sold) over past as net_running,
        sum(sold - returned) over past as sold_running
    from changes
    inner join spans
        on changes.product_id = spans.product_id and changes.location_id = spans.location_id
    where changes.day >= spans.first_stock_day and changes.day < spans.business_date
    window
        in_order as (partition by changes.product_id, changes.location_id order by day),
        past as (
            partition by changes.product_id, changes.location_id order by day
            rows between unbounded preceding and current row
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
        first_value(counted) ignore nulls over later as next_counted,
        first_value(case when counted is not null then sold_running end) ignore nulls over later as next_sold
    from running
    window
        past as (
            partition by product_id, location_id order by day rows between unbounded preceding and current row
        ),
        before as (
            partition by product_id, location_id order by day rows between unbounded preceding and 1 preceding
        ),
        later as (
            partition by product_id, location_id order by day rows between 1 following and unbounded following
        )
),

judged as (
    select
        *,
        last_counted is not null and receipts_are_known as is_derived,
        case
            when counted is not null and receipts_are_known and previous_counted is not null
                then counted - previous_counted - (net_running - previous_net)
            else 0
        end as unexplained,
        last_counted - (sold_running - last_sold) as left_without_receipts,
        next_counted - last_counted + next_sold - last_sold as implied_receipts
    from around
),

-- What holds after the day's changes until the next day with one.
settled as (
    select
        *,
        case
            when is_derived then last_counted + net_running - last_net
            when last_counted is null then 0
            when next_counted is null then greatest(left_without_receipts, 0)
            else greatest(left_without_receipts + least(implied_receipts, 0), 0)
        end as low,
        case
            when is_derived then last_counted + net_running - last_net
            when last_counted is null then greatest(next_counted + next_sold - sold_running, 0)
            when next_counted is null then null
            else greatest(left_without_receipts + greatest(implied_receipts, 0), 0)
        end as high
    from judged
),

runs as (
    select
        product_id,
        location_id,
        day as from_day,
        day as until_day,
        next_day,
        first_day,
        ended_on,
        receipts_are_known,
        sold,
        returned,
        receipts,
        other,
        net_with_cost,
        cost,
        unexplained,
        case when counted is not null then 'counted' when is_derived then 'derived' else 'bound' end as basis,
        coalesce(counted, low) as on_hand_low,
        case when counted is not null then counted else high end as on_hand_high
    from settled
    union all
    select
        product_id,
        location_id,
        cast(day + interval '1' day as date),
        cast(next_day - interval '1' day as date),
        next_day,
        first_day,
        ended_on,
        receipts_are_known,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        case when is_derived then 'derived' else 'bound' end,
        low,
        high
    from settled
    where day + interval '1' day < next_day
),

opened as (
    select
        *,
        from_day between first_day and coalesce(ended_on, from_day) as is_on_sale,
        case
            when receipts_are_known and basis in ('counted', 'derived')
                then on_hand_low - unexplained - (receipts + other + returned - sold)
        end as opening
    from runs
)

select
    product_id,
    location_id,
    from_day,
    until_day,
    next_day as next_from_day,
    cast(until_day as int) - cast(from_day as int) + 1 as n_days,
    cast(opening as decimal(18, 4)) as opening,
    cast(receipts as decimal(18, 4)) as receipts,
    cast(sold as decimal(18, 4)) as sold,
    cast(returned as decimal(18, 4)) as returned,
    cast(other as decimal(18, 4)) as other,
    cast(net_with_cost as decimal(18, 4)) as net_with_cost,
    cast(cost as decimal(18, 4)) as cost,
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
