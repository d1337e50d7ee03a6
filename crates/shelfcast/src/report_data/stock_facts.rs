//! Facts about stock: turns and availability, losses, age, doubts.

use super::Rows;
use shelfcast_pipeline::Reader;
use shelfcast_report::{
    LostSalesRow, ReportData, StockAgeingRow, StockCheckRow, StockFactsByRow, StockFactsRow,
};

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    data.stock_facts = stock_facts(reader).await?;
    data.stock_facts_by = stock_facts_by(reader).await?;
    data.lost_sales = lost_sales(reader).await?;
    data.stock_ageing = stock_ageing(reader).await?;
    data.stock_checks = stock_checks(reader).await?;
    Ok(())
}

async fn stock_facts(reader: &Reader) -> anyhow::Result<Vec<StockFactsRow>> {
    let sql = "select * from marts.stock_facts order by product_id, location_id";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (products, locations, names) = (text("product_id")?, text("location_id")?, text("name")?);
    let (categories, suppliers, bases) = (text("category")?, text("supplier_id")?, text("basis")?);
    let reasons = text("not_stated_because")?;
    let exact = |name: &str| rows.decimals(name);
    let (costs, prices) = (exact("unit_cost")?, exact("unit_price")?);
    let (on_hand, on_hand_high) = (exact("on_hand")?, exact("on_hand_high")?);
    let (values, retail) = (exact("stock_value")?, exact("retail_value")?);
    let (averages, cost_of_sales) = (exact("average_stock_value")?, exact("cost_of_sales")?);
    let (margins, lost_net, lost_margins) =
        (exact("margin")?, exact("lost_net")?, exact("lost_margin")?);
    let number = |name: &str| rows.numbers(name);
    let (covers, turns, gmroi) =
        (number("backward_cover_days")?, number("turns")?, number("gmroi")?);
    let (sell_through, in_stock) = (number("sell_through")?, number("in_stock_share")?);
    let (lost, low, high) =
        (number("lost_units")?, number("lost_units_low")?, number("lost_units_high")?);
    let count = |name: &str| rows.wholes(name);
    let (known, on_sale) = (count("known_days")?, count("days_on_sale")?);
    let (counts, empty) = (count("n_counts")?, count("n_counts_without_stock")?);
    let (full, censored) = (count("full_stockout_days")?, count("censored_days")?);
    let (known_from, known_until) = (rows.days("known_from")?, rows.days("known_until")?);
    Ok((0..rows.len())
        .map(|row| StockFactsRow {
            product_id: products[row].clone(),
            location_id: locations[row].clone(),
            name: names[row].clone(),
            category: categories[row].clone(),
            supplier_id: suppliers[row].clone(),
            unit_cost: costs[row].clone(),
            unit_price: prices[row].clone(),
            on_hand: on_hand[row].clone(),
            on_hand_high: on_hand_high[row].clone(),
            basis: bases[row].clone(),
            stock_value: values[row].clone(),
            retail_value: retail[row].clone(),
            backward_cover_days: covers[row],
            known_days: known[row].unwrap_or(0).unsigned_abs(),
            known_from: known_from[row],
            known_until: known_until[row],
            n_counts: counts[row].unwrap_or(0).unsigned_abs(),
            n_counts_without_stock: empty[row].unwrap_or(0).unsigned_abs(),
            average_stock_value: averages[row].clone(),
            cost_of_sales: cost_of_sales[row].clone(),
            margin: margins[row].clone(),
            turns: turns[row],
            gmroi: gmroi[row],
            sell_through: sell_through[row],
            in_stock_share: in_stock[row],
            days_on_sale: on_sale[row].map(i64::unsigned_abs),
            full_stockout_days: full[row].map(i64::unsigned_abs),
            censored_days: censored[row].map(i64::unsigned_abs),
            lost_units: lost[row],
            lost_units_low: low[row],
            lost_units_high: high[row],
            lost_net: lost_net[row].clone(),
            lost_margin: lost_margins[row].clone(),
            not_stated_because: reasons[row].clone(),
        })
        .collect())
}

async fn stock_facts_by(reader: &Reader) -> anyhow::Result<Vec<StockFactsByRow>> {
    let sql = "select facts.*, coalesce(suppliers.name, locations.name, '') as name \
               from marts.stock_facts_by as facts \
               left join staging.suppliers on dimension = 'supplier' and value = suppliers.supplier_id \
               left join staging.locations on dimension = 'location' and value = locations.location_id \
               order by dimension, value";
    let rows = Rows::read(reader, sql).await?;
    let (dimensions, values, names) =
        (rows.texts("dimension")?, rows.texts("value")?, rows.texts("name")?);
    let count = |name: &str| rows.wholes(name);
    let (items, stated) = (count("n_items")?, count("n_stated")?);
    let (counts, empty) = (count("n_counts")?, count("n_counts_without_stock")?);
    let (full, censored) = (count("full_stockout_days")?, count("censored_days")?);
    let exact = |name: &str| rows.decimals(name);
    let (on_hand, stock, retail) =
        (exact("on_hand")?, exact("stock_value")?, exact("retail_value")?);
    let (averages, costs) = (exact("average_stock_value")?, exact("cost_of_sales")?);
    let (margins, lost_net, lost_margins) =
        (exact("margin")?, exact("lost_net")?, exact("lost_margin")?);
    let number = |name: &str| rows.numbers(name);
    let (turns, gmroi) = (number("turns")?, number("gmroi")?);
    let in_stock = number("in_stock_share")?;
    let (lost, low, high) =
        (number("lost_units")?, number("lost_units_low")?, number("lost_units_high")?);
    Ok((0..rows.len())
        .map(|row| StockFactsByRow {
            dimension: dimensions[row].clone(),
            value: values[row].clone(),
            name: names[row].clone(),
            n_items: items[row].unwrap_or(0).unsigned_abs(),
            n_stated: stated[row].unwrap_or(0).unsigned_abs(),
            on_hand: on_hand[row].clone(),
            stock_value: stock[row].clone(),
            retail_value: retail[row].clone(),
            average_stock_value: averages[row].clone(),
            cost_of_sales: costs[row].clone(),
            margin: margins[row].clone(),
            turns: turns[row],
            gmroi: gmroi[row],
            n_counts: counts[row].unwrap_or(0).unsigned_abs(),
            n_counts_without_stock: empty[row].unwrap_or(0).unsigned_abs(),
            in_stock_share: in_stock[row],
            full_stockout_days: full[row].map(i64::unsigned_abs),
            censored_days: censored[row].map(i64::unsigned_abs),
            lost_units: lost[row],
            lost_units_low: low[row],
            lost_units_high: high[row],
            lost_net: lost_net[row].clone(),
            lost_margin: lost_margins[row].clone(),
        })
        .collect())
}

/// Lost sales by month of the trading calendar. Variances add up, and 80 % of a normal
/// distribution lie within 1.2816 standard deviations, as in `marts.stock_facts`.
async fn lost_sales(reader: &Reader) -> anyhow::Result<Vec<LostSalesRow>> {
    let sql = "with months as ( \
                  select calendar.month_start, \
                     count(*) filter (where stockout = 'full') as full_stockout_days, \
                     count(*) filter (where stockout = 'censored') as censored_days, \
                     count(*) filter (where lost_units is null) as n_without_estimate, \
                     sum(cast(lost_units as decimal(30, 6))) as units, \
                     sum(cast(variance as decimal(30, 6))) as variance, \
                     sum(cast(lost_net as decimal(30, 6))) as net, \
                     sum(cast(lost_margin as decimal(30, 6))) as margin \
                  from marts.lost_sales inner join intermediate.calendar \
                     on lost_sales.location_id = calendar.location_id and lost_sales.day = calendar.day \
                  group by calendar.month_start \
               ) \
               select month_start, full_stockout_days, censored_days, n_without_estimate, \
                  cast(units as double) as lost_units, \
                  greatest(cast(units as double) - 1.2816 * sqrt(cast(variance as double)), 0) as lost_units_low, \
                  cast(units as double) + 1.2816 * sqrt(cast(variance as double)) as lost_units_high, \
                  cast(net as decimal(18, 4)) as lost_net, cast(margin as decimal(18, 4)) as lost_margin \
               from months order by month_start";
    let rows = Rows::read(reader, sql).await?;
    let months = rows.days("month_start")?;
    let count = |name: &str| rows.wholes(name);
    let (full, censored, without) =
        (count("full_stockout_days")?, count("censored_days")?, count("n_without_estimate")?);
    let number = |name: &str| rows.numbers(name);
    let (lost, low, high) =
        (number("lost_units")?, number("lost_units_low")?, number("lost_units_high")?);
    let (net, margin) = (rows.decimals("lost_net")?, rows.decimals("lost_margin")?);
    Ok((0..rows.len())
        .map(|row| LostSalesRow {
            month_start: months[row],
            full_stockout_days: full[row].unwrap_or(0).unsigned_abs(),
            censored_days: censored[row].unwrap_or(0).unsigned_abs(),
            n_without_estimate: without[row].unwrap_or(0).unsigned_abs(),
            lost_units: lost[row],
            lost_units_low: low[row],
            lost_units_high: high[row],
            lost_net: net[row].clone(),
            lost_margin: margin[row].clone(),
        })
        .collect())
}

async fn stock_ageing(reader: &Reader) -> anyhow::Result<Vec<StockAgeingRow>> {
    let sql = "select * from marts.stock_ageing order by product_id, location_id, youngest_days";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (products, locations, bands) =
        (text("product_id")?, text("location_id")?, text("age_band")?);
    let (youngest, oldest) = (rows.wholes("youngest_days")?, rows.wholes("oldest_days")?);
    let (units, values) = (rows.decimals("units")?, rows.decimals("stock_value")?);
    Ok((0..rows.len())
        .map(|row| StockAgeingRow {
            product_id: products[row].clone(),
            location_id: locations[row].clone(),
            age_band: bands[row].clone(),
            youngest_days: youngest[row].unwrap_or(0).unsigned_abs(),
            oldest_days: oldest[row].unwrap_or(0).unsigned_abs(),
            units: units[row].clone().unwrap_or_default(),
            stock_value: values[row].clone(),
        })
        .collect())
}

async fn stock_checks(reader: &Reader) -> anyhow::Result<Vec<StockCheckRow>> {
    let sql = "select * from marts.stock_checks order by check_kind, product_id, location_id";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (kinds, names, sentences) = (text("check_kind")?, text("name")?, text("sentence")?);
    let (products, locations) = (text("product_id")?, text("location_id")?);
    let (units, values) = (rows.decimals("units")?, rows.decimals("stock_value")?);
    let (last_seen, in_doubt) = (rows.days("last_seen_on")?, rows.flags("is_in_doubt")?);
    Ok((0..rows.len())
        .map(|row| StockCheckRow {
            check_kind: kinds[row].clone(),
            product_id: products[row].clone(),
            location_id: locations[row].clone(),
            name: names[row].clone(),
            units: units[row].clone(),
            stock_value: values[row].clone(),
            last_seen_on: last_seen[row],
            is_in_doubt: in_doubt[row],
            sentence: sentences[row].clone(),
        })
        .collect())
}
