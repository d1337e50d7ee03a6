//! The key figures at the top of the page.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;
use shelfcast_charts::{Day, written_day};

use super::availability::empty_counts;
use super::measures::{exact, share, signed_per_cent};
use super::orders::supplier;
use super::quality::claimed;
use super::sales::last_whole;
use super::table::{per_cent, words};
use crate::data::{CoverageStepRow, Measure, ReportData, StockFactsRow};
use crate::decimal::Exact;

/// Kinds of exceptions that are told by name.
const SHOWN_KINDS: usize = 3;

/// One key figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct KeyFigure {
    /// Stable id in the page.
    id: &'static str,
    label: &'static str,
    /// What is read.
    text: String,
    unit: String,
    /// The exact number for a test to read; none if not known.
    value: Option<String>,
    /// What stands under it.
    detail: String,
}

impl KeyFigure {
    fn known(id: &'static str, label: &'static str, text: String, value: String) -> Self {
        Self { id, label, text, unit: String::new(), value: Some(value), detail: String::new() }
    }

    fn money(id: &'static str, label: &'static str, amount: Exact, unit: &str) -> Self {
        let known = Self::known(id, label, amount.written(2), amount.plain());
        Self { unit: unit.to_owned(), ..known }
    }

    fn count(id: &'static str, label: &'static str, count: usize) -> Self {
        Self::known(id, label, Exact::from(count as u64).trimmed(), count.to_string())
    }

    fn unknown(id: &'static str, label: &'static str, reason: &str) -> Self {
        let text = "not known".to_owned();
        Self { id, label, text, unit: String::new(), value: None, detail: reason.to_owned() }
    }

    fn with_detail(self, detail: String) -> Self {
        Self { detail, ..self }
    }
}

/// All key figures, in reading order.
pub(super) fn key_figures(data: &ReportData, money: &str) -> Vec<KeyFigure> {
    vec![
        sales(data, money),
        margin(data, money),
        stock(data, money),
        orders(data, money),
        lost_margin(data, money),
        stockouts(data),
        in_stock(data, money),
        came_back(data),
        coverage(data),
        exceptions(data),
        rejected(data, money),
    ]
}

fn sales(data: &ReportData, money: &str) -> KeyFigure {
    let figures = &data.key_figures;
    let id = "sales";
    let (label, before) = match (figures.recent_is_month, is_at_list_price(data)) {
        (false, false) => ("Net sales, last 4 weeks", "the 4 weeks before"),
        (false, true) => ("Sales at list price, last 4 weeks", "the 4 weeks before"),
        (true, false) => ("Net sales, last whole month", "the month before"),
        (true, true) => ("Sales at list price, last whole month", "the month before"),
    };
    let Some(recent) = figures.recent_net.as_deref().and_then(Exact::parse) else {
        return KeyFigure::unknown(id, label, "needs sales with a price");
    };
    let previous = figures.previous_net.as_deref().and_then(Exact::parse);
    let mut parts = vec![match previous {
        Some(previous) if previous.nearest() > 0.0 => {
            let change = (recent.nearest() / previous.nearest() - 1.0) * 100.0;
            format!("{} on {before} ({})", signed_per_cent(change), previous.written(2))
        }
        Some(_) => format!("no sales in {before}"),
        None => format!("{before}: not known whole"),
    }];
    parts.extend(valued(data, recent));
    if let Some(units) = figures.recent_units.as_deref().and_then(Exact::parse) {
        parts.push(format!("{} units", units.trimmed()));
    }
    if let (Some(from), Some(to)) = (figures.recent_from, figures.recent_to) {
        parts.push(span(from, to));
    }
    KeyFigure::money(id, label, recent, money).with_detail(parts.join("; "))
}

/// Whether no recent sale tells its price, so that all money is the product list's.
fn is_at_list_price(data: &ReportData) -> bool {
    let figures = &data.key_figures;
    let valued = exact(&figures.recent_net_at_list_price).filter(|valued| !valued.is_zero());
    valued.is_some() && valued == exact(&figures.recent_net)
}

/// What of recent sales is valued and not known.
fn valued(data: &ReportData, recent: Exact) -> Option<String> {
    let valued = exact(&data.key_figures.recent_net_at_list_price)?;
    match valued {
        _ if valued.is_zero() => None,
        _ if valued == recent => Some("no sale tells its price".to_owned()),
        _ => Some(format!("{} of it at list price: no price is told", valued.written(2))),
    }
}

fn span(from: Day, to: Day) -> String {
    format!("{} to {}", written_day(from), written_day(to))
}

fn margin(data: &ReportData, money: &str) -> KeyFigure {
    let id = "margin";
    let label = match is_at_list_price(data) {
        false => "Margin, last whole month",
        true => "Margin at list price, last whole month",
    };
    let month = last_whole(data, "month");
    let row = data.period_sales.iter().find(|row| {
        row.dimension == "total" && row.frequency == "month" && Some(row.period_start) == month
    });
    let Some(row) = row else {
        return KeyFigure::unknown(id, label, "needs a month whose every day is known");
    };
    let Some(amount) = exact(&row.margin) else {
        return KeyFigure::unknown(id, label, "needs prices and unit costs");
    };
    let mut detail = row.label.clone();
    if let Some(share) = share(Some(amount), exact(&row.net_with_cost)) {
        detail.push_str(&format!("; {} of net revenue with a known cost", per_cent(share)));
    }
    KeyFigure::money(id, label, amount, money).with_detail(detail)
}

fn in_stock(data: &ReportData, money: &str) -> KeyFigure {
    let (id, label) = ("in-stock", "In stock");
    let total = data.stock_facts_by.iter().find(|row| row.dimension == "total");
    let Some((row, share)) = total.and_then(|row| Some((row, row.in_stock_share?))) else {
        let reason = counts_alone(data);
        let reason = reason.as_deref().unwrap_or("needs 28 days on which stock is known");
        return KeyFigure::unknown(id, label, reason);
    };
    let mut detail = "of the known days on sale of the last year".to_owned();
    if let Some(lost) = exact(&row.lost_margin) {
        detail.push_str(&format!("; {} {money} margin lost, estimated", lost.written(2)));
    }
    KeyFigure::known(id, label, per_cent(share), format!("{share:.4}")).with_detail(detail)
}

fn came_back(data: &ReportData) -> KeyFigure {
    let (id, label) = ("came-back", "Customers who came back");
    let rows = &data.customer_segments;
    let customers: u64 = rows.iter().map(|row| row.n_customers).sum();
    if customers == 0 {
        return KeyFigure::unknown(id, label, "needs sales that name their customer");
    }
    let came: u64 =
        rows.iter().map(|row| (row.repeat_rate * row.n_customers as f64).round() as u64).sum();
    let share = came as f64 / customers as f64;
    let mut detail = format!(
        "{} of {} bought on two days or more",
        Exact::from(came).trimmed(),
        Exact::from(customers).trimmed()
    );
    if let Some(days) = data.key_figures.median_days_between {
        detail.push_str(&format!("; every {days:.0} days in the median"));
    }
    KeyFigure::known(id, label, per_cent(share), format!("{share:.4}")).with_detail(detail)
}

fn stock(data: &ReportData, money: &str) -> KeyFigure {
    let (id, label) = ("stock-value", "Stock at cost");
    let rows = &data.inventory_status;
    let values: Vec<&str> = rows.iter().filter_map(|row| row.stock_value.as_deref()).collect();
    if values.is_empty() {
        return KeyFigure::unknown(id, label, "needs a stock count and unit costs");
    }
    let mut detail = match (values.len(), rows.len()) {
        (valued, all) if valued == all => format!("{} products and places", written(all)),
        (valued, all) => format!("{} of {} products and places", written(valued), written(all)),
    };
    if let Some(day) = data.run.last_count_on {
        detail.push_str(&format!("; last count {}", written_day(day)));
    }
    KeyFigure::money(id, label, values.into_iter().collect(), money).with_detail(detail)
}

fn orders(data: &ReportData, money: &str) -> KeyFigure {
    let lines = &data.orders;
    let figure = KeyFigure::count("order-lines", "Order lines", lines.len());
    if lines.is_empty() {
        let no_stock = data.inventory_status.is_empty();
        let why =
            if no_stock { "nothing can be ordered: no stock is known" } else { "nothing to order" };
        return figure.with_detail(why.into());
    }
    let value: Exact = lines.iter().filter_map(|line| line.order_value.as_deref()).collect();
    let mut suppliers: Vec<&str> = lines.iter().map(supplier).collect();
    suppliers.sort_unstable();
    suppliers.dedup();
    let mut parts = vec![
        format!("{} {money}", value.written(2)),
        counted(suppliers.len(), "supplier", "suppliers"),
    ];
    let unpriced = lines.iter().filter(|line| line.order_value.is_none()).count();
    if unpriced > 0 {
        parts.push(format!("{} of unknown cost", written(unpriced)));
    }
    let assumed = lines.iter().filter(|line| line.is_assumed).count();
    if assumed > 0 {
        parts.push(format!("{} with an assumed input", written(assumed)));
    }
    figure.with_detail(parts.join("; "))
}

fn lost_margin(data: &ReportData, money: &str) -> KeyFigure {
    let (id, label) = ("lost-margin", "Lost margin at risk");
    match data.key_figures.lost_margin_at_risk.as_deref().and_then(Exact::parse) {
        Some(amount) => KeyFigure::money(id, label, amount, money)
            .with_detail("expected before the next possible receipt".into()),
        None => KeyFigure::unknown(id, label, "needs stock, a forecast, prices and costs"),
    }
}

fn stockouts(data: &ReportData) -> KeyFigure {
    let (id, label) = ("stockout-days", "Stockout days");
    let figures = &data.key_figures;
    match (figures.stockout_days, figures.stock_known_days) {
        (Some(days), Some(known)) if known > 0 => {
            let share = per_cent(days as f64 / known as f64);
            KeyFigure::count(id, label, days as usize).with_detail(format!(
                "{share} of {} days on which a product's stock is known",
                Exact::from(known).trimmed()
            ))
        }
        _ => {
            let told = Some(&figures.stockout_reason).filter(|reason| !reason.is_empty()).cloned();
            let reason = counts_alone(data).or(told);
            KeyFigure::unknown(id, label, reason.as_deref().unwrap_or("needs a count and receipts"))
        }
    }
}

/// What counts say of stockouts where receipts are not known.
fn counts_alone(data: &ReportData) -> Option<String> {
    let lack = |row: &StockFactsRow| row.not_stated_because.starts_with("needs receipts");
    let total = data.stock_facts_by.iter().find(|row| row.dimension == "total")?;
    let known = data.stock_facts.iter().any(lack).then_some(total)?;
    Some(format!("needs receipts; {}", empty_counts(known.n_counts_without_stock, known.n_counts)))
}

fn coverage(data: &ReportData) -> KeyFigure {
    let (id, label) = ("coverage", "Forecasts in their 80\u{a0}% interval");
    let pools = data.coverage.iter().filter(|row| row.measure == Measure::Units);
    let (points, in_80, in_95) = pools.fold((0, 0, 0), |(points, in_80, in_95), row| {
        (points + row.points, in_80 + row.covered_80, in_95 + row.covered_95)
    });
    if points == 0 {
        return KeyFigure::unknown(id, label, "no period was held out");
    }
    let share = |covered: u64| covered as f64 / points as f64;
    let value = format!("{:.4}", share(in_80));
    let steps: Vec<&CoverageStepRow> =
        data.coverage_by_step.iter().filter(|row| row.measure == Measure::Units).collect();
    let beside = |claimed: Option<f64>| {
        claimed.map_or_else(String::new, |share| format!(", which claimed {}", per_cent(share)))
    };
    KeyFigure::known(id, label, per_cent(share(in_80)), value).with_detail(format!(
        "of {} held-out periods{}; {} in the 95\u{a0}% interval{}",
        Exact::from(points).trimmed(),
        beside(claimed(&steps, |row| row.claimed_80)),
        per_cent(share(in_95)),
        beside(claimed(&steps, |row| row.claimed_95)),
    ))
}

/// The commonest kinds: what is at stake (lost margin, stock that lies) does not add up.
fn exceptions(data: &ReportData) -> KeyFigure {
    let rows = &data.exceptions;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *kinds.entry(&row.kind).or_default() += 1);
    let mut kinds: Vec<(&str, usize)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, count)| (Reverse(*count), *kind));
    let mut told: Vec<String> = kinds
        .iter()
        .take(SHOWN_KINDS)
        .map(|(kind, count)| format!("{}: {}", words(kind), written(*count)))
        .collect();
    let n_others: usize = kinds.iter().skip(SHOWN_KINDS).map(|(_, count)| count).sum();
    told.extend((n_others > 0).then(|| format!("other kinds: {}", written(n_others))));
    let detail = match rows.is_empty() {
        true => "nothing asks for a decision".to_owned(),
        false => told.join(", "),
    };
    KeyFigure::count("exceptions", "Exceptions", rows.len()).with_detail(detail)
}

fn rejected(data: &ReportData, money: &str) -> KeyFigure {
    let rows: u64 = data.rejected.iter().map(|row| row.rows).sum();
    let lost: Exact = data.rejected.iter().filter_map(|row| row.money.as_deref()).collect();
    let detail = match data.rejected.len() {
        0 => "every row kept its contract".to_owned(),
        rules => format!("{}; {} {money}", counted(rules, "rule", "rules"), lost.written(2)),
    };
    KeyFigure::count("rejected-rows", "Rows rejected", rows as usize).with_detail(detail)
}

fn written(count: usize) -> String {
    Exact::from(count as u64).trimmed()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", written(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{CoverageRow, ExceptionRow, InventoryRow, KeyFigures};

    #[test]
    fn sales_are_set_against_the_weeks_before() {
        let key_figures = KeyFigures {
            recent_net: Some("110.0000".into()),
            previous_net: Some("88.0000".into()),
            ..KeyFigures::default()
        };
        let figure = sales(&ReportData { key_figures, ..ReportData::default() }, "GBP");
        // 110 / 88 = 1.25.
        assert_eq!(figure.detail, "+25.0\u{a0}% on the 4 weeks before (88.00)");
        assert_eq!((figure.text.as_str(), figure.value.as_deref()), ("110.00", Some("110")));
        let monthly = KeyFigures { recent_is_month: true, ..KeyFigures::default() };
        let data = ReportData { key_figures: monthly, ..ReportData::default() };
        assert_eq!(sales(&data, "GBP").label, "Net sales, last whole month");
    }

    #[test]
    fn what_is_not_known_is_never_shown_as_zero() {
        let figures = key_figures(&ReportData::default(), "GBP");
        for figure in figures.iter().filter(|figure| figure.value.is_none()) {
            assert_eq!(figure.text, "not known");
            assert!(!figure.detail.is_empty(), "{} says no reason", figure.id);
        }
        let counted = figures.iter().filter(|figure| figure.value.is_some());
        let ids: Vec<&str> = counted.map(|figure| figure.id).collect();
        assert_eq!(ids, ["order-lines", "exceptions", "rejected-rows"]);
    }

    #[test]
    fn exceptions_are_told_by_their_kinds() {
        let kinds = ["excess", "dead_stock", "excess", "late_order", "stocked_out", "late_order"];
        let row = |kind: &str| ExceptionRow { kind: kind.to_owned(), ..ExceptionRow::default() };
        let rows = kinds.into_iter().map(row).collect();
        let figure = exceptions(&ReportData { exceptions: rows, ..ReportData::default() });
        assert_eq!(figure.detail, "excess: 2, late order: 2, dead stock: 1, other kinds: 1");
    }

    #[test]
    fn stock_value_says_how_many_products_have_one() {
        let row = |value: Option<&str>| InventoryRow {
            stock_value: value.map(Into::into),
            ..InventoryRow::default()
        };
        let inventory_status = vec![row(Some("10.1")), row(None), row(Some("0.2"))];
        let figure = stock(&ReportData { inventory_status, ..ReportData::default() }, "GBP");
        assert_eq!(figure.value.as_deref(), Some("10.3"));
        assert_eq!(figure.detail, "2 of 3 products and places");
    }

    #[test]
    fn coverage_is_pooled_over_points_of_units_only() {
        let row = |measure, points, covered_80| CoverageRow {
            measure,
            points,
            covered_80,
            covered_95: points,
            ..CoverageRow::default()
        };
        let coverage_rows = vec![
            row(Measure::Units, 10, 9),
            row(Measure::Units, 30, 21),
            row(Measure::Revenue, 5, 0),
        ];
        let figure = coverage(&ReportData { coverage: coverage_rows, ..ReportData::default() });
        // 30 of 40.
        assert_eq!(figure.value.as_deref(), Some("0.7500"));
    }
}
