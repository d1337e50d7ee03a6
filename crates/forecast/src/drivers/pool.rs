use std::collections::BTreeMap;

use crate::FittedModel;
use crate::season::{FIXED_ONE, fixed};

/// Coefficients known less well than this say nothing to others.
const LARGEST_DEVIATION: f64 = 2.0;

/// The least that series are taken to differ in their coefficients.
const SMALLEST_BETWEEN: f64 = 0.1;

/// What many series say of each driver: the mean coefficient and how much series differ.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DriverPool {
    effects: BTreeMap<String, (f64, f64)>,
}

impl DriverPool {
    /// The mean coefficient of a driver and its standard deviation between series.
    pub fn effect(&self, name: &str) -> Option<(f64, f64)> {
        self.effects.get(name).copied()
    }
}

/// Gathers a [`DriverPool`] model by model, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DriverPoolBuilder {
    sums: BTreeMap<String, Sums>,
}

/// Weighted sums as integers, so that their order does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Sums {
    weight: i128,
    coefficient: i128,
    square: i128,
    series: u64,
}

impl DriverPoolBuilder {
    /// No series yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the effects of a model, each by the precision of its estimate.
    pub fn add(&mut self, model: &FittedModel) {
        for driver in model.drivers() {
            if driver.deviation > LARGEST_DEVIATION || driver.deviation <= 0.0 {
                continue;
            }
            let variance = driver.deviation * driver.deviation;
            let weight = 1.0 / (variance + SMALLEST_BETWEEN * SMALLEST_BETWEEN);
            let sums = self.sums.entry(driver.name.clone()).or_default();
            sums.weight += fixed(weight);
            sums.coefficient += fixed(weight * driver.coefficient);
            sums.square += fixed(weight * (driver.coefficient * driver.coefficient - variance));
            sums.series += 1;
        }
    }

    /// Adds everything another builder gathered.
    pub fn merge(&mut self, other: &Self) {
        for (name, other) in &other.sums {
            let sums = self.sums.entry(name.clone()).or_default();
            sums.weight = sums.weight.saturating_add(other.weight);
            sums.coefficient = sums.coefficient.saturating_add(other.coefficient);
            sums.square = sums.square.saturating_add(other.square);
            sums.series = sums.series.saturating_add(other.series);
        }
    }

    /// The pool; a driver of fewer than five series is left out.
    pub fn finish(&self) -> DriverPool {
        let effects = self
            .sums
            .iter()
            .filter(|(_, sums)| sums.series >= 5 && sums.weight > 0)
            .map(|(name, sums)| {
                let share = |sum: i128| sum as f64 / FIXED_ONE / (sums.weight as f64 / FIXED_ONE);
                let mean = share(sums.coefficient);
                let between = (share(sums.square) - mean * mean).max(0.0);
                (name.clone(), (mean, libm::sqrt(between).max(SMALLEST_BETWEEN)))
            })
            .collect();
        DriverPool { effects }
    }
}
