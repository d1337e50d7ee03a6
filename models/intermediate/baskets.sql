-- One row per sale, place, day and buyer: what was in the basket, and what was given back under its
-- number. The buyer is the customer, or empty; some tills give one number to several customers. A
-- basket in which something was sold is a purchase. Without a sale number what a customer took in a
-- day at a place is one basket; without a customer either nobody knows how many purchases there
-- were, and is_purchase is null: a file of daily totals.
-- key: sale_id, location_id, day, buyer
-- test: a_basket_has_lines: n_lines > 0
select
    sale_id,
    location_id,
    day,
    coalesce(customer_id, '') as buyer,
    max(customer_id) as customer_id,
    max(payment_method) as payment_method,
    count(*) as n_lines,
    count(*) filter (where counts_as = 'sold') as n_sold_lines,
    sum(units) as units,
    sum(returned_units) as returned_units,
    coalesce(sum(gross), 0) as gross,
    coalesce(sum(discount), 0) as discount,
    coalesce(sum(net), 0) as net,
    coalesce(sum(net) filter (where cost is not null), 0) as net_with_cost,
    sum(cost) filter (where net is not null) as cost,
    case when sale_id <> '' or coalesce(customer_id, '') <> '' then sum(units) > 0 end as is_purchase
from intermediate.sale_lines
group by sale_id, location_id, day, coalesce(customer_id, '')
