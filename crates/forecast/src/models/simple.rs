//! The yardsticks without a season.

use super::LevelMember;
use super::level::Estimates;
use crate::Series;

/// The last observed demand; 0 without any.
pub(crate) fn naive(series: &Series<'_>) -> LevelMember {
    let level = series.observed().last().map_or(0.0, |(_, units)| units);
    flat(series, Estimates::Naive, level)
}

/// The mean of the observed demand in the last season, but of seven periods at least.
pub(crate) fn window_average(series: &Series<'_>) -> LevelMember {
    let periods = series.season_length().max(7);
    let from = series.len().saturating_sub(periods);
    let (mut sum, mut count) = (0.0, 0.0);
    for (_, units) in series.observed().filter(|(index, _)| *index >= from) {
        sum += units;
        count += 1.0;
    }
    let estimates = Estimates::WindowAverage { periods: periods as f64 };
    flat(series, estimates, sum / f64::max(count, 1.0))
}

fn flat(series: &Series<'_>, estimates: Estimates, level: f64) -> LevelMember {
    let indices = vec![1.0; series.season_length()];
    LevelMember { estimates, level, indices, next_phase: series.phase(series.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Availability, Frequency};

    #[test]
    fn missing_periods_are_passed_over() {
        let units: Vec<f64> = (0..14).map(f64::from).collect();
        let mut availability = vec![Availability::Observed; 14];
        availability[13] = Availability::Missing;
        let series = Series::new(&units, &availability, Frequency::Day, 0).unwrap();
        assert_eq!(naive(&series).level, 12.0);
        // Days 7 to 12: mean 9.5.
        assert_eq!(window_average(&series).level, 9.5);
    }
}
