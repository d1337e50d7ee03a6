//! Exact decimals for display: read, add, write. No float is involved.

/// Decimal places kept; the marts have four.
const PLACES: usize = 6;
const UNIT: i128 = 1_000_000;

/// An exact decimal with six places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Exact(i128);

impl Exact {
    /// Reads digits with one optional point and one optional leading minus. `None` for anything
    /// else, for more than six places, and for more than 32 digits before the point.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = whole.len() <= 31 && fraction.len() <= PLACES;
        if whole.is_empty() || !fits || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let whole: i128 = whole.parse().ok()?;
        let fraction: i128 = format!("{fraction:0<PLACES$}").parse().ok()?;
        let magnitude = whole * UNIT + fraction;
        Some(Self(if negative { -magnitude } else { magnitude }))
    }

    /// The sum, held at the largest number that can be written.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Whether it is zero.
    pub(crate) fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is below zero.
    pub(crate) fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The nearest float, for sorting and shares.
    pub(crate) fn nearest(self) -> f64 {
        self.0 as f64 / UNIT as f64
    }

    /// Rounded half to even to `places` (at most six), with thousands separated by commas.
    pub(crate) fn written(self, places: usize) -> String {
        let places = places.min(PLACES);
        let step = 10_i128.pow((PLACES - places) as u32);
        let rounded = round_half_even(self.0.unsigned_abs(), step.unsigned_abs());
        let unit = 10_u128.pow(places as u32);
        let sign = if self.0 < 0 && rounded > 0 { "\u{2212}" } else { "" };
        let whole = grouped(rounded / unit);
        match places {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{:0places$}", rounded % unit),
        }
    }

    /// All places that are not trailing zeros, with thousands separated by commas.
    pub(crate) fn trimmed(self) -> String {
        let text = self.written(PLACES);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// All places that are not trailing zeros, as a plain number for a machine.
    pub(crate) fn plain(self) -> String {
        self.trimmed().replace(',', "").replace('\u{2212}', "-")
    }
}

impl From<u64> for Exact {
    fn from(count: u64) -> Self {
        Self(i128::from(count) * UNIT)
    }
}

impl<'a> FromIterator<&'a str> for Exact {
    /// The sum of all that are numbers.
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        texts.into_iter().filter_map(Self::parse).fold(Self::default(), Self::plus)
    }
}

fn round_half_even(value: u128, step: u128) -> u128 {
    let (quotient, remainder) = (value / step, value % step);
    let up = remainder * 2 > step || (remainder * 2 == step && quotient % 2 == 1);
    quotient + u128::from(up)
}

fn grouped(whole: u128) -> String {
    let digits = whole.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Exact;
    use proptest::prelude::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    #[test]
    fn money_is_rounded_half_to_even() {
        // 0.125 lies between 0.12 and 0.13: the even one is 0.12; 0.135 goes to 0.14.
        assert_eq!(exact("0.1250").written(2), "0.12");
        assert_eq!(exact("0.1350").written(2), "0.14");
        assert_eq!(exact("55384.2200").written(2), "55,384.22");
        assert_eq!(exact("-1234567.891").written(2), "\u{2212}1,234,567.89");
        assert_eq!(exact("-0.001").written(2), "0.00");
        assert_eq!(exact("999.5").written(0), "1,000");
    }

    #[test]
    fn quantities_lose_trailing_zeros_only() {
        assert_eq!(exact("36.0000").trimmed(), "36");
        assert_eq!(exact("1200.0400").trimmed(), "1,200.04");
        assert_eq!(exact("-1200.0400").plain(), "-1200.04");
        assert_eq!(exact("100").trimmed(), "100");
    }

    #[test]
    fn text_that_is_no_number_is_not_read() {
        for text in ["", "-", ".", ".5", "1,000", "1e3", "NaN", "+1", "1.2.3", "--1", "1.0000001"] {
            assert_eq!(Exact::parse(text), None, "{text}");
        }
        assert_eq!(Exact::parse("5."), Exact::parse("5"));
    }

    #[test]
    fn tenths_add_up_exactly() {
        let sum: Exact = ["0.1", "0.2", "-0.3", "no number"].into_iter().collect();
        assert!(sum.is_zero());
    }

    proptest! {
        #[test]
        fn what_is_written_plainly_reads_back(ten_thousandths in -10_i64.pow(15)..10_i64.pow(15)) {
            let sign = if ten_thousandths < 0 { "-" } else { "" };
            let magnitude = ten_thousandths.unsigned_abs();
            let text = format!("{sign}{}.{:04}", magnitude / 10_000, magnitude % 10_000);
            let value = exact(&text);
            prop_assert_eq!(Exact::parse(&value.plain()), Some(value));
        }
    }
}
