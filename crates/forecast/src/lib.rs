//! Demand models on plain slices: a history in, distributions of future demand out.
//!
//! For whoever holds one number a period and wants to know what comes: fit once, ask often. A
//! [`FittedModel`] is a value of a few kilobytes that is stored as bytes and then answers means,
//! [intervals](FittedModel::forecast), [quantiles](FittedModel::quantiles),
//! [simulated paths](FittedModel::sample_paths) and [how well it did](FittedModel::holdout).
//!
//! Nothing here knows tables, calendars, money or clocks, reads a file or starts a thread; the
//! same input gives the same bits on every platform.
//!
//! ```
//! use shelfcast_forecast::{
//!     fit, CalibrationBuilder, Coverage, FitOptions, Frequency, Level, SeasonalPoolBuilder, Series,
//! };
//!
//! // Twenty items, sold more at weekends, the first period a Monday.
//! let histories: Vec<Vec<f64>> = (0..20_u32)
//!     .map(|item| (0..210_u32).map(|day| {
//!         let weekend = if day % 7 >= 5 { 2 } else { 1 };
//!         f64::from((day * 37 + item * 11) % 5 * weekend)
//!     }).collect())
//!     .collect();
//! let series = histories
//!     .iter()
//!     .map(|units| Series::new(units, &[], Frequency::Day, 0))
//!     .collect::<Result<Vec<_>, _>>()?;
//!
//! // 1. What the items have in common.
//! let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
//! series.iter().try_for_each(|series| pool.add(series))?;
//! let pool = pool.finish().expect("there was demand");
//!
//! // 2. One model an item, and how such models err.
//! let options = FitOptions::new(14).with_pool(&pool);
//! let models = series.iter().map(|series| fit(series, &options)).collect::<Result<Vec<_>, _>>()?;
//! let mut calibration = CalibrationBuilder::new();
//! models.iter().for_each(|model| calibration.add(model));
//! let calibration = calibration.finish();
//!
//! // 3. Questions, as often as wanted.
//! let level = Level::new(0.80)?;
//! let forecast = models[0].forecast(14, Some(&calibration), &[level])?;
//! assert!(forecast.intervals[0].upper[5] >= forecast.mean[5]);
//! let paths = models[0].sample_paths(7, 100, 42, Some(&calibration));
//! assert!(paths.iter().all(|path| path.iter().all(|units| units.fract() == 0.0)));
//!
//! // 4. What the intervals promised and held, on periods they did not know.
//! let points: Vec<_> =
//!     models.iter().flat_map(|model| model.holdout(Some(&calibration), &[level])).collect();
//! let coverage = Coverage::of(&points, 0).expect("14 days were held out");
//! assert!(coverage.share() > Some(0.7));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How a series becomes a distribution
//!
//! 1. [Drivers](drivers) that were given are estimated and divided out.
//! 2. Seasonal indices come from the own history, shrunk to the [`SeasonalPool`]'s in proportion
//!    to noise. Any [season length](Series::with_season) will do.
//!    Days with a [date](Series::on_day) are also freed of the pool's season of the year.
//! 3. The methods of the series' class are fitted at several rolling origins, each to what was
//!    known then, and combined: their squared errors move the weights, by horizon, from equal ones
//!    or from the [`MethodWeights`] of the class.
//! 4. At low volume (whole numbers with a mean below 10, or a quarter of periods without demand)
//!    the spread is the recency-weighted empirical distribution scaled to the mean; otherwise it
//!    is normal, cut at zero.
//! 5. Errors at the rolling origins, standardised, say how far that distribution can be believed;
//!    the [`Calibration`] pools them over series, in groups by volatility or volume, and corrects
//!    it (split conformal prediction).
//!
//! [`ets`] and [`theta`] also stand by themselves, [`metrics`] too; [`hierarchy`] makes forecasts
//! of items, groups and totals add up.
//!
//! # To add a method
//!
//! 1. Give it a name in [`Method`] and its table; the position is its tag in stored states.
//! 2. Write `models/<method>.rs`: a `fit` that returns a `LevelMember` with its own `Estimates`,
//!    or a state of its own as a new case of `Member` with `means`, `update`, `write` and `read`.
//! 3. Fit it in `models::History`, and list it with a weight for the classes it may compete in.
//! 4. Compare with another implementation in `tests/golden/`, by rolling origins inside the
//!    training parts (`examples/backtest.rs --inside N`), and raise the version in `state.rs`.

mod accuracy;
mod adjusted;
mod bytes;
mod calibration;
mod censored;
mod centre;
mod combination;
mod decomposition;
mod dependence;
mod deseason;
pub mod drivers;
mod effects;
mod error;
pub mod ets;
mod explain;
mod forecast;
pub mod hierarchy;
mod holdout;
mod indices;
mod known_seasons;
mod lanes;
mod latent;
mod level;
mod linear;
mod lost_sales;
mod marginal;
mod member;
mod method;
mod method_weights;
pub mod metrics;
mod model;
mod models;
mod normal;
mod origin_effect;
mod outlook;
mod predictive;
mod profile;
mod random;
mod rolling;
mod sample;
mod scores;
mod season;
mod series;
mod shape;
mod spread;
mod state;
mod status;
mod structural;
pub mod theta;
mod yearly;

pub use accuracy::Accuracy;
pub use calibration::{Calibration, CalibrationBuilder};
pub use error::{
    FitError, ForecastError, MAXIMUM_HORIZON, MAXIMUM_ORIGINS, MAXIMUM_PERIODS, MAXIMUM_SEASON,
    MAXIMUM_UNITS, StateError,
};
pub use forecast::{Forecast, Interval, Quantiles};
pub use holdout::{Coverage, HoldoutInterval, HoldoutPoint};
pub use level::Level;
pub use lost_sales::{LostPeriod, LostSales, lost_sales};
pub use method::Method;
pub use method_weights::{MethodWeights, MethodWeightsBuilder};
pub use model::{FitOptions, FittedModel, fit};
pub use profile::DemandClass;
pub use sample::SamplePaths;
pub use scores::IntervalBasis;
pub use season::{SeasonalPool, SeasonalPoolBuilder};
pub use series::{Availability, Frequency, Series};
pub use status::SeriesStatus;
