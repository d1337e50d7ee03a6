//! Classical decomposition: a season as the mean distance from a centred moving average.

/// Whether a series repeats with a period of `season_length`.
///
/// The test of the M4 competition's benchmarks: the autocorrelation at the season's lag beyond
/// 1.645 standard errors (Bartlett 1946).
pub(crate) fn is_seasonal(values: &[f64], season_length: usize) -> bool {
    let n = values.len();
    if season_length < 2 || n < 3 * season_length {
        return false;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let centred: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let total: f64 = centred.iter().map(|value| value * value).sum();
    if total <= 0.0 {
        return false;
    }
    let correlation = |lag: usize| {
        let products = centred[lag..].iter().zip(&centred).map(|(a, b)| a * b);
        products.sum::<f64>() / total
    };
    let at_season = correlation(season_length);
    // Most series are decided without the sum over all shorter lags.
    if at_season.abs() <= 1.645 / libm::sqrt(n as f64) {
        return false;
    }
    let squares: f64 = (1..season_length).map(|lag| correlation(lag) * correlation(lag)).sum();
    at_season.abs() > 1.645 * libm::sqrt((1.0 + 2.0 * squares) / n as f64)
}

/// Seasonal indices by phase, the first value's phase first: mean 1 if `multiplicative`, else
/// mean 0. `None` with less than two seasons, or where a ratio to the trend has no meaning.
pub(crate) fn seasonal_indices(
    values: &[f64],
    season_length: usize,
    multiplicative: bool,
) -> Option<Vec<f64>> {
    let n = values.len();
    if season_length < 2 || n < 2 * season_length {
        return None;
    }
    let mut sums = vec![(0.0, 0.0); season_length];
    let half = season_length / 2;
    let mut window: f64 = values[..season_length].iter().sum();
    // The window covers `season_length` values from `from` on; an even one is centred by taking
    // half of each end.
    let is_even = season_length.is_multiple_of(2);
    for from in 0..n - season_length + usize::from(!is_even) {
        let centre = from + half;
        let change = values.get(from + season_length).map_or(0.0, |next| next - values[from]);
        let trend = (window + if is_even { 0.5 * change } else { 0.0 }) / season_length as f64;
        window += change;
        let distance = match multiplicative {
            true if trend.abs() < 1e-12 => return None,
            true => values[centre] / trend,
            false => values[centre] - trend,
        };
        let sum = &mut sums[centre % season_length];
        sum.0 += distance;
        sum.1 += 1.0;
    }
    let neutral = f64::from(u8::from(multiplicative));
    let mut indices: Vec<f64> = sums
        .into_iter()
        .map(|(sum, count)| if count > 0.0 { sum / count } else { neutral })
        .collect();
    let mean = indices.iter().sum::<f64>() / season_length as f64;
    if multiplicative && mean <= 0.0 {
        return None;
    }
    indices
        .iter_mut()
        .for_each(|index| *index = if multiplicative { *index / mean } else { *index - mean });
    Some(indices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_on_a_line_is_found() {
        let season = [2.0, -1.0, 0.0, -1.0];
        let values: Vec<f64> =
            (0..24).map(|t| 10.0 + 0.5 * f64::from(t) + season[t as usize % 4]).collect();
        let indices = seasonal_indices(&values, 4, false).unwrap();
        for (index, expected) in indices.iter().zip(season) {
            assert!((index - expected).abs() < 1e-9, "{indices:?}");
        }
        let odd: Vec<f64> = (0..21).map(|t| [1.0, 2.0, 3.0][t % 3]).collect();
        let indices = seasonal_indices(&odd, 3, true).unwrap();
        assert!((indices[2] - 1.5).abs() < 1e-12);
        assert!(is_seasonal(&odd, 3));
        assert!(!is_seasonal(&odd, 4));
        assert_eq!(seasonal_indices(&odd[..5], 3, true), None);
    }
}
