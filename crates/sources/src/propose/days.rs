//! How the values of a column write days, if they are days.

use crate::DateFormat;
use shelfcast_retail::{Day, Frequency};
use std::collections::HashSet;
use std::sync::OnceLock;

const DATE_PATTERNS: [&str; 39] = [
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%Y.%m.%d",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d %b %y",
    "%d-%b-%y",
    "%d/%b/%Y",
    "%b %d, %Y",
    "%b %d %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%A, %d %B %Y",
    "%A, %B %d, %Y",
    "%A %d %B %Y",
    "%a %d %b %Y",
    "%Y%m%d",
    "%Y-%m",
    "%Y/%m",
    "%m/%Y",
    "%Y%m",
    "%b-%y",
    "%b %y",
    "%b-%Y",
    "%b %Y",
    "%B %Y",
    "%m.%Y",
    "%G W%V",
    "KW %V/%G",
    "KW%V/%G",
];
const TIME_PATTERNS: [&str; 5] = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"];

/// Seconds since 1970 that are taken for times: 1980 to 2100.
const EPOCH_SECONDS: std::ops::Range<i64> = 315_532_800..4_102_444_800;
/// Days of workbooks that are taken for dates: 1970 to 2100.
const EXCEL_YEARS: std::ops::RangeInclusive<i16> = 1970..=2100;
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// Different days that are remembered; data of weeks or months has fewer.
const MAX_DISTINCT: usize = 2_000;
/// So many different days must agree before they are called weeks or months.
const MIN_PERIODS: usize = 6;

struct Candidate {
    format: DateFormat,
    /// No text without letters is in this format.
    needs_letters: bool,
}

fn candidates() -> &'static [Candidate] {
    static CANDIDATES: OnceLock<Vec<Candidate>> = OnceLock::new();
    CANDIDATES.get_or_init(|| {
        let patterns = DATE_PATTERNS.iter().flat_map(|date| {
            TIME_PATTERNS.iter().map(move |time| DateFormat::Pattern(format!("{date}{time}")))
        });
        let counted =
            [DateFormat::EpochSeconds, DateFormat::EpochMilliseconds, DateFormat::ExcelSerial];
        let formats = std::iter::once(DateFormat::Iso).chain(patterns).chain(counted);
        let candidate = |format: DateFormat| {
            let text = format.to_string();
            let needs_letters = ["%b", "%B", "%a", "%A", "%p"].iter().any(|it| text.contains(it));
            Candidate { format, needs_letters }
        };
        formats.map(candidate).collect()
    })
}

/// The formats that a column may have, and the different days it names.
#[derive(Debug, Clone)]
pub(super) struct Days {
    /// Places in the list of candidates, and values that each does not read.
    alive: Vec<(u16, u64)>,
    distinct: HashSet<Box<str>>,
    too_many: bool,
    /// A text that is another day in another format, as `03/04/2024` is.
    telling: Option<Box<str>>,
}

impl Days {
    pub(super) fn new() -> Self {
        let alive = (0..candidates().len() as u16).map(|place| (place, 0)).collect();
        Self { alive, distinct: HashSet::new(), too_many: false, telling: None }
    }

    /// Looks at a text that stands `times` times; a format that does not read
    /// more than `n_tolerated` values is given up.
    pub(super) fn look_at(&mut self, text: &str, times: u64, n_tolerated: u64) {
        if self.alive.is_empty() {
            return;
        }
        let has_letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        self.alive.retain_mut(|(place, n_broken)| {
            let candidate = &candidates()[usize::from(*place)];
            let read = has_letters >= candidate.needs_letters && reads(&candidate.format, text);
            *n_broken += if read { 0 } else { times };
            *n_broken <= n_tolerated
        });
        if self.telling.is_none() && self.alive.len() > 1 {
            let formats = self.alive.iter().map(|(place, _)| &candidates()[usize::from(*place)]);
            let days = formats.filter_map(|candidate| candidate.format.day(text));
            let days: HashSet<Day> = days.collect();
            self.telling = (days.len() > 1).then(|| text.into());
        }
        if self.alive.is_empty() || self.distinct.len() >= MAX_DISTINCT {
            self.too_many = true;
            self.distinct = HashSet::new();
        } else if !self.too_many && !self.distinct.contains(text) {
            self.distinct.insert(text.into());
        }
    }

    /// The formats that read the most values, and how many values they do not read.
    pub(super) fn best(&self) -> Option<(Vec<&'static DateFormat>, u64)> {
        let fewest = self.alive.iter().map(|(_, n_broken)| *n_broken).min()?;
        let best = self.alive.iter().filter(|(_, n_broken)| *n_broken == fewest);
        let formats = best.map(|(place, _)| &candidates()[usize::from(*place)].format).collect();
        Some((formats, fewest))
    }

    /// A text that two of these formats read as different days, where one was seen.
    pub(super) fn telling(&self, formats: &[&DateFormat]) -> Option<&str> {
        let differs = |text: &&str| {
            let days: HashSet<_> = formats.iter().map(|format| format.day(text)).collect();
            days.len() > 1
        };
        let texts = self.telling.iter().chain(&self.distinct).map(AsRef::as_ref);
        texts.filter(differs).min()
    }

    /// The period that the days are apart, if they are too few and too regular for days.
    pub(super) fn period(&self, format: &DateFormat) -> Option<Frequency> {
        if self.too_many {
            return None;
        }
        period_of(&self.distinct.iter().filter_map(|text| format.day(text)).collect::<Vec<_>>())
    }
}

/// Weeks when all days are the same day of the week, months when all begin or end one.
pub(super) fn period_of(days: &[Day]) -> Option<Frequency> {
    let mut days = days.to_vec();
    days.sort_unstable();
    days.dedup();
    if days.len() < MIN_PERIODS {
        return None;
    }
    let all = |test: &dyn Fn(Day) -> bool| days.iter().all(|day| test(*day));
    let begins_month = |day: Day| day.ymd().2 == 1;
    if all(&begins_month) || all(&|day| begins_month(day.plus(1))) {
        return Some(Frequency::Month);
    }
    all(&|day| day.weekday() == days[0].weekday()).then_some(Frequency::Week)
}

/// Whether a text is a plausible day in a format.
pub(super) fn reads(format: &DateFormat, text: &str) -> bool {
    let is_time = || {
        let at = format.instant(text, None);
        at.is_some_and(|at| EPOCH_SECONDS.contains(&at.div_euclid(1_000_000)))
    };
    let is_of = |years: &std::ops::RangeInclusive<i16>| {
        format.day(text).is_some_and(|day| years.contains(&day.ymd().0))
    };
    match format {
        DateFormat::EpochSeconds | DateFormat::EpochMilliseconds => is_time(),
        DateFormat::ExcelSerial => is_of(&EXCEL_YEARS),
        _ => is_of(&YEARS),
    }
}
