//! A source that is still open to answers.

use super::group::Group;
use super::question::{Choice, Question};
use super::{Certainty, ProposedColumn, ProposedSource};
use crate::{ColumnSource, DateFormat, Duplicates, SourceSpec};
use shelfcast_retail::Feed;
use std::collections::BTreeMap;

/// What a file is to a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Its rows are rows of the feed.
    Own,
    /// It names the feed's things among others: suppliers in a list of products.
    Mentions,
}

/// A source and the questions that stand before it.
pub(super) struct Draft {
    pub(super) feed: Feed,
    pub(super) role: Role,
    pub(super) stem: String,
    pub(super) label: String,
    /// All but its columns.
    pub(super) spec: SourceSpec,
    pub(super) columns: Vec<ProposedColumn>,
    pub(super) questions: Vec<Question>,
    pub(super) headers: Vec<String>,
    pub(super) n_rows: u64,
    /// The date formats that each header's values allow.
    pub(super) date_formats: BTreeMap<String, Vec<DateFormat>>,
    pub(super) reason: String,
    pub(super) notes: Vec<String>,
    pub(super) assumed: Vec<String>,
    /// The headers that become rows.
    pub(super) wide_headers: Vec<String>,
}

impl Draft {
    pub(super) fn new(group: &Group, feed: Feed, role: Role) -> Self {
        let formats = group.headers.iter().zip(&group.values).map(|(header, values)| {
            (header.clone(), values.date_formats().into_iter().cloned().collect())
        });
        Self {
            feed,
            role,
            stem: group.stem(),
            label: group.label(),
            spec: group.spec(feed),
            columns: Vec::new(),
            questions: Vec::new(),
            headers: group.headers.clone(),
            n_rows: group.n_rows,
            date_formats: formats.collect(),
            reason: String::new(),
            notes: group.layout.note().into_iter().collect(),
            assumed: Vec::new(),
            wide_headers: Vec::new(),
        }
    }

    pub(super) fn question(&self, column: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.column == column)
    }

    /// Takes back the question about a column.
    pub(super) fn close(&mut self, column: &str) {
        self.questions.retain(|question| question.column != column);
        if column == "numbers" {
            let open = self.columns.iter_mut().filter(|it| it.certainty == Certainty::Question);
            open.for_each(|column| column.certainty = Certainty::Certain);
        }
    }

    /// A header as the source of a column, with the format of its dates.
    pub(super) fn column_of(&self, header: &str, is_dated: bool) -> Result<ColumnSource, String> {
        let formats = self.date_formats.get(header).map_or(&[][..], Vec::as_slice);
        match formats {
            _ if !is_dated => Ok(ColumnSource::header(header)),
            [] | [DateFormat::Iso, ..] => Ok(ColumnSource::header(header)),
            [format] => Ok(ColumnSource::dates(header, format.clone())),
            [format, ..] => Err(format!(
                "`{header}` may be written as {}: say which, as in \
                 {{ column = \"{header}\", format = \"{format}\" }}",
                formats.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
            )),
        }
    }

    /// The header that a date format alone is about.
    pub(super) fn dated_header(&self, column: &str) -> Option<String> {
        let asked = self.question(column).and_then(|question| question.header.clone());
        asked.or_else(|| {
            let known = self.columns.iter().find(|known| known.column == column)?;
            known.source.header_name().map(str::to_owned)
        })
    }

    /// Looks up no more than what is taken, or may be by an answer.
    fn forget_unused_lookups(&mut self) {
        let (columns, questions) = (&self.columns, &self.questions);
        let is_asked = |name: &str| {
            questions.iter().any(|question| {
                let mut options = question.options.iter().map(|(choice, _)| choice);
                question.header.as_deref() == Some(name)
                    || options.any(|choice| matches!(choice, Choice::Column(it) if uses(it, name)))
            })
        };
        for lookup in &mut self.spec.lookups {
            lookup.columns.retain(|name, _| {
                columns.iter().any(|column| uses(&column.source, name)) || is_asked(name)
            });
        }
        self.spec.lookups.retain(|lookup| !lookup.columns.is_empty());
    }

    /// The source as far as it is known, and what is still open.
    pub(super) fn finish(mut self) -> (ProposedSource, Vec<Question>) {
        let order = self.feed.columns();
        let place = |name: &str| order.iter().position(|known| known.name == name);
        self.columns.sort_by_key(|column| place(column.column));
        self.questions.sort_by_key(|question| place(question.column));
        let known = self.columns.iter().filter(|it| it.certainty != Certainty::Question);
        self.spec.columns =
            known.map(|column| (column.column.to_owned(), column.source.clone())).collect();
        self.forget_unused_lookups();
        if self.spec.columns.values().any(counts_seconds) {
            // Said, so that the days are those of the clocks of places that name their zone.
            self.spec.time_zone = Some("UTC".to_owned());
        }
        if self.spec.has_row_keys() {
            self.spec.duplicates = Some(Duplicates::Keep);
            let named =
                if self.feed == Feed::Movements { "what a row belongs to" } else { "a sale" };
            self.assumed.push(format!(
                "no header of {} names {named}, so every row counts, of equal ones each; \
                 duplicates = \"drop\" in the source counts equal rows once",
                self.label
            ));
        }
        let required = |column: &&ProposedColumn| {
            self.feed.column(column.column).is_some_and(|known| known.required)
        };
        let certainty = self.columns.iter().filter(required).map(|column| column.certainty).max();
        let certainty = match self.questions.is_empty() {
            true => certainty.unwrap_or(Certainty::Certain),
            false => Certainty::Question,
        };
        let is_unused = |header: &&String| {
            let asked = self.questions.iter().any(|it| it.header.as_ref() == Some(*header));
            let is_key = self.spec.lookups.iter().any(|it| it.key.contains_key(*header));
            !asked && !is_key && !self.columns.iter().any(|column| uses(&column.source, header))
        };
        let source = ProposedSource {
            unused_headers: self.headers.iter().filter(is_unused).cloned().collect(),
            spec: self.spec,
            label: self.label,
            certainty,
            reason: self.reason,
            columns: self.columns,
            notes: self.notes,
            assumed: self.assumed,
        };
        (source, self.questions)
    }
}

/// Whether times are counted from an instant, which no clock but UTC's shows.
fn counts_seconds(source: &ColumnSource) -> bool {
    matches!(source.date_format(), Some(DateFormat::EpochSeconds | DateFormat::EpochMilliseconds))
}

fn uses(source: &ColumnSource, header: &str) -> bool {
    match source {
        ColumnSource::Computed(expression) => expression.contains(header),
        _ => source.header_name() == Some(header),
    }
}
