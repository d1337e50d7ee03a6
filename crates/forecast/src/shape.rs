//! The empirical distribution of demand in one period, relative to its mean.

use crate::bytes::{Reader, Writer};
use crate::{StateError, normal};

/// Support points that are kept; more are merged by neighbouring weight.
const MAXIMUM_POINTS: usize = 64;

/// A weighted empirical distribution with mean 1, scaled to any mean on use.
///
/// Scaled whole-number demand is rounded up or down at random in proportion to its fraction, so
/// that the mean is kept: a scaled value of 0.7 is 1 with probability 0.7.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DemandShape {
    values: Vec<f64>,
    /// Running weight through each point; the last is 1.
    weight_through: Vec<f64>,
    /// Running weight times value through each point; the last is 1.
    mass_through: Vec<f64>,
}

impl DemandShape {
    /// Builds the shape of (value, weight) points; `None` without positive mass.
    pub(crate) fn new(mut points: Vec<(f64, f64)>) -> Option<Self> {
        points.retain(|point| point.1 > 0.0);
        points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let weight: f64 = points.iter().map(|point| point.1).sum();
        let mean = points.iter().map(|point| point.0 * point.1).sum::<f64>() / weight;
        if mean.is_nan() || mean <= 0.0 {
            return None;
        }
        let merged = merge(&points, weight);
        Some(Self::from_merged(&merged, weight, mean))
    }

    fn from_merged(points: &[(f64, f64)], weight: f64, mean: f64) -> Self {
        let values: Vec<f64> = points.iter().map(|point| point.0 / mean).collect();
        let weights: Vec<f64> = points.iter().map(|point| point.1 / weight).collect();
        Self::from_parts(values, running_sum(weights))
    }

    fn from_parts(values: Vec<f64>, mut weight_through: Vec<f64>) -> Self {
        if let Some(last) = weight_through.last_mut() {
            *last = 1.0;
        }
        let mut below = 0.0;
        let masses = values
            .iter()
            .zip(&weight_through)
            .map(|(value, through)| {
                let mass = value * (through - below);
                below = *through;
                mass
            })
            .collect();
        Self { values, weight_through, mass_through: running_sum(masses) }
    }

    /// P(D <= x) where the mean is `mean`; `whole` demand takes whole numbers only.
    pub(crate) fn distribution(&self, mean: f64, x: f64, whole: bool) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        if mean <= 0.0 {
            return 1.0;
        }
        if !whole {
            return through(&self.weight_through, self.points_up_to(x / mean));
        }
        let floor = x.floor();
        self.whole_distribution(mean, floor, self.points_up_to(floor / mean))
    }

    /// The smallest x with P(D <= x) >= probability.
    pub(crate) fn quantile(&self, mean: f64, probability: f64, whole: bool) -> f64 {
        self.quantile_at(self.point(probability), mean, probability, whole)
    }

    /// The point at which a probability is reached, whatever the mean.
    pub(crate) fn point(&self, probability: f64) -> usize {
        let enough = probability - 1e-12;
        self.weight_through.partition_point(|&weight| weight < enough).min(self.values.len() - 1)
    }

    /// The quantile of a probability whose point is known.
    pub(crate) fn quantile_at(
        &self,
        point: usize,
        mean: f64,
        probability: f64,
        whole: bool,
    ) -> f64 {
        if mean <= 0.0 {
            return 0.0;
        }
        let enough = probability - 1e-12;
        let x = self.values[point] * mean;
        if !whole {
            return x;
        }
        // Scaling back what was de-seasonalised may miss a whole number by a rounding error.
        let nearest = truncated(x + 0.5);
        if (x - nearest).abs() <= 1e-9 * nearest {
            return nearest;
        }
        let floor = truncated(x);
        if self.whole_distribution(mean, floor, point) >= enough { floor } else { floor + 1.0 }
    }

    /// The normal score of the probability through each point but the last.
    pub(crate) fn scores(&self) -> Vec<f64> {
        let below_last = &self.weight_through[..self.weight_through.len() - 1];
        below_last.iter().map(|through| normal::quantile(*through)).collect()
    }

    /// The mean, in shares of what it is scaled to, if the probability through each point were what
    /// `probability` makes of its score.
    pub(crate) fn mean_of(&self, scores: &[f64], probability: impl Fn(f64) -> f64) -> f64 {
        let through = scores.iter().map(|score| probability(*score)).chain([1.0]);
        let mut below = 0.0;
        let masses = self.values.iter().zip(through).map(|(value, through)| {
            let mass = value * (through - below);
            below = through;
            mass
        });
        masses.sum()
    }

    /// The values that demand takes where the mean is `mean`, ascending, each with P(D <= value).
    pub(crate) fn steps(&self, mean: f64, whole: bool) -> Vec<(f64, f64)> {
        if mean <= 0.0 {
            return vec![(0.0, 1.0)];
        }
        let points = self.values.iter().map(|value| value * mean).zip(&self.weight_through);
        if !whole {
            return points.map(|(x, through)| (x, *through)).collect();
        }
        let mut steps: Vec<(f64, f64)> = Vec::with_capacity(2 * self.values.len());
        let mut below = 0.0;
        for (x, through) in points {
            let nearest = truncated(x + 0.5);
            let x = if (x - nearest).abs() <= 1e-9 * nearest { nearest } else { x };
            let floor = truncated(x);
            let upper = (through - below) * (x - floor);
            add_mass(&mut steps, floor, through - below - upper);
            if upper > 0.0 {
                add_mass(&mut steps, floor + 1.0, upper);
            }
            below = *through;
        }
        let mut sum = 0.0;
        steps.iter_mut().for_each(|step| {
            sum += step.1;
            step.1 = sum;
        });
        if let Some(last) = steps.last_mut() {
            last.1 = 1.0;
        }
        steps
    }

    /// P(D <= floor) of whole demand, where the scaled value of `point` is near `floor`.
    fn whole_distribution(&self, mean: f64, floor: f64, point: usize) -> f64 {
        let up_to = floor * (1.0 + 1e-12);
        let mut full = point;
        while full > 0 && self.values[full - 1] * mean > up_to {
            full -= 1;
        }
        while full < self.values.len() && self.values[full] * mean <= up_to {
            full += 1;
        }
        let mut partial = full;
        while partial < self.values.len() && self.values[partial] * mean < floor + 1.0 {
            partial += 1;
        }
        let below = through(&self.weight_through, full);
        let weight = through(&self.weight_through, partial) - below;
        let mass =
            (through(&self.mass_through, partial) - through(&self.mass_through, full)) * mean;
        below + ((floor + 1.0) * weight - mass).clamp(0.0, weight)
    }

    /// Points at or below a relative value, forgiving rounding errors.
    fn points_up_to(&self, relative: f64) -> usize {
        let bound = relative * (1.0 + 1e-12);
        self.values.partition_point(|value| *value <= bound)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.floats(&self.values);
        writer.floats(&self.weight_through);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let values = reader.floats(MAXIMUM_POINTS)?;
        let weights = reader.floats(MAXIMUM_POINTS)?;
        let ascending = |list: &[f64]| list.windows(2).all(|pair| pair[0] <= pair[1]);
        let sound = !values.is_empty()
            && values.len() == weights.len()
            && values.iter().all(|value| (0.0..=1e12).contains(value))
            && weights.iter().all(|weight| (0.0..=1.0).contains(weight))
            && ascending(&values)
            && ascending(&weights)
            && weights.last() == Some(&1.0);
        if sound {
            Ok(Self::from_parts(values, weights))
        } else {
            Err(StateError::Invalid { field: "demand shape" })
        }
    }
}

/// Joins equal values, then neighbours until each point but the last of a group reaches its share.
fn merge(points: &[(f64, f64)], weight: f64) -> Vec<(f64, f64)> {
    let distinct = join(points, |left, right| left.0 == right.0);
    if distinct.len() <= MAXIMUM_POINTS {
        return distinct;
    }
    let share = weight / (MAXIMUM_POINTS / 2) as f64;
    join(&distinct, |left, right| left.1 + right.1 <= share)
}

fn join(
    points: &[(f64, f64)],
    together: impl Fn((f64, f64), (f64, f64)) -> bool,
) -> Vec<(f64, f64)> {
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for &point in points {
        match joined.last_mut() {
            Some(last) if together(*last, point) => {
                let weight = last.1 + point.1;
                // Equal values stay exactly equal; others meet at their centre.
                if last.0 != point.0 {
                    last.0 = (last.0 * last.1 + point.0 * point.1) / weight;
                }
                last.1 = weight;
            }
            _ => joined.push(point),
        }
    }
    joined
}

fn running_sum(terms: Vec<f64>) -> Vec<f64> {
    terms
        .into_iter()
        .scan(0.0, |sum, term| {
            *sum += term;
            Some(*sum)
        })
        .collect()
}

/// Adds the mass of a value that is at most one below the last one.
fn add_mass(steps: &mut Vec<(f64, f64)>, value: f64, mass: f64) {
    match steps.iter_mut().rev().take(2).find(|step| step.0 == value) {
        Some(step) => step.1 += mass,
        None => steps.push((value, mass)),
    }
}

/// The whole part of a number from 0 to 9e18, without the call that `floor` is on some processors.
fn truncated(x: f64) -> f64 {
    x as i64 as f64
}

/// Whether a number of units is whole, without that call.
pub(crate) fn is_whole(units: f64) -> bool {
    truncated(units) == units
}

fn through(running: &[f64], points: usize) -> f64 {
    if points == 0 { 0.0 } else { running[points - 1] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scaled_whole_demand_is_rounded_at_random() {
        // Demand 0 or 2 with equal chance, mean 1; at mean 0.7 the sale is 1.4 units:
        // 1 with probability 0.6, 2 with 0.4.
        let shape = DemandShape::new(vec![(0.0, 1.0), (2.0, 1.0)]).unwrap();
        let below = |x| shape.distribution(0.7, x, true);
        assert!((below(0.0) - 0.5).abs() < 1e-12);
        assert!((below(1.0) - 0.8).abs() < 1e-12);
        assert!((below(2.0) - 1.0).abs() < 1e-12);
        assert_eq!(shape.quantile(0.7, 0.5, true), 0.0);
        assert_eq!(shape.quantile(0.7, 0.75, true), 1.0);
        assert_eq!(shape.quantile(0.7, 0.81, true), 2.0);
        assert_eq!(shape.quantile(0.7, 0.81, false), 1.4);
    }

    #[test]
    fn nothing_sold_has_no_shape() {
        assert_eq!(DemandShape::new(vec![(0.0, 3.0)]), None);
        assert_eq!(DemandShape::new(vec![]), None);
    }

    #[test]
    fn a_longer_tail_has_a_larger_mean() {
        // 0, 1 and 7 with chances of 0.5, 0.4 and 0.1: mean 1.1. With 0.5, 0.3 and 0.2 it is 1.7.
        let shape = DemandShape::new(vec![(0.0, 0.5), (1.0, 0.4), (7.0, 0.1)]).unwrap();
        let scores = shape.scores();
        assert_eq!(scores.len(), 2);
        assert!((shape.mean_of(&scores, normal::cdf) - 1.0).abs() < 1e-9);
        let longer = |score| if score > 1.0 { 0.8 } else { 0.5 };
        assert!((shape.mean_of(&scores, longer) - 1.7 / 1.1).abs() < 1e-12);
    }

    fn any_shape() -> impl Strategy<Value = DemandShape> {
        prop::collection::vec((0.0..50.0_f64, 0.01..1.0_f64), 1..200)
            .prop_filter_map("needs demand", DemandShape::new)
    }

    proptest! {
        #[test]
        fn quantile_is_the_smallest_sufficient_value(
            shape in any_shape(), mean in 0.01..30.0_f64, p in 0.001..0.999_f64
        ) {
            let quantile = shape.quantile(mean, p, true);
            prop_assert!(shape.distribution(mean, quantile, true) >= p - 1e-9);
            prop_assert!(quantile == 0.0 || shape.distribution(mean, quantile - 1.0, true) < p + 1e-9);
        }

        #[test]
        fn whole_demand_keeps_its_mean(shape in any_shape(), mean in 0.01..5.0_f64) {
            // E[D] = sum over n >= 0 of P(D > n).
            let largest = shape.quantile(mean, 1.0, true) as usize + 2;
            let sum: f64 =
                (0..largest).map(|n| 1.0 - shape.distribution(mean, n as f64, true)).sum();
            prop_assert!((sum - mean).abs() < 1e-6 * mean.max(1.0), "{} {}", sum, mean);
        }

        #[test]
        fn steps_are_the_distribution(
            shape in any_shape(), mean in 0.01..30.0_f64, whole in any::<bool>()
        ) {
            let steps = shape.steps(mean, whole);
            prop_assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]));
            for (value, through) in steps {
                prop_assert!((shape.distribution(mean, value, whole) - through).abs() < 1e-9);
            }
        }

        #[test]
        fn merging_keeps_few_points(shape in any_shape()) {
            prop_assert!(shape.values.len() <= MAXIMUM_POINTS);
            prop_assert!((shape.mass_through.last().unwrap() - 1.0).abs() < 1e-9);
        }
    }
}
