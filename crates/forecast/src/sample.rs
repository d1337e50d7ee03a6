use crate::dependence::Dependence;
use crate::outlook::Outlook;
use crate::scores::Scores;
use crate::{Calibration, FittedModel, normal, random};

/// Normal scores of the tabulated quantiles: from -4 to 4 by 1/16.
const SCORES_PER_UNIT: f64 = 16.0;
const LARGEST_SCORE: f64 = 4.0;
const TABLE: usize = 129;

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
    pub fn sample_paths(
        &self,
        horizon: usize,
        paths: usize,
        seed: u64,
        calibration: Option<&Calibration>,
    ) -> SamplePaths {
        let (outlook, scores) = self.look_ahead(horizon, calibration);
        let tables: Vec<[f64; TABLE]> = tables(&outlook, &scores);
        let dependence = Dependence::of(&self.errors, calibration);
        let common_share = libm::sqrt(dependence.common());
        let own_share = libm::sqrt(1.0 - dependence.common());
        let decay = dependence.decay();
        let renewal = libm::sqrt(1.0 - decay * decay);
        let mut values = Vec::with_capacity(horizon * paths);
        for path in 0..paths {
            let draw = |column| normal::quantile(random::uniform(seed, path as u64, column));
            let common = common_share * draw(0);
            let mut passing = draw(1);
            for (step, table) in tables.iter().enumerate() {
                if step > 0 {
                    passing = decay * passing + renewal * draw(step as u64 + 1);
                }
                values.push(look_up(table, common + own_share * passing, self.predictive.whole));
            }
        }
        SamplePaths { horizon, values }
    }
}

/// Each step's calibrated quantiles at the tabulated normal scores.
fn tables(outlook: &Outlook, scores: &Scores) -> Vec<[f64; TABLE]> {
    let probabilities: [f64; TABLE] =
        std::array::from_fn(|row| normal::cdf(row as f64 / SCORES_PER_UNIT - LARGEST_SCORE));
    let mut bucket = usize::MAX;
    let mut calibrated = [(0.0, 0.0); TABLE];
    (0..outlook.horizon())
        .map(|step| {
            if crate::calibration::bucket(step) != bucket {
                bucket = crate::calibration::bucket(step);
                calibrated = probabilities.map(|probability| {
                    let score = scores.at(step, probability);
                    (score, normal::cdf(score))
                });
            }
            calibrated.map(|(score, probability)| outlook.quantile(step, score, probability))
        })
        .collect()
}

fn look_up(table: &[f64; TABLE], score: f64, whole: bool) -> f64 {
    let place = ((score + LARGEST_SCORE) * SCORES_PER_UNIT).clamp(0.0, (TABLE - 1) as f64);
    if whole {
        return table[place.round() as usize];
    }
    let row = (place as usize).min(TABLE - 2);
    table[row] + (place - row as f64) * (table[row + 1] - table[row])
}
