//! How much less sure periods are that drivers move far.
//!
//! A promotion that triples demand does so more or less: beside the error of an ordinary week, three
//! times as large, there is that of the effect. How fast relative errors grow with the pull of the
//! drivers is the slope of their sizes' logarithms, which heavy tails do not move (Harvey 1976,
//! "Estimating regression models with multiplicative heteroscedasticity"). It may fall as well: larger
//! counts are surer.

use crate::StateError;
use crate::bytes::{Reader, Writer};
use crate::season::{FIXED_ONE, fixed};

/// Errors smaller than this, in their root mean square, are as good as none, and count as this.
const SMALLEST_ERROR: f64 = 0.05;

/// Pulls beyond this, a factor of 4.5, say no more.
const LARGEST_PULL: f64 = 1.5;

/// Sum of squared pulls that what others say, or no slope, weighs.
const PRIOR: f64 = 20.0;

/// Slopes are at most this.
const LARGEST_SLOPE: f64 = 2.0;

/// Sums over the errors of a history, as integers so that their order does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StrainSums {
    count: u64,
    pull: i128,
    square: i128,
    size: i128,
    product: i128,
}

impl StrainSums {
    /// Of relative errors and the pulls of their periods.
    pub(super) fn of(errors: &[(f64, f64)]) -> Self {
        let squares: f64 = errors.iter().map(|(_, error)| error * error).sum();
        let usual = libm::sqrt(squares / errors.len().max(1) as f64);
        let mut sums = Self::default();
        if usual > 0.0 {
            errors.iter().for_each(|(pull, error)| sums.add(*pull, error / usual));
        }
        sums
    }

    fn add(&mut self, pull: f64, error: f64) {
        let pull = pull.min(LARGEST_PULL);
        let size = libm::log(error.abs().max(SMALLEST_ERROR));
        self.count += 1;
        self.pull += fixed(pull);
        self.square += fixed(pull * pull);
        self.size += fixed(size);
        self.product += fixed(pull * size);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.pull = self.pull.saturating_add(other.pull);
        self.square = self.square.saturating_add(other.square);
        self.size = self.size.saturating_add(other.size);
        self.product = self.product.saturating_add(other.product);
    }

    /// The slope that they show, shrunk to another.
    pub(super) fn slope(&self, prior: f64) -> f64 {
        let count = self.count.max(1) as f64;
        let [pull, square, size, product] =
            [self.pull, self.square, self.size, self.product].map(|sum| sum as f64 / FIXED_ONE);
        let squares = (square - pull * pull / count).max(0.0);
        let products = product - pull * size / count;
        ((products + PRIOR * prior) / (squares + PRIOR)).clamp(-LARGEST_SLOPE, LARGEST_SLOPE)
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.word(self.count);
        [self.pull, self.square, self.size, self.product]
            .into_iter()
            .for_each(|sum| writer.wide(sum));
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self {
            count: reader.word()?,
            pull: reader.wide()?,
            square: reader.wide()?,
            size: reader.wide()?,
            product: reader.wide()?,
        })
    }
}

/// How deviations go with the pull of drivers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Strain {
    slope: f64,
    /// The root mean square of the growth over the history, which a history's deviation holds already.
    usual: f64,
}

impl Default for Strain {
    fn default() -> Self {
        Self { slope: 0.0, usual: 1.0 }
    }
}

impl Strain {
    /// With a slope and the pulls of a history.
    pub(super) fn new(slope: f64, errors: &[(f64, f64)]) -> Self {
        let squares: f64 = errors.iter().map(|(pull, _)| growth(2.0 * slope, *pull)).sum();
        let mean = squares / errors.len().max(1) as f64;
        Self { slope, usual: if mean > 0.0 { libm::sqrt(mean) } else { 1.0 } }
    }

    /// What a deviation is multiplied by, beside the drivers' effect.
    pub(crate) fn factor(&self, pull: f64) -> f64 {
        growth(self.slope, pull) / self.usual
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.float(self.slope);
        writer.float(self.usual);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let (slope, usual) = (read_slope(reader)?, reader.positive(1e3)?);
        if usual > 0.0 {
            Ok(Self { slope, usual })
        } else {
            Err(StateError::Invalid { field: "strain" })
        }
    }
}

pub(super) fn read_slope(reader: &mut Reader<'_>) -> Result<f64, StateError> {
    reader.within(LARGEST_SLOPE)
}

fn growth(slope: f64, pull: f64) -> f64 {
    libm::exp(slope * pull.min(LARGEST_PULL))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 errors a pull, all of the size 3 exp(slope x pull).
    fn errors(slope: f64, pulls: &[f64]) -> Vec<(f64, f64)> {
        let sizes = pulls.iter().flat_map(|pull| {
            [-3.0, 3.0]
                .repeat(100)
                .into_iter()
                .map(move |sign| (*pull, sign * growth(slope, *pull)))
        });
        sizes.collect()
    }

    #[test]
    fn the_slope_of_many_errors_is_found_and_of_few_is_shrunk() {
        for slope in [-0.5, 0.0, 0.6] {
            // Squared distances of 8,000 pulls from their mean: 8,000 / 4. Of 400: 400 x 0.15^2.
            let many = StrainSums::of(&errors(slope, &[0.0, 1.0].repeat(20)));
            assert!(
                (many.slope(0.0) - slope * 2_000.0 / 2_020.0).abs() < 1e-6,
                "{slope}: {many:?}"
            );
            let few = StrainSums::of(&errors(slope, &[0.0, 0.3]));
            assert!((few.slope(0.0) - slope * 9.0 / 29.0).abs() < 1e-6, "{slope}: {few:?}");
            assert!((few.slope(slope) - slope).abs() < 1e-6);
        }
        assert_eq!(StrainSums::of(&[(0.0, 0.0), (1.0, 0.0)]).slope(0.4), 0.4);
    }

    #[test]
    fn a_history_as_promoted_as_its_past_is_as_uncertain() {
        let errors = errors(0.5, &[0.0, 0.0, 0.0, 1.2]);
        let strain = Strain::new(0.5, &errors);
        let square = |pull: f64| strain.factor(pull) * strain.factor(pull);
        assert!((0.75 * square(0.0) + 0.25 * square(1.2) - 1.0).abs() < 1e-12);
        assert_eq!(Strain::default().factor(0.7), 1.0);
    }

    #[test]
    fn parts_merge_to_the_whole() {
        let mut part = StrainSums::default();
        let all = [(0.0, 1.0), (0.4, -2.0), (0.1, 0.5)];
        let mut whole = StrainSums::default();
        all.iter().for_each(|(pull, error)| whole.add(*pull, *error));
        all[1..].iter().for_each(|(pull, error)| part.add(*pull, *error));
        let mut merged = StrainSums::default();
        merged.add(all[0].0, all[0].1);
        merged.merge(&part);
        assert_eq!(merged, whole);
    }
}
