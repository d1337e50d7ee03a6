-- One row per series and coming day: the forecasts of products at places and of products, categories,
-- places, regions and the total, made to add up to the last digit. Each series' own forecast (base;
-- null where it has none by the day) moves as far as the variance of its error allows.
-- key: series_level, series_id, period_start
-- step: reconcile: product_location -> product by product_id, category by category, location by location_id, region by region
-- test: nothing_is_below_zero: mean >= 0
with own as (
    select
        series_level,
        series_id,
        array_agg(period_start order by period_start) as periods,
        array_agg(mean order by period_start) as means,
        -- The width of an 80 % interval is 2.5631 standard deviations of a normal distribution.
        cast(avg(cast((upper_80 - lower_80) * (upper_80 - lower_80) as decimal(38, 6))) as double) / 6.5695 as variance
    from marts.forecasts
    cross join intermediate.clock
    -- What has ended was forecast from its own end.
    where measure = 'units' and frequency = 'day' and period_start > clock.last_sale_on
    group by series_level, series_id
)

select
    own.series_level,
    own.series_id,
    series.product_id,
    nullif(series.category, '') as category,
    series.location_id,
    locations.region,
    own.periods,
    own.means,
    own.variance
from own
inner join intermediate.series
    on own.series_level = series.series_level
    and own.series_id = series.series_id
    and series.measure = 'units'
left join staging.locations on series.location_id = locations.location_id
