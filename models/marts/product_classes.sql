-- One row per product that sold in the last 365 days: its classes, and what they were before.
-- ABC is that of marts.abc. XYZ is by the coefficient of variation of weekly units over all places,
-- weeks without sales in, over the last 52 whole weeks: X below 0.5, Y below 1.0, Z from there on; with
-- fewer than 26 weeks since its launch a product has none. What is sold as totals of months is classed by
-- the last 12 whole months, of which it needs 6. The demand class is that of its series, whose
-- frequency stands beside it. Before means the last run for an earlier business date.
-- key: product_id
-- test: a_class_has_its_measure: (xyz_class is null) = (units_cv is null)
with spans as (
    select distinct 'week' as frequency, week_start as from_day, cast(week_start + interval '6' day as date) as until_day
    from config.calendar
    union all
    select distinct
        'month',
        cast(date_trunc('month', day) as date),
        cast(date_trunc('month', day) + interval '1 month' - interval '1 day' as date)
    from config.calendar
),

last_spans as (
    select frequency, from_day, until_day
    from (
        select spans.*, row_number() over (partition by frequency order by from_day desc) as recency
        from spans
        cross join intermediate.clock
        where from_day >= clock.business_date - interval '400' day
            and until_day < clock.business_date
            and from_day >= clock.first_sale_on
    )
    where recency <= case frequency when 'week' then 52 else 12 end
),

sold_by_month as (
    select product_id from intermediate.item_periods where period = 'month' group by product_id
),

launches as (
    select
        items.product_id,
        case when max(sold_by_month.product_id) is null then 'week' else 'month' end as frequency,
        min(items.first_day) as first_day,
        max(coalesce(items.ended_on, clock.business_date)) as last_day
    from intermediate.items
    cross join intermediate.clock
    left join sold_by_month on items.product_id = sold_by_month.product_id
    group by items.product_id
),

known_spans as (
    select launches.product_id, launches.frequency, count(*) as n_periods
    from launches
    inner join last_spans
        on launches.frequency = last_spans.frequency
        and launches.first_day <= last_spans.from_day
        and launches.last_day >= last_spans.until_day
    group by launches.product_id, launches.frequency
),

sold_spans as (
    select daily_sales.product_id, last_spans.from_day, sum(daily_sales.units) as units
    from intermediate.daily_sales
    inner join config.calendar on daily_sales.day = calendar.day
    inner join launches on daily_sales.product_id = launches.product_id
    inner join last_spans
        on launches.frequency = last_spans.frequency
        and case launches.frequency
            when 'week' then calendar.week_start
            else cast(date_trunc('month', calendar.day) as date)
        end = last_spans.from_day
        and launches.first_day <= last_spans.from_day
        and launches.last_day >= last_spans.until_day
    group by daily_sales.product_id, last_spans.from_day
),

variation as (
    select
        known_spans.product_id,
        known_spans.n_periods,
        cast(sum(sold_spans.units) as double) / known_spans.n_periods as mean_units,
        cast(sum(cast(sold_spans.units * sold_spans.units as decimal(30, 4))) as double) as squares
    from known_spans
    inner join sold_spans on known_spans.product_id = sold_spans.product_id
    where known_spans.n_periods >= case known_spans.frequency when 'week' then 26 else 6 end
    group by known_spans.product_id, known_spans.n_periods
),

varied as (
    select
        product_id,
        n_periods,
        sqrt(greatest((squares - n_periods * mean_units * mean_units) / (n_periods - 1), 0)) / mean_units as units_cv
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
            when varied.units_cv < 0.5 then 'X'
            when varied.units_cv < 1.0 then 'Y'
            when varied.units_cv is not null then 'Z'
        end as xyz_class,
        varied.units_cv,
        coalesce(launches.frequency, 'week') as xyz_frequency,
        coalesce(known_spans.n_periods, 0) as n_periods,
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
    left join launches on abc.product_id = launches.product_id
    left join known_spans on abc.product_id = known_spans.product_id
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
