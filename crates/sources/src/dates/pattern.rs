//! Texts read by a `strptime` pattern.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

/// What a text of date and time says.
pub(super) enum Moment {
    /// Microseconds since 1970-01-01 UTC, and the date as written: the text has its offset.
    Absolute(i64, Date),
    /// What the clocks of a place showed.
    Local(DateTime),
}

pub(super) fn date(pattern: &str, text: &str) -> Option<Date> {
    match numeric(pattern.as_bytes(), text.as_bytes()) {
        Numeric::Read(written) => Some(written.date()),
        Numeric::Refused => None,
        Numeric::Other => parsed(pattern, text)?.to_date().ok(),
    }
}

pub(super) fn moment(pattern: &str, text: &str) -> Option<Moment> {
    match numeric(pattern.as_bytes(), text.as_bytes()) {
        Numeric::Read(written) => Some(Moment::Local(written)),
        Numeric::Refused => None,
        Numeric::Other => {
            let parsed = parsed(pattern, text)?;
            if let (Ok(timestamp), Ok(date)) = (parsed.to_timestamp(), parsed.to_date()) {
                return Some(Moment::Absolute(timestamp.as_microsecond(), date));
            }
            parsed.to_datetime().ok().map(Moment::Local)
        }
    }
}

/// Refuses a pattern that cannot give a day, and says why.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    let example = DateTime::constant(2024, 8, 26, 16, 56, 11, 0).to_zoned(TimeZone::UTC);
    let written = example
        .and_then(|example| strtime::format(pattern, &example))
        .map_err(|error| error.to_string())?;
    let mut read = BrokenDownTime::parse(pattern, &written).map_err(|error| error.to_string())?;
    begin_period(&mut read);
    read.to_date().map(|_| ()).map_err(|error| error.to_string())
}

fn parsed(pattern: &str, text: &str) -> Option<BrokenDownTime> {
    let mut parsed = BrokenDownTime::parse(pattern, text).ok()?;
    begin_period(&mut parsed);
    Some(parsed)
}

/// A month without a day stands for its first one, a week for its Monday.
fn begin_period(parsed: &mut BrokenDownTime) {
    if parsed.iso_week().is_some() && parsed.weekday().is_none() {
        parsed.set_weekday(Some(Weekday::Monday));
    }
    if parsed.month().is_some() && parsed.day().is_none() {
        // The first is a day of every month.
        let _ = parsed.set_day(Some(1));
    }
}

/// What the short way made of a text.
#[derive(Debug, PartialEq, Eq)]
enum Numeric {
    /// The pattern is not of the kind that the short way reads.
    Other,
    Refused,
    Read(DateTime),
}

/// Reads patterns of digits and separators, with the very results of
/// [`BrokenDownTime`], in a tenth of its time: files have millions of dates.
fn numeric(pattern: &[u8], text: &[u8]) -> Numeric {
    let (mut pattern, mut text) = (pattern, text);
    let mut fields = Fields::default();
    while let [first, rest @ ..] = pattern {
        match (first, rest) {
            (b'%', [conversion, rest @ ..]) => {
                pattern = rest;
                let n_digits = match conversion {
                    b'Y' => 4,
                    b'm' | b'd' | b'H' | b'M' | b'S' | b'y' => 2,
                    _ => return Numeric::Other,
                };
                // Signs before years are for the long way.
                if *conversion == b'Y' && matches!(text, [b'-' | b'+' | b'\xE2', ..]) {
                    return Numeric::Other;
                }
                let Some((number, rest)) = number(text, n_digits) else { return Numeric::Refused };
                text = rest;
                if fields.set(*conversion, number).is_none() {
                    return Numeric::Refused;
                }
            }
            (b'%', []) => return Numeric::Other,
            (blank, rest) if blank.is_ascii_whitespace() => {
                (pattern, text) = (rest, text.trim_ascii_start());
            }
            (literal, rest) => match text {
                [found, behind @ ..] if found == literal => (pattern, text) = (rest, behind),
                _ => return Numeric::Refused,
            },
        }
    }
    if text.is_empty() { fields.read() } else { Numeric::Refused }
}

/// Up to `n_digits` digits behind blanks.
fn number(text: &[u8], n_digits: usize) -> Option<(i16, &[u8])> {
    let text = text.trim_ascii_start();
    let n_found = text.iter().take(n_digits).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(n_found).filter(|_| n_found > 0)?;
    Some((digits.iter().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')), rest))
}

#[derive(Default)]
struct Fields {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: Option<i8>,
    minute: Option<i8>,
    second: Option<i8>,
}

impl Fields {
    fn set(&mut self, conversion: u8, number: i16) -> Option<()> {
        let within = |first: i16, last: i16| {
            (first..=last).contains(&number).then(|| i8::try_from(number).ok()).flatten()
        };
        match conversion {
            b'Y' => self.year = Some(number),
            b'y' => self.year = Some(if number <= 68 { 2000 + number } else { 1900 + number }),
            b'm' => self.month = Some(within(1, 12)?),
            b'd' => self.day = Some(within(1, 31)?),
            b'H' => self.hour = Some(within(0, 23)?),
            b'M' => self.minute = Some(within(0, 59)?),
            // A leap second is the last second of its minute.
            _ => self.second = Some(within(0, 60)?.min(59)),
        }
        Some(())
    }

    fn read(&self) -> Numeric {
        let (Some(year), Some(month)) = (self.year, self.month) else { return Numeric::Other };
        let time = match (self.hour, self.minute, self.second) {
            (hour, minute, None) if hour.is_some() || minute.is_none() => {
                Time::new(hour.unwrap_or(0), minute.unwrap_or(0), 0, 0)
            }
            (Some(hour), Some(minute), Some(second)) => Time::new(hour, minute, second, 0),
            // A minute of no hour.
            _ => return Numeric::Other,
        };
        match (Date::new(year, month, self.day.unwrap_or(1)), time) {
            (Ok(date), Ok(time)) => Numeric::Read(date.to_datetime(time)),
            _ => Numeric::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATTERNS: [&str; 9] = [
        "%d/%m/%Y",
        "%m-%d-%y",
        "%Y%m%d",
        "%Y-%m",
        "%Y%m",
        "%d.%m.%Y %H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%d %m %Y",
        "%H:%M %d/%m/%y",
    ];

    fn long(pattern: &str, text: &str) -> Option<DateTime> {
        parsed(pattern, text)?.to_datetime().ok()
    }

    #[test]
    fn only_patterns_of_digits_go_the_short_way() {
        assert_eq!(numeric(b"%d %b %Y", b"26 Aug 2024"), Numeric::Other);
        assert_eq!(numeric(b"%d/%m/%Y", b"26.08.2024"), Numeric::Refused);
        assert_eq!(numeric(b"%d/%m/%Y", b"26/08/2024 "), Numeric::Refused);
        assert_eq!(numeric(b"%d/%m/%Y %z", b"26/08/2024 +0200"), Numeric::Other);
    }

    proptest! {
        #[test]
        fn the_short_way_and_the_long_way_agree(
            text in "[0-9]{1,4}[-/. ]?[0-9]{1,2}[-/. ]?[0-9]{0,4}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{2})?)?|\\PC{0,12}"
        ) {
            for pattern in PATTERNS {
                match numeric(pattern.as_bytes(), text.as_bytes()) {
                    Numeric::Read(read) => prop_assert_eq!(Some(read), long(pattern, &text)),
                    Numeric::Refused => prop_assert_eq!(None, long(pattern, &text)),
                    Numeric::Other => {}
                }
            }
        }

        #[test]
        fn written_dates_are_read(seconds in 0_i64..4_000_000_000) {
            let at = TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(seconds).unwrap());
            for pattern in PATTERNS {
                let text = at.strftime(pattern).to_string();
                let read = numeric(pattern.as_bytes(), text.as_bytes());
                let expected = long(pattern, &text).map(Numeric::Read);
                prop_assert_eq!(Some(read), expected, "{}", text);
            }
        }
    }
}
