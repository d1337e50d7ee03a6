//! The season of the year that many series of days share: simulated demand whose truth is known.

use shelfcast_forecast::drivers::Driver;
use shelfcast_forecast::{
    FitOptions, FittedModel, Frequency, SeasonalPool, SeasonalPoolBuilder, Series, fit,
};

const FIRST_DAY: i32 = 19_000;
const HELD_OUT: usize = 28;

/// A uniform number in 0..1 for a key (the finaliser of SplitMix64).
fn uniform(item: u64, day: usize) -> f64 {
    let mut word = item << 40 ^ day as u64;
    for _ in 0..2 {
        word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
    }
    ((word >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// Demand relative to the year's mean: `swing` above it at its best time.
fn season(day: usize, swing: f64) -> f64 {
    let angle = 2.0 * std::f64::consts::PI * (f64::from(FIRST_DAY) + day as f64) / 365.2425;
    1.0 + swing * angle.cos()
}

/// Whole units around 12 a day, uniform from 0.5 to 1.5 times their mean, more at weekends.
fn items(count: u64, days: usize, swing: f64) -> Vec<Vec<f64>> {
    (0..count)
        .map(|item| {
            let level = 8.0 + 8.0 * uniform(item, 99_999);
            (0..days)
                .map(|day| {
                    let week = if day % 7 >= 5 { 1.5 } else { 0.8 };
                    (level * week * season(day, swing) * (0.5 + uniform(item, day))).round()
                })
                .collect()
        })
        .collect()
}

fn dated(units: &[f64]) -> Series<'_> {
    Series::new(units, &[], Frequency::Day, 0).expect("valid test input").on_day(FIRST_DAY)
}

fn pool_of(items: &[Vec<f64>], days: usize) -> SeasonalPool {
    let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
    items.iter().for_each(|units| pool.add(&dated(&units[..days])).expect("one frequency"));
    let stored = SeasonalPoolBuilder::from_bytes(&pool.to_bytes()).expect("its own bytes");
    let pool = stored.finish().expect("demand");
    SeasonalPool::from_bytes(&pool.to_bytes()).expect("its own bytes")
}

fn models(items: &[Vec<f64>], days: usize, pool: &SeasonalPool) -> Vec<FittedModel> {
    let options = FitOptions::new(HELD_OUT).with_pool(pool);
    let known = items.iter().map(|units| dated(&units[..days]));
    known.map(|series| fit(&series, &options).expect("valid options")).collect()
}

/// Forecast over the demand of the 28 days held out, less 1.
fn bias(items: &[Vec<f64>], pool: &SeasonalPool) -> f64 {
    let days = items[0].len() - HELD_OUT;
    let forecast: f64 = models(items, days, pool)
        .iter()
        .flat_map(|model| model.forecast(HELD_OUT, None, &[]).expect("a horizon").mean)
        .sum();
    let demand: f64 = items.iter().flat_map(|units| &units[days..]).sum();
    forecast / demand - 1.0
}

#[test]
fn a_season_that_years_repeat_is_forecast() {
    // Three years and 28 days that begin a quarter of a year before the best time: demand rises by
    // a sixth within the horizon.
    let days = 3 * 365 + 267 + HELD_OUT;
    let items = items(40, days, 0.4);
    let known = days - HELD_OUT;
    let pool = pool_of(&items, known);
    let best = pool.yearly_factor(365 * 53).expect("three years");
    let worst = pool.yearly_factor(365 * 53 + 183).expect("three years");
    assert!((best / worst - 1.4 / 0.6).abs() < 0.12, "{best} {worst}");
    let plain = {
        let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
        for units in &items {
            let series = Series::new(&units[..known], &[], Frequency::Day, 0).expect("units");
            pool.add(&series).expect("one frequency");
        }
        pool.finish().expect("demand")
    };
    assert_eq!(plain.yearly_factor(0), None);
    // 1,120 item days of 30 % noise: a standard error of 1 %.
    let (with, without) = (bias(&items, &pool), bias(&items, &plain));
    assert!(with.abs() < 0.025, "{with}");
    assert!(without.abs() > 0.03, "{without}");
}

#[test]
fn what_does_not_repeat_is_no_season() {
    let items = items(40, 3 * 365, 0.0);
    let pool = pool_of(&items, 3 * 365);
    for day in 0..365 {
        let factor = pool.yearly_factor(day).unwrap_or(1.0);
        assert!((factor - 1.0).abs() < 0.02, "{day} {factor}");
    }
    assert_eq!(pool_of(&items, 364).yearly_factor(0), None, "a year says nothing of years");
}

#[test]
fn an_update_moves_the_season_on() {
    let items = items(20, 3 * 365, 0.4);
    let pool = pool_of(&items, 3 * 365);
    let mut model = fit(
        &dated(&items[0][..900]),
        &FitOptions::new(7)
            .with_pool(&pool)
            .with_methods(&[shelfcast_forecast::Method::SeasonalLevel]),
    )
    .expect("valid options");
    let before = model.forecast(10, None, &[]).expect("a horizon").mean;
    // Demand as expected leaves the level as it was.
    let mut later = model.clone();
    for expected in &before[..3] {
        let mut exact = later.forecast(1, None, &[]).expect("a horizon").mean;
        assert!((exact.remove(0) / expected - 1.0).abs() < 0.05);
        assert!(later.update(expected.round()));
    }
    let after = later.forecast(7, None, &[]).expect("a horizon").mean;
    for (one, other) in after.iter().zip(&before[3..]) {
        assert!((one / other - 1.0).abs() < 0.05, "{one} {other}");
    }
    let stored = FittedModel::from_bytes(&later.to_bytes()).expect("its own bytes");
    assert_eq!(stored, later);
    assert!(!model.update(-1.0));
}

#[test]
fn drivers_act_beside_the_season_of_the_year() {
    let mut items = items(30, 3 * 365, 0.3);
    let promotion: Vec<f64> = (0..3 * 365).map(|day| f64::from(u8::from(day % 40 < 5))).collect();
    for units in &mut items {
        units.iter_mut().zip(&promotion).for_each(|(units, acts)| *units *= 1.0 + acts);
    }
    let pool = pool_of(&items, 3 * 365);
    let drivers = [Driver::strength("promotion", &promotion)];
    let options = FitOptions::new(7).with_pool(&pool).with_drivers(&drivers);
    let model = fit(&dated(&items[0]), &options).expect("valid options");
    let parts = model.explain(&[Driver::strength("promotion", &[1.0])]).expect("one period");
    let sum = parts[0].base + parts[0].season + parts[0].drivers[0].1;
    assert!((sum - parts[0].mean).abs() < 1e-9);
    // A doubling is log 2 = 0.69, of which the level around each promotion takes up a part.
    let found = model.drivers()[0].coefficient;
    assert!((0.5..0.75).contains(&found), "{found}");
}
