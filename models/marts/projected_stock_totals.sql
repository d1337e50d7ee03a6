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
        unnest(project_stock(model, calibration, inputs, proposed_quantity, proposed_on, n_days)) as projection
    from intermediate.projection_inputs
),

-- Each projection is made once and counts on every level.
leveled as (
    select
        projection,
        unnest(make_array(
            named_struct('series_level', 'total', 'series_id', 'all'),
            named_struct('series_level', 'category', 'series_id', category),
            named_struct('series_level', 'location', 'series_id', location_id),
            named_struct('series_level', 'product', 'series_id', product_id)
        )) as series
    from projected
),

combined as (
    select
        series['series_level'] as series_level,
        series['series_id'] as series_id,
        projection['day'] as day,
        combine_stock(projection['sample']) as stock
    from leveled
    where series['series_id'] <> ''
    group by series['series_level'], series['series_id'], projection['day']
)

select
    series_level,
    series_id,
    day,
    stock['median'] as median,
    stock['lower_80'] as lower_80,
    stock['upper_80'] as upper_80
from combined
