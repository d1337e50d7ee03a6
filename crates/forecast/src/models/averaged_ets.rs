use crate::bytes::{Reader, Writer};
use crate::error::MAXIMUM_UNITS;
use crate::ets::{Ets, FittedEts, LONGEST_SEASON, REDUCED_POOL};
use crate::theta::Season;
use crate::{StateError, deseason};

/// How sharply weights follow the information criterion: 1 are Akaike's weights, 0 equal ones.
///
/// One series says little about which model made it; near-equal weights won at rolling origins.
const SHARPNESS: f64 = 0.15;

/// Models whose weight is below this share are dropped.
const SMALLEST_WEIGHT: f64 = 0.02;

/// A forecast further from 0 than this many times the largest value is an accident.
const LARGEST_GROWTH: f64 = 5.0;

/// Exponential smoothing models of one history, averaged by their information criterion.
///
/// Averaging instead of choosing: Kolassa (2011), with flatter weights than his.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AveragedEts {
    models: Vec<(f64, FittedEts)>,
    /// Taken out before; long seasons are not kept as states.
    season: Season,
    /// Phase of the first period after the history.
    next: usize,
    /// The models are of logarithms.
    logarithmic: bool,
    /// Mean squared one-step error of the best model in units (or of logarithms).
    pub(crate) deviation: f64,
    pub(crate) smoothing: f64,
}

impl AveragedEts {
    /// Fits complete values; `None` where no model does, or logarithms are asked of values that
    /// are not positive.
    pub(crate) fn fit(
        values: &[f64],
        season_length: usize,
        shrunken: &Season,
        horizon: usize,
        logarithmic: bool,
    ) -> Option<Self> {
        let keeps_season =
            season_length <= LONGEST_SEASON && deseason::has_cycles(values.len(), season_length);
        let season = if keeps_season { Season::none() } else { shrunken.clone() };
        let mut used = season.without(values);
        if logarithmic {
            if used.iter().any(|value| *value <= 0.0) {
                return None;
            }
            used.iter_mut().for_each(|value| *value = libm::log(*value));
        }
        let season_length = if keeps_season { season_length } else { 1 };
        let models = average(&used, season_length, horizon, logarithmic)?;
        let best = models.iter().min_by(|a, b| a.1.aicc().total_cmp(&b.1.aicc()))?;
        let (deviation, smoothing) = (best.1.one_step_deviation(), best.1.parameters().alpha);
        let next = values.len() % season.indices.len().max(1);
        Some(Self { models, season, next, logarithmic, deviation, smoothing })
    }

    pub(crate) fn means(&self, horizon: usize) -> Vec<f64> {
        let mut means = vec![0.0; horizon];
        for (weight, model) in &self.models {
            for (mean, value) in means.iter_mut().zip(model.forecast(horizon)) {
                *mean += weight * value;
            }
        }
        for (step, mean) in means.iter_mut().enumerate() {
            let value = if self.logarithmic { libm::exp(mean.min(40.0)) } else { *mean };
            *mean = self.season.with(value, self.next + step);
        }
        means
    }

    pub(crate) fn update(&mut self, value: f64) -> bool {
        let adjusted = self.season.value_without(value, self.next);
        if self.logarithmic && adjusted <= 0.0 {
            return false;
        }
        let adjusted = if self.logarithmic { libm::log(adjusted) } else { adjusted };
        self.models.iter_mut().for_each(|(_, model)| model.update(adjusted));
        self.next = (self.next + 1) % self.season.indices.len().max(1);
        true
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.models.len());
        for (weight, model) in &self.models {
            writer.float(*weight);
            model.write(writer);
        }
        self.season.write(writer);
        writer.count(self.next);
        writer.byte(u8::from(self.logarithmic));
        writer.float(self.deviation);
        writer.float(self.smoothing);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let count = reader.count(REDUCED_POOL.len())?;
        let models = (0..count)
            .map(|_| Ok((reader.positive(1.0)?, FittedEts::read(reader)?)))
            .collect::<Result<_, StateError>>()?;
        let season = Season::read(reader)?;
        let next = reader.count(season.indices.len().max(1) - 1)?;
        Ok(Self {
            models,
            season,
            next,
            logarithmic: reader.flag()?,
            deviation: reader.positive(1e3 * MAXIMUM_UNITS)?,
            smoothing: reader.positive(1.0)?,
        })
    }
}

/// Every model of the pool that can be fitted, with its weight.
fn average(
    values: &[f64],
    season_length: usize,
    horizon: usize,
    logarithmic: bool,
) -> Option<Vec<(f64, FittedEts)>> {
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let is_sane = |model: &FittedEts| {
        let means = model.forecast(horizon);
        means.iter().all(|mean| mean.abs() <= LARGEST_GROWTH * largest)
    };
    let mut models: Vec<(f64, FittedEts)> = Ets::automatic(season_length)
        .fit_all(values, logarithmic)
        .into_iter()
        .filter(is_sane)
        .map(|model| (model.aicc(), model))
        .collect();
    let best = models.iter().map(|(aicc, _)| *aicc).fold(f64::INFINITY, f64::min);
    models.iter_mut().for_each(|(aicc, _)| *aicc = libm::exp(-0.5 * SHARPNESS * (*aicc - best)));
    for smallest in [SMALLEST_WEIGHT, 0.0] {
        let total: f64 = models.iter().map(|(weight, _)| weight).sum();
        models.retain(|(weight, _)| *weight >= smallest * total);
        models.iter_mut().for_each(|(weight, _)| *weight /= total);
    }
    (!models.is_empty()).then_some(models)
}

/// Averaged models of sums over a few periods: what the noise of single periods hides.
///
/// Multiple temporal aggregation: Kourentzes, Petropoulos and Trapero (2014).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aggregated {
    periods: usize,
    ets: AveragedEts,
    season: Season,
    next: usize,
    /// Mean of the last whole bucket, the season apart.
    last: f64,
    /// Periods after the last whole bucket.
    pending: Vec<f64>,
}

/// Whole buckets that are needed.
const FEWEST_BUCKETS: usize = 8;

impl Aggregated {
    /// Fits means over buckets of `periods`, counted back from the end.
    pub(crate) fn fit(
        values: &[f64],
        season: &Season,
        periods: usize,
        horizon: usize,
    ) -> Option<Self> {
        let buckets = values.len() / periods.max(1);
        if periods < 2 || buckets < FEWEST_BUCKETS {
            return None;
        }
        let adjusted = season.without(values);
        let means: Vec<f64> = adjusted[values.len() - buckets * periods..]
            .chunks_exact(periods)
            .map(|bucket| bucket.iter().sum::<f64>() / periods as f64)
            .collect();
        let ets = AveragedEts::fit(&means, 1, &Season::none(), horizon / periods + 2, false)?;
        Some(Self {
            periods,
            ets,
            next: values.len() % season.indices.len().max(1),
            season: season.clone(),
            last: *means.last()?,
            pending: vec![],
        })
    }

    /// Buckets' means stand at their centres; periods between are interpolated.
    pub(crate) fn means(&self, horizon: usize) -> Vec<f64> {
        let ahead = self.pending.len();
        let buckets = self.ets.means((horizon + ahead) / self.periods + 2);
        let at = |bucket: usize| if bucket == 0 { self.last } else { buckets[bucket - 1] };
        (0..horizon)
            .map(|step| {
                // In buckets after the centre of the last whole one.
                let place = ((step + ahead) as f64 + 0.5) / self.periods as f64 + 0.5;
                let bucket = place as usize;
                let share = place - bucket as f64;
                let value = at(bucket) + share * (at(bucket + 1) - at(bucket));
                self.season.with(value, self.next + step)
            })
            .collect()
    }

    pub(crate) fn update(&mut self, value: f64) -> bool {
        self.pending.push(self.season.value_without(value, self.next));
        self.next = (self.next + 1) % self.season.indices.len().max(1);
        if self.pending.len() == self.periods {
            self.last = self.pending.iter().sum::<f64>() / self.periods as f64;
            self.pending.clear();
            return self.ets.update(self.last);
        }
        true
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.periods);
        self.ets.write(writer);
        self.season.write(writer);
        writer.count(self.next);
        writer.float(self.last);
        writer.floats(&self.pending);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        const LARGEST: f64 = 1e3 * MAXIMUM_UNITS;
        let periods = reader.count(crate::error::MAXIMUM_SEASON)?;
        let ets = AveragedEts::read(reader)?;
        let season = Season::read(reader)?;
        let next = reader.count(season.indices.len().max(1) - 1)?;
        let last = reader.within(LARGEST)?;
        let pending = reader.floats_within(periods.saturating_sub(1), LARGEST)?;
        if periods < 2 {
            return Err(StateError::Invalid { field: "aggregation" });
        }
        Ok(Self { periods, ets, season, next, last, pending })
    }
}

/// Periods of the short and the long aggregation for a season.
pub(crate) fn aggregations(season_length: usize) -> [usize; 2] {
    match season_length {
        0..=4 => [2, 4],
        5..=7 => [season_length, 2 * season_length],
        8..=24 => [season_length / 4, season_length / 2],
        _ => [season_length / 13, season_length / 4],
    }
}

/// The season that the members share.
pub(crate) fn season_of(values: &[f64], season_length: usize) -> Season {
    deseason::shrunken(values, season_length)
}
