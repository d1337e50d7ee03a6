-- One row per product, place and day with sales: units sold, units returned, money.
-- Margin is over the lines whose cost is known; net_with_cost is what those brought. Units that were
-- sold and cancelled within days are neither sold nor returned: they stand apart, on the day of the
-- sale; the money of both lines stays where it was booked. Lines that tell no price are valued at that
-- of the product list: how many they are, and what of net is theirs, stands beside it.
-- key: product_id, location_id, day
-- test: units_are_not_negative: units >= 0 and returned_units >= 0
-- test: cancelled_units_are_not_negative: cancelled_units >= 0
-- test: gross_less_discount_is_net: abs(gross - discount - net) <= 0.01 * n_lines
-- test: lines_at_list_price_are_some_of_all: n_lines_at_list_price <= n_lines
-- test: margin_is_of_lines_with_a_cost: margin is null or margin = net_with_cost - cost
select
    product_id,
    location_id,
    day,
    count(*) as n_lines,
    count(*) filter (where is_at_list_price) as n_lines_at_list_price,
    sum(units) as units,
    sum(returned_units) as returned_units,
    sum(cancelled_units) as cancelled_units,
    coalesce(sum(gross), 0) as gross,
    coalesce(sum(discount), 0) as discount,
    coalesce(sum(net), 0) as net,
    coalesce(sum(net) filter (where is_at_list_price), 0) as net_at_list_price,
    coalesce(sum(net) filter (where cost is not null), 0) as net_with_cost,
    sum(cost) filter (where net is not null) as cost,
    sum(net - cost) as margin
from intermediate.sale_lines
group by product_id, location_id, day
