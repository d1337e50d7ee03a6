//! The demand models of the pool: each turns a history into a [`Predictive`] state.

mod pooled_shape;
mod seasonal_naive;
mod smoothing;
mod tsb;

use crate::adjusted::Adjusted;
use crate::predictive::{Predictive, Spread};
use crate::profile::Profile;
use crate::shape::DemandShape;
use crate::{Method, SeasonalPool, Series};

/// Every candidate's state for one history.
pub(crate) struct Candidates {
    /// The seasonal naive forecast: a candidate at high volume, the yardstick everywhere.
    pub(crate) seasonal_naive: Predictive,
    /// Methods that may be chosen; the first is chosen unless another is clearly better.
    pub(crate) allowed: Vec<Predictive>,
}

impl Candidates {
    /// Fits the candidates to a history and a horizon of `horizon` periods.
    pub(crate) fn fit(series: &Series<'_>, horizon: usize, pool: Option<&SeasonalPool>) -> Self {
        let profile = Profile::of(series);
        let seasonal_naive = seasonal_naive::fit(series, &profile);
        let start = profile.first_demand.unwrap_or(series.len());
        let allowed = if profile.is_thin(series) {
            vec![pooled_shape::fit(series, &profile, pool)]
        } else {
            let seasonal = Adjusted::seasonal(series, start, pool);
            let shape = if profile.is_low_volume() { seasonal.shape(&profile, pool) } else { None };
            let mut allowed = vec![
                smoothing::seasonal_level(series, &seasonal, &profile, shape.as_ref(), horizon),
                smoothing::simple(series, start, &profile, shape.as_ref()),
            ];
            match &shape {
                Some(shape) => allowed.push(tsb::fit(series, &seasonal, &profile, shape)),
                None => allowed.push(seasonal_naive.clone()),
            }
            allowed
        };
        Self { seasonal_naive, allowed }
    }

    pub(crate) fn of(&self, method: Method) -> Option<&Predictive> {
        self.allowed.iter().find(|candidate| candidate.method() == method)
    }
}

/// The low-volume shape if there is one, else a normal spread.
fn spread(shape: Option<&DemandShape>, deviation: f64, growth: f64) -> Spread {
    match shape {
        Some(shape) => Spread::Shape(shape.clone()),
        None => Spread::Normal { deviation, growth, proportional: true },
    }
}
