//! Exceptions, and the stock of every product.

use super::View;
use super::table::{Cell, Row, Table, words};
use crate::data::{ExceptionRow, InventoryRow};
use crate::decimal::Exact;

/// What needs a decision, most money first.
pub(super) fn exceptions(view: &View<'_>) -> Table {
    let mut rows: Vec<&ExceptionRow> = view.data.exceptions.iter().collect();
    rows.sort_by_key(|row| (row.exception_rank, &row.kind, &row.product_id, &row.location_id));
    let row = |row: &&ExceptionRow| Row {
        cells: vec![
            Cell::count(row.exception_rank),
            Cell::text(words(&row.kind)),
            view.product(&row.name, &row.product_id),
            view.place(&row.location_id),
            Cell::quantity(row.units.as_deref()),
            Cell::money(row.money_at_stake.as_deref()),
            Cell::text(&row.sentence),
        ],
        group: words(&row.kind),
        detail: None,
    };
    let table = Table {
        id: "exceptions",
        caption: "Exceptions, most money at stake first.".into(),
        empty: match view.data.inventory_status.is_empty() {
            true => "No stock is known, so no decision can be proposed.".into(),
            false => "Nothing asks for a decision today.".into(),
        },
        csv: "exceptions",
        ..Table::default()
    };
    let stake = format!("#At stake, {}", view.money);
    let columns = ["#Rank", "Kind", "Product", "Place", "#Units", &stake, "What"];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect()).narrowed_by("Kind")
}

/// Stock of every product at every place, most value first.
pub(super) fn stock(view: &View<'_>) -> Table {
    let mut rows: Vec<&InventoryRow> = view.data.inventory_status.iter().collect();
    let value = |row: &InventoryRow| row.stock_value.as_deref().and_then(Exact::parse);
    rows.sort_by(|one, other| {
        let by_value = value(other).cmp(&value(one));
        by_value.then_with(|| {
            (&one.product_id, &one.location_id).cmp(&(&other.product_id, &other.location_id))
        })
    });
    let row = |row: &&InventoryRow| Row {
        cells: vec![
            view.product(&row.name, &row.product_id),
            view.place(&row.location_id),
            Cell::text(&row.abc_class),
            Cell::text(words(&row.status)),
            on_hand(row),
            Cell::quantity(row.on_order.as_deref()),
            Cell::money(row.stock_value.as_deref()),
            rounded(row.cover_days),
            rounded(row.reorder_point),
            run_out(row),
            Cell::day(row.last_order_on),
            Cell::day(row.last_sold_on),
        ],
        group: words(&row.status),
        detail: None,
    };
    let table = Table {
        id: "stock",
        caption: "Stock of each product at each place, most value first.".into(),
        empty: "No stock is known: it needs a stock count.".into(),
        csv: "inventory_status",
        ..Table::default()
    };
    let stock_value = format!("#Value at cost, {}", view.money);
    let columns = [
        "Product",
        "Place",
        "Class",
        "Status",
        "#On hand",
        "#On order",
        &stock_value,
        "#Days of cover",
        "#Reorder point",
        "#Runs out on",
        "#Last day to order",
        "#Last sale",
    ];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect()).narrowed_by("Status")
}

fn on_hand(row: &InventoryRow) -> Cell {
    let mut cell = Cell::quantity(row.on_hand.as_deref());
    if !cell.is_unknown {
        cell.small.clone_from(&row.on_hand_basis);
    }
    cell
}

fn run_out(row: &InventoryRow) -> Cell {
    match (row.run_out_on, row.on_hand.is_some()) {
        (None, true) => Cell::number("not in the horizon", i32::MAX),
        (day, _) => Cell::day(day),
    }
}

fn rounded(value: Option<f64>) -> Cell {
    value.filter(|value| value.is_finite()).map_or_else(Cell::unknown, |value| {
        Cell::number(shelfcast_charts::written_number(value), value)
    })
}
