//! What ran out: stock on the shelf, days without it, what was lost, and how fast stock turned.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use shelfcast_charts::written_day;

use super::View;
use super::measures::{count, estimate, exact, grouped, number, number_or, or_because, written};
use super::table::{Cell, Row, Table};
use crate::data::{LostSalesRow, StockFactsByRow, StockFactsRow};

const NO_COUNT: &str = "Not known: it needs a stock count.";
const GROUPS: [(&str, &str); 5] = [
    ("category", "category"),
    ("location", "place"),
    ("supplier", "supplier"),
    ("abc_class", "ABC class"),
    ("total", "everything"),
];

/// Stock facts by category, place, supplier and class.
pub(super) fn groups(view: &View<'_>) -> Table {
    let parts = Parts::new(view);
    let mut rows = Vec::new();
    for (dimension, group) in GROUPS {
        let of = |row: &&StockFactsByRow| row.dimension == dimension;
        let mut found: Vec<&StockFactsByRow> = view.data.stock_facts_by.iter().filter(of).collect();
        found.sort_by_key(|row| (Reverse(exact(&row.lost_margin)), row.value.as_str()));
        rows.extend(found.into_iter().map(|row| grouped(group, parts.cells(row))));
    }
    let table = Table {
        id: "availability",
        caption: "Days and losses are those of the last 365 days on which stock is known. Lost \
                  units are estimates; the limits under them hold four times in five."
            .into(),
        empty: NO_COUNT.into(),
        csv: "stock_facts_by",
        ..Table::default()
    };
    let (net, margin) =
        (format!("#Lost net, {}", view.money), format!("#Lost margin, {}", view.money));
    let average = format!("#Average stock at cost, {}", view.money);
    let columns = [
        "Group",
        "#Products and places",
        "#Stated",
        "#In stock",
        "#Days without stock",
        "#Days sold out",
        "#Lost units",
        &net,
        &margin,
        "#Turns a year",
        "#GMROI",
        &average,
    ];
    table.with_columns(&columns).with_rows(rows).one_at_a_time("By")
}

/// The products and places that a group sums up.
struct Parts<'a> {
    facts: BTreeMap<(&'static str, &'a str), Vec<&'a StockFactsRow>>,
}

impl<'a> Parts<'a> {
    fn new(view: &View<'a>) -> Self {
        let overall = view.data.abc.iter().filter(|row| row.location_id.is_empty());
        let classes: BTreeMap<&str, &str> =
            overall.map(|row| (row.product_id.as_str(), row.abc_class.as_str())).collect();
        let mut facts: BTreeMap<_, Vec<&StockFactsRow>> = BTreeMap::new();
        let or_unknown = |word: &'a str| if word.is_empty() { "unknown" } else { word };
        for row in &view.data.stock_facts {
            let class = classes.get(row.product_id.as_str()).copied().unwrap_or("none");
            for (dimension, value) in [
                ("total", "all"),
                ("category", or_unknown(&row.category)),
                ("location", row.location_id.as_str()),
                ("supplier", or_unknown(&row.supplier_id)),
                ("abc_class", class),
            ] {
                facts.entry((dimension, value)).or_default().push(row);
            }
        }
        Self { facts }
    }

    fn cells(&self, row: &StockFactsByRow) -> Vec<Cell> {
        let dimension =
            GROUPS.iter().find(|group| group.0 == row.dimension).map_or("", |group| group.0);
        let parts = self.facts.get(&(dimension, row.value.as_str())).map_or(&[][..], Vec::as_slice);
        let reason = usual_reason(parts);
        let name = if row.name.is_empty() { &row.value } else { &row.name };
        vec![
            Cell::named(name, &row.value),
            Cell::count(row.n_items),
            Cell::count(row.n_stated),
            or_because(Cell::share(row.in_stock_share), reason),
            without_stock(row.full_stockout_days, (row.n_counts_without_stock, row.n_counts)),
            count(row.censored_days),
            estimate(row.lost_units, row.lost_units_low, row.lost_units_high),
            Cell::money(row.lost_net.as_deref()),
            Cell::money(row.lost_margin.as_deref()),
            number_or(row.turns, 1, reason),
            number(row.gmroi, 2),
            Cell::money(row.average_stock_value.as_deref()),
        ]
    }
}

/// Days without stock; where they are not known, how many counts found nothing.
fn without_stock(days: Option<u64>, (empty, counts): (u64, u64)) -> Cell {
    let told = if counts > 1 { empty_counts(empty, counts) } else { String::new() };
    or_because(count(days), &told)
}

/// As in `177 of 1,060 counts found nothing`.
pub(super) fn empty_counts(empty: u64, counts: u64) -> String {
    format!("{} of {} counts found nothing", written(empty as f64, 0), written(counts as f64, 0))
}

/// The reason that most of the products and places give.
fn usual_reason<'a>(parts: &[&'a StockFactsRow]) -> &'a str {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in parts.iter().filter(|row| !row.not_stated_because.is_empty()) {
        *counts.entry(&row.not_stated_because).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(reason, n)| (*n, Reverse(*reason))).map_or("", |most| most.0)
}

/// Stock facts of each product at each place, most lost margin first.
pub(super) fn products(view: &View<'_>) -> Table {
    let mut rows: Vec<&StockFactsRow> = view.data.stock_facts.iter().collect();
    rows.sort_by_key(|row| {
        let money = (exact(&row.lost_margin), exact(&row.stock_value));
        (Reverse(money), &row.product_id, &row.location_id)
    });
    let table = Table {
        id: "stock-facts",
        caption:
            "Each product at each place, most lost margin first. Turns and GMROI are at cost, \
                  by the average of daily closings; sell-through is units sold of opening and \
                  received units."
                .into(),
        empty: NO_COUNT.into(),
        csv: "stock_facts",
        ..Table::default()
    };
    let margin = format!("#Lost margin, {}", view.money);
    let columns = [
        "Product",
        "Place",
        "#In stock",
        "#Days without stock",
        "#Days sold out",
        "#Lost units",
        &margin,
        "#Turns a year",
        "#GMROI",
        "#Sell-through",
        "#Days of cover, by past sales",
        "#Known days",
    ];
    let rows = rows.iter().map(|row| product(view, row)).collect();
    table.with_columns(&columns).with_first_rows(rows)
}

fn product(view: &View<'_>, row: &StockFactsRow) -> Row {
    let reason = row.not_stated_because.as_str();
    let days = match (row.known_from, row.known_until) {
        (Some(from), Some(to)) => format!("{} to {}", written_day(from), written_day(to)),
        _ => String::new(),
    };
    let cells = vec![
        view.product(&row.name, &row.product_id),
        view.place(&row.location_id),
        or_because(Cell::share(row.in_stock_share), reason),
        without_stock(row.full_stockout_days, (row.n_counts_without_stock, row.n_counts)),
        count(row.censored_days),
        estimate(row.lost_units, row.lost_units_low, row.lost_units_high),
        Cell::money(row.lost_margin.as_deref()),
        number_or(row.turns, 1, reason),
        number(row.gmroi, 2),
        or_because(Cell::share(row.sell_through), reason),
        number_or(row.backward_cover_days, 0, "no sale in 91 days"),
        Cell { small: days, ..Cell::count(row.known_days) },
    ];
    Row { cells, ..Row::default() }
}

/// What was lost, month by month.
pub(super) fn months(view: &View<'_>) -> Table {
    let mut rows: Vec<&LostSalesRow> = view.data.lost_sales.iter().collect();
    rows.sort_by_key(|row| Reverse(row.month_start));
    let row = |row: &&LostSalesRow| {
        let mut days = Cell::count(row.full_stockout_days + row.censored_days);
        if row.n_without_estimate > 0 {
            days.small =
                format!("{} without an estimate", written(row.n_without_estimate as f64, 0));
        }
        let cells = vec![
            Cell::day(row.month_start),
            days,
            Cell::count(row.full_stockout_days),
            Cell::count(row.censored_days),
            estimate(row.lost_units, row.lost_units_low, row.lost_units_high),
            Cell::money(row.lost_net.as_deref()),
            Cell::money(row.lost_margin.as_deref()),
        ];
        Row { cells, ..Row::default() }
    };
    let table = Table {
        id: "lost-sales",
        caption:
            "Days of a product at a place on which stock ran out, and what would have sold, by \
                  month."
                .into(),
        empty: match view.data.stock_facts.iter().any(|row| row.days_on_sale.is_some()) {
            true => "No product is known to have run out.".into(),
            false => "Not known: it needs 28 days of counts and receipts.".into(),
        },
        csv: "lost_sales",
        ..Table::default()
    };
    let (net, margin) =
        (format!("#Lost net, {}", view.money), format!("#Lost margin, {}", view.money));
    let columns = [
        "#Month from",
        "#Days out of stock",
        "#Days without stock",
        "#Days sold out",
        "#Lost units",
        &net,
        &margin,
    ];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect())
}
