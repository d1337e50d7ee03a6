-- One row per product that sold in the last 365 days: its classes, and what they were before.
-- ABC is that of marts.abc. XYZ is by the coefficient of variation of weekly units over all places,
-- weeks without sales in, over the last 52 whole weeks: X below 0.5, Y below 1.0, Z from there on; with
-- fewer than 26 weeks since its launch a product has none. The demand class is that of its series, whose
-- frequency stands beside it. Before means the last run for an earlier business date.
-- key: product_id
-- test: a_class_has_its_measure: (xyz_class is null) = (weekly_cv is null)
with weeks as (
    select distinct calendar.week_start
    from config.calendar
    cross join intermediate.clock
    where calendar.week_start >= clock.business_date - interval '364' day - interval '6' day
        and calendar.week_start + interval '6' day < clock.business_date
        and calendar.week_start >= clock.first_sale_on
),

last_weeks as (
    select week_start
    from (
        select week_start, row_number() over (order by week_start desc) as recency from weeks
    )
    where recency <= 52
),

launches as (
    select
        items.product_id,
        min(items.first_day) as first_day,
        max(coalesce(items.ended_on, clock.business_date)) as last_day
    from intermediate.items
    cross join intermediate.clock
    group by items.product_id
),

known_weeks as (
    select launches.product_id, count(*) as n_weeks
    from launches
    inner join last_weeks
        on launches.first_day <= last_weeks.week_start
        and launches.last_day >= last_weeks.week_start + interval '6' day
    group by launches.product_id
),

sold_weeks as (
    select daily_sales.product_id, calendar.week_start, sum(daily_sales.units) as units
    from intermediate.daily_sales
    inner join config.calendar on daily_sales.day = calendar.day
    inner join last_weeks on calendar.week_start = last_weeks.week_start
    inner join launches
        on daily_sales.product_id = launches.product_id
        and launches.first_day <= calendar.week_start
        and launches.last_day >= calendar.week_start + interval '6' day
    group by daily_sales.product_id, calendar.week_start
),

variation as (
    select
        known_weeks.product_id,
        known_weeks.n_weeks,
        cast(sum(sold_weeks.units) as double) / known_weeks.n_weeks as mean_units,
        cast(sum(cast(sold_weeks.units * sold_weeks.units as decimal(30, 4))) as double) as squares
    from known_weeks
    inner join sold_weeks on known_weeks.product_id = sold_weeks.product_id
    where known_weeks.n_weeks >= 26
    group by known_weeks.product_id, known_weeks.n_weeks
),

varied as (
    select
        product_id,
        n_weeks,
        sqrt(greatest((squares - n_weeks * mean_units * mean_units) / (n_weeks - 1), 0)) / mean_units as weekly_cv
    from variation
    where mean_units > 0
),

classes as (
    select
        abc.product_id,
        abc.name,
        abc.category,
        abc.abc_class,
        case
            when varied.weekly_cv < 0.5 then 'X'
            when varied.weekly_cv < 1.0 then 'Y'
            when varied.weekly_cv is not null then 'Z'
        end as xyz_class,
        varied.weekly_cv,
        coalesce(known_weeks.n_weeks, 0) as n_weeks,
        demand_models.demand_class,
        demand_models.frequency as demand_frequency,
        demand_models.adi,
        demand_models.cv2,
        abc.value,
        abc.value_kind,
        abc.value_share,
        clock.business_date
    from marts.abc
    cross join intermediate.clock
    left join varied on abc.product_id = varied.product_id
    left join known_weeks on abc.product_id = known_weeks.product_id
    left join marts.demand_models
        on demand_models.series_level = 'product'
        and demand_models.measure = 'units'
        and abc.product_id = demand_models.series_id
),

before as (
    select
        product_id,
        case when business_date < clock_date then abc_class else previous_abc_class end as abc_class,
        case when business_date < clock_date then xyz_class else previous_xyz_class end as xyz_class,
        case when business_date < clock_date then business_date else previous_business_date end as business_date
    from (
        select product_classes.*, clock.business_date as clock_date
        from previous.product_classes as product_classes
        cross join intermediate.clock
    )
    where business_date <= clock_date
)

select
    classes.*,
    before.abc_class as previous_abc_class,
    before.xyz_class as previous_xyz_class,
    before.business_date as previous_business_date,
    before.abc_class <> classes.abc_class or coalesce(before.xyz_class <> classes.xyz_class, false) as has_changed
from classes
left join before on classes.product_id = before.product_id
