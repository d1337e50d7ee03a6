//! CPU time a series of the kernels, by the scheduler's own count: others may be at work.
//!
//! `benches/kernels.rs` measures the same by the clock, with statistics.
#![expect(clippy::print_stdout, reason = "it prints its measurements")]
#![expect(clippy::expect_used, reason = "its series are valid")]

use shelfcast_forecast::ets::Ets;
use shelfcast_forecast::theta::Theta;
use shelfcast_forecast::{
    CalibrationBuilder, FitOptions, Frequency, Level, Method, SeasonalPoolBuilder, Series, fit,
};
use std::hint::black_box;

const NINE: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let first = text.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    first.map_or(f64::NAN, |nanoseconds| nanoseconds / 1e9)
}

/// The least of five rounds of a third of a second or so.
fn measure(name: &str, mut run: impl FnMut()) {
    let mut least = f64::INFINITY;
    for _ in 0..5 {
        let (started, mut count) = (cpu_seconds(), 0.0);
        while cpu_seconds() - started < 0.3 {
            (0..20).for_each(|_| run());
            count += 20.0;
        }
        least = f64::min(least, (cpu_seconds() - started) / count);
    }
    println!("{name}: {:.4} ms", least * 1000.0);
}

fn noise(key: u64) -> f64 {
    let word = (key + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

fn days(level: f64) -> Vec<f64> {
    let week = |day: u64| if day % 7 >= 5 { 1.5 } else { 1.0 };
    (0..420).map(|day| (level * week(day) * (0.4 + 1.2 * noise(day))).round()).collect()
}

fn months() -> Vec<f64> {
    let season = |month: u64| if month % 12 > 9 { 1.2 } else { 1.0 };
    (0..115).map(|t| (1000.0 + 5.0 * t as f64) * season(t) * (0.9 + 0.2 * noise(t))).collect()
}

fn daily(level: f64, name: &str) {
    let units = days(level);
    let series = Series::new(&units, &[], Frequency::Day, 0).expect("valid series");
    let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
    pool.add(&series).expect("one frequency");
    let pool = pool.finish().expect("demand");
    let methods = [Method::SeasonalLevel];
    let every = FitOptions::new(28).with_origins(0).with_pool(&pool).with_methods(&methods);
    measure(&format!("every-series model, {name}, mean and 9 quantiles"), || {
        let model = fit(black_box(&series), &every).expect("valid options");
        black_box(model.quantiles(28, None, &NINE).expect("a horizon"));
    });
    let options = FitOptions::new(28).with_pool(&pool);
    let mut calibration = CalibrationBuilder::new();
    calibration.add(&fit(&series, &options).expect("valid options"));
    let calibration = calibration.finish();
    let levels = [0.8, 0.95].map(|level| Level::new(level).expect("a level"));
    measure(&format!("whole pool with choice and intervals, {name}"), || {
        let model = fit(black_box(&series), &options).expect("valid options");
        black_box(model.forecast(28, Some(&calibration), &levels).expect("a horizon"));
    });
}

fn main() {
    daily(2.0, "daily 420, low volume");
    daily(200.0, "daily 420, high volume");
    for (name, values, season_length, horizon) in
        [("monthly 115", months(), 12, 18), ("daily 420", days(200.0), 7, 28)]
    {
        measure(&format!("ETS, {name}"), || {
            let fitted = Ets::automatic(season_length).fit(black_box(&values)).expect("finite");
            black_box(fitted.forecast(horizon));
        });
        measure(&format!("Theta, {name}"), || {
            let fitted = Theta::standard(season_length).fit(black_box(&values)).expect("finite");
            black_box(fitted.forecast(horizon));
        });
        measure(&format!("dynamic optimised Theta, {name}"), || {
            let fitted = Theta::dynamic(season_length).fit(black_box(&values)).expect("finite");
            black_box(fitted.forecast(horizon));
        });
    }
}
