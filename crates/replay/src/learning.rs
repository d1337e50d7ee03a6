use crate::run::in_parallel;
use crate::{KnownDriver, Past, ReplayError, Terms};
use shelfcast_forecast::drivers::{Driver, DriverPool, DriverPoolBuilder};
use shelfcast_forecast::{
    Availability, Calibration, CalibrationBuilder, FitError, FitOptions, FittedModel, Frequency,
    Method, SamplePaths, SeasonalPool, SeasonalPoolBuilder, Series, fit,
};
use std::sync::Arc;

/// How forecasts are learnt: chosen anew with all items in view, and moved on day by day.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    /// Periods ahead that models are judged for.
    pub horizon: usize,
    /// Rolling origins that they are judged on.
    pub origins: usize,
    /// Only these methods; the series' class decides where empty.
    pub methods: Vec<Method>,
    /// Periods in a season where it is not the frequency's own: 1 for demand without seasons.
    pub season_length: Option<usize>,
    /// Whether errors of all items calibrate each one's.
    pub is_calibrated: bool,
}

impl Default for Learning {
    /// 14 periods ahead, four origins, methods by class, calibrated.
    fn default() -> Self {
        Self { horizon: 14, origins: 4, methods: vec![], season_length: None, is_calibrated: true }
    }
}

/// One item's demand model and what it needs to go on.
#[derive(Debug, Clone)]
pub struct Learner {
    model: FittedModel,
    /// Periods of the past that the model has not seen.
    behind: usize,
    calibration: Option<Arc<Calibration>>,
    pool: Arc<Pools>,
}

/// What items have in common.
#[derive(Debug, Default)]
struct Pools {
    season: Option<SeasonalPool>,
    drivers: Option<DriverPool>,
}

impl Learning {
    /// Fits every item to its past.
    ///
    /// # Errors
    /// A horizon or a number of origins out of range, or drivers that are none.
    pub fn learn_all(
        &self,
        pasts: &[Past<'_>],
        threads: usize,
    ) -> Result<Vec<Learner>, ReplayError> {
        let mut pools = Pools { season: self.season_of(pasts), drivers: None };
        let mut models = self.fit_all(pasts, &pools, threads)?;
        if pasts.iter().any(|past| !past.terms.drivers.is_empty()) {
            let mut builder = DriverPoolBuilder::new();
            models.iter().for_each(|model| builder.add(model));
            pools.drivers = Some(builder.finish());
            models = self.fit_all(pasts, &pools, threads)?;
        }
        let calibration = self.is_calibrated.then(|| {
            let mut builder = CalibrationBuilder::new();
            models.iter().for_each(|model| builder.add(model));
            Arc::new(builder.finish())
        });
        let pool = Arc::new(pools);
        let learner = |model| Learner {
            model,
            behind: 0,
            calibration: calibration.clone(),
            pool: Arc::clone(&pool),
        };
        Ok(models.into_iter().map(learner).collect())
    }

    fn fit_all(
        &self,
        pasts: &[Past<'_>],
        pools: &Pools,
        threads: usize,
    ) -> Result<Vec<FittedModel>, ReplayError> {
        let mut pasts = pasts.to_vec();
        in_parallel(&mut pasts, threads, |past| self.fit(past, pools))
    }

    fn fit(&self, past: &Past<'_>, pools: &Pools) -> Result<FittedModel, ReplayError> {
        let refused = |source| ReplayError::Fit { id: past.terms.id.clone(), source };
        let series = self.series_of(past).map_err(refused)?;
        let mut options =
            FitOptions::new(self.horizon).with_origins(self.origins).with_methods(&self.methods);
        if let Some(pool) =
            pools.season.as_ref().filter(|pool| pool.frequency() == series.frequency())
        {
            options = options.with_pool(pool);
        }
        if let Some(pool) = &pools.drivers {
            options = options.with_driver_pool(pool);
        }
        let values = past.terms.drivers.iter().map(|driver| of(driver, 0, past.units.len()));
        let values: Vec<Vec<f64>> = values.collect();
        let drivers: Vec<Driver<'_>> = past
            .terms
            .drivers
            .iter()
            .zip(&values)
            .map(|(known, values)| named(known, values))
            .collect();
        fit(&series, &options.with_drivers(&drivers)).map_err(refused)
    }

    fn series_of<'a>(&self, past: &Past<'a>) -> Result<Series<'a>, FitError> {
        let Terms { frequency, first_phase, .. } = *past.terms;
        let series = Series::new(past.units, past.availability, frequency, first_phase)?;
        match self.season_length {
            Some(length) => series.with_season(length, first_phase % length.max(1)),
            None => Ok(series),
        }
    }

    /// The season of the items of the first one's frequency.
    fn season_of(&self, pasts: &[Past<'_>]) -> Option<SeasonalPool> {
        let frequency = pasts.first()?.terms.frequency;
        let length = self.season_length.unwrap_or(frequency.season_length());
        let mut builder = SeasonalPoolBuilder::with_season(frequency, length);
        for past in pasts.iter().filter(|past| past.terms.frequency == frequency) {
            // A series that is refused here is refused by name when it is fitted.
            if let Ok(series) = self.series_of(past) {
                builder.add(&series).ok()?;
            }
        }
        builder.finish()
    }

    /// Moves a model by the last period of the past.
    ///
    /// A period that ran out, or on which there was nothing to sell, teaches what the model
    /// expected, or what was sold if that was more: the state stays where it is. Methods that
    /// cannot be moved stay behind, for at most seven days or four longer periods, and are then
    /// fitted anew.
    ///
    /// # Errors
    /// As [`learn_all`](Self::learn_all).
    pub fn move_on(&self, learner: &mut Learner, past: &Past<'_>) -> Result<(), ReplayError> {
        let Some((units, availability)) = past.units.last().zip(past.availability.last()) else {
            return Ok(());
        };
        if learner.behind == 0 {
            let before = past.units.len() - 1;
            let mut moved = *units;
            if *availability != Availability::Observed {
                let expected = learner.means(past, before, 1).first().copied().unwrap_or(0.0);
                let is_whole = learner.model.is_whole();
                moved = moved.max(if is_whole { expected.round() } else { expected });
            }
            if let Some(given) = learner.given(past, before, 1) {
                learner.model = given;
            }
            if learner.model.update(moved) {
                return Ok(());
            }
        }
        learner.behind += 1;
        let longest = if past.terms.frequency == Frequency::Day { 7 } else { 4 };
        if learner.behind >= longest {
            learner.model = self.fit(past, &learner.pool)?;
            learner.behind = 0;
        }
        Ok(())
    }
}

impl Learner {
    /// The model as it stands.
    pub fn model(&self) -> &FittedModel {
        &self.model
    }

    /// Mean demand of `periods` periods, the first of them at `from` in the item's history.
    fn means(&self, past: &Past<'_>, from: usize, periods: usize) -> Vec<f64> {
        let given = self.given(past, from, periods);
        let model = given.as_ref().unwrap_or(&self.model);
        model
            .forecast(periods, self.calibration.as_deref(), &[])
            .map_or_else(|_| vec![0.0; periods], |forecast| forecast.mean)
    }

    /// Mean demand of the periods after the past.
    pub fn mean_demand(&self, past: &Past<'_>, periods: usize) -> Vec<f64> {
        let from = past.units.len().saturating_sub(self.behind);
        self.means(past, from, self.behind + periods).split_off(self.behind)
    }

    /// Sample paths of the periods after the past.
    pub fn sample_paths(
        &self,
        past: &Past<'_>,
        periods: usize,
        paths: usize,
        seed: u64,
    ) -> SamplePaths {
        let skipped = self.behind;
        let given = self.given(past, past.units.len().saturating_sub(skipped), skipped + periods);
        let model = given.as_ref().unwrap_or(&self.model);
        model
            .sample_paths(skipped + periods, paths, seed, self.calibration.as_deref())
            .within(skipped..usize::MAX)
    }

    /// The model with what is announced for the periods from `from` on.
    fn given(&self, past: &Past<'_>, from: usize, periods: usize) -> Option<FittedModel> {
        let known = &past.terms.drivers;
        if known.is_empty() {
            return None;
        }
        let values: Vec<Vec<f64>> = known.iter().map(|driver| of(driver, from, periods)).collect();
        let drivers: Vec<Driver<'_>> =
            known.iter().zip(&values).map(|(known, values)| named(known, values)).collect();
        self.model.given(&drivers).ok()
    }
}

fn of(driver: &KnownDriver, from: usize, periods: usize) -> Vec<f64> {
    let last = driver.values.last().copied().unwrap_or(0.0);
    (from..from + periods).map(|at| driver.values.get(at).copied().unwrap_or(last)).collect()
}

fn named<'a>(known: &'a KnownDriver, values: &'a [f64]) -> Driver<'a> {
    if known.is_price {
        Driver::price(&known.name, values)
    } else {
        Driver::strength(&known.name, values)
    }
}
