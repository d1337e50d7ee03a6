-- One row per place and period on which the calendar says something that may move demand, and per
-- period of all places together (place_id is empty): the share of its days and places. Wages are taken
-- to be paid at the end of a month: its last five days and its first are paydays.
-- key: place_id, frequency, period_start
-- sorted: place_id, frequency, period_start
with flagged as (
    select
        location_id,
        day,
        week_start,
        cast(date_trunc('month', day) as date) as month_start,
        case when holiday is not null and not is_closed then 1 else 0 end as holiday,
        case
            when not is_closed
                and lead(holiday is not null or is_closed, 1, false) over (partition by location_id order by day)
                then 1
            else 0
        end as holiday_eve,
        case when event is not null and not is_closed then 1 else 0 end as event,
        case when is_closed then 1 else 0 end as closed,
        case
            when date_part('day', day) = 1 or date_part('month', day + interval '5' day) <> date_part('month', day) then 1
            else 0
        end as payday
    from intermediate.calendar
),

places as (
    select location_id as place_id, * from flagged
    union all
    select '' as place_id, * from flagged
),

-- In a month paydays are as many as ever; weeks and days have more or fewer.
periods as (
    select place_id, 'day' as frequency, day as period_start, holiday, holiday_eve, event, closed, payday
    from places
    union all
    select place_id, 'week', week_start, holiday, holiday_eve, event, closed, payday from places
    union all
    select place_id, 'month', month_start, holiday, holiday_eve, event, closed, 0 from places
)

select
    place_id,
    frequency,
    period_start,
    cast(sum(holiday) as double) / count(*) as holiday,
    cast(sum(holiday_eve) as double) / count(*) as holiday_eve,
    cast(sum(event) as double) / count(*) as event,
    cast(sum(closed) as double) / count(*) as closed,
    cast(sum(payday) as double) / count(*) as payday
from periods
group by place_id, frequency, period_start
having sum(holiday) + sum(holiday_eve) + sum(event) + sum(closed) + sum(payday) > 0
order by place_id, frequency, period_start
