use super::LevelMember;
use super::level::{CROSTON_SMOOTHING, Estimates};
use crate::Series;
use crate::adjusted::Adjusted;

/// Croston's method (1972): sizes and intervals of demand smoothed apart, both updated when there
/// is demand. `corrected` takes off Croston's bias (Syntetos and Boylan 2005).
pub(crate) fn fit(series: &Series<'_>, adjusted: &Adjusted, corrected: bool) -> LevelMember {
    let known = adjusted.demand.iter().filter_map(|demand| adjusted.expected(*demand));
    let croston = Croston::of(known);
    let factor = if corrected { 1.0 - CROSTON_SMOOTHING / 2.0 } else { 1.0 };
    LevelMember {
        estimates: Estimates::Croston {
            corrected,
            mean_size: croston.size,
            interval: croston.interval,
            since: croston.since,
        },
        level: factor * croston.rate(),
        indices: adjusted.indices.clone(),
        next_phase: series.phase(series.len()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Croston {
    size: f64,
    interval: f64,
    /// Periods since the last demand, counting this one.
    since: f64,
    started: bool,
}

impl Croston {
    /// Starts with the first demand's size and interval.
    fn of(units: impl Iterator<Item = f64>) -> Self {
        let mut state = Self { size: 0.0, interval: 0.0, since: 1.0, started: false };
        for units in units {
            if units <= 0.0 {
                state.since += 1.0;
            } else if state.started {
                state.size += CROSTON_SMOOTHING * (units - state.size);
                state.interval += CROSTON_SMOOTHING * (state.since - state.interval);
                state.since = 1.0;
            } else {
                state = Self { size: units, interval: state.since, since: 1.0, started: true };
            }
        }
        state
    }

    fn rate(&self) -> f64 {
        if self.started { self.size / self.interval } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_intervals_are_smoothed_apart() {
        // First demand 6 after 2 periods, then 3 after 3: size 6 - 0.3, interval 2 + 0.1.
        let croston = Croston::of([0.0, 6.0, 0.0, 0.0, 3.0, 0.0].into_iter());
        assert!((croston.size - 5.7).abs() < 1e-12 && (croston.interval - 2.1).abs() < 1e-12);
        assert_eq!(croston.since, 2.0);
        assert_eq!(Croston::of([0.0, 0.0].into_iter()).rate(), 0.0);
    }
}
