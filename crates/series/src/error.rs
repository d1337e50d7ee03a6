use shelfcast_forecast::{FitError, ForecastError, Frequency, MAXIMUM_PERIODS};
use shelfcast_sources::SourceError;
use std::path::PathBuf;

/// Why series could not be read, forecast or written.
///
/// A *row* is the line of a text file, from 1 with its header, or the row of a Parquet file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant names its fields")]
pub enum SeriesError {
    #[error("{file} has no column `{column}`; it has {columns}")]
    MissingColumn { file: String, column: String, columns: String, nearest: Option<String> },
    #[error("{file} row {row}: found {found} fields; the header has {expected}")]
    Ragged { file: String, row: u64, found: usize, expected: usize },
    #[error("{file} row {row}: unique_id is empty")]
    NoId { file: String, row: u64 },
    #[error(
        "{file} row {row}: ds is `{found}`; allowed are days such as 2024-08-26 and whole numbers"
    )]
    Stamp { file: String, row: u64, found: String },
    #[error("{file} row {row}: ds is `{found}` where others are {others}; allowed is one kind")]
    MixedStamps { file: String, row: u64, found: String, others: &'static str },
    #[error(
        "{file} row {row}: y is `{found}`; allowed are numbers from 0 to 1e15, and nothing where it is not known"
    )]
    Value { file: String, row: u64, found: String },
    #[error("{file} row {row}: driver `{column}` is `{found}`; allowed are {allowed}")]
    DriverValue { file: String, row: u64, column: String, found: String, allowed: &'static str },
    #[error("{file} has {found} driver columns; allowed are up to {allowed}")]
    TooManyDrivers { file: String, found: usize, allowed: usize },
    #[error("series `{id}` has {ds} twice: rows {first} and {second}")]
    Duplicate { id: String, ds: String, first: u32, second: u32 },
    #[error("series `{id}` row {row}: ds is {ds}, which is not a whole {frequency} from {anchor}")]
    OffGrid { id: String, row: u32, ds: String, frequency: Frequency, anchor: String },
    #[error(
        "series `{id}` goes from {first} to {last}, {found} periods; allowed are {MAXIMUM_PERIODS}"
    )]
    TooLong { id: String, first: String, last: String, found: i64 },
    #[error("series `{id}`: {source}")]
    Fit { id: String, source: FitError },
    #[error("{0}")]
    Plan(FitError),
    #[error(transparent)]
    Forecast(#[from] ForecastError),
    #[error("cannot write {path}: {message}")]
    Write { path: PathBuf, message: String },
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl SeriesError {
    /// The stable id of the kind of error, as the documentation lists it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingColumn { .. } => "SC-6001",
            Self::Ragged { .. } => "SC-6002",
            Self::NoId { .. } => "SC-6003",
            Self::Stamp { .. } => "SC-6004",
            Self::MixedStamps { .. } => "SC-6005",
            Self::Value { .. } => "SC-6006",
            Self::DriverValue { .. } => "SC-6007",
            Self::TooManyDrivers { .. } => "SC-6008",
            Self::Duplicate { .. } => "SC-6009",
            Self::OffGrid { .. } => "SC-6010",
            Self::TooLong { .. } => "SC-6011",
            Self::Fit { .. } => "SC-6012",
            Self::Plan(_) | Self::Forecast(_) => "SC-6013",
            Self::Write { .. } => "SC-6014",
            Self::Source(error) => error.code(),
        }
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::MissingColumn { nearest, .. } => {
                return Some(match nearest {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => "series come as columns unique_id, ds and y, a row a period".into(),
                });
            }
            Self::Source(error) => return error.hint(),
            Self::Ragged { .. } => "quote fields that hold a delimiter",
            Self::NoId { .. } => "give every row the name of its series",
            Self::Stamp { .. } => "write days as YYYY-MM-DD, without a time of day",
            Self::MixedStamps { .. } => "write all of them as days, or all as whole numbers",
            Self::Value { .. } => {
                "leave y empty where it is not known; move series that fall below 0 up by a constant"
            }
            Self::DriverValue { .. } | Self::TooManyDrivers { .. } => {
                "name the columns that are drivers with --drivers, or say --drivers none"
            }
            Self::Duplicate { .. } => "sum the rows of a period, or give the series other names",
            Self::OffGrid { .. } => {
                "weeks begin on one weekday and months on one day of the month (or end on their \
                 last); another --freq may be meant"
            }
            Self::TooLong { .. } => "another --freq may be meant, or a ds is mistyped",
            Self::Write { .. } => "check that the folder exists and may be written to",
            Self::Fit { .. } | Self::Plan(_) | Self::Forecast(_) => return None,
        };
        Some(hint.into())
    }

    /// Whether the *data* is at fault rather than the machine or what was asked for.
    pub fn is_refused_file(&self) -> bool {
        match self {
            Self::Plan(_) | Self::Forecast(_) | Self::Write { .. } => false,
            Self::Source(error) => error.is_refused_file(),
            _ => true,
        }
    }
}
