-- One row per aggregate series and period: all products together, each category, place and product, by
-- the finest of day, week and month in which at least half of the periods see demand; where something in
-- them is sold as totals of weeks or months, by the longest of these. Periods that are not complete are
-- left out.
-- key: series_level, series_id, period_start
with totals as (
    select items.product_id, items.location_id, items.category, item_periods.period
    from intermediate.item_periods
    inner join intermediate.items
        on item_periods.product_id = items.product_id and item_periods.location_id = items.location_id
),

-- Alphabetically a month comes before a week.
coarse as (
    select 'total' as series_level, 'all' as series_id, min(period) as period from totals having count(*) > 0
    union all
    select 'category', category || '', min(period) from totals where category <> '' group by category
    union all
    select 'location', location_id, min(period) from totals group by location_id
    union all
    select 'product', product_id, min(period) from totals group by product_id
),

laid_out as (
    select
        series_level,
        series_id,
        category,
        'day' as frequency,
        day as period_start,
        day as period_end,
        units,
        revenue,
        true as is_whole
    from intermediate.series_days
    union all
    select
        series_level,
        series_id,
        category,
        'week',
        week_start,
        cast(week_start + interval '6 day' as date),
        sum(units),
        sum(revenue),
        count(*) = 7
    from intermediate.series_days
    inner join config.calendar on series_days.day = calendar.day
    group by series_level, series_id, category, week_start
    union all
    select
        series_level,
        series_id,
        category,
        'month',
        cast(date_trunc('month', day) as date),
        cast(date_trunc('month', min(day)) + interval '1 month' - interval '1 day' as date),
        sum(units),
        sum(revenue),
        count(*) = date_part('day', date_trunc('month', min(day)) + interval '1 month' - interval '1 day')
    from intermediate.series_days
    group by series_level, series_id, category, cast(date_trunc('month', day) as date)
),

periods as (
    select laid_out.*, coarse.period as coarsest
    from laid_out
    cross join intermediate.clock
    left join coarse
        on laid_out.series_level = coarse.series_level and laid_out.series_id = coarse.series_id
    where coarse.period is null and laid_out.is_whole
        or laid_out.frequency = coarse.period and laid_out.period_end <= clock.last_sale_on
),

density as (
    select
        series_level,
        series_id,
        frequency,
        count(*) as n_periods,
        count(coarsest) > 0 as is_coarse,
        cast(count(*) filter (where units > 0) as double) / count(*) as share_with_demand
    from periods
    group by series_level, series_id, frequency
),

chosen as (
    select series_level, series_id, frequency
    from (
        select
            *,
            row_number() over (
                partition by series_level, series_id
                order by
                    case when share_with_demand >= 0.5 and n_periods >= 26 then 0 else 1 end,
                    case when share_with_demand >= 0.5 and n_periods >= 26
                        then case frequency when 'day' then 1 when 'week' then 2 else 3 end
                        else case frequency when 'month' then 1 when 'week' then 2 else 3 end
                    end
            ) as choice
        from density
        where n_periods >= 6 or frequency = 'day' or is_coarse
    )
    where choice = 1
),

-- Periods of which no source of totals says anything.
untold as (
    select distinct period, period_start from intermediate.period_totals where availability = 'missing'
)

select
    periods.series_level,
    periods.series_id,
    periods.category,
    periods.frequency,
    periods.period_start,
    periods.units,
    periods.revenue,
    case when untold.period is null then 'observed' else 'missing' end as availability
from periods
left join untold
    on periods.coarsest = untold.period and periods.period_start = untold.period_start
inner join chosen
    on periods.series_level = chosen.series_level
    and periods.series_id = chosen.series_id
    and periods.frequency = chosen.frequency
