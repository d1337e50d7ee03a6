//! The matrix of ABC and XYZ classes, and what changed its class.

use std::cmp::Reverse;

use shelfcast_charts::written_day;

use super::View;
use super::measures::{exact, number, share as share_of, sum};
use super::table::{Cell, Row, Table, per_cent};
use crate::data::{ClassCellRow, ProductClassRow};
use crate::decimal::Exact;

const ABC: [&str; 3] = ["A", "B", "C"];
const XYZ: [&str; 4] = ["X", "Y", "Z", "none"];

/// Counts, value and stock of each pair of classes.
pub(super) fn matrix(view: &View<'_>) -> Table {
    let cells = &view.data.class_matrix;
    let (all, _) = sum(cells.iter().map(|cell| &cell.value));
    let most = cells.iter().filter_map(|cell| exact(&cell.value)).max();
    let has = |class: &&&str| cells.iter().any(|cell| cell.xyz_class == ***class);
    let columns: Vec<&str> =
        XYZ.iter().filter(|class| **class != "none" || has(class)).copied().collect();
    let rows = ABC.iter().filter(|class| cells.iter().any(|cell| cell.abc_class == **class));
    let row = |abc: &&str| {
        let of = |xyz: &&str| {
            let found =
                cells.iter().find(|cell| cell.abc_class == **abc && cell.xyz_class == **xyz);
            found.map_or_else(|| Cell::number("0", 0), |cell| matrix_cell(view, cell, all, most))
        };
        let heading = std::iter::once(Cell::text(*abc));
        Row { cells: heading.chain(columns.iter().map(of)).collect(), ..Row::default() }
    };
    let rows = rows.map(row).collect();
    let kind = cells.first().map_or("value", |cell| cell.value_kind.as_str());
    let table = Table {
        id: "class-matrix",
        caption: format!(
            "Products by class: how many, what they brought in 365 days ({kind}), and what of them \
             is in stock at cost. The stronger the shade, the more they brought. X sells steadily week by week, \
             Z does not; those under “too few weeks” have fewer than 26."
        ),
        empty: "No product sold in the last 365 days.".into(),
        csv: "class_matrix",
        ..Table::default()
    };
    let title = |class: &&str| match *class {
        "none" => "#Too few weeks".to_owned(),
        class => format!("#{class}"),
    };
    let titles: Vec<String> =
        std::iter::once("Class".to_owned()).chain(columns.iter().map(title)).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    table.with_columns(&titles).with_rows(rows)
}

fn matrix_cell(
    view: &View<'_>,
    cell: &ClassCellRow,
    all: Option<Exact>,
    most: Option<Exact>,
) -> Cell {
    let value = exact(&cell.value);
    let part = share_of(value, all);
    let money = |amount: Option<Exact>| {
        amount.map_or_else(
            || "not known".to_owned(),
            |amount| format!("{} {}", amount.written(2), view.money),
        )
    };
    let share = part.map_or_else(String::new, |part| format!(" ({})", per_cent(part)));
    let brought = match (value, cell.value_kind.as_str()) {
        (Some(value), "units") => format!("{} units", value.trimmed()),
        _ => money(value),
    };
    let mut small = format!("{brought}{share}");
    small.push_str(&format!("\nin stock {}", money(exact(&cell.stock_value))));
    if exact(&cell.lost_margin).is_some_and(|lost| !lost.is_zero()) {
        small.push_str(&format!("\nlost margin {}", money(exact(&cell.lost_margin))));
    }
    Cell { small, ..Cell::count(cell.n_products).shaded(share_of(value, most).unwrap_or(0.0)) }
}

/// Products whose class is another than at the last run.
pub(super) fn changes(view: &View<'_>) -> Table {
    let classes = &view.data.product_classes;
    let mut rows: Vec<&ProductClassRow> = classes.iter().filter(|row| row.has_changed).collect();
    rows.sort_by_key(|row| (Reverse(exact(&row.value)), &row.product_id));
    let row = |row: &&ProductClassRow| Row {
        cells: vec![
            view.product(&row.name, &row.product_id),
            Cell::text(both(&row.previous_abc_class, &row.previous_xyz_class)),
            Cell::text(both(&row.abc_class, &row.xyz_class)),
            match row.value_kind.as_str() {
                "units" => Cell::quantity(row.value.as_deref()),
                _ => Cell::money(row.value.as_deref()),
            },
            Cell::share(row.value_share),
            number(row.units_cv, 2),
            Cell::text(&row.demand_class),
            Cell::day(row.previous_business_date),
        ],
        ..Row::default()
    };
    let before = classes.iter().filter_map(|row| row.previous_business_date).max();
    let table = Table {
        id: "class-changes",
        caption: "Products whose class has changed since the last run, most value first.".into(),
        empty: match before {
            Some(day) => format!("No product has changed its class since {}.", written_day(day)),
            None => "Not known: there is no run for an earlier business date.".into(),
        },
        csv: "product_classes",
        ..Table::default()
    };
    let value = match classes.first().map(|row| row.value_kind.as_str()) {
        Some("units") => "#Units, 365 days".to_owned(),
        _ => format!("#Net, 365 days, {}", view.money),
    };
    let columns = [
        "Product",
        "Was",
        "Is",
        &value,
        "#Share",
        "#Weekly variation",
        "Demand class",
        "#Compared with",
    ];
    table.with_columns(&columns).with_first_rows(rows.iter().map(row).collect())
}

fn both(abc: &str, xyz: &str) -> String {
    if xyz.is_empty() { abc.to_owned() } else { format!("{abc}{xyz}") }
}
