-- One row per product, place and coming day: stock with open orders and today's proposal.
-- `median_without_order` leaves the proposal out: the day on which it is 0 is when stock runs out.
-- What is past its shelf life at a closing is written off and no longer there.
-- Median and 80 % band of closing stock over the sample paths that the order was planned from.
-- key: product_id, location_id, day
-- test: a_band_holds_its_median: lower_80 <= median and median <= upper_80
with projected as (
    select
        product_id,
        location_id,
        unnest(project_stock(model, calibration, inputs, proposed_quantity, proposed_on, n_days)) as projection
    from intermediate.projection_inputs
)

select
    product_id,
    location_id,
    projection['day'] as day,
    cast(projection['receipts'] as decimal(18, 4)) as receipts,
    projection['mean'] as mean,
    projection['median'] as median,
    projection['lower_80'] as lower_80,
    projection['upper_80'] as upper_80,
    projection['expected_sales'] as expected_sales,
    projection['expected_unmet'] as expected_unmet,
    projection['expected_written_off'] as expected_written_off,
    projection['probability_of_stockout'] as probability_of_stockout,
    projection['median_without_order'] as median_without_order
from projected
