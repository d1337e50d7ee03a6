-- One row per pool: what its series have in common, for those that say little by themselves.
-- key: pool_id
with profiles as (
    select
        series_level,
        series_id,
        measure,
        demand_profile(period_start, units, availability, frequency) as profile
    from intermediate.demand_series
    group by series_level, series_id, measure
)

select
    series.pool_id,
    count(*) as n_series,
    seasonal_pool(profiles.profile) as pool
from profiles
inner join intermediate.series
    on profiles.series_level = series.series_level
    and profiles.series_id = series.series_id
    and profiles.measure = series.measure
group by series.pool_id
