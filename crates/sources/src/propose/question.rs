//! What a person is asked, and the answers there are.

use crate::{ColumnSource, DateFormat, HeaderSource, NumberFormat};
use shelfcast_retail::Feed;
use std::fmt;

/// Something that headers and values do not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What an answer calls it: `sales.sold_at`, or `sales.numbers`.
    pub id: String,
    /// The file, or the first of its kind.
    pub file: String,
    /// The feed it is about.
    pub feed: Feed,
    /// The column it is about; `numbers` for how a file writes numbers.
    pub column: &'static str,
    /// The header it is about, if it is about one.
    pub header: Option<String>,
    /// What the file has.
    pub found: String,
    /// The possible answers, in words.
    pub allowed: String,
    /// The question in one sentence.
    pub text: String,
    /// Answers that can be given by their number, from 1, each with its reason.
    pub options: Vec<(Choice, String)>,
}

/// One of the possible answers to a question.
///
/// Its text is the value of a line in a configuration.
///
/// ```
/// use shelfcast_sources::{Choice, ColumnSource};
/// let day_first = ColumnSource::dates("Order Date", "%d/%m/%Y".parse()?);
/// assert_eq!(
///     Choice::Column(day_first).to_string(),
///     r#"{ column = "Order Date", format = "%d/%m/%Y" }"#,
/// );
/// # Ok::<(), shelfcast_sources::SourceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Where a column comes from.
    Column(ColumnSource),
    /// How a source writes numbers.
    Numbers(NumberFormat),
}

impl fmt::Display for Choice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(source) => formatter.write_str(&column_text(source)),
            Self::Numbers(numbers) => {
                let mut pairs = vec![("decimal_mark", quoted(&numbers.decimal_mark.to_string()))];
                pairs.extend(
                    numbers.thousands_mark.map(|it| ("thousands_mark", quoted(&it.to_string()))),
                );
                formatter.write_str(&table(&pairs))
            }
        }
    }
}

fn column_text(source: &ColumnSource) -> String {
    match source {
        ColumnSource::Column(HeaderSource { header, format: None, extract: None, blank: None }) => {
            quoted(header)
        }
        ColumnSource::Column(HeaderSource { header, format, extract, blank }) => {
            let mut pairs = vec![("column", quoted(header))];
            pairs.extend(format.as_ref().map(|it| ("format", quoted(&it.to_string()))));
            pairs.extend(extract.as_ref().map(|it| ("extract", quoted(it))));
            pairs.extend(blank.as_ref().map(|it| ("blank", quoted(it))));
            table(&pairs)
        }
        ColumnSource::Constant(text) => table(&[("constant", quoted(text))]),
        ColumnSource::RowKey => "{ row_key = true }".to_owned(),
        ColumnSource::Computed(text) => table(&[("compute", quoted(text))]),
        ColumnSource::FileName { pattern, format } => {
            let mut pairs = vec![("file_name", quoted(pattern))];
            pairs.extend(format.as_ref().map(|it| ("format", quoted(&it.to_string()))));
            table(&pairs)
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn table(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", pairs.join(", "))
}

impl Question {
    /// A question about a column of a feed, without options yet.
    pub(super) fn new(feed: Feed, column: &str, file: String, text: String) -> Self {
        let name = feed.column(column).map_or("numbers", |known| known.name);
        Self {
            id: format!("{feed}.{name}"),
            file,
            feed,
            column: name,
            header: None,
            found: String::new(),
            allowed: String::new(),
            text,
            options: Vec::new(),
        }
    }

    pub(super) fn about(mut self, header: &str, found: String) -> Self {
        self.header = Some(header.to_owned());
        self.found = found;
        self
    }

    pub(super) fn with_options(mut self, options: Vec<(Choice, String)>) -> Self {
        let lines = options
            .iter()
            .enumerate()
            .map(|(index, (choice, reason))| format!("{}: {choice} ({reason})", index + 1));
        let lines: Vec<String> = lines.collect();
        self.allowed = lines.join("; ");
        self.options = options;
        self
    }

    /// Says in words what else may be answered.
    pub(super) fn allowing(mut self, text: &str) -> Self {
        if !self.allowed.is_empty() {
            self.allowed.push_str("; ");
        }
        self.allowed.push_str(text);
        self
    }

    /// How the answer is given on the command line.
    pub fn hint(&self) -> String {
        match self.options.is_empty() {
            true => format!("--answer '{}=...'", self.id),
            false => format!("--answer {}=1", self.id),
        }
    }
}

/// What a date format makes of a text, for people: `3 April 2024`.
pub(super) fn day_in_words(format: &DateFormat, text: &str) -> String {
    let Some(day) = format.day(text) else { return format.to_string() };
    let (year, month, date) = day.ymd();
    let name = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(month - 1).ok().and_then(|index| name.get(index));
    format!("`{text}` is {date} {} {year}", month.unwrap_or(&""))
}
