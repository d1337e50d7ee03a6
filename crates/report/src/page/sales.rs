//! What sold and what it earned: by period, by group, by product, by basket.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use shelfcast_charts::Day;

use super::View;
use super::measures::{change, count, exact, grouped, number, or_because, ratio, share, sum};
use super::table::{Cell, Row, Table, words};
use crate::data::{PeriodSalesRow, ReportData};
use crate::decimal::Exact;

/// Said where there are no sales.
pub(super) const NO_SALES: &str = "No sales are known.";

/// Why purchases are not counted.
const NOT_OF_BASKETS: &str = "of lines, not baskets";
const FREQUENCIES: [(&str, &str); 4] =
    [("month", "months"), ("week", "weeks"), ("year", "years"), ("day", "days")];
/// Groups that are few, in reading order.
const FEW: [(&str, &str); 6] = [
    ("segment", "customer segment"),
    ("age_band", "age"),
    ("gender", "gender"),
    ("payment_method", "payment method"),
    ("discount_band", "discount"),
    ("promotion", "promotion"),
];
/// Bands in the order of what they measure.
const BANDS: [&str; 14] = [
    "under 18",
    "18-24",
    "25-34",
    "35-44",
    "45-54",
    "55-64",
    "65 and over",
    "none",
    "under 10 %",
    "10-20 %",
    "20-30 %",
    "30-50 %",
    "50 % and over",
    "unknown",
];

/// The first day of the last whole period of a frequency.
pub(super) fn last_whole(data: &ReportData, frequency: &str) -> Option<Day> {
    let rows = data
        .period_sales
        .iter()
        .filter(|row| row.dimension == "total" && row.frequency == frequency && row.is_complete);
    rows.map(|row| row.period_start).max()
}

/// The rows of a dimension in one period, by value.
pub(super) fn in_period<'a>(
    data: &'a ReportData,
    dimension: &str,
    frequency: &str,
    start: Option<Day>,
) -> BTreeMap<&'a str, &'a PeriodSalesRow> {
    let rows = data.period_sales.iter().filter(|row| {
        row.dimension == dimension && row.frequency == frequency && Some(row.period_start) == start
    });
    rows.map(|row| (row.value.as_str(), row)).collect()
}

/// The name of a dimension's last whole period, as in `2025-02`.
pub(super) fn label(data: &ReportData, frequency: &str) -> String {
    let start = last_whole(data, frequency);
    let total = in_period(data, "total", frequency, start);
    total.values().next().map_or_else(String::new, |row| row.label.clone())
}

/// The most net revenue first, then the most units.
pub(super) fn brought_most(row: &PeriodSalesRow) -> Reverse<(Option<Exact>, Option<Exact>)> {
    Reverse((exact(&row.net), Exact::parse(&row.units)))
}

/// The total by month, week, year and day, the last first.
pub(super) fn periods(view: &View<'_>) -> Table {
    let mut rows = Vec::new();
    for (frequency, group) in FREQUENCIES {
        let of = |row: &&PeriodSalesRow| row.dimension == "total" && row.frequency == frequency;
        let mut found: Vec<&PeriodSalesRow> = view.data.period_sales.iter().filter(of).collect();
        found.sort_by_key(|row| Reverse(row.period_start));
        rows.extend(found.into_iter().map(|row| grouped(group, period(row))));
    }
    let table = Table {
        id: "sales-periods",
        caption: format!(
            "All sales by period, the last first. Net is after discounts and returns; changes are \
             of net, or of units where no price is known; they are not known where the earlier \
             period is not known whole or has another number of weekly totals.{}",
            at_list_price(view.data)
        ),
        empty: NO_SALES.into(),
        csv: "sales_by_period",
        ..Table::default()
    };
    let money = |title: &str| format!("#{title}, {}", view.money);
    let (net, discount, margin) = (money("Net"), money("Discount"), money("Margin"));
    let columns = [
        "Period",
        &net,
        "#On the period before",
        "#On the year before",
        "#Units",
        "#Returned units",
        "#Purchases",
        "#Net a purchase",
        &discount,
        &margin,
        "#Margin %",
    ];
    table.with_columns(&columns).with_rows(rows).one_at_a_time("Show")
}

/// Said of money that is not known but valued.
fn at_list_price(data: &ReportData) -> &'static str {
    match exact(&data.key_figures.recent_net_at_list_price) {
        Some(valued) if !valued.is_zero() => {
            " Sales that tell no price are valued at that of the product list."
        }
        _ => "",
    }
}

/// The period's name with what happened on it, and a badge if some of its days are not known.
pub(super) fn period_name(row: &PeriodSalesRow) -> Cell {
    let badge = if row.is_complete { "" } else { "not whole" };
    Cell {
        small: row.occasion.clone(),
        badge: badge.into(),
        ..Cell::number(&row.label, row.period_start)
    }
}

fn period(row: &PeriodSalesRow) -> Vec<Cell> {
    vec![
        period_name(row),
        Cell::money(row.net.as_deref()),
        on_previous(row),
        on_last_year(row),
        Cell::quantity(Some(&row.units)),
        Cell::quantity(Some(&row.returned_units)),
        count(row.n_purchases),
        net_a_purchase(row),
        Cell::money(row.discount.as_deref()),
        Cell::money(row.margin.as_deref()),
        margin_share(row),
    ]
}

/// The change on the period before: of net, or of units where no price is known.
pub(super) fn on_previous(row: &PeriodSalesRow) -> Cell {
    compared(row, &row.previous_net, &row.previous_units)
}

/// The change on the same period a year before: of net, or of units where no price is known.
pub(super) fn on_last_year(row: &PeriodSalesRow) -> Cell {
    compared(row, &row.last_year_net, &row.last_year_units)
}

/// A part of a period is not set against a whole one.
fn compared(row: &PeriodSalesRow, net: &Option<String>, units: &Option<String>) -> Cell {
    match row.is_complete {
        true if row.net.is_none() => change(&Some(row.units.clone()), units),
        true => change(&row.net, net),
        false => Cell { text: "not whole".into(), ..Cell::unknown() },
    }
}

/// Purchases; unknown for what a basket can have several of, such as categories.
pub(super) fn purchases(row: &PeriodSalesRow) -> Cell {
    or_because(count(row.n_purchases), NOT_OF_BASKETS)
}

fn net_a_purchase(row: &PeriodSalesRow) -> Cell {
    number(ratio(&row.net, row.n_purchases.map(|count| count as f64)), 2)
}

/// Margin over the net revenue of the lines whose cost is known.
pub(super) fn margin_share(row: &PeriodSalesRow) -> Cell {
    let mut cell = Cell::share(share(exact(&row.margin), exact(&row.net_with_cost)));
    let costed = share(exact(&row.net_with_cost), exact(&row.net));
    if let (false, Some(costed)) = (cell.is_unknown, costed.filter(|costed| *costed < 0.9995)) {
        cell.small = format!("of {} of net", super::table::per_cent(costed));
    }
    cell
}

/// Segments, ages, payment methods and discounts in the last whole month.
pub(super) fn groups(view: &View<'_>) -> Table {
    let mut rows = Vec::new();
    for (dimension, group) in FEW {
        let month = last_whole(view.data, "month");
        let mut found: Vec<&PeriodSalesRow> =
            in_period(view.data, dimension, "month", month).into_values().collect();
        let place = |row: &PeriodSalesRow| BANDS.iter().position(|band| *band == row.value);
        found.sort_by_key(|row| {
            let band = if dimension.ends_with("_band") { place(row) } else { None };
            (band, brought_most(row), row.value.as_str())
        });
        let (total, _) = sum(found.iter().map(|row| &row.net));
        rows.extend(found.into_iter().map(|row| grouped(group, group_cells(row, total))));
    }
    let table = Table {
        id: "sales-groups",
        caption: format!(
            "Who bought, how they paid and what was taken off, in {}.",
            month_name(view)
        ),
        empty: no_whole_month(view),
        csv: "sales_by_period",
        ..Table::default()
    };
    let net = format!("#Net, {}", view.money);
    let columns = [
        "Group",
        &net,
        "#Share of net",
        "#On the month before",
        "#On the year before",
        "#Units",
        "#Purchases",
        "#Net a purchase",
        "#Margin %",
    ];
    table.with_columns(&columns).with_rows(rows).one_at_a_time("By")
}

fn group_cells(row: &PeriodSalesRow, total: Option<Exact>) -> Vec<Cell> {
    vec![
        Cell::text(words(&row.value)),
        Cell::money(row.net.as_deref()),
        Cell::share(share(exact(&row.net), total)),
        on_previous(row),
        on_last_year(row),
        Cell::quantity(Some(&row.units)),
        purchases(row),
        or_because(
            net_a_purchase(row),
            if row.n_purchases.is_none() { NOT_OF_BASKETS } else { "" },
        ),
        margin_share(row),
    ]
}

/// The products of the last whole month that brought most.
pub(super) fn products(view: &View<'_>) -> Table {
    let month = last_whole(view.data, "month");
    let mut found: Vec<&PeriodSalesRow> =
        in_period(view.data, "product", "month", month).into_values().collect();
    found.sort_by_key(|row| (brought_most(row), row.value.as_str()));
    let row = |row: &&PeriodSalesRow| Row {
        cells: vec![
            view.product(&row.name, &row.value),
            Cell::money(row.net.as_deref()),
            on_previous(row),
            on_last_year(row),
            Cell::quantity(Some(&row.units)),
            Cell::quantity(Some(&row.returned_units)),
            Cell::money(row.discount.as_deref()),
            Cell::money(row.margin.as_deref()),
            margin_share(row),
        ],
        ..Row::default()
    };
    let table = Table {
        id: "sales-products",
        caption: format!(
            "The products that brought most in {}; all are in marts.sales_by_period.",
            month_name(view)
        ),
        empty: no_whole_month(view),
        csv: "sales_by_period",
        ..Table::default()
    };
    let money = |title: &str| format!("#{title}, {}", view.money);
    let (net, discount, margin) = (money("Net"), money("Discount"), money("Margin"));
    let columns = [
        "Product",
        &net,
        "#On the month before",
        "#On the year before",
        "#Units",
        "#Returned units",
        &discount,
        &margin,
        "#Margin %",
    ];
    table.with_columns(&columns).with_first_rows(found.iter().map(row).collect())
}

/// `the last whole month, 2025-02`.
pub(super) fn month_name(view: &View<'_>) -> String {
    format!("the last whole month, {}", label(view.data, "month"))
}

pub(super) fn no_whole_month(view: &View<'_>) -> String {
    match view.data.period_sales.is_empty() {
        true => NO_SALES.into(),
        false => "Not known: it needs a month whose every day is known.".into(),
    }
}

/// Purchases by how much was in the basket, over all places and by place.
pub(super) fn baskets(view: &View<'_>) -> Table {
    let mut by_place: BTreeMap<&str, BTreeMap<u64, Basket>> = BTreeMap::new();
    for row in &view.data.basket_sizes {
        for place in ["", row.location_id.as_str()] {
            let size = by_place.entry(place).or_default().entry(row.n_sold_lines).or_default();
            size.purchases += row.n_purchases;
            size.units = size.units.plus(Exact::parse(&row.units).unwrap_or_default());
            let net = exact(&row.net);
            size.net = net.map(|net| net.plus(size.net.unwrap_or_default())).or(size.net);
        }
    }
    let rows = by_place.iter().flat_map(|(place, sizes)| {
        let all: u64 = sizes.values().map(|size| size.purchases).sum();
        let group = if place.is_empty() { "all places".into() } else { view.place(place).text };
        sizes.iter().map(move |(lines, size)| grouped(group.clone(), size.cells(*lines, all)))
    });
    let table = Table {
        id: "baskets",
        caption: "Purchases of the last 365 days by the lines in their basket.".into(),
        empty: "No purchase of the last 365 days is known.".into(),
        csv: "basket_sizes",
        ..Table::default()
    };
    let net = format!("#Net, {}", view.money);
    let columns = [
        "#Lines in the basket",
        "#Purchases",
        "#Share of purchases",
        "#Units",
        &net,
        "#Net a purchase",
    ];
    table.with_columns(&columns).with_rows(rows.collect()).one_at_a_time("Place")
}

/// Purchases of one size.
#[derive(Default)]
struct Basket {
    purchases: u64,
    units: Exact,
    net: Option<Exact>,
}

impl Basket {
    fn cells(&self, lines: u64, all: u64) -> Vec<Cell> {
        let size = if lines > 10 { "more than 10".into() } else { lines.to_string() };
        let net = self.net.map(|net| net.plain());
        vec![
            Cell::number(size, lines),
            Cell::count(self.purchases),
            Cell::share((all > 0).then(|| self.purchases as f64 / all as f64)),
            Cell::number(self.units.trimmed(), self.units.plain()),
            Cell::money(net.as_deref()),
            number(ratio(&net, Some(self.purchases as f64)), 2),
        ]
    }
}
