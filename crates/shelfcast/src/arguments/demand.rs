//! `backtest` and `series`.

use super::Format;
use clap::{Args, ValueEnum};
use shelfcast_forecast::{Frequency, Level, Method};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// `backtest`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast -C shop backtest
  shelfcast -C shop backtest --cutoffs 6 --format csv > measures.csv
  shelfcast -C shop query \"select * from marts.backtest where series_id = 'all'\"

Each cutoff builds the demand models anew from what was known then. Absolute errors are those of the
median, squared ones and the bias those of the mean; value added is how much less of demand was missed
than by the seasonal naive forecast. Results of each series are kept in marts.backtest.")]
pub struct BacktestArguments {
    /// Days in the past to forecast from, each a horizon before the next.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=52))]
    pub cutoffs: u32,
    /// What was forecast.
    #[arg(long, value_enum, default_value_t = MeasureName::Units)]
    pub measure: MeasureName,
    /// How to print the measures.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Draw the errors of all products at places by steps ahead: SVG, or PNG where it ends in .png.
    #[arg(long, value_name = "FILE")]
    pub picture: Option<PathBuf>,
}

/// What is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MeasureName {
    /// Units sold.
    Units,
    /// Money taken.
    Revenue,
}

impl MeasureName {
    /// As the tables write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Revenue => "revenue",
        }
    }
}

/// `series`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast series sales.csv --horizon 28 --freq day --out forecasts.csv
  shelfcast series m3.parquet --horizon 18 --season-length 12 --freq month --levels 80,95 --out m3_forecasts.parquet
  shelfcast series sales.csv --horizon 14 --freq day --drivers promotion,price --models seasonal_level,theta

Rows are unique_id, ds, y, in any order; more columns are drivers (see --drivers). A row without y
after the last known one tells what the drivers will be. A period without a row is missing, not 0.")]
pub struct SeriesArguments {
    /// Delimited text (packed or not), a workbook or Parquet.
    pub file: PathBuf,
    /// Periods ahead.
    #[arg(long, value_name = "H")]
    pub horizon: usize,
    /// Periods in a season, 1 for none; that of the frequency (7, 52, 12) when left out.
    #[arg(long, value_name = "M")]
    pub season_length: Option<usize>,
    /// The length of a period: day, week or month.
    #[arg(long)]
    pub freq: Frequency,
    /// The intervals, in percent.
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_value = "80,95",
          value_parser = level)]
    pub levels: Vec<Level>,
    /// Only these methods, such as theta,exponential_smoothing; each series' class decides when
    /// left out.
    #[arg(long, value_name = "METHODS", value_delimiter = ',', value_parser = method)]
    pub models: Vec<Method>,
    /// The columns that are drivers, or none; every further column when left out.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub drivers: Option<Vec<String>>,
    /// Drivers that are prices, besides those called price or ending in _price.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub prices: Vec<String>,
    /// Rolling origins that judge methods and intervals.
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub origins: usize,
    /// Threads; all processors when left out. They change no byte.
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Where to write: Parquet where it ends in .parquet, else text; standard output when left out.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A level in percent.
fn level(text: &str) -> Result<Level, String> {
    let percent = text.parse::<f64>().ok().filter(|percent| (1.0..100.0).contains(percent));
    percent
        .and_then(|percent| Level::new(percent / 100.0).ok())
        .ok_or_else(|| "allowed are percents from 1 to below 100, such as 80".to_owned())
}

/// A method by its name.
fn method(text: &str) -> Result<Method, String> {
    Method::named(text).ok_or_else(|| {
        "allowed are names of methods, such as theta, exponential_smoothing, seasonal_level, \
         teunter_syntetos_babai, seasonal_naive; docs/forecasting.md has all"
            .to_owned()
    })
}
