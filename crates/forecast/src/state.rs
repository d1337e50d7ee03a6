use crate::bytes::{Kind, Reader, Writer};
use crate::combination::Evidence;
use crate::drivers::FittedDrivers;
use crate::error::{MAXIMUM_HORIZON, MAXIMUM_PERIODS};
use crate::holdout::HoldoutState;
use crate::predictive::Predictive;
use crate::rolling::RollingErrors;
use crate::season::{read_frequency, read_season_length};
use crate::yearly::YearAhead;
use crate::{Accuracy, FittedModel, SeriesStatus, StateError};

/// Raise the version with any change to what is written or to what it means.
const MODEL: Kind = Kind { name: "demand model", magic: *b"SFDM", version: 6 };

impl FittedModel {
    /// The model as bytes: magic, version, method, state. A few kilobytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&MODEL);
        writer.byte(self.frequency as u8);
        writer.count(self.season_length);
        writer.count(self.next_phase);
        self.predictive.write(&mut writer);
        writer.count(self.observations);
        writer.count(self.horizon);
        writer.optional(self.adi);
        writer.float(self.squared_variation);
        self.status.write(&mut writer);
        writer.byte(u8::from(self.accuracy.is_some()));
        self.accuracy.iter().for_each(|accuracy| accuracy.write(&mut writer));
        self.errors.write(&mut writer);
        writer.byte(u8::from(self.holdout.is_some()));
        self.holdout.iter().for_each(|holdout| holdout.write(&mut writer));
        self.evidence.write(&mut writer);
        self.drivers.write(&mut writer);
        writer.floats(&self.factors);
        YearAhead::write_optional(self.year.as_ref(), &mut writer);
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back, bit for bit.
    ///
    /// # Errors
    /// [`StateError::UnknownVersion`] when another version wrote it: the model is stale and is to
    /// be fitted again. Any other [`StateError`] when nothing of the kind was written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &MODEL)?;
        let frequency = read_frequency(&mut reader)?;
        let season_length = read_season_length(&mut reader)?;
        let next_phase = reader.count(season_length - 1)?;
        let predictive = Predictive::read(&mut reader)?;
        let model = Self {
            frequency,
            season_length,
            next_phase,
            predictive,
            observations: reader.count(MAXIMUM_PERIODS)?,
            horizon: reader.count(MAXIMUM_HORIZON)?,
            adi: reader.optional()?,
            squared_variation: reader.float()?,
            status: SeriesStatus::read(&mut reader)?,
            accuracy: match reader.flag()? {
                true => Some(Accuracy::read(&mut reader)?),
                false => None,
            },
            errors: RollingErrors::read(&mut reader)?,
            holdout: match reader.flag()? {
                true => Some(HoldoutState::read(&mut reader)?),
                false => None,
            },
            evidence: Evidence::read(&mut reader)?,
            drivers: FittedDrivers::read(&mut reader)?,
            factors: reader.floats_within(MAXIMUM_HORIZON, 1e3)?,
            year: YearAhead::read_optional(&mut reader)?,
        };
        if model.factors.iter().any(|factor| *factor <= 0.0) {
            return Err(StateError::Invalid { field: "driver" });
        }
        reader.finish()?;
        Ok(model)
    }
}
