//! What is stuck: statuses in units and money, ageing, excess and dead stock.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::View;
use super::measures::{exact, number, share, sum, summed_money};
use super::table::{Cell, Row, Table, words};
use crate::data::{InventoryRow, StockAgeingRow};
use crate::decimal::Exact;

const NO_STOCK: &str = "No stock is known: it needs a stock count.";
const BANDS: [&str; 6] = ["0-30", "31-60", "61-90", "91-180", "181-365", "over 365"];
/// From here on stock is old.
const OLD_BANDS: [&str; 2] = ["181-365", "over 365"];

/// Products and places by their status.
pub(super) fn statuses(view: &View<'_>) -> Table {
    let mut by_status: BTreeMap<&str, Vec<&InventoryRow>> = BTreeMap::new();
    for row in &view.data.inventory_status {
        by_status.entry(&row.status).or_default().push(row);
    }
    let (all, _) = sum(view.data.inventory_status.iter().map(|row| &row.stock_value));
    let mut rows: Vec<(Option<Exact>, &str, Row)> = by_status
        .into_iter()
        .map(|(status, rows)| {
            let (units, _) = sum(rows.iter().map(|row| &row.on_hand));
            let value = sum(rows.iter().map(|row| &row.stock_value));
            let cells = vec![
                Cell::text(words(status)),
                Cell::count(rows.len() as u64),
                quantity(units),
                summed_money(value),
                Cell::share(share(value.0, all)),
            ];
            (value.0, status, Row { cells, ..Row::default() })
        })
        .collect();
    rows.sort_by_key(|(value, status, _)| (Reverse(*value), *status));
    let table = Table {
        id: "statuses",
        caption: "Stock of products at places by status, most value first.".into(),
        empty: NO_STOCK.into(),
        csv: "inventory_status",
        ..Table::default()
    };
    let value = format!("#Value at cost, {}", view.money);
    let columns = ["Status", "#Products and places", "#Units", &value, "#Share of value"];
    table.with_columns(&columns).with_rows(rows.into_iter().map(|(_, _, row)| row).collect())
}

fn quantity(units: Option<Exact>) -> Cell {
    units.map_or_else(Cell::unknown, |units| Cell::number(units.trimmed(), units.plain()))
}

/// Stock by days since it was received.
pub(super) fn ageing(view: &View<'_>) -> Table {
    let (all, _) = sum(view.data.stock_ageing.iter().map(|row| &row.stock_value));
    let row = |band: &&str| {
        let rows: Vec<&StockAgeingRow> =
            view.data.stock_ageing.iter().filter(|row| row.age_band == **band).collect();
        let units: Exact = rows.iter().map(|row| row.units.as_str()).collect();
        let value = sum(rows.iter().map(|row| &row.stock_value));
        let cells = vec![
            Cell::text(format!("{band} days")),
            Cell::count(rows.len() as u64),
            quantity(Some(units)),
            summed_money(value),
            Cell::share(share(value.0, all)).shaded(share(value.0, all).unwrap_or(0.0)),
        ];
        (!rows.is_empty()).then(|| Row { cells, ..Row::default() })
    };
    let table = Table {
        id: "ageing",
        caption: "Stock on hand by days since its receipt, first in, first out. Stock older than \
                  the first known receipt is at least as old as said."
            .into(),
        empty: "Not known: the age of stock needs receipts and a stock count.".into(),
        csv: "stock_ageing",
        ..Table::default()
    };
    let value = format!("#Value at cost, {}", view.money);
    let columns = ["Age", "#Products and places", "#Units", &value, "#Share of value"];
    table.with_columns(&columns).with_rows(BANDS.iter().filter_map(row).collect())
}

/// What is known of the age of one product's stock at one place.
#[derive(Default)]
struct Age<'a> {
    oldest_days: u64,
    old: Vec<&'a Option<String>>,
}

/// Excess and dead stock line by line.
pub(super) fn lines(view: &View<'_>) -> Table {
    let mut ages: BTreeMap<(&str, &str), Age<'_>> = BTreeMap::new();
    for row in &view.data.stock_ageing {
        let age = ages.entry((&row.product_id, &row.location_id)).or_default();
        age.oldest_days = age.oldest_days.max(row.oldest_days);
        if OLD_BANDS.contains(&row.age_band.as_str()) {
            age.old.push(&row.stock_value);
        }
    }
    let is_stuck = |row: &&InventoryRow| matches!(row.status.as_str(), "excess" | "dead_stock");
    let mut rows: Vec<&InventoryRow> = view.data.inventory_status.iter().filter(is_stuck).collect();
    rows.sort_by_key(|row| (Reverse(exact(&row.stock_value)), &row.product_id, &row.location_id));
    let rows = rows.iter().map(|row| {
        let age = ages.get(&(row.product_id.as_str(), row.location_id.as_str()));
        line(view, row, age)
    });
    let table = Table {
        id: "stuck",
        caption: "Excess and dead stock, most value first.".into(),
        empty: match view.data.inventory_status.is_empty() {
            true => NO_STOCK.into(),
            false => "No stock is in excess or dead.".into(),
        },
        csv: "inventory_status",
        ..Table::default()
    };
    let value = format!("#Value at cost, {}", view.money);
    let old = format!("#Older than 180 days, {}", view.money);
    let columns = [
        "Product",
        "Place",
        "Status",
        "#On hand",
        &value,
        "#Days of cover",
        "#Last sale",
        "#Oldest, days",
        &old,
    ];
    table.with_columns(&columns).with_first_rows(rows.collect()).narrowed_by("Status")
}

fn line(view: &View<'_>, row: &InventoryRow, age: Option<&Age<'_>>) -> Row {
    let old = match age {
        None => Cell::unknown(),
        Some(age) if age.old.is_empty() => Cell::number("0.00", 0),
        Some(age) => summed_money(sum(age.old.iter().copied())),
    };
    let cells = vec![
        view.product(&row.name, &row.product_id),
        view.place(&row.location_id),
        Cell::text(words(&row.status)),
        Cell::quantity(row.on_hand.as_deref()),
        Cell::money(row.stock_value.as_deref()),
        number(row.cover_days, 0),
        Cell::day(row.last_sold_on),
        age.map_or_else(Cell::unknown, |age| Cell::count(age.oldest_days)),
        old,
    ];
    Row { cells, group: words(&row.status), detail: None }
}
