//! Any series, from a file to a file: `unique_id, ds, y` in, distributions of what comes out.
//!
//! For whoever has many series in one long table and no lake: [`read`] takes delimited text or
//! Parquet, [`forecast`] fits every series on all processors with what the series have in common,
//! and a [`ForecastWriter`] writes mean, median and intervals. Models are those of
//! `shelfcast-forecast`; feeds, places and money are elsewhere.
//!
//! ```
//! use shelfcast_forecast::{Frequency, Level};
//! use shelfcast_series::{Columns, Plan, forecast, read};
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("series.csv");
//! let mut text = String::from("unique_id,ds,y\n");
//! for month in 0..48 {
//!     text += &format!("A,{}-{:02}-01,{}\n", 2020 + month / 12, month % 12 + 1, 100 + month);
//! }
//! std::fs::write(&path, text)?;
//! let set = read(&path, &Columns::default())?;
//! let plan = Plan::new(Frequency::Month, 12, 6).with_levels(vec![Level::new(0.8)?]);
//! let mut months = vec![];
//! forecast(&set, &plan, |series| {
//!     months.extend(series.iter().flat_map(|series| series.stamps.clone()));
//!     Ok(())
//! })?;
//! assert_eq!(set.stamp_text(months[0]), "2024-01-01");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod dense;
mod error;
mod forecast;
mod parallel;
mod plan;
mod read;
mod set;
mod stamps;
mod summary;
mod write;

pub use error::SeriesError;
pub use forecast::{SeriesForecast, forecast};
pub use plan::Plan;
pub use read::{Columns, read};
pub use set::{DriverColumn, SeriesSet};
pub use stamps::StampKind;
pub use summary::{DriverUse, MeasuredCoverage, Summary};
pub use write::ForecastWriter;
