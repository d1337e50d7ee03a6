//! Promotions, prices and events whose effects are known.

use shelfcast_forecast::drivers::{
    Driver, DriverPool, DriverPoolBuilder, UnusedReason, event_window,
};
use shelfcast_forecast::{
    CalibrationBuilder, FitError, FitOptions, FittedModel, Frequency, Level, Series, fit,
};

const DAYS: usize = 420;

/// Noise in 0..1 for a key.
fn uniform(item: u64, day: usize) -> f64 {
    let mut word = (item << 32 ^ day as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2 {
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
    }
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

fn promotion() -> Vec<f64> {
    (0..DAYS).map(|day| f64::from(u8::from(day % 35 < 5))).collect()
}

fn prices() -> Vec<f64> {
    (0..DAYS).map(|day| [2.0, 2.2, 2.0, 1.8][day / 40 % 4]).collect()
}

/// 30 units a day, 1.4 times at the sixth day of the week, 1.8 times in a promotion, elasticity
/// -1.5 around a price of 2, and a fifth of noise.
fn demand(item: u64) -> Vec<f64> {
    let (promotion, prices) = (promotion(), prices());
    (0..DAYS)
        .map(|day| {
            let week = if day % 7 == 5 { 1.4 } else { 1.0 };
            let effect = (1.0 + 0.8 * promotion[day]) * (prices[day] / 2.0).powf(-1.5);
            (30.0 * week * effect * (0.8 + 0.4 * uniform(item, day))).round()
        })
        .collect()
}

fn fitted(units: &[f64], drivers: &[Driver<'_>]) -> FittedModel {
    let series = Series::new(units, &[], Frequency::Day, 0).expect("valid test input");
    fit(&series, &FitOptions::new(14).with_drivers(drivers)).expect("valid test input")
}

#[test]
fn planted_effects_are_found() {
    let (promotion, prices) = (promotion(), prices());
    let drivers = [Driver::strength("promotion", &promotion), Driver::price("price", &prices)];
    let model = fitted(&demand(1), &drivers);
    let [promotion, price] = model.drivers() else { panic!("{:?}", model.unused_drivers()) };
    assert!((promotion.coefficient.exp() / 1.8 - 1.0).abs() < 0.05, "{promotion:?}");
    assert!((price.coefficient + 1.5).abs() < 0.25, "{price:?}");
    assert!((price.reference - 2.0).abs() < 1e-12);
}

#[test]
fn a_declared_future_moves_the_forecast_and_is_explained() {
    let (promotion, prices) = (promotion(), prices());
    let drivers = [Driver::strength("promotion", &promotion), Driver::price("price", &prices)];
    let model = fitted(&demand(2), &drivers);
    let future = [
        Driver::strength("promotion", &[0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
        Driver::price("price", &[2.0; 7]),
    ];
    let given = model.given(&future).unwrap();
    let means = given.forecast(7, None, &[]).unwrap().mean;
    assert!((means[1] / means[0] / 1.8 - 1.0).abs() < 0.1, "{means:?}");
    let medians = given.quantiles(7, None, &[0.5]).unwrap();
    assert!(medians.step(1)[0] > 1.5 * medians.step(0)[0]);
    let parts = model.explain(&future).unwrap();
    for (part, mean) in parts.iter().zip(&means) {
        let sum: f64 = part.drivers.iter().map(|(_, units)| units).sum();
        assert!((part.base + part.season + sum - part.mean).abs() < 1e-9);
        assert!((part.mean - mean).abs() < 1e-9);
    }
    assert!(parts[1].drivers[0].1 > 15.0 && parts[0].drivers[0].1.abs() < 1e-9);
    let stored = FittedModel::from_bytes(&model.to_bytes()).unwrap();
    assert_eq!(stored.explain(&future).unwrap(), parts);
}

#[test]
fn a_band_grows_with_what_a_promotion_adds() {
    let promotion = promotion();
    let model = fitted(&demand(5), &[Driver::strength("promotion", &promotion)]);
    let given = model.given(&[Driver::strength("promotion", &[1.0, 0.0])]).unwrap();
    let level = Level::new(0.8).unwrap();
    let width = |model: &FittedModel| {
        let forecast = model.forecast(1, None, &[level]).unwrap();
        forecast.intervals[0].upper[0] - forecast.intervals[0].lower[0]
    };
    // Noise is in proportion to demand, which is 1.8 times as large; how much more or less in proportion
    // is told by 60 promoted days.
    let ratio = width(&given) / width(&model);
    assert!((1.4..2.3).contains(&ratio), "{ratio}");
}

/// 100 units a day and three times as many in promotions, which each item has at its own time; what
/// comes is within 15 % of that on ordinary days, within 45 % on promoted ones.
fn restless(item: u64) -> (Vec<f64>, Vec<f64>) {
    let promotion: Vec<f64> =
        (0..DAYS).map(|day| f64::from(u8::from((day + 3 * item as usize) % 35 < 5))).collect();
    let units = (0..DAYS)
        .map(|day| {
            let noise = (0.15 + 0.3 * promotion[day]) * (2.0 * uniform(item, day) - 1.0);
            100.0 * (1.0 + 2.0 * promotion[day]) * (1.0 + noise)
        })
        .collect();
    (promotion, units)
}

#[test]
fn bands_hold_as_many_promoted_days_as_others() {
    let known = DAYS - 28;
    let items: Vec<_> = (0..80).map(restless).collect();
    let model = |(promotion, units): &(Vec<f64>, Vec<f64>), pool: Option<&DriverPool>| {
        let drivers = [Driver::strength("promotion", &promotion[..known])];
        let mut options = FitOptions::new(14).with_drivers(&drivers);
        options.driver_pool = pool;
        let series = Series::new(&units[..known], &[], Frequency::Day, 0).unwrap();
        fit(&series, &options).unwrap()
    };
    let mut pool = DriverPoolBuilder::new();
    items.iter().for_each(|item| pool.add(&model(item, None)));
    let pool = pool.finish();
    let models: Vec<FittedModel> = items.iter().map(|item| model(item, Some(&pool))).collect();
    let mut calibration = CalibrationBuilder::new();
    models.iter().for_each(|model| calibration.add(model));
    let calibration = calibration.finish();
    let mut shown = [(0.0, 0.0); 2];
    for (model, (promotion, units)) in models.iter().zip(&items) {
        let future = [Driver::strength("promotion", &promotion[known..])];
        let level = Level::new(0.8).unwrap();
        let given = model.given(&future).unwrap();
        let forecast = given.forecast(28, Some(&calibration), &[level]).unwrap();
        let ends = &forecast.intervals[0];
        for step in 0..28 {
            let (actual, acts) = (units[known + step], promotion[known + step]);
            let is_inside = ends.lower[step] <= actual && actual <= ends.upper[step];
            let (inside, points) = &mut shown[acts as usize];
            *inside += f64::from(u8::from(is_inside));
            *points += 1.0;
        }
    }
    for (inside, points) in shown {
        // Three standard errors of the some 300 promoted days.
        assert!((inside / points - 0.8).abs() < 0.07, "{shown:?}");
    }
}

#[test]
fn what_cannot_be_used_is_reported() {
    let (promotion, never) = (promotion(), vec![0.0; DAYS]);
    let double: Vec<f64> = promotion.iter().map(|acts| 2.0 * acts).collect();
    let mut once = never.clone();
    once[100] = 1.0;
    let drivers = [
        Driver::strength("promotion", &promotion),
        Driver::strength("double", &double),
        Driver::strength("never", &never),
        Driver::strength("once", &once),
    ];
    let model = fitted(&demand(3), &drivers);
    let unused: Vec<(&str, UnusedReason)> =
        model.unused_drivers().iter().map(|u| (u.name.as_str(), u.reason)).collect();
    assert_eq!(model.drivers().len(), 1);
    assert_eq!(
        unused,
        [
            ("double", UnusedReason::MovesWithAnother),
            ("never", UnusedReason::NeverChanged),
            ("once", UnusedReason::TooFewPeriods)
        ]
    );
    let short = fitted(&[3.0; 5], &[Driver::strength("promotion", &promotion[..5])]);
    assert_eq!(short.unused_drivers()[0].reason, UnusedReason::NoModel);
}

#[test]
fn an_item_never_promoted_learns_from_others() {
    let (promotion, never) = (promotion(), vec![0.0; DAYS]);
    let mut builder = DriverPoolBuilder::new();
    for item in 0..12 {
        builder.add(&fitted(&demand(item), &[Driver::strength("promotion", &promotion)]));
    }
    let pool = builder.finish();
    let (mean, deviation) = pool.effect("promotion").unwrap();
    assert!((mean.exp() / 1.8 - 1.0).abs() < 0.06 && deviation < 0.3, "{mean} {deviation}");
    let units: Vec<f64> = (0..DAYS).map(|day| (10.0 * uniform(9, day)).round()).collect();
    let series = Series::new(&units, &[], Frequency::Day, 0).unwrap();
    let drivers = [Driver::strength("promotion", &never)];
    let options = FitOptions::new(7).with_drivers(&drivers).with_driver_pool(&pool);
    let model = fit(&series, &options).unwrap();
    let given = model.given(&[Driver::strength("promotion", &[1.0])]).unwrap();
    let ratio = given.forecast(1, None, &[]).unwrap().mean[0]
        / model.forecast(1, None, &[]).unwrap().mean[0];
    assert!((ratio / 1.8 - 1.0).abs() < 0.06, "{ratio}");
}

#[test]
fn invalid_drivers_are_refused_by_name_and_position() {
    let series = Series::new(&[1.0; 20], &[], Frequency::Day, 0).unwrap();
    let refused =
        |driver: Driver<'_>| fit(&series, &FitOptions::new(7).with_drivers(&[driver])).unwrap_err();
    let mut prices = vec![2.0; 20];
    prices[7] = 0.0;
    assert!(matches!(
        refused(Driver::price("price", &prices)),
        FitError::InvalidDriver { position: 7, .. }
    ));
    let mut flags = vec![0.0; 20];
    flags[3] = f64::NAN;
    assert!(matches!(
        refused(Driver::strength("event", &flags)),
        FitError::InvalidDriver { position: 3, .. }
    ));
    assert!(matches!(
        refused(Driver::strength("event", &flags[..5])),
        FitError::DriverLength { found: 5, periods: 20, .. }
    ));
    assert!(matches!(refused(Driver::strength("", &flags)), FitError::DriverName { .. }));
}

#[test]
fn events_act_before_and_after_their_day() {
    // Three times as much the day before, nothing special the day itself, half the day after.
    let marks: Vec<bool> = (0..DAYS).map(|day| day % 61 == 30).collect();
    let units: Vec<f64> = (0..DAYS)
        .map(|day| {
            let near = |offset: usize| marks.get(day + 2 - offset).copied().unwrap_or(false);
            let effect = if near(1) {
                3.0
            } else if day > 0 && marks[day - 1] {
                0.5
            } else {
                1.0
            };
            40.0 * effect * (0.9 + 0.2 * uniform(4, day))
        })
        .collect();
    let window = event_window(&marks, 1, 1);
    let names = ["event -1", "event 0", "event +1"];
    let drivers: Vec<Driver<'_>> = names
        .iter()
        .zip(&window)
        .map(|(name, (_, values))| Driver::strength(name, values))
        .collect();
    let model = fitted(&units, &drivers);
    let effects: Vec<f64> = model.drivers().iter().map(|driver| driver.coefficient.exp()).collect();
    for (effect, expected) in effects.iter().zip([3.0, 1.0, 0.5]) {
        assert!((effect / expected - 1.0).abs() < 0.08, "{effects:?}");
    }
}
