-- One row per level, series and coming day: projected stock of several products and places together.
-- Sample paths are summed one by one, as quantiles do not add up; paths of different products
-- and places are drawn independently, so the band is too narrow where demand moves together.
-- key: series_level, series_id, day
-- test: a_band_holds_its_median: lower_80 <= median and median <= upper_80
with projected as (
    select
        product_id,
        location_id,
        category,
        unnest(project_stock(model, calibration, inputs)) as projection
    from intermediate.projection_inputs
),

leveled as (
    select 'total' as series_level, 'all' as series_id, projection from projected
    union all
    select 'category', category, projection from projected where category <> ''
    union all
    select 'location', location_id, projection from projected
    union all
    select 'product', product_id, projection from projected
),

combined as (
    select
        series_level,
        series_id,
        projection['day'] as day,
        combine_stock(projection['sample']) as stock
    from leveled
    group by series_level, series_id, projection['day']
)

select
    series_level,
    series_id,
    day,
    stock['median'] as median,
    stock['lower_80'] as lower_80,
    stock['upper_80'] as upper_80
from combined
