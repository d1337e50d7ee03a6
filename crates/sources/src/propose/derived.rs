//! Columns that no header gives as it stands: other units, logarithms, costs.

use super::columns::{Mapping, ask_for_periods, is_dated};
use super::dictionary::{Fit, converted, logarithms, normalise, profit};
use super::group::Group;
use super::values::Values;
use super::{Certainty, ProposedColumn};
use crate::ColumnSource;
use shelfcast_retail::{Column, ColumnKind, Feed, SCALE};

/// Days of a week.
const DAYS: u32 = 7;

impl Mapping {
    /// Where no header fits as it stands: other units, logarithms, counted periods.
    pub(super) fn map_otherwise(
        &mut self,
        group: &Group,
        column: &'static Column,
        candidates: &[(&str, Fit, &Values)],
    ) {
        if column.name == "name" {
            self.map_name(column);
        } else if let Some((header, factor)) = converted(self.feed, column.name, &group.headers) {
            let whole = group.values_of(header).is_some_and(Values::are_whole);
            let reason = format!("`{header}` is in a unit of {factor}");
            let text = format!("{factor} * {}", in_expression(header));
            self.columns
                .extend(whole.then(|| computed(column.name, text, Certainty::Likely, reason)));
        } else if column.name == "quantity" && self.feed == Feed::Sales {
            self.map_logarithm(group, column);
        } else if column.kind == ColumnKind::Money {
            self.map_rounded(column, candidates);
        } else if column.kind == ColumnKind::Rate {
            self.map_percent(column, candidates);
        } else if column.required && is_dated(column.kind) {
            let counts = |values: &Values| values.are_whole() && values.n_values > 0;
            let counted = candidates.iter().find(|(.., values)| counts(values));
            if let Some((header, _, values)) = counted {
                self.questions.push(ask_for_periods(group, self.feed, column, header, values));
            }
        }
    }

    /// Shares in numbers of percent, where the header says so.
    fn map_percent(&mut self, column: &'static Column, candidates: &[(&str, Fit, &Values)]) {
        let says_percent = |header: &str| {
            let folded = normalise(header);
            header.contains('%') || folded.ends_with("pct") || folded.ends_with("percent")
        };
        let is_percent = |(header, fit, values): &&(&str, Fit, &Values)| {
            *fit <= Fit::Sure && says_percent(header) && values.are_numbers(self.numbers)
        };
        let Some((header, ..)) = candidates.iter().find(is_percent) else { return };
        let text = format!("round({} / 100, {SCALE})", in_expression(header));
        let reason = format!("`{header}` is a usual name for it, and its numbers are percent");
        self.columns.push(computed(column.name, text, Certainty::Certain, reason));
    }

    /// Money of more decimals than are kept.
    fn map_rounded(&mut self, column: &'static Column, candidates: &[(&str, Fit, &Values)]) {
        let is_long = |(_, fit, values): &&(&str, Fit, &Values)| {
            *fit <= Fit::Sure && values.n_values > 0 && values.are_numeric() && values.has_long()
        };
        let Some((header, ..)) = candidates.iter().find(is_long) else { return };
        let text = format!("round({}, {SCALE})", in_expression(header));
        let reason = format!(
            "`{header}` is a usual name for it; its numbers have more than {SCALE} decimals and \
             are rounded"
        );
        self.columns.push(computed(column.name, text, Certainty::Certain, reason));
    }

    /// Days that a note below the heading says are weeks.
    pub(super) fn map_weeks(
        &mut self,
        group: &Group,
        column: &'static Column,
        header: &str,
    ) -> bool {
        let note = group.note_of(header);
        let is_weeks = column.name.ends_with("_days") && note.to_lowercase().contains("week");
        if is_weeks {
            let text = format!("{DAYS} * {}", in_expression(header));
            let reason = format!("the notes below `{header}` say weeks: `{note}`");
            self.columns.push(computed(column.name, text, Certainty::Likely, reason));
        }
        is_weeks
    }

    /// Units that are given as their natural logarithm.
    fn map_logarithm(&mut self, group: &Group, column: &'static Column) {
        let mut named = logarithms(&group.headers);
        let Some((header, values)) =
            named.find_map(|header| Some((header, group.values_of(header)?)))
        else {
            return;
        };
        let whole = values.are_logarithms();
        let (certainty, because) = match whole {
            true => (Certainty::Certain, "is within 0.01 of a whole number"),
            false => (Certainty::Likely, "is often no whole number, and is rounded to one"),
        };
        let reason = format!(
            "`{header}` is a usual name for the logarithm of units; e to the power of its \
             {} values {because}",
            values.n_values
        );
        let text = format!("round(exp({}))", in_expression(header));
        self.columns.push(computed(column.name, text, certainty, reason));
    }

    /// What a line cost, out of what it took in and what it earned.
    pub(super) fn map_profit(&mut self, group: &Group) {
        let (Some((header, is_doubtful)), false) = (profit(&group.headers), self.has("cost"))
        else {
            return;
        };
        let known = self.columns.iter().find(|column| column.column == "total");
        let total = known.filter(|known| known.certainty != Certainty::Question);
        let total = total.and_then(|known| known.source.header_name());
        let Some((total, values)) = total.zip(group.values_of(header)) else { return };
        // Shares of what was taken in are no money.
        if values.n_values == 0 || !values.are_numeric() || values.are_rates() {
            return;
        }
        let certainty = if is_doubtful { Certainty::Likely } else { Certainty::Certain };
        let (left, right) = (in_expression(total), in_expression(header));
        let text = format!("{left} - round({right}, {SCALE})");
        let reason = format!("what `{total}` took in less what `{header}` says was earned");
        self.columns.push(computed("cost", text, certainty, reason));
    }
}

fn computed(
    column: &'static str,
    text: String,
    certainty: Certainty,
    reason: String,
) -> ProposedColumn {
    let source = ColumnSource::Computed(text);
    ProposedColumn { column, source, certainty, reason, assumption: None }
}

/// A header as arithmetic names it, whatever the columns are called.
pub(super) fn in_backticks(header: &str) -> String {
    format!("`{header}`")
}

/// A header as arithmetic names it: bare when it is a word, else between backticks.
pub(super) fn in_expression(header: &str) -> String {
    let is_word = header.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && header.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    if is_word { header.to_owned() } else { format!("`{header}`") }
}
