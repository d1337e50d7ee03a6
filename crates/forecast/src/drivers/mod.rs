//! What moves demand from outside: promotions, prices, events, paydays.
//!
//! Demand is a base times the effect of each driver: `exp(coefficient * value)` for a flag or a
//! strength, `(price / usual price)^elasticity` for a price. Coefficients are found by Poisson
//! regression on a smoothed, seasonal base, shrunk to what other series say of the same driver
//! ([`DriverPool`]) or to no effect. History is divided by the effects before any model sees it;
//! forecasts are multiplied by those of the future that is declared, and so are their deviations, which
//! also grow with how much less sure such periods were.

mod fitted;
mod pool;
mod regression;
mod strain;

pub use fitted::{Explanation, FittedDriver, UnusedDriver, UnusedReason};
pub use pool::{DriverPool, DriverPoolBuilder};

pub(crate) use fitted::FittedDrivers;
pub(crate) use strain::Strain;

use crate::error::FitError;

/// Most drivers of a series.
pub const MAXIMUM_DRIVERS: usize = 16;

/// What a driver's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DriverKind {
    /// 0 where it does not act, 1 where it does, or its strength, such as a discount of 0.2.
    Strength,
    /// A price above 0; its effect is an elasticity against the usual (median) price.
    Price,
}

/// A driver's known values, one a period of the history or of the future.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Driver<'a> {
    /// What it is called in an explanation.
    pub name: &'a str,
    /// What its values are.
    pub kind: DriverKind,
    /// One value a period.
    pub values: &'a [f64],
}

impl<'a> Driver<'a> {
    /// Something that acts or does not, or acts with a strength.
    pub fn strength(name: &'a str, values: &'a [f64]) -> Self {
        Self { name, kind: DriverKind::Strength, values }
    }

    /// A price.
    pub fn price(name: &'a str, values: &'a [f64]) -> Self {
        Self { name, kind: DriverKind::Price, values }
    }

    pub(crate) fn check(&self, periods: usize) -> Result<(), FitError> {
        if self.values.len() != periods {
            return Err(FitError::DriverLength {
                name: self.name.into(),
                found: self.values.len(),
                periods,
            });
        }
        let is_sound = |value: &f64| match self.kind {
            DriverKind::Strength => value.abs() <= 1e3,
            DriverKind::Price => *value > 0.0 && *value <= crate::MAXIMUM_UNITS,
        };
        match self.values.iter().position(|value| !is_sound(value)) {
            Some(position) => Err(FitError::InvalidDriver {
                name: self.name.into(),
                position,
                found: self.values[position],
            }),
            None => Ok(()),
        }
    }
}

/// Days around events that act: for each offset from `-before` to `after`, 1 where an event is that
/// many periods away. Give each as a driver of its own; moving dates then need no more than marks.
///
/// ```
/// use shelfcast_forecast::drivers::event_window;
/// let window = event_window(&[false, false, true, false], 1, 1);
/// assert_eq!(window[0], (-1, vec![0.0, 1.0, 0.0, 0.0]));
/// assert_eq!(window[2], (1, vec![0.0, 0.0, 0.0, 1.0]));
/// ```
pub fn event_window(events: &[bool], before: usize, after: usize) -> Vec<(isize, Vec<f64>)> {
    (-(before as isize)..=after as isize)
        .map(|offset| {
            let values = (0..events.len() as isize)
                .map(|period| {
                    let event = usize::try_from(period - offset).ok();
                    let acts = event.and_then(|event| events.get(event)).copied();
                    f64::from(u8::from(acts.unwrap_or(false)))
                })
                .collect();
            (offset, values)
        })
        .collect()
}
