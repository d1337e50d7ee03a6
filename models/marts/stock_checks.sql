-- One row per doubt about a product's stock at a place, found before anything is planned.
-- negative_stock: the books say less than nothing. unexplained: a count differs from the books by more
-- than a tenth of what was counted or expected; units are those missing and those too many together. unbalanced_transfer: what left one place arrived nowhere
-- within 14 days, or arrived and left nowhere. phantom_stock: stock on hand, yet no sale since seven or
-- more were expected. sold_before_launch: sales before the product's launch.
-- key: check_kind, product_id, location_id
-- test: every_doubt_has_a_sentence: sentence is not null
with negative as (
    select
        'negative_stock' as check_kind,
        product_id,
        location_id,
        min(on_hand_low) as units,
        max(until_day) as last_seen_on,
        'The books say less than nothing was on hand on ' || cast(sum(n_days) as varchar) || case when sum(n_days) = 1 then ' day, ' else ' days, last on ' end
        || cast(max(until_day) as varchar) || ': a receipt or a count is missing.' as sentence
    from intermediate.stock_runs
    where basis in ('counted', 'derived') and on_hand_low < 0
    group by product_id, location_id
),

unexplained as (
    select
        'unexplained' as check_kind,
        product_id,
        location_id,
        sum(abs(unexplained)) as units,
        max(until_day) as last_seen_on,
        cast(count(*) as varchar) || case when count(*) = 1 then ' count differed' else ' counts differed' end
        || ' from the books, ' || case when count(*) = 1 then 'on ' else 'last on ' end || cast(max(until_day) as varchar) || ': '
        || concat_ws(
            ' and ',
            regexp_replace(cast(cast(-sum(unexplained) filter (where unexplained < 0) as double) as varchar), '\.0$', '') || ' missing',
            regexp_replace(cast(cast(sum(unexplained) filter (where unexplained > 0) as double) as varchar), '\.0$', '') || ' too many'
        ) || '.' as sentence
    from intermediate.stock_runs
    where unexplained <> 0 and abs(unexplained) > 0.1 * greatest(on_hand_low, on_hand_low - unexplained, 1)
    group by product_id, location_id
),

transfers as (
    select
        reference,
        product_id,
        min(location_id) as location_id,
        max(moved_on) as last_seen_on,
        sum(case kind when 'transfer_out' then quantity else 0 end) as sent,
        sum(case kind when 'transfer_in' then quantity else 0 end) as arrived
    from staging.movements
    inner join intermediate.clock on movements.moved_on < clock.business_date
    where kind in ('transfer_in', 'transfer_out') and reference is not null
    group by reference, product_id
),

unbalanced as (
    select
        'unbalanced_transfer' as check_kind,
        transfers.product_id,
        transfers.location_id,
        sum(sent - arrived) as units,
        max(transfers.last_seen_on) as last_seen_on,
        'Transfers that do not balance: ' || regexp_replace(cast(cast(sum(sent) as double) as varchar), '\.0$', '') || ' left and '
        || regexp_replace(cast(cast(sum(arrived) as double) as varchar), '\.0$', '') || ' arrived, under '
        || case when count(*) = 1 then 'reference ' else cast(count(*) as varchar) || ' references such as ' end
        || min(reference) || '.' as sentence
    from transfers
    inner join intermediate.clock
        on transfers.arrived > transfers.sent or transfers.last_seen_on < clock.business_date - interval '14' day
    where sent <> arrived
    group by transfers.product_id, transfers.location_id
),

pace as (
    select
        daily_sales.product_id,
        daily_sales.location_id,
        max(daily_sales.day) filter (where units > 0) as last_sold_on,
        count(*) filter (where units > 0) as days_with_sales,
        coalesce(max(item_periods.period), 'day') as period,
        cast(max(daily_sales.day) filter (where units > 0) as int) - cast(max(items.first_day) as int)
        + case max(item_periods.period) when 'month' then 31 when 'week' then 7 else 1 end as days_sold_over
    from intermediate.daily_sales
    inner join intermediate.items
        on daily_sales.product_id = items.product_id and daily_sales.location_id = items.location_id
    left join intermediate.item_periods
        on daily_sales.product_id = item_periods.product_id and daily_sales.location_id = item_periods.location_id
    inner join intermediate.clock
        on daily_sales.day >= clock.business_date - interval '365' day
    group by daily_sales.product_id, daily_sales.location_id
),

silent as (
    select
        pace.product_id,
        pace.location_id,
        pace.last_sold_on,
        pace.period,
        stock_now.on_hand,
        cast(clock.business_date as int) - cast(pace.last_sold_on as int) - 1 as days_silent,
        cast(pace.days_with_sales as double) / greatest(least(pace.days_sold_over, 365), 1) as daily_chance
    from pace
    cross join intermediate.clock
    inner join intermediate.stock_now
        on pace.product_id = stock_now.product_id and pace.location_id = stock_now.location_id
    inner join intermediate.items
        on pace.product_id = items.product_id and pace.location_id = items.location_id
    where stock_now.on_hand > 0 and coalesce(items.ended_on >= clock.business_date, true)
        and clock.last_sale_on >= clock.business_date - interval '8' day
),

phantom as (
    select
        'phantom_stock' as check_kind,
        product_id,
        location_id,
        on_hand as units,
        last_sold_on as last_seen_on,
        'No sale since ' || cast(last_sold_on as varchar) || ', while about '
        || cast(cast(round(days_silent * daily_chance) as bigint) as varchar)
        || ' ' || period || 's with sales were expected and the books say '
        || regexp_replace(cast(cast(on_hand as double) as varchar), '\.0$', '') || ' are on hand: count it.' as sentence
    from silent
    where days_silent * daily_chance >= 7
),

early as (
    select
        'sold_before_launch' as check_kind,
        daily_sales.product_id,
        daily_sales.location_id,
        sum(daily_sales.units) as units,
        max(daily_sales.day) as last_seen_on,
        'Sold from ' || cast(min(daily_sales.day) as varchar) || ' on, before its launch on '
        || cast(max(products.launched_on) as varchar) || '.' as sentence
    from intermediate.daily_sales
    inner join staging.products
        on daily_sales.product_id = products.product_id and daily_sales.day < products.launched_on
    where daily_sales.units > 0
    group by daily_sales.product_id, daily_sales.location_id
),

doubts as (
    select * from negative
    union all
    select * from unexplained
    union all
    select * from unbalanced
    union all
    select * from phantom
    union all
    select * from early
)

select
    doubts.check_kind,
    doubts.product_id,
    doubts.location_id,
    coalesce(items.name, doubts.product_id) as name,
    cast(doubts.units as decimal(18, 4)) as units,
    cast(abs(doubts.units) * items.unit_cost as decimal(18, 4)) as stock_value,
    doubts.last_seen_on,
    doubts.check_kind in ('negative_stock', 'phantom_stock')
    and doubts.last_seen_on < clock.business_date as is_in_doubt,
    doubts.sentence
from doubts
cross join intermediate.clock
left join intermediate.items
    on doubts.product_id = items.product_id and doubts.location_id = items.location_id
