//! Intervals hold what they claim on simulated demand whose distribution is known.

use shelfcast_forecast::{
    Calibration, CalibrationBuilder, Coverage, FitOptions, FittedModel, Frequency, HoldoutPoint,
    Level, SeasonalPoolBuilder, Series, fit,
};

/// A uniform number in 0..1 for a key (the finaliser of SplitMix64).
fn uniform(item: u64, day: u64, column: u64) -> f64 {
    let mut word = item << 40 ^ day << 8 ^ column;
    for _ in 0..2 {
        word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
    }
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// A Poisson number by inversion.
fn poisson(mean: f64, u: f64) -> f64 {
    let (mut count, mut probability) = (0.0, (-mean).exp());
    let mut through = probability;
    while through < u && count < 1000.0 {
        count += 1.0;
        probability *= mean / count;
        through += probability;
    }
    count
}

/// An approximately normal number: the sum of twelve uniforms less six.
fn bell(item: u64, day: u64) -> f64 {
    (0..12).map(|column| uniform(item, day, column)).sum::<f64>() - 6.0
}

const WEEK: [f64; 7] = [0.8, 0.8, 0.9, 1.0, 1.2, 1.4, 0.9];

fn poisson_items(items: u64) -> Vec<Vec<f64>> {
    (0..items)
        .map(|item| {
            let mean = 0.3 + 5.0 * uniform(item, 9999, 99);
            (0..300)
                .map(|day| poisson(mean * WEEK[day as usize % 7], uniform(item, day, 0)))
                .collect()
        })
        .collect()
}

/// Lots of three now and then.
fn slow_items(items: u64) -> Vec<Vec<f64>> {
    let demand = |item, day| 3.0 * poisson(0.05 + 0.05 * item as f64, uniform(item, day, 0));
    (0..items).map(|item| (0..300).map(|day| demand(item, day)).collect()).collect()
}

fn bell_items(items: u64) -> Vec<Vec<f64>> {
    (0..items)
        .map(|item| {
            let mean = 20.0 + 300.0 * uniform(item, 9999, 99);
            let demand = |day: u64| mean * WEEK[day as usize % 7] * (1.0 + 0.2 * bell(item, day));
            (0..300).map(|day| demand(day).max(0.0).round()).collect()
        })
        .collect()
}

fn fit_all(items: &[Vec<f64>], horizon: usize) -> (Vec<FittedModel>, Calibration) {
    let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
    let series: Vec<Series<'_>> = items
        .iter()
        .map(|units| Series::new(units, &[], Frequency::Day, 0).expect("valid test input"))
        .collect();
    series.iter().for_each(|series| pool.add(series).expect("valid test input"));
    let pool = pool.finish().expect("valid test input");
    let options = FitOptions::new(horizon).with_pool(&pool);
    let models: Vec<_> =
        series.iter().map(|series| fit(series, &options).expect("valid test input")).collect();
    let mut calibration = CalibrationBuilder::new();
    models.iter().for_each(|model| calibration.add(model));
    (models, calibration.finish())
}

/// Coverage of the last origin differs from the claim by less than four binomial standard errors
/// of independent points and a bias of one point in a hundred.
fn assert_covers(items: &[Vec<f64>], calibrated: bool) {
    let levels = [0.5, 0.8, 0.95].map(|level| Level::new(level).expect("valid test input"));
    let (models, calibration) = fit_all(items, 28);
    let points: Vec<HoldoutPoint> = models
        .iter()
        .flat_map(|model| model.holdout(calibrated.then_some(&calibration), &levels))
        .collect();
    for (position, level) in levels.iter().enumerate() {
        let coverage = Coverage::of(&points, position).expect("valid test input");
        let (share, claimed) = (coverage.share().expect("valid test input"), coverage.claimed);
        let error = (claimed * (1.0 - claimed) / coverage.points as f64).sqrt();
        assert!(
            (share - claimed).abs() < 4.0 * error + 0.01,
            "{} %: measured {share:.4}, claimed {claimed:.4} of {}",
            level.percent(),
            coverage.points
        );
        assert!(claimed > level.value() - 0.01, "{} %: claimed {claimed:.4}", level.percent());
    }
}

#[test]
fn poisson_demand_is_covered_as_claimed() {
    assert_covers(&poisson_items(200), true);
}

#[test]
fn high_volume_demand_is_covered_as_claimed() {
    assert_covers(&bell_items(200), true);
}

#[test]
fn high_volume_demand_is_covered_without_a_calibration() {
    assert_covers(&bell_items(200), false);
}

#[test]
fn path_totals_spread_as_demand_totals_do() {
    // Without level changes a week's Poisson total has the variance of its mean; the level's own
    // uncertainty adds a little. Sums of daily upper quantiles would be far above.
    let (models, calibration) = fit_all(&poisson_items(60), 28);
    let mut ratios = Vec::new();
    for model in &models {
        let paths = model.sample_paths(7, 400, 5, Some(&calibration));
        let totals: Vec<f64> = paths.iter().map(|path| path.iter().sum()).collect();
        let mean = totals.iter().sum::<f64>() / totals.len() as f64;
        let variance =
            totals.iter().map(|total| (total - mean).powi(2)).sum::<f64>() / totals.len() as f64;
        ratios.push(variance / mean);
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    assert!((0.8..1.6).contains(&median), "variance over mean {median:.3}");
}

#[test]
fn path_distribution_is_the_forecasts() {
    const PATHS: usize = 20_000;
    // Bell-shaped demand is drawn in whole units; ends of its intervals are not rounded to them.
    for (items, rounded) in [(slow_items(4), 0.0), (poisson_items(8), 0.0), (bell_items(8), 0.5)] {
        let (models, calibration) = fit_all(&items, 28);
        let model = &models[3];
        let paths = model.sample_paths(9, PATHS, 11, Some(&calibration));
        let probabilities = [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99];
        let quantiles = model.quantiles(9, Some(&calibration), &probabilities).unwrap();
        for step in 0..9 {
            let share = |is_in: &dyn Fn(f64) -> bool| {
                paths.iter().filter(|path| is_in(path[step])).count() as f64 / PATHS as f64
            };
            for (quantile, p) in quantiles.step(step).iter().zip(probabilities) {
                // Four standard errors, and what interpolation between 1/16 of a deviation leaves.
                let allowed = 4.0 * (p * (1.0 - p) / PATHS as f64).sqrt() + 0.0005;
                let below = share(&|y| y < *quantile - rounded);
                let through = share(&|y| y <= *quantile + rounded);
                assert!(below <= p + allowed, "{step}: {below} below the {p} quantile");
                assert!(through >= p - allowed, "{step}: {through} through the {p} quantile");
                if model.is_whole() {
                    let end = *quantile + rounded;
                    let p = model.cdf(9, end, Some(&calibration)).unwrap()[step];
                    let allowed = 4.0 * (p * (1.0 - p) / PATHS as f64).sqrt() + 0.001;
                    assert!((through - p).abs() < allowed, "{step}: {through} for {p}");
                }
            }
        }
    }
}

/// What is drawn over two weeks by the calibrated paths of all models, in shares of what is forecast.
fn drawn_of_forecast(items: &[Vec<f64>]) -> f64 {
    let (models, calibration) = fit_all(items, 14);
    let (mut forecast, mut drawn) = (0.0, 0.0);
    for (seed, model) in (0..).zip(&models) {
        forecast += model.forecast(14, None, &[]).expect("a horizon").mean.iter().sum::<f64>();
        let paths = model.sample_paths(14, 500, seed, Some(&calibration));
        drawn += paths.values().iter().sum::<f64>() / 500.0;
    }
    drawn / forecast
}

#[test]
fn paths_of_parts_that_hardly_move_have_the_mean_that_is_forecast() {
    // Every 25 to 100 days a lot of 1 to 500. Half of them move more often in the end, so that errors
    // of all say that demand is often more than expected.
    let part = |item| {
        let rate = 0.01 + 0.03 * uniform(item, 9999, 99);
        let lot = (500.0 * uniform(item, 9999, 98).powi(3)).ceil();
        let demand = move |day: u64| {
            let rate = if day > 250 && item % 2 == 0 { 3.0 * rate } else { rate };
            if uniform(item, day, 0) < rate { lot } else { 0.0 }
        };
        (0..300).map(demand).collect()
    };
    let share = drawn_of_forecast(&(0..300).map(part).collect::<Vec<_>>());
    assert!((share - 1.0).abs() < 0.02, "{share:.3}");
}

#[test]
fn paths_of_series_with_spikes_have_the_mean_that_is_forecast() {
    // Some 50 units a day, and a week of ten times as many every now and then.
    let item = |item| {
        let demand = move |day: u64| {
            let is_up = uniform(item, day / 7, 1) < 0.06;
            let level = 50.0 * (1.0 + 0.2 * bell(item, day)).max(0.0);
            (level * if is_up { 10.0 } else { 1.0 }).round()
        };
        (0..300).map(demand).collect()
    };
    let share = drawn_of_forecast(&(0..200).map(item).collect::<Vec<_>>());
    assert!((share - 1.0).abs() < 0.02, "{share:.3}");
}

#[test]
fn more_paths_and_longer_ones_keep_the_first() {
    let (models, _) = fit_all(&poisson_items(2), 14);
    let few = models[0].sample_paths(5, 3, 8, None);
    let many = models[0].sample_paths(9, 10, 8, None);
    for (short, long) in few.iter().zip(many.iter()) {
        assert_eq!(short, &long[..5]);
    }
    assert_eq!((many.len(), many.horizon()), (10, 9));
    assert_ne!(few, models[0].sample_paths(5, 3, 9, None), "another seed, other paths");
}
