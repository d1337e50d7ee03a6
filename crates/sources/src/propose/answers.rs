//! Answers to the questions of a proposal.

use super::draft::Draft;
use super::question::Choice;
use super::{Certainty, ProposedColumn};
use crate::{ColumnSource, DateFormat, NumberFormat};
use serde::Deserialize;
use shelfcast_retail::{Column, ColumnKind, Day, Feed, Frequency};

/// What a person said about the files.
///
/// Each text is `feed.column=value`, or `file:feed.column=value` where `file` is
/// a file's name without its extensions. The value is the number of one of the
/// question's options, a header, a date format, or a source as configurations
/// have it: `{ constant = "main" }`. `feed=no` declines a feed,
/// `feed.numbers=1.234,50` shows how numbers are written, and
/// `feed.period=week` says what a row stands for. `feed.ignore=1997-11-01` leaves out
/// one of the headers that become rows, and `file:feed=no` declines a single file.
///
/// ```
/// use shelfcast_sources::{Answers, propose_with};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("sold.csv");
/// # std::fs::write(&path, "Invoice No;Item ID;Qty;Invoice Date\n1;A;2;03/04/2024\n")?;
/// let files = [path];
/// let asked = propose_with(&files, &Answers::default())?;
/// assert_eq!(asked.questions[0].id, "sales.sold_at");
/// let answered = propose_with(&files, &Answers::new(["sales.sold_at=%d/%m/%Y"]))?;
/// assert!(answered.is_certain());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    answers: Vec<Answer>,
    misread: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    text: String,
    /// The file it is about, when it says so.
    stem: Option<String>,
    feed: Feed,
    /// A column of the feed, `numbers`, `period` or `ignore`; `None`: the feed itself.
    column: Option<String>,
    value: String,
}

impl Answers {
    /// Takes the answers as they were typed. What is no answer comes back as a
    /// [misfit](super::Proposal::unused_answers) of the proposal.
    pub fn new<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let mut answers = Self::default();
        for text in texts {
            match Answer::read(text.as_ref()) {
                Ok(answer) => answers.answers.push(answer),
                Err(reason) => answers.misread.push(reason),
            }
        }
        answers
    }

    pub(super) fn declines(&self, draft: &Draft) -> bool {
        self.answers.iter().any(|answer| answer.declines(draft))
    }

    /// The feeds that the answers say a file holds.
    pub(super) fn feeds_of(&self, stem: &str) -> Vec<Feed> {
        let of_file = |answer: &&Answer| answer.column.is_some() && answer.names(stem);
        self.answers.iter().filter(of_file).map(|answer| answer.feed).collect()
    }

    /// Puts the answers into the drafts; gives a sentence for each that fits none.
    pub(super) fn apply(&self, drafts: &mut [Draft], declined: &[Draft]) -> Vec<String> {
        let mut unused = self.misread.clone();
        for answer in &self.answers {
            let taken = match answer.column {
                None => declined
                    .iter()
                    .any(|draft| answer.declines(draft))
                    .then_some(())
                    .ok_or_else(|| format!("`{}`: no file holds {}", answer.text, answer.feed)),
                Some(_) => answer.apply(drafts),
            };
            unused.extend(taken.err().map(|reason| format!("{reason}; {}", open(drafts))));
        }
        unused
    }
}

fn open(drafts: &[Draft]) -> String {
    let ids = drafts.iter().flat_map(|draft| &draft.questions).map(|question| question.id.clone());
    let ids: Vec<String> = ids.collect();
    match ids.is_empty() {
        true => "no question is open".to_owned(),
        false => format!("open questions are {}", ids.join(", ")),
    }
}

impl Answer {
    fn read(text: &str) -> Result<Self, String> {
        let misread = |reason: &str| format!("`{text}` is no answer: {reason}");
        let (target, value) = text
            .split_once('=')
            .ok_or_else(|| misread("write feed.column=value, such as sales.sold_at=%d/%m/%Y"))?;
        let (stem, target) = match target.rsplit_once(':') {
            Some((stem, target)) => (Some(stem.trim().to_lowercase()), target),
            None => (None, target),
        };
        let (feed, column) = match target.trim().split_once('.') {
            Some((feed, column)) => (feed, Some(column)),
            None => (target.trim(), None),
        };
        let feed: Feed = feed.parse().map_err(|error| misread(&format!("{error}")))?;
        let known = |name: &str| {
            feed.column(name).is_some() || ["numbers", "period", "ignore"].contains(&name)
        };
        if let Some(column) = column.filter(|name| !known(name)) {
            let names: Vec<&str> = feed.columns().iter().map(|column| column.name).collect();
            let names = names.join(", ");
            return Err(misread(&format!("{feed} has no column `{column}`: allowed are {names}")));
        }
        if column.is_none() && value.trim() != "no" {
            return Err(misread("a feed alone can only be declined, with `no`"));
        }
        let (column, value) = (column.map(str::to_owned), value.trim().to_owned());
        Ok(Self { text: text.to_owned(), stem, feed, column, value })
    }

    fn declines(&self, draft: &Draft) -> bool {
        self.column.is_none() && self.concerns(draft)
    }

    /// Whether it says that it is about this file.
    fn names(&self, stem: &str) -> bool {
        self.stem.as_deref() == Some(stem)
    }

    fn concerns(&self, draft: &Draft) -> bool {
        draft.feed == self.feed && self.stem.as_deref().is_none_or(|stem| stem == draft.stem)
    }

    fn apply(&self, drafts: &mut [Draft]) -> Result<(), String> {
        let mut concerned: Vec<&mut Draft> =
            drafts.iter_mut().filter(|draft| self.concerns(draft)).collect();
        let by_number = self.value.parse::<usize>().is_ok();
        if by_number && concerned.len() > 1 {
            let stems: Vec<&str> = concerned.iter().map(|draft| draft.stem.as_str()).collect();
            return Err(format!(
                "`{}` may be about {}: write {}:{}",
                self.text,
                stems.join(" or "),
                stems[0],
                self.text
            ));
        }
        let mut refusal = format!("`{}`: no file holds {}", self.text, self.feed);
        let mut taken = false;
        for draft in &mut concerned {
            match self.settle(draft) {
                Ok(()) => taken = true,
                Err(reason) => refusal = format!("`{}`: {reason}", self.text),
            }
        }
        if taken { Ok(()) } else { Err(refusal) }
    }

    fn settle(&self, draft: &mut Draft) -> Result<(), String> {
        let name = self.column.as_deref().unwrap_or_default();
        match (name, self.feed.column(name)) {
            ("period", _) => {
                draft.spec.period =
                    self.value.parse::<Frequency>().map_err(|error| error.to_string())?;
                Ok(())
            }
            ("ignore", _) => draft.ignore(&self.value),
            (_, None) => {
                draft.spec.numbers = self.numbers(draft)?;
                draft.close("numbers");
                Ok(())
            }
            (_, Some(column)) => {
                let source = self.source(draft, column)?;
                draft.answer(column.name, source, &self.text);
                Ok(())
            }
        }
    }

    fn numbers(&self, draft: &Draft) -> Result<NumberFormat, String> {
        if let Some(Choice::Numbers(numbers)) = self.option(draft, "numbers")? {
            return Ok(numbers);
        }
        shown_format(&self.value).ok_or_else(|| {
            format!("`{}` shows no decimals: write a number such as 1.234,50", self.value)
        })
    }

    fn option(&self, draft: &Draft, column: &str) -> Result<Option<Choice>, String> {
        let (Some(question), Ok(number)) = (draft.question(column), self.value.parse::<usize>())
        else {
            return Ok(None);
        };
        if question.options.is_empty() {
            return Ok(None);
        }
        let option = number.checked_sub(1).and_then(|index| question.options.get(index));
        let n_options = question.options.len();
        option
            .map(|(choice, _)| Some(choice.clone()))
            .ok_or_else(|| format!("the options are 1 to {n_options}"))
    }

    /// Where the column comes from, by what is typed.
    fn source(&self, draft: &Draft, column: &Column) -> Result<ColumnSource, String> {
        let value = self.value.as_str();
        if let Some(Choice::Column(source)) = self.option(draft, column.name)? {
            return Ok(source);
        }
        if value.starts_with(['{', '"', '\'']) {
            return in_toml(value);
        }
        let is_dated = matches!(column.kind, ColumnKind::Day | ColumnKind::Instant);
        if let Some(header) = draft.headers.iter().find(|header| header.as_str() == value) {
            return draft.column_of(header, is_dated);
        }
        if is_dated {
            if let Ok(day) = value.parse::<Day>() {
                return Ok(ColumnSource::Constant(day.to_string()));
            }
            if let Ok(format) = value.parse::<DateFormat>() {
                let header = draft.dated_header(column.name).ok_or_else(|| {
                    format!("name the header, too: {{ column = \"...\", format = \"{format}\" }}")
                })?;
                return Ok(ColumnSource::dates(header, format));
            }
        }
        let folded = draft.headers.iter().find(|it| it.to_lowercase() == value.to_lowercase());
        match folded {
            Some(header) => draft.column_of(header, is_dated),
            None => Err(format!(
                "`{value}` is no header of the file, no format and no source: the headers are {}; \
                 a fixed value is written {{ constant = \"{value}\" }}",
                draft.headers.join(", ")
            )),
        }
    }
}

#[derive(Deserialize)]
struct Line {
    value: ColumnSource,
}

fn in_toml(value: &str) -> Result<ColumnSource, String> {
    let line: Line = toml::from_str(&format!("value = {value}"))
        .map_err(|error| format!("`{value}` is no source: {}", error.message()))?;
    Ok(line.value)
}

/// The format of a number that shows its marks: `1.234,50`, `1234.50`, `1 234,50`.
fn shown_format(text: &str) -> Option<NumberFormat> {
    let marks: Vec<char> = text.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    let format = match *marks.as_slice() {
        [decimal_mark] => NumberFormat { decimal_mark, thousands_mark: None },
        [thousands_mark, .., decimal_mark] if thousands_mark != decimal_mark => {
            NumberFormat { decimal_mark, thousands_mark: Some(thousands_mark) }
        }
        _ => return None,
    };
    (format.validate().is_ok() && format.parts(text).is_some()).then_some(format)
}

impl Draft {
    /// Leaves out a header that would become rows.
    fn ignore(&mut self, header: &str) -> Result<(), String> {
        let Some(wide) = &mut self.spec.wide else {
            return Err("no headers of the file become rows".to_owned());
        };
        if !self.wide_headers.iter().any(|known| known == header) {
            let (first, last) = (self.wide_headers.first(), self.wide_headers.last());
            return Err(format!(
                "`{header}` is no header that becomes rows: these are `{}` to `{}`",
                first.map_or("", String::as_str),
                last.map_or("", String::as_str)
            ));
        }
        if !wide.ignore.iter().any(|known| known == header) {
            wide.ignore.push(header.to_owned());
        }
        Ok(())
    }

    /// Takes an answer to a question, or in place of what was proposed.
    fn answer(&mut self, name: &'static str, source: ColumnSource, text: &str) {
        if let Some(DateFormat::Numbered(periods)) = source.date_format() {
            self.spec.period = periods.period();
        }
        self.close(name);
        let header = source.header_name().map(str::to_owned);
        self.columns.retain(|known| {
            let same = header.is_some() && known.source.header_name() == header.as_deref();
            known.column != name && (!same || known.certainty == Certainty::Certain)
        });
        self.columns.push(ProposedColumn {
            column: name,
            source,
            certainty: Certainty::Certain,
            reason: format!("answered: {text}"),
            assumption: None,
        });
    }
}
