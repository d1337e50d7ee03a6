use crate::bytes::{Reader, Writer};
use crate::error::{MAXIMUM_SEASON, MAXIMUM_UNITS};
use crate::{Method, StateError};

/// A level times a seasonal index: the state of every method that knows no trend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LevelMember {
    pub(crate) estimates: Estimates,
    pub(crate) level: f64,
    /// Multipliers of the level by phase.
    pub(crate) indices: Vec<f64>,
    /// Phase of the first period after the history.
    pub(crate) next_phase: usize,
}

/// What a method estimated beside the level, each with the numbers of its own case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Estimates {
    PooledShape { demand_probability: f64, mean_size: f64 },
    SeasonalNaive,
    Smoothing { smoothing: f64 },
    SeasonalLevel { smoothing: f64 },
    Tsb { size_smoothing: f64, probability_smoothing: f64, demand_probability: f64, mean_size: f64 },
    Croston { corrected: bool, mean_size: f64, interval: f64, since: f64 },
    Adida { bucket: f64, smoothing: f64 },
    Naive,
    SameSeason,
    WindowAverage { periods: f64 },
}

/// Smoothing weight of Croston's method: the usual one.
pub(crate) const CROSTON_SMOOTHING: f64 = 0.1;

impl Estimates {
    pub(crate) fn method(self) -> Method {
        match self {
            Self::PooledShape { .. } => Method::PooledShape,
            Self::SeasonalNaive => Method::SeasonalNaive,
            Self::Smoothing { .. } => Method::SimpleExponentialSmoothing,
            Self::SeasonalLevel { .. } => Method::SeasonalLevel,
            Self::Tsb { .. } => Method::TeunterSyntetosBabai,
            Self::Croston { corrected: false, .. } => Method::Croston,
            Self::Croston { corrected: true, .. } => Method::SyntetosBoylan,
            Self::Adida { .. } => Method::Adida,
            Self::Naive => Method::Naive,
            Self::SameSeason => Method::SameSeason,
            Self::WindowAverage { .. } => Method::WindowAverage,
        }
    }

    /// Names and values, in a fixed order.
    pub(crate) fn named(self) -> Vec<(&'static str, f64)> {
        match self {
            Self::SeasonalNaive | Self::Naive | Self::SameSeason => vec![],
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
            Self::Croston { mean_size, interval, .. } => {
                vec![("mean_size", mean_size), ("interval", interval)]
            }
            Self::Adida { bucket, smoothing } => vec![("bucket", bucket), ("smoothing", smoothing)],
            Self::WindowAverage { periods } => vec![("periods", periods)],
        }
    }

    fn numbers(self) -> [f64; 4] {
        match self {
            Self::SeasonalNaive | Self::Naive | Self::SameSeason => [0.0; 4],
            Self::PooledShape { demand_probability, mean_size } => {
                [demand_probability, mean_size, 0.0, 0.0]
            }
            Self::Smoothing { smoothing } | Self::SeasonalLevel { smoothing } => {
                [smoothing, 0.0, 0.0, 0.0]
            }
            Self::Tsb { size_smoothing, probability_smoothing, demand_probability, mean_size } => {
                [size_smoothing, probability_smoothing, demand_probability, mean_size]
            }
            Self::Croston { mean_size, interval, since, .. } => [mean_size, interval, since, 0.0],
            Self::Adida { bucket, smoothing } => [bucket, smoothing, 0.0, 0.0],
            Self::WindowAverage { periods } => [periods, 0.0, 0.0, 0.0],
        }
    }

    fn of(method: Method, [a, b, c, d]: [f64; 4]) -> Option<Self> {
        Some(match method {
            Method::PooledShape => Self::PooledShape { demand_probability: a, mean_size: b },
            Method::SeasonalNaive => Self::SeasonalNaive,
            Method::SimpleExponentialSmoothing => Self::Smoothing { smoothing: a },
            Method::SeasonalLevel => Self::SeasonalLevel { smoothing: a },
            Method::TeunterSyntetosBabai => Self::Tsb {
                size_smoothing: a,
                probability_smoothing: b,
                demand_probability: c,
                mean_size: d,
            },
            Method::Croston | Method::SyntetosBoylan => Self::Croston {
                corrected: method == Method::SyntetosBoylan,
                mean_size: a,
                interval: b,
                since: c,
            },
            Method::Adida => Self::Adida { bucket: a, smoothing: b },
            Method::Naive => Self::Naive,
            Method::SameSeason => Self::SameSeason,
            Method::WindowAverage => Self::WindowAverage { periods: a },
            _ => return None,
        })
    }
}

impl LevelMember {
    pub(crate) fn means(&self, horizon: usize) -> Vec<f64> {
        let mut phase = self.next_phase;
        (0..horizon)
            .map(|_| {
                let index = self.indices[phase];
                phase = if phase + 1 == self.indices.len() { 0 } else { phase + 1 };
                self.level * index
            })
            .collect()
    }

    /// Learns one more observed period; `false`, and nothing learnt, where the method has to see
    /// the whole history again.
    pub(crate) fn update(&mut self, units: f64) -> bool {
        let index = self.indices[self.next_phase];
        let adjusted = if index < super::SMALLEST_INDEX { self.level } else { units / index };
        match &mut self.estimates {
            Estimates::SeasonalNaive => self.indices[self.next_phase] = units,
            Estimates::Naive => self.level = units,
            Estimates::Smoothing { smoothing } | Estimates::SeasonalLevel { smoothing } => {
                self.level += *smoothing * (adjusted - self.level);
            }
            Estimates::Tsb {
                size_smoothing,
                probability_smoothing,
                demand_probability,
                mean_size,
            } => {
                let occurred = f64::from(u8::from(units > 0.0));
                *demand_probability += *probability_smoothing * (occurred - *demand_probability);
                *mean_size += *size_smoothing * occurred * (adjusted - *mean_size);
                self.level = *demand_probability * *mean_size;
            }
            Estimates::Croston { corrected, mean_size, interval, since } => {
                if units > 0.0 {
                    *mean_size += CROSTON_SMOOTHING * (adjusted - *mean_size);
                    *interval += CROSTON_SMOOTHING * (*since - *interval);
                    *since = 1.0;
                } else {
                    *since += 1.0;
                }
                let factor = if *corrected { 1.0 - CROSTON_SMOOTHING / 2.0 } else { 1.0 };
                self.level = factor * *mean_size / interval.max(1.0);
            }
            Estimates::PooledShape { .. }
            | Estimates::SameSeason
            | Estimates::Adida { .. }
            | Estimates::WindowAverage { .. } => return false,
        }
        self.skip();
        true
    }

    /// Passes over a period of which nothing is known.
    pub(crate) fn skip(&mut self) {
        self.next_phase = (self.next_phase + 1) % self.indices.len();
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.estimates.numbers().into_iter().for_each(|number| writer.float(number));
        writer.count(self.next_phase);
        writer.float(self.level);
        writer.floats(&self.indices);
    }

    pub(crate) fn read(reader: &mut Reader<'_>, method: Method) -> Result<Self, StateError> {
        const LARGEST: f64 = 1e3 * MAXIMUM_UNITS;
        let mut numbers = [0.0; 4];
        for number in &mut numbers {
            *number = reader.positive(LARGEST)?;
        }
        let estimates =
            Estimates::of(method, numbers).ok_or(StateError::Invalid { field: "method" })?;
        let next_phase = reader.count(MAXIMUM_SEASON)?;
        let level = reader.positive(LARGEST)?;
        let indices = reader.floats_within(MAXIMUM_SEASON, LARGEST)?;
        if next_phase >= indices.len() || indices.iter().any(|index| *index < 0.0) {
            return Err(StateError::Invalid { field: "seasonal indices" });
        }
        Ok(Self { estimates, level, indices, next_phase })
    }
}
