-- One row per place and day from the first known day to the end of the forecasts: where the day
-- stands in the trading calendar, its public holiday, its event, and whether the place is closed.
-- An event that names no place holds everywhere.
-- key: location_id, day
with places as (
    select location_id from staging.locations
    union
    select location_id from intermediate.items
),

events as (
    select
        places.location_id,
        calendar.day,
        max(calendar.event) as event,
        bool_or(coalesce(calendar.closed, false)) as is_closed
    from staging.calendar
    inner join places
        on calendar.location_id = places.location_id
        or calendar.location_id = 'main' and (select count(*) from places where location_id = 'main') = 0
    group by places.location_id, calendar.day
),

countries as (
    select
        places.location_id,
        coalesce(place_countries.country, settings.country) as country
    from places
    cross join config.settings
    left join config.place_countries on places.location_id = place_countries.location_id
)

select
    countries.location_id,
    calendar.day,
    calendar.weekday,
    calendar.week_start,
    calendar.week,
    calendar.week_year,
    calendar.month_start,
    calendar.month,
    calendar.quarter,
    calendar.year_start,
    calendar.year,
    holidays.name as holiday,
    events.event,
    coalesce(events.is_closed, false) as is_closed
from countries
cross join config.calendar
cross join intermediate.clock
left join config.holidays on countries.country = holidays.country and calendar.day = holidays.day
left join events on countries.location_id = events.location_id and calendar.day = events.day
where calendar.day >= clock.first_day
