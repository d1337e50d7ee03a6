//! What sold: periods and groups, baskets, prices and promotions.

use super::{Rows, money_is_known};
use shelfcast_pipeline::Reader;
use shelfcast_report::{
    BasketSizeRow, PeriodSalesRow, PricePointRow, PromotionEffectRow, ReportData,
};

/// Products of the last whole month that are read.
const PRODUCTS: u32 = 100;
/// Products, by net revenue of a year, whose prices are read beside those of promoted ones.
const PRICED_PRODUCTS: u32 = 50;

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    let money_is_known = money_is_known(reader).await?;
    data.period_sales = period_sales(reader, money_is_known).await?;
    data.basket_sizes = basket_sizes(reader, money_is_known).await?;
    data.price_points = price_points(reader).await?;
    data.promotion_effects = promotion_effects(reader, money_is_known).await?;
    Ok(())
}

/// The total by all months and years, 60 weeks and 35 days; groups by 13 months and the last whole
/// week; the first products of the last whole month.
async fn period_sales(
    reader: &Reader,
    money_is_known: bool,
) -> anyhow::Result<Vec<PeriodSalesRow>> {
    let sql = format!(
        "with last_whole as ( \
            select frequency, max(period_start) as period_start from marts.sales_by_period \
            where dimension = 'total' and is_complete group by frequency \
         ), ranked as ( \
            select sales.*, \
               row_number() over (partition by sales.dimension, sales.frequency, sales.period_start \
                  order by sales.net desc, sales.units desc, sales.value) as net_rank, \
               sales.period_start = last_whole.period_start as is_last_whole \
            from marts.sales_by_period as sales \
            left join last_whole on sales.frequency = last_whole.frequency \
         ), occasions as ( \
            select day, min(coalesce(holiday, event)) as occasion from intermediate.calendar \
            where holiday is not null or event is not null group by day \
         ) \
         select ranked.*, coalesce(occasions.occasion, n_weeks || ' weeks') as occasion, coalesce(products.name, locations.name, suppliers.name, '') as name \
         from ranked cross join intermediate.clock \
         left join staging.products on ranked.dimension = 'product' and ranked.value = products.product_id \
         left join staging.locations on ranked.dimension = 'location' and ranked.value = locations.location_id \
         left join staging.suppliers on ranked.dimension = 'supplier' and ranked.value = suppliers.supplier_id \
         left join occasions on ranked.frequency = 'day' and ranked.period_start = occasions.day \
         where (dimension = 'total' and ( \
               frequency in ('month', 'year') \
               or frequency = 'week' and period_start > clock.business_date - interval '420' day \
               or frequency = 'day' and period_start > clock.business_date - interval '36' day)) \
            or (dimension in ('category', 'location', 'supplier') and frequency = 'month' \
               and period_start > clock.business_date - interval '400' day) \
            or (dimension <> 'product' and frequency in ('week', 'month') and is_last_whole) \
            or (dimension = 'product' and frequency = 'month' and is_last_whole and net_rank <= {PRODUCTS}) \
         order by dimension, frequency, period_start, ranked.value"
    );
    let rows = Rows::read(reader, &sql).await?;
    let text = |name: &str| rows.texts(name);
    let (frequencies, labels, dimensions) =
        (text("frequency")?, text("label")?, text("dimension")?);
    let (values, names, occasions) = (text("value")?, text("name")?, text("occasion")?);
    let (starts, ends) = (rows.days("period_start")?, rows.days("period_end")?);
    let complete = rows.flags("is_complete")?;
    let (purchases, lines) = (rows.wholes("n_purchases")?, rows.wholes("n_lines")?);
    let exact = |name: &str| rows.decimals(name);
    let money = |name: &str| rows.money(name, money_is_known);
    let (units, returned) = (exact("units")?, exact("returned_units")?);
    let (gross, discount, net) = (money("gross")?, money("discount")?, money("net")?);
    let (net_with_cost, cost, margin) = (money("net_with_cost")?, money("cost")?, money("margin")?);
    let (previous_units, previous_net) = (exact("previous_units")?, money("previous_net")?);
    let (last_year_units, last_year_net) = (exact("last_year_units")?, money("last_year_net")?);
    Ok((0..rows.len())
        .map(|row| PeriodSalesRow {
            frequency: frequencies[row].clone(),
            period_start: starts[row].unwrap_or(0),
            period_end: ends[row].unwrap_or(0),
            label: labels[row].clone(),
            dimension: dimensions[row].clone(),
            value: values[row].clone(),
            name: names[row].clone(),
            occasion: occasions[row].clone(),
            is_complete: complete[row],
            n_purchases: purchases[row].map(i64::unsigned_abs),
            n_lines: lines[row].unwrap_or(0).unsigned_abs(),
            units: units[row].clone().unwrap_or_default(),
            returned_units: returned[row].clone().unwrap_or_default(),
            gross: gross[row].clone(),
            discount: discount[row].clone(),
            net: net[row].clone(),
            net_with_cost: net_with_cost[row].clone(),
            cost: cost[row].clone(),
            margin: margin[row].clone(),
            previous_units: previous_units[row].clone(),
            previous_net: previous_net[row].clone(),
            last_year_units: last_year_units[row].clone(),
            last_year_net: last_year_net[row].clone(),
        })
        .collect())
}

async fn basket_sizes(reader: &Reader, money_is_known: bool) -> anyhow::Result<Vec<BasketSizeRow>> {
    let sql = "select * from marts.basket_sizes order by location_id, n_sold_lines";
    let rows = Rows::read(reader, sql).await?;
    let locations = rows.texts("location_id")?;
    let (lines, purchases) = (rows.wholes("n_sold_lines")?, rows.wholes("n_purchases")?);
    let (units, net) = (rows.decimals("units")?, rows.money("net", money_is_known)?);
    let net_per_purchase = rows.money("net_per_purchase", money_is_known)?;
    Ok((0..rows.len())
        .map(|row| BasketSizeRow {
            location_id: locations[row].clone(),
            n_sold_lines: lines[row].unwrap_or(0).unsigned_abs(),
            n_purchases: purchases[row].unwrap_or(0).unsigned_abs(),
            units: units[row].clone().unwrap_or_default(),
            net: net[row].clone(),
            net_per_purchase: net_per_purchase[row].clone(),
        })
        .collect())
}

async fn price_points(reader: &Reader) -> anyhow::Result<Vec<PricePointRow>> {
    let sql = format!(
        "select * from marts.price_points \
         where product_id in (select product_id from marts.promotion_effects) \
            or product_id in (select product_id from marts.abc where value_rank <= {PRICED_PRODUCTS}) \
         order by product_id, price_paid"
    );
    let rows = Rows::read(reader, &sql).await?;
    let products = rows.texts("product_id")?;
    let (prices, units, net) =
        (rows.decimals("price_paid")?, rows.decimals("units")?, rows.decimals("net")?);
    let (days, rates) = (rows.wholes("n_place_days")?, rows.numbers("units_per_place_day")?);
    let (first, last) = (rows.days("first_day")?, rows.days("last_day")?);
    Ok((0..rows.len())
        .map(|row| PricePointRow {
            product_id: products[row].clone(),
            price_paid: prices[row].clone().unwrap_or_default(),
            n_place_days: days[row].map(i64::unsigned_abs),
            first_day: first[row].unwrap_or(0),
            last_day: last[row].unwrap_or(0),
            units: units[row].clone().unwrap_or_default(),
            net: net[row].clone(),
            units_per_place_day: rates[row],
        })
        .collect())
}

async fn promotion_effects(
    reader: &Reader,
    money_is_known: bool,
) -> anyhow::Result<Vec<PromotionEffectRow>> {
    let sql =
        "select * from marts.promotion_effects order by promotion_id, product_id, location_id";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (promotions, products, locations) =
        (text("promotion_id")?, text("product_id")?, text("location_id")?);
    let (starts, ends) = (rows.days("starts_on")?, rows.days("ends_on")?);
    let (prices, discounts) = (rows.decimals("price")?, rows.numbers("discount")?);
    let count = |name: &str| rows.wholes(name);
    let (before, during, after) =
        (count("days_before")?, count("days_during")?, count("days_after")?);
    let (units, net) = (rows.decimals("units_during")?, rows.money("net_during", money_is_known)?);
    let number = |name: &str| rows.numbers(name);
    let (daily_before, daily_during, daily_after) = (
        number("daily_units_before")?,
        number("daily_units_during")?,
        number("daily_units_after")?,
    );
    let uplifts = number("uplift")?;
    Ok((0..rows.len())
        .map(|row| PromotionEffectRow {
            promotion_id: promotions[row].clone(),
            product_id: products[row].clone(),
            location_id: locations[row].clone(),
            starts_on: starts[row],
            ends_on: ends[row],
            price: prices[row].clone(),
            discount: discounts[row],
            days_before: before[row].unwrap_or(0).unsigned_abs(),
            days_during: during[row].unwrap_or(0).unsigned_abs(),
            days_after: after[row].unwrap_or(0).unsigned_abs(),
            units_during: units[row].clone().unwrap_or_default(),
            net_during: net[row].clone(),
            daily_units_before: daily_before[row],
            daily_units_during: daily_during[row],
            daily_units_after: daily_after[row],
            uplift: uplifts[row],
        })
        .collect())
}
