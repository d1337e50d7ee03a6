use crate::SourceError;
use serde::{Deserialize, Serialize};
use shelfcast_retail::SCALE;

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
/// assert_eq!(continental.parts("€ 12,50"), Some(125_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFormat {
    /// Stands before the decimals.
    #[serde(default = "point")]
    pub decimal_mark: char,
    /// Stands between groups of three digits before the decimal mark. A blank
    /// stands for every kind of blank, `'` for both apostrophes.
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
    /// most four decimals in this format (zeros behind them do not count).
    ///
    /// Blanks around it, a currency before or behind it (`€ 12,50`, `12.50 EUR`),
    /// a sign on either side (`12.50-`), the parentheses of bookkeepers
    /// (`(12.50)` is -12.5) and powers of ten (`1.5e3`) are read.
    ///
    /// Programs that count in binary floating point write 17.99 as `17.990000000000002`. Of a number
    /// with 16 digits or more, which nobody types, the first 15 hold: as many as such a float keeps
    /// of any decimal.
    ///
    /// ```
    /// use shelfcast_sources::NumberFormat;
    /// let swiss = NumberFormat { decimal_mark: '.', thousands_mark: Some('\'') };
    /// assert_eq!(swiss.parts("CHF 1’234.50-"), Some(-12_345_000));
    /// assert_eq!(NumberFormat::default().parts("17.990000000000002"), Some(179_900));
    /// assert_eq!(NumberFormat::default().parts("33.333333333333336"), None);
    /// ```
    pub fn parts(&self, text: &str) -> Option<i128> {
        if self.decimal_mark == '.'
            && let Some(parts) = plain(text.as_bytes())
        {
            return Some(parts);
        }
        self.dressed(text)
    }

    /// A share as ten-thousandths: `12 %` is 0.12, and so is `0.12`.
    ///
    /// ```
    /// use shelfcast_sources::NumberFormat;
    /// assert_eq!(NumberFormat::default().rate_parts("12.5 %"), Some(1_250));
    /// assert_eq!(NumberFormat::default().rate_parts("0.125"), Some(1_250));
    /// assert_eq!(NumberFormat::default().rate_parts("0.125 %"), None); // five decimals
    /// ```
    pub fn rate_parts(&self, text: &str) -> Option<i128> {
        match text.trim_end().strip_suffix('%') {
            None => self.parts(text),
            Some(percent) => self.parts(percent).filter(|it| it % 100 == 0).map(|it| it / 100),
        }
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

    /// A number with anything around it that [`parts`](Self::parts) allows.
    fn dressed(&self, text: &str) -> Option<i128> {
        let Bare { sign, text, .. } = undressed(text);
        let (negative, text) = match text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            None => (sign == Some(Sign::Minus), text),
            Some(inner) if sign.is_none() => match undressed(inner) {
                Bare { sign: None, text, .. } => (true, text),
                _ => return None,
            },
            Some(_) => return None,
        };
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((text, exponent)) => (text, exponent.parse().ok()?),
            None => (text, 0),
        };
        let parts = self.unsigned(text, exponent)?;
        Some(if negative { -parts } else { parts })
    }

    /// Digits with their marks, times ten to the power of `exponent`.
    fn unsigned(&self, text: &str, exponent: i32) -> Option<i128> {
        let mut digits = Digits::default();
        for letter in text.chars() {
            match letter.to_digit(10) {
                Some(digit) => digits.push(digit.into())?,
                None if letter == self.decimal_mark => digits.begin_decimals()?,
                None if self.thousands_mark.is_some_and(|mark| is_mark(mark, letter)) => {
                    digits.end_group()?;
                }
                None => return None,
            }
        }
        digits.parts(exponent)
    }
}

/// A text without marks, at most four decimals and 18 digits: nearly every number there is.
fn plain(text: &[u8]) -> Option<i128> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let (mut value, mut n_decimals) = (0_i64, None);
    for byte in digits {
        match (byte, n_decimals) {
            (b'0'..=b'9', _) => {
                value = value * 10 + i64::from(byte - b'0');
                n_decimals = n_decimals.map(|n_decimals| n_decimals + 1);
            }
            (b'.', None) => n_decimals = Some(0),
            _ => return None,
        }
    }
    let n_decimals = n_decimals.unwrap_or(0);
    if n_decimals > SCALE || digits == b"." {
        return None;
    }
    let parts = i128::from(value) * 10_i128.pow(SCALE - n_decimals);
    Some(if negative { -parts } else { parts })
}

/// The digits of a number as they come in, and where its marks stand.
#[derive(Default)]
struct Digits {
    value: i128,
    n_digits: u32,
    /// Digits since the last thousands mark or the start.
    in_group: u32,
    n_groups: u32,
    starts_with_zero: bool,
    /// Decimals up to the last one that is no zero.
    n_decimals: Option<u32>,
    n_zeros: u32,
}

impl Digits {
    fn push(&mut self, digit: i128) -> Option<()> {
        self.starts_with_zero |= self.n_digits == 0 && digit == 0;
        self.n_digits += 1;
        self.in_group += 1;
        if self.n_decimals.is_none() {
            self.value = self.value.checked_mul(10)?.checked_add(digit)?;
            return Some(());
        }
        self.n_zeros += 1;
        if digit != 0 {
            self.value = self.value.checked_mul(power(self.n_zeros)?)?.checked_add(digit)?;
            self.n_decimals = self.n_decimals.map(|n_decimals| n_decimals + self.n_zeros);
            self.n_zeros = 0;
        }
        Some(())
    }

    /// A thousands mark stands behind one to three digits, then behind every third.
    fn end_group(&mut self) -> Option<()> {
        let is_regular = match self.n_groups {
            0 => (1..=3).contains(&self.in_group) && !self.starts_with_zero,
            _ => self.in_group == 3,
        };
        self.n_groups += 1;
        self.in_group = 0;
        (is_regular && self.n_decimals.is_none()).then_some(())
    }

    fn begin_decimals(&mut self) -> Option<()> {
        let is_regular = self.n_groups == 0 || self.in_group == 3;
        (is_regular && self.n_decimals.replace(0).is_none()).then_some(())
    }

    fn parts(&self, exponent: i32) -> Option<i128> {
        let is_regular = self.n_groups == 0 || self.in_group == 3 || self.n_decimals.is_some();
        if self.n_digits == 0 || !is_regular {
            return None;
        }
        let n_decimals = i32::try_from(self.n_decimals.unwrap_or(0)).ok()?;
        let shift = exponent.checked_sub(n_decimals)?.checked_add(SCALE as i32)?;
        shifted(self.value, shift).or_else(|| self.of_float(shift))
    }

    /// The decimal that a float was, out of more digits than it keeps.
    fn of_float(&self, shift: i32) -> Option<i128> {
        let n_more = self.value.checked_ilog10()?.checked_sub(FLOAT_DIGITS - 1)?;
        let step = power(n_more)?;
        let kept = (self.value + step / 2) / step;
        shifted(kept, shift.checked_add(i32::try_from(n_more).ok()?)?)
    }
}

/// Decimal digits that a float of 64 bits keeps of any number.
const FLOAT_DIGITS: u32 = 15;

/// A whole number times ten to the power of `shift`, where that is whole.
fn shifted(value: i128, shift: i32) -> Option<i128> {
    match (shift >= 0, power(shift.unsigned_abs())) {
        _ if value == 0 => Some(0),
        (true, Some(step)) => value.checked_mul(step),
        (false, Some(step)) if value % step == 0 => Some(value / step),
        _ => None,
    }
}

fn power(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

/// Whether a letter is the declared thousands mark; blanks and apostrophes come in kinds.
fn is_mark(declared: char, found: char) -> bool {
    match declared {
        ' ' => matches!(found, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}'),
        '\'' => matches!(found, '\'' | '\u{2019}'),
        _ => declared == found,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
}

/// A text without sign, currency and blanks around it.
struct Bare<'a> {
    sign: Option<Sign>,
    currency: Option<&'static str>,
    text: &'a str,
}

fn undressed(text: &str) -> Bare<'_> {
    let mut bare = Bare { sign: None, currency: None, text: text.trim() };
    loop {
        if bare.sign.is_none()
            && let Some((found, rest)) = without_sign(bare.text)
        {
            (bare.sign, bare.text) = (Some(found), rest.trim());
        } else if bare.currency.is_none()
            && let Some((found, rest)) = without_currency(bare.text)
        {
            (bare.currency, bare.text) = (Some(found), rest.trim());
        } else {
            return bare;
        }
    }
}

fn without_sign(text: &str) -> Option<(Sign, &str)> {
    let minus = ['-', '\u{2212}', '\u{fe63}', '\u{ff0d}'];
    let strip = |signs: &[char]| text.strip_prefix(signs).or_else(|| text.strip_suffix(signs));
    strip(&minus)
        .map(|rest| (Sign::Minus, rest))
        .or_else(|| text.strip_prefix('+').map(|rest| (Sign::Plus, rest)))
}

/// Ways to write a currency beside an amount, longer ones before their parts, each with the code
/// of ISO 4217 of the currency that is most often meant.
const CURRENCIES: [(&str, &str); 51] = [
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("AU$", "AUD"),
    ("A$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("$", "USD"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₩", "KRW"),
    ("₪", "ILS"),
    ("₱", "PHP"),
    ("฿", "THB"),
    ("₫", "VND"),
    ("₴", "UAH"),
    ("EUR", "EUR"),
    ("USD", "USD"),
    ("GBP", "GBP"),
    ("CHF", "CHF"),
    ("JPY", "JPY"),
    ("CNY", "CNY"),
    ("SEK", "SEK"),
    ("NOK", "NOK"),
    ("DKK", "DKK"),
    ("PLN", "PLN"),
    ("CZK", "CZK"),
    ("HUF", "HUF"),
    ("RON", "RON"),
    ("CAD", "CAD"),
    ("AUD", "AUD"),
    ("NZD", "NZD"),
    ("INR", "INR"),
    ("BRL", "BRL"),
    ("MXN", "MXN"),
    ("ZAR", "ZAR"),
    ("TRY", "TRY"),
    ("SGD", "SGD"),
    ("HKD", "HKD"),
    ("KRW", "KRW"),
    ("Fr.", "CHF"),
    ("kr.", "DKK"),
    ("kr", "SEK"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
];

/// A text without the currency before or behind it, and the code of that.
fn without_currency(text: &str) -> Option<(&'static str, &str)> {
    // Most texts that come here are no numbers at all: two looks tell.
    let is_number = |letter: Option<char>| letter.is_some_and(|it| it.is_ascii_digit());
    if is_number(text.chars().next()) && is_number(text.chars().next_back()) {
        return None;
    }
    CURRENCIES.into_iter().find_map(|(currency, code)| {
        let before = text.get(..currency.len()).filter(|it| it.eq_ignore_ascii_case(currency));
        let behind = || {
            let start = text.len().checked_sub(currency.len())?;
            let found = text.get(start..)?;
            found.eq_ignore_ascii_case(currency).then(|| &text[..start])
        };
        let rest = before.map(|_| &text[currency.len()..]).or_else(behind)?;
        Some((code, rest))
    })
}

/// The code of the currency that stands beside a number.
pub(crate) fn currency_of(text: &str) -> Option<&'static str> {
    let bare = undressed(text);
    let inner = || bare.text.strip_prefix('(')?.strip_suffix(')').map(undressed);
    bare.currency.or_else(|| inner()?.currency)
}

/// The code of the currency that a text is a sign or code of, and nothing else.
pub(crate) fn currency_named(text: &str) -> Option<&'static str> {
    let mut known = CURRENCIES.into_iter();
    known.find(|(sign, code)| *sign == text || *code == text).map(|(_, code)| code)
}

/// The currency that a header names beside something else, as `Price (USD)` and `amount_eur` do,
/// and the header without it.
pub(crate) fn currency_in_header(header: &str) -> Option<(&'static str, String)> {
    let is_between = |letter: char| letter.is_whitespace() || "()[]{}_-/,:;".contains(letter);
    let mut words: Vec<&str> = header.split(is_between).filter(|word| !word.is_empty()).collect();
    let named = |word: &str| {
        // A code in small letters may be a word: `try`.
        let code = word.to_uppercase();
        let is_code = word == code || word == word.to_lowercase() && word != "try";
        currency_named(word).or_else(|| currency_named(&code).filter(|_| is_code))
    };
    let place =
        [words.len().checked_sub(1)?, 0].into_iter().find(|at| named(words[*at]).is_some())?;
    let code = named(words.remove(place))?;
    if words.last().is_some_and(|word| word.eq_ignore_ascii_case("in")) {
        words.pop();
    }
    (!words.is_empty()).then(|| (code, words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shelfcast_retail::Quantity;

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
    fn currencies_have_codes() {
        let codes = ["€ 3,50", "-$1.00", "($2.00)", "(3 EUR)", "12 kr", "7", "A$ 2", "x"];
        let codes = codes.map(|text| currency_of(text).unwrap_or_default());
        assert_eq!(codes, ["EUR", "USD", "USD", "EUR", "SEK", "", "AUD", ""]);
        let named = ["CHF", "Fr.", "$", "Franken"].map(|text| currency_named(text).unwrap_or(""));
        assert_eq!(named, ["CHF", "CHF", "USD", ""]);
    }

    #[test]
    fn headers_name_currencies() {
        let found = |header: &str| {
            let found = currency_in_header(header);
            found.map_or(String::new(), |(code, rest)| format!("{code} {rest}"))
        };
        for header in
            ["Price (USD)", "Price USD", "Price in USD", "USD Price", "Price [usd]", "Price $"]
        {
            assert_eq!(found(header), "USD Price", "{header}");
        }
        assert_eq!(found("amount_eur"), "EUR amount");
        for header in ["Price", "USD", "first_try", "Currency", "(€)", "Euro Preis"] {
            assert_eq!(found(header), "", "{header}");
        }
    }

    #[test]
    fn floats_are_the_decimals_that_they_were() {
        let plain = NumberFormat::default();
        // Written by Python 3: 15.99 + 2, 0.1 + 0.2, 1.1 + 2.2, 0.57 * 100, 4.35 * 100.
        for (text, parts) in [
            ("17.990000000000002", 179_900),
            ("0.30000000000000004", 3_000),
            ("3.3000000000000003", 33_000),
            ("56.99999999999999", 570_000),
            ("434.99999999999994", 4_350_000),
            ("-1.7990000000000002e1", -179_900),
        ] {
            assert_eq!(plain.parts(text), Some(parts), "{text}");
        }
        // A third is no price, fourteen digits are no float, and nothing is left of what is next to 0.
        for text in ["33.333333333333336", "1.9999999999999", "17.9900000000002", "4.4e-16"] {
            assert_eq!(plain.parts(text), None, "{text}");
        }
    }

    #[test]
    fn every_cent_is_known_again_after_floating() {
        for cents in (-200_000_i32..200_000).step_by(7) {
            let float = f64::from(cents) / 3.0 * 0.03;
            let text = float.to_string();
            assert_eq!(
                NumberFormat::default().parts(&text),
                Some(i128::from(cents) * 100),
                "{text}"
            );
        }
    }

    #[test]
    fn currencies_signs_and_blanks_are_read() {
        let german = NumberFormat { decimal_mark: ',', thousands_mark: Some('.') };
        assert_eq!(german.parts("€ 1.234,50"), Some(12_345_000));
        assert_eq!(german.parts("-1.234,50 €"), Some(-12_345_000));
        let french = NumberFormat { decimal_mark: ',', thousands_mark: Some(' ') };
        for blank in [' ', '\u{a0}', '\u{202f}', '\u{2009}'] {
            assert_eq!(french.parts(&format!("1{blank}234,5\u{a0}€")), Some(12_345_000));
        }
        let plain = NumberFormat::default();
        for text in ["$12.50", "12.50 EUR", "£12.5", "+12.50", " 12.5000000 ", "1.25e1", "US$ 12.5"]
        {
            assert_eq!(plain.parts(text), Some(125_000), "{text}");
        }
        for text in ["12.50-", "(12.50)", "−12.5", "-$12.50", "$-12.50", "($12.50)", "-1.25E+01"]
        {
            assert_eq!(plain.parts(text), Some(-125_000), "{text}");
        }
    }

    #[test]
    fn what_is_half_a_number_is_none() {
        let plain = NumberFormat::default();
        for text in [
            "--1", "-1-", "(-1)", "-(1)", "(1", "1)", "€€1", "EUR", "€", ".", "-", "1e", "e5",
            "1e-9", "0.00001", "1e99", "1 234", "12 %", "1.2.3", "1EURO", "0x1", "１", "inf",
            "NaN",
        ] {
            assert_eq!(plain.parts(text), None, "{text}");
        }
        // A leading zero starts no group of thousands: 0.250 is a weight.
        assert_eq!(CONTINENTAL.parts("0.250"), None);
        assert_eq!(plain.parts("1e30"), Some(10_i128.pow(34)));
    }

    #[test]
    fn percents_are_rates_only() {
        let plain = NumberFormat::default();
        assert_eq!((plain.parts("12 %"), plain.rate_parts("12 %")), (None, Some(1_200)));
        assert_eq!(plain.rate_parts("0.12"), Some(1_200));
        assert_eq!(CONTINENTAL.rate_parts("12,5%"), Some(1_250));
        assert_eq!(plain.rate_parts("%"), None);
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
            let blanks = grouped.replace('.', "\u{202f}");
            let french = NumberFormat { decimal_mark: ',', thousands_mark: Some(' ') };
            prop_assert_eq!(french.parts(&format!("{blanks} €")), Some(parts), "{}", blanks);
        }

        #[test]
        fn the_short_way_and_the_long_way_agree(text in "-?[0-9]{0,5}[.]?[0-9]{0,6}") {
            let plain = NumberFormat::default();
            prop_assert_eq!(plain.parts(&text), plain.dressed(&text));
            prop_assert_eq!(plain.parts(&text), text.parse().ok().map(Quantity::parts));
        }

        #[test]
        fn reading_never_panics(text in "[0-9.,+ ()€$%eE'-]{0,12}|\\PC*") {
            for format in [NumberFormat::default(), BRITISH, CONTINENTAL] {
                let _ = (format.parts(&text), format.rate_parts(&text));
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
