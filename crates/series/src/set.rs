use crate::dense::Dense;
use crate::{SeriesError, StampKind};
use shelfcast_forecast::Frequency;
use shelfcast_forecast::drivers::DriverKind;

/// A column beside `unique_id`, `ds` and `y` that may move demand.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverColumn {
    /// Its header.
    pub name: String,
    /// A strength, or a price.
    pub kind: DriverKind,
    /// Strengths are divided by the largest one in the file, where that is above 1.
    pub(crate) scale: f64,
}

/// The rows of one series in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) stamps: Vec<i32>,
    /// NaN where `y` is not known.
    pub(crate) values: Vec<f64>,
    pub(crate) numbers: Vec<u32>,
    /// A value a driver and row, row by row; NaN where nothing is said.
    pub(crate) drivers: Vec<f64>,
}

/// The series of a file, by name; 16 bytes a row and 8 more for each driver.
#[derive(Debug)]
pub struct SeriesSet {
    pub(crate) kind: StampKind,
    pub(crate) ids: Vec<String>,
    pub(crate) rows: Vec<Rows>,
    pub(crate) drivers: Vec<DriverColumn>,
}

impl SeriesSet {
    /// The number of series.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no series.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The names of the series, in order.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The columns that are taken for drivers.
    pub fn drivers(&self) -> &[DriverColumn] {
        &self.drivers
    }

    /// What `ds` is.
    pub fn stamp_kind(&self) -> StampKind {
        self.kind
    }

    /// A stamp as the file writes it.
    pub fn stamp_text(&self, stamp: i32) -> String {
        self.kind.text(stamp)
    }

    /// Series `at` without gaps, with the future of its drivers for `horizon` periods.
    pub(crate) fn dense(
        &self,
        at: usize,
        frequency: Frequency,
        horizon: usize,
    ) -> Result<Dense, SeriesError> {
        Dense::of(self, at, frequency, horizon)
    }
}
