-- One row per thing a planner should look at, the most money first.
-- Money is lost margin at risk before the next possible receipt, margin lost to stockouts of the last
-- year, or money tied up.
-- key: exception_rank
-- test: every_exception_has_a_sentence: sentence is not null and length(sentence) > 10
with short as (
    select
        inventory_status.*,
        case when on_order > 0
            then ', ' || regexp_replace(cast(cast(on_order as double) as varchar), '\.0$', '') || ' on order' else '' end as told_on_order,
        -- When the next order can be placed, and when it comes.
        case when inventory_status.next_order_on > clock.business_date
            then 'an order placed on ' || cast(inventory_status.next_order_on as varchar) || ', the next order day, arrives on '
            else 'an order placed now arrives on ' end
        || coalesce(cast(next_arrival_on as varchar), 'an unknown day') as told_next,
        coalesce(
            ' Planned are ' || regexp_replace(cast(cast(orders_left_out.planned_quantity as double) as varchar), '\.0$', '')
            || ', ordered ' || case when orders_left_out.quantity = 0 then 'none'
                else regexp_replace(cast(cast(orders_left_out.quantity as double) as varchar), '\.0$', '') end
            || ' (' || orders_left_out.reason || ').',
            ''
        ) as told_left_out
    from marts.inventory_status as inventory_status
    cross join intermediate.clock
    left join marts.orders_left_out
        on inventory_status.product_id = orders_left_out.product_id
        and inventory_status.location_id = orders_left_out.location_id
    where status in ('stocked_out', 'will_run_out')
),

found as (
    select
        'stocked_out' as kind,
        product_id,
        location_id,
        name,
        unmet_before_receipt as units,
        lost_margin_before_receipt as money_at_stake,
        'Nothing on hand' || told_on_order || '; ' || cast(round(daily_demand, 1) as varchar)
        || ' a day are expected to sell, and ' || told_next || '.' || told_left_out as sentence
    from short
    where status = 'stocked_out'
    union all
    select
        'will_run_out',
        product_id,
        location_id,
        name,
        unmet_before_receipt,
        lost_margin_before_receipt,
        regexp_replace(cast(cast(on_hand as double) as varchar), '\.0$', '') || ' on hand cover about '
        || cast(cast(round(coalesce(cover_days, 0)) as bigint) as varchar)
        || case when round(coalesce(cover_days, 0)) = 1 then ' day' else ' days' end || told_on_order
        || '; stock runs out before ' || told_next
        || ' with a probability of ' || cast(cast(round(probability_before_receipt * 100) as bigint) as varchar) || ' %.'
        || told_left_out
    from short
    where status = 'will_run_out'
    union all
    select
        'excess',
        product_id,
        location_id,
        name,
        on_hand + on_order - excess_limit,
        cast((on_hand + on_order - excess_limit) * unit_cost as decimal(18, 4)),
        regexp_replace(cast(cast(on_hand + on_order as double) as varchar), '\.0$', '') || ' on hand and on order; '
        || case when excess_limit > order_up_to_level
            then cast(settings.excess_days as varchar) || ' days sell no more than '
                || regexp_replace(cast(cast(excess_limit as double) as varchar), '\.0$', '') || ' in nine of ten cases.'
            else 'the order-up-to level is ' || regexp_replace(cast(cast(order_up_to_level as double) as varchar), '\.0$', '')
                || ', and what sells in ' || cast(settings.excess_days as varchar) || ' days is no more in nine of ten cases.'
            end
    from marts.inventory_status
    cross join config.settings
    where status = 'excess'
    union all
    select
        'dead_stock',
        product_id,
        location_id,
        name,
        on_hand,
        stock_value,
        'No sale ' || coalesce('since ' || cast(last_sold_on as varchar), 'ever') || ' while stock is on hand.'
    from marts.inventory_status
    where status = 'dead_stock'
    union all
    select
        'negative_stock',
        product_id,
        location_id,
        name,
        on_hand,
        cast(-on_hand * unit_cost as decimal(18, 4)),
        'The books say less than nothing is on hand: a receipt or a count is missing. It is planned as none.'
    from marts.inventory_status
    where on_hand < 0
    union all
    select
        'no_lead_time',
        product_id,
        location_id,
        name,
        on_hand,
        null,
        'No lead time is known, so nothing can be ordered: set lead_time_days in [policy] or in item settings.'
    from marts.inventory_status
    where problem like 'no lead time%'
    union all
    select
        'not_planned',
        product_id,
        location_id,
        name,
        on_hand,
        null,
        'Nothing can be ordered: ' || problem || '.'
    from marts.inventory_status
    where problem not like 'no lead time%' and problem <> 'no demand is known'
    union all
    select
        'late_order',
        open_orders.product_id,
        open_orders.location_id,
        items.name,
        open_orders.quantity,
        cast(open_orders.quantity * coalesce(open_orders.unit_cost, items.unit_cost) as decimal(18, 4)),
        'Order ' || open_orders.order_id || ' was due on ' || cast(open_orders.due_on as varchar) || ' and is not here'
        || case when open_orders.is_counted_on then '; it is expected any day.' else '; it is no longer counted on.' end
    from intermediate.open_orders
    inner join intermediate.items
        on open_orders.product_id = items.product_id and open_orders.location_id = items.location_id
    where open_orders.is_late and not open_orders.is_commitment
    union all
    select
        'not_ordered',
        commitments.product_id,
        commitments.location_id,
        items.name,
        commitments.quantity,
        cast(commitments.quantity * coalesce(commitments.unit_cost, items.unit_cost) as decimal(18, 4)),
        'Approved for ' || cast(commitments.ordered_on as varchar) || ', but no purchase order ' || commitments.reference || ' has come'
        || case when commitments.is_counted_on
            then '; it counts as on order until then: place it, or withdraw ' || commitments.order_line_id || '.'
            else '; it is no longer counted on.' end
    from marts.commitments
    inner join intermediate.items
        on commitments.product_id = items.product_id and commitments.location_id = items.location_id
    where commitments.status in ('overdue', 'expired')
    union all
    select
        'ordered_twice',
        commitments.product_id,
        commitments.location_id,
        items.name,
        commitments.quantity,
        cast(commitments.quantity * coalesce(commitments.unit_cost, items.unit_cost) as decimal(18, 4)),
        'Purchase order ' || commitments.look_alike_order_id || ' has the product, place and quantity that were approved as '
        || commitments.order_line_id || ', and both count as on order: withdraw the approval if they are one.'
    from marts.commitments
    inner join intermediate.items
        on commitments.product_id = items.product_id and commitments.location_id = items.location_id
    where commitments.look_alike_order_id is not null and commitments.is_counted_on
    union all
    select
        'surplus_order',
        surplus_orders.product_id,
        surplus_orders.location_id,
        surplus_orders.name,
        surplus_orders.quantity,
        surplus_orders.value,
        case when surplus_orders.is_commitment then 'What was approved as ' else 'Order ' end || surplus_orders.order_id || ', due on '
        || cast(surplus_orders.due_on as varchar) || ', could be cancelled or postponed: without it stock runs out with a probability of '
        || cast(cast(round(surplus_orders.probability_of_stockout * 100) as bigint) as varchar) || ' %.'
    from marts.surplus_orders
    union all
    select
        'expedite',
        expedite_list.product_id,
        expedite_list.location_id,
        expedite_list.name,
        expedite_list.unmet_units,
        expedite_list.lost_margin,
        case when expedite_list.is_commitment then 'What was approved as ' else 'Order ' end || expedite_list.order_id || ' is due on '
        || cast(expedite_list.due_on as varchar) || ', stock runs out on ' || cast(expedite_list.run_out_on as varchar)
        || ': it should come ' || cast(expedite_list.days_to_gain as varchar) || case when expedite_list.days_to_gain = 1 then ' day' else ' days' end || ' earlier.'
    from marts.expedite_list
    union all
    select check_kind, product_id, location_id, name, units, stock_value, sentence
    from marts.stock_checks
    where check_kind <> 'negative_stock'
    union all
    select
        'stockouts',
        product_id,
        location_id,
        name,
        cast(round(lost_units) as decimal(18, 4)),
        lost_margin,
        'Out of stock on ' || cast(full_stockout_days as varchar) || ' of ' || cast(days_on_sale as varchar)
        || ' known days of the last year, and sold out on ' || cast(censored_days as varchar) || ' more: about '
        || cast(cast(round(lost_units) as bigint) as varchar) || ' units were not sold ('
        || cast(cast(round(lost_units_low) as bigint) as varchar) || ' to '
        || cast(cast(round(lost_units_high) as bigint) as varchar) || ').'
    from marts.stock_facts
    where lost_units >= 0.5 and in_stock_share < 0.95
)

select
    row_number() over (
        order by coalesce(money_at_stake, 0) desc, kind, product_id, location_id, sentence
    ) as exception_rank,
    kind,
    product_id,
    location_id,
    name,
    cast(units as decimal(18, 4)) as units,
    money_at_stake,
    sentence
from found
