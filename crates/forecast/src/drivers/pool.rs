use std::collections::BTreeMap;

use super::strain::{StrainSums, read_slope};
use crate::bytes::{Kind, Reader, Writer};
use crate::season::{FIXED_ONE, fixed};
use crate::{FittedModel, StateError};

const POOL: Kind = Kind { name: "driver pool", magic: *b"SFDP", version: 2 };
const BUILDER: Kind = Kind { name: "driver pool builder", magic: *b"SFDB", version: 2 };

/// Most drivers that a stored pool has.
const MOST_DRIVERS: usize = 10_000;

/// Coefficients known less well than this say nothing to others.
const LARGEST_DEVIATION: f64 = 2.0;

/// The least that series are taken to differ in their coefficients.
const SMALLEST_BETWEEN: f64 = 0.1;

/// What many series say of each driver: the mean coefficient and how much series differ. And of all
/// together: how much less sure demand is that they move.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DriverPool {
    effects: BTreeMap<String, (f64, f64)>,
    strain: f64,
}

impl DriverPool {
    /// The mean coefficient of a driver and its standard deviation between series.
    pub fn effect(&self, name: &str) -> Option<(f64, f64)> {
        self.effects.get(name).copied()
    }

    /// The slope of the logarithm of errors' sizes along that of the drivers' effect.
    pub(crate) fn strain(&self) -> f64 {
        self.strain
    }

    /// The pool as bytes: magic, version, drivers by name.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&POOL);
        writer.count(self.effects.len());
        for (name, (mean, deviation)) in &self.effects {
            writer.text(name);
            writer.float(*mean);
            writer.float(*deviation);
        }
        writer.float(self.strain);
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back, bit for bit.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &POOL)?;
        let effects = (0..reader.count(MOST_DRIVERS)?)
            .map(|_| Ok((reader.text()?, (reader.within(10.0)?, reader.positive(1e6)?))))
            .collect::<Result<_, StateError>>()?;
        let strain = read_slope(&mut reader)?;
        reader.finish()?;
        Ok(Self { effects, strain })
    }
}

/// Gathers a [`DriverPool`] model by model, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DriverPoolBuilder {
    sums: BTreeMap<String, Sums>,
    strains: StrainSums,
}

/// Weighted sums as integers, so that their order does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Sums {
    weight: i128,
    coefficient: i128,
    square: i128,
    series: u64,
}

impl Sums {
    fn precision(&self) -> f64 {
        self.weight as f64 / FIXED_ONE
    }

    /// The mean coefficient and its standard deviation between series.
    fn effect(&self) -> (f64, f64) {
        let share = |sum: i128| sum as f64 / FIXED_ONE / self.precision();
        let mean = share(self.coefficient);
        let between = (share(self.square) - mean * mean).max(0.0);
        (mean, libm::sqrt(between).max(SMALLEST_BETWEEN))
    }
}

impl DriverPoolBuilder {
    /// No series yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the effects of a model, each by the precision of its estimate.
    pub fn add(&mut self, model: &FittedModel) {
        self.strains.merge(&model.drivers.strains);
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
        self.strains.merge(&other.strains);
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
        let known = self.sums.iter().filter(|(_, sums)| sums.series >= 5 && sums.weight > 0);
        DriverPool {
            effects: known.map(|(name, sums)| (name.clone(), sums.effect())).collect(),
            strain: self.strains.slope(0.0),
        }
    }

    /// The pool of a category, shrunk to that of all, `all`: the mean of a driver's coefficients, by
    /// its precision, and what all say, by how much series differ there. A driver that the category
    /// says nothing of is that of all.
    ///
    /// So an event is told from the category's own items as far as they know it.
    pub fn finish_shrunk(&self, all: &DriverPool) -> DriverPool {
        let mut pool = all.clone();
        pool.strain = self.strains.slope(all.strain);
        for (name, sums) in self.sums.iter().filter(|(_, sums)| sums.weight > 0) {
            let (own, between) = sums.effect();
            let Some((mean, deviation)) = pool.effects.get_mut(name) else {
                if sums.series >= 5 {
                    pool.effects.insert(name.clone(), (own, between));
                }
                continue;
            };
            let (precision, prior) = (sums.precision(), 1.0 / (*deviation * *deviation));
            *mean = (precision * own + prior * *mean) / (precision + prior);
            if sums.series >= 5 {
                *deviation = between;
            }
        }
        pool
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
        self.strains.write(&mut writer);
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &BUILDER)?;
        let mut builder = Self::new();
        for _ in 0..reader.count(MOST_DRIVERS)? {
            let name = reader.text()?;
            let [weight, coefficient, square] = [reader.wide()?, reader.wide()?, reader.wide()?];
            let series = reader.word()?;
            if weight < 0 {
                return Err(StateError::Invalid { field: "weight" });
            }
            builder.sums.insert(name, Sums { weight, coefficient, square, series });
        }
        builder.strains = StrainSums::read(&mut reader)?;
        reader.finish()?;
        Ok(builder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drivers::Driver;
    use crate::{FitOptions, Frequency, Series, fit};
    use proptest::prelude::*;

    /// A pool over items whose promotions multiply demand by 1.5 to 2.
    fn builder_of(items: std::ops::Range<u32>) -> DriverPoolBuilder {
        let promotion: Vec<f64> = (0..140).map(|day| f64::from(u8::from(day % 20 < 4))).collect();
        let mut builder = DriverPoolBuilder::new();
        for item in items {
            let lift = 0.5 + 0.1 * f64::from(item % 6);
            let units: Vec<f64> = (0..140_u32)
                .map(|day| 20.0 + f64::from((day * 31 + item * 7) % 5))
                .zip(&promotion)
                .map(|(base, acts)| (base * (1.0 + lift * acts)).round())
                .collect();
            let series = Series::new(&units, &[], Frequency::Day, 0).unwrap();
            let drivers = [Driver::strength("promotion", &promotion)];
            builder.add(&fit(&series, &FitOptions::new(7).with_drivers(&drivers)).unwrap());
        }
        builder
    }

    #[test]
    fn stored_parts_merge_to_the_whole() {
        let whole = builder_of(0..8);
        let mut merged = builder_of(5..8);
        merged.merge(&DriverPoolBuilder::from_bytes(&builder_of(0..5).to_bytes()).unwrap());
        assert_eq!(merged, whole);
        let pool = whole.finish();
        let (mean, _) = pool.effect("promotion").unwrap();
        assert!((1.5..2.0).contains(&libm::exp(mean)), "{mean}");
        assert_eq!(DriverPool::from_bytes(&pool.to_bytes()), Ok(pool));
    }

    #[test]
    fn a_category_is_shrunk_to_all_by_its_series() {
        let all = builder_of(0..12).finish();
        let (of_all, _) = all.effect("promotion").unwrap();
        // Items 5 and 11 have the largest effect, a factor of 2.
        let mean_of = |builder: &DriverPoolBuilder| {
            builder.finish_shrunk(&all).effect("promotion").unwrap().0
        };
        let one = mean_of(&builder_of(5..6));
        let mut twice = builder_of(5..6);
        twice.merge(&builder_of(11..12));
        let two = mean_of(&twice);
        assert!(of_all < one && one < two && two < libm::log(2.1), "{of_all} {one} {two}");
        assert_eq!(mean_of(&DriverPoolBuilder::new()), of_all);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for kind in [POOL, BUILDER] {
                let mut framed = kind.magic.to_vec();
                framed.extend(kind.version.to_le_bytes());
                framed.extend(&bytes);
                if let Ok(builder) = DriverPoolBuilder::from_bytes(&framed) {
                    builder.finish();
                }
                let _ = DriverPool::from_bytes(&framed).is_ok();
            }
        }
    }
}
