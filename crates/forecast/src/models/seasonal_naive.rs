use crate::Series;
use crate::predictive::{Parameters, Predictive, Spread};
use crate::profile::Profile;

/// Each phase repeats its last observed demand; a phase never observed takes the mean.
///
/// Its spread is the root mean square of the differences between consecutive observations of a
/// phase, the same at every phase (Hyndman and Athanasopoulos 2021, section 5.5).
pub(crate) fn fit(series: &Series<'_>, profile: &Profile) -> Predictive {
    let season_length = series.frequency().season_length();
    let mut last: Vec<Option<f64>> = vec![None; season_length];
    let (mut squares, mut differences) = (0.0, 0.0);
    for (index, units) in series.observed() {
        if let Some(previous) = last[series.phase(index)].replace(units) {
            squares += (units - previous) * (units - previous);
            differences += 1.0;
        }
    }
    let deviation =
        if differences > 0.0 { libm::sqrt(squares / differences) } else { profile.mean };
    Predictive {
        parameters: Parameters::SeasonalNaive,
        next_phase: series.phase(series.len()),
        level: 1.0,
        indices: last.into_iter().map(|units| units.unwrap_or(profile.mean)).collect(),
        spread: Spread::Normal { deviation, growth: 0.0, proportional: false },
        whole: profile.whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Availability, Frequency};

    #[test]
    fn the_last_observed_week_is_repeated() {
        let units: Vec<f64> = (0..14).map(f64::from).collect();
        let mut availability = vec![Availability::Observed; 14];
        availability[10] = Availability::Missing;
        let series = Series::new(&units, &availability, Frequency::Day, 2).unwrap();
        let state = fit(&series, &Profile::of(&series));
        let forecast: Vec<f64> = (0..8).map(|step| state.mean(step)).collect();
        // Day 10 is missing, so its phase repeats day 3.
        assert_eq!(forecast, [7.0, 8.0, 9.0, 3.0, 11.0, 12.0, 13.0, 7.0]);
        // All six differences are 7.
        assert_eq!(
            state.spread,
            Spread::Normal { deviation: 7.0, growth: 0.0, proportional: false }
        );
    }
}
