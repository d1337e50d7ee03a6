//! Where distributions lie so that what calibration makes of them has the mean that is forecast.
//!
//! Errors of other series and dates tell how demand spreads, not how much there is. Standardised, they
//! have a mean of their own: a surprise counts most where little was expected, so spikes of calm series
//! weigh more than what lacks after them. A tail that is a little longer may double the mean of a part
//! that hardly moves, and what would fall below zero is cut off.

use crate::calibration::{GRID, bucket};
use crate::outlook::Spread;
use crate::scores::{Scores, grid_shares};

/// Empirical distributions are not scaled up by more than this.
const LARGEST_SCALE: f64 = 4.0;

/// Bell-shaped distributions are not moved by more than this, in deviations.
const LARGEST_SHIFT: f64 = 1.0;

/// Steps in which the centre is found; it takes one where nothing is cut off.
const STEPS: usize = 8;

/// What an empirical distribution is scaled to, or a bell-shaped one lies around, one a step. Empty
/// where all mass is at the mean.
pub(crate) fn centres(
    means: &[f64],
    deviations: &[f64],
    spread: &Spread,
    scores: &Scores,
) -> Vec<f64> {
    match spread {
        Spread::None => Vec::new(),
        Spread::Shape(shape) => {
            let errors = shape.scores();
            let factors = by_bucket(means.len(), |step| {
                let calibrated = shape.mean_of(&errors, |error| scores.probability(step, error));
                (1.0 / calibrated).min(LARGEST_SCALE)
            });
            means.iter().enumerate().map(|(step, mean)| mean * factors[bucket(step)]).collect()
        }
        Spread::Normal { .. } => {
            let errors = by_bucket(means.len(), |step| scores.at_all(step, &GRID));
            let steps = means.iter().zip(deviations).enumerate();
            steps.map(|(step, (m, d))| of_bell(*m, *d, &errors[bucket(step)])).collect()
        }
    }
}

/// A value for each horizon bucket up to the last step.
fn by_bucket<T>(horizon: usize, of_step: impl Fn(usize) -> T) -> Vec<T> {
    let mut values = Vec::new();
    for step in 0..horizon {
        if bucket(step) == values.len() {
            values.push(of_step(step));
        }
    }
    values
}

/// The centre around which standardised `errors` at [`GRID`]'s probabilities, cut at zero, have the
/// mean: Newton's method on a convex function whose pieces are straight.
fn of_bell(mean: f64, deviation: f64, errors: &[f64; GRID.len()]) -> f64 {
    let weighted = || errors.iter().zip(grid_shares());
    let mut centre = mean - deviation * weighted().map(|(error, share)| error * share).sum::<f64>();
    for _ in 0..STEPS {
        let (mut found, mut slope) = (0.0, 0.0);
        for (error, share) in weighted() {
            let value = centre + deviation * error;
            if value > 0.0 {
                found += share * value;
                slope += share;
            }
        }
        if slope == 0.0 || (found - mean).abs() <= 1e-9 * mean {
            break;
        }
        centre -= (found - mean) / slope;
    }
    centre.clamp(mean - LARGEST_SHIFT * deviation, mean + LARGEST_SHIFT * deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_around(centre: f64, deviation: f64, errors: &[f64; GRID.len()]) -> f64 {
        let values = errors.iter().map(|error| (centre + deviation * error).max(0.0));
        values.zip(grid_shares()).map(|(value, share)| value * share).sum()
    }

    #[test]
    fn errors_around_a_mean_of_their_own_leave_the_forecast_where_it_is() {
        let errors = GRID.map(|probability| 2.0 * probability * probability);
        for (mean, deviation) in [(100.0, 10.0), (10.0, 8.0), (2.0, 3.0)] {
            let centre = of_bell(mean, deviation, &errors);
            let found = mean_around(centre, deviation, &errors);
            assert!((found - mean).abs() < 1e-6 * mean, "{mean} {deviation}: {found}");
        }
        let symmetric = GRID.map(|probability| probability - 0.5);
        assert!((of_bell(100.0, 10.0, &symmetric) - 100.0).abs() < 0.01);
    }

    #[test]
    fn a_distribution_is_moved_by_one_deviation_at_most() {
        let errors = GRID.map(|probability| 8.0 * probability);
        assert_eq!(of_bell(100.0, 10.0, &errors), 90.0);
        assert_eq!(of_bell(0.0, 10.0, &errors), -10.0);
        assert_eq!(of_bell(7.0, 0.0, &errors), 7.0);
    }
}
