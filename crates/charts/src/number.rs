//! How numbers are written, and round numbers for axes.

/// Writes a number with a comma at every thousand and no more decimals than it needs.
///
/// Numbers from 100 on have none, smaller ones at most three significant digits.
///
/// ```
/// use shelfcast_charts::written_number;
///
/// assert_eq!(written_number(1_234_567.8), "1,234,568");
/// assert_eq!(written_number(12.34), "12.3");
/// assert_eq!(written_number(-0.5), "\u{2212}0.5");
/// ```
pub fn written_number(value: f64) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    with_decimals(value, decimals)
}

/// Whether a number can be drawn: it is finite and below 10^15, so that its ticks can be read.
pub(crate) fn is_drawable(value: f64) -> bool {
    value.abs() < 1e15
}

/// Writes a share as per cent with at most one decimal: `0.8` is `80 %`.
pub(crate) fn per_cent(share: f64) -> String {
    format!("{} %", with_decimals(share * 100.0, 1))
}

/// Writes a tick with as many decimals as its step has.
pub(crate) fn written_tick(value: f64, step: f64) -> String {
    with_decimals(value, decimals_of(step) as usize)
}

fn with_decimals(value: f64, decimals: usize) -> String {
    let fixed = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut text = String::new();
    if value < 0.0 && fixed.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') {
        text.push('\u{2212}');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Round numbers that divide `from..=to` into about `count` steps, with 1, 2 or 5 times a power
/// of ten between them (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
pub(crate) fn ticks(from: f64, to: f64, count: usize) -> Vec<f64> {
    if !(from.is_finite() && to.is_finite() && to > from) || count == 0 {
        return Vec::new();
    }
    let step = nice_step((to - from) / count as f64);
    let slack = 1e-9;
    let first = (from / step - slack).ceil();
    let last = (to / step + slack).floor();
    let steps = (last - first).clamp(0.0, 1000.0) as usize;
    (0..=steps).map(|index| round_to_step((first + index as f64) * step, step)).collect()
}

/// The smallest 1, 2 or 5 times a power of ten that is no less than `raw`.
pub(crate) fn nice_step(raw: f64) -> f64 {
    if !raw.is_finite() || raw <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powi(raw.log10().floor() as i32);
    let factor =
        [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= raw * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// An axis from the round number at or below `lowest` to the one at or above `highest`; it
/// contains zero and is never empty.
pub(crate) fn axis_range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (lowest, highest) = values
        .filter(|value| value.is_finite())
        .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    if highest - lowest < 1e-9 {
        return (0.0, 1.0);
    }
    let step = nice_step((highest - lowest) / 5.0);
    (
        round_to_step((lowest / step + 1e-9).floor() * step, step) + 0.0,
        round_to_step((highest / step - 1e-9).ceil() * step, step),
    )
}

fn round_to_step(value: f64, step: f64) -> f64 {
    let scale = 10f64.powf(decimals_of(step));
    let rounded = (value * scale).round() / scale;
    if rounded == 0.0 { 0.0 } else { rounded }
}

fn decimals_of(step: f64) -> f64 {
    (-step.log10().floor()).clamp(0.0, 12.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thousands_are_separated_and_needless_decimals_dropped() {
        let written: Vec<String> = [0.0, 7.0, 999.6, 1000.0, 12.50, 0.0004, -1234.0, -0.0001]
            .into_iter()
            .map(written_number)
            .collect();
        assert_eq!(written, ["0", "7", "1,000", "1,000", "12.5", "0", "\u{2212}1,234", "0"]);
    }

    #[test]
    fn steps_are_one_two_or_five() {
        // 37 / 5 = 7.4, the next of 1, 2, 5, 10 is 10.
        assert_eq!(ticks(0.0, 37.0, 5), [0.0, 10.0, 20.0, 30.0]);
        assert_eq!(ticks(0.0, 0.3, 3), [0.0, 0.1, 0.2, 0.3]);
        assert_eq!(axis_range([3.0, 37.0].into_iter()), (0.0, 40.0));
        assert_eq!(axis_range([-3.0, 7.0].into_iter()), (-4.0, 8.0));
        assert_eq!(axis_range([0.0].into_iter()), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn an_axis_holds_its_values_and_its_ticks(values in prop::collection::vec(-1e9..1e9f64, 1..20)) {
            let (from, to) = axis_range(values.iter().copied());
            prop_assert!(from < to && from <= 0.0 && to >= 0.0);
            for value in values {
                let slack = (to - from) * 1e-9;
                prop_assert!(value >= from - slack && value <= to + slack);
            }
            let ticks = ticks(from, to, 5);
            prop_assert!(ticks.len() >= 2 && ticks.len() <= 12);
            prop_assert!(ticks.iter().all(|tick| (from..=to).contains(tick)));
        }
    }
}
