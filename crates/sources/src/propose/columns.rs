//! One column of a feed out of a file: the header that fits, if its values do.

use super::dictionary::{Fit, copies, fitting};
use super::group::Group;
use super::question::{Choice, Question, day_in_words};
use super::values::{NUMBER_FORMATS, RIVALS, Values};
use super::{Certainty, ProposedColumn};
use crate::{ColumnSource, DateFormat, HeaderSource, NumberFormat};
use shelfcast_retail::{Column, ColumnKind, Feed, Frequency};

/// The columns of a feed that a group of files has.
pub(super) struct Mapping {
    pub(super) feed: Feed,
    pub(super) columns: Vec<ProposedColumn>,
    pub(super) questions: Vec<Question>,
    pub(super) numbers: NumberFormat,
    pub(super) null_texts: Vec<String>,
    /// What a row stands for, where the columns of its day say so.
    pub(super) period: Option<Frequency>,
    /// The header that names a product whose code stands beside it.
    named: Option<String>,
}

impl Mapping {
    pub(super) fn new(group: &Group, feed: Feed) -> Self {
        let (numbers, rival) = number_format(group, feed);
        let (columns, questions) = (Vec::new(), Vec::new());
        let null_texts = Vec::new();
        let mut mapping =
            Self { feed, columns, questions, numbers, null_texts, period: None, named: None };
        for column in feed.columns() {
            mapping.map(group, column);
        }
        mapping.map_year_parts(group);
        if let Some(rival) = rival {
            mapping.ask_about_numbers(group, rival);
        }
        mapping
    }

    /// Whether the files have the column, or at least a header that a question is about.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.column == column)
            || self.questions.iter().any(|question| question.column == column)
    }

    pub(super) fn header_of(&self, column: &str) -> Option<&str> {
        let proposed = self.columns.iter().find(|known| known.column == column);
        let header = proposed.and_then(|known| known.source.header_name());
        header.or_else(|| {
            let asked = self.questions.iter().find(|question| question.column == column)?;
            asked.header.as_deref()
        })
    }

    /// The headers that it reads or asks about, in the feed's order.
    pub(super) fn used(&self) -> Vec<&str> {
        let columns = self.feed.columns().iter();
        columns.filter_map(|column| self.header_of(column.name)).collect()
    }

    /// Among events a price is one at which it was sold once, not its price.
    pub(super) fn forget_money(&mut self) {
        let feed = self.feed;
        let is_money =
            |name: &str| feed.column(name).is_some_and(|column| column.kind == ColumnKind::Money);
        self.columns.retain(|column| !is_money(column.column));
    }

    /// Among events a bare `Name` is anybody's: an order's, a customer's.
    pub(super) fn forget_bare_name(&mut self) {
        self.columns.retain(|column| !column.source.header_name().is_some_and(is_bare_name));
    }

    pub(super) fn forget(&mut self, names: &[&str]) {
        self.columns.retain(|column| !names.contains(&column.column));
        self.questions.retain(|question| !names.contains(&question.column));
    }

    fn claims(&self, header: &str) -> bool {
        self.columns.iter().any(|known| known.source.header_name() == Some(header))
            || self.questions.iter().any(|asked| asked.header.as_deref() == Some(header))
    }

    fn map(&mut self, group: &Group, column: &'static Column) {
        let mut candidates: Vec<(&str, Fit, &Values)> =
            fitting(self.feed, column.name, &group.headers)
                .into_iter()
                .filter(|(header, _)| !self.claims(header))
                .filter_map(|(header, fit)| Some((header, fit, group.values_of(header)?)))
                .collect();
        if self.feed == Feed::Sales && column.name == "product_id" {
            // What is another in each row names the row; products are sold again.
            candidates
                .sort_by_key(|(_, fit, values)| (*fit, *fit == Fit::Weak && !values.repeat()));
        }
        if column.name == "name" {
            // `Item name` says more than `Name`.
            candidates.sort_by_key(|(header, fit, _)| (is_bare_name(header), *fit));
        }
        let numbers = self.numbers;
        let fits = |(header, fit, values): &&(&str, Fit, &Values)| {
            values_fit(values, *fit, column, numbers) && !is_misread(column, header, *fit, values)
        };
        let Some(&(header, fit, values)) = candidates.iter().find(fits) else {
            self.map_otherwise(group, column, &candidates);
            return;
        };
        if column.name == "product_id"
            && fit == Fit::Likely
            && let Some(code) = code_beside(group, header, values)
        {
            self.map_code(column, code, header);
            return;
        }
        let copies = copies(header, &group.headers);
        if !copies.is_empty() {
            let is_meant = |it: &&(&str, Fit, &Values)| fits(it) && copies.contains(&it.0);
            let meant =
                candidates.iter().filter(is_meant).map(|(copy, _, values)| (*copy, *values));
            self.ask_which_copy(group, column, meant.collect());
            return;
        }
        let formats = values.date_formats();
        let is_iso = formats.contains(&&DateFormat::Iso);
        if is_dated(column.kind) && formats.len() > 1 && !is_iso {
            self.ask_about_dates(group, column, header, values);
            return;
        }
        if self.map_weeks(group, column, header) {
            return;
        }
        let format = formats.first().filter(|_| is_dated(column.kind) && !is_iso);
        let format = format.map(|format| (*format).clone());
        self.note_null_texts(values, column);
        // A name for want of a better one is no rival of one that fits, nor is a column with
        // blanks of one that has a value in each row, where each row needs one.
        let lacks = |rival: &Values| column.required && values.n_blank == 0 && rival.n_blank > 0;
        let is_rival =
            |it: &&(&str, Fit, &Values)| (it.1 < Fit::Weak || fit == Fit::Weak) && !lacks(it.2);
        let rivals = candidates.iter().filter(fits).filter(is_rival).map(|(rival, ..)| *rival);
        let alone = !rivals
            .filter(|rival| *rival != header)
            .any(|rival| !self.means_another(rival, column, group));
        let (certainty, because) = match fit {
            Fit::Canonical | Fit::Sure => (Certainty::Certain, ""),
            Fit::Likely if alone && values.n_values > 0 && !self.doubts(column, header) => {
                (Certainty::Certain, "; no other header could be it")
            }
            Fit::Likely | Fit::Weak => (Certainty::Likely, ""),
        };
        let reason = self.reason(header, fit, values, column.kind, format.as_ref());
        self.columns.push(ProposedColumn {
            column: column.name,
            reason: format!("{reason}{because}"),
            source: ColumnSource::Column(HeaderSource {
                header: header.to_owned(),
                format,
                ..HeaderSource::default()
            }),
            certainty,
            assumption: is_unit_unsaid(column, fit)
                .then(|| format!("{header} is read as days: no header says its unit"))
                .or_else(|| of_no_place(column, header, values)),
        });
    }

    /// A bare `Code` beside the name of what it is the code of.
    fn map_code(&mut self, column: &'static Column, code: &str, name: &str) {
        self.named = Some(name.to_owned());
        self.columns.push(ProposedColumn {
            column: column.name,
            source: ColumnSource::header(code),
            certainty: Certainty::Certain,
            reason: format!(
                "`{code}` stands beside `{name}` and has as many different values: it is its code"
            ),
            assumption: None,
        });
    }

    /// What stands beside the code of a product is its name, where no header says so.
    pub(super) fn map_name(&mut self, column: &'static Column) {
        let Some(header) = self.named.clone().filter(|_| self.feed == Feed::Products) else {
            return;
        };
        self.columns.push(ProposedColumn {
            column: column.name,
            reason: format!("`{header}` stands beside the code of a product"),
            source: ColumnSource::header(&header),
            certainty: Certainty::Certain,
            assumption: None,
        });
    }

    /// Whether a header surely means another column of the feed.
    fn means_another(&self, header: &str, column: &Column, group: &Group) -> bool {
        let others = self.feed.columns().iter().filter(|other| other.name != column.name);
        let mut names = others.flat_map(|other| fitting(self.feed, other.name, &group.headers));
        names.any(|(known, fit)| known == header && fit <= Fit::Sure)
    }

    /// `Sales` without a product may be money, and without units it may be these.
    fn doubts(&self, column: &Column, header: &str) -> bool {
        let needed = match column.name {
            "quantity" => "product_id",
            "total" => "quantity",
            _ => return false,
        };
        super::dictionary::is_likely_money(header) && !self.has(needed)
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
            Fit::Weak => format!("no header names it; `{header}` comes nearest"),
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
            ColumnKind::Rate => ("numbers from 0 to 1".to_owned(), values.n_values),
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

    /// Asks which of the columns of one name is meant, and how its dates are written.
    fn ask_which_copy(
        &mut self,
        group: &Group,
        column: &'static Column,
        copies: Vec<(&str, &Values)>,
    ) {
        let Some((header, values)) = copies.first().copied() else { return };
        let n_copies = super::dictionary::copies(header, &group.headers).len();
        let label = group.label();
        let text = format!(
            "{n_copies} columns of {label} have one name: which of them is {}.{}?",
            self.feed, column.name
        );
        let mut options = Vec::new();
        for (copy, values) in copies {
            let place = group.headers.iter().position(|known| known == copy).unwrap_or(0) + 1;
            let seen = format!("column {place}, values such as `{}`", values.example);
            let formats = values.date_formats();
            if !is_dated(column.kind) || formats.contains(&&DateFormat::Iso) {
                options.push((Choice::Column(ColumnSource::header(copy)), seen));
                continue;
            }
            let example = values.telling_day(&formats);
            options.extend(formats.into_iter().map(|format| {
                let source = ColumnSource::dates(copy, format.clone());
                let day = day_in_words(format, example);
                (Choice::Column(source), format!("column {place}, {day}"))
            }));
        }
        // About no single header: a date format alone is no answer to it.
        let mut question = Question::new(self.feed, column.name, label, text);
        question.found = format!("`{header}` has values such as `{}`", values.example);
        self.questions.push(question.with_options(options));
    }

    fn ask_about_dates(
        &mut self,
        group: &Group,
        column: &'static Column,
        header: &str,
        values: &Values,
    ) {
        let text =
            format!("does `{header}` of {} write the day or the month first?", group.label());
        let example = values.telling_day(&values.date_formats());
        let found = format!("{} values such as `{example}`", values.n_values);
        let option = |format: &&DateFormat| {
            let source = ColumnSource::dates(header, (*format).clone());
            (Choice::Column(source), day_in_words(format, example))
        };
        let question = Question::new(self.feed, column.name, group.label(), text)
            .about(header, found)
            .with_options(values.date_formats().iter().map(option).collect());
        self.questions.push(question);
    }

    /// Asks for the decimal mark, and holds back what cannot be read without it.
    fn ask_about_numbers(&mut self, group: &Group, rival: usize) {
        let feed = self.feed;
        let is_open = |known: &ProposedColumn| {
            let kind = feed.column(known.column).map(|column| column.kind);
            let values = known.source.header_name().and_then(|header| group.values_of(header));
            kind.is_some_and(is_numeric) && values.is_some_and(|values| values.are_rival(rival))
        };
        let mut header = None;
        for known in self.columns.iter_mut().filter(|known| is_open(known)) {
            known.certainty = Certainty::Question;
            header = header.or(known.source.header_name().map(str::to_owned));
        }
        let Some(header) = header else { return };
        let example = group.values_of(&header).map_or("", |values| values.example.as_str());
        self.questions.push(ask_for_mark(group, feed, &header, example, rival));
    }

    fn note_null_texts(&mut self, values: &Values, column: &Column) {
        let is_mostly_null = values.n_blank > values.n_values;
        if matches!(column.kind, ColumnKind::Text) && !is_mostly_null {
            return;
        }
        for null in &values.null_texts {
            if !self.null_texts.iter().any(|known| known == null) {
                self.null_texts.push((*null).to_owned());
            }
        }
    }
}

/// Headers of codes that do not say of what, as the dictionary folds them.
const CODE_WORDS: [&str; 12] =
    ["code", "codigo", "cod", "no", "nr", "number", "nummer", "numero", "num", "ref", "kode", "id"];

/// The header beside one that names products which has the codes of them: as many different
/// values, where those of the other are no codes themselves.
fn code_beside<'g>(group: &'g Group, header: &str, values: &Values) -> Option<&'g str> {
    let at = group.headers.iter().position(|known| known == header)?;
    let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
    let mut found = beside.filter_map(|at| group.headers.get(at).zip(group.values.get(at)));
    let is_code =
        |header: &str| CODE_WORDS.contains(&super::dictionary::normalise(header).as_str());
    let fits = |(header, codes): &(&String, &Values)| {
        is_code(header) && codes.n_blank == 0 && codes.n_different() == values.n_different()
    };
    let (code, _) = found.find(fits).filter(|_| !values.are_whole() && values.n_values > 0)?;
    Some(code)
}

/// The question which of two [`RIVALS`] a file is written in.
pub(super) fn ask_for_mark(
    group: &Group,
    feed: Feed,
    header: &str,
    example: &str,
    rival: usize,
) -> Question {
    let label = group.label();
    let text = format!("is the mark in the numbers of {label} a decimal or a thousands mark?");
    let option = |place: usize| {
        let format = NUMBER_FORMATS[place];
        let what = match format.thousands_mark {
            None => format!("`{}` stands before decimals", format.decimal_mark),
            Some(mark) => format!("`{mark}` stands between thousands"),
        };
        (Choice::Numbers(format), what)
    };
    let found = format!(
        "`{header}` has values such as `{example}`, and every mark stands before three digits"
    );
    let (left, right) = RIVALS[rival];
    Question::new(feed, "numbers", label, text)
        .about(header, found)
        .with_options(vec![option(left), option(right)])
        .allowing("or a number that shows both marks, such as 1.234,50")
}

pub(super) fn ask_for_periods(
    group: &Group,
    feed: Feed,
    column: &'static Column,
    header: &str,
    values: &Values,
) -> Question {
    let unit = match super::dictionary::normalise(header) {
        name if name.starts_with(['w', 's']) => "week",
        name if name.starts_with('d') => "day",
        _ => "month",
    };
    let first = values.smallest.unwrap_or(0);
    let text = format!(
        "`{header}` of {} counts periods: on which day did number {first} begin, and is each a \
         day, a week or a month?",
        group.label()
    );
    let found = format!("{} whole numbers from {first}", values.n_values);
    Question::new(feed, column.name, group.label(), text).about(header, found).allowing(&format!(
        "`{unit} {first} = YYYY-MM-DD`, the day on which {unit} {first} began, as in \
         --answer '{feed}.{}={unit} {first} = 2024-01-01'; or day, week or month with any other \
         number",
        column.name
    ))
}

/// Times that are told as those of no place.
fn of_no_place(column: &Column, header: &str, values: &Values) -> Option<String> {
    let formats = values.date_formats();
    let is_utc = formats.iter().any(|format| match format {
        DateFormat::EpochSeconds | DateFormat::EpochMilliseconds => true,
        DateFormat::Iso => values.example.ends_with('Z') || values.example.ends_with("UTC"),
        _ => false,
    });
    (column.kind == ColumnKind::Instant && is_utc).then(|| {
        format!("{header} is in UTC, and so are the days of its rows: the files name no time zone")
    })
}

/// Whether a header names a time without its unit.
fn is_unit_unsaid(column: &Column, fit: Fit) -> bool {
    fit == Fit::Weak && column.name.ends_with("_days")
}

pub(super) fn is_dated(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Day | ColumnKind::Instant)
}

fn is_numeric(kind: ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Money | ColumnKind::Quantity | ColumnKind::Rate | ColumnKind::Integer
    )
}

/// The format that reads the most values under headers that ask for numbers, and
/// the pair of [`RIVALS`] between which no value of the file decides.
fn number_format(group: &Group, feed: Feed) -> (NumberFormat, Option<usize>) {
    let numeric = feed.columns().iter().filter(|column| is_numeric(column.kind));
    let named: Vec<&Values> = numeric
        .flat_map(|column| fitting(feed, column.name, &group.headers))
        .filter_map(|(header, _)| group.values_of(header))
        .collect();
    format_of(&named, &group.values)
}

/// The format of some columns; the others of the file decide what they leave open.
pub(super) fn format_of(named: &[&Values], all: &[Values]) -> (NumberFormat, Option<usize>) {
    let n_read = |format: NumberFormat| named.iter().map(|it| it.n_numbers(format)).sum::<u64>();
    // Of equals the first is taken: the usual one.
    let best = NUMBER_FORMATS.into_iter().rev().max_by_key(|format| n_read(*format));
    let best = best.unwrap_or_default();
    let rival = RIVALS.iter().position(|(left, right)| {
        let (left, right) = (NUMBER_FORMATS[*left], NUMBER_FORMATS[*right]);
        n_read(left) == n_read(right) && (best == left || best == right)
    });
    let Some(rival) = rival.filter(|pair| named.iter().any(|values| values.are_rival(*pair)))
    else {
        return (best, None);
    };
    let (left, right) = (NUMBER_FORMATS[RIVALS[rival].0], NUMBER_FORMATS[RIVALS[rival].1]);
    let numeric = || all.iter().filter(|values| values.are_numeric() && values.n_values > 0);
    let n_all = |format: NumberFormat| numeric().map(|it| it.n_numbers(format)).sum::<u64>();
    match n_all(left).cmp(&n_all(right)) {
        std::cmp::Ordering::Greater => (left, None),
        std::cmp::Ordering::Less => (right, None),
        std::cmp::Ordering::Equal => (left, Some(rival)),
    }
}

pub(super) fn is_bare_name(header: &str) -> bool {
    super::dictionary::normalise(header) == "name"
}

/// A name that fits for want of a better one must at least look like an id.
fn is_misread(column: &Column, header: &str, fit: Fit, values: &Values) -> bool {
    match (column.name, super::dictionary::normalise(header).as_str()) {
        // `#1001` is no name of anybody.
        ("sale_id", "name") => !values.example.starts_with('#'),
        // Retailers number their brands; most brands are names.
        (_, "brand") => fit == Fit::Weak && !values.are_whole(),
        _ => false,
    }
}

fn values_fit(values: &Values, fit: Fit, column: &Column, numbers: NumberFormat) -> bool {
    // A column without values does no harm and may be filled tomorrow.
    if values.n_values == 0 {
        return !column.required;
    }
    match column.kind {
        ColumnKind::Text | ColumnKind::Id | ColumnKind::Flag => true,
        // Under a name such as `Sales`, 16.448 is money and whole numbers are units. What lies on a
        // shelf is counted, some of it in kilograms.
        ColumnKind::Quantity if fit == Fit::Likely && column.name != "on_hand" => {
            values.are_numbers(numbers) && values.are_whole()
        }
        ColumnKind::Money | ColumnKind::Quantity => values.are_numbers(numbers),
        ColumnKind::Rate => values.are_rates(),
        ColumnKind::Integer => values.are_whole(),
        ColumnKind::Day | ColumnKind::Instant => !values.date_formats().is_empty(),
    }
}
