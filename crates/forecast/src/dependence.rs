//! How forecast errors of different steps hang together.
//!
//! Errors share two causes: a level that was estimated too high or too low errs in every step
//! alike, and a passing disturbance errs in neighbouring steps. The correlation of the
//! standardised errors of two steps is modelled as
//!
//! `correlation(lag) = common + (1 - common) * decay^lag`
//!
//! a common factor plus a first-order autoregression. Simulated paths keep it through a Gaussian
//! copula, so that demand over a whole lead time spreads as widely as it does.

use crate::StateError;
use crate::bytes::{Reader, Writer};
use crate::calibration::Calibration;
use crate::rolling::RollingErrors;
use crate::season::{FIXED_ONE, fixed};

/// Origins that the pool's correlations weigh against a series' own.
const POOL_ORIGINS: f64 = 40.0;

/// Correlations assumed where no pool is given, and the origins they weigh.
const ASSUMED: Dependence = Dependence { neighbour: 0.2, common: 0.15 };
const ASSUMED_ORIGINS: f64 = 4.0;

/// Mean products of standardised errors: of neighbouring steps, and of steps far apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Dependence {
    neighbour: f64,
    common: f64,
}

impl Dependence {
    /// Own correlations shrunk to the pool's, or to assumed ones.
    pub(crate) fn of(errors: &RollingErrors, calibration: Option<&Calibration>) -> Self {
        let mut sums = DependenceSums::default();
        sums.add(errors);
        let own = sums.mean();
        let (prior, weight) = match calibration.map(Calibration::dependence) {
            Some((pool, origins)) if origins > 0 => (pool, POOL_ORIGINS.min(origins as f64)),
            _ => (ASSUMED, ASSUMED_ORIGINS),
        };
        let own_share = sums.origins() as f64 / (sums.origins() as f64 + weight);
        let mix = |own: f64, prior: f64| prior + own_share * (own - prior);
        Self {
            neighbour: mix(own.neighbour, prior.neighbour),
            common: mix(own.common, prior.common),
        }
    }

    #[cfg(test)]
    pub(crate) fn with(neighbour: f64, common: f64) -> Self {
        Self { neighbour, common }
    }

    /// The correlation that never fades, 0 to 0.9.
    pub(crate) fn common(self) -> f64 {
        self.common.clamp(0.0, 0.9)
    }

    /// What is left of the fading part from one step to the next, 0 to 0.95.
    pub(crate) fn decay(self) -> f64 {
        let common = self.common();
        ((self.neighbour - common) / (1.0 - common)).clamp(0.0, 0.95)
    }

    pub(crate) fn write(self, writer: &mut Writer) {
        writer.float(self.neighbour);
        writer.float(self.common);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self { neighbour: reader.float()?, common: reader.float()? })
    }
}

/// Sums of an origin's mean products, kept as integers so that their order does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DependenceSums {
    neighbour: i128,
    neighbour_origins: u64,
    common: i128,
    common_origins: u64,
}

impl DependenceSums {
    pub(crate) fn add(&mut self, errors: &RollingErrors) {
        // Neighbours' passing disturbances have mostly faded at this lag.
        let far = if errors.horizon >= 16 { 8 } else { 2 };
        for (row, _) in errors.rows() {
            if let Some(product) = mean_product(row, 1, 1) {
                self.neighbour = self.neighbour.saturating_add(fixed(product));
                self.neighbour_origins = self.neighbour_origins.saturating_add(1);
            }
            if let Some(product) = mean_product(row, far, row.len()) {
                self.common = self.common.saturating_add(fixed(product));
                self.common_origins = self.common_origins.saturating_add(1);
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.neighbour = self.neighbour.saturating_add(other.neighbour);
        self.neighbour_origins = self.neighbour_origins.saturating_add(other.neighbour_origins);
        self.common = self.common.saturating_add(other.common);
        self.common_origins = self.common_origins.saturating_add(other.common_origins);
    }

    pub(crate) fn origins(&self) -> u64 {
        self.neighbour_origins.min(self.common_origins)
    }

    /// Mean products over origins; 0 without any.
    pub(crate) fn mean(&self) -> Dependence {
        let mean = |sum: i128, origins: u64| sum as f64 / FIXED_ONE / origins.max(1) as f64;
        Dependence {
            neighbour: mean(self.neighbour, self.neighbour_origins),
            common: mean(self.common, self.common_origins),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.wide(self.neighbour);
        writer.word(self.neighbour_origins);
        writer.wide(self.common);
        writer.word(self.common_origins);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self {
            neighbour: reader.wide()?,
            neighbour_origins: reader.word()?,
            common: reader.wide()?,
            common_origins: reader.word()?,
        })
    }
}

/// Mean product of the errors of two steps whose lag lies in `from..=to`.
///
/// Products are of errors around 0, not around the origin's mean: a common error of the whole
/// origin is what is looked for.
fn mean_product(row: &[f32], from: usize, to: usize) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for (step, first) in row.iter().enumerate() {
        for second in row.iter().skip(step + from).take(to + 1 - from) {
            let product = f64::from(*first) * f64::from(*second);
            if !product.is_nan() {
                sum += product;
                count += 1.0;
            }
        }
    }
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_skip_unobserved_steps() {
        // Lag 1 pairs of 1, 2, NaN, 3, 4: 1*2 and 3*4, mean 7. Lags 3 to 4: 1*3, 2*4, 1*4, mean 5.
        let row = [1.0, 2.0, f32::NAN, 3.0, 4.0];
        assert_eq!(mean_product(&row, 1, 1), Some(7.0));
        assert_eq!(mean_product(&row, 3, 4), Some(5.0));
        assert_eq!(mean_product(&row, 5, 9), None);
    }

    #[test]
    fn correlations_stay_in_their_ranges() {
        for (neighbour, common) in [(5.0, 5.0), (-1.0, -1.0), (0.2, 0.6), (0.9, 0.0)] {
            let dependence = Dependence { neighbour, common };
            assert!((0.0..=0.9).contains(&dependence.common()));
            assert!((0.0..=0.95).contains(&dependence.decay()));
        }
    }
}
