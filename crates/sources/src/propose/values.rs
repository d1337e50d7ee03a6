//! What the values of a column are, judged by every row of its files.

use crate::{DateFormat, NumberFormat, TextColumn};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Texts that files write where they have nothing.
const NULL_TEXTS: [&str; 7] = ["NA", "N/A", "NULL", "null", "None", "NaN", "nan"];

/// The number formats that are tried, the usual first.
pub(super) const NUMBER_FORMATS: [NumberFormat; 4] = [
    NumberFormat { decimal_mark: '.', thousands_mark: None },
    NumberFormat { decimal_mark: ',', thousands_mark: None },
    NumberFormat { decimal_mark: '.', thousands_mark: Some(',') },
    NumberFormat { decimal_mark: ',', thousands_mark: Some('.') },
];

const DATE_PATTERNS: [&str; 14] = [
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%Y%m%d",
];
const TIME_PATTERNS: [&str; 3] = ["", " %H:%M", " %H:%M:%S"];

/// Seconds since 1970 that are taken for times: 1980 to 2100.
const EPOCH_SECONDS: std::ops::Range<i64> = 315_532_800..4_102_444_800;

/// Of 100 values one may be broken: a single bad row hides no column.
const VALUES_PER_BROKEN: u64 = 100;

/// Different values that are remembered to find repeats; more are not looked at.
const MAX_REMEMBERED: usize = 1_000_000;
/// Of 20 values one may be a repeat by mistake.
const VALUES_PER_REPEAT: u64 = 20;

/// What the values of a column allow.
#[derive(Debug, Clone)]
pub(super) struct Values {
    pub(super) n_values: u64,
    pub(super) n_blank: u64,
    /// Values that each of [`NUMBER_FORMATS`] reads.
    n_numbers: [u64; 4],
    /// Numbers without decimals.
    n_whole: u64,
    /// Numbers from 0 to 1.
    n_rates: u64,
    /// Formats, and the values that each does not read.
    date_formats: Vec<(DateFormat, u64)>,
    /// Texts for nothing that occur.
    pub(super) null_texts: Vec<&'static str>,
    pub(super) example: String,
    n_repeated: u64,
    /// Hashes of the values, as long as repeats are looked for.
    remembered: HashSet<u64>,
}

impl Values {
    pub(super) fn new() -> Self {
        let with_times = DATE_PATTERNS.iter().flat_map(|date| {
            TIME_PATTERNS.iter().map(move |time| DateFormat::Pattern(format!("{date}{time}")))
        });
        let formats = std::iter::once(DateFormat::Iso).chain(with_times);
        let formats = formats.chain([DateFormat::EpochSeconds]);
        Self {
            n_values: 0,
            n_blank: 0,
            n_numbers: [0; 4],
            n_whole: 0,
            n_rates: 0,
            date_formats: formats.map(|format| (format, 0)).collect(),
            null_texts: Vec::new(),
            example: String::new(),
            n_repeated: 0,
            remembered: HashSet::new(),
        }
    }

    pub(super) fn look_at(&mut self, column: &TextColumn) {
        column.iter().for_each(|text| self.look_at_text(text.trim()));
    }

    /// Whether values stand twice so often that they name no row.
    pub(super) fn repeat(&self) -> bool {
        self.n_repeated * VALUES_PER_REPEAT > self.n_values
    }

    /// How many values this format reads.
    pub(super) fn n_numbers(&self, format: NumberFormat) -> u64 {
        let position = NUMBER_FORMATS.iter().position(|known| *known == format);
        position.map_or(0, |index| self.n_numbers[index])
    }

    pub(super) fn are_numbers(&self, format: NumberFormat) -> bool {
        self.are_nearly_all(self.n_numbers(format))
    }

    pub(super) fn are_whole(&self) -> bool {
        self.are_nearly_all(self.n_whole)
    }

    pub(super) fn are_rates(&self) -> bool {
        self.are_nearly_all(self.n_rates)
    }

    /// The formats that read the most values as days, if these are nearly all.
    pub(super) fn date_formats(&self) -> Vec<&DateFormat> {
        let fewest = self.date_formats.iter().map(|(_, n_broken)| *n_broken).min().unwrap_or(0);
        if !self.are_nearly_all(self.n_values - fewest.min(self.n_values)) {
            return Vec::new();
        }
        let best = self.date_formats.iter().filter(|(_, n_broken)| *n_broken == fewest);
        best.map(|(format, _)| format).collect()
    }

    /// Values that the best date formats read.
    pub(super) fn n_days(&self) -> u64 {
        let fewest = self.date_formats.iter().map(|(_, n_broken)| *n_broken).min();
        self.n_values - fewest.unwrap_or(self.n_values)
    }

    /// Whether days and months can be exchanged in every value; then both formats are given.
    pub(super) fn ambiguous_dates(&self) -> Option<(&DateFormat, &DateFormat)> {
        let formats = self.date_formats();
        let starting = |part: &str| {
            formats.iter().copied().find(|format| format.to_string().starts_with(part))
        };
        Some((starting("%d")?, starting("%m")?))
    }

    fn are_nearly_all(&self, n_good: u64) -> bool {
        self.n_values > 0 && (self.n_values - n_good) * VALUES_PER_BROKEN <= self.n_values
    }

    fn look_at_text(&mut self, text: &str) {
        if text.is_empty() {
            self.n_blank += 1;
            return;
        }
        if let Some(null) = NULL_TEXTS.iter().find(|null| **null == text) {
            self.n_blank += 1;
            if !self.null_texts.contains(null) {
                self.null_texts.push(null);
            }
            return;
        }
        self.n_values += 1;
        if self.example.is_empty() {
            text.clone_into(&mut self.example);
        }
        self.look_at_number(text);
        self.look_at_date(text);
        if self.remembered.len() < MAX_REMEMBERED {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            self.n_repeated += u64::from(!self.remembered.insert(hasher.finish()));
        }
    }

    fn look_at_number(&mut self, text: &str) {
        // Most columns are no numbers at all, or numbers without any mark.
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let n_tried = if is_plain { 1 } else { NUMBER_FORMATS.len() };
        let mut first = None;
        for (n_read, format) in self.n_numbers.iter_mut().zip(NUMBER_FORMATS).take(n_tried) {
            let parts = format.parts(text);
            *n_read += u64::from(parts.is_some());
            first = first.or(parts);
        }
        let Some(parts) = first else { return };
        if is_plain {
            self.n_numbers[1..].iter_mut().for_each(|n_read| *n_read += 1);
        }
        self.n_whole += u64::from(parts % 10_000 == 0);
        self.n_rates += u64::from((0..=10_000).contains(&parts));
    }

    fn look_at_date(&mut self, text: &str) {
        // A format that is broken this often already cannot become the best any more.
        let n_tolerated = (self.n_values / VALUES_PER_BROKEN).max(5);
        self.date_formats.retain_mut(|(format, n_broken)| {
            *n_broken += u64::from(!reads(format, text));
            *n_broken <= n_tolerated
        });
    }
}

fn reads(format: &DateFormat, text: &str) -> bool {
    match format {
        DateFormat::EpochSeconds => format
            .instant(text, None)
            .is_some_and(|at| EPOCH_SECONDS.contains(&at.div_euclid(1_000_000))),
        _ => format.day(text).is_some_and(|day| (1900..=2100).contains(&day.ymd().0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(values(&["03/01/19", "04/02/19"]).ambiguous_dates().is_some());
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
        let formats = |texts: &[&str]| NUMBER_FORMATS.map(|it| values(texts).are_numbers(it));
        assert_eq!(formats(&["1", "-2"]), [true; 4]);
        assert_eq!(formats(&["1.5", "20"]), [true, false, true, false]);
        assert_eq!(formats(&["1,50", "20"]), [false, true, false, true]);
        assert_eq!(formats(&["1.234,50"]), [false, false, false, true]);
        assert_eq!(formats(&["1,234.50"]), [false, false, true, false]);
        assert_eq!(formats(&["A1"]), [false; 4]);
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
    fn values_that_name_rows_stand_once() {
        assert!(!values(&["A", "B", "C"]).repeat());
        assert!(values(&["A", "B", "A"]).repeat());
    }

    #[test]
    fn texts_for_nothing_do_not_count_as_values() {
        let found = values(&["NA", "2", "", "3"]);
        assert!(found.are_whole());
        assert_eq!((found.n_values, found.n_blank, found.null_texts), (2, 2, vec!["NA"]));
    }

    #[test]
    fn iso_and_epoch_times_are_known() {
        assert_eq!(dates(&["2024-08-26 16:56:11"]), ["iso"]);
        assert_eq!(dates(&["1485630413.0"]), ["epoch_seconds"]);
        assert!(dates(&["17", "18"]).is_empty());
    }
}
