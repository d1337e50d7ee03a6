//! What would have sold: expected demand beyond sales in periods in which the goods ran out.

use crate::adjusted::{Adjusted, Demand};
use crate::models;
use crate::profile::Profile;
use crate::series::Availability;
use crate::{SeasonalPool, Series};

/// Weight of a neighbouring period in the level around it: about three weeks of days.
pub(crate) const SMOOTHING: f64 = 0.1;

/// Estimated lost sales of one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LostPeriod {
    /// Index into the series, from 0.
    pub index: usize,
    /// Expected demand beyond what sold, in units.
    pub expected: f64,
    /// Its standard deviation, in units.
    pub deviation: f64,
}

/// Estimated lost sales of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct LostSales {
    /// The periods that were missing or censored, oldest first.
    pub periods: Vec<LostPeriod>,
    /// Expected units over all of them.
    pub expected: f64,
    /// The total's standard deviation: the demand's own and that of the level, which errs in all
    /// periods alike.
    pub deviation: f64,
}

/// Estimates the demand that was not served.
///
/// A censored period lost E\[D | D >= sold\] - sold, a missing one its whole expected demand. The
/// level around a period is that of exponential smoothing from both sides, the season that of the
/// series, shrunk to the pool's. Periods before the first demand lost nothing that one could know.
///
/// ```
/// use shelfcast_forecast::{lost_sales, Availability, Frequency, Series};
/// let mut units = vec![4.0; 70];
/// let mut availability = vec![Availability::Observed; 70];
/// (units[40], availability[40]) = (0.0, Availability::Missing);
/// let lost = lost_sales(&Series::new(&units, &availability, Frequency::Day, 0)?, None);
/// assert_eq!(lost.periods.len(), 1);
/// assert!((lost.expected - 4.0).abs() < 0.01);
/// # Ok::<(), shelfcast_forecast::FitError>(())
/// ```
pub fn lost_sales(series: &Series<'_>, pool: Option<&SeasonalPool>) -> LostSales {
    let profile = Profile::of(series);
    let start = profile.first_demand.unwrap_or(series.len());
    let adjusted = Adjusted::seasonal(series, start, pool);
    let levels = levels(&adjusted);
    let (mut periods, mut variance, mut expected) = (vec![], 0.0, 0.0);
    for (offset, level) in levels.iter().enumerate() {
        let index = start + offset;
        if series.availability(index) == Availability::Observed {
            continue;
        }
        let factor = adjusted.indices[series.phase(index)];
        let sold = match series.availability(index) {
            Availability::Censored => series.units()[index],
            _ => 0.0,
        };
        let least = if factor > models::SMALLEST_INDEX { sold / factor } else { 0.0 };
        let tail = adjusted.dispersed().tail(*level, least);
        let mean = adjusted.learnt(adjusted.demand[offset], *level).unwrap_or(tail.mean);
        let lost = (mean * factor - sold).max(0.0);
        let spread = (tail.square - tail.mean * tail.mean).max(0.0) * factor * factor;
        periods.push(LostPeriod { index, expected: lost, deviation: libm::sqrt(spread) });
        variance += spread;
        expected += lost;
    }
    // A level smoothed from both sides rests on about 2 (2 - a) / a periods.
    let level = levels.iter().sum::<f64>() / levels.len().max(1) as f64;
    let basis = 2.0 * (2.0 - SMOOTHING) / SMOOTHING;
    let relative = if level > 0.0 { adjusted.dispersed().dispersion / level / basis } else { 0.0 };
    let deviation = libm::sqrt(variance + expected * expected * relative);
    LostSales { periods, expected, deviation }
}

/// The level around each period: the mean of smoothing up to it and of smoothing back to it.
pub(crate) fn levels(adjusted: &Adjusted) -> Vec<f64> {
    let mut forward = adjusted.mean_of_first(28);
    let mut levels = Vec::with_capacity(adjusted.demand.len());
    let step = |level: &mut f64, demand: &Demand| {
        let learnt = adjusted.learnt(*demand, *level);
        *level += learnt.map_or(0.0, |learnt| SMOOTHING * (learnt - *level));
    };
    for demand in &adjusted.demand {
        levels.push(forward);
        step(&mut forward, demand);
    }
    let mut backward = forward;
    for (level, demand) in levels.iter_mut().zip(&adjusted.demand).rev() {
        *level = 0.5 * (*level + backward);
        step(&mut backward, demand);
    }
    levels
}
