use crate::calibration::{Calibration, Scope, bucket};
use crate::error::MAXIMUM_HORIZON;
use crate::outlook::{End, Outlook};
use crate::rolling::ErrorKind;
use crate::scores::Scores;
use crate::{FittedModel, ForecastError, IntervalBasis, Level};

/// Expected demand and its intervals, one value a period ahead, never negative.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Expected demand: what totals, money and squared error want.
    pub mean: Vec<f64>,
    /// Median demand: what absolute error wants.
    pub median: Vec<f64>,
    /// One interval a level, in the order asked for.
    pub intervals: Vec<Interval>,
    /// What the intervals' width rests on.
    pub basis: IntervalBasis,
}

/// A central interval: each end leaves out half of what the level leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// The probability that the interval claims to hold.
    pub level: Level,
    /// Lower ends, inclusive, one a period ahead.
    pub lower: Vec<f64>,
    /// Upper ends, inclusive, one a period ahead.
    pub upper: Vec<f64>,
}

/// Quantiles of demand in each period ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantiles {
    probabilities: Vec<f64>,
    values: Vec<f64>,
}

impl Quantiles {
    /// The probabilities asked for.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The quantiles of one period ahead (from 0), in the order of the probabilities.
    ///
    /// # Panics
    /// When `step` is not below the horizon asked for.
    pub fn step(&self, step: usize) -> &[f64] {
        let count = self.probabilities.len();
        &self.values[step * count..(step + 1) * count]
    }

    /// All quantiles, row-major: `values()[step * probabilities().len() + position]`.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

impl FittedModel {
    /// Forecasts the `horizon` periods after the history.
    ///
    /// Intervals mix the model's own rolling errors with those of `calibration`, if given;
    /// [`Forecast::basis`] says what they rest on.
    ///
    /// # Errors
    /// [`ForecastError::InvalidHorizon`] unless the horizon is 1 to
    /// [`MAXIMUM_HORIZON`](crate::MAXIMUM_HORIZON).
    pub fn forecast(
        &self,
        horizon: usize,
        calibration: Option<&Calibration>,
        levels: &[Level],
    ) -> Result<Forecast, ForecastError> {
        check_horizon(horizon)?;
        let (outlook, scores) = self.look_ahead(horizon, calibration);
        let quantile = |probability| outlook.quantiles(&scores, probability);
        Ok(Forecast {
            median: quantile(0.5),
            intervals: levels
                .iter()
                .map(|level| Interval {
                    level: *level,
                    lower: quantile(level.lower()),
                    upper: quantile(level.upper()),
                })
                .collect(),
            basis: scores.basis,
            mean: outlook.means,
        })
    }

    /// Quantiles of demand in each of the `horizon` periods after the history.
    ///
    /// # Errors
    /// [`ForecastError`] for a horizon out of range and for a probability that is not strictly
    /// between 0 and 1.
    pub fn quantiles(
        &self,
        horizon: usize,
        calibration: Option<&Calibration>,
        probabilities: &[f64],
    ) -> Result<Quantiles, ForecastError> {
        check_horizon(horizon)?;
        if let Some(found) = probabilities.iter().find(|p| !(**p > 0.0 && **p < 1.0)) {
            return Err(ForecastError::InvalidProbability { found: *found });
        }
        let (outlook, scores) = self.look_ahead(horizon, calibration);
        let mut values = vec![0.0; horizon * probabilities.len()];
        for (position, probability) in probabilities.iter().enumerate() {
            let column = outlook.quantiles(&scores, *probability);
            for (step, value) in column.into_iter().enumerate() {
                values[step * probabilities.len() + position] = value;
            }
        }
        Ok(Quantiles { probabilities: probabilities.to_vec(), values })
    }

    /// P(D <= y) in each of the `horizon` periods after the history.
    ///
    /// # Errors
    /// [`ForecastError::InvalidHorizon`] as [`forecast`](Self::forecast).
    ///
    /// ```
    /// use shelfcast_forecast::{fit, FitOptions, Frequency, Series};
    /// let units: Vec<f64> = (0..200).map(|day| f64::from(day * 31 % 11)).collect();
    /// let model = fit(&Series::new(&units, &[], Frequency::Day, 0)?, &FitOptions::new(14))?;
    /// let below_four = model.cdf(7, 3.0, None)?;
    /// assert!(below_four.iter().all(|share| (0.2..0.9).contains(share)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cdf(
        &self,
        horizon: usize,
        y: f64,
        calibration: Option<&Calibration>,
    ) -> Result<Vec<f64>, ForecastError> {
        check_horizon(horizon)?;
        let (outlook, scores) = self.look_ahead(horizon, calibration);
        Ok((0..horizon).map(|step| outlook.calibrated(step, &scores, y, false)).collect())
    }

    /// The distributions ahead and how far they can be believed.
    pub(crate) fn look_ahead(
        &self,
        horizon: usize,
        calibration: Option<&Calibration>,
    ) -> (Outlook, Scores) {
        let longest = horizon.max(self.horizon);
        let mut outlook =
            self.predictive.outlook(longest, self.effects_ahead(longest), self.horizon);
        let kind = ErrorKind::of(&outlook, self.demand_class());
        let scores = Scores::new(&self.errors, kind, calibration, Scope::All, longest);
        outlook.keep_means(&scores);
        outlook.truncate(horizon);
        (outlook, scores)
    }
}

impl Outlook {
    /// The calibrated quantile of every step at one probability.
    fn quantiles(&self, scores: &Scores, probability: f64) -> Vec<f64> {
        let (mut shared, mut end) = (usize::MAX, End::default());
        (0..self.horizon())
            .map(|step| {
                // Steps of one horizon bucket share their score.
                if bucket(step) != shared {
                    (shared, end) = (bucket(step), self.end(scores.at(step, probability)));
                }
                self.at(step, end)
            })
            .collect()
    }

    /// The calibrated probability of demand up to `x`, or below `x` if `strictly`.
    pub(crate) fn calibrated(&self, step: usize, scores: &Scores, x: f64, strictly: bool) -> f64 {
        match self.score(step, x, strictly) {
            f64::NEG_INFINITY => 0.0,
            f64::INFINITY => 1.0,
            score => scores.probability(step, score),
        }
    }
}

fn check_horizon(found: usize) -> Result<(), ForecastError> {
    if (1..=MAXIMUM_HORIZON).contains(&found) {
        Ok(())
    } else {
        Err(ForecastError::InvalidHorizon { found })
    }
}
