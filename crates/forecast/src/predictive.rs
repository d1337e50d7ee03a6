//! The distribution of demand in each future period, before any calibration.

use crate::bytes::{Reader, Writer};
use crate::error::MAXIMUM_UNITS;
use crate::shape::DemandShape;
use crate::{Frequency, Method, StateError, normal};

/// Standardised errors are cut here: tails beyond one in 2,000 are not measurable.
pub(crate) const MAXIMUM_ERROR: f64 = 3.29;

/// What a method estimated, each with the numbers of its own case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Parameters {
    NoDemand,
    PooledShape { demand_probability: f64, mean_size: f64 },
    SeasonalNaive,
    Smoothing { smoothing: f64 },
    SeasonalLevel { smoothing: f64 },
    Tsb { size_smoothing: f64, probability_smoothing: f64, demand_probability: f64, mean_size: f64 },
}

/// How demand spreads around its mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Spread {
    /// All mass at the mean.
    None,
    /// An empirical distribution scaled to the mean.
    Shape(DemandShape),
    /// Normal around the mean, cut at zero. The standard deviation is
    /// `deviation * sqrt(1 + growth * (step - 1))`, times the seasonal index if proportional.
    Normal { deviation: f64, growth: f64, proportional: bool },
}

/// A fitted state: everything needed to say what is expected and how surely.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Predictive {
    pub(crate) parameters: Parameters,
    /// Phase of the first period after the history.
    pub(crate) next_phase: usize,
    pub(crate) level: f64,
    /// Multipliers of the level by phase.
    pub(crate) indices: Vec<f64>,
    pub(crate) spread: Spread,
    /// Demand takes whole numbers only.
    pub(crate) whole: bool,
}

impl Predictive {
    pub(crate) fn no_demand(frequency: Frequency, next_phase: usize) -> Self {
        Self {
            parameters: Parameters::NoDemand,
            next_phase,
            level: 0.0,
            indices: vec![1.0; frequency.season_length()],
            spread: Spread::None,
            whole: true,
        }
    }

    pub(crate) fn method(&self) -> Method {
        match self.parameters {
            Parameters::NoDemand => Method::NoDemand,
            Parameters::PooledShape { .. } => Method::PooledShape,
            Parameters::SeasonalNaive => Method::SeasonalNaive,
            Parameters::Smoothing { .. } => Method::SimpleExponentialSmoothing,
            Parameters::SeasonalLevel { .. } => Method::SeasonalLevel,
            Parameters::Tsb { .. } => Method::TeunterSyntetosBabai,
        }
    }

    fn index(&self, step: usize) -> f64 {
        self.indices[(self.next_phase + step) % self.indices.len()]
    }

    /// Expected demand `step` periods after the first future one.
    pub(crate) fn mean(&self, step: usize) -> f64 {
        self.level * self.index(step)
    }

    fn deviation(&self, step: usize) -> f64 {
        match self.spread {
            Spread::Normal { deviation, growth, proportional } => {
                let factor = if proportional { self.index(step) } else { 1.0 };
                deviation * factor * libm::sqrt(1.0 + growth * step as f64)
            }
            Spread::None | Spread::Shape(_) => 0.0,
        }
    }

    /// Which standardised errors this state's are comparable with.
    pub(crate) fn is_empirical(&self) -> bool {
        matches!(self.spread, Spread::Shape(_))
    }

    /// The quantile at `probability`, whose normal score is `score`.
    pub(crate) fn quantile(&self, step: usize, score: f64, probability: f64) -> f64 {
        let mean = self.mean(step);
        match &self.spread {
            Spread::None => mean,
            Spread::Shape(shape) => shape.quantile(mean, probability, self.whole),
            Spread::Normal { .. } => {
                let value = (mean + self.deviation(step) * score).max(0.0);
                if self.whole { value.round() } else { value }
            }
        }
    }

    /// P(D <= x), uncalibrated.
    pub(crate) fn distribution(&self, step: usize, x: f64) -> f64 {
        let mean = self.mean(step);
        match &self.spread {
            Spread::Shape(shape) => shape.distribution(mean, x, self.whole),
            Spread::None | Spread::Normal { .. } => {
                if x < 0.0 {
                    return 0.0;
                }
                let deviation = self.deviation(step);
                let bound = if self.whole { x.floor() + 0.5 } else { x };
                if deviation > 0.0 {
                    normal::cdf((bound - mean) / deviation)
                } else {
                    f64::from(u8::from(bound >= mean))
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

    /// The standardised error of an actual: standard normal if the distribution is right.
    ///
    /// For whole numbers it is the normal score of the randomised probability integral transform
    /// F(y - 1) + v (F(y) - F(y - 1)) with `v` uniform (Smith 1985; Czado, Gneiting, Held 2009);
    /// for continuous demand it is the error over its standard deviation.
    pub(crate) fn standardised_error(&self, step: usize, actual: f64, v: f64) -> f64 {
        let error = match &self.spread {
            Spread::Normal { .. } if !self.whole => {
                let (error, deviation) = (actual - self.mean(step), self.deviation(step));
                if error == 0.0 { 0.0 } else { error / deviation }
            }
            _ => {
                let below = self.distribution_below(step, actual);
                let through = self.distribution(step, actual);
                normal::quantile((below + v * (through - below)).clamp(1e-9, 1.0 - 1e-9))
            }
        };
        error.clamp(-MAXIMUM_ERROR, MAXIMUM_ERROR)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        let (tag, numbers): (u8, &[f64]) = match &self.parameters {
            Parameters::NoDemand => (0, &[]),
            Parameters::PooledShape { demand_probability, mean_size } => {
                (1, &[*demand_probability, *mean_size])
            }
            Parameters::SeasonalNaive => (2, &[]),
            Parameters::Smoothing { smoothing } => (3, &[*smoothing]),
            Parameters::SeasonalLevel { smoothing } => (4, &[*smoothing]),
            Parameters::Tsb {
                size_smoothing,
                probability_smoothing,
                demand_probability,
                mean_size,
            } => (5, &[*size_smoothing, *probability_smoothing, *demand_probability, *mean_size]),
        };
        writer.byte(tag);
        numbers.iter().for_each(|number| writer.float(*number));
        writer.count(self.next_phase);
        writer.float(self.level);
        self.indices.iter().for_each(|index| writer.float(*index));
        writer.byte(u8::from(self.whole));
        self.spread.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>, frequency: Frequency) -> Result<Self, StateError> {
        let parameters = Parameters::read(reader)?;
        let season_length = frequency.season_length();
        Ok(Self {
            parameters,
            next_phase: reader.count(season_length - 1)?,
            level: reader.positive(1e3 * MAXIMUM_UNITS)?,
            indices: (0..season_length)
                .map(|_| reader.positive(1e3 * MAXIMUM_UNITS))
                .collect::<Result<_, _>>()?,
            whole: reader.flag()?,
            spread: Spread::read(reader)?,
        })
    }
}

impl Parameters {
    fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(match reader.byte()? {
            0 => Self::NoDemand,
            1 => Self::PooledShape {
                demand_probability: reader.float()?,
                mean_size: reader.float()?,
            },
            2 => Self::SeasonalNaive,
            3 => Self::Smoothing { smoothing: reader.float()? },
            4 => Self::SeasonalLevel { smoothing: reader.float()? },
            5 => Self::Tsb {
                size_smoothing: reader.float()?,
                probability_smoothing: reader.float()?,
                demand_probability: reader.float()?,
                mean_size: reader.float()?,
            },
            _ => return Err(StateError::Invalid { field: "method" }),
        })
    }

    /// Names and values, in a fixed order.
    pub(crate) fn named(self) -> Vec<(&'static str, f64)> {
        match self {
            Self::NoDemand | Self::SeasonalNaive => vec![],
            Self::PooledShape { demand_probability, mean_size } => {
                vec![("demand_probability", demand_probability), ("mean_size", mean_size)]
            }
            Self::Smoothing { smoothing } | Self::SeasonalLevel { smoothing } => {
                vec![("smoothing", smoothing)]
            }
            Self::Tsb { size_smoothing, probability_smoothing, demand_probability, mean_size } => {
                vec![
                    ("size_smoothing", size_smoothing),
                    ("probability_smoothing", probability_smoothing),
                    ("demand_probability", demand_probability),
                    ("mean_size", mean_size),
                ]
            }
        }
    }
}

impl Spread {
    fn write(&self, writer: &mut Writer) {
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

    fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        match reader.byte()? {
            0 => Ok(Self::None),
            1 => DemandShape::read(reader).map(Self::Shape),
            2 => Ok(Self::Normal {
                deviation: reader.positive(1e3 * MAXIMUM_UNITS)?,
                growth: reader.positive(1.0)?,
                proportional: reader.flag()?,
            }),
            _ => Err(StateError::Invalid { field: "spread" }),
        }
    }
}
