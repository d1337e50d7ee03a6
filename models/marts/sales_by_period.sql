-- One row per frequency, period, dimension and value with sales: units, money and baskets, beside
-- the period before and the same period a year before.
-- Frequencies are day, week, month and year of the trading calendar; a day's year before is the same
-- weekday 52 weeks earlier. Where sources give totals of weeks or months, there are no shorter periods.
-- Dimensions are total, location, category, supplier, product, segment,
-- age_band, gender, payment_method, promotion and discount_band; the days of products are
-- marts.daily_sales. Purchases are baskets in which something was sold; they are null for what a
-- basket can have several of, and where no source tells one purchase from another. Margin is over lines whose cost is known, and net_with_cost is what
-- those brought. A comparison is null where the earlier period is not known whole, and zero where
-- it is and nothing sold. A period that reaches into days on which nothing sold anywhere for too long is
-- not known whole (intermediate.sales_gaps). A total of a week counts where the week ends: n_weeks are those of
-- a month or year, and civil ones with another number of them are not compared.
-- key: frequency, period_start, dimension, value
-- test: units_are_not_negative: units >= 0 and returned_units >= 0
-- test: gross_less_discount_is_net: abs(gross - discount - net) <= 0.01 * n_lines
-- test: margin_is_of_lines_with_a_cost: margin is null or margin = net_with_cost - cost
-- test: what_the_period_before_sold_is_that_of_a_known_period: previous_net is null or previous_start < period_start
with gapped as (
    select periods.frequency, periods.period_start
    from config.periods
    inner join intermediate.sales_gaps
        on sales_gaps.day_before < periods.period_end and periods.period_start < sales_gaps.day_after
    group by periods.frequency, periods.period_start
),

periods as (
    select
        periods.frequency,
        periods.period_start,
        periods.period_end,
        periods.label,
        periods.previous_start,
        periods.last_year_start,
        periods.n_days,
        case when periods.frequency in ('month', 'year')
            then (cast(periods.period_end as int) - sources.week_ends) / 7
            - (cast(periods.period_start as int) - 1 - sources.week_ends) / 7
        end as n_weeks,
        periods.period_start >= clock.first_sale_on and gapped.period_start is null as is_known,
        periods.period_end <= clock.last_known_day as is_over
    from config.periods
    cross join intermediate.clock
    cross join (
        select
            count(*) > 0 as are_totals,
            count(*) filter (where period = 'month') > 0 as are_months,
            -- The weekday on which totals of weeks are booked, null without such.
            (cast(min(known_from) filter (where period = 'week') as int) + 6) % 7 as week_ends
        from intermediate.item_periods
    ) as sources
    left join gapped
        on periods.frequency = gapped.frequency and periods.period_start = gapped.period_start
    where not (periods.frequency = 'day' and sources.are_totals)
        and not (periods.frequency = 'week' and sources.are_months)
),

compared as (
    select
        periods.*,
        coalesce(before.is_known, false)
        and ((periods.n_weeks is not distinct from before.n_weeks)
            or periods.n_days = 7 * periods.n_weeks and before.n_days = 7 * before.n_weeks) as previous_is_known,
        coalesce(year_before.is_known, false)
        and ((periods.n_weeks is not distinct from year_before.n_weeks)
            or periods.n_days = 7 * periods.n_weeks and year_before.n_days = 7 * year_before.n_weeks)
        as last_year_is_known
    from periods
    left join periods as before
        on periods.frequency = before.frequency and periods.previous_start = before.period_start
    left join periods as year_before
        on periods.frequency = year_before.frequency and periods.last_year_start = year_before.period_start
)

select
    sold.frequency,
    sold.period_start,
    periods.period_end,
    periods.label,
    sold.dimension,
    sold.value,
    periods.is_known and periods.is_over as is_complete,
    periods.n_weeks,
    sold.n_purchases,
    sold.n_lines,
    sold.units,
    sold.returned_units,
    sold.gross,
    sold.discount,
    sold.net,
    sold.net_with_cost,
    sold.cost,
    cast(sold.net_with_cost - sold.cost as decimal(18, 4)) as margin,
    periods.previous_start,
    case when periods.previous_is_known then coalesce(previous.units, 0) end as previous_units,
    case when periods.previous_is_known then coalesce(previous.net, 0) end as previous_net,
    periods.last_year_start,
    case when periods.last_year_is_known then coalesce(last_year.units, 0) end as last_year_units,
    case when periods.last_year_is_known then coalesce(last_year.net, 0) end as last_year_net
from intermediate.sales_periods as sold
inner join compared as periods
    on sold.frequency = periods.frequency and sold.period_start = periods.period_start
left join intermediate.sales_periods as previous
    on sold.frequency = previous.frequency
    and sold.dimension = previous.dimension
    and sold.value = previous.value
    and periods.previous_start = previous.period_start
left join intermediate.sales_periods as last_year
    on sold.frequency = last_year.frequency
    and sold.dimension = last_year.dimension
    and sold.value = last_year.value
    and periods.last_year_start = last_year.period_start
