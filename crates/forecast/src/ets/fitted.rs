use super::fitting::{Found, batch};
use super::recursion::Setting;
use super::{EtsError, EtsParameters, EtsSeason, EtsSpecification, EtsTrend, mean_size};
use crate::StateError;
use crate::bytes::{Reader, Writer};
use crate::error::MAXIMUM_PERIODS;
use crate::lanes::{LANES, Lanes};

/// An exponential smoothing model after a history.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedEts {
    specification: EtsSpecification,
    parameters: EtsParameters,
    level: f64,
    trend: f64,
    /// By phase, the next period's at `next`.
    season: Vec<f64>,
    next: usize,
    mean_square: f64,
    aicc: f64,
}

impl FittedEts {
    /// Runs found parameters through a history and keeps the state after it.
    pub(super) fn after(
        setting: Setting<'_>,
        specification: EtsSpecification,
        found: Found,
        aicc: f64,
        seasons: &mut Vec<Lanes>,
    ) -> Self {
        let pass = setting.pass(&batch(&[found.parameters; LANES]), seasons, false);
        let n = setting.values.len();
        let season: Vec<f64> = match setting.season.len() {
            0 => vec![],
            _ => seasons.iter().map(|lanes| lanes[0]).collect(),
        };
        Self {
            specification,
            parameters: found.parameters,
            level: pass.level[0],
            trend: pass.trend[0],
            next: n % season.len().max(1),
            season,
            mean_square: pass.squares[0] / n.max(1) as f64,
            aicc,
        }
    }

    /// The mean of a history too short or too flat to estimate anything.
    pub(super) fn constant(values: &[f64]) -> Self {
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let square = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
        Self {
            specification: EtsSpecification {
                error: EtsError::Additive,
                trend: EtsTrend::None,
                season: EtsSeason::None,
            },
            parameters: EtsParameters {
                alpha: 0.1,
                beta: 0.0,
                gamma: 0.0,
                phi: 0.0,
                level: mean,
                trend: 0.0,
            },
            level: mean,
            trend: 0.0,
            season: vec![],
            next: 0,
            mean_square: square / values.len().max(1) as f64,
            aicc: f64::INFINITY,
        }
    }

    /// The model's error, trend and season.
    pub fn specification(&self) -> EtsSpecification {
        self.specification
    }

    /// The estimates.
    pub fn parameters(&self) -> EtsParameters {
        self.parameters
    }

    /// The corrected information criterion, constants apart: smaller is better, among models of
    /// one history. NaN where nothing was estimated.
    pub fn aicc(&self) -> f64 {
        self.aicc
    }

    /// Mean squared one-step error, of relative errors where the error is multiplicative.
    pub fn mean_square(&self) -> f64 {
        self.mean_square
    }

    /// Standard deviation of the one-step error in units, at the level after the history.
    pub(crate) fn one_step_deviation(&self) -> f64 {
        let size = match self.specification.error {
            EtsError::Additive => 1.0,
            EtsError::Multiplicative => self.level.abs(),
        };
        libm::sqrt(self.mean_square) * size
    }

    /// The level after the history.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// The trend after the history, in units a period before damping.
    pub fn trend(&self) -> f64 {
        self.trend
    }

    /// Expected values of the `horizon` periods after the history.
    pub fn forecast(&self, horizon: usize) -> Vec<f64> {
        let (mut level, mut slope) = (self.level, self.trend);
        (0..horizon)
            .map(|step| {
                slope *= self.parameters.phi;
                level += slope;
                match self.specification.season {
                    EtsSeason::None => level,
                    EtsSeason::Additive => level + self.index(step),
                    EtsSeason::Multiplicative => level * self.index(step),
                }
            })
            .collect()
    }

    /// Standard deviations of the values around `means`, their forecasts.
    ///
    /// Class 1 of Hyndman et al. (2008), chapter 6; for multiplicative errors in proportion to the
    /// forecast, which is an approximation.
    pub fn deviations(&self, means: &[f64]) -> Vec<f64> {
        let EtsParameters { alpha, beta, gamma, phi, .. } = self.parameters;
        let one_step = libm::sqrt(self.mean_square);
        let (mut variance, mut damping, mut power) = (1.0, 0.0, 1.0);
        means
            .iter()
            .enumerate()
            .map(|(step, mean)| {
                let size = match self.specification.error {
                    EtsError::Additive => one_step,
                    EtsError::Multiplicative => one_step * mean.abs(),
                };
                let deviation = size * libm::sqrt(variance);
                power *= phi;
                damping += power;
                let is_same_phase = !self.season.is_empty() && (step + 1) % self.season.len() == 0;
                let weight = alpha + beta * damping + if is_same_phase { gamma } else { 0.0 };
                variance += weight * weight;
                deviation
            })
            .collect()
    }

    /// Learns one more period, without estimating anything anew.
    pub fn update(&mut self, value: f64) {
        let values = [value];
        let mut rotated = self.season.clone();
        rotated.rotate_left(self.next);
        let setting = Setting {
            values: &values,
            season: &rotated,
            error: self.specification.error,
            kind: self.specification.season,
            scale: self.level.abs().max(mean_size(&values)),
        };
        let from = EtsParameters { level: self.level, trend: self.trend, ..self.parameters };
        let mut seasons = Vec::with_capacity(rotated.len().max(1));
        let pass = setting.pass(&batch(&[from; LANES]), &mut seasons, false);
        (self.level, self.trend) = (pass.level[0], pass.trend[0]);
        if let Some(index) = self.season.get_mut(self.next) {
            *index = seasons[0][0];
            self.next = (self.next + 1) % self.season.len();
        }
    }

    fn index(&self, step: usize) -> f64 {
        self.season[(self.next + step) % self.season.len()]
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.byte(self.specification.error as u8);
        writer.byte(self.specification.trend as u8);
        writer.byte(self.specification.season as u8);
        let p = self.parameters;
        [p.alpha, p.beta, p.gamma, p.phi, p.level, p.trend, self.level, self.trend]
            .into_iter()
            .for_each(|value| writer.float(value));
        writer.float(self.mean_square);
        writer.optional(Some(self.aicc).filter(|aicc| aicc.is_finite()));
        writer.count(self.next);
        writer.floats(&self.season);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let error = match reader.byte()? {
            0 => EtsError::Additive,
            1 => EtsError::Multiplicative,
            _ => return Err(StateError::Invalid { field: "error" }),
        };
        let trend = match reader.byte()? {
            0 => EtsTrend::None,
            1 => EtsTrend::Additive,
            2 => EtsTrend::Damped,
            _ => return Err(StateError::Invalid { field: "trend" }),
        };
        let season = match reader.byte()? {
            0 => EtsSeason::None,
            1 => EtsSeason::Additive,
            2 => EtsSeason::Multiplicative,
            _ => return Err(StateError::Invalid { field: "season" }),
        };
        let specification = EtsSpecification { error, trend, season };
        let mut weight = || reader.positive(1.0);
        let (alpha, beta, gamma, phi) = (weight()?, weight()?, weight()?, weight()?);
        let mut state = || reader.within(1e3 * crate::MAXIMUM_UNITS);
        let parameters =
            EtsParameters { alpha, beta, gamma, phi, level: state()?, trend: state()? };
        let fitted = Self {
            specification,
            parameters,
            level: state()?,
            trend: state()?,
            mean_square: reader.positive(1e36)?,
            aicc: reader.optional()?.unwrap_or(f64::INFINITY),
            next: reader.count(MAXIMUM_PERIODS)?,
            season: reader.floats_within(MAXIMUM_PERIODS, 1e3 * crate::MAXIMUM_UNITS)?,
        };
        let has_season = season != EtsSeason::None;
        if fitted.season.is_empty() == has_season || fitted.next >= fitted.season.len().max(1) {
            return Err(StateError::Invalid { field: "season" });
        }
        Ok(fitted)
    }
}
