use super::LevelMember;
use super::level::Estimates;
use crate::Series;
use crate::adjusted::Adjusted;

const SMOOTHING_GRID: [f64; 8] = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.6];

/// Sums of demand over buckets as long as the mean interval between demands, smoothed and divided
/// again: aggregate-disaggregate (Nikolopoulos, Syntetos, Boylan, Petropoulos and
/// Assimakopoulos 2011). The weight minimises the one-bucket squared error.
pub(crate) fn fit(series: &Series<'_>, adjusted: &Adjusted) -> LevelMember {
    let known: Vec<f64> =
        adjusted.demand.iter().filter_map(|demand| adjusted.expected(*demand)).collect();
    let bucket = bucket_of(&known);
    let sums: Vec<f64> = known[known.len() % bucket..]
        .chunks_exact(bucket)
        .map(|periods| periods.iter().sum())
        .collect();
    let (level, smoothing) = smooth(&sums);
    LevelMember {
        estimates: Estimates::Adida { bucket: bucket as f64, smoothing },
        level: level / bucket as f64,
        indices: adjusted.indices.clone(),
        next_phase: series.phase(series.len()),
    }
}

/// Mean interval between demands, in whole periods; the first counts from the start.
fn bucket_of(known: &[f64]) -> usize {
    let demands = known.iter().filter(|units| **units > 0.0).count().max(1);
    let last = known.iter().rposition(|units| *units > 0.0).map_or(0, |last| last + 1);
    let interval = last as f64 / demands as f64;
    (interval.round() as usize).clamp(1, known.len().max(1))
}

fn smooth(sums: &[f64]) -> (f64, f64) {
    let Some(first) = sums.first() else { return (0.0, SMOOTHING_GRID[2]) };
    let mut levels = [*first; SMOOTHING_GRID.len()];
    let mut squares = [0.0; SMOOTHING_GRID.len()];
    for sum in &sums[1..] {
        for lane in 0..SMOOTHING_GRID.len() {
            let error = sum - levels[lane];
            squares[lane] += error * error;
            levels[lane] += SMOOTHING_GRID[lane] * error;
        }
    }
    let best = crate::lanes::smallest(&squares);
    (levels[best], SMOOTHING_GRID[best])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_as_long_as_the_interval() {
        assert_eq!(bucket_of(&[0.0, 0.0, 3.0, 0.0, 0.0, 2.0, 0.0]), 3);
        assert_eq!(bucket_of(&[]), 1);
        // Sums 4, 4, 4: nothing to smooth.
        assert_eq!(smooth(&[4.0, 4.0, 4.0]).0, 4.0);
    }
}
