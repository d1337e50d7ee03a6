//! Columns that no source uses, and why.

use super::derived::in_expression;
use super::dictionary::fitting;
use super::group::Group;
use super::heads::OF_LINES;
use super::values::Values;
use super::{ProposedSource, Question};
use shelfcast_retail::{Column, ColumnKind};

/// A column of a file that a source reads and that none uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedColumn {
    /// What messages call its files.
    pub label: String,
    /// Its header.
    pub header: String,
    /// Why it is not used, where its name is one of a feed's column; `None` where it is not.
    pub reason: Option<String>,
}

/// The columns of the groups' files that no source uses and no question is about.
pub(super) fn columns(
    groups: &[Group],
    sources: &[ProposedSource],
    questions: &[Question],
) -> Vec<UnusedColumn> {
    let mut unused = Vec::new();
    for group in groups {
        let reads = |source: &&ProposedSource| {
            group.is_read_by(&source.spec) || group.looked_up_by(&source.spec).is_some()
        };
        let readers: Vec<&ProposedSource> = sources.iter().filter(reads).collect();
        let is_unused = |header: &String| {
            let asked = questions.iter().any(|it| it.header.as_ref() == Some(header));
            !asked
                && !group.is_currency(header)
                && readers.iter().all(|source| match group.looked_up_by(&source.spec) {
                    Some(taken) => !taken.contains(&header.as_str()),
                    None => source.unused_headers.contains(header),
                })
        };
        let headers =
            group.headers.iter().filter(|header| !readers.is_empty() && is_unused(header));
        unused.extend(headers.map(|header| UnusedColumn {
            label: group.label(),
            header: header.clone(),
            reason: reason(group, &readers, header),
        }));
    }
    unused
}

/// Why a column is not the one of a feed that its name says.
fn reason(group: &Group, readers: &[&ProposedSource], header: &String) -> Option<String> {
    let values = group.values_of(header)?;
    let mut taken = None;
    for source in readers {
        let feed = source.spec.feed;
        for column in feed.columns() {
            if fitting(feed, column.name, std::slice::from_ref(header)).is_empty() {
                continue;
            }
            let name = format!("{feed}.{}", column.name);
            if OF_LINES.contains(&column.name) && group.looked_up_by(&source.spec).is_some() {
                return Some(format!("it may be {name}, but of a whole order"));
            }
            if let Some(misfit) = misfit(values, column, source, header) {
                return Some(format!("it may be {name}, but {misfit}"));
            }
            let other = source.columns.iter().find(|known| known.column == column.name);
            let other = other.and_then(|known| known.source.header_name());
            taken = taken.or(other.map(|other| format!("`{other}` is taken for {name}")));
        }
    }
    taken
}

/// What is wrong with the values, for the column.
fn misfit(
    values: &Values,
    column: &Column,
    source: &ProposedSource,
    header: &str,
) -> Option<String> {
    let n_values = values.n_values;
    let n_numbers = values.n_numbers(source.spec.numbers);
    let (n_good, kind) = match column.kind {
        ColumnKind::Money | ColumnKind::Quantity if values.has_long() => {
            (n_numbers, "numbers of at most four decimals")
        }
        ColumnKind::Money | ColumnKind::Quantity => (n_numbers, "numbers"),
        ColumnKind::Rate => (values.n_rates(), "shares from 0 to 1"),
        ColumnKind::Integer => (values.n_whole(), "whole numbers"),
        ColumnKind::Day | ColumnKind::Instant => (values.n_days(), "days"),
        ColumnKind::Text | ColumnKind::Id | ColumnKind::Flag => return None,
    };
    let n_bad = n_values.saturating_sub(n_good);
    (n_bad > 0).then(|| {
        let in_percent = match column.kind == ColumnKind::Rate && values.are_numeric() {
            true => format!(
                "; in percent it is --answer '{}.{}={{ compute = \"round({} / 100, 4)\" }}'",
                source.spec.feed,
                column.name,
                in_expression(header),
            ),
            false => String::new(),
        };
        let example = &values.example;
        format!("{n_bad} of {n_values} values are no {kind} (the first value is `{example}`){in_percent}")
    })
}
