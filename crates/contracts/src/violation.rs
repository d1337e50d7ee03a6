use serde::Deserialize;
use shelfcast_retail::Money;
use std::fmt;

/// What follows when a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row is let in, the violation is told; a value that cannot be read is left out.
    Warn,
    /// The row is refused.
    RejectRow,
    /// The row is refused, and with it the whole file.
    RejectFile,
}

impl Severity {
    /// The word in contracts and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::RejectRow => "reject_row",
            Self::RejectFile => "reject_file",
        }
    }

    /// Whether the row is refused.
    pub const fn rejects(self) -> bool {
        !matches!(self, Self::Warn)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One rule broken by one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's stable id: `ragged_row`, `required`, `type`, `out_of_scale`,
    /// `range`, `not_zero`, `limit`, `pattern`, `allowed_values`, `total`,
    /// `amount`, `duplicate_row`, `unique` or `lookup`.
    pub rule: String,
    /// What follows.
    pub severity: Severity,
    /// What the file is called.
    pub file: String,
    /// The physical line, from 1, on which the record starts.
    pub row: u64,
    /// The row among all rows read from the file, from 0.
    pub ordinal: u64,
    /// The byte at which the record starts in the text as UTF-8, where the file has such.
    pub offset: Option<u64>,
    /// The wide header under which the value stands, where a record gives several rows.
    pub part: Option<String>,
    /// The column, where one is at fault.
    pub column: Option<String>,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
    /// Where, what was found and what is allowed, in one sentence.
    pub message: String,
    /// The record as written.
    pub text: String,
    /// What the row is worth, where that can be read: its total, else price
    /// (or cost) times quantity.
    pub money: Option<Money>,
}
