use crate::SourceError;
use serde::{Deserialize, Serialize};
use shelfcast_retail::Quantity;

/// How a source writes numbers.
///
/// Reading is exact and never guesses: with decimal mark `.` the text `13,75`
/// is no number, and above all not 1375.
///
/// ```
/// use shelfcast_sources::NumberFormat;
/// let plain = NumberFormat::default();
/// assert_eq!(plain.parts("13.75"), Some(137_500)); // ten-thousandths
/// assert_eq!(plain.parts("13,75"), None);
/// let continental = NumberFormat { decimal_mark: ',', thousands_mark: Some('.') };
/// assert_eq!(continental.parts("1.234,5"), Some(12_345_000));
/// assert_eq!(continental.parts("12.34,5"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFormat {
    /// Stands before the decimals.
    #[serde(default = "point")]
    pub decimal_mark: char,
    /// Stands between groups of three digits before the decimal mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thousands_mark: Option<char>,
}

const fn point() -> char {
    '.'
}

impl Default for NumberFormat {
    /// Decimal mark `.`, no thousands mark.
    fn default() -> Self {
        Self { decimal_mark: point(), thousands_mark: None }
    }
}

impl NumberFormat {
    /// The number as ten-thousandths; `None` when the text is no number of at
    /// most four decimals in this format. Blanks around it do not count.
    pub fn parts(&self, text: &str) -> Option<i128> {
        let text = text.trim();
        if *self == Self::default() {
            return text.parse().ok().map(Quantity::parts);
        }
        let (whole, decimals) = match text.split_once(self.decimal_mark) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let mut plain = self.ungrouped(whole)?;
        if let Some(decimals) = decimals {
            plain.push('.');
            plain.push_str(decimals);
        }
        plain.parse().ok().map(Quantity::parts)
    }

    /// Refuses marks that cannot be told apart.
    pub(crate) fn validate(&self) -> Result<(), SourceError> {
        let ambiguous = |mark: char| {
            mark.is_ascii_digit() || mark == '-' || mark == '+' || mark.is_alphabetic()
        };
        let thousands_mark = self.thousands_mark.unwrap_or(' ');
        if ambiguous(self.decimal_mark)
            || ambiguous(thousands_mark)
            || self.decimal_mark == thousands_mark
        {
            return Err(SourceError::NumberFormat {
                decimal_mark: self.decimal_mark,
                thousands_mark,
            });
        }
        Ok(())
    }

    /// The whole part without its thousands marks, which must stand before every third digit.
    fn ungrouped(&self, whole: &str) -> Option<String> {
        // A point left in the whole part would pass for a decimal mark below.
        if self.thousands_mark != Some('.') && whole.contains('.') {
            return None;
        }
        let Some(mark) = self.thousands_mark.filter(|mark| whole.contains(*mark)) else {
            return Some(whole.to_owned());
        };
        let mut groups = whole.split(mark);
        let first = groups.next()?;
        let n_digits = first.trim_start_matches(['-', '+']).len();
        let regular = (1..=3).contains(&n_digits) && groups.all(|group| group.len() == 3);
        regular.then(|| whole.replace(mark, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CONTINENTAL: NumberFormat = NumberFormat { decimal_mark: ',', thousands_mark: Some('.') };
    const BRITISH: NumberFormat = NumberFormat { decimal_mark: '.', thousands_mark: Some(',') };

    #[test]
    fn a_mark_in_the_wrong_place_is_no_number() {
        for text in ["1.2,3", "1.2345,0", ".123,0", "1234.567,0", "1,2,3", "1,2.3", ""] {
            assert_eq!(CONTINENTAL.parts(text), None, "{text}");
        }
        for text in ["13,75", "1,2345", "12,34.5", "1.234.567"] {
            assert_eq!(BRITISH.parts(text), None, "{text}");
        }
        assert_eq!(BRITISH.parts("-1,234.5"), Some(-12_345_000));
        assert_eq!(BRITISH.parts("1234.5"), Some(12_345_000));
        assert_eq!(CONTINENTAL.parts("7"), Some(70_000));
    }

    #[test]
    fn marks_that_clash_are_refused() {
        let clash = NumberFormat { decimal_mark: ',', thousands_mark: Some(',') };
        let message = clash.validate().unwrap_err().to_string();
        assert!(message.starts_with("decimal mark `,` and thousands mark `,` cannot"), "{message}");
        assert!(CONTINENTAL.validate().is_ok() && NumberFormat::default().validate().is_ok());
    }

    proptest! {
        #[test]
        fn every_amount_round_trips(parts in -10_i128.pow(17)..10_i128.pow(17)) {
            let plain = Quantity::from_parts(parts).to_string();
            prop_assert_eq!(NumberFormat::default().parts(&plain), Some(parts));
            let grouped = grouped(&plain);
            prop_assert_eq!(CONTINENTAL.parts(&grouped), Some(parts), "{}", grouped);
        }

        #[test]
        fn reading_never_panics(text in "[0-9.,+ -]{0,12}|\\PC*") {
            for format in [NumberFormat::default(), BRITISH, CONTINENTAL] {
                let _ = format.parts(&text);
            }
        }
    }

    /// `-1234.5` becomes `-1.234,5`.
    fn grouped(plain: &str) -> String {
        let (whole, decimals) = plain.split_once('.').unwrap_or((plain, ""));
        let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
        let mut text = String::from(sign);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index) % 3 == 0 {
                text.push('.');
            }
            text.push(digit);
        }
        if decimals.is_empty() { text } else { format!("{text},{decimals}") }
    }
}
