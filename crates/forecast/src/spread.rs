//! Paths of weeks and months, day by day.

use crate::{SamplePaths, random};

/// Draws of one period: no period has more days to choose from.
const DRAWS_A_PERIOD: u64 = 64;

/// Where draws for days begin; those of the paths themselves are numbered from 0.
const FIRST_DRAW: u64 = 1 << 32;

impl SamplePaths {
    /// The same paths by day. `open[period]` says of each day of a period whether there is trade
    /// on it; a period without any is taken as open on all of its days.
    ///
    /// Each period's demand is kept to the unit, so that sums over whole periods are as uncertain
    /// as they were; of a part of a period its share is expected. Whole units are an equal number
    /// on each open day, and the rest, one by one, on days drawn at random: of two units a month
    /// none, one or both fall into its first half. Other demand is spread evenly.
    /// Days depend on `seed`, path and period alone.
    ///
    /// ```
    /// use shelfcast_forecast::{fit, FitOptions, Frequency, Series};
    /// let units: Vec<f64> = (0..48).map(|month| f64::from(month % 3)).collect();
    /// let model = fit(&Series::new(&units, &[], Frequency::Month, 0)?, &FitOptions::new(6))?;
    /// let months = model.sample_paths(2, 100, 7, None);
    /// let days = months.over_days(&[vec![true; 31], vec![true; 28]], model.is_whole(), 7);
    /// let total = |path: &[f64]| path.iter().sum::<f64>();
    /// assert!(months.iter().zip(days.iter()).all(|(months, days)| {
    ///     months[0] == total(&days[..31]) && months[1] == total(&days[31..])
    /// }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// When `open` has not one list a period, each with 1 to 64 days.
    pub fn over_days(&self, open: &[Vec<bool>], whole: bool, seed: u64) -> Self {
        assert_eq!(open.len(), self.horizon(), "one list of days for each period");
        let places: Vec<Vec<usize>> = open.iter().map(|days| open_days(days)).collect();
        let n_days: usize = open.iter().map(Vec::len).sum();
        let mut values = vec![0.0; n_days * self.len()];
        let rows = values.chunks_exact_mut(n_days.max(1));
        for (number, (path, row)) in self.iter().zip(rows).enumerate() {
            let mut rest = row;
            for (period, (units, places)) in path.iter().zip(&places).enumerate() {
                let (days, later) = rest.split_at_mut(open[period].len());
                let draw = |unit: u64| {
                    let column = FIRST_DRAW + period as u64 * DRAWS_A_PERIOD + unit;
                    random::uniform(seed, number as u64, column)
                };
                spread(*units, whole, days, places, draw);
                rest = later;
            }
        }
        Self::new(n_days, values)
    }
}

fn open_days(days: &[bool]) -> Vec<usize> {
    assert!((1..=DRAWS_A_PERIOD as usize).contains(&days.len()), "a period has 1 to 64 days");
    let open: Vec<usize> = (0..days.len()).filter(|day| days[*day]).collect();
    if open.is_empty() { (0..days.len()).collect() } else { open }
}

fn spread(units: f64, whole: bool, days: &mut [f64], places: &[usize], draw: impl Fn(u64) -> f64) {
    let n_places = places.len() as f64;
    let each = if whole { (units / n_places).floor() } else { units / n_places };
    places.iter().for_each(|place| days[*place] = each);
    if whole {
        let rest = (units - each * n_places).round() as u64;
        for unit in 0..rest {
            // A draw is below 1.
            days[places[(draw(unit) * n_places) as usize]] += 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(horizon: usize, values: Vec<f64>) -> SamplePaths {
        SamplePaths::new(horizon, values)
    }

    #[test]
    fn a_period_keeps_its_units_and_closed_days_get_none() {
        let open = [vec![true; 30], (0..31).map(|day| day % 7 != 6).collect::<Vec<bool>>()];
        let months = paths(2, (0..400).map(|value| f64::from(value % 83)).collect());
        let days = months.over_days(&open, true, 5);
        assert_eq!((days.horizon(), days.len()), (61, 200));
        for (month, day) in months.iter().zip(days.iter()) {
            assert_eq!(day[..30].iter().sum::<f64>(), month[0]);
            assert_eq!(day[30..].iter().sum::<f64>(), month[1]);
            assert!(day.iter().all(|units| units.fract() == 0.0 && *units >= 0.0));
            assert!((0..31).filter(|day| day % 7 == 6).all(|at| day[30 + at] == 0.0));
        }
    }

    #[test]
    fn a_part_of_a_period_has_its_share_with_the_variance_of_binomial_thinning() {
        // Ten of thirty days of four units: 4/3 expected, variance 4 x 1/3 x 2/3.
        let n_paths = 20_000;
        let days = paths(1, vec![4.0; n_paths]).over_days(&[vec![true; 30]], true, 11);
        let parts: Vec<f64> = days.iter().map(|path| path[..10].iter().sum()).collect();
        let mean = parts.iter().sum::<f64>() / n_paths as f64;
        let squares = parts.iter().map(|part| (part - mean).powi(2)).sum::<f64>();
        let variance = squares / n_paths as f64;
        // Standard errors: 0.0067 of the mean, and below 0.01 of the variance.
        assert!((mean - 4.0 / 3.0).abs() < 4.0 * 0.0067, "{mean}");
        assert!((variance - 8.0 / 9.0).abs() < 4.0 * 0.01, "{variance}");
    }

    #[test]
    fn demand_that_is_not_whole_is_spread_evenly() {
        let days = paths(1, vec![3.5]).over_days(&[vec![true, false, true]], false, 1);
        assert_eq!(days.values(), [1.75, 0.0, 1.75]);
        let closed = paths(1, vec![3.0]).over_days(&[vec![false; 3]], false, 1);
        assert_eq!(closed.values(), [1.0; 3]);
    }

    #[test]
    fn more_periods_leave_the_earlier_ones_days_as_they_were() {
        let (short, long) = (paths(1, vec![7.0]), paths(2, vec![7.0, 9.0]));
        let month = || vec![true; 31];
        let short = short.over_days(&[month()], true, 3);
        assert_eq!(short.values(), &long.over_days(&[month(), month()], true, 3).values()[..31]);
    }
}
