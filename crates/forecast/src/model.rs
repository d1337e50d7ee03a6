use crate::bytes::LONGEST_TEXT;
use crate::combination::{Evidence, MOST_METHODS, Weighting};
use crate::drivers::{Driver, DriverPool, FittedDrivers, MAXIMUM_DRIVERS, UnusedReason};
use crate::effects::Effects;
use crate::error::{MAXIMUM_HORIZON, MAXIMUM_ORIGINS};
use crate::holdout::HoldoutState;
use crate::models::{Fitted, Plan};
use crate::predictive::Predictive;
use crate::profile::Profile;
use crate::rolling::{Origin, RollingErrors, outlooks, roll};
use crate::season::check_season;
use crate::yearly::YearAhead;
use crate::{
    Accuracy, DemandClass, FitError, Frequency, Method, MethodWeights, SeasonalPool, Series,
    SeriesStatus,
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
    /// The season and sizes of the series' group. Its season of the year is known at each origin as it
    /// was then; the day of week and sizes may hold periods after it, and what leaks through these is
    /// small.
    pub pool: Option<&'a SeasonalPool>,
    /// The item is no longer sold.
    pub ended: bool,
    /// Only these methods, combined with equal weights before any evidence; the series' class
    /// decides where `None`.
    pub methods: Option<&'a [Method]>,
    /// Weights of methods that other series of the class taught; the class's own where `None`.
    pub weights: Option<&'a MethodWeights>,
    /// What moves demand from outside, one value a period of the history.
    pub drivers: &'a [Driver<'a>],
    /// What other series say of the drivers.
    pub driver_pool: Option<&'a DriverPool>,
}

impl<'a> FitOptions<'a> {
    /// Four rolling origins, no pool, still sold.
    pub fn new(horizon: usize) -> Self {
        Self {
            horizon,
            origins: 4,
            pool: None,
            ended: false,
            methods: None,
            weights: None,
            drivers: &[],
            driver_pool: None,
        }
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

    /// With these methods only.
    pub fn with_methods(self, methods: &'a [Method]) -> Self {
        Self { methods: Some(methods).filter(|methods| !methods.is_empty()), ..self }
    }

    /// With weights of methods that other series taught.
    pub fn with_weights(self, weights: &'a MethodWeights) -> Self {
        Self { weights: Some(weights), ..self }
    }

    /// With promotions, prices and events: see [`drivers`](crate::drivers).
    pub fn with_drivers(self, drivers: &'a [Driver<'a>]) -> Self {
        Self { drivers, ..self }
    }

    /// With what other series say of the drivers.
    pub fn with_driver_pool(self, pool: &'a DriverPool) -> Self {
        Self { driver_pool: Some(pool), ..self }
    }

    fn plan(&self) -> Plan<'a> {
        Plan {
            horizon: self.horizon,
            pool: self.pool,
            methods: self.methods,
            drivers: self.drivers,
            driver_pool: self.driver_pool,
            is_origin: false,
        }
    }

    fn check_drivers(&self, periods: usize) -> Result<(), FitError> {
        for (position, driver) in self.drivers.iter().enumerate() {
            let is_twice = self.drivers[..position].iter().any(|other| other.name == driver.name);
            let is_named = (1..=LONGEST_TEXT).contains(&driver.name.len());
            if is_twice || !is_named || position >= MAXIMUM_DRIVERS {
                return Err(FitError::DriverName { name: driver.name.into() });
            }
            driver.check(periods)?;
        }
        Ok(())
    }

    fn check(&self, series: &Series<'_>) -> Result<(), FitError> {
        if !(1..=MAXIMUM_HORIZON).contains(&self.horizon) {
            return Err(FitError::InvalidHorizon { found: self.horizon });
        }
        if self.origins > MAXIMUM_ORIGINS {
            return Err(FitError::TooManyOrigins { found: self.origins });
        }
        if self.methods.is_some_and(|methods| methods.len() > MOST_METHODS) {
            return Err(FitError::TooManyMethods { found: self.methods.map_or(0, <[_]>::len) });
        }
        self.check_drivers(series.len())?;
        self.pool.map_or(Ok(()), |pool| {
            let known = (pool.frequency(), pool.indices().len());
            check_season(known, (series.frequency(), series.season_length()))
        })
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
    pub(crate) season_length: usize,
    /// Phase of the first period after the history.
    pub(crate) next_phase: usize,
    pub(crate) observations: usize,
    pub(crate) horizon: usize,
    pub(crate) adi: Option<f64>,
    pub(crate) squared_variation: f64,
    pub(crate) status: SeriesStatus,
    pub(crate) predictive: Predictive,
    pub(crate) accuracy: Option<Accuracy>,
    pub(crate) errors: RollingErrors,
    pub(crate) holdout: Option<HoldoutState>,
    /// How the methods did at the rolling origins.
    pub(crate) evidence: Evidence,
    pub(crate) drivers: FittedDrivers,
    /// Effects of the drivers in the periods ahead; the last one goes on.
    pub(crate) factors: Vec<f64>,
    /// The season of the year, where days have one.
    pub(crate) year: Option<YearAhead>,
}

/// Fits the methods of a series' class and combines them.
///
/// Every method is fitted at several rolling origins to what was known then; their squared errors
/// move the weights from those of the class, by horizon. Thin and new series take
/// [`Method::PooledShape`].
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
    options.check(series)?;
    let profile = Profile::of(series);
    let status = SeriesStatus::of(series, &profile, options.pool.is_some(), options.ended);
    if status.is_without_demand() {
        let weighting = Weighting { class: None, evidence: Evidence::none() };
        let nothing = Predictive::no_demand();
        let mut model = assemble(series, options, status, &profile, nothing, &[], &weighting);
        model.drivers = FittedDrivers::none(options.drivers, UnusedReason::NoModel);
        return Ok(model);
    }
    let plan = options.plan();
    let origins = roll(series, options.origins, &plan);
    let (fitted, drivers) = Fitted::freed(series, &plan, &profile);
    let evidence = Evidence::of(&origins, series, options.horizon, series.len());
    let class = options.weights.map(|known| &known.weights);
    let weighting = Weighting { class, evidence };
    let predictive = Predictive {
        weights: weighting.on(&fitted.prior),
        members: fitted.members,
        spread: fitted.spread,
        whole: fitted.whole,
    };
    let mut model = assemble(series, options, status, &profile, predictive, &origins, &weighting);
    model.drivers = drivers;
    model.factors = model.drivers.absent_factor();
    model.year = plan.year(series, series.len());
    Ok(model)
}

fn assemble(
    series: &Series<'_>,
    options: &FitOptions<'_>,
    status: SeriesStatus,
    profile: &Profile,
    predictive: Predictive,
    origins: &[Origin],
    weighting: &Weighting<'_>,
) -> FittedModel {
    let horizon = options.horizon;
    let outlooks = outlooks(series, origins, weighting.class, horizon, series.len());
    FittedModel {
        frequency: series.frequency(),
        season_length: series.season_length(),
        next_phase: series.phase(series.len()),
        observations: profile.known,
        horizon,
        adi: profile.average_demand_interval(),
        squared_variation: profile.squared_variation,
        status,
        accuracy: Accuracy::of(series, origins, &outlooks, horizon),
        errors: RollingErrors::of(series, origins, &outlooks, horizon, series.len()),
        holdout: HoldoutState::of(series, origins, weighting.class, horizon),
        predictive,
        evidence: weighting.evidence.clone(),
        drivers: FittedDrivers::default(),
        factors: vec![],
        year: None,
    }
}

impl FittedModel {
    /// The method that forecasts, or that several are combined.
    pub fn method(&self) -> Method {
        self.predictive.method()
    }

    /// How much the series could say for itself.
    pub fn status(&self) -> &SeriesStatus {
        &self.status
    }

    /// The model's estimates by name, in a fixed order: `"level"` (expected demand a period, the
    /// season apart), then those of the method, or the mean weight of each combined method.
    pub fn parameters(&self) -> Vec<(&'static str, f64)> {
        let mut parameters = vec![("level", self.level())];
        parameters.extend(self.predictive.named());
        parameters
    }

    /// Mean expected demand a period over the next season, in units.
    fn level(&self) -> f64 {
        let season = self.predictive.means(self.season_length, &Effects::default());
        season.iter().sum::<f64>() / season.len() as f64
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

    /// The next season's expected demand by phase over its mean; all 1 without demand.
    pub fn seasonal_indices(&self) -> Vec<f64> {
        let mut season = self.predictive.means(self.season_length, &Effects::default());
        season.rotate_right(self.next_phase);
        crate::indices::normalised(season)
    }

    /// Periods in a season.
    pub fn season_length(&self) -> usize {
        self.season_length
    }

    /// Learns one more fully observed period without fitting anew: states move, weights, spread
    /// and errors stay. Returns whether it could; if not, nothing has changed and the series is to
    /// be fitted again.
    pub fn update(&mut self, units: f64) -> bool {
        let is_demand = (0.0..=crate::MAXIMUM_UNITS).contains(&units);
        let fits = units.fract() == 0.0 || !self.predictive.whole;
        let freed = units / self.effects_ahead(1).factor(0);
        let updated = is_demand && fits && self.predictive.update(freed);
        if updated {
            if self.factors.len() > 1 {
                self.factors.remove(0);
            }
            self.year.iter_mut().for_each(|year| year.next_day += 1);
            self.observations += 1;
            self.next_phase = (self.next_phase + 1) % self.season_length;
        }
        updated
    }

    /// Effects of drivers and of the season of the year in the periods ahead.
    pub(crate) fn effects_ahead(&self, horizon: usize) -> Effects {
        let year = self.year.as_ref().map_or(vec![], |year| year.factors(horizon));
        Effects { drivers: self.factors.clone(), strain: self.drivers.strain(), year }
    }

    /// Whether demand takes whole numbers only. Paths then do too, and quantiles of low volumes;
    /// those of higher ones lie between whole numbers, so that intervals hold their level.
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
