-- One row per stretch of 60 or more open days on which nothing sold anywhere: the last day with sales
-- before it and the first after it. Such days count as days without demand, but a file may be missing or a
-- date be wrong, so that no period with them is known whole. Days on which every place is closed are not
-- open.
-- key: day_before
-- test: days_lie_between: n_open_days < cast(day_after as int) - cast(day_before as int)
with spans as (
    select lag(day) over (order by day) as day_before, day as day_after
    from (select day from intermediate.daily_sales group by day)
),

wide as (
    select day_before, day_after
    from spans
    where cast(day_after as int) - cast(day_before as int) > 60
),

open_days as (
    select day from intermediate.calendar group by day having not bool_and(is_closed)
)

select wide.day_before, wide.day_after, count(*) as n_open_days
from wide
inner join open_days on wide.day_before < open_days.day and open_days.day < wide.day_after
group by wide.day_before, wide.day_after
having count(*) >= 60
