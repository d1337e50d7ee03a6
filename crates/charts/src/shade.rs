//! From a value to its place on a colour scale.

use crate::number::ticks;

/// A scale from zero to the largest value; square root or logarithmic where values range widely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ShadeScale {
    form: Form,
    top: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Linear,
    SquareRoot,
    Logarithmic,
}

impl ShadeScale {
    /// Linear if the largest value is at most 5 times the median of those above zero, a square
    /// root up to 20 times, logarithmic beyond.
    pub(crate) fn new(values: impl Iterator<Item = f64>) -> Self {
        let mut positive: Vec<f64> = values.filter(|value| *value > 0.0).collect();
        positive.sort_by(f64::total_cmp);
        let top = positive.last().copied().unwrap_or(1.0);
        let median = positive.get(positive.len() / 2).copied().unwrap_or(top);
        let form = match top / median {
            ratio if ratio <= 5.0 => Form::Linear,
            ratio if ratio <= 20.0 => Form::SquareRoot,
            _ => Form::Logarithmic,
        };
        Self { form, top }
    }

    /// The value's place from 0 to 1.
    pub(crate) fn shade(&self, value: f64) -> f64 {
        let value = value.clamp(0.0, self.top);
        match self.form {
            Form::Linear => value / self.top,
            Form::SquareRoot => (value / self.top).sqrt(),
            Form::Logarithmic => value.ln_1p() / self.top.ln_1p(),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self.form {
            Form::Linear => "linear scale",
            Form::SquareRoot => "square-root scale",
            Form::Logarithmic => "logarithmic scale",
        }
    }

    /// Round values with their places, well apart: zero, and others from the largest down.
    pub(crate) fn ticks(&self) -> Vec<(f64, f64)> {
        let values = match self.form {
            Form::Linear => ticks(0.0, self.top, 4),
            Form::SquareRoot | Form::Logarithmic => round_values(self.top),
        };
        let mut places: Vec<(f64, f64)> = Vec::new();
        for value in values.into_iter().rev().filter(|value| *value > 0.0) {
            let place = self.shade(value);
            let above = places.last().map_or(f64::INFINITY, |(_, above)| *above);
            if above - place >= APART && place >= APART {
                places.push((value, place));
            }
        }
        places.push((0.0, 0.0));
        places.reverse();
        places
    }
}

/// The least distance of ticks on the scale.
const APART: f64 = 0.16;

/// 1, 2 and 5 times the powers of ten that are at most `top`, six powers down.
fn round_values(top: f64) -> Vec<f64> {
    let highest = top.log10().floor() as i32;
    let powers = (highest - 5..=highest).map(|power| 10f64.powi(power));
    let values = powers.flat_map(|power| [power, 2.0 * power, 5.0 * power]);
    values.filter(|value| *value <= top).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_scale_bends_with_the_range_of_values() {
        let name = |values: &[f64]| ShadeScale::new(values.iter().copied()).name();
        assert_eq!(name(&[1.0, 2.0, 3.0]), "linear scale");
        // Median 3, largest 30: ten times.
        assert_eq!(name(&[1.0, 3.0, 30.0]), "square-root scale");
        // Median 3, largest 300: a hundred times.
        assert_eq!(name(&[1.0, 3.0, 300.0]), "logarithmic scale");
        assert_eq!(name(&[0.0]), "linear scale");
    }

    #[test]
    fn a_square_root_scale_puts_a_quarter_at_the_middle() {
        let scale = ShadeScale::new([10.0, 10.0, 100.0].into_iter());
        assert_eq!(scale.shade(25.0), 0.5);
        assert_eq!(scale.shade(-3.0), 0.0);
    }

    proptest! {
        #[test]
        fn shades_rise_with_values(mut values in prop::collection::vec(0.0..1e6f64, 2..30)) {
            let scale = ShadeScale::new(values.iter().copied());
            values.sort_by(f64::total_cmp);
            let shades: Vec<f64> = values.iter().map(|value| scale.shade(*value)).collect();
            prop_assert!(shades.is_sorted());
            prop_assert!(shades.iter().all(|shade| (0.0..=1.0).contains(shade)));
            prop_assert!(scale.ticks().is_sorted_by(|one, next| one.1 < next.1));
        }
    }
}
