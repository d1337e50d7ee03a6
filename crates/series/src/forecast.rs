//! Every series of a set: what they have in common, a model each, how such models err, forecasts.

use crate::parallel::try_map;
use crate::summary::{ModelNotes, Summary};
use crate::{Plan, SeriesError, SeriesSet};
use shelfcast_forecast::drivers::{DriverPool, DriverPoolBuilder};
use shelfcast_forecast::{
    Calibration, CalibrationBuilder, FitOptions, FittedModel, Forecast, SeasonalPool,
    SeasonalPoolBuilder, Series, fit,
};

/// Series whose forecasts are held at a time.
const HELD: usize = 1024;

/// Series that make one part of a pool.
const POOLED: usize = 64;

/// The forecast of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesForecast {
    /// The series.
    pub id: String,
    /// The periods after its last known value.
    pub stamps: Vec<i32>,
    /// Mean, median and intervals, one a period.
    pub forecast: Forecast,
    /// The method that forecast it.
    pub model: &'static str,
    /// How much the series could say for itself.
    pub status: &'static str,
}

/// Forecasts every series and hands them on, some at a time, in the order of their names.
///
/// Series share a seasonal pool, the effects of drivers and the calibration of their intervals. The answer depends neither on the order of rows nor on the threads.
///
/// # Errors
/// [`SeriesError`] for a plan or a series that cannot be, and whatever `sink` gives.
pub fn forecast(
    set: &SeriesSet,
    plan: &Plan,
    mut sink: impl FnMut(&[SeriesForecast]) -> Result<(), SeriesError>,
) -> Result<Summary, SeriesError> {
    check(plan)?;
    let pool = seasonal_pool(set, plan)?;
    let drivers = driver_pool(set, plan, pool.as_ref())?;
    let known = Known { pool: pool.as_ref(), drivers: drivers.as_ref() };
    let models = try_map(set.len(), plan.threads, |at| known.fit(set, plan, at, plan.origins))?;
    let calibration = calibration(&models);
    let mut summary = Summary::new(set, plan);
    for from in (0..models.len()).step_by(HELD) {
        let count = HELD.min(models.len() - from);
        let done = try_map(count, plan.threads, |at| {
            let at = from + at;
            look_ahead(set, plan, at, &models[at], &calibration)
        })?;
        let (forecasts, notes): (Vec<_>, Vec<_>) = done.into_iter().unzip();
        sink(&forecasts)?;
        notes.iter().for_each(|notes| summary.add(notes));
    }
    summary.finish();
    Ok(summary)
}

/// What series know of one another when they are fitted.
struct Known<'a> {
    pool: Option<&'a SeasonalPool>,
    drivers: Option<&'a DriverPool>,
}

impl Known<'_> {
    fn fit(
        &self,
        set: &SeriesSet,
        plan: &Plan,
        at: usize,
        origins: usize,
    ) -> Result<FittedModel, SeriesError> {
        let dense = set.dense(at, plan.frequency, plan.horizon)?;
        let history = dense.history(&set.drivers);
        let mut options = FitOptions::new(plan.horizon)
            .with_origins(origins)
            .with_methods(&plan.methods)
            .with_drivers(&history);
        options.pool = self.pool;
        options.driver_pool = self.drivers;
        let series = dense.series(plan.season_length);
        series.and_then(|series| fit(&series, &options)).map_err(|source| failed(set, at, source))
    }
}

fn failed(set: &SeriesSet, at: usize, source: shelfcast_forecast::FitError) -> SeriesError {
    SeriesError::Fit { id: set.ids[at].clone(), source }
}

/// What no series could be forecast with is told before any is looked at.
fn check(plan: &Plan) -> Result<(), SeriesError> {
    let series = Series::new(&[], &[], plan.frequency, 0)
        .and_then(|series| series.with_season(plan.season_length, 0))
        .map_err(SeriesError::Plan)?;
    let options =
        FitOptions::new(plan.horizon).with_origins(plan.origins).with_methods(&plan.methods);
    fit(&series, &options).map(drop).map_err(SeriesError::Plan)
}

fn seasonal_pool(set: &SeriesSet, plan: &Plan) -> Result<Option<SeasonalPool>, SeriesError> {
    let empty = || SeasonalPoolBuilder::with_season(plan.frequency, plan.season_length);
    let parts = try_map(set.len().div_ceil(POOLED), plan.threads, |part| {
        let mut builder = empty();
        for at in part * POOLED..((part + 1) * POOLED).min(set.len()) {
            let dense = set.dense(at, plan.frequency, 0)?;
            let series = dense.series(plan.season_length);
            series
                .and_then(|series| builder.add(&series))
                .map_err(|source| failed(set, at, source))?;
        }
        Ok::<_, SeriesError>(builder)
    })?;
    let mut pool = empty();
    parts.iter().try_for_each(|part| pool.merge(part)).map_err(SeriesError::Plan)?;
    Ok(pool.finish())
}

/// What each driver does in the mean of the series.
fn driver_pool(
    set: &SeriesSet,
    plan: &Plan,
    pool: Option<&SeasonalPool>,
) -> Result<Option<DriverPool>, SeriesError> {
    if set.drivers.is_empty() {
        return Ok(None);
    }
    let known = Known { pool, drivers: None };
    let models = try_map(set.len(), plan.threads, |at| known.fit(set, plan, at, 0))?;
    let mut builder = DriverPoolBuilder::new();
    models.iter().for_each(|model| builder.add(model));
    Ok(Some(builder.finish()))
}

fn calibration(models: &[FittedModel]) -> Calibration {
    let mut builder = CalibrationBuilder::new();
    models.iter().for_each(|model| builder.add(model));
    builder.finish()
}

fn look_ahead(
    set: &SeriesSet,
    plan: &Plan,
    at: usize,
    model: &FittedModel,
    calibration: &Calibration,
) -> Result<(SeriesForecast, ModelNotes), SeriesError> {
    let dense = set.dense(at, plan.frequency, plan.horizon)?;
    let calibration = Some(calibration);
    let given = match set.drivers.is_empty() {
        true => None,
        false => Some(
            model.given(&dense.future(&set.drivers)).map_err(|source| failed(set, at, source))?,
        ),
    };
    let forecast =
        given.as_ref().unwrap_or(model).forecast(plan.horizon, calibration, &plan.levels)?;
    let notes = ModelNotes::of(model, &dense, calibration, (set, plan));
    let forecast = SeriesForecast {
        id: set.ids[at].clone(),
        stamps: (0..plan.horizon).map(|step| dense.stamp_ahead(step)).collect(),
        forecast,
        model: model.method().as_str(),
        status: model.status().as_str(),
    };
    Ok((forecast, notes))
}
