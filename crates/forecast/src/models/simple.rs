//! Means of the past.

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

/// The mean of the same time of earlier years, a month wide in days, three periods in weeks.
pub(crate) fn same_season(series: &Series<'_>) -> LevelMember {
    let year = series.frequency().periods_a_year();
    let reach = year / 24;
    let mut sums = vec![(0.0, 0.0); year];
    for (index, units) in series.observed() {
        for near in 0..=2 * reach {
            let sum = &mut sums[(index + near + year - reach) % year];
            sum.0 += units;
            sum.1 += 1.0;
        }
    }
    let indices = sums.into_iter().map(|(sum, count)| sum / f64::max(count, 1.0)).collect();
    let next_phase = series.len() % year;
    LevelMember { estimates: Estimates::SameSeason, level: 1.0, indices, next_phase }
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
    fn the_same_months_of_earlier_years_are_averaged() {
        let units: Vec<f64> = (0..30)
            .map(|t| if t % 12 == 7 { 4.0 + f64::from(t / 12) * 2.0 } else { 0.0 })
            .collect();
        let series = Series::new(&units, &[], Frequency::Month, 0).unwrap();
        // Two Augusts of 4 and 6; the next period is July of the third year.
        assert_eq!(same_season(&series).means(3), [0.0, 5.0, 0.0]);
    }

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
