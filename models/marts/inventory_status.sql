-- One row per product and place whose stock is known: what it is worth, how long it lasts, and
-- its status as the glossary has it. Cover is forward: days until the forecasts, added up, have used up
-- the stock on hand, past their horizon at their mean; null where nothing is expected to sell. The excess
-- limit is the order-up-to level or the 90 % quantile of the demand of `excess_days`, whichever is more;
-- null where stock is not above what is expected to sell by then.
-- key: product_id, location_id
-- test: stock_value_needs_a_cost: stock_value is null or unit_cost is not null
with last_sales as (
    select product_id, location_id, max(day) as last_sold_on
    from intermediate.daily_sales
    where units > 0
    group by product_id, location_id
),

-- Of a week or month that has begun, the share of its days that is left.
coming as (
    select
        series_id,
        period_start,
        cast(n_days as bigint) as n_days,
        cast(mean as decimal(30, 6)) as mean
    from marts.forecasts
    where series_level = 'product_location' and measure = 'units' and frequency = 'day'
    union all
    select
        series_id,
        period_start,
        left_days,
        cast(mean * left_days / n_days as decimal(30, 6))
    from (
        select
            *,
            least(n_days, n_days + cast(period_start as int) - cast(clock.business_date as int)) as left_days
        from marts.forecasts
        cross join intermediate.clock
        where series_level = 'product_location' and measure = 'units' and frequency <> 'day'
    )
    where left_days > 0
),

cumulative as (
    select
        series_id,
        n_days,
        mean,
        sum(mean) over (
            partition by series_id order by period_start rows between unbounded preceding and current row
        ) as demand_until_its_end
    from coming
),

-- The days that the stock on hand lasts within the forecast, and the demand of all of it.
expected as (
    select
        order_plans.product_id,
        order_plans.location_id,
        sum(cumulative.mean) as demand,
        sum(n_days) as n_days,
        sum(n_days * case
            when order_plans.on_hand >= demand_until_its_end then 1
            when order_plans.on_hand <= demand_until_its_end - cumulative.mean then 0
            else cast(
                cast(order_plans.on_hand - (demand_until_its_end - cumulative.mean) as double)
                / cast(cumulative.mean as double) as decimal(18, 4)
            )
        end) as days_covered
    from intermediate.order_plans
    inner join cumulative
        on order_plans.product_id || '@' || order_plans.location_id = cumulative.series_id
    group by order_plans.product_id, order_plans.location_id
),

run_outs as (
    select product_id, location_id, min(day) as run_out_on
    from marts.projected_stock
    where median_without_order = 0
    group by product_id, location_id
),

facts as (
    select
        order_plans.product_id,
        order_plans.location_id,
        order_plans.name,
        order_plans.category,
        order_plans.supplier_id,
        order_plans.on_hand,
        order_plans.on_hand_basis,
        order_plans.on_order,
        order_plans.unit_cost,
        order_plans.unit_price,
        cast(greatest(order_plans.on_hand, 0) * order_plans.unit_cost as decimal(18, 4)) as stock_value,
        cast(plan['order_up_to_level'] as double) as reorder_point,
        plan['probability_of_stockout_before_receipt'] as probability_before_receipt,
        cast(plan['expected_unmet_before_receipt'] as decimal(18, 4)) as unmet_before_receipt,
        cast(plan['lost_margin_before_receipt'] as decimal(18, 4)) as lost_margin_before_receipt,
        cast(plan['order_up_to_level'] as decimal(18, 4)) as order_up_to_level,
        cast(plan['excess_limit'] as decimal(18, 4)) as excess_limit,
        plan['ordered_on'] as next_order_on,
        plan['arrives_on'] as next_arrival_on,
        run_outs.run_out_on,
        cast(cast(run_outs.run_out_on as int) - cast(plan['lead_time_days'] as int) as date) as last_order_on,
        cast(expected.demand as double) / expected.n_days as daily_demand,
        cast(expected.days_covered as double) as days_covered,
        cast(expected.demand as double) as demand_forecast,
        last_sales.last_sold_on,
        items.first_day,
        policies.service_target,
        plan['lead_time_days'] as lead_time_days,
        plan['problem'] as problem,
        abc.abc_class
    from intermediate.order_plans
    inner join intermediate.items
        on order_plans.product_id = items.product_id and order_plans.location_id = items.location_id
    inner join intermediate.policies
        on order_plans.product_id = policies.product_id and order_plans.location_id = policies.location_id
    left join run_outs
        on order_plans.product_id = run_outs.product_id and order_plans.location_id = run_outs.location_id
    left join expected
        on order_plans.product_id = expected.product_id and order_plans.location_id = expected.location_id
    left join last_sales
        on order_plans.product_id = last_sales.product_id and order_plans.location_id = last_sales.location_id
    left join marts.abc on order_plans.product_id = abc.product_id
)

select
    facts.product_id,
    facts.location_id,
    facts.name,
    facts.category,
    facts.supplier_id,
    facts.on_hand,
    facts.on_hand_basis,
    facts.on_order,
    facts.unit_cost,
    facts.unit_price,
    facts.stock_value,
    facts.reorder_point,
    facts.order_up_to_level,
    facts.excess_limit,
    facts.run_out_on,
    facts.last_order_on,
    facts.daily_demand,
    case when facts.daily_demand > 0.0001
        then facts.days_covered
            + greatest(cast(facts.on_hand as double) - facts.demand_forecast, 0) / facts.daily_demand
    end as cover_days,
    facts.last_sold_on,
    facts.abc_class,
    facts.unmet_before_receipt,
    facts.lost_margin_before_receipt,
    facts.probability_before_receipt,
    facts.next_order_on,
    facts.next_arrival_on,
    facts.lead_time_days,
    facts.problem,
    case
        when facts.on_hand <= 0 and facts.daily_demand > 0.0001 then 'stocked_out'
        when facts.on_hand > 0
            and cast(facts.first_day as int) < cast(clock.business_date as int) - cast(settings.dead_after_days as int)
            and (facts.last_sold_on is null
                or cast(facts.last_sold_on as int) < cast(clock.business_date as int) - cast(settings.dead_after_days as int))
            then 'dead_stock'
        when facts.probability_before_receipt > 1 - cast(facts.service_target as double) then 'will_run_out'
        when facts.on_hand + facts.on_order > facts.excess_limit then 'excess'
        when facts.problem is not null then 'unplanned'
        else 'healthy'
    end as status
from facts
cross join intermediate.clock
cross join config.settings
