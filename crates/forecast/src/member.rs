//! A fitted method, whichever it is.

use crate::bytes::{Reader, Writer};
use crate::models::{Aggregated, Autoregression, AveragedEts, LevelMember};
use crate::theta::FittedTheta;
use crate::{Method, StateError};

/// A method after a history.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Member {
    Level(LevelMember),
    Ets(Method, AveragedEts),
    Theta(Method, FittedTheta),
    Aggregated(Method, Aggregated),
    Autoregression(Autoregression),
}

impl Member {
    pub(crate) fn method(&self) -> Method {
        match self {
            Self::Level(level) => level.estimates.method(),
            Self::Ets(method, _) | Self::Theta(method, _) | Self::Aggregated(method, _) => *method,
            Self::Autoregression(_) => Method::SeasonalAutoregression,
        }
    }

    /// Expected values of the `horizon` periods after the history.
    pub(crate) fn means(&self, horizon: usize) -> Vec<f64> {
        match self {
            Self::Level(level) => level.means(horizon),
            Self::Ets(_, ets) => ets.means(horizon),
            Self::Theta(_, theta) => theta.forecast(horizon),
            Self::Aggregated(_, aggregated) => aggregated.means(horizon),
            Self::Autoregression(fitted) => fitted.means(horizon),
        }
    }

    /// Learns one more observed period; `false` where the method has to see the whole history
    /// again.
    pub(crate) fn update(&mut self, units: f64) -> bool {
        match self {
            Self::Level(level) => level.update(units),
            Self::Ets(_, ets) => ets.update(units),
            Self::Theta(_, theta) => {
                theta.update(units);
                true
            }
            Self::Aggregated(_, aggregated) => aggregated.update(units),
            Self::Autoregression(fitted) => fitted.update(units),
        }
    }

    /// Estimates by name, in a fixed order.
    pub(crate) fn named(&self) -> Vec<(&'static str, f64)> {
        match self {
            Self::Level(level) => level.estimates.named(),
            Self::Ets(_, ets) => vec![("alpha", ets.smoothing)],
            Self::Theta(_, theta) => vec![("alpha", theta.alpha()), ("theta", theta.theta())],
            Self::Aggregated(..) | Self::Autoregression(_) => vec![],
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.byte(self.method().tag());
        match self {
            Self::Level(level) => level.write(writer),
            Self::Ets(_, ets) => ets.write(writer),
            Self::Theta(_, theta) => theta.write(writer),
            Self::Aggregated(_, aggregated) => aggregated.write(writer),
            Self::Autoregression(fitted) => fitted.write(writer),
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let method = Method::from_tag(reader.byte()?)?;
        Ok(match method {
            Method::ExponentialSmoothing | Method::LogarithmicSmoothing => {
                Self::Ets(method, AveragedEts::read(reader)?)
            }
            Method::Theta | Method::DynamicTheta => Self::Theta(method, FittedTheta::read(reader)?),
            Method::ShortAggregation | Method::LongAggregation => {
                Self::Aggregated(method, Aggregated::read(reader)?)
            }
            Method::SeasonalAutoregression => Self::Autoregression(Autoregression::read(reader)?),
            _ => Self::Level(LevelMember::read(reader, method)?),
        })
    }
}
