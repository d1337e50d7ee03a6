use crate::Severity;
use regex::Regex;
use shelfcast_retail::{Column, ColumnKind, Money};
use shelfcast_sources::Duplicates;

/// One rule of a contract, to be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The id that violations carry.
    pub id: &'static str,
    /// The column it is about, if one.
    pub column: Option<&'static str>,
    /// What follows when it is broken.
    pub severity: Severity,
    /// What it allows.
    pub allowed: String,
}

/// What holds for the values of one column.
#[derive(Debug, Clone)]
pub(crate) struct ColumnRules {
    pub(crate) column: &'static Column,
    /// Of values that are out of range or cannot be read.
    pub(crate) severity: Severity,
    pub(crate) required: Option<Severity>,
    pub(crate) range: Range,
    pub(crate) not_zero: Option<Severity>,
    /// How far from 0 a value may be, with its text: a range of its own severity.
    pub(crate) limit: Option<((i128, String), Severity)>,
    pub(crate) pattern: Option<(Regex, Severity)>,
    pub(crate) allowed_values: Option<(Vec<String>, Severity)>,
}

/// Limits in the unit in which the column is kept, with their text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Range {
    pub(crate) at_least: Option<(i128, String)>,
    pub(crate) above: Option<(i128, String)>,
    pub(crate) at_most: Option<(i128, String)>,
    pub(crate) below: Option<(i128, String)>,
}

/// The total is quantity x price x (1 - discount).
#[derive(Debug, Clone, Copy)]
pub(crate) struct TotalRule {
    pub(crate) tolerance: Money,
    pub(crate) severity: Severity,
    /// The rate was computed, and is off by half of its last decimal at most.
    pub(crate) is_rate_rounded: bool,
}

/// What a row is worth, its total or its price times its quantity, stays within this.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AmountRule {
    pub(crate) maximum: Money,
    pub(crate) severity: Severity,
}

/// What is done with rows of the very same text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DuplicateRule {
    pub(crate) action: Duplicates,
    pub(crate) severity: Severity,
}

/// These columns name one row.
#[derive(Debug, Clone)]
pub(crate) struct KeyRule {
    pub(crate) columns: Vec<&'static str>,
    pub(crate) severity: Severity,
}

impl ColumnRules {
    pub(crate) fn new(column: &'static Column) -> Self {
        let mut range = Range::default();
        if column.kind == ColumnKind::Rate {
            range.at_least = Some((0, "0".to_owned()));
            range.at_most = Some((10_000, "1".to_owned()));
        }
        Self {
            column,
            severity: Severity::RejectRow,
            required: column.required.then_some(Severity::RejectRow),
            range,
            not_zero: None,
            limit: None,
            pattern: None,
            allowed_values: None,
        }
    }

    /// Of values that cannot be read: nothing may stand where a value must.
    pub(crate) fn unreadable(&self) -> Severity {
        if self.column.required { self.severity.max(Severity::RejectRow) } else { self.severity }
    }

    pub(crate) fn list(&self) -> Vec<Rule> {
        let rule = |id, severity, allowed: String| Rule {
            id,
            column: Some(self.column.name),
            severity,
            allowed,
        };
        let required = self.required.map(|severity| rule("required", severity, "a value".into()));
        let range = self.range.text().map(|allowed| rule("range", self.severity, allowed));
        let not_zero = self.not_zero.map(|severity| rule("not_zero", severity, "not 0".into()));
        let limit = self.limit.as_ref().map(|((_, text), severity)| {
            rule("limit", *severity, format!("at most {text} either way"))
        });
        let pattern = self.pattern.as_ref();
        let pattern = pattern.map(|(pattern, severity)| {
            rule("pattern", *severity, format!("text that matches {pattern}"))
        });
        let allowed = self.allowed_values.as_ref();
        let allowed =
            allowed.map(|(values, severity)| rule("allowed_values", *severity, values.join(", ")));
        [required, range, not_zero, limit, pattern, allowed].into_iter().flatten().collect()
    }
}

impl Range {
    /// What it allows; `None` when that is anything.
    pub(crate) fn text(&self) -> Option<String> {
        let part = |word: &str, limit: &Option<(i128, String)>| {
            limit.as_ref().map(|(_, text)| format!("{word} {text}"))
        };
        let parts = [
            part("at least", &self.at_least),
            part("more than", &self.above),
            part("at most", &self.at_most),
            part("less than", &self.below),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }

    pub(crate) fn contains(&self, value: i128) -> bool {
        self.at_least.as_ref().is_none_or(|(limit, _)| value >= *limit)
            && self.above.as_ref().is_none_or(|(limit, _)| value > *limit)
            && self.at_most.as_ref().is_none_or(|(limit, _)| value <= *limit)
            && self.below.as_ref().is_none_or(|(limit, _)| value < *limit)
    }
}
