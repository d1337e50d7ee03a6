//! Cells of measures: changes, shares of sums, numbers of floats.

use super::table::{Cell, Row};
use crate::decimal::Exact;

/// Reads a decimal that may be missing.
pub(super) fn exact(text: &Option<String>) -> Option<Exact> {
    text.as_deref().and_then(Exact::parse)
}

/// The change from an earlier amount, as in `+12.5 %`.
pub(super) fn change(now: &Option<String>, before: &Option<String>) -> Cell {
    match (exact(now), exact(before)) {
        (Some(now), Some(before)) if before.nearest() > 0.0 => {
            let ratio = now.nearest() / before.nearest() - 1.0;
            Cell::number(signed_per_cent(ratio * 100.0), ratio)
        }
        (Some(_), Some(_)) => Cell { text: "none before".into(), ..Cell::unknown() },
        _ => Cell::unknown(),
    }
}

/// As in `+12.5 %`; a change that reads as zero has no sign.
pub(super) fn signed_per_cent(percent: f64) -> String {
    let sign = match percent {
        _ if percent.abs() < 0.05 => "",
        _ if percent < 0.0 => "\u{2212}",
        _ => "+",
    };
    format!("{sign}{:.1}\u{a0}%", percent.abs())
}

/// One amount for each of another, with two places.
pub(super) fn ratio(amount: &Option<String>, of: Option<f64>) -> Option<f64> {
    let amount = exact(amount)?;
    of.filter(|of| *of > 0.0).map(|of| amount.nearest() / of)
}

/// A float with a fixed number of places.
pub(super) fn number(value: Option<f64>, places: usize) -> Cell {
    value
        .filter(|value| value.is_finite())
        .map_or_else(Cell::unknown, |value| Cell::number(written(value, places), value))
}

/// A float that is not known for a reason.
pub(super) fn number_or(value: Option<f64>, places: usize, reason: &str) -> Cell {
    or_because(number(value, places), reason)
}

/// Puts the reason under what is not known.
pub(super) fn or_because(cell: Cell, reason: &str) -> Cell {
    if cell.is_unknown { Cell::because(reason) } else { cell }
}

/// A count that may be missing.
pub(super) fn count(count: Option<u64>) -> Cell {
    count.map_or_else(Cell::unknown, Cell::count)
}

/// A float as text, with thousands separated by commas.
pub(super) fn written(value: f64, places: usize) -> String {
    Exact::parse(&format!("{value:.6}"))
        .map_or_else(|| format!("{value:.places$}"), |exact| exact.written(places))
}

/// An estimate with the limits that hold it four times in five under it.
pub(super) fn estimate(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Cell {
    let mut cell = number(value, 1);
    if let (false, Some(low), Some(high)) = (cell.is_unknown, low, high) {
        cell.small = format!("{}\u{a0}to\u{a0}{}", written(low, 1), written(high, 1));
    }
    cell
}

/// The sum of those amounts that are known; `None` if none is. Says how many are not.
pub(super) fn sum<'a>(
    amounts: impl IntoIterator<Item = &'a Option<String>>,
) -> (Option<Exact>, usize) {
    let mut unknown = 0;
    let mut total = None;
    for amount in amounts {
        match exact(amount) {
            Some(amount) => total = Some(amount.plus(total.unwrap_or_default())),
            None => unknown += 1,
        }
    }
    (total, unknown)
}

/// A sum of money, with the number of parts that have no cost under it.
pub(super) fn summed_money((total, unknown): (Option<Exact>, usize)) -> Cell {
    let Some(total) = total else { return Cell::unknown() };
    let mut cell = Cell::number(total.written(2), total.plain());
    if unknown > 0 {
        cell.small = format!("without {unknown} of unknown cost");
    }
    cell
}

/// A share of a total, 0-1; `None` if the total is not above zero.
pub(super) fn share(part: Option<Exact>, total: Option<Exact>) -> Option<f64> {
    let total = total?.nearest();
    (total > 0.0).then_some(part?.nearest() / total)
}

/// A row of a group that a select chooses.
pub(super) fn grouped(group: impl Into<String>, cells: Vec<Cell>) -> Row {
    Row { cells, group: group.into(), detail: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    #[test]
    fn a_change_needs_something_before() {
        // 110 / 88 = 1.25, 66 / 88 = 0.75.
        assert_eq!(change(&text("110"), &text("88")).text, "+25.0\u{a0}%");
        assert_eq!(change(&text("66"), &text("88")).text, "\u{2212}25.0\u{a0}%");
        assert_eq!(change(&text("88"), &text("88")).text, "0.0\u{a0}%");
        assert_eq!(change(&text("66"), &text("0")).text, "none before");
        assert!(change(&text("66"), &text("0")).is_unknown);
        assert_eq!(change(&text("66"), &None).text, "not known");
    }

    #[test]
    fn a_sum_of_nothing_known_is_not_zero() {
        assert_eq!(sum(&[None, None]), (None, 2));
        assert!(summed_money(sum(&[None])).is_unknown);
        let cell = summed_money(sum(&[text("0.1"), None, text("0.2")]));
        assert_eq!(
            (cell.value.as_deref(), cell.small.as_str()),
            (Some("0.3"), "without 1 of unknown cost")
        );
    }

    #[test]
    fn an_estimate_stands_over_its_limits() {
        let cell = estimate(Some(1234.56), Some(0.0), Some(2000.0));
        assert_eq!(
            (cell.text.as_str(), cell.small.as_str()),
            ("1,234.6", "0.0\u{a0}to\u{a0}2,000.0")
        );
        assert_eq!(estimate(None, None, None).text, "not known");
    }
}
