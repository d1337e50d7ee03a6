-- One row per customer who bought: recency, frequency and money, and the segment they make.
-- Frequency counts days with a purchase. Scores run from 1 to 5 by fifths of all customers, the best
-- 5, and equal customers score alike. The named segment stands beside the segment that was given.
-- Names, addresses, e-mail and phone stay in staging.
-- key: customer_id
-- test: scores_are_fifths: recency_score between 1 and 5 and frequency_score between 1 and 5 and monetary_score between 1 and 5
-- test: whoever_bought_twice_has_days_between: (frequency > 1) = (mean_days_between is not null)
with purchases as (
    select customer_id, day, sum(units) as units, sum(net) as net, sum(net_with_cost) as net_with_cost, sum(cost) as cost
    from intermediate.baskets
    where customer_id is not null and is_purchase
    group by customer_id, day
),

returned as (
    select customer_id, sum(returned_units) as returned_units, sum(net) as net
    from intermediate.baskets
    where customer_id is not null and not is_purchase
    group by customer_id
),

facts as (
    select
        purchases.customer_id,
        min(purchases.day) as first_purchase_on,
        max(purchases.day) as last_purchase_on,
        count(*) as frequency,
        sum(purchases.units) as units,
        cast(sum(purchases.net) + coalesce(max(returned.net), 0) as decimal(18, 4)) as monetary,
        coalesce(max(returned.returned_units), 0) as returned_units,
        cast(sum(purchases.net_with_cost) - sum(purchases.cost) as decimal(18, 4)) as margin
    from purchases
    left join returned on purchases.customer_id = returned.customer_id
    group by purchases.customer_id
),

scored as (
    select
        facts.*,
        cast(clock.business_date as int) - cast(last_purchase_on as int) as recency_days,
        1 + cast(floor(4.999999 * percent_rank() over (order by last_purchase_on)) as int) as recency_score,
        1 + cast(floor(4.999999 * percent_rank() over (order by frequency)) as int) as frequency_score,
        1 + cast(floor(4.999999 * percent_rank() over (order by monetary)) as int) as monetary_score
    from facts
    cross join intermediate.clock
)

select
    scored.customer_id,
    customers.segment as given_segment,
    customers.gender,
    customers.age,
    customers.joined_on,
    scored.first_purchase_on,
    scored.last_purchase_on,
    scored.recency_days,
    scored.frequency,
    scored.monetary,
    scored.units,
    scored.returned_units,
    scored.margin,
    case when scored.frequency > 1
        then (cast(last_purchase_on as int) - cast(first_purchase_on as int)) / cast(scored.frequency - 1 as double)
    end as mean_days_between,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    case
        when recency_score >= 4 and frequency_score >= 4 and monetary_score >= 4 then 'champions'
        when recency_score >= 3 and frequency_score >= 4 then 'loyal'
        when recency_score <= 2 and (frequency_score >= 4 or monetary_score = 5) then 'at risk'
        when recency_score >= 4 and frequency = 1 then 'new'
        when recency_score >= 4 then 'promising'
        when recency_score = 3 then 'needs attention'
        when recency_score = 2 then 'cooling'
        else 'lost'
    end as segment
from scored
left join staging.customers on scored.customer_id = customers.customer_id
