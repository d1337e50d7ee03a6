use std::collections::BTreeMap;

use crate::bytes::{Kind, Reader, Writer};
use crate::calibration::BUCKETS;
use crate::combination::{BucketWeights, MOST_METHODS, Weights};
use crate::season::{FIXED_ONE, fixed};
use crate::{FittedModel, Method, StateError};

const WEIGHTS: Kind = Kind { name: "method weights", magic: *b"SFMW", version: 1 };
const BUILDER: Kind = Kind { name: "method weights builder", magic: *b"SFMB", version: 1 };

/// How sharply weights follow the mean logarithm of relative losses.
const SHARPNESS: f64 = 6.0;

/// Series that equal weights weigh against a group's evidence.
const EQUAL_SERIES: f64 = 50.0;

/// Weights of methods by horizon, learnt from the rolling errors of many series and shrunk to equal
/// ones. Build one for each group of series that err alike, such as a demand class.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodWeights {
    pub(crate) weights: Weights,
}

impl MethodWeights {
    /// The mean weight of a method over horizons; 0 for one that never competed.
    pub fn weight(&self, method: Method) -> f64 {
        self.weights.mean_of(method)
    }

    /// The weights as bytes: magic, version, fields.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&WEIGHTS);
        self.weights.write(&mut writer);
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back, bit for bit.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &WEIGHTS)?;
        let weights = Weights::read(&mut reader)?;
        reader.finish()?;
        Ok(Self { weights })
    }
}

/// Logarithms of relative losses, and series, in a horizon bucket.
type Sums = [(i128, u64); BUCKETS];

/// Gathers [`MethodWeights`] model by model, in any order.
///
/// ```
/// use shelfcast_forecast::{fit, FitOptions, Frequency, Method, MethodWeightsBuilder, Series};
/// // A line: a method with a trend errs less than one without.
/// let units: Vec<f64> = (0..90).map(|t| 100.0 + 3.0 * f64::from(t)).collect();
/// let series = Series::new(&units, &[], Frequency::Month, 0)?;
/// let methods = [Method::Theta, Method::SimpleExponentialSmoothing];
/// let options = FitOptions::new(6).with_methods(&methods);
/// let mut builder = MethodWeightsBuilder::new();
/// for _ in 0..100 {
///     builder.add(&fit(&series, &options)?);
/// }
/// let weights = builder.finish();
/// assert!(weights.weight(Method::Theta) > weights.weight(Method::SimpleExponentialSmoothing));
/// let model = fit(&series, &options.with_weights(&weights))?;
/// assert_eq!(model.method(), Method::Combination);
/// # Ok::<(), shelfcast_forecast::FitError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MethodWeightsBuilder {
    sums: BTreeMap<Method, Sums>,
}

impl MethodWeightsBuilder {
    /// No errors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds how the methods of a model did at its rolling origins, each against their mean.
    pub fn add(&mut self, model: &FittedModel) {
        for bucket in 0..BUCKETS {
            for (method, logarithm) in model.evidence.relative_losses(bucket) {
                let sum = &mut self.sums.entry(method).or_default()[bucket];
                sum.0 = sum.0.saturating_add(fixed(logarithm));
                sum.1 = sum.1.saturating_add(1);
            }
        }
    }

    /// Adds everything another builder gathered.
    pub fn merge(&mut self, other: &Self) {
        for (method, others) in &other.sums {
            let sums = self.sums.entry(*method).or_default();
            for (own, other) in sums.iter_mut().zip(others) {
                own.0 = own.0.saturating_add(other.0);
                own.1 = own.1.saturating_add(other.1);
            }
        }
    }

    /// The weights; equal ones without errors.
    pub fn finish(&self) -> MethodWeights {
        let mut weights: Vec<(Method, BucketWeights)> =
            self.sums.keys().map(|method| (*method, [0.0; BUCKETS])).collect();
        for bucket in 0..BUCKETS {
            let merit = |(logarithms, series): (i128, u64)| {
                let mean = logarithms as f64 / FIXED_ONE / series.max(1) as f64;
                libm::exp((-SHARPNESS * mean).clamp(-30.0, 30.0))
            };
            let merits: Vec<f64> = self.sums.values().map(|sums| merit(sums[bucket])).collect();
            let total: f64 = merits.iter().sum();
            let equal = 1.0 / merits.len() as f64;
            let columns = weights.iter_mut().zip(&merits).zip(self.sums.values());
            for (((_, weights), merit), sums) in columns {
                let series = sums[bucket].1 as f64;
                let share = series / (series + EQUAL_SERIES);
                weights[bucket] = (1.0 - share) * equal + share * merit / total;
            }
        }
        MethodWeights { weights: Weights::prior(weights) }
    }

    /// The builder as bytes, to be merged elsewhere.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&BUILDER);
        writer.count(self.sums.len());
        for (method, sums) in &self.sums {
            writer.byte(method.tag());
            for (logarithms, series) in sums {
                writer.wide(*logarithms);
                writer.word(*series);
            }
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
        for _ in 0..reader.count(MOST_METHODS)? {
            let method = Method::from_tag(reader.byte()?)?;
            let sums = builder.sums.entry(method).or_default();
            for sum in sums {
                *sum = (reader.wide()?, reader.word()?);
            }
        }
        reader.finish()?;
        Ok(builder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FitOptions, Frequency, Series, fit};

    #[test]
    fn order_and_grouping_do_not_matter() {
        let models: Vec<FittedModel> = (1..6_u32)
            .map(|item| {
                let units: Vec<f64> = (0..120).map(|day| f64::from(day * item % 11)).collect();
                let series = Series::new(&units, &[], Frequency::Day, 0).unwrap();
                fit(&series, &FitOptions::new(14)).unwrap()
            })
            .collect();
        let mut forward = MethodWeightsBuilder::new();
        models.iter().for_each(|model| forward.add(model));
        let (mut left, mut right) = (MethodWeightsBuilder::new(), MethodWeightsBuilder::new());
        models[3..].iter().rev().for_each(|model| left.add(model));
        models[..3].iter().for_each(|model| right.add(model));
        left.merge(&MethodWeightsBuilder::from_bytes(&right.to_bytes()).unwrap());
        assert_eq!(left, forward);
        let weights = left.finish();
        assert_eq!(MethodWeights::from_bytes(&weights.to_bytes()), Ok(weights));
    }
}
