//! What can be refused, and what is allowed instead.

use thiserror::Error;

/// The largest number of units a period may hold.
///
/// Whole numbers above it are no longer exact in an `f64` once they are squared and summed.
pub const MAXIMUM_UNITS: f64 = 1e15;

/// The longest series that is accepted, in periods.
pub const MAXIMUM_PERIODS: usize = 20_000;

/// The furthest horizon that is accepted, in periods.
pub const MAXIMUM_HORIZON: usize = 4_000;

/// The longest season that is accepted, in periods.
pub const MAXIMUM_SEASON: usize = 1_000;

/// The largest number of rolling origins that is accepted.
pub const MAXIMUM_ORIGINS: usize = 52;

/// Why a series could not be fitted.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FitError {
    /// A period holds something that is not a demand.
    #[error(
        "units at position {position} are {found}; allowed are finite numbers from 0 to {MAXIMUM_UNITS:e}"
    )]
    InvalidUnits {
        /// Index into the series, from 0.
        position: usize,
        /// The value found there.
        found: f64,
    },
    /// Units and availability do not describe the same periods.
    #[error(
        "availability has {availability} periods; allowed are none or as many as units, which has {units}"
    )]
    LengthMismatch {
        /// Periods in `units`.
        units: usize,
        /// Periods in `availability`.
        availability: usize,
    },
    /// The series is longer than [`MAXIMUM_PERIODS`].
    #[error("series has {found} periods; allowed are up to {MAXIMUM_PERIODS}")]
    TooLong {
        /// Periods found.
        found: usize,
    },
    /// The phase of the first period is not one of the season's.
    #[error("first phase is {found}; allowed are 0 to {}", season_length - 1)]
    InvalidPhase {
        /// The phase found.
        found: usize,
        /// Periods in a season.
        season_length: usize,
    },
    /// A season of no period or of more than [`MAXIMUM_SEASON`].
    #[error("season length is {found}; allowed are 1 to {MAXIMUM_SEASON}")]
    InvalidSeason {
        /// The length found.
        found: usize,
    },
    /// A starting season of another length than the model's.
    #[error("season has {found} indices; allowed are {season_length}")]
    SeasonMismatch {
        /// Indices found.
        found: usize,
        /// Indices needed.
        season_length: usize,
    },
    /// The horizon is zero or above [`MAXIMUM_HORIZON`].
    #[error("horizon is {found}; allowed are 1 to {MAXIMUM_HORIZON}")]
    InvalidHorizon {
        /// The horizon found.
        found: usize,
    },
    /// More rolling origins than [`MAXIMUM_ORIGINS`].
    #[error("rolling origins are {found}; allowed are 0 to {MAXIMUM_ORIGINS}")]
    TooManyOrigins {
        /// The number found.
        found: usize,
    },
    /// More methods than may be combined.
    #[error("methods are {found}; allowed are up to 16")]
    TooManyMethods {
        /// The number found.
        found: usize,
    },
    /// A driver without one value for each period.
    #[error("driver {name:?} has {found} values; allowed are {periods}, one a period")]
    DriverLength {
        /// The driver.
        name: String,
        /// Values found.
        found: usize,
        /// Periods of the history.
        periods: usize,
    },
    /// A driver's value that has no meaning.
    #[error(
        "driver {name:?} at position {position} is {found}; allowed are strengths up to 1000 in size and prices above 0"
    )]
    InvalidDriver {
        /// The driver.
        name: String,
        /// Index into its values, from 0.
        position: usize,
        /// The value found there.
        found: f64,
    },
    /// More drivers than are accepted, or a name that is empty, too long or given twice.
    #[error("driver {name:?} is refused; allowed are up to 16 drivers with names of their own")]
    DriverName {
        /// The driver.
        name: String,
    },
    /// A frequency that is not known.
    #[error("frequency is {found:?}; allowed are day, week, month")]
    UnknownFrequency {
        /// The text found.
        found: String,
    },
    /// The pool belongs to another frequency.
    #[error("seasonal pool is by {pool} and the series by {series}; allowed is the same frequency")]
    PoolFrequency {
        /// The pool's frequency.
        pool: crate::Frequency,
        /// The series' frequency.
        series: crate::Frequency,
    },
    /// The pool has another season.
    #[error(
        "seasonal pool has {pool} periods a season and the series {series}; allowed is the same number"
    )]
    PoolSeason {
        /// The pool's season length.
        pool: usize,
        /// The series' season length.
        series: usize,
    },
}

/// Why a forecast could not be made from a fitted model.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// The horizon is zero or above [`MAXIMUM_HORIZON`].
    #[error("horizon is {found}; allowed are 1 to {MAXIMUM_HORIZON}")]
    InvalidHorizon {
        /// The horizon found.
        found: usize,
    },
    /// A level that is not strictly between 0 and 1.
    #[error("level is {found}; allowed are numbers above 0 and below 1")]
    InvalidLevel {
        /// The value found.
        found: f64,
    },
    /// A probability that is not strictly between 0 and 1.
    #[error("probability is {found}; allowed are numbers above 0 and below 1")]
    InvalidProbability {
        /// The value found.
        found: f64,
    },
}

/// Why stored bytes could not be read back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StateError {
    /// The bytes do not begin as this kind of state does.
    #[error("bytes are not a stored {expected}")]
    WrongKind {
        /// What was expected.
        expected: &'static str,
    },
    /// Written by another version: the state is stale and is to be fitted again.
    #[error("stored {kind} has version {found}; this build reads version {supported}")]
    UnknownVersion {
        /// What was stored.
        kind: &'static str,
        /// The version found.
        found: u16,
        /// The version this build reads and writes.
        supported: u16,
    },
    /// The bytes end too early.
    #[error("stored state ends at byte {length} where more is needed")]
    Truncated {
        /// Bytes found.
        length: usize,
    },
    /// More bytes than the state has.
    #[error("stored state has {extra} bytes after its end")]
    TrailingBytes {
        /// Bytes left over.
        extra: usize,
    },
    /// A field holds a value that no written state has.
    #[error("stored state has an invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
    },
}

/// Refuses the first value that is not a finite number of at most [`MAXIMUM_UNITS`] in size.
pub(crate) fn check_values(values: &[f64]) -> Result<(), FitError> {
    let allowed = -MAXIMUM_UNITS..=MAXIMUM_UNITS;
    match values.iter().position(|value| !allowed.contains(value)) {
        Some(position) => Err(FitError::InvalidUnits { position, found: values[position] }),
        None => Ok(()),
    }
}
