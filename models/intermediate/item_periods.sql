-- One row per product and place whose sales came as totals of weeks or months: the longest period of
-- them, and the day from which on they are known. What is sold by the day has no row.
-- key: product_id, location_id
-- test: totals_are_of_weeks_or_months: period in ('week', 'month')
select
    product_id,
    location_id,
    -- Alphabetically a month comes before a week.
    min(period) as period,
    min(
        case period
            when 'month' then cast(date_trunc('month', sold_on) as date)
            else cast(sold_on - interval '6 day' as date)
        end
    ) as known_from
from staging.sales
where period <> 'day'
group by product_id, location_id
