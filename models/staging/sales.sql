-- One row per sales row that came in, with the business day it belongs to: the day on the clocks of
-- its place. Times of a source that states its time zone are instants, which the place's time zone
-- turns into days (the source's where the place has none); other times are those of the place already.
-- A row of a source whose rows are totals of a week or a month belongs to the last day of it: the week
-- begins on the day that is stated, the month is that in which the day lies.
-- key: _sequence, _ordinal
select
    sales.sale_id,
    sales.line,
    sales.sold_at,
    case batches.source_period
        when 'month' then cast(
            date_trunc('month', business_day(sales.sold_at, sales._day, batches.time_zone, locations.time_zone))
            + interval '1 month' - interval '1 day' as date
        )
        when 'week' then cast(
            business_day(sales.sold_at, sales._day, batches.time_zone, locations.time_zone) + interval '6 day' as date
        )
        else business_day(sales.sold_at, sales._day, batches.time_zone, locations.time_zone)
    end as sold_on,
    batches.source_period as period,
    sales.product_id,
    sales.location_id,
    sales.customer_id,
    sales.quantity,
    sales.unit_price,
    coalesce(sales.discount, 0) as discount,
    sales.total,
    sales.cost,
    sales.payment_method,
    sales.kind,
    sales._sequence,
    sales._ordinal,
    sales._file,
    sales._row
from raw.sales
inner join staging.batches on sales._sequence = batches.sequence
left join staging.locations on sales.location_id = locations.location_id
where not exists (
    select 1 from staging.hidden_rows
    where hidden_rows.feed = 'sales'
        and hidden_rows.sequence = sales._sequence
        and hidden_rows.ordinal = sales._ordinal
)
