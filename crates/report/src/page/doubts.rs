//! What is in doubt: stock that cannot be as the books say.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::View;
use super::measures::{exact, sum, summed_money};
use super::table::{Cell, Row, Table, words};
use crate::data::StockCheckRow;

const NO_DOUBT: &str = "No stock is in doubt, as far as counts and movements are known.";

/// Doubts by kind.
pub(super) fn kinds(view: &View<'_>) -> Table {
    let mut by_kind: BTreeMap<&str, Vec<&StockCheckRow>> = BTreeMap::new();
    for row in &view.data.stock_checks {
        by_kind.entry(&row.check_kind).or_default().push(row);
    }
    let row = |(kind, rows): (&&str, &Vec<&StockCheckRow>)| {
        let in_doubt = rows.iter().filter(|row| row.is_in_doubt).count() as u64;
        let cells = vec![
            Cell::text(words(kind)),
            Cell::count(rows.len() as u64),
            Cell::count(in_doubt),
            summed_money(sum(rows.iter().map(|row| &row.stock_value))),
        ];
        Row { cells, ..Row::default() }
    };
    let table = Table {
        id: "doubt-kinds",
        caption: "Doubts about stock by kind.".into(),
        empty: NO_DOUBT.into(),
        csv: "stock_checks",
        ..Table::default()
    };
    let value = format!("#Value at cost, {}", view.money);
    let columns = ["Kind", "#Products and places", "#Stock in doubt today", &value];
    table.with_columns(&columns).with_rows(by_kind.iter().map(row).collect())
}

/// Doubts one by one, most money first.
pub(super) fn lines(view: &View<'_>) -> Table {
    let mut rows: Vec<&StockCheckRow> = view.data.stock_checks.iter().collect();
    rows.sort_by_key(|row| {
        (Reverse(exact(&row.stock_value)), &row.check_kind, &row.product_id, &row.location_id)
    });
    let row = |row: &&StockCheckRow| Row {
        cells: vec![
            Cell::text(words(&row.check_kind)),
            view.product(&row.name, &row.product_id),
            view.place(&row.location_id),
            Cell::quantity(row.units.as_deref()),
            Cell::money(row.stock_value.as_deref()),
            Cell::day(row.last_seen_on),
            Cell::text(&row.sentence),
        ],
        group: words(&row.check_kind),
        detail: None,
    };
    let table = Table {
        id: "doubts",
        caption: "Doubts about stock, most value first.".into(),
        empty: NO_DOUBT.into(),
        csv: "stock_checks",
        ..Table::default()
    };
    let value = format!("#Value at cost, {}", view.money);
    let columns = ["Kind", "Product", "Place", "#Units", &value, "#Last seen", "What"];
    let rows = rows.iter().map(row).collect();
    table.with_columns(&columns).with_first_rows(rows).narrowed_by("Kind")
}
