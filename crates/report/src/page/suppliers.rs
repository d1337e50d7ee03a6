//! Which supplier is late: stated against measured lead times, punctuality, fill, prices.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::View;
use super::measures::{exact, number, number_or, or_because, signed_per_cent};
use super::table::{Cell, Row, Table};
use crate::data::{LeadTimeRow, SupplierRow};

const NO_ORDERS: &str = "Not known: it needs purchase orders.";
const LEFT_OPEN: &str = "open orders leave it open";
const NOT_DUE: &str = "no line was due";

/// Suppliers, most late lines first.
pub(super) fn performance(view: &View<'_>) -> Table {
    let mut rows: Vec<&SupplierRow> = view.data.supplier_performance.iter().collect();
    rows.sort_by_key(|row| (Reverse((row.n_late, exact(&row.ordered_value))), &row.supplier_id));
    let table = Table {
        id: "suppliers",
        caption: "Suppliers, most late lines first. Lead times run from the order to the first \
                  receipt; orders of which nothing has come yet count as at least as old as they \
                  are. On time, fill and partial are of lines that were due."
            .into(),
        empty: NO_ORDERS.into(),
        csv: "supplier_performance",
        ..Table::default()
    };
    let value = format!("#Ordered, {}", view.money);
    let columns = [
        "Supplier",
        "#Orders",
        "#Lines",
        &value,
        "#Stated days",
        "#Median days",
        "#90 % within, days",
        "#Open lines",
        "#Due lines",
        "#Late",
        "#On time",
        "#Mean days late",
        "#Fill",
        "#Partial",
        "#Price drift",
    ];
    table.with_columns(&columns).with_first_rows(rows.into_iter().map(supplier).collect())
}

fn supplier(row: &SupplierRow) -> Row {
    let drift = row
        .price_drift
        .map_or_else(Cell::unknown, |drift| Cell::number(signed_per_cent(drift * 100.0), drift));
    let no_late = if row.n_due == 0 { NOT_DUE } else { "none came late" };
    let cells = vec![
        Cell::named(&row.name, &row.supplier_id),
        Cell::count(row.n_orders),
        Cell::count(row.n_lines),
        Cell::money(row.ordered_value.as_deref()),
        number(row.stated_lead_time_days, 0),
        number_or(row.median_lead_time_days, 0, LEFT_OPEN),
        number_or(row.lead_time_days_90, 0, LEFT_OPEN),
        Cell::count(row.n_open),
        Cell::count(row.n_due),
        Cell::count(row.n_late),
        or_because(Cell::share(row.on_time_share), NOT_DUE),
        number_or(row.mean_days_late, 1, no_late),
        or_because(Cell::share(row.fill_rate), NOT_DUE),
        Cell::share(row.partial_share),
        or_because(drift, "no order with a cost in 365 days"),
    ];
    Row { cells, ..Row::default() }
}

/// Lead times of each supplier and product, the most beyond what was stated first.
pub(super) fn lead_times(view: &View<'_>) -> Table {
    let suppliers = view.data.supplier_performance.iter();
    let names: BTreeMap<&str, &str> =
        suppliers.map(|row| (row.supplier_id.as_str(), row.name.as_str())).collect();
    let beyond = |row: &LeadTimeRow| Some(row.median_days? - row.stated_lead_time_days?);
    let mut rows: Vec<&LeadTimeRow> = view.data.lead_times.iter().collect();
    rows.sort_by(|one, other| {
        let excess = |row| beyond(row).unwrap_or(f64::NEG_INFINITY);
        excess(other).total_cmp(&excess(one)).then_with(|| {
            let key = |row: &LeadTimeRow| {
                (Reverse(row.n_lines), row.supplier_id.clone(), row.product_id.clone())
            };
            key(one).cmp(&key(other))
        })
    });
    let row = |row: &&LeadTimeRow| Row {
        cells: vec![
            Cell::named(
                names.get(row.supplier_id.as_str()).copied().unwrap_or(""),
                &row.supplier_id,
            ),
            view.named_product(&row.product_id),
            Cell::count(row.n_lines),
            Cell::count(row.n_open),
            number(row.stated_lead_time_days, 0),
            number_or(row.median_days, 0, LEFT_OPEN),
            number_or(row.days_90, 0, LEFT_OPEN),
            number(row.mean_days, 1),
            number(row.longest_days, 0),
        ],
        ..Row::default()
    };
    let table = Table {
        id: "lead-times",
        caption: "Lead times of each product, those furthest beyond the stated one first.".into(),
        empty: NO_ORDERS.into(),
        csv: "lead_times",
        ..Table::default()
    };
    let columns = [
        "Supplier",
        "Product",
        "#Lines",
        "#Open lines",
        "#Stated days",
        "#Median days",
        "#90 % within, days",
        "#Mean days",
        "#Longest, days",
    ];
    table.with_columns(&columns).with_first_rows(rows.iter().map(row).collect())
}
