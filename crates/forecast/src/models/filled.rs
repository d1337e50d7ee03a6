use super::LevelMember;
use crate::Series;
use crate::adjusted::{Adjusted, Demand};
use crate::models::level::Estimates;

/// The demand of every period from `start` on: what was not observed is what a seasonal level
/// expected then, given what is known of the period.
pub(crate) fn values(
    series: &Series<'_>,
    start: usize,
    seasonal: &Adjusted,
    level: &LevelMember,
) -> Vec<f64> {
    let mut values = series.units()[start..].to_vec();
    if seasonal.demand.iter().all(|demand| matches!(demand, Demand::Exactly(_))) {
        return values;
    }
    let smoothing = match level.estimates {
        Estimates::SeasonalLevel { smoothing } => smoothing,
        _ => 0.1,
    };
    let mut expected = seasonal.mean_of_first(28);
    for (offset, (value, demand)) in values.iter_mut().zip(&seasonal.demand).enumerate() {
        let learnt = seasonal.learnt(*demand, expected);
        let is_observed = series.availability(start + offset) == crate::Availability::Observed;
        if !is_observed {
            let index = seasonal.indices[series.phase(start + offset)];
            *value = learnt.unwrap_or(expected) * index;
        }
        expected += learnt.map_or(0.0, |learnt| smoothing * (learnt - expected));
    }
    values
}
