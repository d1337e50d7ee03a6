use crate::error::{MAXIMUM_HORIZON, MAXIMUM_ORIGINS};
use crate::holdout::HoldoutState;
use crate::models::Candidates;
use crate::predictive::Predictive;
use crate::profile::Profile;
use crate::rolling::{Origin, RollingErrors, roll};
use crate::selection::choose;
use crate::{
    Accuracy, DemandClass, FitError, Frequency, Method, SeasonalPool, Series, SeriesStatus,
};

/// How to fit: the horizon that matters, how many rolling origins to judge by, and what is known
/// from other series.
///
/// ```
/// use shelfcast_forecast::FitOptions;
/// let options = FitOptions::new(28).with_origins(6);
/// assert_eq!((options.horizon, options.origins, options.ended), (28, 6, false));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FitOptions<'a> {
    /// Periods ahead that the model is tuned and judged for, 1 to
    /// [`MAXIMUM_HORIZON`](crate::MAXIMUM_HORIZON). Any other may be forecast.
    pub horizon: usize,
    /// Rolling origins, up to [`MAXIMUM_ORIGINS`](crate::MAXIMUM_ORIGINS); 0 judges nothing and
    /// takes the first candidate. Short histories get fewer.
    pub origins: usize,
    /// The season and sizes of the series' group. It may hold periods after an origin's cutoff:
    /// what leaks through a group's common shape is small.
    pub pool: Option<&'a SeasonalPool>,
    /// The item is no longer sold.
    pub ended: bool,
}

impl<'a> FitOptions<'a> {
    /// Four rolling origins, no pool, still sold.
    pub fn new(horizon: usize) -> Self {
        Self { horizon, origins: 4, pool: None, ended: false }
    }

    /// With another number of rolling origins.
    pub fn with_origins(self, origins: usize) -> Self {
        Self { origins, ..self }
    }

    /// With what is known from other series.
    pub fn with_pool(self, pool: &'a SeasonalPool) -> Self {
        Self { pool: Some(pool), ..self }
    }

    /// For an item that is no longer sold.
    pub fn with_ended(self, ended: bool) -> Self {
        Self { ended, ..self }
    }

    fn check(&self, frequency: Frequency) -> Result<(), FitError> {
        if !(1..=MAXIMUM_HORIZON).contains(&self.horizon) {
            return Err(FitError::InvalidHorizon { found: self.horizon });
        }
        if self.origins > MAXIMUM_ORIGINS {
            return Err(FitError::TooManyOrigins { found: self.origins });
        }
        match self.pool {
            Some(pool) if pool.frequency() != frequency => {
                Err(FitError::PoolFrequency { pool: pool.frequency(), series: frequency })
            }
            _ => Ok(()),
        }
    }
}

/// A demand model fitted to one series.
///
/// Made by [`fit`] or [`from_bytes`](Self::from_bytes); answers
/// [`forecast`](Self::forecast), [`quantiles`](Self::quantiles),
/// [`sample_paths`](Self::sample_paths) and [`holdout`](Self::holdout).
#[derive(Debug, Clone, PartialEq)]
pub struct FittedModel {
    pub(crate) frequency: Frequency,
    pub(crate) observations: usize,
    pub(crate) horizon: usize,
    pub(crate) adi: Option<f64>,
    pub(crate) squared_variation: f64,
    pub(crate) status: SeriesStatus,
    pub(crate) predictive: Predictive,
    pub(crate) accuracy: Option<Accuracy>,
    pub(crate) errors: RollingErrors,
    pub(crate) holdout: Option<HoldoutState>,
}

/// Fits the pool of models to a series and chooses one.
///
/// Every candidate is fitted at several rolling origins to what was known then; the seasonal
/// level model forecasts unless another scored at least 3 % better on scaled squared error plus
/// scaled pinball loss. Thin and new series take [`Method::PooledShape`].
///
/// # Errors
/// [`FitError`] for a horizon or a number of origins out of range, and for a pool of another
/// frequency. An empty, short or all-zero series is no error: its
/// [status](FittedModel::status) says so.
///
/// ```
/// use shelfcast_forecast::{fit, FitOptions, Frequency, Level, Series};
/// let units: Vec<f64> = (0..140).map(|day| if day % 7 < 5 { 20.0 } else { 40.0 }).collect();
/// let series = Series::new(&units, &[], Frequency::Day, 0)?;
/// let model = fit(&series, &FitOptions::new(14))?;
/// let forecast = model.forecast(7, None, &[Level::new(0.8)?])?;
/// assert!(forecast.mean[5] > 1.5 * forecast.mean[0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit(series: &Series<'_>, options: &FitOptions<'_>) -> Result<FittedModel, FitError> {
    options.check(series.frequency())?;
    let profile = Profile::of(series);
    let status = SeriesStatus::of(series, &profile, options.pool.is_some(), options.ended);
    if status.is_without_demand() {
        let predictive = Predictive::no_demand(series.frequency(), series.phase(series.len()));
        return Ok(assemble(series, options, status, &profile, predictive, &[]));
    }
    let origins = roll(series, options.horizon, options.origins, options.pool);
    let current = Candidates::fit(series, options.horizon, options.pool);
    let chosen = choose(&current, &origins, series, options.horizon, series.len()).clone();
    Ok(assemble(series, options, status, &profile, chosen, &origins))
}

fn assemble(
    series: &Series<'_>,
    options: &FitOptions<'_>,
    status: SeriesStatus,
    profile: &Profile,
    predictive: Predictive,
    origins: &[Origin],
) -> FittedModel {
    let (horizon, method) = (options.horizon, predictive.method());
    FittedModel {
        frequency: series.frequency(),
        observations: profile.known,
        horizon,
        adi: profile.average_demand_interval(),
        squared_variation: profile.squared_variation,
        status,
        accuracy: Accuracy::of(series, origins, method, horizon),
        errors: RollingErrors::of(series, origins, method, horizon, series.len()),
        holdout: HoldoutState::of(series, origins, horizon),
        predictive,
    }
}

impl FittedModel {
    /// The chosen model.
    pub fn method(&self) -> Method {
        self.predictive.method()
    }

    /// How much the series could say for itself.
    pub fn status(&self) -> &SeriesStatus {
        &self.status
    }

    /// The model's estimates by name, in a fixed order: `"level"` (expected demand a period, the
    /// season apart), then those of the method.
    pub fn parameters(&self) -> Vec<(&'static str, f64)> {
        let mut parameters = vec![("level", self.level())];
        parameters.extend(self.predictive.parameters.named());
        parameters
    }

    /// Mean expected demand a period over one season, in units.
    fn level(&self) -> f64 {
        let indices = &self.predictive.indices;
        self.predictive.level * indices.iter().sum::<f64>() / indices.len() as f64
    }

    /// The class of Syntetos and Boylan on the series' own period.
    pub fn demand_class(&self) -> DemandClass {
        self.adi.map_or(DemandClass::None, |adi| DemandClass::of(adi, self.squared_variation))
    }

    /// Average demand interval in periods: known periods over periods with demand; `None` without
    /// demand.
    pub fn adi(&self) -> Option<f64> {
        self.adi
    }

    /// Squared coefficient of variation of the demand of periods that have any; `None` without
    /// demand.
    pub fn cv2(&self) -> Option<f64> {
        self.adi.map(|_| self.squared_variation)
    }

    /// Errors over the rolling origins; `None` when nothing could be scored.
    pub fn accuracy(&self) -> Option<&Accuracy> {
        self.accuracy.as_ref()
    }

    /// The length of a period.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Periods that were learnt from: observed or censored.
    pub fn observations(&self) -> usize {
        self.observations
    }

    /// The horizon that the model was tuned and judged for, in periods.
    pub fn horizon_fitted(&self) -> usize {
        self.horizon
    }

    /// Multiplicative seasonal indices by phase, mean 1.
    pub fn seasonal_indices(&self) -> Vec<f64> {
        crate::indices::normalised(self.predictive.indices.clone())
    }

    /// Whether demand takes whole numbers only; quantiles and paths then do too.
    pub fn is_whole(&self) -> bool {
        self.predictive.whole
    }

    pub(crate) fn errors(&self) -> &RollingErrors {
        &self.errors
    }

    /// Errors known at the last origin, of the method that would have been chosen then.
    pub(crate) fn earlier_errors(&self) -> &RollingErrors {
        self.holdout.as_ref().map_or(&self.errors, |holdout| &holdout.earlier)
    }
}
