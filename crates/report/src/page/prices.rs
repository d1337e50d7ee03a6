//! What prices and promotions did.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::View;
use super::measures::{count, exact, number, number_or, or_because};
use super::table::{Cell, Row, Table};
use crate::data::{PricePointRow, PromotionEffectRow};
use crate::decimal::Exact;

/// Why the days of a price are not known.
const OF_TOTALS: &str = "of weeks or months";

/// Promotions beside the days before and after them, the last first.
pub(super) fn promotions(view: &View<'_>) -> Table {
    let mut rows: Vec<&PromotionEffectRow> = view.data.promotion_effects.iter().collect();
    rows.sort_by_key(|row| {
        (Reverse(row.starts_on), &row.promotion_id, &row.product_id, &row.location_id)
    });
    let table = Table {
        id: "promotions",
        caption:
            "Promotions, the last first: units a day in the 28 days before, during, and in the \
                  14 days after, without days on which stock ran out or another promotion ran. \
                  Uplift is during over before."
                .into(),
        empty: "No promotion that has begun is known.".into(),
        csv: "promotion_effects",
        ..Table::default()
    };
    let (price, net) = (format!("#Price, {}", view.money), format!("#Net during, {}", view.money));
    let columns = [
        "Product",
        "Place",
        "#From",
        "#To",
        &price,
        "#Discount",
        "#Units a day before",
        "#Units a day during",
        "#Units a day after",
        "#Uplift",
        "#Units during",
        &net,
    ];
    let rows = rows.iter().map(|row| promotion(view, row)).collect();
    table.with_columns(&columns).with_first_rows(rows)
}

fn promotion(view: &View<'_>, row: &PromotionEffectRow) -> Row {
    let rate = |rate, days: u64| {
        let mut cell = number_or(rate, 2, "no day counts");
        if !cell.is_unknown {
            cell.small = format!("{days} days");
        }
        cell
    };
    let uplift = row.uplift.filter(|uplift| uplift.is_finite());
    let none_before = row.daily_units_before == Some(0.0);
    let none_before = if none_before { "nothing sold before" } else { "no day counts" };
    let cells = vec![
        view.named_product(&row.product_id),
        view.place(&row.location_id),
        Cell::day(row.starts_on),
        Cell::day(row.ends_on),
        row.price.as_deref().map_or_else(|| Cell::text(""), |price| Cell::money(Some(price))),
        row.discount.map_or_else(|| Cell::text(""), |rate| Cell::share(Some(rate))),
        rate(row.daily_units_before, row.days_before),
        rate(row.daily_units_during, row.days_during),
        rate(row.daily_units_after, row.days_after),
        uplift.map_or_else(
            || Cell::because(none_before),
            |uplift| Cell { text: format!("{uplift:.2} times"), ..number(Some(uplift), 2) },
        ),
        Cell::quantity(Some(&row.units_during)),
        Cell::money(row.net_during.as_deref()),
    ];
    Row { cells, ..Row::default() }
}

/// Prices paid for each product, those products first that brought most.
pub(super) fn points(view: &View<'_>) -> Table {
    let mut rows: Vec<&PricePointRow> = view.data.price_points.iter().collect();
    let mut brought: BTreeMap<&str, Exact> = BTreeMap::new();
    for row in &view.data.price_points {
        let all = brought.entry(&row.product_id).or_default();
        *all = all.plus(exact(&row.net).unwrap_or_default());
    }
    rows.sort_by_key(|row| {
        let all = brought.get(row.product_id.as_str()).copied();
        (Reverse(all), &row.product_id, Reverse(Exact::parse(&row.price_paid)))
    });
    let row = |row: &&PricePointRow| Row {
        cells: vec![
            view.named_product(&row.product_id),
            Cell::money(Some(&row.price_paid)),
            or_because(count(row.n_place_days), OF_TOTALS),
            number_or(row.units_per_place_day, 2, OF_TOTALS),
            Cell::quantity(Some(&row.units)),
            Cell::money(row.net.as_deref()),
            Cell::day(Some(row.first_day)),
            Cell::day(Some(row.last_day)),
        ],
        ..Row::default()
    };
    let table = Table {
        id: "price-points",
        caption:
            "Prices paid for a unit in the last 365 days, after discounts, of promoted products \
                  and of those that brought most; the others are in marts.price_points."
                .into(),
        empty: "Not known: no sale of the last 365 days tells what was paid.".into(),
        csv: "price_points",
        ..Table::default()
    };
    let (price, net) = (format!("#Price paid, {}", view.money), format!("#Net, {}", view.money));
    let columns = [
        "Product",
        &price,
        "#Days of a place",
        "#Units on such a day",
        "#Units",
        &net,
        "#First day",
        "#Last day",
    ];
    table.with_columns(&columns).with_first_rows(rows.iter().map(row).collect())
}
