use crate::NumberFormat;
use shelfcast_retail::SCALE;
use std::cmp::Ordering;
use std::fmt;

/// Decimals that are kept; what has more is rounded half to even.
pub(super) const MAX_SCALE: u32 = 12;
/// Digits that surely fit; what has more decimals than these beyond the scale is nought.
const MAX_DIGITS: u32 = 38;
/// A number that a float may stand for: beyond it twelve decimals do not fit.
const MAX_FLOAT: f64 = 1e26;

/// An exact number of at most [`MAX_SCALE`] decimals, without zeros at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    mantissa: i128,
    scale: u32,
}

impl Decimal {
    /// `mantissa` / 10^`scale`.
    pub(super) fn new(mantissa: i128, scale: u32) -> Self {
        let (mut mantissa, mut scale) = match scale.checked_sub(MAX_SCALE) {
            Some(excess) if excess > 0 => (shortened(mantissa, excess), MAX_SCALE),
            _ => (mantissa, scale),
        };
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Self { mantissa, scale }
    }

    /// The number that `text` is in a format, to [`MAX_SCALE`] decimals.
    ///
    /// What [`NumberFormat::parts`] reads is read; so are numbers of more decimals
    /// than it takes and small powers of ten: `4.4e-16` is 0.
    pub(super) fn read(text: &str, numbers: NumberFormat) -> Option<Self> {
        let text = text.trim();
        Self::plain(text, numbers)
            .or_else(|| Some(Self::new(numbers.parts(text)?, SCALE)))
            .or_else(|| Self::power(text, numbers))
    }

    /// A number with a decimal mark, of any number of decimals.
    fn plain(text: &str, numbers: NumberFormat) -> Option<Self> {
        let (whole, decimals) = text.split_once(numbers.decimal_mark)?;
        if decimals.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let size = match whole {
            "" | "-" | "+" => Self::new(0, 0),
            whole => Self::whole(whole, numbers)?,
        };
        let (kept, dropped) = decimals.split_at(decimals.len().min(MAX_SCALE as usize));
        let scale = kept.len() as u32;
        let part: i128 = kept.parse().ok()?;
        let size = size.mantissa.checked_abs()?.checked_mul(10_i128.pow(scale))?;
        let mut mantissa = size.checked_add(part)?;
        mantissa = mantissa.checked_add(i128::from(rounds_up(mantissa, dropped)))?;
        Some(Self::new(if whole.starts_with('-') { -mantissa } else { mantissa }, scale))
    }

    fn whole(text: &str, numbers: NumberFormat) -> Option<Self> {
        Some(Self::new(numbers.parts(text)? / 10_i128.pow(SCALE), 0))
    }

    /// A number times a power of ten, as programs write what is next to nothing.
    fn power(text: &str, numbers: NumberFormat) -> Option<Self> {
        let (number, exponent) = text.split_once(['e', 'E'])?;
        let exponent: i32 = exponent.parse().ok()?;
        let (whole, decimals) = number.split_once(numbers.decimal_mark).unwrap_or((number, ""));
        let unsigned = whole.strip_prefix('-').unwrap_or(whole);
        let digits = [unsigned, decimals].concat();
        if unsigned.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits: i128 = digits.parse().ok()?;
        let mantissa = if unsigned.len() < whole.len() { -digits } else { digits };
        let scale = i32::try_from(decimals.len()).ok()?.checked_sub(exponent)?;
        match (u32::try_from(scale), scale.checked_neg().map(u32::try_from)) {
            (Ok(scale), _) if scale > MAX_SCALE + MAX_DIGITS => Some(Self::new(0, 0)),
            (Ok(scale), _) => Some(Self::new(mantissa, scale)),
            (_, Some(Ok(zeros))) => {
                let step = 10_i128.checked_pow(zeros)?;
                Some(Self::new(mantissa.checked_mul(step)?, 0))
            }
            _ => None,
        }
    }

    /// The number next to a float, to [`MAX_SCALE`] decimals.
    pub(super) fn from_float(value: f64) -> Option<Self> {
        if !value.is_finite() || value.abs() >= MAX_FLOAT {
            return None;
        }
        Self::read(&format!("{value:.12}"), NumberFormat::default())
    }

    /// The float next to the number.
    pub(super) fn to_float(self) -> f64 {
        format!("{}e-{}", self.mantissa, self.scale).parse().unwrap_or(f64::NAN)
    }

    pub(super) fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    pub(super) fn negate(self) -> Option<Self> {
        Some(Self { mantissa: self.mantissa.checked_neg()?, ..self })
    }

    pub(super) fn absolute(self) -> Option<Self> {
        Some(Self { mantissa: self.mantissa.checked_abs()?, ..self })
    }

    /// -1, 0 or 1.
    #[expect(clippy::unnecessary_wraps, reason = "as the other functions of one number are called")]
    pub(super) fn sign(self) -> Option<Self> {
        Some(Self::new(self.mantissa.signum(), 0))
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        Some(Self::new(left.checked_add(right)?, scale))
    }

    pub(super) fn multiply(self, other: Self) -> Option<Self> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        Some(Self::new(mantissa, self.scale + other.scale))
    }

    /// The quotient to [`MAX_SCALE`] decimals; `None` also by zero.
    pub(super) fn divide(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let exponent = MAX_SCALE + other.scale - self.scale;
        let numerator = self.mantissa.checked_mul(10_i128.pow(exponent))?;
        // The one quotient that does not fit is that of the least integer by -1.
        numerator.checked_div(other.mantissa)?;
        Some(Self::new(half_even(numerator, other.mantissa), MAX_SCALE))
    }

    /// To `digits` decimals, half to even.
    pub(super) fn round(self, digits: u32) -> Self {
        match self.scale.checked_sub(digits) {
            Some(excess) if excess > 0 => Self::new(shortened(self.mantissa, excess), digits),
            _ => self,
        }
    }

    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        let (left, right, _) = self.aligned(other)?;
        Some(left.cmp(&right))
    }

    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let at_scale =
            |number: Self| number.mantissa.checked_mul(10_i128.pow(scale - number.scale));
        Some((at_scale(self)?, at_scale(other)?, scale))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs().to_string();
        let scale = self.scale as usize;
        if scale == 0 {
            return write!(formatter, "{sign}{digits}");
        }
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        write!(formatter, "{sign}{whole}.{decimals}")
    }
}

/// Without the last `n_digits` digits, half to even. Products have up to 24 decimals.
fn shortened(mantissa: i128, n_digits: u32) -> i128 {
    half_even(mantissa, 10_i128.pow(n_digits))
}

fn half_even(numerator: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (numerator / divisor, numerator % divisor);
    let (rest, size) = (rest.unsigned_abs(), divisor.unsigned_abs());
    let rounds = rest > size - rest || (rest == size - rest && quotient % 2 != 0);
    let away = if (numerator < 0) == (divisor < 0) { 1 } else { -1 };
    if rounds { quotient + away } else { quotient }
}

/// Whether the digits that are dropped make one more of the last that is kept.
fn rounds_up(kept: i128, dropped: &str) -> bool {
    let half = dropped.bytes().next().map(|first| first.cmp(&b'5'));
    let beyond_half = || dropped.bytes().skip(1).any(|byte| byte != b'0');
    match half {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => beyond_half() || kept % 2 != 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal {
        Decimal::read(text, NumberFormat::default()).unwrap()
    }

    #[test]
    fn numbers_are_read_exactly() {
        for (text, shown) in [
            ("-0.5", "-0.5"),
            (".25", "0.25"),
            (" 17850.0 ", "17850"),
            ("9.018695487934123456", "9.018695487934"),
            ("0.0000000000005", "0"),
            ("0.0000000000015", "0.000000000002"),
            ("0.00000000000050001", "0.000000000001"),
            ("1e5", "100000"),
            ("1.5e-3", "0.0015"),
            // A float's nought, as the profits of the superstore have it.
            ("4.4e-16", "0"),
            ("-4.440892098500626E-16", "0"),
            ("7.5e-12", "0.000000000008"),
            ("-6.5e-12", "-0.000000000006"),
            ("1e-400", "0"),
            ("1.23456789e20", "123456789000000000000"),
            ("12.50-", "-12.5"),
            ("(12.50)", "-12.5"),
        ] {
            assert_eq!(number(text).to_string(), shown, "{text}");
        }
        for text in [
            "", "-", "1.2.3", "abc", "1,5", "0x10", "NaN", "e5", "1e", "1e5x", "1e400", ".e-9",
            "1.2.3e-9",
        ] {
            assert_eq!(Decimal::read(text, NumberFormat::default()), None, "{text}");
        }
        let continental = NumberFormat { decimal_mark: ',', thousands_mark: Some('.') };
        assert_eq!(Decimal::read("-1.234,56", continental).unwrap().to_string(), "-1234.56");
        assert_eq!(Decimal::read("1.5", continental), None);
    }

    #[test]
    fn halves_are_rounded_to_even() {
        let rounded = |text: &str, digits| number(text).round(digits).to_string();
        assert_eq!([rounded("0.5", 0), rounded("1.5", 0), rounded("-2.5", 0)], ["0", "2", "-2"]);
        assert_eq!(
            [rounded("2.345", 2), rounded("2.3451", 2), rounded("7", 2)],
            ["2.34", "2.35", "7"]
        );
    }

    proptest! {
        #[test]
        fn arithmetic_is_that_of_integers(
            left in -10_i128.pow(15)..10_i128.pow(15),
            right in -10_i128.pow(15)..10_i128.pow(15),
            scale in 0_u32..7,
        ) {
            let (a, b) = (Decimal::new(left, scale), Decimal::new(right, scale));
            prop_assert_eq!(a.add(b), Some(Decimal::new(left + right, scale)));
            prop_assert_eq!(a.multiply(b), Some(Decimal::new(left * right, 2 * scale)));
            prop_assert_eq!(a.compare(b), Some(left.cmp(&right)));
            prop_assert_eq!(number(&a.to_string()), a);
            if right != 0 {
                let quotient = a.divide(b).unwrap();
                // The quotient times the divisor misses the dividend by half a unit at most.
                let unit = 10_i128.pow(12 - quotient.scale);
                let miss = quotient.mantissa * unit * right - left * 10_i128.pow(12);
                prop_assert!(miss.abs() * 2 <= right.abs(), "{} {}", left, right);
            }
        }
    }
}
