use crate::calibration::bucket;
use crate::dependence::Dependence;
use crate::latent::{BLOCK, Latent};
use crate::marginal::{Calibrated, Marginal};
use crate::outlook::Outlook;
use crate::{Calibration, FittedModel, ForecastError};
use std::ops::Range;

/// Simulated demand, path by path.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplePaths {
    horizon: usize,
    values: Vec<f64>,
}

impl SamplePaths {
    pub(crate) fn new(horizon: usize, values: Vec<f64>) -> Self {
        Self { horizon, values }
    }

    /// Periods in a path.
    pub fn horizon(&self) -> usize {
        self.horizon
    }

    /// The number of paths.
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.horizon).unwrap_or(0)
    }

    /// Whether there is no path.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The paths, each a slice of `horizon` periods in units.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.horizon.max(1))
    }

    /// All values, row-major: `values()[path * horizon() + step]`.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Quantiles of the demand of `periods` together, such as a week's of days: the smallest sum that a
    /// share of at least p of the paths does not exceed, so whole units stay whole. Periods hang
    /// together as they do on the paths, where quantiles of single periods would not add up. 0 without
    /// paths.
    ///
    /// # Errors
    /// [`ForecastError::InvalidProbability`] for one that is not strictly between 0 and 1.
    ///
    /// ```
    /// use shelfcast_forecast::{fit, FitOptions, Frequency, Series};
    /// let units: Vec<f64> = (0..140).map(|day| f64::from(day * 31 % 11)).collect();
    /// let model = fit(&Series::new(&units, &[], Frequency::Day, 0)?, &FitOptions::new(7))?;
    /// let week = model.sample_paths(7, 400, 1, None).total_quantiles(0..7, &[0.1, 0.9])?;
    /// assert!(20.0 < week[0] && week[0] < week[1] && week[1] < 50.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn total_quantiles(
        &self,
        periods: Range<usize>,
        probabilities: &[f64],
    ) -> Result<Vec<f64>, ForecastError> {
        if let Some(found) = probabilities.iter().find(|p| !(**p > 0.0 && **p < 1.0)) {
            return Err(ForecastError::InvalidProbability { found: *found });
        }
        let end = periods.end.min(self.horizon);
        let periods = periods.start.min(end)..end;
        let mut totals: Vec<f64> =
            self.iter().map(|path| path[periods.clone()].iter().sum()).collect();
        totals.sort_unstable_by(f64::total_cmp);
        // A product such as 0.07 x 100 may lie just above the whole number that it is.
        let rank = |p: &f64| (p * totals.len() as f64 - 1e-9).ceil().max(1.0) as usize - 1;
        Ok(probabilities.iter().map(|p| totals.get(rank(p)).copied().unwrap_or(0.0)).collect())
    }

    /// The same paths in `periods` alone, as far as they reach.
    pub fn within(mut self, periods: Range<usize>) -> Self {
        let end = periods.end.min(self.horizon);
        let kept = periods.start.min(end)..end;
        if kept != (0..self.horizon) {
            self.values = self.iter().flat_map(|path| path[kept.clone()].iter().copied()).collect();
            self.horizon = kept.len();
        }
        self
    }
}

impl FittedModel {
    /// Draws demand paths for the `horizon` periods after the history.
    ///
    /// Each period's demand has the calibrated distribution that
    /// [`quantiles`](Self::quantiles) gives; periods hang together through a Gaussian copula
    /// whose correlation is a common factor (the level may be wrong for the whole horizon) plus a
    /// first-order autoregression, both measured on rolling errors and shrunk to the
    /// calibration's. Values are whole where the series' are. A path depends on `seed` and its
    /// number alone: more paths or a longer horizon leave the others' beginnings as they were.
    ///
    /// ```
    /// use shelfcast_forecast::{fit, FitOptions, Frequency, Series};
    /// let units: Vec<f64> = (0..200).map(|day| f64::from(day * 31 % 11)).collect();
    /// let model = fit(&Series::new(&units, &[], Frequency::Day, 0)?, &FitOptions::new(14))?;
    /// let paths = model.sample_paths(7, 1_000, 42, None);
    /// assert_eq!((paths.len(), paths.horizon()), (1_000, 7));
    /// let mean = paths.values().iter().sum::<f64>() / 7_000.0;
    /// assert!((4.0..6.0).contains(&mean));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sample_paths(
        &self,
        horizon: usize,
        paths: usize,
        seed: u64,
        calibration: Option<&Calibration>,
    ) -> SamplePaths {
        let mut values = Vec::with_capacity(horizon * paths);
        if horizon * paths == 0 {
            return SamplePaths { horizon, values };
        }
        let (outlook, scores) = self.look_ahead(horizon, calibration);
        let mut calibrated: Vec<Calibrated> = Vec::new();
        for step in 0..horizon {
            if bucket(step) >= calibrated.len() {
                calibrated.push(Calibrated::new(&scores, step, outlook.is_empirical()));
            }
        }
        let marginals = Marginals::new(&outlook, &calibrated);
        let latent = Latent::new(Dependence::of(&self.errors, calibration));
        let mut drawn = Vec::new();
        for first in (0..paths).step_by(BLOCK) {
            latent.draw(seed, first as u64, horizon, &mut drawn);
            for (step, scores) in drawn.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
                marginals.of(step).apply(scores);
            }
            for path in 0..BLOCK.min(paths - first) {
                values.extend((0..horizon).map(|step| drawn[step * BLOCK + path]));
            }
        }
        SamplePaths { horizon, values }
    }
}

/// The quantile functions of all steps; those of one weekday are often the same.
struct Marginals<'a> {
    distinct: Vec<Marginal<'a>>,
    /// Of each step the place in `distinct`.
    of_step: Vec<usize>,
}

impl<'a> Marginals<'a> {
    fn new(outlook: &Outlook, calibrated: &'a [Calibrated]) -> Self {
        let mut marginals = Self { distinct: Vec::new(), of_step: Vec::new() };
        for step in 0..outlook.horizon() {
            let is_same = |earlier: &usize| {
                bucket(*earlier) == bucket(step) && outlook.is_alike(*earlier, step)
            };
            let known = (0..step).rev().find(is_same).map(|earlier| marginals.of_step[earlier]);
            marginals.of_step.push(known.unwrap_or(marginals.distinct.len()));
            if known.is_none() {
                marginals.distinct.push(Marginal::new(outlook, step, &calibrated[bucket(step)]));
            }
        }
        marginals
    }

    fn of(&self, step: usize) -> &Marginal<'a> {
        &self.distinct[self.of_step[step]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_summed_path_by_path() {
        // Totals by path 3, 7 and 11; the first periods alone 1, 3 and 5.
        let paths = SamplePaths::new(2, vec![1.0, 2.0, 5.0, 6.0, 3.0, 4.0]);
        assert_eq!(paths.total_quantiles(0..2, &[0.3, 0.5, 0.9]), Ok(vec![3.0, 7.0, 11.0]));
        assert_eq!(paths.total_quantiles(0..1, &[0.5]), Ok(vec![3.0]));
        assert_eq!(paths.total_quantiles(1..9, &[0.5]), Ok(vec![4.0]));
        assert_eq!(paths.total_quantiles(5..9, &[0.5]), Ok(vec![0.0]));
        assert!(paths.total_quantiles(0..2, &[1.0]).is_err());
    }
}
