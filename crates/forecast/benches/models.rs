//! One daily series of 420 periods: fit, forecast, quantiles, paths, bytes.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use shelfcast_forecast::{
    CalibrationBuilder, FitOptions, FittedModel, Frequency, Level, SeasonalPoolBuilder, Series, fit,
};

fn history(scale: u64) -> Vec<f64> {
    (0..420_u64)
        .map(|day| {
            let noise = (day + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            let weekend = if day % 7 >= 5 { 2 } else { 1 };
            ((noise * scale * weekend) >> 24) as f64
        })
        .collect()
}

fn models(criterion: &mut Criterion) {
    for (name, scale) in [("low_volume", 4), ("high_volume", 200)] {
        let units = history(scale);
        let series = Series::new(&units, &[], Frequency::Day, 0).expect("valid series");
        let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
        pool.add(&series).expect("same frequency");
        let pool = pool.finish().expect("demand");
        let options = FitOptions::new(28).with_pool(&pool);
        let model = fit(&series, &options).expect("valid options");
        let mut calibration = CalibrationBuilder::new();
        calibration.add(&model);
        let calibration = calibration.finish();
        let levels = [0.5, 0.8, 0.9, 0.95].map(|level| Level::new(level).expect("valid level"));
        let bytes = model.to_bytes();

        let mut group = criterion.benchmark_group(name);
        group.bench_function("fit_420_horizon_28_origins_4", |bencher| {
            bencher.iter(|| fit(black_box(&series), &options));
        });
        group.bench_function("forecast_28_levels_4", |bencher| {
            bencher.iter(|| model.forecast(black_box(28), Some(&calibration), &levels));
        });
        group.bench_function("sample_paths_14_by_500", |bencher| {
            bencher.iter(|| model.sample_paths(black_box(14), 500, 7, Some(&calibration)));
        });
        group.bench_function("sample_paths_42_by_1000", |bencher| {
            bencher.iter(|| model.sample_paths(black_box(42), 1_000, 7, Some(&calibration)));
        });
        group.bench_function("from_bytes", |bencher| {
            bencher.iter(|| FittedModel::from_bytes(black_box(&bytes)));
        });
        group.finish();
    }
}

criterion_group!(benches, models);
criterion_main!(benches);
