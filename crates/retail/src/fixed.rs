use crate::{Rate, RetailError};
use std::fmt;
use std::str::FromStr;

/// Decimals that [`Money`] and [`Quantity`] keep: one unit is 10 000 parts.
pub const SCALE: u32 = 4;

const ONE: i128 = 10_i128.pow(SCALE);

macro_rules! fixed_point {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i128);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// From a count of ten-thousandths.
            pub const fn from_parts(parts: i128) -> Self {
                Self(parts)
            }

            /// From whole units.
            pub const fn from_whole(whole: i64) -> Self {
                Self(whole as i128 * ONE)
            }

            /// As a count of ten-thousandths.
            pub const fn parts(self) -> i128 {
                self.0
            }

            /// `self + other`, or `None` when it does not fit.
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }

            /// `self - other`, or `None` when it does not fit.
            pub fn checked_sub(self, other: Self) -> Option<Self> {
                self.0.checked_sub(other.0).map(Self)
            }

            /// The nearest value with `decimals` decimals; ties go to the even digit.
            pub fn round_half_even(self, decimals: u32) -> Self {
                if decimals >= SCALE {
                    return self;
                }
                let step = 10_i128.pow(SCALE - decimals);
                Self(divide_half_even(self.0, step) * step)
            }

            /// The nearest `f64`, for models and drawings only.
            pub fn to_f64(self) -> f64 {
                self.0 as f64 / ONE as f64
            }
        }

        impl FromStr for $name {
            type Err = RetailError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse_parts(text)
                    .map(Self)
                    .ok_or_else(|| RetailError::Decimal { found: text.to_owned() })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_parts(self.0, formatter)
            }
        }
    };
}

fixed_point! {
    /// An exact amount of the lake's one currency, with four decimals.
    Money
}

fixed_point! {
    /// An exact number of a product's units, with four decimals (weighed goods).
    Quantity
}

impl Money {
    /// `price x quantity x (1 - discount)`, exact until it is rounded once,
    /// half to even, to two decimals. `None` when it does not fit.
    pub fn line_total(self, quantity: Quantity, discount: Rate) -> Option<Self> {
        let kept = ONE - discount.parts();
        let exact = self.0.checked_mul(quantity.0)?.checked_mul(kept)?;
        // Three factors of scale 4 make scale 12; two decimals remain.
        let cents = divide_half_even(exact, 10_i128.pow(10));
        Some(Self(cents * 100))
    }

    /// `price x quantity` with four decimals, half to even. `None` when it does not fit.
    pub fn times(self, quantity: Quantity) -> Option<Self> {
        Some(Self(divide_half_even(self.0.checked_mul(quantity.0)?, ONE)))
    }
}

fn divide_half_even(value: i128, step: i128) -> i128 {
    let (quotient, remainder) = (value.div_euclid(step), value.rem_euclid(step));
    match (remainder * 2).cmp(&step) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + (quotient & 1),
    }
}

fn parse_parts(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && decimals.is_empty() {
        return None;
    }
    let mut parts: i128 = 0;
    for digit in whole.bytes() {
        parts = parts.checked_mul(10)?.checked_add(digit_value(digit)?)?;
    }
    let mut n_decimals = 0;
    for digit in decimals.bytes() {
        let value = digit_value(digit)?;
        if n_decimals < SCALE {
            parts = parts.checked_mul(10)?.checked_add(value)?;
            n_decimals += 1;
        } else if value != 0 {
            return None;
        }
    }
    let parts = parts.checked_mul(10_i128.pow(SCALE - n_decimals))?;
    Some(if negative { -parts } else { parts })
}

fn digit_value(byte: u8) -> Option<i128> {
    byte.is_ascii_digit().then(|| i128::from(byte - b'0'))
}

fn write_parts(parts: i128, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let sign = if parts < 0 { "-" } else { "" };
    let (whole, decimals) =
        (parts.unsigned_abs() / ONE as u128, parts.unsigned_abs() % ONE as u128);
    if decimals == 0 {
        return write!(formatter, "{sign}{whole}");
    }
    let digits = format!("{decimals:04}");
    write!(formatter, "{sign}{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_go_to_the_even_digit() {
        let rounded = |text: &str| text.parse::<Money>().unwrap().round_half_even(2).to_string();
        assert_eq!(rounded("0.125"), "0.12");
        assert_eq!(rounded("0.135"), "0.14");
        assert_eq!(rounded("-0.125"), "-0.12");
        assert_eq!(rounded("-0.135"), "-0.14");
        assert_eq!(rounded("0.1251"), "0.13");
    }

    #[test]
    fn what_is_no_exact_decimal_is_refused() {
        for text in ["", "-", ".", "1,5", "1e3", "0.00001", "12a", "--1", "NaN", "1.2.3"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    #[test]
    fn zeros_past_the_fourth_decimal_lose_nothing() {
        assert_eq!("1.50000000".parse::<Quantity>().unwrap().to_string(), "1.5");
        assert_eq!(".5".parse::<Quantity>().unwrap().to_string(), "0.5");
        assert_eq!("7.".parse::<Quantity>().unwrap().to_string(), "7");
    }

    proptest! {
        #[test]
        fn text_and_value_round_trip(parts in -10_i128.pow(30)..10_i128.pow(30)) {
            let money = Money::from_parts(parts);
            prop_assert_eq!(money.to_string().parse::<Money>().unwrap(), money);
        }

        #[test]
        fn rounding_moves_at_most_half_a_step(parts in -10_i128.pow(12)..10_i128.pow(12), decimals in 0_u32..4) {
            let money = Money::from_parts(parts);
            let step = 10_i128.pow(SCALE - decimals);
            prop_assert!((money.round_half_even(decimals).parts() - parts).abs() * 2 <= step);
        }

        #[test]
        fn parsing_never_panics(text in ".*") {
            let _ = text.parse::<Money>();
        }
    }
}
