//! What the last replay came to, where there was one.

use super::Rows;
use shelfcast_pipeline::Reader;
use shelfcast_report::{ReplayCurveRow, ReplayRow, ReportData};

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    let tables = reader.publication().tables()?;
    let is_there = |wanted: &str| tables.iter().any(|(table, _)| table.to_string() == wanted);
    if is_there("marts.replays") && is_there("marts.replay_curves") {
        data.replays = replays(reader).await?;
        data.replay_curves = curves(reader).await?;
    }
    Ok(())
}

async fn replays(reader: &Reader) -> anyhow::Result<Vec<ReplayRow>> {
    let rows = Rows::read(reader, "select * from marts.replays order by position").await?;
    let policies = rows.texts("policy")?;
    let (from, until) = (rows.days("measured_from")?, rows.days("measured_until")?);
    let whole = |name: &str| rows.wholes(name);
    let (items, orders, lines) = (whole("n_items")?, whole("orders")?, whole("order_lines")?);
    let number = |name: &str| rows.numbers(name);
    let (cycles, units) = (number("cycle_service")?, number("fill_rate")?);
    let (values, stock) = (number("value_fill_rate")?, number("mean_stock_value")?);
    let (holding, ordering) = (number("holding_cost")?, number("ordering_cost")?);
    let (written_off, lost) = (number("write_off_cost")?, number("lost_margin")?);
    let (total, change) = (number("total_cost")?, number("stock_change")?);
    let count = |value: Option<i64>| value.unwrap_or(0).unsigned_abs();
    Ok((0..rows.len())
        .map(|row| ReplayRow {
            policy: policies[row].clone(),
            measured_from: from[row].unwrap_or(0),
            measured_until: until[row].unwrap_or(0),
            n_items: count(items[row]),
            cycle_service: cycles[row],
            fill_rate: units[row],
            value_fill_rate: values[row],
            mean_stock_value: stock[row],
            orders: count(orders[row]),
            order_lines: count(lines[row]),
            holding_cost: holding[row],
            ordering_cost: ordering[row],
            write_off_cost: written_off[row],
            lost_margin: lost[row],
            total_cost: total[row],
            stock_change: change[row],
        })
        .collect())
}

async fn curves(reader: &Reader) -> anyhow::Result<Vec<ReplayCurveRow>> {
    let rows = Rows::read(reader, "select * from marts.replay_curves order by position").await?;
    let policies = rows.texts("policy")?;
    let number = |name: &str| rows.numbers(name);
    let (settings, rates) = (number("setting")?, number("value_fill_rate")?);
    let (stock, operating) = (number("mean_stock_value")?, number("operating_cost")?);
    let total = number("total_cost")?;
    Ok((0..rows.len())
        .map(|row| ReplayCurveRow {
            policy: policies[row].clone(),
            setting: settings[row].unwrap_or(0.0),
            value_fill_rate: rates[row].unwrap_or(0.0),
            mean_stock_value: stock[row].unwrap_or(0.0),
            operating_cost: operating[row].unwrap_or(0.0),
            total_cost: total[row].unwrap_or(0.0),
        })
        .collect())
}
