//! The same numbers as statsforecast 2.1.1, which `golden/make.py` ran.

use std::collections::BTreeMap;

use shelfcast_forecast::ets::{
    Ets, EtsError, EtsParameters, EtsSeason, EtsSpecification, EtsTrend, FittedEts,
};
use shelfcast_forecast::theta::Theta;
use shelfcast_forecast::{FitOptions, Frequency, Method, Series, fit};

type Case = (Vec<f64>, Vec<f64>);

fn golden() -> BTreeMap<String, Case> {
    let numbers = |text: &str| {
        text.split_whitespace().map(|n| n.parse().expect("a number")).collect::<Vec<f64>>()
    };
    include_str!("golden/golden.csv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut fields = line.split(',');
            let mut next = || fields.next().expect("three fields");
            (next().to_owned(), (numbers(next()), numbers(next())))
        })
        .collect()
}

fn assert_close(name: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    for (step, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found / expected - 1.0).abs();
        assert!(error <= tolerance, "{name} step {step}: {found} for {expected}");
    }
    assert_eq!(found.len(), expected.len(), "{name}");
}

/// `ANN`, `AAdN`-like names of statsforecast: error, trend, season, and `D` or `N` for damped.
fn specification(code: &str) -> EtsSpecification {
    let letters: Vec<char> = code.chars().collect();
    EtsSpecification {
        error: if letters[0] == 'M' { EtsError::Multiplicative } else { EtsError::Additive },
        trend: match (letters[1], letters[3]) {
            ('N', _) => EtsTrend::None,
            (_, 'D') => EtsTrend::Damped,
            _ => EtsTrend::Additive,
        },
        season: match letters[2] {
            'N' => EtsSeason::None,
            'A' => EtsSeason::Additive,
            _ => EtsSeason::Multiplicative,
        },
    }
}

#[test]
fn exponential_smoothing_with_given_parameters_is_statsforecasts() {
    let golden = golden();
    let smooth = &golden["series smooth"].1;
    let mut count = 0;
    for (name, (numbers, expected)) in golden.iter().filter(|(name, _)| name.starts_with("ets ")) {
        let specification = specification(name.rsplit(' ').next().expect("a code"));
        let has_trend = specification.trend != EtsTrend::None;
        let mut states = numbers[4..].iter().copied();
        let level = states.next().expect("a level");
        let trend = if has_trend { states.next().expect("a trend") } else { 0.0 };
        let phi = match specification.trend {
            EtsTrend::None => 0.0,
            EtsTrend::Additive => 1.0,
            EtsTrend::Damped => numbers[3],
        };
        // States come with the newest phase first.
        let mut season: Vec<f64> = states.collect();
        season.reverse();
        let parameters = EtsParameters {
            alpha: numbers[0],
            beta: if has_trend { numbers[1] } else { 0.0 },
            gamma: numbers[2],
            phi,
            level,
            trend,
        };
        let ets = Ets::new(4, specification);
        let fitted = ets.with_parameters(specification, parameters, &season, smooth).unwrap();
        let forecast = fitted.forecast(12);
        let expected = by_the_book(&fitted, &forecast, expected);
        assert_close(name, &forecast, &expected, 1e-9);
        count += 1;
    }
    assert_eq!(count, 8);
}

/// statsforecast, as R's forecast before it, sums a damped trend as phi + phi + phi^2 + ... from
/// the second step on; the book's (Hyndman et al. 2008) sum is phi + phi^2 + ...
fn by_the_book(fitted: &FittedEts, ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    let phi = fitted.parameters().phi;
    if fitted.specification().trend != EtsTrend::Damped {
        return theirs.to_vec();
    }
    let (mut damping, mut twice) = (0.0, 0.0);
    let steps = ours.iter().zip(theirs).enumerate();
    steps
        .map(|(step, (ours, theirs))| {
            damping += phi.powi(step as i32 + 1);
            twice += if step == 0 { phi } else { phi.powi(step as i32) };
            let index = match fitted.specification().season {
                EtsSeason::Multiplicative => ours / (fitted.level() + damping * fitted.trend()),
                _ => 1.0,
            };
            theirs - index * (twice - damping) * fitted.trend()
        })
        .collect()
}

#[test]
fn a_fitted_model_is_at_least_as_likely_as_statsforecasts() {
    // Both minimise one-step errors; ours has to come as low on the same model and series.
    let golden = golden();
    let smooth = &golden["series smooth"].1;
    let simple = specification("ANNN");
    let (numbers, _) = &golden["ets ANN ANNN"];
    let parameters = EtsParameters {
        alpha: numbers[0],
        beta: 0.0,
        gamma: 0.0,
        phi: 0.0,
        level: numbers[4],
        trend: 0.0,
    };
    let ets = Ets::new(4, simple);
    let theirs = ets.with_parameters(simple, parameters, &[], smooth).unwrap().mean_square();
    let ours = ets.fit(smooth).unwrap().mean_square();
    assert!(ours <= theirs * 1.0001, "{ours} against {theirs}");
}

#[test]
fn simple_smoothing_with_given_weight_is_statsforecasts() {
    // statsforecast starts from the first value and learns from the second on.
    let golden = golden();
    let smooth = &golden["series smooth"].1;
    let simple = specification("ANNN");
    let parameters =
        EtsParameters { alpha: 0.3, beta: 0.0, gamma: 0.0, phi: 0.0, level: smooth[0], trend: 0.0 };
    let fitted = Ets::new(1, simple).with_parameters(simple, parameters, &[], smooth).unwrap();
    assert_close("ses", &fitted.forecast(12), &golden["ses 0.3"].1, 1e-12);
}

#[test]
fn theta_comes_close_to_statsforecasts() {
    // Their weight and level are found by a simplex, ours by least squares: the errors' sums
    // differ a little, and so do forecasts.
    let golden = golden();
    let smooth = &golden["series smooth"].1;
    let standard = Theta::standard(4).fit(smooth).unwrap().forecast(12);
    assert_close("theta", &standard, &golden["theta"].1, 0.02);
    let dynamic = Theta::dynamic(4).fit(smooth).unwrap().forecast(12);
    assert_close("dynamic_theta", &dynamic, &golden["dynamic_theta"].1, 0.02);
}

/// A single method's forecast without a season.
fn flat(method: Method, season_length: usize, units: &[f64]) -> Vec<f64> {
    let series = Series::new(units, &[], Frequency::Day, 0).expect("valid test input");
    let series = series.with_season(season_length, 0).expect("valid test input");
    let methods = [method];
    let options = FitOptions::new(12).with_origins(0).with_methods(&methods);
    let model = fit(&series, &options).expect("valid test input");
    model.forecast(12, None, &[]).expect("valid test input").mean
}

#[test]
fn intermittent_methods_are_statsforecasts() {
    let golden = golden();
    let demand = &golden["series demand"].1;
    for (name, method) in [
        ("croston", Method::Croston),
        ("syntetos_boylan", Method::SyntetosBoylan),
        ("window_average", Method::WindowAverage),
    ] {
        assert_close(name, &flat(method, 1, demand), &golden[name].1, 1e-9);
    }
    let smooth = &golden["series smooth"].1;
    let naive = flat(Method::SeasonalNaive, 4, smooth);
    assert_close("seasonal_naive", &naive, &golden["seasonal_naive"].1, 1e-12);
}

#[test]
fn adida_comes_close_to_statsforecasts() {
    // Buckets are the same; their weight is searched, ours is the best of a grid.
    let golden = golden();
    let adida = flat(Method::Adida, 1, &golden["series demand"].1);
    assert_close("adida", &adida, &golden["adida"].1, 0.05);
}
