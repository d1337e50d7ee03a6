-- One row per series and coming week or month that lies wholly in the forecasts: the sum of its days'
-- coherent means, and so of the series below it.
-- key: series_level, series_id, frequency, period_start
with days as (
    select
        coherent_forecasts.series_level,
        coherent_forecasts.series_id,
        coherent_forecasts.mean,
        calendar.week_start,
        cast(date_trunc('month', calendar.day) as date) as month_start
    from marts.coherent_forecasts
    inner join config.calendar on coherent_forecasts.period_start = calendar.day
)

select series_level, series_id, 'week' as frequency, week_start as period_start, sum(mean) as mean
from days
group by series_level, series_id, week_start
having count(*) = 7
union all
select series_level, series_id, 'month', month_start, sum(mean)
from days
group by series_level, series_id, month_start
having count(*) = date_part('day', month_start + interval '1 month' - interval '1 day')
