//! What drivers and the season of the year multiply demand by in each period ahead.

use crate::StateError;
use crate::bytes::{Reader, Writer};
use crate::drivers::Strain;
use crate::error::MAXIMUM_HORIZON;

/// Effects are at most this factor: those of drivers and of a year each keep to less.
const LARGEST: f64 = 1e6;

/// Factors by step, counted from 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Effects {
    /// Those of drivers, of which the last goes on; empty without drivers.
    pub(crate) drivers: Vec<f64>,
    /// How much less sure periods are that drivers move.
    pub(crate) strain: Strain,
    /// Those of the season of the year; empty where days have none.
    pub(crate) year: Vec<f64>,
}

impl Effects {
    /// The product of all effects on a step.
    pub(crate) fn factor(&self, step: usize) -> f64 {
        self.of_drivers(step).unwrap_or(1.0) * self.year.get(step).copied().unwrap_or(1.0)
    }

    /// What the deviation of a step is multiplied by.
    pub(crate) fn spread(&self, step: usize) -> f64 {
        let strain = |effect: f64| self.strain.factor(libm::log(effect).abs());
        self.factor(step) * self.of_drivers(step).map_or(1.0, strain)
    }

    fn of_drivers(&self, step: usize) -> Option<f64> {
        self.drivers.get(step).or(self.drivers.last()).copied()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.floats(&self.drivers);
        self.strain.write(writer);
        writer.floats(&self.year);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let drivers = reader.floats_within(MAXIMUM_HORIZON, LARGEST)?;
        let strain = Strain::read(reader)?;
        let year = reader.floats_within(MAXIMUM_HORIZON, LARGEST)?;
        match drivers.iter().chain(&year).all(|effect| *effect > 0.0) {
            true => Ok(Self { drivers, strain, year }),
            false => Err(StateError::Invalid { field: "driver" }),
        }
    }
}
