-- One row per product, place and run of days up to yesterday on which nothing changed: what can honestly
-- be said of its stock. Counted on the day of a count. Derived from there on while receipts are known; a
-- difference at the next count is unexplained. Bound where receipts are not known: between the latest and
-- the earliest that they can have come; of what is sold as totals of weeks or months, between nothing
-- and the earliest. Products and places without a count have no rows.
-- A day with changes is a run of its own, and the days after it until the next change another; stock and
-- flows are those of each day of the run. Stockouts are stated from launch to end of sale only.
-- key: product_id, location_id, from_day
-- test: a_run_has_days: n_days = cast(until_day as int) - cast(from_day as int) + 1 and n_days > 0
-- test: runs_follow_one_another: next_from_day is null or until_day < next_from_day
-- test: low_is_at_most_high: on_hand_high is null or on_hand_low <= on_hand_high
-- test: a_count_leaves_no_doubt: basis <> 'counted' or on_hand_low = on_hand_high
-- test: opening_and_changes_make_closing: basis not in ('counted', 'derived') or opening is null or opening + receipts + other + returned - sold + unexplained = on_hand_low
-- test: stockouts_are_stated_on_known_days_only: stockout is null or basis in ('counted', 'derived')
with counts as (
    select
        product_id,
        location_id,
        n_counts,
        counted,
        net_running,
        sold_running,
        lag(counted) over by_count as previous_counted,
        lag(net_running) over by_count as previous_net,
        lead(counted) over by_count as next_counted,
        lead(sold_running) over by_count as next_sold
    from intermediate.stock_balances
    where counted is not null
    window by_count as (partition by product_id, location_id order by n_counts)
),

-- What the counts around it say of every change: that of its day or the last before, and the next.
between_counts as (
    select
        product_id,
        location_id,
        n_counts,
        counted as last_counted,
        net_running as last_net,
        sold_running as last_sold,
        previous_counted,
        previous_net,
        next_counted,
        next_sold
    from counts
    union all
    select product_id, location_id, 0, null, null, null, null, null, counted, sold_running
    from counts
    where n_counts = 1
),

around as (
    select
        stock_balances.*,
        between_counts.last_counted,
        between_counts.last_net,
        between_counts.last_sold,
        between_counts.previous_counted,
        between_counts.previous_net,
        between_counts.next_counted,
        between_counts.next_sold
    from intermediate.stock_balances as stock_balances
    left join between_counts
        on stock_balances.product_id = between_counts.product_id
        and stock_balances.location_id = between_counts.location_id
        and stock_balances.n_counts = between_counts.n_counts
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
            when not sales_are_daily then 0
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

-- The day of the change first, then the days after it until the next one.
runs as (
    select
        product_id,
        location_id,
        first_day,
        ended_on,
        receipts_are_known,
        next_day,
        case when is_change then day else cast(day + interval '1' day as date) end as from_day,
        case when is_change then day else cast(next_day - interval '1' day as date) end as until_day,
        case when is_change then sold else 0 end as sold,
        case when is_change then returned else 0 end as returned,
        case when is_change then receipts else 0 end as receipts,
        case when is_change then other else 0 end as other,
        case when is_change then net_with_cost else 0 end as net_with_cost,
        case when is_change then cost else 0 end as cost,
        case when is_change then unexplained else 0 end as unexplained,
        case
            when is_change and counted is not null then 'counted'
            when is_derived then 'derived'
            else 'bound'
        end as basis,
        case when is_change then coalesce(counted, low) else low end as on_hand_low,
        case when is_change and counted is not null then counted else high end as on_hand_high
    from (
        select *, unnest(make_array(true, false)) as is_change from settled
    )
    where is_change or day + interval '1' day < next_day
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
