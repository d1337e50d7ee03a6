//! Categories, places and suppliers: what each sold and earned, and how its stock did.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::View;
use super::measures::{grouped, number};
use super::sales::{
    NO_SALES, brought_most, in_period, label, last_whole, margin_share, no_whole_month,
    on_last_year, on_previous, period_name,
};
use super::table::{Cell, Row, Table};
use crate::data::{PeriodSalesRow, StockFactsByRow};

/// The dimensions with a view: the marts' word, the table's id, the heading, and what several are.
pub(super) const VIEWS: [(&str, &str, &str, &str); 3] = [
    ("category", "view-category", "Category", "categories"),
    ("location", "view-location", "Place", "places"),
    ("supplier", "view-supplier", "Supplier", "suppliers"),
];

/// One row for each category, place or supplier: the last whole month and week beside the stock.
pub(super) fn side_by_side(view: &View<'_>, dimension: &str) -> Table {
    let (_, id, heading, many) =
        VIEWS.into_iter().find(|entry| entry.0 == dimension).unwrap_or(VIEWS[0]);
    let of = |frequency: &str| {
        let rows = in_period(view.data, dimension, frequency, last_whole(view.data, frequency));
        rows.into_values().map(|row| (named(&row.name, &row.value), row)).collect()
    };
    let mut lines: BTreeMap<&str, Line<'_>> = BTreeMap::new();
    let months: Vec<(&str, &PeriodSalesRow)> = of("month");
    let weeks: Vec<(&str, &PeriodSalesRow)> = of("week");
    for (name, row) in months {
        lines.entry(name).or_default().month = Some(row);
    }
    for (name, row) in weeks {
        lines.entry(name).or_default().week = Some(row);
    }
    for row in view.data.stock_facts_by.iter().filter(|row| row.dimension == dimension) {
        lines.entry(named(&row.name, &row.value)).or_default().stock = Some(row);
    }
    let mut lines: Vec<(&str, Line<'_>)> = lines.into_iter().collect();
    lines.sort_by_key(|(name, line)| (line.month.is_none(), line.month.map(brought_most), *name));
    let rows = lines.iter().map(|(name, line)| line.row(view, dimension, name)).collect();
    let table = Table {
        id,
        caption: format!(
            "Sales of {} in {} and {}, beside stock today and over its known days of the last year. \
             A blank stands where nothing sold; why stock is not known stands under what ran out.",
            many,
            label(view.data, "month"),
            label(view.data, "week")
        ),
        empty: no_whole_month(view),
        csv: "sales_by_period",
        ..Table::default()
    };
    let columns = columns(view, heading);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    table.with_columns(&columns).with_first_rows(rows)
}

fn columns(view: &View<'_>, heading: &str) -> Vec<String> {
    // Not broken at the hyphen.
    let [month, week] =
        ["month", "week"].map(|word| label(view.data, word).replace('-', "\u{2011}"));
    let money = &view.money;
    vec![
        heading.to_owned(),
        format!("#Net {month}, {money}"),
        "#Units".into(),
        "#On the month before".into(),
        "#On the year before".into(),
        "#Margin %".into(),
        format!("#Net {week}, {money}"),
        "#On the week before".into(),
        format!("#Stock at cost, {money}"),
        "#Turns a year".into(),
        "#GMROI".into(),
        "#In stock".into(),
        format!("#Lost margin, {money}"),
    ]
}

fn named<'a>(name: &'a str, value: &'a str) -> &'a str {
    if name.is_empty() { value } else { name }
}

/// What is known of one category, place or supplier.
#[derive(Default)]
struct Line<'a> {
    month: Option<&'a PeriodSalesRow>,
    week: Option<&'a PeriodSalesRow>,
    stock: Option<&'a StockFactsByRow>,
}

impl Line<'_> {
    fn row(&self, view: &View<'_>, dimension: &str, name: &str) -> Row {
        let value = self.month.or(self.week).map(|row| row.value.as_str());
        let value = value.or_else(|| self.stock.map(|row| row.value.as_str())).unwrap_or(name);
        let key = format!("{dimension}/{value}");
        let series = view.drawn.contains(key.as_str()).then_some(key);
        let blank = || Cell::text("");
        let sold = |row: Option<&PeriodSalesRow>, cell: &dyn Fn(&PeriodSalesRow) -> Cell| {
            row.map_or_else(blank, cell)
        };
        let stock =
            |cell: &dyn Fn(&StockFactsByRow) -> Cell| self.stock.map_or_else(Cell::unknown, cell);
        let cells = vec![
            Cell { series, ..Cell::text(name) },
            sold(self.month, &|row| Cell::money(row.net.as_deref())),
            sold(self.month, &|row| Cell::quantity(Some(&row.units))),
            sold(self.month, &on_previous),
            sold(self.month, &on_last_year),
            sold(self.month, &margin_share),
            sold(self.week, &|row| Cell::money(row.net.as_deref())),
            sold(self.week, &on_previous),
            stock(&|row| Cell::money(row.stock_value.as_deref())),
            stock(&|row| number(row.turns, 1)),
            stock(&|row| number(row.gmroi, 2)),
            stock(&|row| Cell::share(row.in_stock_share)),
            stock(&|row| Cell::money(row.lost_margin.as_deref())),
        ];
        Row { cells, ..Row::default() }
    }
}

/// The months of one category, place or supplier, which the reader chooses.
pub(super) fn months(view: &View<'_>) -> Table {
    let mut rows = Vec::new();
    for (dimension, _, heading, _) in VIEWS {
        let of = |row: &&PeriodSalesRow| row.dimension == dimension && row.frequency == "month";
        let mut found: Vec<&PeriodSalesRow> = view.data.period_sales.iter().filter(of).collect();
        found.sort_by_key(|row| {
            (named(&row.name, &row.value), row.value.as_str(), Reverse(row.period_start))
        });
        rows.extend(found.into_iter().map(|row| {
            grouped(format!("{heading}: {}", named(&row.name, &row.value)), month(row))
        }));
    }
    let table = Table {
        id: "view-months",
        caption: "The months of one category, place or supplier, the last first. Months without a \
                  sale have no row."
            .into(),
        empty: NO_SALES.into(),
        csv: "sales_by_period",
        ..Table::default()
    };
    let money = |title: &str| format!("#{title}, {}", view.money);
    let (net, discount, margin) = (money("Net"), money("Discount"), money("Margin"));
    let columns = [
        "Month",
        &net,
        "#On the month before",
        "#On the year before",
        "#Units",
        "#Returned units",
        &discount,
        &margin,
        "#Margin %",
    ];
    table.with_columns(&columns).with_rows(rows).one_at_a_time("Show")
}

fn month(row: &PeriodSalesRow) -> Vec<Cell> {
    vec![
        period_name(row),
        Cell::money(row.net.as_deref()),
        on_previous(row),
        on_last_year(row),
        Cell::quantity(Some(&row.units)),
        Cell::quantity(Some(&row.returned_units)),
        Cell::money(row.discount.as_deref()),
        Cell::money(row.margin.as_deref()),
        margin_share(row),
    ]
}
