//! A season beside a level that walks: what few cycles tell of a season, and whether there is one.
//!
//! A structural time series (Harvey 1989): a level that walks at random, harmonics of the season and
//! noise. How far the level walks and how large the season is are chosen by likelihood.

use std::f64::consts::PI;

/// Harmonics of a season, at most.
pub(crate) const HARMONICS: usize = 10;

/// The level, and a cosine and a sine for each harmonic.
const STATES: usize = 1 + 2 * HARMONICS;

/// Variances that are tried, over that of the noise: of the level's steps, and of the first
/// harmonic. That of the n-th is a square of n below it: a season is smooth.
const STEPS: [f64; 5] = [0.001, 0.01, 0.1, 1.0, 10.0];
const POWERS: [f64; 5] = [0.03, 0.3, 3.0, 30.0, 300.0];

/// Numbers that a season has and none has not: its power and its place in the cycle.
const CHOSEN: f64 = 2.0;

/// Variance of the level before anything is known of it.
const UNKNOWN_LEVEL: f64 = 1e4;

/// An observed value at a place in time and in the cycle.
pub(crate) struct Row {
    place: f64,
    regressors: [f64; STATES],
    value: f64,
}

impl Row {
    /// `place` in steps of the level, `angle` in radians of the cycle.
    pub(crate) fn new(place: f64, angle: f64, value: f64) -> Self {
        let mut regressors = [1.0; STATES];
        for harmonic in 1..=HARMONICS {
            let angle = angle * harmonic as f64;
            regressors[2 * harmonic - 1] = libm::cos(angle);
            regressors[2 * harmonic] = libm::sin(angle);
        }
        Self { place, regressors, value }
    }
}

/// The likeliest season.
pub(crate) struct Season {
    /// Cosine and sine of each harmonic.
    pub(crate) waves: [(f64, f64); HARMONICS],
    /// Logarithm of how much likelier the values are than without a season.
    gain: f64,
}

impl Season {
    /// The probability of the season against none: it has to earn the numbers that are chosen for it
    /// (Schwarz 1978).
    pub(crate) fn probability(&self, rows: usize) -> f64 {
        let doubt = CHOSEN * 0.5 * libm::log(rows as f64) - self.gain;
        1.0 / (1.0 + libm::exp(doubt.min(700.0)))
    }

    /// The season by phase, the first at angle 0.
    pub(crate) fn by_phase(&self, season_length: usize) -> Vec<f64> {
        let at = |phase: usize| {
            let angle = 2.0 * PI * phase as f64 / season_length as f64;
            let waves = self.waves.iter().enumerate();
            waves
                .map(|(harmonic, (cosine, sine))| {
                    let angle = angle * (harmonic + 1) as f64;
                    cosine * libm::cos(angle) + sine * libm::sin(angle)
                })
                .sum()
        };
        (0..season_length).map(at).collect()
    }
}

/// The season of the first `harmonics` harmonics; `None` without values.
pub(crate) fn fit(rows: &[Row], harmonics: usize) -> Option<Season> {
    fit_parts(rows, harmonics, &[rows.len()]).pop()?
}

/// The season that the first so many rows tell, for each of several counts. How far level and season
/// reach is chosen once, by the fewest.
pub(crate) fn fit_parts(rows: &[Row], harmonics: usize, counts: &[usize]) -> Vec<Option<Season>> {
    let fewest = counts.iter().min().and_then(|fewest| rows.get(..*fewest)).unwrap_or(rows);
    let likeliest = |powers: &[f64]| {
        let pairs = powers.iter().flat_map(|power| STEPS.map(|step| (step, *power)));
        let likelihood = |(step, power)| Filter::run(fewest, step, power, harmonics).0;
        pairs
            .map(|pair| (pair, likelihood(pair)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map_or((STEPS[0], 0.0), |(pair, _)| pair)
    };
    let (without, with) = (likeliest(&[0.0]), likeliest(&POWERS));
    let part = |count: &usize| {
        let rows = rows.get(..*count).filter(|rows| !rows.is_empty())?;
        let (plain, _) = Filter::run(rows, without.0, without.1, harmonics);
        let (likelihood, states) = Filter::run(rows, with.0, with.1, harmonics);
        let wave = |harmonic: usize| (states[2 * harmonic + 1], states[2 * harmonic + 2]);
        Some(Season { waves: std::array::from_fn(wave), gain: likelihood - plain })
    };
    counts.iter().map(part).collect()
}

/// Kalman's filter of one observed number a row.
struct Filter {
    states: usize,
    mean: [f64; STATES],
    covariance: [[f64; STATES]; STATES],
}

impl Filter {
    /// The logarithm of the likelihood, its noise concentrated out, and the states in the end.
    fn run(rows: &[Row], step: f64, power: f64, harmonics: usize) -> (f64, [f64; STATES]) {
        let states = if power > 0.0 { 1 + 2 * harmonics.min(HARMONICS) } else { 1 };
        let mut filter = Self { states, mean: [0.0; STATES], covariance: [[0.0; STATES]; STATES] };
        filter.covariance[0][0] = UNKNOWN_LEVEL;
        for state in 1..states {
            let harmonic = state.div_ceil(2) as f64;
            filter.covariance[state][state] = power / (harmonic * harmonic);
        }
        let (mut determinant, mut squares, mut count) = (0.0, 0.0, 0.0);
        for (position, row) in rows.iter().enumerate() {
            let gap = if position > 0 { row.place - rows[position - 1].place } else { 0.0 };
            filter.covariance[0][0] += step * gap;
            // The first value only tells the level, from which all are measured.
            let (error, variance) = filter.learn(&row.regressors, row.value - rows[0].value);
            if position > 0 {
                determinant += libm::log(variance);
                squares += error * error / variance;
                count += 1.0;
            }
        }
        let noise = (squares / f64::max(count, 1.0)).max(1e-12);
        (-0.5 * (determinant + count * libm::log(noise)), filter.mean)
    }

    fn learn(&mut self, row: &[f64; STATES], value: f64) -> (f64, f64) {
        let row = &row[..self.states];
        let mut product = [0.0; STATES];
        for (product, covariance) in product.iter_mut().zip(&self.covariance[..self.states]) {
            *product = covariance.iter().zip(row).map(|(entry, own)| entry * own).sum();
        }
        let product = &product[..self.states];
        let variance = 1.0 + product.iter().zip(row).map(|(entry, own)| entry * own).sum::<f64>();
        let expected: f64 = self.mean.iter().zip(row).map(|(mean, own)| mean * own).sum();
        let error = value - expected;
        for (state, gain) in product.iter().enumerate() {
            self.mean[state] += gain * error / variance;
            for (entry, other) in self.covariance[state].iter_mut().zip(product) {
                *entry -= gain * other / variance;
            }
        }
        (error, variance)
    }
}
