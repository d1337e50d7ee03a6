use super::LevelMember;
use super::level::Estimates;
use crate::Series;
use crate::adjusted::{Adjusted, Demand};

/// Smoothing weights that are tried, a factor of about 1.6 apart.
const SMOOTHING_GRID: [f64; 10] = [0.01, 0.02, 0.035, 0.06, 0.1, 0.16, 0.25, 0.4, 0.6, 0.85];

const WEIGHTS: usize = SMOOTHING_GRID.len();

/// Chosen where a history is too short to choose.
const DEFAULT_SMOOTHING: f64 = 0.1;

/// One smoothing weight's course through a history.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Course {
    smoothing: f64,
    level: f64,
    /// Mean squared one-step error after the warm-up.
    mean_square: f64,
    /// Mean squared error of the horizon's mean after the warm-up; NaN where there was none.
    horizon_mean_square: f64,
}

/// l_t = l_{t-1} + smoothing (d_t - l_{t-1}) over the known periods (Brown 1959), for every weight
/// side by side.
///
/// `targets` holds, by period, the mean demand of the horizon from it on, NaN where not known.
fn smooth(adjusted: &Adjusted, warm_up: usize, targets: &[f64]) -> [Course; WEIGHTS] {
    let mut levels = [adjusted.mean_of_first(warm_up); WEIGHTS];
    let (mut squares, mut count) = ([0.0; WEIGHTS], 0.0);
    let (mut horizon_squares, mut horizon_count) = ([0.0; WEIGHTS], 0.0);
    for (period, demand) in adjusted.demand.iter().enumerate() {
        if period >= warm_up
            && let Some(target) = targets.get(period).filter(|target| !target.is_nan())
        {
            add_squares(&mut horizon_squares, &levels, *target);
            horizon_count += 1.0;
        }
        match demand {
            Demand::Exactly(units) => {
                let scored = f64::from(u8::from(period >= warm_up));
                count += scored;
                for lane in 0..WEIGHTS {
                    let error = units - levels[lane];
                    squares[lane] += scored * error * error;
                    levels[lane] += SMOOTHING_GRID[lane] * error;
                }
            }
            Demand::AtLeast { .. } => {
                for (level, smoothing) in levels.iter_mut().zip(SMOOTHING_GRID) {
                    let learnt = adjusted.learnt(*demand, *level).unwrap_or(*level);
                    *level += smoothing * (learnt - *level);
                }
            }
            Demand::Unknown => {}
        }
    }
    std::array::from_fn(|weight| Course {
        smoothing: SMOOTHING_GRID[weight],
        level: levels[weight],
        mean_square: if count > 0.0 {
            squares[weight] / count
        } else {
            levels[weight] * levels[weight]
        },
        horizon_mean_square: horizon_squares[weight] / horizon_count,
    })
}

fn add_squares(sums: &mut [f64; WEIGHTS], levels: &[f64; WEIGHTS], actual: f64) {
    for (sum, level) in sums.iter_mut().zip(levels) {
        *sum += (actual - level) * (actual - level);
    }
}

/// The seasonal level with the error of its steps.
pub(crate) struct Smoothed {
    pub(crate) member: LevelMember,
    pub(crate) smoothing: f64,
    /// Root mean squared one-step error after the warm-up.
    pub(crate) deviation: f64,
}

fn warm_up(adjusted: &Adjusted) -> usize {
    (adjusted.demand.len() / 4).clamp(1, 28)
}

/// Simple exponential smoothing without a season; the weight minimises one-step squared error.
pub(crate) fn simple(series: &Series<'_>, start: usize) -> LevelMember {
    let adjusted = Adjusted::flat(series, start);
    let course = smooth(&adjusted, warm_up(&adjusted), &[])
        .into_iter()
        .min_by(|a, b| a.mean_square.total_cmp(&b.mean_square))
        .expect("the grid is not empty");
    LevelMember {
        estimates: Estimates::Smoothing { smoothing: course.smoothing },
        next_phase: series.phase(series.len()),
        level: course.level,
        indices: adjusted.indices,
    }
}

/// Seasonal indices times a smoothed level, whose weight minimises the squared error of the mean
/// over the whole horizon: what an order needs, where one-step error would chase noise.
pub(crate) fn seasonal_level(series: &Series<'_>, adjusted: &Adjusted, horizon: usize) -> Smoothed {
    // NaN sorts last: without a known horizon the default weight comes first.
    let preference = |course: &Course| {
        (course.horizon_mean_square, (course.smoothing - DEFAULT_SMOOTHING).abs())
    };
    let course = smooth(adjusted, warm_up(adjusted), &horizon_means(adjusted, horizon))
        .into_iter()
        .min_by(|a, b| {
            let (a, b) = (preference(a), preference(b));
            a.0.abs().total_cmp(&b.0.abs()).then(a.1.total_cmp(&b.1))
        })
        .expect("the grid is not empty");
    Smoothed {
        member: LevelMember {
            estimates: Estimates::SeasonalLevel { smoothing: course.smoothing },
            next_phase: series.phase(series.len()),
            level: course.level,
            indices: adjusted.indices.clone(),
        },
        smoothing: course.smoothing,
        deviation: libm::sqrt(course.mean_square),
    }
}

/// For each period, the mean of the expected demand of the known among the `horizon` periods from it on; NaN
/// where less than half of them are known.
fn horizon_means(adjusted: &Adjusted, horizon: usize) -> Vec<f64> {
    let mut running = Vec::with_capacity(adjusted.demand.len() + 1);
    let mut sum = (0.0, 0);
    running.push(sum);
    for demand in &adjusted.demand {
        if let Some(units) = adjusted.expected(*demand) {
            sum = (sum.0 + units, sum.1 + 1);
        }
        running.push(sum);
    }
    let ends = running.iter().skip(horizon);
    running
        .iter()
        .zip(ends)
        .map(|(from, to)| {
            let known = to.1 - from.1;
            if known > 0 && 2 * known >= horizon {
                (to.0 - from.0) / known as f64
            } else {
                f64::NAN
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Availability, Frequency};

    fn day_series<'a>(units: &'a [f64], availability: &'a [Availability]) -> Series<'a> {
        Series::new(units, availability, Frequency::Day, 0).unwrap()
    }

    /// The level and mean squared error of the weight 0.4.
    fn smoothed(series: &Series<'_>) -> (f64, f64) {
        let smoothed = smooth(&Adjusted::flat(series, 0), 1, &[])[7];
        assert_eq!(smoothed.smoothing, 0.4);
        (smoothed.level, smoothed.mean_square)
    }

    #[test]
    fn smoothing_follows_browns_recursion() {
        // Warm-up 1, so the level starts at 10. With weight 0.4: 10, then 10 + 0.4 (15 - 10) = 12,
        // then 12 + 0.4 (7 - 12) = 10. One-step errors after the warm-up 5 and -5.
        let (level, mean_square) = smoothed(&day_series(&[10.0, 15.0, 7.0], &[]));
        assert!((level - 10.0).abs() < 1e-12 && (mean_square - 25.0).abs() < 1e-12);
    }

    #[test]
    fn missing_periods_leave_the_level_alone() {
        let availability = [Availability::Observed, Availability::Missing, Availability::Observed];
        let (level, _) = smoothed(&day_series(&[10.0, 99.0, 5.0], &availability));
        assert!((level - 8.0).abs() < 1e-12);
    }

    #[test]
    fn a_censored_period_never_lowers_the_level() {
        let units = [10.0, 12.0, 8.0, 11.0, 9.0, 2.0];
        let mut availability = [Availability::Observed; 6];
        availability[5] = Availability::Censored;
        let level = |count: usize| smoothed(&day_series(&units[..count], &availability[..count])).0;
        assert!(level(6) >= level(5));
        assert!(level(6) < level(5) + 0.1, "selling 2 of an expected 10 says next to nothing");
    }

    #[test]
    fn horizon_means_skip_unknown_periods() {
        let availability = [Availability::Observed, Availability::Missing, Availability::Observed];
        let adjusted = Adjusted::flat(&day_series(&[1.0, 99.0, 3.0], &availability), 0);
        assert_eq!(horizon_means(&adjusted, 2), [1.0, 3.0]);
        assert!(horizon_means(&adjusted, 4).is_empty());
    }

    #[test]
    fn a_history_too_short_to_choose_takes_the_default_weight() {
        let series = day_series(&[3.0, 5.0, 4.0], &[]);
        let adjusted = Adjusted::flat(&series, 0);
        let member = seasonal_level(&series, &adjusted, 28).member;
        let expected = Estimates::SeasonalLevel { smoothing: DEFAULT_SMOOTHING };
        assert_eq!(member.estimates, expected);
    }
}
