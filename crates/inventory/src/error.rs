use shelfcast_retail::Quantity;

/// Why no order could be planned or no stock projected.
///
/// Only what makes an answer impossible is an error. Doubtful figures of one
/// product (a pack of 0, a negative count) are repaired, planned with and told
/// in [`OrderPlan::notes`](crate::OrderPlan::notes).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The sample paths hold no path or no day.
    #[error("{n_paths} sample paths of {n_days} days are empty; at least one of each is needed")]
    EmptyPaths {
        /// Paths as stated.
        n_paths: usize,
        /// Days as stated.
        n_days: usize,
    },
    /// The number of values is not paths times days.
    #[error(
        "{found} values are not {n_paths} sample paths of {n_days} days; allowed is their product"
    )]
    PathsShape {
        /// Values as found.
        found: usize,
        /// Paths as stated.
        n_paths: usize,
        /// Days as stated.
        n_days: usize,
    },
    /// A demand that is negative, not a number or out of range.
    #[error("demand of path {path}, day {day} is `{found}`; allowed are 0 to {allowed}")]
    DemandValue {
        /// The path, counted from 0.
        path: usize,
        /// The day of the path, counted from 0.
        day: usize,
        /// The value as found.
        found: f64,
        /// The largest demand of one day.
        allowed: f64,
    },
    /// The sample paths end before the days asked for.
    #[error("sample paths of {found} days are too short; {needed} days are needed")]
    PathsTooShort {
        /// Days in the paths.
        found: usize,
        /// Days that the answer needs.
        needed: usize,
    },
    /// A number of days outside what can be planned.
    #[error("{what} is {found} days; allowed are {least} to {most}")]
    Days {
        /// What is counted in days.
        what: &'static str,
        /// The days as found.
        found: u64,
        /// The fewest allowed.
        least: u64,
        /// The most allowed.
        most: u64,
    },
    /// The calendar ends before the last covered day.
    #[error("an interval of {n_days} days after {stock_day} leaves the calendar")]
    OutsideCalendar {
        /// The day of the stock.
        stock_day: shelfcast_retail::Day,
        /// Days in the interval.
        n_days: u32,
    },
    /// A word that is no weekday.
    #[error("order day `{found}` is no weekday; allowed are mon, tue, wed, thu, fri, sat and sun")]
    OrderDay {
        /// The word as found.
        found: String,
    },
    /// A supplier that never takes orders.
    #[error("no order day within ten years from {from} on")]
    NoOrderDay {
        /// The first day looked at.
        from: shelfcast_retail::Day,
    },
    /// A closure that ends before it begins.
    #[error("the closure from {first} to {last} ends before it begins")]
    Closure {
        /// The first day as stated.
        first: shelfcast_retail::Day,
        /// The last day as stated.
        last: shelfcast_retail::Day,
    },
    /// A word that names no rule of replenishment.
    #[error("policy `{found}` is unknown; allowed are {allowed}")]
    UnknownRule {
        /// The word as found.
        found: String,
        /// The words allowed.
        allowed: String,
    },
    /// A maximum below its minimum.
    #[error("the maximum of {maximum} is below the minimum of {minimum}")]
    MinMax {
        /// The minimum as found.
        minimum: Quantity,
        /// The maximum as found.
        maximum: Quantity,
    },
    /// A quantity beyond what can be counted.
    #[error("{what} is {found}; allowed are at most {allowed} units")]
    QuantityRange {
        /// What is counted.
        what: &'static str,
        /// The quantity as found.
        found: Quantity,
        /// The largest quantity.
        allowed: Quantity,
    },
    /// A parameter of a textbook formula outside its range.
    #[error("{what} is `{found}`; allowed is {allowed}")]
    Parameter {
        /// The parameter.
        what: &'static str,
        /// The value as found.
        found: f64,
        /// The values allowed.
        allowed: &'static str,
    },
}
