//! One column of a feed out of a file: the header that fits, if its values do.

use super::dictionary::{Fit, fitting};
use super::group::Group;
use super::values::{NUMBER_FORMATS, Values};
use super::{Certainty, ProposedColumn, Question};
use crate::{ColumnSource, DateFormat, NumberFormat};
use shelfcast_retail::{Column, ColumnKind, Feed};

/// The columns of a feed that a group of files has.
pub(super) struct Mapping {
    pub(super) columns: Vec<ProposedColumn>,
    pub(super) questions: Vec<Question>,
    pub(super) numbers: NumberFormat,
    pub(super) null_texts: Vec<String>,
}

impl Mapping {
    pub(super) fn new(group: &Group, feed: Feed) -> Self {
        let numbers = number_format(group, feed);
        let mut mapping =
            Self { columns: Vec::new(), questions: Vec::new(), numbers, null_texts: Vec::new() };
        for column in feed.columns() {
            mapping.map(group, feed, column);
        }
        mapping
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.column == column)
    }

    pub(super) fn header_of(&self, column: &str) -> Option<&str> {
        let proposed = self.columns.iter().find(|known| known.column == column)?;
        match &proposed.source {
            ColumnSource::Column { header, .. } => Some(header),
            ColumnSource::Constant(_) | ColumnSource::RowKey => None,
        }
    }

    /// Among events a price is one at which it was sold once, not its price.
    pub(super) fn forget_money(&mut self, feed: Feed) {
        let is_money =
            |name: &str| feed.column(name).is_some_and(|column| column.kind == ColumnKind::Money);
        self.columns.retain(|column| !is_money(column.column));
    }

    fn map(&mut self, group: &Group, feed: Feed, column: &'static Column) {
        for (header, fit) in fitting(feed, column.name, &group.headers) {
            if self.columns.iter().any(|known| self.header_of(known.column) == Some(header)) {
                continue;
            }
            let Some(values) = group.values_of(header) else { continue };
            if !values_fit(values, fit, column, self.numbers) {
                continue;
            }
            let format = date_format(values, column.kind);
            self.ask_about_dates(group, feed, column, header, values);
            self.note_null_texts(values, column.kind);
            let certainty = match (fit, self.questions.last()) {
                (_, Some(question)) if question.column == column.name => Certainty::Question,
                (Fit::Likely, _) => Certainty::Likely,
                (Fit::Canonical | Fit::Sure, _) => Certainty::Certain,
            };
            self.columns.push(ProposedColumn {
                column: column.name,
                reason: self.reason(header, fit, values, column.kind, format.as_ref()),
                source: ColumnSource::Column { header: header.to_owned(), format },
                certainty,
                assumption: None,
            });
            return;
        }
    }

    fn reason(
        &self,
        header: &str,
        fit: Fit,
        values: &Values,
        kind: ColumnKind,
        format: Option<&DateFormat>,
    ) -> String {
        let name = match fit {
            Fit::Canonical => format!("`{header}` is the column's own name"),
            Fit::Sure => format!("`{header}` is a usual name for it"),
            Fit::Likely => format!("`{header}` may be a name for it"),
        };
        if values.n_values == 0 {
            return format!("{name}; no value yet");
        }
        let n_numbers = values.n_numbers(self.numbers);
        let (form, n_good) = match kind {
            ColumnKind::Text | ColumnKind::Id | ColumnKind::Flag => {
                ("text".to_owned(), values.n_values)
            }
            ColumnKind::Integer => ("whole numbers".to_owned(), n_numbers),
            ColumnKind::Rate => ("numbers from 0 to 1".to_owned(), n_numbers),
            ColumnKind::Money | ColumnKind::Quantity => ("numbers".to_owned(), n_numbers),
            ColumnKind::Day | ColumnKind::Instant => {
                let format = format.unwrap_or(&DateFormat::Iso);
                (format!("dates written as {format}"), values.n_days())
            }
        };
        let n_values = values.n_values;
        let blanks = match values.n_blank {
            0 => String::new(),
            n_blank => format!(", {n_blank} are blank"),
        };
        match n_values - n_good.min(n_values) {
            0 => format!("{name}; all {n_values} values are {form}{blanks}"),
            _ => format!("{name}; {n_good} of {n_values} values are {form}{blanks}"),
        }
    }

    fn ask_about_dates(
        &mut self,
        group: &Group,
        feed: Feed,
        column: &Column,
        header: &str,
        values: &Values,
    ) {
        if !is_dated(column.kind) || values.date_formats().contains(&&DateFormat::Iso) {
            return;
        }
        if let Some((day_first, month_first)) = values.ambiguous_dates() {
            self.questions.push(Question {
                file: group.label(),
                feed,
                column: column.name,
                found: values.example.clone(),
                allowed: format!("{day_first} or {month_first}"),
                text: format!(
                    "does `{header}` write the day or the month first? both read all {} values, \
                     such as `{}`; {day_first} is taken",
                    values.n_values, values.example
                ),
            });
        }
    }

    fn note_null_texts(&mut self, values: &Values, kind: ColumnKind) {
        if matches!(kind, ColumnKind::Text) {
            return;
        }
        for null in &values.null_texts {
            if !self.null_texts.iter().any(|known| known == null) {
                self.null_texts.push((*null).to_owned());
            }
        }
    }
}

fn is_dated(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Day | ColumnKind::Instant)
}

fn is_numeric(kind: ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Money | ColumnKind::Quantity | ColumnKind::Rate | ColumnKind::Integer
    )
}

/// The format that reads the most values under headers that ask for numbers.
fn number_format(group: &Group, feed: Feed) -> NumberFormat {
    let numeric = feed.columns().iter().filter(|column| is_numeric(column.kind));
    let candidates: Vec<&Values> = numeric
        .flat_map(|column| fitting(feed, column.name, &group.headers))
        .filter_map(|(header, _)| group.values_of(header))
        .collect();
    let n_read =
        |format: NumberFormat| candidates.iter().map(|it| it.n_numbers(format)).sum::<u64>();
    // Of equals the first is taken: the usual one.
    let best = NUMBER_FORMATS.into_iter().rev().max_by_key(|format| n_read(*format));
    best.unwrap_or_default()
}

fn values_fit(values: &Values, fit: Fit, column: &Column, numbers: NumberFormat) -> bool {
    // A column without values does no harm and may be filled tomorrow.
    if values.n_values == 0 {
        return !column.required;
    }
    match column.kind {
        ColumnKind::Text | ColumnKind::Id | ColumnKind::Flag => true,
        // Under a name such as `Sales`, 16.448 is money and whole numbers are units.
        ColumnKind::Quantity if fit == Fit::Likely => {
            values.are_numbers(numbers) && values.are_whole()
        }
        ColumnKind::Money | ColumnKind::Quantity => values.are_numbers(numbers),
        ColumnKind::Rate => values.are_rates(),
        ColumnKind::Integer => values.are_whole(),
        ColumnKind::Day | ColumnKind::Instant => !values.date_formats().is_empty(),
    }
}

fn date_format(values: &Values, kind: ColumnKind) -> Option<DateFormat> {
    if !is_dated(kind) {
        return None;
    }
    let formats = values.date_formats();
    let iso = formats.iter().find(|format| ***format == DateFormat::Iso);
    let day_first = values.ambiguous_dates().map(|(day_first, _)| day_first);
    let format = iso.copied().or(day_first).or(formats.first().copied())?;
    (*format != DateFormat::Iso).then(|| format.clone())
}
