use crate::min_max::year;
use crate::rules::{order_of, position_units};
use crate::{Costs, Learner, Learning, Past, Planner, ReplayError, View};
use shelfcast_retail::Quantity;

/// Periods whose errors the spread is measured on, at most.
const MEMORY: usize = 112;

/// The textbook's (R,S) with normal demand: `S = mean over L + R + k sqrt((L + R) se^2 + d^2 sl^2)`,
/// with `se` the deviation of one period's forecast errors, `d` the mean demand a period and `sl`
/// the deviation of the lead time.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalPlanner {
    /// Where the mean comes from.
    pub forecaster: Forecaster,
    /// `k`: the safety factor.
    pub safety_factor: f64,
    /// Whether an order waits until at least the economic quantity is missing: (R,s,S) with
    /// `S = s + EOQ` instead of (R,S).
    pub has_lots: bool,
    /// What keeping and ordering cost, for the economic quantity.
    pub costs: Costs,
}

/// A mean forecast for a normal formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Forecaster {
    /// The demand models of [`Learning`].
    Models(Learning),
    /// Croston's method with the correction of Syntetos and Boylan (2005), both smoothed by
    /// `alpha`.
    SyntetosBoylan {
        /// Weight of the newest size and interval, 0 to 1.
        alpha: f64,
    },
}

/// A mean demand model, and what it missed.
#[derive(Debug, Clone)]
pub struct NormalState {
    learner: Option<Learner>,
    /// Squared one-period errors, the newest last.
    squares: Vec<f64>,
}

impl Planner for NormalPlanner {
    type State = NormalState;

    fn choose(&self, pasts: &[Past<'_>], threads: usize) -> Result<Vec<NormalState>, ReplayError> {
        let state = |past: &Past<'_>, learner| NormalState { learner, squares: self.misses(past) };
        match &self.forecaster {
            Forecaster::Models(learning) => {
                let learners = learning.learn_all(pasts, threads)?;
                Ok(pasts.iter().zip(learners).map(|(past, one)| state(past, Some(one))).collect())
            }
            Forecaster::SyntetosBoylan { .. } => {
                Ok(pasts.iter().map(|past| state(past, None)).collect())
            }
        }
    }

    fn learn(&self, state: &mut NormalState, past: &Past<'_>) -> Result<(), ReplayError> {
        if let (Forecaster::Models(learning), Some(learner)) =
            (&self.forecaster, &mut state.learner)
        {
            learning.move_on(learner, past)?;
        }
        state.squares = self.misses(past);
        Ok(())
    }

    fn order(&self, state: &mut NormalState, view: &View<'_>) -> Result<Quantity, ReplayError> {
        let terms = view.past.terms;
        let lead_time = terms.lead_time.mean().round() as u32;
        let interval = terms.calendar.interval(view.stock_day(), lead_time);
        let interval = interval.map_err(|source| ReplayError::Plan {
            id: terms.id.clone(),
            order_on: view.past.next_day(),
            source,
        })?;
        let periods = interval.n_days as usize;
        let total: f64 = match (&state.learner, &self.forecaster) {
            (Some(learner), _) => learner.mean_demand(&view.past, periods).iter().sum(),
            (None, Forecaster::SyntetosBoylan { alpha }) => {
                syntetos_boylan(view.past.units, *alpha) * periods as f64
            }
            (None, Forecaster::Models(_)) => 0.0,
        };
        let mean = total / periods as f64;
        let variance = state.squares.iter().sum::<f64>() / state.squares.len().max(1) as f64;
        let spread = periods as f64 * variance + (mean * terms.lead_time.deviation()).powi(2);
        let level = total + self.safety_factor * libm::sqrt(spread);
        let costs = Costs { periods_a_year: year(terms), ..self.costs };
        let lot = match self.has_lots {
            true => costs.economic_quantity(mean, &terms.economics).ok().flatten().unwrap_or(0.0),
            false => 0.0,
        };
        let need = level - position_units(view.position);
        Ok(order_of(if need > 0.0 { need + lot } else { 0.0 }, terms))
    }
}

impl NormalPlanner {
    /// Squared errors of one period ahead over the last periods: of the method's own forecasts, or
    /// of the mean of the eight weeks before where models forecast.
    fn misses(&self, past: &Past<'_>) -> Vec<f64> {
        let n = past.units.len();
        let from = n.saturating_sub(MEMORY);
        match &self.forecaster {
            Forecaster::SyntetosBoylan { alpha } => {
                let forecasts = syntetos_boylan_steps(past.units, *alpha);
                let pairs = past.units.iter().zip(&forecasts).skip(from);
                pairs.map(|(units, forecast)| (units - forecast).powi(2)).collect()
            }
            Forecaster::Models(_) => {
                let season =
                    if past.terms.frequency == shelfcast_forecast::Frequency::Day { 7 } else { 1 };
                seasonal_misses(&past.units[from..], season)
            }
        }
    }
}

/// Squared differences from the mean of the same phase of the season.
fn seasonal_misses(units: &[f64], season: usize) -> Vec<f64> {
    let mut misses = vec![0.0; units.len()];
    for phase in 0..season {
        let of_phase = || units.iter().skip(phase).step_by(season);
        let count = of_phase().count().max(1) as f64;
        let mean = of_phase().sum::<f64>() / count;
        // Bessel's correction: a mean was estimated.
        let correction = count / (count - 1.0).max(1.0);
        for (place, units) in of_phase().enumerate() {
            misses[phase + place * season] = (units - mean).powi(2) * correction;
        }
    }
    misses
}

/// The forecast after all periods.
pub(crate) fn syntetos_boylan(units: &[f64], alpha: f64) -> f64 {
    let mut method = Croston::new(units);
    units.iter().for_each(|value| method.learn(*value, alpha));
    method.forecast(alpha)
}

/// The forecast before each period.
fn syntetos_boylan_steps(units: &[f64], alpha: f64) -> Vec<f64> {
    let mut method = Croston::new(units);
    let step = |value: &f64| {
        let forecast = method.forecast(alpha);
        method.learn(*value, alpha);
        forecast
    };
    units.iter().map(step).collect()
}

struct Croston {
    size: f64,
    interval: f64,
    since: f64,
}

impl Croston {
    /// Starts at the mean size and interval of the history.
    fn new(units: &[f64]) -> Self {
        let with_demand = units.iter().filter(|units| **units > 0.0).count() as f64;
        let size = units.iter().sum::<f64>() / with_demand.max(1.0);
        Self { size, interval: units.len() as f64 / with_demand.max(1.0), since: 1.0 }
    }

    fn learn(&mut self, units: f64, alpha: f64) {
        if units > 0.0 {
            self.size += alpha * (units - self.size);
            self.interval += alpha * (self.since - self.interval);
            self.since = 1.0;
        } else {
            self.since += 1.0;
        }
    }

    fn forecast(&self, alpha: f64) -> f64 {
        (1.0 - alpha / 2.0) * self.size / self.interval.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_demand_is_forecast_with_the_correction_alone() {
        // 6 in every third period: 2 a period, times 1 - 0.1 / 2.
        let units: Vec<f64> = (0..60).map(|at| if at % 3 == 2 { 6.0 } else { 0.0 }).collect();
        assert!((syntetos_boylan(&units, 0.1) - 1.9).abs() < 1e-9);
    }

    #[test]
    fn a_weekly_pattern_is_no_error() {
        let units: Vec<f64> = (0..70).map(|at| f64::from(at % 7)).collect();
        assert!(seasonal_misses(&units, 7).iter().all(|miss| *miss < 1e-9));
        assert!(seasonal_misses(&units, 1).iter().sum::<f64>() / 70.0 > 3.9);
    }
}
