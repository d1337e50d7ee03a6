//! Seasonal indices for the methods that know no season: shrunk by the evidence for them.
//!
//! Seasons of up to 24 periods take the mean distance of each phase from a centred moving average,
//! shrunk to none as James and Stein do (Miller and Williams 2003). Longer ones have too few
//! cycles for that: they are sums of harmonics, each shrunk by how much it differs from cycle to
//! cycle.

use crate::theta::Season;

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

/// The season of complete values, the first value's phase first; none with less than two and a
/// half cycles.
pub(crate) fn shrunken(values: &[f64], season_length: usize) -> Season {
    let n = values.len();
    if season_length < 2 || 2 * n < 5 * season_length {
        return Season::none();
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
            let angle = 2.0 * std::f64::consts::PI * phase as f64 / season_length as f64;
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
    fn noise_is_no_season() {
        let values: Vec<f64> =
            (0..120).map(|t| 100.0 + 20.0 * (crate::random::uniform(3, t, 0) - 0.5)).collect();
        let season = shrunken(&values, 12);
        let largest = season.indices.iter().map(|index| (index - 1.0).abs()).fold(0.0, f64::max);
        assert!(largest < 0.03, "{largest}");
        assert_eq!(shrunken(&values[..29], 12), Season::none());
    }
}
