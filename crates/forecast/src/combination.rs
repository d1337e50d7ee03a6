//! Combining instead of choosing: weights by horizon, shrunk to what is known beforehand.
//!
//! Methods are judged at rolling origins by their squared error. A handful of origins says little,
//! so a series' own evidence moves the weights only part of the way from the prior: equal weights,
//! or those of the series' class ([`MethodWeights`](crate::MethodWeights)).

use crate::bytes::{Reader, Writer};
use crate::calibration::{BUCKETS, bucket};
use crate::rolling::Origin;
use crate::{Method, Series, StateError};

/// Most methods that compete.
pub(crate) const MOST_METHODS: usize = 16;

/// How sharply weights follow errors: a method with half the squared error weighs 2^3 as much.
const POWER: f64 = 3.0;

/// Origins that the prior weighs against a series' own.
const PRIOR_ORIGINS: f64 = 6.0;

/// Squared errors over their scale are cut here: what is wrong by a thousand steps is wrong enough.
const LARGEST_LOSS: f64 = 1e6;

/// A method's weight in each horizon bucket.
pub(crate) type BucketWeights = [f64; BUCKETS];

/// Weights of methods by horizon bucket; they need not sum to 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    methods: Vec<(Method, BucketWeights)>,
}

impl Weights {
    pub(crate) fn none() -> Self {
        Self { methods: vec![] }
    }

    /// Weights that are known beforehand.
    pub(crate) fn prior(methods: impl IntoIterator<Item = (Method, BucketWeights)>) -> Self {
        Self { methods: methods.into_iter().collect() }
    }

    /// Own evidence on top of what is known beforehand.
    pub(crate) fn with_evidence(&self, evidence: &Evidence) -> Self {
        let share = evidence.origins / (evidence.origins + PRIOR_ORIGINS);
        let mut methods = self.methods.clone();
        for bucket in 0..BUCKETS {
            let prior: f64 = methods.iter().map(|(_, weights)| weights[bucket]).sum();
            let own: Vec<f64> = methods
                .iter()
                .map(|(method, weights)| weights[bucket] * evidence.merit(*method, bucket))
                .collect();
            let total: f64 = own.iter().sum();
            if prior > 0.0 && total > 0.0 {
                for ((_, weights), own) in methods.iter_mut().zip(own) {
                    weights[bucket] = (1.0 - share) * weights[bucket] / prior + share * own / total;
                }
            }
        }
        Self { methods }
    }

    fn of(&self, method: Method) -> Option<&BucketWeights> {
        self.methods.iter().find(|(known, _)| *known == method).map(|(_, weights)| weights)
    }

    pub(crate) fn mean_of(&self, method: Method) -> f64 {
        self.of(method).map_or(0.0, |weights| weights.iter().sum::<f64>() / BUCKETS as f64)
    }

    /// The weighted mean of the methods at hand; equal weights where none of them has any.
    pub(crate) fn combine(&self, members: &[(Method, Vec<f64>)], horizon: usize) -> Vec<f64> {
        match members {
            [] => return vec![0.0; horizon],
            [(_, only)] => return only.clone(),
            _ => {}
        }
        let mut means = vec![0.0; horizon];
        for at in 0..=bucket(horizon.max(1) - 1) {
            let weights: Vec<f64> = members
                .iter()
                .map(|(method, _)| self.of(*method).map_or(0.0, |weights| weights[at]))
                .collect();
            let total: f64 = weights.iter().sum();
            let steps = (0..horizon).filter(|step| bucket(*step) == at);
            for step in steps {
                let sum: f64 = if total > 0.0 {
                    weights.iter().zip(members).map(|(w, (_, m))| w * m[step]).sum::<f64>() / total
                } else {
                    members.iter().map(|(_, m)| m[step]).sum::<f64>() / members.len() as f64
                };
                means[step] = sum;
            }
        }
        means
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.methods.len());
        for (method, weights) in &self.methods {
            writer.byte(method.tag());
            weights.iter().for_each(|weight| writer.float(*weight));
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let count = reader.count(MOST_METHODS)?;
        let methods = (0..count)
            .map(|_| {
                let method = Method::from_tag(reader.byte()?)?;
                let mut weights = [0.0; BUCKETS];
                for weight in &mut weights {
                    *weight = reader.positive(1e6)?;
                }
                Ok((method, weights))
            })
            .collect::<Result<_, StateError>>()?;
        Ok(Self { methods })
    }
}

/// What is known of methods when a forecast is combined.
pub(crate) struct Weighting<'a> {
    /// Weights of the series' class; a history's own prior where `None`.
    pub(crate) class: Option<&'a Weights>,
    pub(crate) evidence: Evidence,
}

impl Weighting<'_> {
    /// The weights of a history whose prior is `prior`.
    pub(crate) fn on(&self, prior: &Weights) -> Weights {
        self.class.unwrap_or(prior).with_evidence(&self.evidence)
    }
}

/// Mean squared errors of each method at the rolling origins, scaled, by horizon bucket.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    origins: f64,
    pub(crate) losses: Vec<(Method, [(f64, f64); BUCKETS])>,
}

impl Evidence {
    pub(crate) fn none() -> Self {
        Self { origins: 0.0, losses: vec![] }
    }

    /// Errors in periods before `limit`.
    pub(crate) fn of<'a>(
        origins: impl IntoIterator<Item = &'a Origin>,
        series: &Series<'_>,
        horizon: usize,
        limit: usize,
    ) -> Self {
        let mut evidence = Self::none();
        for origin in origins {
            let mut scored = false;
            for (method, means) in &origin.members {
                let place = evidence.place(*method);
                for (step, actual) in origin.scored(series, horizon, limit) {
                    let error = actual - means[step].max(0.0);
                    let sum = &mut evidence.losses[place].1[bucket(step)];
                    sum.0 += (error * error / origin.scale.mean_square_step).min(LARGEST_LOSS);
                    sum.1 += 1.0;
                    scored = true;
                }
            }
            evidence.origins += f64::from(u8::from(scored));
        }
        evidence
    }

    fn place(&mut self, method: Method) -> usize {
        let known = self.losses.iter().position(|(known, _)| *known == method);
        known.unwrap_or_else(|| {
            self.losses.push((method, [(0.0, 0.0); BUCKETS]));
            self.losses.len() - 1
        })
    }

    /// A method's loss in a bucket, that of the whole horizon weighing as much again as a bucket.
    fn loss(&self, method: Method, bucket: usize) -> Option<f64> {
        let (_, losses) = self.losses.iter().find(|(known, _)| *known == method)?;
        let (sum, count) =
            losses.iter().fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
        if count <= 0.0 {
            return None;
        }
        let own = losses[bucket];
        Some((own.0 + sum / BUCKETS as f64) / (own.1 + count / BUCKETS as f64))
    }

    /// Logarithms of each method's loss in a bucket over the mean of all.
    pub(crate) fn relative_losses(&self, bucket: usize) -> Vec<(Method, f64)> {
        let losses: Vec<(Method, f64)> = self
            .losses
            .iter()
            .filter(|(_, losses)| losses[bucket].1 > 0.0)
            .filter_map(|(method, _)| Some((*method, self.loss(*method, bucket)?)))
            .collect();
        let average = losses.iter().map(|(_, loss)| loss).sum::<f64>() / losses.len().max(1) as f64;
        if average <= 0.0 {
            return vec![];
        }
        let relative = |loss: f64| libm::log(loss / average + 0.05);
        losses.into_iter().map(|(method, loss)| (method, relative(loss))).collect()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.float(self.origins);
        writer.count(self.losses.len());
        for (method, losses) in &self.losses {
            writer.byte(method.tag());
            for (sum, count) in losses {
                writer.float(*sum);
                writer.float(*count);
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut evidence = Self { origins: reader.positive(1e3)?, losses: vec![] };
        for _ in 0..reader.count(MOST_METHODS)? {
            let method = Method::from_tag(reader.byte()?)?;
            let mut losses = [(0.0, 0.0); BUCKETS];
            for loss in &mut losses {
                *loss = (reader.positive(1e30)?, reader.positive(1e9)?);
            }
            evidence.losses.push((method, losses));
        }
        Ok(evidence)
    }

    /// How much more than others a method deserves: 1 where nothing is known of it.
    fn merit(&self, method: Method, bucket: usize) -> f64 {
        let losses = self.losses.iter().filter_map(|(known, _)| self.loss(*known, bucket));
        let (sum, count) = losses.fold((0.0, 0.0), |(sum, n), loss| (sum + loss, n + 1.0));
        let average = sum / f64::max(count, 1.0);
        match self.loss(method, bucket) {
            // A little of the average keeps a lucky method from taking all.
            Some(loss) if average > 0.0 => libm::pow(average / (loss + 0.05 * average), POWER),
            _ => 1.0,
        }
    }
}
