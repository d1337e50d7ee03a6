//! Forecasts, how they did on periods held out, and what was fitted.

use serde::Serialize;
use shelfcast_charts::{Day, Period};

use super::iso_day;
use super::series::{Measure, SeriesLevel};

/// One row of `marts.demand_models`, without the model.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ModelRow {
    /// The series' level.
    pub series_level: SeriesLevel,
    /// The series' id.
    pub series_id: String,
    /// What is forecast.
    pub measure: Measure,
    /// The length of a period.
    pub frequency: Period,
    /// Periods that the model was fitted on.
    pub periods: u64,
    /// The method.
    pub method: String,
    /// `fitted`, or why not.
    pub status: String,
    /// The reason for the status.
    pub reason: String,
    /// What was done instead; empty if nothing.
    pub fallback: String,
    /// `smooth`, `erratic`, `intermittent` or `lumpy`; empty if not known.
    pub demand_class: String,
    /// Sum of absolute errors over sum of actuals, over rolling origins.
    pub wape: Option<f64>,
    /// Mean absolute scaled error.
    pub mase: Option<f64>,
    /// Sum of (forecast - actual) over sum of actuals.
    pub bias: Option<f64>,
    /// WAPE of the naive forecast over the same periods.
    pub naive_wape: Option<f64>,
    /// Drivers that the model cannot use, each with the reason; empty if none.
    pub unused_drivers: String,
}

/// One row of `marts.forecast_parts`: what a part adds to the mean of a coming period.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PartRow {
    /// The series' level.
    pub series_level: SeriesLevel,
    /// The series' id.
    pub series_id: String,
    /// What is forecast.
    pub measure: Measure,
    /// The length of a period.
    pub frequency: Period,
    /// The period's first day.
    #[serde(serialize_with = "iso_day")]
    pub period_start: Day,
    /// `base`, `season`, or the driver.
    pub part: String,
    /// What it adds or takes.
    pub contribution: f64,
}

/// One row of `marts.forecasts`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ForecastRow {
    /// The series' level.
    pub series_level: SeriesLevel,
    /// The series' id.
    pub series_id: String,
    /// What is forecast.
    pub measure: Measure,
    /// The length of a period. If a series has several, week is drawn, else day, else month.
    pub frequency: Period,
    /// The period's first day.
    #[serde(serialize_with = "iso_day")]
    pub period_start: Day,
    /// Periods ahead, from 1.
    pub step: u64,
    /// The mean.
    pub mean: f64,
    /// The median.
    pub median: Option<f64>,
    /// Lower limit of the 80 % interval.
    pub lower_80: f64,
    /// Upper limit of the 80 % interval.
    pub upper_80: f64,
    /// Lower limit of the 95 % interval.
    pub lower_95: f64,
    /// Upper limit of the 95 % interval.
    pub upper_95: f64,
}

/// One row of `marts.forecast_holdout`: a period that the forecast did not see.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct HoldoutRow {
    /// The series' level.
    pub series_level: SeriesLevel,
    /// The series' id.
    pub series_id: String,
    /// What was forecast.
    pub measure: Measure,
    /// The length of a period.
    pub frequency: Period,
    /// The period's first day.
    #[serde(serialize_with = "iso_day")]
    pub period_start: Day,
    /// What happened; `None` if demand could not be seen.
    pub actual: Option<f64>,
    /// The mean forecast.
    pub mean: f64,
    /// The median forecast.
    pub median: Option<f64>,
    /// Lower limit of the 80 % interval.
    pub lower_80: f64,
    /// Upper limit of the 80 % interval.
    pub upper_80: f64,
    /// Lower limit of the 95 % interval.
    pub lower_95: f64,
    /// Upper limit of the 95 % interval.
    pub upper_95: f64,
}

/// One row of `marts.forecast_accuracy`: how often a series' intervals held what happened.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct AccuracyRow {
    /// The series' level.
    pub series_level: SeriesLevel,
    /// The series' id.
    pub series_id: String,
    /// What was forecast.
    pub measure: Measure,
    /// The length of a period.
    pub frequency: Period,
    /// Periods held out in which demand could be seen.
    pub points: u64,
    /// Of them, inside the 80 % interval.
    pub covered_80: u64,
    /// Of them, inside the 95 % interval.
    pub covered_95: u64,
    /// Mean width of the 80 % interval.
    pub width_80: Option<f64>,
}

/// One row of `marts.forecast_coverage`: the same for a pool of series.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CoverageRow {
    /// The length of a period.
    pub frequency: Period,
    /// The pool's demand class.
    pub demand_class: String,
    /// What was forecast.
    pub measure: Measure,
    /// Series in the pool.
    pub series: u64,
    /// Periods held out in which demand could be seen.
    pub points: u64,
    /// Of them, inside the 80 % interval.
    pub covered_80: u64,
    /// Of them, inside the 95 % interval.
    pub covered_95: u64,
}

/// One row of `marts.forecast_coverage_by_step`: the same for a range of steps ahead.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CoverageStepRow {
    /// The length of a period.
    pub frequency: Period,
    /// The pool's demand class.
    pub demand_class: String,
    /// What was forecast.
    pub measure: Measure,
    /// Periods ahead, as in `4-7`.
    pub steps: String,
    /// The nearest of them.
    pub first_step: u64,
    /// Series in the pool.
    pub series: u64,
    /// Periods held out in which demand could be seen.
    pub points: u64,
    /// Of them, inside the 80 % interval.
    pub covered_80: u64,
    /// Of them, inside the 95 % interval.
    pub covered_95: u64,
    /// What the 80 % interval claimed to hold: more where demand is whole numbers.
    pub claimed_80: Option<f64>,
    /// The same for the 95 % interval.
    pub claimed_95: Option<f64>,
    /// Mean width of the 80 % interval over mean demand.
    pub relative_width_80: Option<f64>,
    /// The same for the 95 % interval.
    pub relative_width_95: Option<f64>,
    /// Mean pinball loss over mean demand.
    pub relative_pinball_loss: Option<f64>,
}

/// `marts.series_status`, counted: `count(*)` by level, measure, frequency, status, reason and
/// fallback.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SeriesStatusRow {
    /// The level, as the mart has it (`product_location` too).
    pub series_level: String,
    /// What was to be forecast.
    pub measure: String,
    /// The length of a period.
    pub frequency: String,
    /// The status.
    pub status: String,
    /// Why.
    pub reason: String,
    /// What was done instead; empty if nothing.
    pub fallback: String,
    /// Series with this status.
    pub series: u64,
}
