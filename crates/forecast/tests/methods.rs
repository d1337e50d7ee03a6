//! Each method by itself: what it answers to odd series, and what one more period changes.

use proptest::prelude::*;
use shelfcast_forecast::ets::Ets;
use shelfcast_forecast::theta::Theta;
use shelfcast_forecast::{
    FitError, FitOptions, FittedModel, ForecastError, Frequency, MAXIMUM_UNITS, Method,
    SeasonalPoolBuilder, Series, fit,
};

const METHODS: [Method; 18] = [
    Method::PooledShape,
    Method::SeasonalNaive,
    Method::SimpleExponentialSmoothing,
    Method::SeasonalLevel,
    Method::TeunterSyntetosBabai,
    Method::Croston,
    Method::SyntetosBoylan,
    Method::Adida,
    Method::Naive,
    Method::WindowAverage,
    Method::ExponentialSmoothing,
    Method::LogarithmicSmoothing,
    Method::Theta,
    Method::DynamicTheta,
    Method::ShortAggregation,
    Method::LongAggregation,
    Method::SameSeason,
    Method::SeasonalAutoregression,
];

fn by(method: Method, units: &[f64], season_length: usize) -> FittedModel {
    let series = Series::new(units, &[], Frequency::Day, 0).expect("valid test input");
    let series = series.with_season(season_length, 0).expect("valid test input");
    let methods = [method];
    fit(&series, &FitOptions::new(7).with_methods(&methods)).expect("valid test input")
}

#[test]
fn every_method_takes_every_season_and_odd_series() {
    let wave = |t: u32| f64::from(t * 7 % 13) + if t.is_multiple_of(12) { 20.0 } else { 0.0 };
    let odd: [Vec<f64>; 6] = [
        vec![5.0],
        vec![7.5; 90],
        (0..90).map(|t| if t == 40 { 3.0 } else { 0.0 }).collect(),
        (0..120).map(wave).collect(),
        (0..60).map(|t| MAXIMUM_UNITS * f64::from(t % 3 + 1) / 3.0).collect(),
        (0..800).map(|t| 100.0 + wave(t)).collect(),
    ];
    for method in METHODS {
        for units in &odd {
            for season_length in [1, 4, 7, 12, 13, 24, 52, 365] {
                let model = by(method, units, season_length);
                let forecast = model.forecast(30, None, &[]).unwrap();
                let largest = 6.0 * units.iter().fold(1.0_f64, |a, b| a.max(*b));
                for mean in forecast.mean {
                    assert!((0.0..=largest).contains(&mean), "{method} {season_length}: {mean}");
                }
                let stored = FittedModel::from_bytes(&model.to_bytes()).unwrap();
                assert_eq!(stored, model, "{method} {season_length}");
            }
        }
    }
}

#[test]
fn what_is_sold_in_summer_only_waits_for_summer() {
    let units: Vec<f64> = (0..3 * 365 + 100)
        .map(|day| if (150..250).contains(&(day % 365)) { f64::from(day % 5) } else { 0.0 })
        .collect();
    let series = Series::new(&units, &[], Frequency::Day, 0).unwrap();
    let model = fit(&series, &FitOptions::new(28)).unwrap();
    assert_eq!(model.status().as_str(), "seasonal_only");
    assert_eq!(
        (model.method(), model.status().fallback()),
        (Method::SameSeason, Some("same_season"))
    );
    let mean = model.forecast(120, None, &[]).unwrap().mean;
    // Day 100 of the year: nothing for a month, the usual two a day in the middle of summer.
    assert!(mean[..30].iter().all(|mean| *mean < 0.1));
    assert!((mean[100] - 2.0).abs() < 0.3, "{}", mean[100]);
}

#[test]
fn steady_demand_that_stopped_is_told_as_ended() {
    let mut units = [3.0, 1.0, 4.0, 2.0].repeat(60);
    units.extend([0.0; 120]);
    let series = Series::new(&units, &[], Frequency::Day, 0).unwrap();
    let model = fit(&series, &FitOptions::new(28)).unwrap();
    assert_eq!((model.status().as_str(), model.status().fallback()), ("ended", Some("zero")));
    assert_eq!(model.status().reason(), "sold steadily before, no demand in the last 120 periods");
}

#[test]
fn a_constant_series_stays() {
    for method in METHODS {
        let means = by(method, &[12.0; 100], 7).forecast(10, None, &[]).unwrap().mean;
        let expected = if method == Method::SyntetosBoylan { 0.95 * 12.0 } else { 12.0 };
        for mean in means {
            assert!((mean / expected - 1.0).abs() < 1e-6, "{method}: {mean}");
        }
    }
}

#[test]
fn horizons_of_nothing_are_refused_and_far_ones_answered() {
    let units: Vec<f64> = (0..120).map(|t| f64::from(t % 11)).collect();
    let model = by(Method::ExponentialSmoothing, &units, 12);
    assert_eq!(model.forecast(0, None, &[]), Err(ForecastError::InvalidHorizon { found: 0 }));
    assert_eq!(model.forecast(1_000, None, &[]).unwrap().mean.len(), 1_000);
    assert!(Ets::automatic(12).fit(&units).unwrap().forecast(0).is_empty());
    assert_eq!(Theta::dynamic(12).fit(&units).unwrap().forecast(1_000).len(), 1_000);
}

#[test]
fn the_position_of_a_bad_value_is_named() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e16] {
        let values = [1.0, 2.0, bad, 3.0, f64::NAN];
        for refused in [
            Ets::automatic(4).fit(&values).unwrap_err(),
            Theta::standard(4).fit(&values).unwrap_err(),
        ] {
            assert!(matches!(refused, FitError::InvalidUnits { position: 2, .. }));
        }
    }
}

#[test]
fn no_value_at_all_is_forecast_as_nothing() {
    assert_eq!(Ets::automatic(4).fit(&[]).unwrap().forecast(2), [0.0, 0.0]);
    assert!(Theta::dynamic(4).fit(&[]).unwrap().forecast(2).iter().all(|mean| *mean == 0.0));
}

#[test]
fn an_update_moves_the_forecast_as_a_longer_history_would() {
    // Weights stay as they were fitted, so the level comes close, not equal.
    let units: Vec<f64> =
        (0..141).map(|t| 50.0 + 10.0 * f64::from(t % 7) + 0.3 * f64::from(t)).collect();
    for method in METHODS {
        let mut model = by(method, &units[..140], 7);
        if !model.update(units[140]) {
            continue;
        }
        let updated = model.forecast(7, None, &[]).unwrap().mean;
        let fitted = by(method, &units, 7).forecast(7, None, &[]).unwrap().mean;
        for (updated, fitted) in updated.iter().zip(&fitted) {
            assert!((updated / fitted - 1.0).abs() < 0.05, "{method}: {updated} {fitted}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn scale_and_shift_pass_through_additive_methods(
        values in prop::collection::vec(10.0..90.0_f64, 30..90), factor in 0.5..20.0_f64
    ) {
        // Theta is linear in the series: scaled values give scaled forecasts.
        let scaled: Vec<f64> = values.iter().map(|value| factor * value).collect();
        let one = Theta::dynamic(1).fit(&values).unwrap().forecast(5);
        let two = Theta::dynamic(1).fit(&scaled).unwrap().forecast(5);
        for (one, two) in one.iter().zip(&two) {
            prop_assert!((factor * one - two).abs() <= 1e-6 * two.abs().max(1.0));
        }
        let shifted: Vec<f64> = values.iter().map(|value| 1000.0 + value).collect();
        let moved = Theta::standard(1).fit(&shifted).unwrap().forecast(5);
        let plain = Theta::standard(1).fit(&values).unwrap().forecast(5);
        for (plain, moved) in plain.iter().zip(&moved) {
            prop_assert!((plain + 1000.0 - moved).abs() <= 1e-6 * moved.abs());
        }
    }

    #[test]
    fn any_history_gives_finite_forecasts(
        values in prop::collection::vec(prop_oneof![Just(0.0), 0.0..1e6_f64], 0..80),
        season_length in 1_usize..30,
    ) {
        let ets = Ets::automatic(season_length).fit(&values).unwrap();
        prop_assert!(ets.forecast(20).iter().all(|mean| mean.is_finite()));
        for theta in [Theta::standard(season_length), Theta::dynamic(season_length)] {
            prop_assert!(theta.fit(&values).unwrap().forecast(20).iter().all(|m| m.is_finite()));
        }
    }
}

#[test]
fn a_series_of_one_year_takes_the_season_of_others() {
    // Nineteen items are known for four years, one for one; all follow the same wave of 52 weeks.
    let demand = |item: usize, week: usize| {
        let wave = (week as f64 * std::f64::consts::TAU / 52.0).sin();
        (100.0 + item as f64) * (1.0 + 0.4 * wave) + ((week * 37 + item * 11) % 7) as f64
    };
    let known = |item: usize, from: usize| -> Vec<f64> {
        (from..208).map(|week| demand(item, week)).collect()
    };
    let histories: Vec<Vec<f64>> =
        (0..20).map(|item| known(item, if item == 19 { 208 - 60 } else { 0 })).collect();
    fn series(units: &[f64]) -> Series<'_> {
        Series::new(units, &[], Frequency::Week, (208 - units.len()) % 52).expect("weeks")
    }
    let mut pool = SeasonalPoolBuilder::new(Frequency::Week);
    histories.iter().for_each(|units| pool.add(&series(units)).expect("one frequency"));
    let pool = pool.finish().expect("there was demand");
    let error = |options: &FitOptions<'_>| -> f64 {
        let model = fit(&series(&histories[19]), options).expect("valid options");
        let mean = model.forecast(26, None, &[]).expect("a horizon").mean;
        (0..26).map(|step| (mean[step] - demand(19, 208 + step)).abs()).sum()
    };
    // The wave rises by 40 % of 119 units and falls again: half of what is missed without it.
    let (alone, with_others) =
        (error(&FitOptions::new(26)), error(&FitOptions::new(26).with_pool(&pool)));
    assert!(with_others < 0.7 * alone, "{with_others} of {alone}");
}
