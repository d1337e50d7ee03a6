-- One row: from when to when data is known, and the day that is planned for.
-- The business date is the day after the last known sale or count, unless one was given. Totals of
-- weeks and months are known from the first day of the first one to the last day of the last.
-- key: business_date
-- test: a_business_date_follows_known_days: business_date > last_known_day
-- test: a_business_date_is_at_most_a_year_after_the_last_known_day: business_date <= last_known_day + interval '366' day
with sales as (
    select
        least(min(sold_on), (select min(known_from) from intermediate.item_periods)) as first_sale_on,
        max(sold_on) as last_sale_on
    from staging.sales, config.settings
    where settings.business_date is null or sold_on < settings.business_date
),

counts as (
    select min(counted_on) as first_count_on, max(counted_on) as last_count_on
    from staging.stock, config.settings
    where settings.business_date is null or counted_on < settings.business_date
)

select
    least(coalesce(first_sale_on, first_count_on), coalesce(first_count_on, first_sale_on)) as first_day,
    first_sale_on,
    last_sale_on,
    first_count_on,
    last_count_on,
    greatest(coalesce(last_sale_on, last_count_on), coalesce(last_count_on, last_sale_on)) as last_known_day,
    (select count(*) from staging.movements where kind = 'receipt')
    + (select count(*) from staging.receipts) > 0 as receipts_are_known,
    coalesce(
        settings.business_date,
        greatest(coalesce(last_sale_on, last_count_on), coalesce(last_count_on, last_sale_on)) + interval '1' day
    ) as business_date,
    case
        when settings.business_date is not null then 'given'
        when last_count_on > last_sale_on then 'the day after the last count'
        else 'the day after the last sale'
    end as business_date_reason
from sales, counts, config.settings
