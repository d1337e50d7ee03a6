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
    #[error("{file} is empty: found 0 bytes, allowed is a header line and rows")]
    Empty { file: String },
    #[error(
        "{file} has a header and no rows: found {headers} column names, allowed is at least one row"
    )]
    HeaderOnly { file: String, headers: usize },
    #[error(
        "{file} is not a text file: found {found}, allowed is delimited text (CSV, TSV), gzipped or not"
    )]
    Binary { file: String, found: String },
    #[error(
        "{file} names a column twice: found `{header}` as column {first} and column {second}, allowed is one column a name"
    )]
    DuplicateHeader { file: String, header: String, first: usize, second: usize },
    #[error(
        "{file} has a record that is too long: row {row}, byte {offset}, found more than {limit} bytes, allowed are at most {limit}"
    )]
    RecordTooLong { file: String, row: u64, offset: u64, limit: usize },
    #[error(
        "{file} ends inside quotes: the record that starts on row {row}, byte {offset}, opens a quote that nothing closes"
    )]
    UnclosedQuote { file: String, row: u64, offset: u64 },
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
        }
    }

    /// Whether the *data* is at fault (a file refused) rather than the machine or the configuration.
    pub fn is_refused_file(&self) -> bool {
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
        )
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Open { .. } => "check the path and that the file may be read".to_owned(),
            Self::Read { file, .. } if file.ends_with(".gz") => {
                "the archive may be cut short: copy the file again".to_owned()
            }
            Self::Empty { .. } => "ask the sender for the file again, or leave it out".to_owned(),
            Self::HeaderOnly { .. } => {
                "leave the file out if there was nothing to report".to_owned()
            }
            Self::Binary { .. } => "save it as CSV; UTF-16 text without a byte order mark is read \
                                    when the source says encoding = \"utf-16le\""
                .to_owned(),
            Self::DuplicateHeader { .. } => "rename or remove one of the two columns".to_owned(),
            Self::RecordTooLong { row, .. } => {
                format!("a quote opened on or after line {row} and never closed is the usual cause")
            }
            Self::UnclosedQuote { row, .. } => {
                format!("close the quote on line {row}, or double it if it is part of the text")
            }
            Self::Encoding { .. } => {
                "leave `encoding` out to have it found, or declare another one".to_owned()
            }
            Self::MissingHeader { nearest, .. } | Self::UnknownColumn { nearest, .. } => {
                format!("did you mean `{}`?", nearest.as_ref()?)
            }
            Self::UnmappedColumn { column, .. } => format!(
                "name the header it is read from, as in `{column} = \"Header\"`, or a constant"
            ),
            Self::NoFiles { .. } => {
                "paths are relative to the folder of the configuration".to_owned()
            }
            Self::DateFormat { .. } => {
                "write iso, epoch_seconds, epoch_milliseconds or a pattern such as %d/%m/%Y"
                    .to_owned()
            }
            _ => return None,
        };
        Some(text)
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
