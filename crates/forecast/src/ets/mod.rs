//! Exponential smoothing in state-space form (Hyndman, Koehler, Ord and Snyder 2008).
//!
//! A model is named by its error, trend and season, each none, additive or multiplicative;
//! [`Ets::automatic`] tries the reduced pool of eight models and takes the one with the smallest
//! corrected information criterion (AICc).

mod fitted;
mod fitting;
mod recursion;

pub use fitted::FittedEts;

use crate::decomposition::seasonal_indices;
use crate::error::FitError;
use crate::lanes::Lanes;
use fitting::Search;
use recursion::Setting;

/// How an observation differs from its forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EtsError {
    /// By an amount.
    Additive,
    /// By a share of the forecast; for positive series.
    Multiplicative,
}

/// How the level moves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EtsTrend {
    /// Not at all.
    None,
    /// By a slope that goes on (Holt 1957).
    Additive,
    /// By a slope that fades (Gardner and McKenzie 1985).
    Damped,
}

/// How phases of a season differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EtsSeason {
    /// Not at all.
    None,
    /// By an amount (Winters 1960).
    Additive,
    /// By a factor; for positive series.
    Multiplicative,
}

/// One model of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EtsSpecification {
    /// The error.
    pub error: EtsError,
    /// The trend.
    pub trend: EtsTrend,
    /// The season.
    pub season: EtsSeason,
}

/// The eight models of the reduced pool (Petropoulos, Grushka-Cockayne, Siemsen and Spiliotis 2021).
pub(crate) const REDUCED_POOL: [EtsSpecification; 8] = {
    use EtsError as E;
    use EtsSeason as S;
    use EtsTrend as T;
    const fn of(error: E, trend: T, season: S) -> EtsSpecification {
        EtsSpecification { error, trend, season }
    }
    [
        of(E::Additive, T::None, S::None),
        of(E::Additive, T::Damped, S::None),
        of(E::Multiplicative, T::None, S::None),
        of(E::Multiplicative, T::Damped, S::None),
        of(E::Additive, T::None, S::Additive),
        of(E::Additive, T::Damped, S::Additive),
        of(E::Multiplicative, T::None, S::Multiplicative),
        of(E::Multiplicative, T::Damped, S::Multiplicative),
    ]
};

/// Seasons longer than this are not kept as states: take them out first.
pub(crate) const LONGEST_SEASON: usize = 24;

/// Smoothing weights and the state before the first period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EtsParameters {
    /// Weight of an error in the level, 0 to 1.
    pub alpha: f64,
    /// Weight of an error in the trend, 0 to alpha.
    pub beta: f64,
    /// Weight of an error in the season, 0 to 1 - alpha.
    pub gamma: f64,
    /// What remains of the trend from one period to the next: 1 where it is not damped.
    pub phi: f64,
    /// The level before the first period.
    pub level: f64,
    /// The trend before the first period, in units a period.
    pub trend: f64,
}

/// An exponential smoothing model that is not fitted yet.
///
/// ```
/// use shelfcast_forecast::ets::Ets;
/// let values: Vec<f64> = (0..48).map(|t| 100.0 + f64::from(t) + 10.0 * f64::from(t % 4)).collect();
/// let fitted = Ets::automatic(4).fit(&values)?;
/// let forecast = fitted.forecast(4);
/// assert!((forecast[3] - forecast[0] - 33.0).abs() < 3.0);
/// # Ok::<(), shelfcast_forecast::FitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ets {
    season_length: usize,
    specification: Option<EtsSpecification>,
}

impl Ets {
    /// Chooses among the reduced pool of eight models by AICc.
    ///
    /// A season longer than 24 periods is left out: take it out of the series first.
    pub fn automatic(season_length: usize) -> Self {
        Self { season_length, specification: None }
    }

    /// One model of the family.
    pub fn new(season_length: usize, specification: EtsSpecification) -> Self {
        Self { season_length, specification: Some(specification) }
    }

    /// Estimates weights and starting values by maximum likelihood.
    ///
    /// `values`: one a period, oldest first. A series too short for the model (or, for
    /// multiplicative ones, not positive) is fitted by simple smoothing instead.
    ///
    /// # Errors
    /// [`FitError::InvalidUnits`] at the first value that is not finite or beyond
    /// [`MAXIMUM_UNITS`](crate::MAXIMUM_UNITS) in size.
    pub fn fit(&self, values: &[f64]) -> Result<FittedEts, FitError> {
        crate::error::check_values(values)?;
        let models = self.fit_all(values, false);
        let best = models.into_iter().min_by(|a, b| a.aicc().total_cmp(&b.aicc()));
        Ok(best.unwrap_or_else(|| FittedEts::constant(values)))
    }

    /// Every model of the pool that a history can carry, which has been checked. Logarithms want
    /// additive models: a multiplicative one of them has no meaning.
    pub(crate) fn fit_all(&self, values: &[f64], logarithmic: bool) -> Vec<FittedEts> {
        let is_flat = values.windows(2).all(|pair| pair[0] == pair[1]);
        if values.len() < 4 || is_flat {
            return vec![FittedEts::constant(values)];
        }
        let mut seasons = Vec::with_capacity(self.season_length.max(1));
        let starts = Starts::of(values, self.season_length);
        let pool = match &self.specification {
            Some(one) => std::slice::from_ref(one),
            None => &REDUCED_POOL[..],
        };
        pool.iter()
            .filter(|specification| !logarithmic || !specification.needs_positive())
            .filter_map(|specification| self.fit_one(values, *specification, &starts, &mut seasons))
            .collect()
    }

    fn fit_one(
        &self,
        values: &[f64],
        specification: EtsSpecification,
        starts: &Starts,
        seasons: &mut Vec<Lanes>,
    ) -> Option<FittedEts> {
        if specification.needs_positive() && !starts.is_positive {
            return None;
        }
        let season = match specification.season {
            EtsSeason::None => &[][..],
            EtsSeason::Additive => starts.additive.as_deref()?,
            EtsSeason::Multiplicative => starts.multiplicative.as_deref()?,
        };
        let k = specification.estimates(self.season_length) as f64;
        let n = values.len() as f64;
        if n - k - 1.0 <= 0.0 {
            return None;
        }
        let setting = Setting {
            values,
            season,
            error: specification.error,
            kind: specification.season,
            scale: starts.scale,
        };
        let start = level_and_trend(values, season, specification);
        let found = Search::new(setting, specification, start).run(seasons)?;
        let aicc = found.criterion + 2.0 * k * n / (n - k - 1.0);
        Some(FittedEts::after(setting, specification, found, aicc, seasons))
    }

    /// The model with given weights and starting values, `season` by phase from the first period
    /// on (empty without a season): nothing is estimated.
    ///
    /// # Errors
    /// [`FitError::InvalidUnits`] as [`fit`](Self::fit), and
    /// [`FitError::SeasonMismatch`] when `season` is not one season long.
    pub fn with_parameters(
        &self,
        specification: EtsSpecification,
        parameters: EtsParameters,
        season: &[f64],
        values: &[f64],
    ) -> Result<FittedEts, FitError> {
        crate::error::check_values(values)?;
        let needed =
            if specification.season == EtsSeason::None { 0 } else { self.season_length.max(1) };
        if season.len() != needed {
            return Err(FitError::SeasonMismatch { found: season.len(), season_length: needed });
        }
        let setting = Setting {
            values,
            season,
            error: specification.error,
            kind: specification.season,
            scale: mean_size(values),
        };
        let found = fitting::Found { parameters, criterion: f64::NAN };
        Ok(FittedEts::after(setting, specification, found, f64::NAN, &mut Vec::new()))
    }
}

/// First guesses that all models of a pool share.
struct Starts {
    is_positive: bool,
    scale: f64,
    additive: Option<Vec<f64>>,
    multiplicative: Option<Vec<f64>>,
}

impl Starts {
    fn of(values: &[f64], season_length: usize) -> Self {
        let is_positive = values.iter().all(|value| *value > 0.0);
        let fits =
            (2..=LONGEST_SEASON).contains(&season_length) && values.len() >= 2 * season_length + 3;
        let used = values.len().min((4 * season_length).max(8));
        let season = |multiplicative| {
            seasonal_indices(&values[..used], season_length, multiplicative).filter(|_| fits)
        };
        Self {
            is_positive,
            scale: mean_size(values),
            additive: season(false),
            multiplicative: season(true)
                .filter(|indices| is_positive && indices.iter().all(|index| *index > 0.01)),
        }
    }
}

fn mean_size(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().map(|value| value.abs()).sum();
    (sum / values.len().max(1) as f64).max(1e-300)
}

/// A line through the first periods, the season taken out.
fn level_and_trend(values: &[f64], season: &[f64], of: EtsSpecification) -> (f64, f64) {
    let used = values.len().min((2 * season.len()).clamp(10, 30));
    let adjusted = |t: usize| match of.season {
        EtsSeason::None => values[t],
        EtsSeason::Additive => values[t] - season[t % season.len()],
        EtsSeason::Multiplicative => values[t] / season[t % season.len()],
    };
    let centre = (used as f64 - 1.0) / 2.0;
    let mean = (0..used).map(adjusted).sum::<f64>() / used as f64;
    if of.trend == EtsTrend::None {
        return (mean, 0.0);
    }
    let (mut products, mut squares) = (0.0, 0.0);
    for t in 0..used {
        let distance = t as f64 - centre;
        products += distance * (adjusted(t) - mean);
        squares += distance * distance;
    }
    let slope = products / squares;
    (mean - slope * (centre + 1.0), slope)
}
