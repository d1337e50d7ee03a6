//! Estimates an exponential smoothing model: Levenberg-Marquardt steps on eight candidates a pass.

use super::recursion::{Batch, Pass, Setting};
use super::{EtsError, EtsParameters, EtsSeason, EtsSpecification, EtsTrend};
use crate::lanes::{LANES, Lanes, smallest};
use crate::linear;

/// Unknowns: three weights, damping, starting level and trend.
const UNKNOWNS: usize = LANES;

/// Pairs of passes after which a fit ends.
const MOST_ROUNDS: usize = 4;

/// A fit ends where a round gains less than this in twice the log-likelihood.
const SMALLEST_GAIN: f64 = 0.05;

/// Ridges of the candidates of one round, relative to the curvature.
const RIDGES: Lanes = [0.0, 0.01, 0.05, 0.2, 1.0, 5.0, 30.0, 300.0];

/// Weights that the fit may start from: the best of these begins.
const STARTS: [[f64; 3]; LANES] = [
    [0.1, 0.02, 0.02],
    [0.1, 0.1, 0.15],
    [0.3, 0.02, 0.05],
    [0.3, 0.15, 0.15],
    [0.5, 0.05, 0.1],
    [0.7, 0.1, 0.05],
    [0.9, 0.02, 0.3],
    [0.02, 0.3, 0.05],
];

/// A point of the search, in coordinates without bounds.
type Point = [f64; UNKNOWNS];

/// The search for one specification on one history.
pub(super) struct Search<'a> {
    setting: Setting<'a>,
    specification: EtsSpecification,
    count: usize,
    start: (f64, f64),
}

/// Where a search ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) parameters: EtsParameters,
    /// Minus twice the concentrated log-likelihood, constants apart.
    pub(super) criterion: f64,
}

impl<'a> Search<'a> {
    /// `start` is a first guess of level and trend.
    pub(super) fn new(
        setting: Setting<'a>,
        specification: EtsSpecification,
        start: (f64, f64),
    ) -> Self {
        let count = specification.weights() + 1 + usize::from(specification.has_trend());
        Self { setting, specification, count, start }
    }

    /// Searches from the best of several starts.
    pub(super) fn run(&self, seasons: &mut Vec<Lanes>) -> Option<Found> {
        let starts = STARTS.map(|[alpha, beta, gamma]| self.point(alpha, beta, 0.93, gamma));
        let pass = self.setting.pass(&self.batch(&starts), seasons, false);
        let criteria = self.criteria(&pass);
        let lane = smallest(&criteria);
        let (mut best, mut criterion) = (starts[lane], criteria[lane]);
        for _ in 0..MOST_ROUNDS {
            let Some(candidates) = self.candidates(&best, seasons) else { break };
            let pass = self.setting.pass(&self.batch(&candidates), seasons, false);
            let criteria = self.criteria(&pass);
            let lane = smallest(&criteria);
            let gain = criterion - criteria[lane];
            if gain.is_nan() || gain <= 0.0 {
                break;
            }
            (best, criterion) = (candidates[lane], criteria[lane]);
            if gain < SMALLEST_GAIN {
                break;
            }
        }
        criterion.is_finite().then(|| Found { parameters: self.parameters(&best), criterion })
    }

    /// Eight damped Newton steps from a point, by finite differences of all errors.
    fn candidates(&self, from: &Point, seasons: &mut Vec<Lanes>) -> Option<[Point; LANES]> {
        const STEP: f64 = 1e-4;
        let mut points = [*from; LANES];
        for unknown in 0..self.count {
            points[unknown + 1][unknown] += STEP;
        }
        let pass = self.setting.pass(&self.batch(&points), seasons, true);
        let n = self.setting.values.len() as f64;
        let curvature = n / pass.squares[0].max(1e-300);
        let mut matrix = [[0.0; UNKNOWNS]; UNKNOWNS];
        let mut downhill = [0.0; UNKNOWNS];
        for row in 0..self.count {
            let products = &pass.products[row + 1][1..];
            for (entry, product) in matrix[row].iter_mut().zip(products).take(self.count) {
                *entry = curvature * product / STEP / STEP;
            }
            // A direction without effect stays where it is.
            matrix[row][row] += 1e-9;
            let logarithm = pass.logarithms[row + 1] - pass.logarithms[0];
            downhill[row] = -(curvature * pass.slopes[row + 1] + logarithm) / STEP;
        }
        let mut candidates = [*from; LANES];
        for (candidate, ridge) in candidates.iter_mut().zip(RIDGES) {
            let step = linear::solve(&matrix, &downhill, self.count, ridge + 1e-9)?;
            for unknown in 0..self.count {
                let limit = if unknown < self.specification.weights() { 3.0 } else { 2.0 };
                candidate[unknown] += step[unknown].clamp(-limit, limit);
            }
        }
        Some(candidates)
    }

    fn criteria(&self, pass: &Pass) -> Lanes {
        let n = self.setting.values.len() as f64;
        std::array::from_fn(|lane| {
            n * libm::log(pass.squares[lane].max(1e-300)) + 2.0 * pass.logarithms[lane]
        })
    }

    fn point(&self, alpha: f64, beta: f64, phi: f64, gamma: f64) -> Point {
        let mut point = [0.0; UNKNOWNS];
        let mut at = 0;
        let mut push = |value: f64| {
            point[at] = value;
            at += 1;
        };
        push(logit(alpha));
        if self.specification.has_trend() {
            push(logit(beta));
        }
        if self.specification.trend == EtsTrend::Damped {
            push(logit((phi - 0.8) / 0.18));
        }
        if self.specification.season != EtsSeason::None {
            push(logit(gamma));
        }
        push(self.start.0 / self.setting.scale);
        if self.specification.has_trend() {
            push(self.start.1 / self.setting.scale);
        }
        point
    }

    fn parameters(&self, point: &Point) -> EtsParameters {
        let mut at = point.iter();
        let mut next = || at.next().copied().unwrap_or(0.0);
        let alpha = weight(next());
        let beta = if self.specification.has_trend() { alpha * weight(next()) } else { 0.0 };
        let phi = match self.specification.trend {
            EtsTrend::None => 0.0,
            EtsTrend::Additive => 1.0,
            EtsTrend::Damped => 0.8 + 0.18 * logistic(next()),
        };
        let gamma = match self.specification.season {
            EtsSeason::None => 0.0,
            _ => (1.0 - alpha) * weight(next()),
        };
        let level = next() * self.setting.scale;
        let trend = if self.specification.has_trend() { next() * self.setting.scale } else { 0.0 };
        EtsParameters { alpha, beta, gamma, phi, level, trend }
    }

    fn batch(&self, points: &[Point; LANES]) -> Batch {
        batch(&points.map(|point| self.parameters(&point)))
    }
}

pub(super) fn batch(parameters: &[EtsParameters; LANES]) -> Batch {
    let column = |of: fn(&EtsParameters) -> f64| std::array::from_fn(|lane| of(&parameters[lane]));
    Batch {
        alpha: column(|p| p.alpha),
        beta: column(|p| p.beta),
        gamma: column(|p| p.gamma),
        phi: column(|p| p.phi),
        level: column(|p| p.level),
        trend: column(|p| p.trend),
    }
}

impl EtsSpecification {
    fn has_trend(self) -> bool {
        self.trend != EtsTrend::None
    }

    /// Weights and damping that are estimated.
    fn weights(self) -> usize {
        let trend = match self.trend {
            EtsTrend::None => 0,
            EtsTrend::Additive => 1,
            EtsTrend::Damped => 2,
        };
        1 + trend + usize::from(self.season != EtsSeason::None)
    }

    /// Everything that is estimated: weights, starting values and the variance.
    pub(super) fn estimates(self, season_length: usize) -> usize {
        let season =
            if self.season == EtsSeason::None { 0 } else { season_length.saturating_sub(1) };
        self.weights() + 1 + usize::from(self.has_trend()) + season + 1
    }

    pub(super) fn needs_positive(self) -> bool {
        self.error == EtsError::Multiplicative || self.season == EtsSeason::Multiplicative
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x.clamp(-12.0, 12.0)))
}

fn weight(x: f64) -> f64 {
    1e-4 + 0.9998 * logistic(x)
}

fn logit(share: f64) -> f64 {
    libm::log(share / (1.0 - share))
}
