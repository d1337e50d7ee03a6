use super::LevelMember;
use super::level::Estimates;
use crate::Series;
use crate::profile::Profile;

/// Each phase repeats its last observed demand; a phase without any takes the mean.
pub(crate) fn fit(series: &Series<'_>, profile: &Profile) -> LevelMember {
    let mut last: Vec<Option<f64>> = vec![None; series.season_length()];
    for (index, units) in series.observed() {
        last[series.phase(index)] = Some(units);
    }
    LevelMember {
        estimates: Estimates::SeasonalNaive,
        next_phase: series.phase(series.len()),
        level: 1.0,
        indices: last.into_iter().map(|units| units.unwrap_or(profile.mean)).collect(),
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
        let member = fit(&series, &Profile::of(&series));
        // Day 10 is missing, so its phase repeats day 3.
        assert_eq!(member.means(8), [7.0, 8.0, 9.0, 3.0, 11.0, 12.0, 13.0, 7.0]);
    }
}
