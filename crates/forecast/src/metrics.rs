//! Error measures on plain slices, as the field defines them.
//!
//! `actual` and `forecast` (or the ends of an interval) have one value a period and the same
//! length; of slices that differ the shorter counts. A measure is `None` where it would divide by
//! zero. Leave censored and missing periods out before: they may not be scored.
//!
//! ```
//! use shelfcast_forecast::metrics::{mean_absolute_scaled_error, weighted_absolute_percentage_error};
//! let (history, actual, forecast) = ([3.0, 5.0, 4.0, 6.0], [5.0, 7.0], [5.0, 6.0]);
//! // Absolute errors 0 and 1 over a demand of 12.
//! assert_eq!(weighted_absolute_percentage_error(&actual, &forecast), Some(1.0 / 12.0));
//! // Mean error 0.5 over the mean step (2 + 1 + 2) / 3.
//! let mase = mean_absolute_scaled_error(&actual, &forecast, &history, 1);
//! assert!((mase.expect("the history moves") - 0.3).abs() < 1e-12);
//! ```

fn errors<'a>(actual: &'a [f64], forecast: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    actual.iter().zip(forecast).map(|(actual, forecast)| actual - forecast)
}

fn ratio(sum: f64, denominator: f64) -> Option<f64> {
    (denominator > 0.0 && sum.is_finite()).then(|| sum / denominator)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    ratio(sum, count)
}

/// WAPE: the sum of absolute errors over the sum of demand.
pub fn weighted_absolute_percentage_error(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    let demand: f64 = actual.iter().map(|value| value.abs()).sum();
    ratio(errors(actual, forecast).map(f64::abs).sum(), demand)
}

/// Bias: the sum of (forecast - actual) over the sum of demand; above 0 is too much.
pub fn bias(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    ratio(-errors(actual, forecast).sum::<f64>(), actual.iter().sum())
}

/// sMAPE in percent, 0 to 200 (Makridakis 1993, as in M3 and M4): a pair of zeros counts as 0.
pub fn symmetric_absolute_percentage_error(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    mean(actual.iter().zip(forecast).map(|(actual, forecast)| {
        let size = actual.abs() + forecast.abs();
        if size > 0.0 { 200.0 * (actual - forecast).abs() / size } else { 0.0 }
    }))
}

/// Mean absolute step over `lag` periods of a history: the scale of MASE.
pub fn mean_absolute_step(history: &[f64], lag: usize) -> Option<f64> {
    let later = history.get(lag..)?;
    mean(errors(later, history).map(f64::abs)).filter(|scale| *scale > 0.0)
}

/// Mean squared step of a history from its first demand on: the scale of RMSSE (M5 guide).
pub fn mean_square_step(history: &[f64]) -> Option<f64> {
    let first = history.iter().position(|value| *value != 0.0)?;
    let used = &history[first..];
    mean(errors(used.get(1..)?, used).map(|step| step * step)).filter(|scale| *scale > 0.0)
}

/// MASE: mean absolute error over the history's mean absolute step of one season (Hyndman and
/// Koehler 2006); `season_length` 1 for a series without season.
pub fn mean_absolute_scaled_error(
    actual: &[f64],
    forecast: &[f64],
    history: &[f64],
    season_length: usize,
) -> Option<f64> {
    let scale = mean_absolute_step(history, season_length)?;
    ratio(mean(errors(actual, forecast).map(f64::abs))?, scale)
}

/// RMSSE: root of the mean squared error over the history's mean squared step (M5).
pub fn root_mean_squared_scaled_error(
    actual: &[f64],
    forecast: &[f64],
    history: &[f64],
) -> Option<f64> {
    let scale = mean_square_step(history)?;
    Some(libm::sqrt(mean(errors(actual, forecast).map(|error| error * error))? / scale))
}

/// WRMSSE: a weighted mean of RMSSE, the weights money sales (M5); pairs of (weight, RMSSE).
pub fn weighted_mean(pairs: impl IntoIterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weight) = pairs
        .into_iter()
        .fold((0.0, 0.0), |(sum, total), (weight, value)| (sum + weight * value, total + weight));
    ratio(sum, weight)
}

/// OWA of the M4 competition: the mean of sMAPE and MASE, each over that of Naive 2.
pub fn overall_weighted_average(
    (smape, mase): (f64, f64),
    (naive_smape, naive_mase): (f64, f64),
) -> Option<f64> {
    Some(0.5 * (ratio(smape, naive_smape)? + ratio(mase, naive_mase)?))
}

/// Pinball loss of one quantile: `p (y - q)` above it and `(1 - p) (q - y)` below; FPP3 doubles
/// this.
pub fn pinball_loss(probability: f64, actual: f64, quantile: f64) -> f64 {
    let error = actual - quantile;
    if error >= 0.0 { probability * error } else { (probability - 1.0) * error }
}

/// Mean pinball loss of one quantile over the history's mean absolute step of `lag` periods.
pub fn scaled_pinball_loss(
    probability: f64,
    actual: &[f64],
    quantiles: &[f64],
    history: &[f64],
    lag: usize,
) -> Option<f64> {
    let scale = mean_absolute_step(history, lag)?;
    let losses = actual.iter().zip(quantiles).map(|(y, q)| pinball_loss(probability, *y, *q));
    ratio(mean(losses)?, scale)
}

/// The share of actuals inside their intervals, both ends included.
pub fn coverage(actual: &[f64], lower: &[f64], upper: &[f64]) -> Option<f64> {
    let ends = lower.iter().zip(upper);
    mean(actual.iter().zip(ends).map(|(y, (low, high))| f64::from(u8::from(low <= y && y <= high))))
}

/// Mean width of intervals, in units.
pub fn mean_width(lower: &[f64], upper: &[f64]) -> Option<f64> {
    mean(errors(upper, lower))
}

/// Winkler's interval score (1972): width, and `2 / (1 - level)` for each unit outside.
pub fn winkler_score(level: f64, actual: f64, lower: f64, upper: f64) -> f64 {
    let outside = (lower - actual).max(0.0) + (actual - upper).max(0.0);
    upper - lower + 2.0 / (1.0 - level) * outside
}

/// The shares of probability integral transforms in each tenth: 0.1 each where the forecast
/// distributions are right. For counts the transform is randomised: F(y - 1) + v p(y), v uniform
/// (Czado, Gneiting and Held 2009).
pub fn tenths(transforms: impl IntoIterator<Item = f64>) -> [f64; 10] {
    let mut counts = [0.0; 10];
    let mut total = 0.0;
    for transform in transforms {
        counts[((transform * 10.0) as usize).min(9)] += 1.0;
        total += 1.0;
    }
    counts.map(|count: f64| if total > 0.0 { count / total } else { 0.0 })
}

/// Forecast value added: a yardstick's error less the own, such as WAPE of the naive forecast.
pub fn forecast_value_added(yardstick: f64, own: f64) -> f64 {
    yardstick - own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symmetric_error_is_the_competitions() {
        // 200 * 10 / 210 and a pair of zeros.
        let smape = symmetric_absolute_percentage_error(&[100.0, 0.0], &[110.0, 0.0]).unwrap();
        assert!((smape - 0.5 * 200.0 * 10.0 / 210.0).abs() < 1e-12);
    }

    #[test]
    fn scale_of_rmsse_starts_at_the_first_demand() {
        // Steps 2, -1 and 3: mean square 14 / 3. Errors 1 and 3: mean square 5.
        let history = [0.0, 0.0, 1.0, 3.0, 2.0, 5.0];
        let rmsse = root_mean_squared_scaled_error(&[4.0, 5.0], &[3.0, 2.0], &history).unwrap();
        assert!((rmsse - (5.0_f64 / (14.0 / 3.0)).sqrt()).abs() < 1e-12);
        assert_eq!(root_mean_squared_scaled_error(&[4.0], &[3.0], &[0.0, 0.0]), None);
    }

    #[test]
    fn winkler_charges_what_is_outside() {
        assert_eq!(winkler_score(0.8, 5.0, 4.0, 9.0), 5.0);
        assert!((winkler_score(0.8, 10.0, 4.0, 9.0) - 15.0).abs() < 1e-9);
    }

    #[test]
    fn pinball_weighs_both_sides() {
        assert!((pinball_loss(0.9, 10.0, 8.0) - 1.8).abs() < 1e-12);
        assert!((pinball_loss(0.9, 8.0, 10.0) - 0.2).abs() < 1e-12);
    }

    #[test]
    fn bias_above_zero_is_too_much() {
        assert_eq!(bias(&[4.0, 6.0], &[6.0, 6.0]), Some(0.2));
        assert_eq!(bias(&[0.0], &[1.0]), None);
    }

    #[test]
    fn tenths_are_shares() {
        let shares = tenths([0.0, 0.05, 0.1, 0.99, 1.0]);
        assert_eq!((shares[0], shares[1], shares[9]), (0.4, 0.2, 0.4));
    }
}
