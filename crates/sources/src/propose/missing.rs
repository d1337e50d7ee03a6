//! What is asked about mandatory columns that no header gives.

use super::columns::is_dated;
use super::dictionary::{Fit, fitting, is_likely_money};
use super::draft::Draft;
use super::group::Group;
use super::question::{Choice, Question};
use crate::ColumnSource;
use shelfcast_retail::{Column, ColumnKind, Feed};

/// More answers are not offered by number.
const MAX_OPTIONS: usize = 9;

/// A question for each mandatory column that neither a header nor a question is about.
pub(super) fn ask_for_missing(group: &Group, draft: &mut Draft) {
    for column in draft.feed.columns().iter().filter(|column| column.required) {
        let known = draft.columns.iter().any(|it| it.column == column.name);
        if !known && draft.question(column.name).is_none() {
            draft.questions.push(ask_for(group, draft, column));
        }
    }
}

fn ask_for(group: &Group, draft: &Draft, column: &'static Column) -> Question {
    let (feed, name, label) = (draft.feed, column.name, group.label());
    let misfits = misfits(group, draft, column);
    let because = match misfits.is_empty() {
        true => String::new(),
        false => format!(": {}", misfits.join("; ")),
    };
    let text = format!(
        "which column of {label} is {feed}.{name}? It looks like {feed}, and no header with \
         values that fit says so{because}"
    );
    let mut options: Vec<(Choice, String)> = money_or_units(group, draft, column)
        .into_iter()
        .chain(unused(group, draft))
        .filter(|header| {
            may_be(group, header, column) || money_or_units(group, draft, column) == Some(header)
        })
        .take(MAX_OPTIONS - 1)
        .filter_map(|header| {
            let example = group.values_of(header).map_or("", |values| values.example.as_str());
            let source = draft.column_of(header, is_dated(column.kind)).ok()?;
            Some((Choice::Column(source), format!("values such as `{example}`")))
        })
        .collect();
    options.extend(in_money(draft, column));
    options.extend(made_up(draft, column));
    let mut question = Question::new(feed, name, label, text).with_options(options);
    question.found = group.headers.join(", ");
    let fixed = match column.kind {
        ColumnKind::Day | ColumnKind::Instant => "a day for all rows as YYYY-MM-DD",
        _ => "a fixed value as { constant = \"...\" }",
    };
    question.allowing(&format!("a header; {fixed}; or leave the file out with {feed}=no"))
}

/// The header that is taken for money and may be units as well.
fn money_or_units<'d>(group: &Group, draft: &'d Draft, column: &Column) -> Option<&'d str> {
    let total = draft.columns.iter().find(|known| known.column == "total")?;
    let header = total.source.header_name().filter(|header| is_likely_money(header))?;
    let is_known = group.values_of(header).is_some();
    (is_known && draft.feed == Feed::Sales && column.name == "quantity").then_some(header)
}

/// What is wrong with the values under headers that name the column.
fn misfits(group: &Group, draft: &Draft, column: &Column) -> Vec<String> {
    let named = fitting(draft.feed, column.name, &group.headers).into_iter();
    let misfit = |(header, _): (&str, Fit)| {
        let values = group.values_of(header)?;
        let (n_good, kind) = match column.kind {
            ColumnKind::Day | ColumnKind::Instant => (values.n_days(), "days"),
            ColumnKind::Quantity | ColumnKind::Money => {
                (values.n_numbers(draft.spec.numbers), "numbers")
            }
            _ => return None,
        };
        let n_values = values.n_values;
        (n_good < n_values).then(|| {
            format!("{} of {n_values} values of `{header}` are no {kind}", n_values - n_good)
        })
    };
    named.filter_map(misfit).collect()
}

fn unused<'g>(group: &'g Group, draft: &Draft) -> impl Iterator<Item = &'g str> {
    let used: Vec<String> = draft
        .columns
        .iter()
        .filter_map(|column| column.source.header_name())
        .chain(draft.questions.iter().filter_map(|question| question.header.as_deref()))
        .map(str::to_owned)
        .collect();
    group
        .headers
        .iter()
        .map(String::as_str)
        .filter(move |header| !used.iter().any(|it| it == header))
}

/// Whether the values of a header are of the kind of a column.
fn may_be(group: &Group, header: &str, column: &Column) -> bool {
    let Some(values) = group.values_of(header).filter(|values| values.n_values > 0) else {
        return false;
    };
    match column.kind {
        ColumnKind::Day | ColumnKind::Instant => !values.date_formats().is_empty(),
        ColumnKind::Quantity => values.are_numeric() && (values.are_whole() || !is_money(header)),
        ColumnKind::Integer => values.are_numeric() && values.are_whole(),
        ColumnKind::Money | ColumnKind::Rate => values.are_numeric(),
        // Numbers with decimals name nothing.
        ColumnKind::Id => {
            values.date_formats().is_empty() && (!values.are_numeric() || values.are_whole())
        }
        ColumnKind::Text | ColumnKind::Flag => true,
    }
}

/// Whether a header is a name of money: weights have decimals as well.
fn is_money(header: &str) -> bool {
    let header = [header.to_owned()];
    let names = |column: &str| !fitting(Feed::Sales, column, &header).is_empty();
    names("unit_price")
        || names("total")
        || !fitting(Feed::Products, "unit_cost", &header).is_empty()
}

/// Money in place of units, where a file has nothing else.
fn in_money(draft: &Draft, column: &Column) -> Option<(Choice, String)> {
    let has = |name: &str| draft.columns.iter().any(|known| known.column == name);
    let is_asked = draft.feed == Feed::Sales && column.name == "quantity";
    (is_asked && has("total") && !has("unit_price")).then(|| {
        let source = ColumnSource::Computed("total".to_owned());
        (Choice::Column(source), "money in place of units: demand is forecast in money".to_owned())
    })
}

/// Answers that no single header gives.
fn made_up(draft: &Draft, column: &Column) -> Option<(Choice, String)> {
    let has = |name: &str| draft.columns.iter().any(|known| known.column == name);
    let (source, reason) = match (draft.feed, column.name) {
        (Feed::Sales, "quantity") if has("total") && has("unit_price") => (
            ColumnSource::Computed("round(total / unit_price)".to_owned()),
            "what was paid by the price of one",
        ),
        (Feed::Sales, "quantity") => {
            (ColumnSource::Constant("1".to_owned()), "each row is one unit sold")
        }
        (_, "product_id") => {
            (ColumnSource::Constant("all".to_owned()), "all products together, as one")
        }
        _ => return None,
    };
    Some((Choice::Column(source), reason.to_owned()))
}
