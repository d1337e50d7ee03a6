//! Days, periods and how they are written.

use jiff::Span;
use jiff::civil::{Date, date};
use serde::Serialize;

/// A business day as the number of days since 1970-01-01.
///
/// ```
/// // 2025-03-03 is 20,150 days after 1970-01-01.
/// let day: shelfcast_charts::Day = 20_150;
/// assert_eq!(shelfcast_charts::written_day(day), "3 Mar 2025");
/// ```
pub type Day = i32;

/// The length of one sales or stock period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// One business day.
    Day,
    /// Seven days from the period's first day.
    #[default]
    Week,
    /// One calendar month from the period's first day.
    Month,
}

/// Days from `from` to `to`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySpan {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

impl DaySpan {
    /// Where the days begin and end on a time axis.
    pub(crate) fn stretch(self) -> (f64, f64) {
        (f64::from(self.from), f64::from(self.to) + 1.0)
    }
}

/// What was sold, or demanded, in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SalesPeriod {
    /// The period's first day.
    pub start: Day,
    /// Units in the whole period.
    pub units: f64,
}

impl Period {
    /// The period's name: `day`, `week` or `month`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The first day after the period that starts on `start`.
    pub fn end(self, start: Day) -> Day {
        match self {
            Self::Day => start.saturating_add(1),
            Self::Week => start.saturating_add(7),
            Self::Month => civil(start)
                .and_then(|day| day.checked_add(Span::new().months(1)).ok())
                .and_then(number)
                .unwrap_or_else(|| start.saturating_add(30)),
        }
    }
}

/// Writes a day as in `3 Mar 2025`; a day outside the years -9999 to 9999 as its number.
pub fn written_day(day: Day) -> String {
    match civil(day) {
        Some(day) => day.strftime("%-d %b %Y").to_string(),
        None => format!("day {day}"),
    }
}

/// The calendar date of a day, if it lies within the years -9999 to 9999.
pub(crate) fn civil(day: Day) -> Option<Date> {
    let span = Span::new().try_days(i64::from(day)).ok()?;
    epoch().checked_add(span).ok()
}

/// The day number of a calendar date.
pub(crate) fn number(day: Date) -> Option<Day> {
    Some(epoch().until(day).ok()?.get_days())
}

fn epoch() -> Date {
    date(1970, 1, 1)
}
