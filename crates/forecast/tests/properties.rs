//! What holds for every series, whatever it holds.

use proptest::prelude::*;
use shelfcast_forecast::{
    Availability, Calibration, CalibrationBuilder, FitError, FitOptions, FittedModel,
    ForecastError, Frequency, Level, MAXIMUM_HORIZON, MAXIMUM_UNITS, Method, SeasonalPool,
    SeasonalPoolBuilder, Series, StateError, fit,
};

fn day(units: &[f64]) -> Series<'_> {
    Series::new(units, &[], Frequency::Day, 0).expect("valid test input")
}

fn fitted(units: &[f64]) -> FittedModel {
    fit(&day(units), &FitOptions::new(14)).expect("valid test input")
}

fn pool_of(series: &[Series<'_>]) -> SeasonalPool {
    let mut builder = SeasonalPoolBuilder::new(series[0].frequency());
    series.iter().for_each(|series| builder.add(series).expect("valid test input"));
    builder.finish().expect("valid test input")
}

fn calibration_of(models: &[&FittedModel]) -> Calibration {
    let mut builder = CalibrationBuilder::new();
    models.iter().for_each(|model| builder.add(model));
    builder.finish()
}

fn levels() -> Vec<Level> {
    [0.5, 0.8, 0.95].map(|level| Level::new(level).expect("valid test input")).to_vec()
}

/// Demand of many kinds: whole and not, rare and frequent, small and huge.
fn any_units() -> impl Strategy<Value = Vec<f64>> {
    let scale = prop_oneof![Just(0.001), Just(1.0), Just(40.0), Just(MAXIMUM_UNITS / 1000.0)];
    let value = prop_oneof![3 => Just(0.0), 3 => 0.0..1000.0_f64, 2 => (0..9).prop_map(f64::from)];
    (prop::collection::vec(value, 0..160), scale, any::<bool>()).prop_map(
        |(units, scale, whole)| {
            let scaled = units.into_iter().map(|value| value * scale);
            if whole { scaled.map(f64::round).collect() } else { scaled.collect() }
        },
    )
}

fn any_availability() -> impl Strategy<Value = Vec<Availability>> {
    let one = prop_oneof![
        4 => Just(Availability::Observed),
        1 => Just(Availability::Censored),
        1 => Just(Availability::Missing)
    ];
    prop::collection::vec(one, 160)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn forecasts_are_finite_ordered_and_never_negative(
        units in any_units(), availability in any_availability(), month in any::<bool>()
    ) {
        let frequency = if month { Frequency::Month } else { Frequency::Day };
        let availability = &availability[..units.len()];
        let series = Series::new(&units, availability, frequency, 3).unwrap();
        let model = fit(&series, &FitOptions::new(14)).unwrap();
        let calibration = calibration_of(&[&model]);
        for calibration in [None, Some(&calibration)] {
            let forecast = model.forecast(20, calibration, &levels()).unwrap();
            prop_assert!(forecast.mean.iter().all(|mean| mean.is_finite() && *mean >= 0.0));
            for step in 0..20 {
                let [half, most, nearly] = &forecast.intervals[..] else { unreachable!() };
                let ladder = [
                    0.0, nearly.lower[step], most.lower[step], half.lower[step],
                    forecast.median[step],
                    half.upper[step], most.upper[step], nearly.upper[step],
                ];
                prop_assert!(ladder.windows(2).all(|pair| pair[0] <= pair[1]), "{:?}", ladder);
                prop_assert!(ladder[7].is_finite());
            }
            let paths = model.sample_paths(20, 3, 1, calibration);
            prop_assert!(paths.values().iter().all(|units| units.is_finite() && *units >= 0.0));
            prop_assert!(
                !model.is_whole() || paths.values().iter().all(|units| units.fract() == 0.0)
            );
        }
    }

    #[test]
    fn stored_models_answer_bit_for_bit(units in any_units()) {
        let model = fitted(&units);
        let bytes = model.to_bytes();
        let read = FittedModel::from_bytes(&bytes).unwrap();
        prop_assert_eq!(read.to_bytes(), bytes);
        let calibration = calibration_of(&[&read]);
        let stored = Calibration::from_bytes(&calibration.to_bytes()).unwrap();
        prop_assert_eq!(&stored, &calibration);
        prop_assert_eq!(
            read.forecast(9, Some(&stored), &levels()).unwrap(),
            model.forecast(9, Some(&calibration), &levels()).unwrap()
        );
        prop_assert_eq!(read.sample_paths(5, 4, 9, None), model.sample_paths(5, 4, 9, None));
        prop_assert_eq!(read.accuracy(), model.accuracy());
        prop_assert_eq!(read.status(), model.status());
    }

    #[test]
    fn changed_bytes_are_refused_or_harmless(
        units in prop::collection::vec(0.0..9.0_f64, 60..90),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = fitted(&units).to_bytes();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(model) = FittedModel::from_bytes(&bytes) {
            model.forecast(30, None, &levels()).unwrap();
            model.sample_paths(10, 2, 3, None);
            model.holdout(None, &levels());
            CalibrationBuilder::new().add(&model);
            model.status().reason();
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(FittedModel::from_bytes(&bytes).is_err());
        let mut framed = fitted(&[]).to_bytes()[..6].to_vec();
        framed.extend(bytes);
        prop_assert!(FittedModel::from_bytes(&framed).is_err());
    }

    #[test]
    fn what_comes_later_does_not_change_earlier_origins(
        units in prop::collection::vec((0..6).prop_map(f64::from), 120),
        later in prop::collection::vec((0..90).prop_map(f64::from), 14),
    ) {
        // Horizon 14, so the last origin is at 106: all after it may change.
        let mut changed = units.clone();
        changed[106..].copy_from_slice(&later);
        let holdout = |units: &[f64]| {
            let mut points = fitted(units).holdout(None, &levels());
            points.iter_mut().for_each(|point| point.actual = 0.0);
            points
        };
        prop_assert_eq!(holdout(&units), holdout(&changed));
    }

    #[test]
    fn doubling_demand_doubles_the_forecast(
        units in prop::collection::vec(prop_oneof![Just(0.0), 0.5..9.5_f64], 40..160)
    ) {
        // Doubling is exact in binary, so every comparison inside comes out alike.
        let doubled: Vec<f64> = units.iter().map(|units| 2.0 * units).collect();
        let (one, two) = (fitted(&units), fitted(&doubled));
        prop_assume!(!one.is_whole() && !two.is_whole());
        prop_assert_eq!(one.method(), two.method());
        let one = one.forecast(14, None, &levels()).unwrap();
        let two = two.forecast(14, None, &levels()).unwrap();
        let close = |a: &[f64], b: &[f64]| {
            a.iter().zip(b).all(|(a, b)| (2.0 * a - b).abs() <= 1e-9 * b.abs().max(1e-9))
        };
        prop_assert!(close(&one.mean, &two.mean));
        prop_assert!(close(&one.intervals[1].upper, &two.intervals[1].upper));
    }
}

#[test]
fn constant_demand_is_forecast_exactly() {
    for value in [1.0, 5.0, 12.5, 5000.0] {
        let model = fitted(&vec![value; 120]);
        let forecast = model.forecast(14, None, &levels()).unwrap();
        for step in 0..14 {
            assert!((forecast.mean[step] - value).abs() < 1e-9 * value);
            assert!((forecast.median[step] - value).abs() < 1e-9 * value, "{value}");
            assert!((forecast.intervals[1].lower[step] - value).abs() < 1e-9 * value);
            assert!((forecast.intervals[1].upper[step] - value).abs() < 1e-9 * value);
        }
        let accuracy = model.accuracy().unwrap();
        assert!(accuracy.wape.unwrap() < 1e-9 && accuracy.bias.unwrap().abs() < 1e-9);
    }
}

#[test]
fn no_demand_is_forecast_as_none() {
    let model = fitted(&[0.0; 90]);
    assert_eq!((model.method(), model.status().as_str()), (Method::NoDemand, "no_demand"));
    assert_eq!(model.status().reason(), "no demand in any of 90 known periods");
    assert_eq!(model.status().fallback(), Some("zero"));
    let forecast = model.forecast(5, None, &levels()).unwrap();
    assert_eq!(forecast.mean, [0.0; 5]);
    assert_eq!(forecast.intervals[2].upper, [0.0; 5]);
    assert_eq!((model.adi(), model.cv2(), model.accuracy()), (None, None, None));
    assert!(model.sample_paths(5, 3, 1, None).values().iter().all(|units| *units == 0.0));
}

#[test]
fn an_ended_item_expects_nothing() {
    let options = FitOptions::new(14).with_ended(true);
    let model = fit(&day(&[4.0; 90]), &options).unwrap();
    assert_eq!(model.status().as_str(), "ended");
    assert_eq!(model.forecast(3, None, &[]).unwrap().mean, [0.0; 3]);
}

#[test]
fn one_point_is_enough_for_a_mean() {
    let model = fitted(&[6.0]);
    assert_eq!((model.method(), model.status().as_str()), (Method::PooledShape, "new"));
    assert_eq!(model.status().fallback(), Some("own_mean"));
    let forecast = model.forecast(3, None, &[]).unwrap();
    assert!(forecast.mean.iter().all(|mean| (mean - 6.0).abs() < 1e-9));
}

#[test]
fn an_empty_history_without_a_pool_expects_nothing() {
    let model = fitted(&[]);
    assert_eq!(model.status().as_str(), "new");
    assert_eq!(model.forecast(2, None, &levels()).unwrap().mean, [0.0; 2]);
}

#[test]
fn a_thin_series_takes_its_own_rate_and_the_pools_week() {
    let weekly: Vec<f64> = (0..364).map(|day| if day % 7 == 5 { 8.0 } else { 4.0 }).collect();
    let pool = pool_of(&[day(&weekly)]);
    let mut units = vec![0.0; 364];
    [20, 110, 180, 250, 333].iter().for_each(|&day: &usize| units[day] = 2.0);
    let model = fit(&day(&units), &FitOptions::new(28).with_pool(&pool)).unwrap();
    assert_eq!((model.method(), model.status().as_str()), (Method::PooledShape, "thin"));
    assert_eq!(model.status().fallback(), Some("pooled_shape"));
    let forecast = model.forecast(7, None, &levels()).unwrap();
    assert!((forecast.mean[5] / forecast.mean[0] - 2.0).abs() < 1e-6);
    // A day weighs 2^(-age / 365); the pool's certainty weighs one day more.
    let weight = |day: i32| 2.0_f64.powf(f64::from(day - 363) / 365.0);
    let demand: f64 = [20, 110, 180, 250, 333].into_iter().map(weight).sum();
    let known: f64 = (0..364).map(weight).sum();
    let week: f64 = forecast.mean.iter().sum();
    assert!((week - 7.0 * 2.0 * (demand + 1.0) / (known + 1.0)).abs() < 1e-9);
    assert_eq!(forecast.median, [0.0; 7]);
}

#[test]
fn dying_demand_is_followed_down() {
    let mut units: Vec<f64> = (0..200).map(|day| f64::from(day % 3)).collect();
    units.extend([0.0; 120]);
    let model = fitted(&units);
    assert!(model.forecast(1, None, &[]).unwrap().mean[0] < 0.2);
}

#[test]
fn horizons_are_1_to_the_maximum() {
    let model = fitted(&(0..60).map(|day| f64::from(day % 5)).collect::<Vec<_>>());
    for found in [0, MAXIMUM_HORIZON + 1] {
        let refused = ForecastError::InvalidHorizon { found };
        assert_eq!(model.forecast(found, None, &[]), Err(refused.clone()));
        assert_eq!(model.quantiles(found, None, &[0.5]), Err(refused));
        let options = FitOptions::new(found);
        assert_eq!(fit(&day(&[1.0]), &options), Err(FitError::InvalidHorizon { found }));
    }
    assert_eq!(model.forecast(1000, None, &levels()).unwrap().mean.len(), 1000);
    assert_eq!(fit(&day(&[1.0; 50]), &FitOptions::new(1000)).unwrap().horizon_fitted(), 1000);
    assert!(model.sample_paths(0, 5, 1, None).is_empty());
}

#[test]
fn quantiles_and_intervals_agree() {
    let model = fitted(&(0..120).map(|day| f64::from(day * 7 % 11)).collect::<Vec<_>>());
    let forecast = model.forecast(30, None, &levels()).unwrap();
    let quantiles = model.quantiles(30, None, &[0.1, 0.5, 0.9]).unwrap();
    for step in 0..30 {
        let most = &forecast.intervals[1];
        let expected = [most.lower[step], forecast.median[step], most.upper[step]];
        assert_eq!(quantiles.step(step), expected);
    }
    assert_eq!(
        model.quantiles(3, None, &[0.5, 1.0]),
        Err(ForecastError::InvalidProbability { found: 1.0 })
    );
}

#[test]
fn what_is_said_of_a_period_does_not_depend_on_how_many_are_asked_for() {
    let units: Vec<f64> = (0..200_u32)
        .map(|day| f64::from(30 + day * 37 % 17 + 20 * u32::from(day % 7 == 5)))
        .collect();
    let model = fitted(&units);
    let probabilities = [0.025, 0.1, 0.5, 0.9, 0.975];
    let all = model.quantiles(14, None, &probabilities).unwrap();
    for horizon in 1..14 {
        let some = model.quantiles(horizon, None, &probabilities).unwrap();
        for step in 0..horizon {
            assert_eq!(some.step(step), all.step(step), "step {step} of {horizon}");
        }
    }
}

#[test]
fn another_version_is_told_from_nonsense() {
    let mut bytes = fitted(&[1.0; 40]).to_bytes();
    bytes[4] = 99;
    assert_eq!(
        FittedModel::from_bytes(&bytes),
        Err(StateError::UnknownVersion { kind: "demand model", found: 99, supported: 6 })
    );
    assert!(matches!(FittedModel::from_bytes(b"nonsense"), Err(StateError::WrongKind { .. })));
    let whole = fitted(&[1.0; 40]).to_bytes();
    let cut = &whole[..whole.len() - 1];
    assert!(matches!(FittedModel::from_bytes(cut), Err(StateError::Truncated { .. })));
    let longer = [whole.as_slice(), &[0]].concat();
    assert_eq!(FittedModel::from_bytes(&longer), Err(StateError::TrailingBytes { extra: 1 }));
}

#[test]
fn missing_and_censored_periods_are_never_scored() {
    let units: Vec<f64> = (0..120).map(|day| f64::from(day % 6)).collect();
    let mut availability = vec![Availability::Observed; 120];
    (100..110).for_each(|day| availability[day] = Availability::Missing);
    availability[112] = Availability::Censored;
    let series = Series::new(&units, &availability, Frequency::Day, 0).unwrap();
    let model = fit(&series, &FitOptions::new(20).with_origins(1)).unwrap();
    assert_eq!(model.accuracy().unwrap().points, 9);
    let points = model.holdout(None, &levels());
    assert_eq!(points.len(), 20);
    assert_eq!(points.iter().filter(|point| point.observed).count(), 9);
    assert_eq!((points[0].step, points[0].index, points[0].actual), (1, 100, 4.0));
}

#[test]
fn values_of_missing_periods_change_nothing() {
    let units: Vec<f64> = (0..100).map(|day| f64::from(day * 3 % 7)).collect();
    let mut other = units.clone();
    let mut availability = vec![Availability::Observed; 100];
    for day in (3..100).step_by(9) {
        availability[day] = Availability::Missing;
        other[day] = 1234.5;
    }
    let forecast = |units: &[f64]| {
        let series = Series::new(units, &availability, Frequency::Day, 0).unwrap();
        fit(&series, &FitOptions::new(14)).unwrap().forecast(14, None, &levels()).unwrap()
    };
    assert_eq!(forecast(&units), forecast(&other));
}

#[test]
fn mostly_unobserved_series_say_so() {
    let units = vec![3.0; 60];
    let mut availability = vec![Availability::Observed; 60];
    (0..30).for_each(|day| availability[2 * day] = Availability::Censored);
    let series = Series::new(&units, &availability, Frequency::Day, 0).unwrap();
    let model = fit(&series, &FitOptions::new(7)).unwrap();
    assert_eq!(model.status().as_str(), "censored");
    assert_eq!(model.status().reason(), "50 % of the periods were not fully observed");
    assert!(model.forecast(1, None, &[]).unwrap().mean[0] >= 3.0);
}

#[test]
fn a_pool_of_another_frequency_is_refused() {
    let pool = pool_of(&[Series::new(&[1.0; 30], &[], Frequency::Week, 0).unwrap()]);
    assert_eq!(
        fit(&day(&[1.0]), &FitOptions::new(7).with_pool(&pool)),
        Err(FitError::PoolFrequency { pool: Frequency::Week, series: Frequency::Day })
    );
}

#[test]
fn calibrations_do_not_depend_on_order() {
    let models: Vec<FittedModel> = (1..6_u32)
        .map(|item| {
            let units: Vec<f64> = (0..90).map(|day| f64::from(day * item % 11)).collect();
            fitted(&units)
        })
        .collect();
    let forward = calibration_of(&models.iter().collect::<Vec<_>>());
    let mut right = CalibrationBuilder::new();
    models[2..].iter().rev().for_each(|model| right.add(model));
    let mut merged = CalibrationBuilder::new();
    merged.add(&models[1]);
    merged.merge(&CalibrationBuilder::from_bytes(&right.to_bytes()).unwrap());
    merged.add(&models[0]);
    assert_eq!(merged.finish(), forward);
    assert!(forward.errors() > 0);
}
