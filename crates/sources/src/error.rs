use crate::header::FIRST_OF_SEVERAL;
use std::path::PathBuf;

/// Why a file could not be read or a source could not be understood.
///
/// Bad *rows* are not errors: they travel with the rows (see
/// [`TextChunk::ragged`](crate::TextChunk::ragged)) and are judged by a contract.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant names its fields")]
pub enum SourceError {
    #[error("cannot open {path}: {source}")]
    Open { path: PathBuf, source: std::io::Error },
    #[error("cannot read {file} past byte {offset}: {source}")]
    Read { file: String, offset: u64, source: std::io::Error },
    #[error("{file} is empty: found no text, allowed is a header line and rows")]
    Empty { file: String },
    #[error(
        "{file} has a header and no rows: found {headers} column names, allowed is at least one row"
    )]
    HeaderOnly { file: String, headers: usize },
    #[error(
        "{file} is not a text file: found {found}, allowed is delimited text (CSV, TSV), packed with gzip or zstd or not, .xlsx, .xls or Parquet"
    )]
    Binary { file: String, found: String, hint: &'static str },
    #[error(
        "{file} names a column twice: found `{header}` as column {first} and column {second}, allowed is one column a name"
    )]
    DuplicateHeader {
        file: String,
        header: String,
        first: usize,
        second: usize,
        /// What tells the second column from the first.
        second_name: Box<str>,
    },
    /// `quote_row` is the line on which the quote opens that is open at the limit,
    /// `excerpt` the first 4 KiB of the record.
    #[error(
        "{file} has a record that is too long: row {row}, byte {offset}, found more than {limit} bytes{}, allowed are at most {limit}; it begins `{}`",
        opened(*quote_row), beginning(excerpt)
    )]
    RecordTooLong {
        file: String,
        row: u64,
        offset: u64,
        limit: usize,
        quote_row: Option<u64>,
        excerpt: Box<str>,
    },
    /// `quote_row` is the line on which the quote opens, `excerpt` the first
    /// 4 KiB of the record.
    #[error(
        "{file} ends inside quotes: the record that starts on row {row}, byte {offset}, opens a quote on row {quote_row} that nothing closes; it begins `{}`",
        beginning(excerpt)
    )]
    UnclosedQuote { file: String, row: u64, offset: u64, quote_row: u64, excerpt: Box<str> },
    #[error(
        "{file} is not {encoding}: found byte 0x{byte:02X} at byte {offset}, which no {encoding} text has there"
    )]
    Encoding { file: String, encoding: &'static str, offset: u64, byte: u8 },
    #[error("{file} has no column `{header}`, which {target} is read from: found {found}")]
    MissingHeader {
        file: String,
        target: String,
        header: String,
        found: String,
        nearest: Option<Box<str>>,
    },
    #[error("{feed} has no column `{column}`: allowed are {allowed}")]
    UnknownColumn { feed: &'static str, column: String, allowed: String, nearest: Option<Box<str>> },
    #[error("the source of {feed} says nothing of {column}, which every row needs: found {found}")]
    UnmappedColumn { feed: &'static str, column: &'static str, found: String },
    #[error("no file matches `{pattern}` in {folder}")]
    NoFiles { pattern: String, folder: PathBuf },
    #[error("`{pattern}` is not a file pattern: {reason}")]
    FilePattern { pattern: String, reason: String },
    #[error("`{found}` is not a known time zone: allowed are names such as Europe/Berlin or UTC")]
    TimeZone { found: String },
    #[error("`{found}` is not a date format: {reason}")]
    DateFormat { found: String, reason: String },
    #[error(
        "decimal mark `{decimal_mark}` and thousands mark `{thousands_mark}` cannot be told apart from each other, digits or signs"
    )]
    NumberFormat { decimal_mark: char, thousands_mark: char },
    #[error(
        "`{found}` is not a delimiter: allowed is one ASCII character that is no quote, letter, digit or line end"
    )]
    Delimiter { found: char },
    #[error("`{setting}` of a source cannot be {found}: allowed is {allowed}")]
    Setting { setting: &'static str, found: String, allowed: String, hint: &'static str },
    #[error("`{pattern}` of `{setting}` is not a regular expression: {reason}")]
    Pattern { setting: String, pattern: String, reason: String },
    #[error(
        "`{expression}` cannot be computed: found {found} at character {position}, allowed is {allowed}"
    )]
    Expression { expression: String, position: usize, found: String, allowed: &'static str },
    #[error("columns of {feed} are computed from each other: found {found}, allowed is an end")]
    ComputedCycle { feed: &'static str, found: String },
    #[error("{file} has no header on row {row}: found {}, allowed is a row with text", what_row(*found))]
    HeaderRow { file: String, row: u64, found: u64 },
    #[error(
        "{file} is a ZIP archive: found `{found}` in it, allowed are files that are not packed, or with gzip or zstd"
    )]
    Archive { file: String, found: String },
    #[error("{file} cannot be read as a workbook: {reason}, allowed are .xlsx and .xls")]
    Workbook { file: String, reason: String },
    #[error("{file} has no sheet `{sheet}`: allowed are {found}")]
    UnknownSheet { file: String, sheet: String, found: String, nearest: Option<Box<str>> },
    #[error("{file} is too large for a workbook: found {found} bytes, allowed are at most {limit}")]
    FileTooLarge { file: String, found: u64, limit: u64 },
    #[error("{file} cannot be read as a Parquet file: {reason}")]
    Parquet { file: String, reason: String },
    #[error(
        "{file} has a column `{column}` that is no plain value: found {found}, allowed are texts, numbers, days and instants"
    )]
    NestedColumn { file: String, column: String, found: String },
    #[error(
        "the name of {file} does not say {target}: found `{name}`, allowed is what `{pattern}` matches"
    )]
    FileName { file: String, target: String, name: String, pattern: String },
    #[error("{file} has no column that `{pattern}` matches: found {found}")]
    NoWideHeader { file: String, pattern: String, found: String },
    #[error(
        "{file} has a column `{header}`, as what is looked up for it in {lookup} has: found it twice, allowed is one column a name"
    )]
    LookupHeader { file: String, header: String, lookup: String },
    #[error(
        "{files} cannot be held to look rows up in: found more than {limit} bytes of keys and values, allowed are at most {limit}"
    )]
    LookupTooLarge { files: String, limit: usize },
    #[error("`{found}` is not a kind of sale: allowed are {allowed}")]
    UnknownKind { found: String, allowed: String, nearest: Option<Box<str>> },
}

/// Characters of a refused record that its message shows.
const SHOWN_CHARACTERS: usize = 200;

fn opened(quote_row: Option<u64>) -> String {
    quote_row.map_or_else(String::new, |row| format!(" inside a quote that opens on row {row}"))
}

fn beginning(excerpt: &str) -> String {
    let visible = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut shown: String = excerpt.chars().take(SHOWN_CHARACTERS).map(visible).collect();
    if excerpt.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push_str("...");
    }
    shown
}

fn what_row(found: u64) -> String {
    match found {
        0 => "no row at all".to_owned(),
        found => format!("text on row {found} only"),
    }
}

impl SourceError {
    /// The stable id of the kind of error, as the documentation lists it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "SC-1001",
            Self::Read { .. } => "SC-1002",
            Self::Empty { .. } => "SC-1003",
            Self::HeaderOnly { .. } => "SC-1004",
            Self::Binary { .. } => "SC-1005",
            Self::DuplicateHeader { .. } => "SC-1006",
            Self::RecordTooLong { .. } => "SC-1007",
            Self::UnclosedQuote { .. } => "SC-1008",
            Self::Encoding { .. } => "SC-1009",
            Self::MissingHeader { .. } => "SC-1010",
            Self::UnknownColumn { .. } => "SC-1011",
            Self::UnmappedColumn { .. } => "SC-1012",
            Self::NoFiles { .. } => "SC-1013",
            Self::FilePattern { .. } => "SC-1014",
            Self::TimeZone { .. } => "SC-1015",
            Self::DateFormat { .. } => "SC-1016",
            Self::NumberFormat { .. } => "SC-1017",
            Self::Delimiter { .. } => "SC-1018",
            Self::Setting { .. } => "SC-1019",
            Self::Pattern { .. } => "SC-1020",
            Self::Expression { .. } => "SC-1021",
            Self::ComputedCycle { .. } => "SC-1022",
            Self::HeaderRow { .. } => "SC-1023",
            Self::Workbook { .. } => "SC-1024",
            Self::UnknownSheet { .. } => "SC-1025",
            Self::FileTooLarge { .. } => "SC-1026",
            Self::Parquet { .. } => "SC-1027",
            Self::NestedColumn { .. } => "SC-1028",
            Self::FileName { .. } => "SC-1029",
            Self::NoWideHeader { .. } => "SC-1030",
            Self::UnknownKind { .. } => "SC-1031",
            Self::Archive { .. } => "SC-1032",
            Self::LookupHeader { .. } => "SC-1033",
            Self::LookupTooLarge { .. } => "SC-1034",
        }
    }

    /// Whether the *data* is at fault (a file refused) rather than the machine or the configuration.
    pub fn is_refused_file(&self) -> bool {
        if let Self::Read { source, .. } = self {
            // What the system did not say, an archive that is broken did.
            return source.raw_os_error().is_none();
        }
        matches!(
            self,
            Self::Empty { .. }
                | Self::HeaderOnly { .. }
                | Self::Binary { .. }
                | Self::DuplicateHeader { .. }
                | Self::RecordTooLong { .. }
                | Self::UnclosedQuote { .. }
                | Self::Encoding { .. }
                | Self::MissingHeader { .. }
                | Self::HeaderRow { .. }
                | Self::Archive { .. }
                | Self::Workbook { .. }
                | Self::UnknownSheet { .. }
                | Self::FileTooLarge { .. }
                | Self::Parquet { .. }
                | Self::NestedColumn { .. }
                | Self::FileName { .. }
                | Self::NoWideHeader { .. }
                | Self::LookupHeader { .. }
                | Self::LookupTooLarge { .. }
        )
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::MissingHeader { nearest, .. }
            | Self::UnknownColumn { nearest, .. }
            | Self::UnknownSheet { nearest, .. }
            | Self::UnknownKind { nearest, .. } => {
                Some(format!("did you mean `{}`?", nearest.as_ref()?))
            }
            Self::RecordTooLong { row, quote_row, .. } => Some(match quote_row {
                Some(quote_row) => format!("close the quote on line {quote_row}"),
                None => format!(
                    "look at line {row}; a source may raise max_record_kib where records are that long"
                ),
            }),
            Self::UnclosedQuote { quote_row, .. } => Some(format!(
                "close the quote on line {quote_row}, or double it if it is part of the text"
            )),
            Self::DuplicateHeader { header, second_name, .. } => Some(format!(
                "say `{header}{FIRST_OF_SEVERAL}` for the first of them or `{second_name}` for the \
                 second, or rename one of the columns"
            )),
            Self::LookupHeader { header, lookup, .. } => Some(format!(
                "call the other one by another name: columns = {{ \"{header} of {lookup}\" = \"{header}\" }}"
            )),
            Self::UnmappedColumn { column, .. } => Some(format!(
                "name the header it is read from, as in `{column} = \"Header\"`, or a constant"
            )),
            _ => self.fixed_hint().map(str::to_owned),
        }
    }

    fn fixed_hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Open { .. } => "check the path and that the file may be read",
            Self::Read { file, .. } if file.ends_with(".gz") || file.ends_with(".zst") => {
                "the archive may be cut short: copy the file again"
            }
            Self::Empty { .. } => "ask the sender for the file again, or leave it out",
            Self::HeaderOnly { .. } => "leave the file out if there was nothing to report",
            Self::Binary { hint, .. } | Self::Setting { hint, .. } => hint,
            Self::Archive { .. } => "unpack it",
            Self::Encoding { .. } => {
                "leave `encoding` out to have it found, or declare another one"
            }
            Self::NoFiles { .. } => "paths are relative to the folder of the configuration",
            Self::DateFormat { .. } => {
                "write iso, epoch_seconds, epoch_milliseconds, excel_serial, a pattern such as \
                 %d/%m/%Y, or numbered periods such as `week 1 = 1989-09-14`"
            }
            Self::Pattern { .. } => "write it in single quotes, as in '^(\\d{4})-'",
            Self::Expression { .. } => {
                "names with blanks stand in backticks, texts in single quotes: \
                 concat(`Store No`, '-', item)"
            }
            Self::ComputedCycle { .. } => "write one of them in headers of the file",
            Self::HeaderRow { .. } => "rows are counted from 1, blank ones and titles too",
            Self::Workbook { .. } => "open it and save it as .xlsx without a password, or as CSV",
            Self::FileTooLarge { .. } => "save the sheet as CSV: that is read piece by piece",
            Self::Parquet { .. } => "the file may be cut short: copy it again",
            Self::NestedColumn { .. } => "write the file with one column a value",
            Self::FileName { .. } => "rename the file, or change the pattern of `file_name`",
            Self::LookupTooLarge { .. } => {
                "take fewer columns, or join the files before they come in"
            }
            Self::NoWideHeader { .. } => {
                "compare `wide.headers`, a regular expression, with the header"
            }
            _ => return None,
        })
    }
}

/// The candidate that `found` was most likely meant to be.
pub(crate) fn nearest<'a>(
    found: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<Box<str>> {
    candidates
        .map(|candidate| {
            (strsim::jaro_winkler(&found.to_lowercase(), &candidate.to_lowercase()), candidate)
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate.into())
}

/// Names for a message: a wide file may have thousands.
pub(crate) fn shortened<T: AsRef<str>>(names: &[T]) -> String {
    const SHOWN: usize = 40;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        n_more => format!("{} and {n_more} more", shown.join(", ")),
    }
}
