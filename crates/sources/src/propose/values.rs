//! What the values of a column are, judged by every row of its files.

use super::days::Days;
use crate::numbers::{currency_named, currency_of};
use crate::{DateFormat, NumberFormat, TextColumn};
use shelfcast_retail::Frequency;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Texts that files write where they have nothing.
const NULL_TEXTS: [&str; 9] = ["NA", "N/A", "NULL", "null", "None", "NaN", "nan", "<NA>", "#N/A"];

/// Texts in place of a name in rows of totals.
const SUM_TEXTS: [&str; 13] = [
    "total",
    "totals",
    "grand total",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "total general",
    "total général",
    "totaal",
    "totale",
    "suma",
    "soma",
];

const fn marks(decimal_mark: char, thousands_mark: Option<char>) -> NumberFormat {
    NumberFormat { decimal_mark, thousands_mark }
}

/// The number formats that are tried, the usual first.
pub(super) const NUMBER_FORMATS: [NumberFormat; 7] = [
    marks('.', None),
    marks(',', None),
    marks('.', Some(',')),
    marks(',', Some('.')),
    marks('.', Some(' ')),
    marks(',', Some(' ')),
    marks('.', Some('\'')),
];

/// Pairs of formats that read `1.234` or `1,234` as different numbers.
pub(super) const RIVALS: [(usize, usize); 2] = [(0, 3), (1, 2)];

/// Of 100 values one may be broken: a single bad row hides no column.
const VALUES_PER_BROKEN: u64 = 100;
/// Of so many values a single one may be broken: a row of totals below a short table.
const VALUES_PER_LONE_BROKEN: u64 = 20;

/// No sign or code of a currency is longer.
const MAX_CURRENCY_BYTES: usize = 3;

/// Different values that are remembered to find repeats; more are not looked at.
const MAX_REMEMBERED: usize = 200_000;
/// Values after which enough is known about repeats.
const MAX_COMPARED: u64 = 500_000;
/// Of 20 values one may be a repeat by mistake.
const VALUES_PER_REPEAT: u64 = 20;

/// What the values of a column allow.
#[derive(Debug, Clone)]
pub(super) struct Values {
    pub(super) n_values: u64,
    pub(super) n_blank: u64,
    /// Values that each of [`NUMBER_FORMATS`] reads.
    n_numbers: [u64; 7],
    /// Values that the two formats of each of [`RIVALS`] read as different numbers.
    n_rival: [u64; 2],
    /// Numbers without decimals.
    n_whole: u64,
    /// Numbers from 0 to 1.
    n_rates: u64,
    /// Numbers of more decimals than are kept.
    n_long: u64,
    /// Numbers whose exponential is a whole number: logarithms of units.
    n_logarithms: u64,
    days: Days,
    /// The smallest whole number.
    pub(super) smallest: Option<i128>,
    /// Codes of the currencies that stand beside numbers, and how often.
    pub(super) currencies: BTreeMap<&'static str, u64>,
    /// Codes of the currencies that values are signs or codes of, and how often.
    pub(super) currency_codes: BTreeMap<&'static str, u64>,
    /// Texts that stand in rows of totals, as written.
    pub(super) sums: BTreeSet<String>,
    /// Texts for nothing that occur.
    pub(super) null_texts: Vec<&'static str>,
    pub(super) example: String,
    n_compared: u64,
    n_repeated: u64,
    /// Hashes of the values, as long as repeats are looked for.
    remembered: HashSet<u64>,
    /// The last text, and how often it stood in a row without having been looked at.
    pending: (String, u64),
}

impl Values {
    pub(super) fn new() -> Self {
        Self {
            n_values: 0,
            n_blank: 0,
            n_numbers: [0; 7],
            n_rival: [0; 2],
            n_whole: 0,
            n_rates: 0,
            n_long: 0,
            n_logarithms: 0,
            days: Days::new(),
            smallest: None,
            currencies: BTreeMap::new(),
            currency_codes: BTreeMap::new(),
            sums: BTreeSet::new(),
            null_texts: Vec::new(),
            example: String::new(),
            n_compared: 0,
            n_repeated: 0,
            remembered: HashSet::new(),
            pending: (String::new(), 0),
        }
    }

    /// How many different values there are, as long as they are counted.
    pub(super) fn n_different(&self) -> usize {
        self.remembered.len()
    }

    pub(super) fn look_at(&mut self, column: &TextColumn) {
        for text in column.iter() {
            let text = text.trim();
            if self.pending.0 != text {
                self.settle();
                self.pending.0.clear();
                self.pending.0.push_str(text);
            }
            self.pending.1 += 1;
        }
        self.settle();
    }

    /// Whether values stand twice so often that they name no row.
    pub(super) fn repeat(&self) -> bool {
        self.n_repeated * VALUES_PER_REPEAT > self.n_compared
    }

    /// How many values this format reads.
    pub(super) fn n_numbers(&self, format: NumberFormat) -> u64 {
        let position = NUMBER_FORMATS.iter().position(|known| *known == format);
        position.map_or(0, |index| self.n_numbers[index])
    }

    pub(super) fn are_numbers(&self, format: NumberFormat) -> bool {
        self.are_nearly_all(self.n_numbers(format))
    }

    /// Whether the values are numbers in whatever format, or there are none.
    pub(super) fn are_numeric(&self) -> bool {
        let most = self.n_numbers.iter().max().copied().unwrap_or(0);
        self.n_values == 0 || self.are_nearly_all((most + self.n_long).min(self.n_values))
    }

    /// Whether some value is two different numbers in two rival formats.
    pub(super) fn are_rival(&self, pair: usize) -> bool {
        self.n_rival[pair] > 0
    }

    /// Whether some numbers have more decimals than are kept.
    pub(super) fn has_long(&self) -> bool {
        self.n_long > 0
    }

    /// Numbers without decimals.
    pub(super) fn n_whole(&self) -> u64 {
        self.n_whole
    }

    /// Numbers from 0 to 1, and percents.
    pub(super) fn n_rates(&self) -> u64 {
        self.n_rates
    }

    pub(super) fn are_whole(&self) -> bool {
        self.are_nearly_all(self.n_whole)
    }

    pub(super) fn are_rates(&self) -> bool {
        self.are_nearly_all(self.n_rates)
    }

    /// Whether the values are natural logarithms of whole numbers.
    pub(super) fn are_logarithms(&self) -> bool {
        self.n_whole < self.n_values && self.are_nearly_all(self.n_logarithms)
    }

    /// The formats that read the most values as days, if these are nearly all.
    pub(super) fn date_formats(&self) -> Vec<&'static DateFormat> {
        match self.days.best() {
            Some((formats, n_broken)) if self.are_nearly_all(self.n_values - n_broken) => formats,
            _ => Vec::new(),
        }
    }

    /// A value that shows which of the formats is meant, or else the first.
    pub(super) fn telling_day(&self, formats: &[&DateFormat]) -> &str {
        self.days.telling(formats).unwrap_or(&self.example)
    }

    /// Values that the best date formats read.
    pub(super) fn n_days(&self) -> u64 {
        self.n_values - self.days.best().map_or(self.n_values, |(_, n_broken)| n_broken)
    }

    /// The period that the days in this format are apart, where they are no single days.
    pub(super) fn period(&self, format: &DateFormat) -> Option<Frequency> {
        self.days.period(format)
    }

    fn are_nearly_all(&self, n_good: u64) -> bool {
        let n_broken = self.n_values - n_good;
        let is_alone = n_broken == 1 && self.n_values >= VALUES_PER_LONE_BROKEN;
        self.n_values > 0 && (is_alone || n_broken * VALUES_PER_BROKEN <= self.n_values)
    }

    /// Looks at the text that stood in a row so often.
    fn settle(&mut self) {
        let (text, times) = std::mem::take(&mut self.pending);
        if times > 0 {
            self.look_at_text(&text, times);
        }
        self.pending.0 = text;
    }

    fn look_at_text(&mut self, text: &str, times: u64) {
        if text.is_empty() {
            self.n_blank += times;
            return;
        }
        if let Some(null) = NULL_TEXTS.iter().find(|null| **null == text) {
            self.n_blank += times;
            if !self.null_texts.contains(null) {
                self.null_texts.push(null);
            }
            return;
        }
        self.n_values += times;
        if self.example.is_empty() {
            text.clone_into(&mut self.example);
        }
        self.look_at_number(text, times);
        if text.len() <= MAX_CURRENCY_BYTES
            && !text.as_bytes()[0].is_ascii_digit()
            && let Some(code) = currency_named(text)
        {
            *self.currency_codes.entry(code).or_default() += times;
        }
        if is_sum(text) {
            self.sums.insert(text.to_owned());
        }
        // A format that is broken this often already cannot become the best any more.
        let n_tolerated = (self.n_values / VALUES_PER_BROKEN).max(5);
        self.days.look_at(text, times, n_tolerated);
        self.look_for_repeats(text, times);
    }

    fn look_for_repeats(&mut self, text: &str, times: u64) {
        if self.remembered.len() >= MAX_REMEMBERED || self.n_compared >= MAX_COMPARED {
            return;
        }
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let is_new = self.remembered.insert(hasher.finish());
        self.n_compared += times;
        self.n_repeated += if is_new { times - 1 } else { times };
    }

    fn look_at_number(&mut self, text: &str, times: u64) {
        // Most columns are no numbers at all, or numbers without any mark.
        if !text.bytes().any(|byte| byte.is_ascii_digit()) || self.are_hopeless(times) {
            return;
        }
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let parts = read_in_all(text, is_plain);
        let read = self.n_numbers.iter_mut().zip(parts).filter(|(_, parts)| parts.is_some());
        read.for_each(|(n_read, _)| *n_read += times);
        for (n_rival, (left, right)) in self.n_rival.iter_mut().zip(RIVALS) {
            if parts[left].is_some() && parts[right].is_some() && parts[left] != parts[right] {
                *n_rival += times;
            }
        }
        let first = parts.into_iter().flatten().next();
        if first.is_none() || !is_plain {
            self.look_at_float(text, times, first.is_none());
        }
        if first.is_some() && !is_plain {
            currency_of(text)
                .into_iter()
                .for_each(|code| *self.currencies.entry(code).or_default() += times);
        }
        let rate = first.or_else(|| NUMBER_FORMATS[..2].iter().find_map(|it| it.rate_parts(text)));
        self.n_rates += if rate.is_some_and(|it| (0..=10_000).contains(&it)) { times } else { 0 };
        let Some(whole) = first.filter(|parts| parts % 10_000 == 0) else { return };
        self.n_whole += times;
        self.smallest = Some(self.smallest.map_or(whole / 10_000, |it| it.min(whole / 10_000)));
    }

    /// Whether so few of many values are numbers that the column cannot become one; the
    /// `times` that are looked at do not count.
    fn are_hopeless(&self, times: u64) -> bool {
        let most = self.n_numbers.iter().max().copied().unwrap_or(0);
        let n_before = self.n_values - times;
        n_before > 1_000 && (most + self.n_long).max(self.n_rates) * 2 < n_before
    }

    fn look_at_float(&mut self, text: &str, times: u64, is_long: bool) {
        let Ok(number) = text.parse::<f64>() else { return };
        self.n_long += if is_long { times } else { 0 };
        let units = number.exp();
        if (0.99..1e12).contains(&units) && (units - units.round()).abs() < 0.01 {
            self.n_logarithms += times;
        }
    }
}

/// Whether a text is what rows of totals have in place of a name.
fn is_sum(text: &str) -> bool {
    let bare = text.trim_end_matches(':');
    SUM_TEXTS.iter().any(|known| known.eq_ignore_ascii_case(bare))
}

/// What the text is in each of [`NUMBER_FORMATS`].
fn read_in_all(text: &str, is_plain: bool) -> [Option<i128>; NUMBER_FORMATS.len()] {
    let first = || NUMBER_FORMATS[0].parts(text);
    if is_plain {
        return [first(); NUMBER_FORMATS.len()];
    }
    // Decimals behind a point are the usual case: one look serves all formats but one.
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if let Some((whole, decimals)) = unsigned.split_once('.')
        && whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit())
    {
        let read = first();
        let grouped = NUMBER_FORMATS[3].parts(text).filter(|_| decimals.len() == 3);
        return [read, None, read, grouped, read, None, read];
    }
    NUMBER_FORMATS.map(|format| format.parts(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_reads_what_every_format_reads() {
        for text in ["1.5", "-1.234", "0.250", "1234.567", "1.23456", ".5", "7.", ".", "-."] {
            assert_eq!(read_in_all(text, false), NUMBER_FORMATS.map(|it| it.parts(text)), "{text}");
        }
    }

    fn values(texts: &[&str]) -> Values {
        let mut values = Values::new();
        values.look_at(&texts.iter().copied().collect());
        values
    }

    fn dates(texts: &[&str]) -> Vec<String> {
        values(texts).date_formats().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_day_above_twelve_decides_the_order() {
        assert_eq!(dates(&["03/01/19", "04/02/19"]), ["%d/%m/%y", "%m/%d/%y"]);
        assert_eq!(dates(&["03/01/19", "04/02/19", "13/02/19"]), ["%d/%m/%y"]);
        assert_eq!(dates(&["03/01/19", "04/22/19"]), ["%m/%d/%y"]);
    }

    #[test]
    fn one_day_among_thousands_decides_the_order() {
        let mut texts = vec!["03/01/2019"; 5_000];
        texts.push("13/02/2019");
        assert_eq!(dates(&texts), ["%d/%m/%Y"]);
    }

    #[test]
    fn one_mark_decides_the_number_format() {
        let formats = |texts: &[&str]| -> Vec<usize> {
            let values = values(texts);
            (0..7).filter(|place| values.are_numbers(NUMBER_FORMATS[*place])).collect()
        };
        assert_eq!(formats(&["1", "-2"]), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(formats(&["1.5", "20"]), [0, 2, 4, 6]);
        assert_eq!(formats(&["1,50", "20"]), [1, 3, 5]);
        assert_eq!(formats(&["1.234,50"]), [3]);
        assert_eq!(formats(&["1,234.50"]), [2]);
        assert_eq!(formats(&["1\u{202f}234,50 €"]), [5]);
        assert_eq!(formats(&["A1"]), [0; 0]);
    }

    #[test]
    fn three_digits_behind_the_only_mark_are_two_numbers() {
        assert!(values(&["1.234", "5"]).are_rival(0) && !values(&["1.234"]).are_rival(1));
        assert!(values(&["1,234"]).are_rival(1));
        assert!(!values(&["0.250", "1234.567", "1.23"]).are_rival(0));
    }

    #[test]
    fn a_broken_value_in_a_hundred_hides_no_column() {
        let mut texts = vec!["0.5"; 99];
        texts.push("4.4e-16");
        assert!(values(&texts).are_numbers(NUMBER_FORMATS[0]) && values(&texts).are_rates());
        texts.push("x");
        assert!(!values(&texts).are_numbers(NUMBER_FORMATS[0]));
        let mut texts = vec!["2024-08-26"; 300];
        texts.push("tomorrow");
        assert_eq!((dates(&texts), values(&texts).n_days()), (vec!["iso".to_owned()], 300));
    }

    #[test]
    fn a_long_run_of_one_number_is_numbers() {
        let mut texts = vec!["0"; 3_000];
        texts.push("7");
        assert!(values(&texts).are_numeric() && values(&texts).are_whole());
    }

    #[test]
    fn values_that_name_rows_stand_once() {
        assert!(!values(&["A", "B", "C"]).repeat());
        assert!(values(&["A", "B", "A"]).repeat());
        assert!(values(&["A", "A"]).repeat());
    }

    #[test]
    fn texts_for_nothing_do_not_count_as_values() {
        let found = values(&["NA", "2", "", "3"]);
        assert!(found.are_whole());
        assert_eq!((found.n_values, found.n_blank, found.null_texts), (2, 2, vec!["NA"]));
    }

    #[test]
    fn iso_counted_and_month_texts_are_known() {
        assert_eq!(dates(&["2024-08-26 16:56:11"]), ["iso"]);
        assert_eq!(dates(&["1485630413.0"]), ["epoch_seconds"]);
        assert_eq!(dates(&["1485630413250"]), ["epoch_milliseconds"]);
        assert_eq!(dates(&["45530", "45531.5"]), ["excel_serial"]);
        assert_eq!(dates(&["Jan-98", "Feb-98"]), ["%b-%y"]);
        assert!(dates(&["17", "18"]).is_empty());
    }

    #[test]
    fn logarithms_of_units_are_known() {
        // ln(8256) and ln(6144), as Dominick's data has them.
        assert!(values(&["9.0186954877", "8.7232312748"]).are_logarithms());
        assert!(!values(&["9.02", "8.71"]).are_logarithms());
        assert!(!values(&["0", "0"]).are_logarithms());
    }

    #[test]
    fn weeks_and_months_are_told_by_their_days() {
        let weeks =
            ["2024-01-01", "2024-01-08", "2024-01-22", "2024-02-05", "2024-02-12", "2024-03-04"];
        assert_eq!(values(&weeks).period(&DateFormat::Iso), Some(Frequency::Week));
        assert_eq!(values(&weeks[..3]).period(&DateFormat::Iso), None);
        let months =
            ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01"];
        assert_eq!(values(&months).period(&DateFormat::Iso), Some(Frequency::Month));
    }
}
