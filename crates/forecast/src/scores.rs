//! Which normal score a probability stands for, once past errors are taken into account.

use std::sync::LazyLock;

use crate::calibration::{BUCKETS, Calibration, GRID, Scope, bucket};
use crate::normal;
use crate::rolling::{ErrorKind, RollingErrors};

/// Errors that the pool weighs against a series' own in a horizon bucket.
const POOL_WEIGHT: f64 = 400.0;

/// Errors that the model's own distribution weighs where the pool has fewer.
const MODEL_WEIGHT: f64 = 60.0;

/// The model's own errors at [`GRID`]'s probabilities: those of a standard normal.
static MODEL_ERRORS: LazyLock<[f64; GRID.len()]> = LazyLock::new(|| GRID.map(normal::quantile));

/// What the width of an interval rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntervalBasis {
    /// The pool's standardised errors, with the series' own.
    PooledErrors,
    /// Mostly the series' own rolling errors.
    OwnErrors,
    /// Mostly the model's distribution: neither a pool nor enough own errors were at hand.
    ModelDistribution,
}

impl IntervalBasis {
    /// `"pooled_errors"`, `"own_errors"` or `"model_distribution"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PooledErrors => "pooled_errors",
            Self::OwnErrors => "own_errors",
            Self::ModelDistribution => "model_distribution",
        }
    }
}

/// Standardised errors expected in each horizon bucket: own errors, the pool's and the model's,
/// mixed by weight.
pub(crate) struct Scores {
    buckets: Vec<BucketScores>,
    pub(crate) basis: IntervalBasis,
}

/// Weighted errors of a bucket at their plotting positions.
struct BucketScores {
    errors: Vec<f64>,
    /// The probability at each error, ascending.
    positions: Vec<f64>,
}

impl Scores {
    /// Scores for steps below `horizon`.
    pub(crate) fn new(
        errors: &RollingErrors,
        kind: ErrorKind,
        calibration: Option<&Calibration>,
        scope: Scope,
        horizon: usize,
    ) -> Self {
        let mut own: [Vec<f64>; BUCKETS] = Default::default();
        for (row, row_kind) in errors.rows() {
            for (step, error) in row.iter().enumerate().take(horizon) {
                if row_kind.empirical == kind.empirical && !error.is_nan() {
                    own[bucket(step)].push(f64::from(*error));
                }
            }
        }
        let count = bucket(horizon.max(1) - 1) + 1;
        let basis = basis(&own, kind, calibration, scope);
        let buckets = own
            .into_iter()
            .take(count)
            .enumerate()
            .map(|(bucket, own)| {
                let grid = calibration.and_then(|pool| pool.grid(kind, scope, bucket));
                let pool_weight = grid.map_or(0.0, |grid| POOL_WEIGHT.min(grid.count as f64));
                BucketScores::new(own, grid.map(|grid| (&grid.errors, pool_weight)))
            })
            .collect();
        Self { buckets, basis }
    }

    /// The standardised error at `probability`, `step` periods after the first.
    pub(crate) fn at(&self, step: usize, probability: f64) -> f64 {
        self.bucket(step).at(probability)
    }

    /// The same at each of `probabilities`, ascending.
    pub(crate) fn at_all<const N: usize>(&self, step: usize, probabilities: &[f64; N]) -> [f64; N] {
        let BucketScores { errors, positions } = self.bucket(step);
        let mut after = 0;
        probabilities.map(|probability| {
            after += positions[after..].iter().take_while(|point| **point < probability).count();
            between(positions, errors, probability, after)
        })
    }

    /// The probability below a standardised error: the inverse of [`at`](Self::at).
    pub(crate) fn probability(&self, step: usize, error: f64) -> f64 {
        self.bucket(step).probability(error)
    }

    fn bucket(&self, step: usize) -> &BucketScores {
        &self.buckets[bucket(step).min(self.buckets.len() - 1)]
    }
}

fn basis(
    own: &[Vec<f64>],
    kind: ErrorKind,
    calibration: Option<&Calibration>,
    scope: Scope,
) -> IntervalBasis {
    let pooled = calibration
        .and_then(|pool| pool.grid(kind, scope, BUCKETS - 1))
        .filter(|grid| grid.count as f64 >= MODEL_WEIGHT);
    let longest = own.iter().map(Vec::len).max().unwrap_or(0);
    if pooled.is_some() {
        IntervalBasis::PooledErrors
    } else if longest as f64 > MODEL_WEIGHT {
        IntervalBasis::OwnErrors
    } else {
        IntervalBasis::ModelDistribution
    }
}

impl BucketScores {
    fn new(mut own: Vec<f64>, pool: Option<(&[f64; GRID.len()], f64)>) -> Self {
        let own_weight = own.len() as f64;
        let pool_weight = pool.map_or(0.0, |(_, weight)| weight);
        let model_weight = (MODEL_WEIGHT - pool_weight).max(0.0);
        own.sort_unstable_by(f64::total_cmp);
        let mut points: Vec<(f64, f64)> = own.into_iter().map(|error| (error, 1.0)).collect();
        if let Some((errors, weight)) = pool {
            points = merged(&points, weighted(errors.iter().copied(), weight));
        }
        if model_weight > 0.0 {
            points = merged(&points, weighted(MODEL_ERRORS.iter().copied(), model_weight));
        }
        let correction = own_weight / (own_weight + pool_weight + model_weight);
        Self::placed(&points, correction)
    }

    /// Plotting positions: of n equal weights the j-th is at j / (n + 1), the correction of split
    /// conformal prediction. Quantile grids carry theirs already, so only the own share counts.
    fn placed(points: &[(f64, f64)], correction: f64) -> Self {
        let total: f64 = points.iter().map(|point| point.1).sum::<f64>() + correction;
        let mut below = 0.0;
        let positions = points
            .iter()
            .map(|(_, weight)| {
                let position = (below + 0.5 * (weight + correction)) / total;
                below += weight;
                position
            })
            .collect();
        Self { errors: points.iter().map(|point| point.0).collect(), positions }
    }

    fn at(&self, probability: f64) -> f64 {
        interpolate(&self.positions, &self.errors, probability)
    }

    fn probability(&self, error: f64) -> f64 {
        if error <= self.errors[0] {
            0.0
        } else if error >= self.errors[self.errors.len() - 1] {
            1.0
        } else {
            interpolate(&self.errors, &self.positions, error)
        }
    }
}

/// The errors at [`GRID`]'s probabilities, each with its share of `weight`.
fn weighted(errors: impl Iterator<Item = f64>, weight: f64) -> impl Iterator<Item = (f64, f64)> {
    errors.zip(grid_shares()).map(move |(error, share)| (error, share * weight))
}

/// Two ascending lists in one.
fn merged(left: &[(f64, f64)], right: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut points = Vec::with_capacity(left.len() + GRID.len());
    let mut taken = 0;
    for point in right {
        let before = left[taken..].iter().take_while(|own| own.0 <= point.0).count();
        points.extend_from_slice(&left[taken..taken + before]);
        points.push(point);
        taken += before;
    }
    points.extend_from_slice(&left[taken..]);
    points
}

/// The share of a distribution that each of [`GRID`]'s points stands for: half-way to its
/// neighbours.
pub(crate) fn grid_shares() -> impl Iterator<Item = f64> {
    (0..GRID.len()).map(|point| {
        let lower = if point == 0 { 0.0 } else { 0.5 * (GRID[point - 1] + GRID[point]) };
        let upper = GRID.get(point + 1).map_or(1.0, |next| 0.5 * (next + GRID[point]));
        upper - lower
    })
}

/// Linear between ascending `from` points, constant beyond them.
fn interpolate(from: &[f64], to: &[f64], x: f64) -> f64 {
    between(from, to, x, from.partition_point(|point| *point < x))
}

/// The same where it is known how many points are below `x`.
fn between(from: &[f64], to: &[f64], x: f64, after: usize) -> f64 {
    if after == 0 {
        return to[0];
    }
    if after == from.len() {
        return to[after - 1];
    }
    let width = from[after] - from[after - 1];
    let share = if width > 0.0 { (x - from[after - 1]) / width } else { 1.0 };
    to[after - 1] + share * (to[after] - to[after - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DemandClass, Frequency, Series};
    use proptest::prelude::*;

    #[test]
    fn without_errors_scores_are_the_models() {
        let series = Series::new(&[], &[], Frequency::Day, 0).unwrap();
        let errors = RollingErrors::of(&series, &[], &[], 7, 0);
        let kind = ErrorKind { empirical: false, class: DemandClass::Smooth, group: 0 };
        let scores = Scores::new(&errors, kind, None, Scope::All, 7);
        assert_eq!(scores.basis, IntervalBasis::ModelDistribution);
        for probability in [0.025, 0.1, 0.5, 0.8, 0.975] {
            let error = scores.at(3, probability) - normal::quantile(probability);
            assert!(error.abs() < 0.06, "{probability}: {error}");
        }
    }

    #[test]
    fn equal_weights_are_at_j_over_n_plus_one() {
        let points: Vec<(f64, f64)> = (1..=9).map(|error| (f64::from(error), 1.0)).collect();
        let scores = BucketScores::placed(&points, 1.0);
        assert!((scores.at(0.9) - 9.0).abs() < 1e-12);
        assert!((scores.at(0.35) - 3.5).abs() < 1e-12);
        assert_eq!(scores.at(0.99), 9.0);
    }

    proptest! {
        #[test]
        fn scores_of_many_probabilities_are_those_of_each(
            mut own in prop::collection::vec(-3.0..3.0_f64, 0..60),
            mut probabilities in prop::array::uniform8(0.0..1.0_f64),
        ) {
            own.sort_unstable_by(f64::total_cmp);
            probabilities.sort_unstable_by(f64::total_cmp);
            let buckets = vec![BucketScores::new(own, None)];
            let scores = Scores { buckets, basis: IntervalBasis::OwnErrors };
            let found = scores.at_all(0, &probabilities);
            prop_assert_eq!(found, probabilities.map(|probability| scores.at(0, probability)));
        }

        #[test]
        fn scores_rise_with_probability(
            own in prop::collection::vec(-3.0..3.0_f64, 0..60), p in 0.001..0.99_f64
        ) {
            let scores = BucketScores::new(own, None);
            prop_assert!(scores.at(p) <= scores.at(p + 0.005));
            let back = scores.probability(scores.at(p));
            prop_assert!((back - p).abs() < 0.05 || back == 0.0 || back == 1.0);
        }
    }
}
