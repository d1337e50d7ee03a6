-- One row per promotion, product and place that began: units a day before, during and after it.
-- Before are the 28 days before it, after the 14 days after it, each without days of other
-- promotions of the product and without days on which stock ran out; a rate is null without a day
-- that counts. Uplift is the rate during over the rate before. Totals of weeks and months say nothing
-- of days.
-- key: promotion_id, product_id, location_id
-- test: days_are_not_negative: days_before >= 0 and days_during >= 0 and days_after >= 0
with runs as (
    select
        promotions.promotion_id,
        promotions.product_id,
        items.location_id,
        promotions.starts_on,
        coalesce(promotions.ends_on, clock.business_date - interval '1' day) as ends_on,
        promotions.price,
        promotions.discount
    from staging.promotions
    cross join intermediate.clock
    inner join intermediate.items
        on promotions.product_id = items.product_id
        and (
            promotions.location_id = items.location_id
            or promotions.location_id = 'main' and (select count(*) from intermediate.items where location_id = 'main') = 0
        )
    where promotions.starts_on < clock.business_date
),

-- Days that are known only: a promotion may end years ahead.
days as (
    select
        runs.*,
        cast(unnest(generate_series(
            runs.starts_on - interval '28' day,
            least(runs.ends_on + interval '14' day, clock.business_date),
            interval '1' day
        )) as date) as day
    from runs
    cross join intermediate.clock
),

windows as (
    select
        days.promotion_id,
        days.product_id,
        days.location_id,
        case
            when days.day < days.starts_on then 'before'
            when days.day <= days.ends_on then 'during'
            else 'after'
        end as part,
        demand.units,
        demand.revenue
    from days
    inner join intermediate.demand
        on days.product_id = demand.product_id
        and days.location_id = demand.location_id
        and days.day = demand.period_start
    left join intermediate.promoted_days
        on demand.product_id = promoted_days.product_id
        and demand.location_id = promoted_days.location_id
        and demand.period_start = promoted_days.day
    where demand.availability = 'observed'
        and demand.period = 'day'
        and (
            promoted_days.day is null
            or days.day >= days.starts_on and days.day <= days.ends_on
        )
),

counted as (
    select
        promotion_id,
        product_id,
        location_id,
        count(*) filter (where part = 'before') as days_before,
        count(*) filter (where part = 'during') as days_during,
        count(*) filter (where part = 'after') as days_after,
        coalesce(sum(units) filter (where part = 'before'), 0) as units_before,
        coalesce(sum(units) filter (where part = 'during'), 0) as units_during,
        coalesce(sum(units) filter (where part = 'after'), 0) as units_after,
        coalesce(sum(revenue) filter (where part = 'during'), 0) as net_during
    from windows
    group by promotion_id, product_id, location_id
),

rated as (
    select
        *,
        cast(units_before as double) / nullif(days_before, 0) as daily_units_before,
        cast(units_during as double) / nullif(days_during, 0) as daily_units_during,
        cast(units_after as double) / nullif(days_after, 0) as daily_units_after
    from counted
)

select
    runs.promotion_id,
    runs.product_id,
    runs.location_id,
    runs.starts_on,
    runs.ends_on,
    runs.price,
    runs.discount,
    coalesce(rated.days_before, 0) as days_before,
    coalesce(rated.days_during, 0) as days_during,
    coalesce(rated.days_after, 0) as days_after,
    coalesce(rated.units_during, 0) as units_during,
    coalesce(rated.net_during, 0) as net_during,
    rated.daily_units_before,
    rated.daily_units_during,
    rated.daily_units_after,
    rated.daily_units_during / nullif(rated.daily_units_before, 0) as uplift
from runs
left join rated
    on runs.promotion_id = rated.promotion_id
    and runs.product_id = rated.product_id
    and runs.location_id = rated.location_id
