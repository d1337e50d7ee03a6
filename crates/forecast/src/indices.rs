//! Multiplicative seasonal indices: own history shrunk to the pool's.

use crate::{Frequency, SeasonalPool, Series};

/// Days that a day-of-week index looks back: half a year.
const RECENT_DAYS: usize = 182;

/// Days in a season that is shorter than a year.
pub(crate) const LONGEST_SHORT_SEASON: usize = 31;

/// Standard deviation, across series, of an index around its pool: 0.13, so its square is 1/60.
const POOL_PRECISION: f64 = 60.0;

/// A season of days that comes round often: the last half year tells all of it.
fn is_short(series: &Series<'_>) -> bool {
    series.frequency() == Frequency::Day && series.season_length() <= LONGEST_SHORT_SEASON
}

fn recent(series: &Series<'_>, start: usize) -> usize {
    if is_short(series) { start.max(series.len().saturating_sub(RECENT_DAYS)) } else { start }
}

/// Demand and observed periods by phase, levels of different cycles made comparable.
pub(crate) struct PhaseTotals {
    pub(crate) units: Vec<f64>,
    pub(crate) periods: Vec<f64>,
    pub(crate) mean: f64,
}

impl PhaseTotals {
    /// Totals from period `start` on; `None` without demand or with less than two seasons.
    pub(crate) fn of(series: &Series<'_>, start: usize) -> Option<Self> {
        let season_length = series.season_length();
        let start = recent(series, start);
        let used: Vec<(usize, f64)> =
            series.observed().skip_while(|(index, _)| *index < start).collect();
        let mean = used.iter().map(|(_, units)| units).sum::<f64>() / used.len() as f64;
        if used.len() < 2 * season_length || mean <= 0.0 {
            return None;
        }
        let mut totals =
            Self { units: vec![0.0; season_length], periods: vec![0.0; season_length], mean };
        if is_short(series) {
            totals.add(series, &used, 1.0);
        } else {
            totals.add_cycles(series, &used);
        }
        Some(totals)
    }

    fn add(&mut self, series: &Series<'_>, used: &[(usize, f64)], factor: f64) {
        for &(index, units) in used {
            let phase = series.phase(index);
            self.units[phase] += units * factor;
            self.periods[phase] += 1.0;
        }
    }

    /// Whole cycles counted back from the end, each scaled to the common mean, so that growth
    /// from year to year is not taken for a season.
    fn add_cycles(&mut self, series: &Series<'_>, used: &[(usize, f64)]) {
        for cycle in used.rchunks_exact(self.units.len()) {
            let mean = cycle.iter().map(|(_, units)| units).sum::<f64>() / cycle.len() as f64;
            if mean > 0.0 {
                self.add(series, cycle, self.mean / mean);
            }
        }
    }

    /// Variance over mean within phases, in units: 1 for Poisson demand.
    fn dispersion(&self, series: &Series<'_>, start: usize, indices: &[f64]) -> f64 {
        let (mut squares, mut count) = (0.0, 0.0);
        for (index, units) in series.observed().skip_while(|(index, _)| *index < start) {
            let error = units - self.mean * indices[series.phase(index)];
            squares += error * error;
            count += 1.0;
        }
        squares / count / self.mean
    }
}

/// Indices with mean 1, one a phase.
///
/// Own totals are shrunk to the pool's shape (or to no season) as a gamma prior would: with
/// dispersion φ, an index weighs its own observed demand against `60 φ` units of the pool's.
pub(crate) fn seasonal_indices(
    series: &Series<'_>,
    start: usize,
    pool: Option<&SeasonalPool>,
) -> Vec<f64> {
    let season_length = series.season_length();
    let prior = pool.map_or_else(|| vec![1.0; season_length], |pool| pool.indices().to_vec());
    let Some(totals) = PhaseTotals::of(series, start) else {
        return prior;
    };
    let weight = POOL_PRECISION * totals.dispersion(series, recent(series, start), &prior);
    let raw = prior.iter().enumerate().map(|(phase, prior)| {
        let expected = totals.periods[phase] * totals.mean + weight;
        if expected > 0.0 { (totals.units[phase] + weight * prior) / expected } else { *prior }
    });
    normalised(raw.collect())
}

/// The same proportions with mean 1; all 1 when there is nothing to scale.
pub(crate) fn normalised(mut indices: Vec<f64>) -> Vec<f64> {
    let mean = indices.iter().sum::<f64>() / indices.len() as f64;
    if mean > 0.0 {
        indices.iter_mut().for_each(|index| *index /= mean);
    } else {
        indices.fill(1.0);
    }
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_weekly_pattern_is_recovered() {
        // Without noise around the indices the dispersion around a flat prior is not zero, so a
        // little shrinkage stays; half a year of data leaves less than a fifth of it.
        let pattern = [0.5, 0.5, 1.0, 1.0, 1.0, 1.5, 1.5];
        let units: Vec<f64> = (0..182).map(|day| 1000.0 * pattern[(day + 3) % 7]).collect();
        let series = Series::new(&units, &[], Frequency::Day, 3).unwrap();
        let indices = seasonal_indices(&series, 0, None);
        for (index, expected) in indices.iter().zip(pattern) {
            let kept = (index - 1.0) * (expected - 1.0);
            assert!(kept >= 0.6 * (expected - 1.0) * (expected - 1.0) - 1e-9);
        }
        assert!((indices.iter().sum::<f64>() - 7.0).abs() < 1e-9);
    }

    #[test]
    fn growth_is_not_a_season() {
        // Doubling each year with no season: every whole cycle has the same shape 1.
        let units: Vec<f64> = (0..48).map(|month| f64::from(1 << (month / 12))).collect();
        let series = Series::new(&units, &[], Frequency::Month, 0).unwrap();
        for index in seasonal_indices(&series, 0, None) {
            assert!((index - 1.0).abs() < 1e-12, "{index}");
        }
    }

    #[test]
    fn less_than_two_years_has_no_season_of_its_own() {
        let units: Vec<f64> = (0..23).map(f64::from).collect();
        let series = Series::new(&units, &[], Frequency::Month, 0).unwrap();
        assert_eq!(seasonal_indices(&series, 0, None), vec![1.0; 12]);
    }
}
