//! Poisson regression of demand on its drivers, around a base that moves slowly.

use crate::linear;

use super::MAXIMUM_DRIVERS;
use crate::lost_sales::SMOOTHING;

/// Rounds: in each the base is found anew and the coefficients take a Newton step.
const ROUNDS: usize = 6;

/// Largest coefficient: a factor of 20.
const LARGEST: f64 = 3.0;

/// One driver as the regression reads it: values that are 0 where it does not act.
pub(super) struct Column {
    pub(super) values: Vec<f64>,
    /// What is known of the coefficient beforehand.
    pub(super) mean: f64,
    pub(super) precision: f64,
}

/// A coefficient and its standard deviation.
pub(super) type Coefficient = (f64, f64);

/// Coefficients of the columns, given `units` with NaN where nothing was observed and `base`, which
/// finds the base of units freed of all effects.
pub(super) fn fit(
    units: &[f64],
    columns: &[Column],
    base: impl Fn(&[f64]) -> Vec<f64>,
) -> Vec<Coefficient> {
    let count = columns.len();
    let centred: Vec<Vec<f64>> = columns.iter().map(|column| centred(column, units)).collect();
    let mut coefficients: Vec<f64> = columns.iter().map(|column| column.mean).collect();
    let mut deviations = vec![0.0; count];
    for _ in 0..ROUNDS {
        let effects = effects(columns, &coefficients, units.len());
        let freed: Vec<f64> = units.iter().zip(&effects).map(|(u, effect)| u / effect).collect();
        let base = base(&freed);
        let dispersion = dispersion(units, &base, &effects);
        let Some((step, inverse)) =
            newton(units, (columns, &centred), &coefficients, &base, dispersion)
        else {
            break;
        };
        for at in 0..count {
            let moved = coefficients[at] + step[at].clamp(-1.0, 1.0);
            coefficients[at] = moved.clamp(-LARGEST, LARGEST);
            deviations[at] = libm::sqrt(inverse[at].max(0.0));
        }
    }
    coefficients.into_iter().zip(deviations).collect()
}

/// A column less its own smooth course: the base follows a driver that moves slowly, and what it
/// takes must not be missing in the coefficient (Speckman 1988).
fn centred(column: &Column, units: &[f64]) -> Vec<f64> {
    let mut level = column.values.iter().sum::<f64>() / column.values.len().max(1) as f64;
    let mut pass = |value: f64, units: f64| {
        let before = level;
        if !units.is_nan() {
            level += SMOOTHING * (value - level);
        }
        before
    };
    let pairs = || column.values.iter().zip(units);
    let forward: Vec<f64> = pairs().map(|(value, units)| pass(*value, *units)).collect();
    let mut centred: Vec<f64> = pairs()
        .zip(forward)
        .rev()
        .map(|((value, units), forward)| value - 0.5 * (forward + pass(*value, *units)))
        .collect();
    centred.reverse();
    centred
}

/// The product of all drivers' effects in each period.
pub(super) fn effects(columns: &[Column], coefficients: &[f64], periods: usize) -> Vec<f64> {
    let mut logarithms = vec![0.0; periods];
    for (column, coefficient) in columns.iter().zip(coefficients) {
        for (sum, value) in logarithms.iter_mut().zip(&column.values) {
            *sum += coefficient * value;
        }
    }
    logarithms.into_iter().map(|sum| libm::exp(sum.clamp(-6.0, 6.0))).collect()
}

/// Variance over mean around the expectation, at least that of Poisson demand in small numbers.
fn dispersion(units: &[f64], base: &[f64], effects: &[f64]) -> f64 {
    let (mut squares, mut count) = (0.0, 0.0);
    for ((units, base), effect) in units.iter().zip(base).zip(effects) {
        let expected = base * effect;
        if !units.is_nan() && expected > 0.0 {
            squares += (units - expected) * (units - expected) / expected;
            count += 1.0;
        }
    }
    if count > 0.0 { (squares / count).max(1e-3) } else { 1.0 }
}

type Vector = [f64; MAXIMUM_DRIVERS];

/// A Newton step and the diagonal of the inverse curvature.
fn newton(
    units: &[f64],
    (columns, centred): (&[Column], &[Vec<f64>]),
    coefficients: &[f64],
    base: &[f64],
    dispersion: f64,
) -> Option<(Vector, Vector)> {
    let count = columns.len();
    let effects = effects(columns, coefficients, units.len());
    let mut curvature = [[0.0; MAXIMUM_DRIVERS]; MAXIMUM_DRIVERS];
    let mut slope = [0.0; MAXIMUM_DRIVERS];
    for (at, column) in columns.iter().enumerate() {
        curvature[at][at] = column.precision;
        slope[at] = column.precision * (column.mean - coefficients[at]);
    }
    for (period, units) in units.iter().enumerate() {
        let expected = base[period] * effects[period];
        if units.is_nan() || expected <= 0.0 {
            continue;
        }
        for row in 0..count {
            let value = centred[row][period];
            if value != 0.0 {
                slope[row] += value * (units - expected) / dispersion;
                for (column, entry) in curvature[row].iter_mut().enumerate().take(count) {
                    *entry += value * centred[column][period] * expected / dispersion;
                }
            }
        }
    }
    let step = linear::solve(&curvature, &slope, count, 0.0)?;
    let mut inverse = [0.0; MAXIMUM_DRIVERS];
    for (at, entry) in inverse.iter_mut().enumerate().take(count) {
        let mut unit = [0.0; MAXIMUM_DRIVERS];
        unit[at] = 1.0;
        *entry = linear::solve(&curvature, &unit, count, 0.0)?[at];
    }
    Some((step, inverse))
}
