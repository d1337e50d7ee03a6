use std::collections::BTreeMap;

use super::MAXIMUM_DRIVERS;
use crate::bytes::{Kind, Reader, Writer};
use crate::season::{FIXED_ONE, fixed};
use crate::{FittedModel, StateError};

const POOL: Kind = Kind { name: "driver pool", magic: *b"SFDP", version: 1 };
const BUILDER: Kind = Kind { name: "driver pool builder", magic: *b"SFDB", version: 1 };

/// Series of many kinds have drivers of their own; a pool has no more than these together.
const MOST_POOLED: usize = 64 * MAXIMUM_DRIVERS;

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

    /// The pool as bytes: magic, version, fields.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&POOL);
        writer.count(self.effects.len());
        for (name, (mean, deviation)) in &self.effects {
            writer.text(name);
            writer.float(*mean);
            writer.float(*deviation);
        }
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back, bit for bit.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &POOL)?;
        let mut effects = BTreeMap::new();
        for _ in 0..reader.count(MOST_POOLED)? {
            let name = reader.text()?;
            effects.insert(name, (reader.within(1e3)?, reader.positive(1e3)?));
        }
        reader.finish()?;
        Ok(Self { effects })
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

    /// The builder as bytes, to be merged elsewhere.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&BUILDER);
        writer.count(self.sums.len());
        for (name, sums) in &self.sums {
            writer.text(name);
            [sums.weight, sums.coefficient, sums.square].iter().for_each(|sum| writer.wide(*sum));
            writer.word(sums.series);
        }
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &BUILDER)?;
        let mut builder = Self::new();
        for _ in 0..reader.count(MOST_POOLED)? {
            let name = reader.text()?;
            let (weight, coefficient, square) = (reader.wide()?, reader.wide()?, reader.wide()?);
            let sums = Sums { weight, coefficient, square, series: reader.word()? };
            builder.sums.insert(name, sums);
        }
        reader.finish()?;
        Ok(builder)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drivers::Driver;
    use crate::{FitOptions, Frequency, Series, fit};

    #[test]
    fn stored_parts_merge_to_the_whole() {
        let promotion: Vec<f64> = (0..140).map(|day| f64::from(u8::from(day % 20 < 3))).collect();
        let models: Vec<FittedModel> = (0..8_u32)
            .map(|item| {
                let units: Vec<f64> = (0..140_u32)
                    .zip(&promotion)
                    .map(|(day, acts)| f64::from(20 + day * item % 5) * (1.0 + acts))
                    .map(f64::round)
                    .collect();
                let drivers = [Driver::strength("promotion", &promotion)];
                let series = Series::new(&units, &[], Frequency::Day, 0).unwrap();
                fit(&series, &FitOptions::new(7).with_drivers(&drivers)).unwrap()
            })
            .collect();
        let mut whole = DriverPoolBuilder::new();
        models.iter().for_each(|model| whole.add(model));
        let (mut one, mut two) = (DriverPoolBuilder::new(), DriverPoolBuilder::new());
        models[5..].iter().rev().for_each(|model| one.add(model));
        models[..5].iter().for_each(|model| two.add(model));
        one.merge(&DriverPoolBuilder::from_bytes(&two.to_bytes()).unwrap());
        assert_eq!(one, whole);
        let pool = whole.finish();
        // Demand doubles: the logarithm of 2.
        let (effect, _) = pool.effect("promotion").unwrap();
        assert!((effect - 2.0_f64.ln()).abs() < 0.1, "{effect}");
        assert_eq!(DriverPool::from_bytes(&pool.to_bytes()), Ok(pool));
    }
}
