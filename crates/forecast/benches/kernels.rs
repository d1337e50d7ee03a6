//! One series at a time: the every-series model, exponential smoothing, Theta, the whole pool.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use shelfcast_forecast::ets::Ets;
use shelfcast_forecast::theta::Theta;
use shelfcast_forecast::{
    CalibrationBuilder, FitOptions, Frequency, Level, Method, SeasonalPoolBuilder, Series, fit,
};

const NINE: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

fn noise(key: u64) -> f64 {
    let word = (key + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// Days of demand: counts below ten, or hundreds.
fn days(level: f64) -> Vec<f64> {
    (0..420_u64)
        .map(|day| {
            let week = if day % 7 >= 5 { 1.5 } else { 1.0 };
            (level * week * (0.4 + 1.2 * noise(day))).round()
        })
        .collect()
}

/// Months with a trend and a season.
fn months() -> Vec<f64> {
    (0..115_u64)
        .map(|month| {
            let season = 1.0 + 0.2 * f64::from(u8::from(month % 12 > 9));
            (1000.0 + 5.0 * month as f64) * season * (0.9 + 0.2 * noise(month))
        })
        .collect()
}

fn every_series(criterion: &mut Criterion) {
    let units = days(2.0);
    let series = Series::new(&units, &[], Frequency::Day, 0).expect("valid series");
    let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
    pool.add(&series).expect("one frequency");
    let pool = pool.finish().expect("demand");
    let methods = [Method::SeasonalLevel];
    let options = FitOptions::new(28).with_origins(0).with_pool(&pool).with_methods(&methods);
    criterion.bench_function("seasonal_level_420_horizon_28_quantiles_9", |bencher| {
        bencher.iter(|| {
            let model = fit(black_box(&series), &options).expect("valid options");
            model.quantiles(28, None, &NINE).expect("a horizon")
        });
    });
}

fn kernels(criterion: &mut Criterion) {
    let (monthly, daily) = (months(), days(200.0));
    for (name, values, season_length, horizon) in
        [("monthly_115", &monthly, 12, 18), ("daily_420", &daily, 7, 28)]
    {
        let mut group = criterion.benchmark_group(name);
        group.bench_function("ets", |bencher| {
            let ets = Ets::automatic(season_length);
            bencher.iter(|| ets.fit(black_box(values)).expect("finite").forecast(horizon));
        });
        group.bench_function("theta", |bencher| {
            let theta = Theta::standard(season_length);
            bencher.iter(|| theta.fit(black_box(values)).expect("finite").forecast(horizon));
        });
        group.bench_function("dynamic_theta", |bencher| {
            let theta = Theta::dynamic(season_length);
            bencher.iter(|| theta.fit(black_box(values)).expect("finite").forecast(horizon));
        });
        group.finish();
    }
}

fn whole_pool(criterion: &mut Criterion) {
    let levels = [0.8, 0.95].map(|level| Level::new(level).expect("a level"));
    for (name, level) in [("low_volume", 2.0), ("high_volume", 200.0)] {
        let units = days(level);
        let series = Series::new(&units, &[], Frequency::Day, 0).expect("valid series");
        let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
        pool.add(&series).expect("one frequency");
        let pool = pool.finish().expect("demand");
        let options = FitOptions::new(28).with_pool(&pool);
        let mut calibration = CalibrationBuilder::new();
        calibration.add(&fit(&series, &options).expect("valid options"));
        let calibration = calibration.finish();
        criterion.bench_function(&format!("whole_pool_daily_420_{name}"), |bencher| {
            bencher.iter(|| {
                let model = fit(black_box(&series), &options).expect("valid options");
                model.forecast(28, Some(&calibration), &levels).expect("a horizon")
            });
        });
    }
}

criterion_group!(benches, every_series, kernels, whole_pool);
criterion_main!(benches);
