//! What was refused, what could not be done, what was assumed.

use serde::Serialize;

use super::Decimal;

/// `raw.rejected`, counted by feed, rule and column.
///
/// The refused text and the value found stay in the lake: they may hold a customer's data.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct RejectedRow {
    /// The feed, as in `sales`.
    pub feed: String,
    /// The rule's id.
    pub rule: String,
    /// The column; empty if the rule is about the whole row.
    pub column_name: String,
    /// What the rule allows.
    pub allowed: String,
    /// Rows refused.
    pub rows: u64,
    /// Files with such rows.
    pub files: u64,
    /// One of the files, as in `sales-2024-03.csv`.
    pub first_file: String,
    /// Money in these rows; `None` if the feed has none.
    pub money: Option<Decimal>,
}

/// One row of `marts.run_limits`: what could not be done.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct RunLimitRow {
    /// What could not be done.
    pub capability: String,
    /// The feed that would make it possible.
    pub missing_feed: String,
    /// Why, for a reader.
    pub message: String,
}

/// Something assumed where the data is silent.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct AssumptionRow {
    /// What it is about, as in `lead time`.
    pub subject: String,
    /// What was assumed and why, for a reader.
    pub statement: String,
    /// How many products and places it concerns; `None` if all.
    pub items: Option<u64>,
}
