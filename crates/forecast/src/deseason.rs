//! Seasonal indices for the methods that know no season: shrunk by the evidence for them.
//!
//! Seasons of up to 24 periods take the mean distance of each phase from a centred moving average,
//! shrunk to none as James and Stein do (Miller and Williams 2003). Longer ones have too few
//! cycles for that: they are sums of harmonics, each shrunk by how much it differs from cycle to
//! cycle. Where there are too few cycles even for these, a season is what stands out beside a level
//! that walks, by its probability against none.

use crate::structural::{self, HARMONICS, Row};
use crate::theta::Season;
use std::f64::consts::PI;

/// Seasons up to this length have an index a phase.
const LONGEST_BY_PHASE: usize = 24;

/// Harmonics of a long season: the finest waves of a year of weeks are two weeks long.
const MOST_HARMONICS: usize = 26;

/// How much more than the variance a harmonic's power has to be.
const HARMONIC_SHRINKAGE: f64 = 1.5;

/// Share of periods above 0 from which on a season is multiplicative.
const LEAST_POSITIVE: f64 = 0.95;

/// Smallest index of a multiplicative season.
const SMALLEST: f64 = 0.05;

/// Harmonics of a season of few cycles.
const FEW_HARMONICS: usize = 6;

/// Seasons shorter than this are too short for harmonics.
const SHORTEST_BY_STRUCTURE: usize = 5;

/// Values beyond which there are cycles enough, or too many to run through.
const MOST_BY_STRUCTURE: usize = 1_500;

/// Whether cycles can be compared with one another: short seasons by phase from two and a half on,
/// long ones by harmonics from four on, of which a moving average takes one.
pub(crate) fn has_cycles(periods: usize, season_length: usize) -> bool {
    match season_length {
        0..=LONGEST_BY_PHASE => 2 * periods >= 5 * season_length,
        _ => periods >= MOST_BY_STRUCTURE.min(4 * season_length),
    }
}

/// The season of complete values, the first value's phase first; none within one cycle.
pub(crate) fn shrunken(values: &[f64], season_length: usize) -> Season {
    let n = values.len();
    if season_length < 2 {
        return Season::none();
    }
    if !has_cycles(n, season_length) {
        return by_structure(values, season_length).unwrap_or_else(Season::none);
    }
    let trend = centred_means(values, season_length);
    let half = season_length / 2;
    let observed = &values[half..half + trend.len()];
    // A few empty periods, such as closed days, do not make a season additive.
    let positive = values.iter().filter(|value| **value > 0.0).count();
    let multiplicative =
        positive as f64 >= LEAST_POSITIVE * n as f64 && trend.iter().all(|trend| *trend > 0.0);
    let distances: Vec<f64> = observed
        .iter()
        .zip(&trend)
        .map(|(value, trend)| if multiplicative { value / trend - 1.0 } else { value - trend })
        .collect();
    let mut indices = if season_length <= LONGEST_BY_PHASE {
        by_phase(&distances, season_length, half)
    } else {
        by_harmonics(&distances, season_length, half)
    };
    if multiplicative {
        indices.iter_mut().for_each(|index| *index = (1.0 + *index).max(SMALLEST));
        let mean = indices.iter().sum::<f64>() / season_length as f64;
        indices.iter_mut().for_each(|index| *index /= mean);
    }
    Season { indices, multiplicative }
}

/// What stands out of few cycles; what is less than two is repeated in part only, and counts in
/// proportion. Of logarithms where values allow, as seasons mostly grow with the level.
fn by_structure(values: &[f64], season_length: usize) -> Option<Season> {
    let n = values.len();
    let repeated = (n as f64 / season_length as f64 - 1.0).clamp(0.0, 1.0);
    if season_length < SHORTEST_BY_STRUCTURE || repeated <= 0.0 {
        return None;
    }
    let positive = values.iter().filter(|value| **value > 0.0).count();
    let multiplicative = positive as f64 >= LEAST_POSITIVE * n as f64;
    let rows: Vec<Row> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| !multiplicative || **value > 0.0)
        .map(|(place, value)| {
            let value = if multiplicative { libm::log(*value) } else { *value };
            let phase = (place % season_length) as f64;
            Row::new(place as f64, 2.0 * PI * phase / season_length as f64, value)
        })
        .collect();
    let harmonics = FEW_HARMONICS.min(HARMONICS).min(season_length / 2);
    let found = structural::fit(&rows, harmonics)?;
    let believed = repeated * found.probability(rows.len());
    let mut indices = found.by_phase(season_length);
    indices.iter_mut().for_each(|index| *index *= believed);
    if multiplicative {
        indices.iter_mut().for_each(|index| *index = libm::exp(*index).max(SMALLEST));
        let mean = indices.iter().sum::<f64>() / season_length as f64;
        indices.iter_mut().for_each(|index| *index /= mean);
    }
    Some(Season { indices, multiplicative })
}

/// Moving averages over one season, the first centred on value `season_length / 2`.
fn centred_means(values: &[f64], season_length: usize) -> Vec<f64> {
    let is_even = season_length.is_multiple_of(2);
    let mut window: f64 = values[..season_length].iter().sum();
    (0..values.len() - season_length + usize::from(!is_even))
        .map(|from| {
            let change = values.get(from + season_length).map_or(0.0, |next| next - values[from]);
            let centred = window + if is_even { 0.5 * change } else { 0.0 };
            window += change;
            centred / season_length as f64
        })
        .collect()
}

/// Means by phase around 0, shrunk by the positive part of James and Stein's factor.
fn by_phase(distances: &[f64], season_length: usize, first: usize) -> Vec<f64> {
    let mut sums = vec![(0.0_f64, 0.0, 0.0); season_length];
    for (position, distance) in distances.iter().enumerate() {
        let sum = &mut sums[(first + position) % season_length];
        sum.0 += distance;
        sum.1 += distance * distance;
        sum.2 += 1.0;
    }
    let mut means: Vec<f64> = sums.iter().map(|(sum, _, count)| sum / count).collect();
    let centre = means.iter().sum::<f64>() / season_length as f64;
    means.iter_mut().for_each(|mean| *mean -= centre);
    // Variance of a phase's mean, pooled over phases.
    let within: f64 =
        sums.iter().map(|(sum, square, count)| (square - sum * sum / count) / count).sum();
    let freedom = (distances.len().saturating_sub(season_length)).max(1) as f64;
    let between: f64 = means.iter().map(|mean| mean * mean).sum();
    let unknowns = (season_length as f64 - 3.0).max(1.0);
    let kept = if between > 0.0 {
        (1.0 - unknowns * (within / freedom).max(0.0) / between).max(0.0)
    } else {
        0.0
    };
    means.iter_mut().for_each(|mean| *mean *= kept);
    means
}

/// A sum of harmonics over whole cycles counted back from the end.
fn by_harmonics(distances: &[f64], season_length: usize, first: usize) -> Vec<f64> {
    let cycles = distances.len() / season_length;
    let mut indices = vec![0.0; season_length];
    if cycles < 2 {
        return indices;
    }
    let start = distances.len() - cycles * season_length;
    let waves: Vec<(f64, f64)> = (0..season_length)
        .map(|phase| {
            let angle = 2.0 * PI * phase as f64 / season_length as f64;
            (libm::cos(angle), libm::sin(angle))
        })
        .collect();
    for harmonic in 1..=(season_length / 2).min(MOST_HARMONICS) {
        let wave = |phase: usize| waves[phase * harmonic % season_length];
        let coefficients: Vec<(f64, f64)> = distances[start..]
            .chunks_exact(season_length)
            .map(|cycle| {
                let (mut cosine, mut sine) = (0.0, 0.0);
                for (position, distance) in cycle.iter().enumerate() {
                    let (c, s) = wave((first + start + position) % season_length);
                    cosine += distance * c;
                    sine += distance * s;
                }
                let scale = if 2 * harmonic == season_length { 1.0 } else { 2.0 };
                (cosine * scale / season_length as f64, sine * scale / season_length as f64)
            })
            .collect();
        let (cosine, sine) = shrunken_mean(&coefficients);
        for (phase, index) in indices.iter_mut().enumerate() {
            let (c, s) = wave(phase);
            *index += cosine * c + sine * s;
        }
    }
    indices
}

/// The mean of a harmonic's coefficients over cycles, shrunk by its variance over its power.
fn shrunken_mean(coefficients: &[(f64, f64)]) -> (f64, f64) {
    let n = coefficients.len() as f64;
    let mean = (
        coefficients.iter().map(|c| c.0).sum::<f64>() / n,
        coefficients.iter().map(|c| c.1).sum::<f64>() / n,
    );
    let squares: f64 = coefficients
        .iter()
        .map(|c| (c.0 - mean.0) * (c.0 - mean.0) + (c.1 - mean.1) * (c.1 - mean.1))
        .sum();
    let variance = squares / (n - 1.0) / n;
    let power = mean.0 * mean.0 + mean.1 * mean.1;
    let kept =
        if power > 0.0 { (1.0 - HARMONIC_SHRINKAGE * variance / power).max(0.0) } else { 0.0 };
    (mean.0 * kept, mean.1 * kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strong_season_stays() {
        for season_length in [4, 12, 13, 52] {
            let wave =
                |t: usize| libm::sin(2.0 * std::f64::consts::PI * t as f64 / season_length as f64);
            let values: Vec<f64> =
                (0..6 * season_length).map(|t| 100.0 * (1.0 + 0.3 * wave(t))).collect();
            let season = shrunken(&values, season_length);
            for (phase, index) in season.indices.iter().enumerate() {
                assert!((index - 1.0 - 0.3 * wave(phase)).abs() < 0.02, "{season_length} {phase}");
            }
        }
    }

    #[test]
    fn two_cycles_tell_a_strong_season() {
        for (season_length, cycles) in [(12, 2), (52, 2), (52, 3)] {
            let wave = |t: usize| libm::sin(2.0 * PI * t as f64 / season_length as f64);
            let values: Vec<f64> = (0..cycles * season_length)
                .map(|t| {
                    let noise = crate::random::uniform(7, t as u64, season_length as u64) - 0.5;
                    100.0 * libm::exp(0.3 * wave(t) + 0.1 * noise)
                })
                .collect();
            let season = shrunken(&values, season_length);
            assert!(season.multiplicative);
            for (phase, index) in season.indices.iter().enumerate() {
                // Uniform noise of deviation 0.03: a few percent over two cycles.
                let expected = libm::exp(0.3 * wave(phase));
                assert!((index / expected - 1.0).abs() < 0.12, "{season_length} {phase}: {index}");
            }
        }
    }

    #[test]
    fn a_walk_of_two_cycles_is_no_season() {
        // Of walks without a season few are taken for one: the mean size of what is found in them
        // is a small part of how far they walk.
        let (mut found, mut walked) = (0.0, 0.0);
        for walk in 0..200 {
            let mut level = 0.0;
            let values: Vec<f64> = (0..104)
                .map(|t| {
                    level += 0.1 * (crate::random::uniform(11, t, walk) - 0.5);
                    libm::exp(level)
                })
                .collect();
            let logarithms = |values: &[f64]| -> f64 {
                let mean = values.iter().map(|v| libm::log(*v)).sum::<f64>() / values.len() as f64;
                values.iter().map(|v| (libm::log(*v) - mean).powi(2)).sum::<f64>()
                    / values.len() as f64
            };
            walked += logarithms(&values);
            let season = shrunken(&values, 52);
            if !season.indices.is_empty() {
                found += logarithms(&season.indices);
            }
        }
        assert!(found < 0.1 * walked, "{found} of {walked}");
    }

    #[test]
    fn within_a_cycle_there_is_no_season() {
        let values: Vec<f64> = (0..50).map(|t| 10.0 + f64::from(t % 12)).collect();
        assert_eq!(shrunken(&values, 52), Season::none());
    }

    #[test]
    fn noise_is_no_season() {
        let values: Vec<f64> =
            (0..120).map(|t| 100.0 + 20.0 * (crate::random::uniform(3, t, 0) - 0.5)).collect();
        let season = shrunken(&values, 12);
        let largest = season.indices.iter().map(|index| (index - 1.0).abs()).fold(0.0, f64::max);
        assert!(largest < 0.03, "{largest}");
        let few = shrunken(&values[..29], 12);
        let largest = few.indices.iter().map(|index| (index - 1.0).abs()).fold(0.0, f64::max);
        assert!(largest < 0.03, "{largest}");
    }
}
