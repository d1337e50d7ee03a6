//! The distribution of demand in each future period, before any calibration.

use crate::bytes::{Reader, Writer};
use crate::centre::centres;
use crate::effects::Effects;
use crate::error::{MAXIMUM_HORIZON, MAXIMUM_UNITS};
use crate::scores::Scores;
use crate::shape::DemandShape;
use crate::{StateError, normal};

/// Standardised errors of bell-shaped series are cut here. They are in one-step deviations: far
/// ahead, or where a model was surer than it should be, many are large.
pub(crate) const MAXIMUM_ERROR: f64 = 8.0;

/// Normal scores of empirical distributions are cut here: tails beyond one in 2,000 are not
/// measurable.
const MAXIMUM_SCORE: f64 = 3.29;

/// Ends of the groups of bell-shaped series: one-step deviation over the mean.
const VOLATILITY_ENDS: [f64; GROUPS - 1] = [0.02, 0.04, 0.08, 0.16, 0.32];

/// Ends of the groups of low volumes: demands a period, whatever their size.
const RATE_ENDS: [f64; GROUPS - 1] = [0.03, 0.1, 0.3, 1.0, 3.0];

/// Groups of series whose errors are pooled.
pub(crate) const GROUPS: usize = 6;

/// How demand spreads around its mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Spread {
    /// All mass at the mean.
    None,
    /// An empirical distribution scaled to the mean.
    Shape(DemandShape),
    /// Normal around the mean, cut at zero. The standard deviation is
    /// `deviation * sqrt(1 + growth * (step - 1))`, in proportion to the mean if `proportional`.
    Normal { deviation: f64, growth: f64, proportional: bool },
}

/// An end of an interval, whatever the step.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct End {
    score: f64,
    /// Of an empirical distribution: the probability of the score, and the point that reaches it.
    probability: f64,
    point: usize,
}

/// What is expected in each period ahead and how surely.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outlook {
    /// Expected demand, one a period ahead, never negative.
    pub(crate) means: Vec<f64>,
    /// Where the distributions lie; at the means where empty.
    centres: Vec<f64>,
    /// What has multiplied demand.
    effects: Effects,
    /// Standard deviations; empty where the spread has none of its own.
    deviations: Vec<f64>,
    group: usize,
    spread: Spread,
    /// Demand takes whole numbers only.
    whole: bool,
}

impl Outlook {
    /// Of a horizon that the model was fitted for.
    pub(crate) fn new(means: Vec<f64>, effects: Effects, spread: Spread, whole: bool) -> Self {
        let fitted = means.len();
        Self::beyond(means, effects, spread, whole, fitted)
    }

    /// Of any horizon, where the model was fitted for `fitted` periods: what is said of a period
    /// does not depend on how many are asked for, if they are at least those. `means` are those
    /// that `effects` have multiplied; the spread is of demand without them.
    pub(crate) fn beyond(
        mut means: Vec<f64>,
        effects: Effects,
        spread: Spread,
        whole: bool,
        fitted: usize,
    ) -> Self {
        means
            .iter_mut()
            .for_each(|mean| *mean = without_dust(mean.clamp(0.0, 1e3 * MAXIMUM_UNITS)));
        let fitted = fitted.min(means.len());
        let deviations = deviations(&means, &effects, fitted, &spread);
        let group = match deviations.first() {
            Some(deviation) => {
                let average = average((0..fitted).map(|step| means[step] / effects.factor(step)));
                let deviation = deviation / effects.spread(0);
                let volatility = if average > 0.0 { deviation / average } else { f64::INFINITY };
                VOLATILITY_ENDS.partition_point(|end| *end <= volatility)
            }
            None => {
                let rate = rate(average(means[..fitted].iter().copied()), &spread, whole);
                RATE_ENDS.partition_point(|end| *end <= rate)
            }
        };
        Self { means, centres: Vec::new(), effects, deviations, group, spread, whole }
    }

    /// Without the periods after the first `horizon`.
    pub(crate) fn truncate(&mut self, horizon: usize) {
        self.means.truncate(horizon);
        self.deviations.truncate(horizon);
        self.centres.truncate(horizon);
    }

    /// Puts the distributions where their calibrated mean is the mean.
    pub(crate) fn keep_means(&mut self, scores: &Scores) {
        self.centres = centres(&self.means, &self.deviations, &self.spread, scores);
    }

    /// What an empirical distribution is scaled to, or a bell-shaped one lies around.
    pub(crate) fn centre(&self, step: usize) -> f64 {
        self.centres.get(step).copied().unwrap_or(self.means[step])
    }

    /// Periods ahead that it speaks of.
    pub(crate) fn horizon(&self) -> usize {
        self.means.len()
    }

    /// How demand spreads around its mean.
    pub(crate) fn spread(&self) -> &Spread {
        &self.spread
    }

    /// Whether demand takes whole numbers only.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// The standard deviation of a step; 0 where the spread has none of its own.
    pub(crate) fn deviation(&self, step: usize) -> f64 {
        self.deviations.get(step).copied().unwrap_or(0.0)
    }

    /// Whether demand of two steps has the same distribution.
    pub(crate) fn is_alike(&self, step: usize, other: usize) -> bool {
        self.means[step] == self.means[other] && self.deviation(step) == self.deviation(other)
    }

    /// Whether standardised errors come from an empirical distribution.
    pub(crate) fn is_empirical(&self) -> bool {
        matches!(self.spread, Spread::Shape(_))
    }

    /// Which errors these are comparable with: bell-shaped series by one-step deviation over the
    /// mean (how restless they are), low volumes by how often there is demand.
    pub(crate) fn group(&self) -> usize {
        self.group
    }

    /// An end of an interval at a step. A bell-shaped one is not rounded: ends rounded to whole units
    /// hold half a unit more on either side than they should, and at ten units a period 80 % would be
    /// 83 %.
    pub(crate) fn at(&self, step: usize, end: End) -> f64 {
        let centre = self.centre(step);
        match &self.spread {
            Spread::None => centre,
            Spread::Shape(shape) => {
                shape.quantile_at(end.point, centre, end.probability, self.whole)
            }
            Spread::Normal { .. } => (centre + self.deviations[step] * end.score).max(0.0),
        }
    }

    /// The end of an interval at a normal score, for any step.
    pub(crate) fn end(&self, score: f64) -> End {
        match &self.spread {
            Spread::Shape(shape) => {
                let probability = normal::cdf(score);
                End { score, probability, point: shape.point(probability) }
            }
            _ => End { score, ..End::default() },
        }
    }

    /// P(D <= x), uncalibrated.
    pub(crate) fn distribution(&self, step: usize, x: f64) -> f64 {
        let centre = self.centre(step);
        match &self.spread {
            Spread::Shape(shape) => shape.distribution(centre, x, self.whole),
            Spread::None | Spread::Normal { .. } => {
                if x < 0.0 {
                    return 0.0;
                }
                let deviation = self.deviations.get(step).copied().unwrap_or(0.0);
                let bound = if self.whole { x.floor() + 0.5 } else { x };
                if deviation > 0.0 {
                    normal::cdf((bound - centre) / deviation)
                } else {
                    f64::from(u8::from(bound >= centre))
                }
            }
        }
    }

    /// P(D < x), uncalibrated.
    pub(crate) fn distribution_below(&self, step: usize, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if self.whole {
            self.distribution(step, x - 1.0)
        } else {
            self.distribution(step, x * (1.0 - 1e-9))
        }
    }

    /// The normal score of P(D <= x), or of P(D < x) if `strictly`; infinite where that is 0 or 1.
    pub(crate) fn score(&self, step: usize, x: f64, strictly: bool) -> f64 {
        let deviation = self.deviations.get(step).copied().unwrap_or(0.0);
        if deviation > 0.0 && x > 0.0 {
            let bound = match (self.whole, strictly) {
                (true, true) => x.ceil() - 0.5,
                (true, false) => x.floor() + 0.5,
                (false, _) => x,
            };
            return (bound - self.centre(step)) / deviation;
        }
        let probability =
            if strictly { self.distribution_below(step, x) } else { self.distribution(step, x) };
        if probability <= 0.0 {
            f64::NEG_INFINITY
        } else if probability >= 1.0 {
            f64::INFINITY
        } else {
            normal::quantile(probability)
        }
    }

    /// The standardised error of an actual: standard normal if the distribution is right.
    ///
    /// For whole numbers it is the normal score of the randomised probability integral transform
    /// F(y - 1) + v (F(y) - F(y - 1)) with `v` uniform (Smith 1985; Czado, Gneiting, Held 2009);
    /// for continuous demand, and far from the mean, it is the error over its standard deviation.
    pub(crate) fn standardised_error(&self, step: usize, actual: f64, v: f64) -> f64 {
        let error = actual - self.means[step];
        let deviation = self.deviations.get(step).copied().unwrap_or(0.0);
        if deviation > 0.0 && (!self.whole || error.abs() > MAXIMUM_SCORE * deviation) {
            return (error / deviation).clamp(-MAXIMUM_ERROR, MAXIMUM_ERROR);
        }
        if error == 0.0 && !self.whole && self.deviations.get(step).is_some() {
            return 0.0;
        }
        let below = self.distribution_below(step, actual);
        let through = self.distribution(step, actual);
        let transform = (below + v * (through - below)).clamp(1e-9, 1.0 - 1e-9);
        normal::quantile(transform).clamp(-MAXIMUM_SCORE, MAXIMUM_SCORE)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.floats(&self.means);
        self.effects.write(writer);
        writer.byte(u8::from(self.whole));
        self.spread.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let means = reader.floats_within(MAXIMUM_HORIZON, 1e3 * MAXIMUM_UNITS)?;
        if means.iter().any(|mean| *mean < 0.0) {
            return Err(StateError::Invalid { field: "mean" });
        }
        let effects = Effects::read(reader)?;
        let whole = reader.flag()?;
        Ok(Self::new(means, effects, Spread::read(reader)?, whole))
    }
}

/// A whole number that rounding errors missed: 42 for 41.99999999999999.
fn without_dust(mean: f64) -> f64 {
    let nearest = mean.round();
    if (mean - nearest).abs() <= 1e-12 * nearest { nearest } else { mean }
}

fn average(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1) as f64;
    values.sum::<f64>() / count
}

/// Demands a period: the rate at which a Poisson process leaves as many periods without any.
fn rate(mean: f64, spread: &Spread, whole: bool) -> f64 {
    match spread {
        Spread::Shape(shape) => -libm::log(shape.distribution(mean, 0.0, whole)),
        _ => 0.0,
    }
}

/// Demand that a promotion doubles is twice as uncertain: deviations are multiplied as means are,
/// and by how much less sure such periods are.
fn deviations(means: &[f64], effects: &Effects, fitted: usize, spread: &Spread) -> Vec<f64> {
    let Spread::Normal { deviation, growth, proportional } = *spread else {
        return vec![];
    };
    let base = |step: usize| means[step] / effects.factor(step);
    let average = average((0..fitted).map(base));
    (0..means.len())
        .map(|step| {
            let of_mean = if proportional && average > 0.0 { base(step) / average } else { 1.0 };
            deviation * of_mean * effects.spread(step) * libm::sqrt(1.0 + growth * step as f64)
        })
        .collect()
}

impl Spread {
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::None => writer.byte(0),
            Self::Shape(shape) => {
                writer.byte(1);
                shape.write(writer);
            }
            Self::Normal { deviation, growth, proportional } => {
                writer.byte(2);
                writer.float(*deviation);
                writer.float(*growth);
                writer.byte(u8::from(*proportional));
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        match reader.byte()? {
            0 => Ok(Self::None),
            1 => DemandShape::read(reader).map(Self::Shape),
            2 => Ok(Self::Normal {
                deviation: reader.positive(1e3 * MAXIMUM_UNITS)?,
                growth: reader.positive(4.0)?,
                proportional: reader.flag()?,
            }),
            _ => Err(StateError::Invalid { field: "spread" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group_of(lot: f64, share: f64) -> usize {
        let shape = DemandShape::new(vec![(0.0, 1.0 - share), (lot, share)]).unwrap();
        let means = vec![lot * share; 14];
        Outlook::new(means, Effects::default(), Spread::Shape(shape), true).group()
    }

    #[test]
    fn a_constant_is_forecast_as_itself() {
        let outlook =
            Outlook::new(vec![41.999_999_999_999_99], Effects::default(), Spread::None, true);
        assert_eq!(outlook.means, [42.0]);
    }

    #[test]
    fn low_volumes_are_grouped_by_how_often_there_is_demand() {
        for lot in [1.0, 12.0, 500.0] {
            // -ln(0.98) is 0.0202 demands a period, -ln(0.8) 0.22, -ln(0.5) 0.69, -ln(0.02) 3.9.
            let groups = [0.02, 0.2, 0.5, 0.98].map(|share| group_of(lot, share));
            assert_eq!(groups, [0, 2, 3, 5], "{lot}");
        }
    }
}
