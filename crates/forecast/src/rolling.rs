//! Rolling origins: what would have been forecast at earlier cutoffs, against what came.

use crate::accuracy::Scale;
use crate::bytes::{Reader, Writer};
use crate::error::{MAXIMUM_HORIZON, MAXIMUM_ORIGINS, MAXIMUM_PERIODS};
use crate::models::Candidates;
use crate::predictive::Predictive;
use crate::series::Availability;
use crate::{Method, SeasonalPool, Series, StateError, random};

/// One cutoff with every candidate fitted to what was known then.
pub(crate) struct Origin {
    /// Periods known; the first forecast is for period `cutoff`.
    pub(crate) cutoff: usize,
    pub(crate) candidates: Candidates,
    /// Scales of the history before the cutoff.
    pub(crate) scale: Scale,
}

impl Origin {
    /// The candidate a method had here; where it was not allowed yet, what was used instead.
    pub(crate) fn forecast_by(&self, method: Method) -> &Predictive {
        self.candidates.of(method).unwrap_or(&self.candidates.allowed[0])
    }

    /// (step, actual) of the observed periods after the cutoff and before `limit`.
    pub(crate) fn scored<'a>(
        &self,
        series: &'a Series<'_>,
        horizon: usize,
        limit: usize,
    ) -> impl Iterator<Item = (usize, f64)> + 'a {
        let cutoff = self.cutoff;
        (cutoff..(cutoff + horizon).min(limit).min(series.len()))
            .filter(|&index| series.availability(index) == Availability::Observed)
            .map(move |index| (index - cutoff, series.units()[index]))
    }
}

/// Fits the candidates at up to `origins` cutoffs, oldest first.
pub(crate) fn roll(
    series: &Series<'_>,
    horizon: usize,
    origins: usize,
    pool: Option<&SeasonalPool>,
) -> Vec<Origin> {
    cutoffs(series, horizon, origins)
        .into_iter()
        .map(|cutoff| Origin {
            cutoff,
            candidates: Candidates::fit(&series.prefix(cutoff), horizon, pool),
            scale: Scale::of(&series.prefix(cutoff)),
        })
        .collect()
}

/// The last cutoff leaves one horizon; earlier ones step back by a horizon, or by less where the
/// history is short. None leaves less than half the history or less than the shortest history.
fn cutoffs(series: &Series<'_>, horizon: usize, origins: usize) -> Vec<usize> {
    let earliest = series.frequency().shortest_history().max(series.len() / 2);
    let last = series.len().saturating_sub(horizon).max(earliest);
    if origins == 0 || last >= series.len() {
        return vec![];
    }
    let spacing = match origins {
        1 => 0,
        _ => ((last - earliest) / (origins - 1)).min(horizon),
    };
    let count = if spacing == 0 { 1 } else { origins };
    (0..count).rev().map(|back| last - back * spacing).collect()
}

/// Standardised errors of one method, by origin and step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RollingErrors {
    pub(crate) cutoffs: Vec<usize>,
    pub(crate) horizon: usize,
    /// Row-major by origin; NaN where nothing was observed.
    errors: Vec<f32>,
    /// Whether an origin's errors come from an empirical distribution.
    empirical: Vec<bool>,
}

impl RollingErrors {
    /// Errors of a method at the origins, for periods before `limit`.
    pub(crate) fn of(
        series: &Series<'_>,
        origins: &[Origin],
        method: Method,
        horizon: usize,
        limit: usize,
    ) -> Self {
        let mut errors = vec![f32::NAN; origins.len() * horizon];
        let mut empirical = Vec::with_capacity(origins.len());
        for (row, origin) in origins.iter().enumerate() {
            let forecast = origin.forecast_by(method);
            empirical.push(forecast.is_empirical());
            for (step, actual) in origin.scored(series, horizon, limit) {
                let v = random::uniform(origin.cutoff as u64, step as u64, 0);
                let error = forecast.standardised_error(step, actual, v);
                errors[row * horizon + step] = error as f32;
            }
        }
        Self {
            cutoffs: origins.iter().map(|origin| origin.cutoff).collect(),
            horizon,
            errors,
            empirical,
        }
    }

    /// Each origin's errors by step, NaN where nothing was observed, and whether they come from
    /// an empirical distribution.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&[f32], bool)> {
        self.errors.chunks_exact(self.horizon.max(1)).zip(self.empirical.iter().copied())
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.horizon);
        writer.count(self.cutoffs.len());
        self.cutoffs.iter().for_each(|cutoff| writer.count(*cutoff));
        self.empirical.iter().for_each(|flag| writer.byte(u8::from(*flag)));
        writer.halves(&self.errors);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let horizon = reader.count(MAXIMUM_HORIZON)?;
        let origins = reader.count(MAXIMUM_ORIGINS)?;
        let cutoffs: Vec<usize> =
            (0..origins).map(|_| reader.count(MAXIMUM_PERIODS)).collect::<Result<_, _>>()?;
        let empirical = (0..origins).map(|_| reader.flag()).collect::<Result<_, _>>()?;
        let errors = reader.halves(horizon * origins)?;
        let ascending = cutoffs.windows(2).all(|pair| pair[0] < pair[1]);
        let finite = errors.iter().all(|error| error.is_nan() || error.abs() < 10.0);
        if errors.len() == horizon * origins && ascending && finite {
            Ok(Self { cutoffs, horizon, errors, empirical })
        } else {
            Err(StateError::Invalid { field: "rolling errors" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frequency;

    fn cutoffs_of(
        length: usize,
        frequency: Frequency,
        horizon: usize,
        origins: usize,
    ) -> Vec<usize> {
        let units = vec![1.0; length];
        cutoffs(&Series::new(&units, &[], frequency, 0).unwrap(), horizon, origins)
    }

    #[test]
    fn a_long_history_steps_by_whole_horizons() {
        assert_eq!(cutoffs_of(420, Frequency::Day, 28, 4), [308, 336, 364, 392]);
    }

    #[test]
    fn a_short_history_steps_by_less() {
        // Half of 48 months is 24; the last cutoff is 30, so three steps of 2 fit.
        assert_eq!(cutoffs_of(48, Frequency::Month, 18, 4), [24, 26, 28, 30]);
        assert_eq!(cutoffs_of(20, Frequency::Day, 28, 4), [14]);
        assert_eq!(cutoffs_of(14, Frequency::Day, 28, 4), []);
        assert_eq!(cutoffs_of(420, Frequency::Day, 28, 0), []);
    }
}
