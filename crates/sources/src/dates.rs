use crate::SourceError;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use shelfcast_retail::Day;
use std::fmt;
use std::str::FromStr;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// How a column writes days and instants.
///
/// As text: `iso`, `epoch_seconds`, `epoch_milliseconds`, or a pattern in the
/// manner of `strptime` such as `%d/%m/%Y %H:%M` (the conversions of
/// `jiff::fmt::strtime`; `%y` reads 69-99 as 1969-1999 and 00-68 as 2000-2068).
///
/// ```
/// use shelfcast_sources::DateFormat;
/// let written: DateFormat = "%d/%m/%y".parse()?;
/// assert_eq!(written.day("03/01/19").expect("a day").to_string(), "2019-01-03");
/// assert_eq!(DateFormat::Iso.instant("1970-01-01 00:00:01", None), Some(1_000_000));
/// # Ok::<(), shelfcast_sources::SourceError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DateFormat {
    /// ISO 8601: `2024-08-26`, `2024-08-26 16:56:11`, `2024-08-26T16:56:11.5+02:00`.
    #[default]
    Iso,
    /// Seconds since 1970-01-01 UTC, decimals allowed.
    EpochSeconds,
    /// Milliseconds since 1970-01-01 UTC, decimals allowed.
    EpochMilliseconds,
    /// A `strptime` pattern.
    Pattern(String),
}

impl DateFormat {
    /// The calendar day as written; a time of day behind it is allowed and
    /// left out. `None` when the text is not in this format.
    pub fn day(&self, text: &str) -> Option<Day> {
        let text = text.trim();
        match self {
            Self::Iso => match iso_date(text.as_bytes()) {
                Some((date, [])) => to_day(date),
                _ => iso_date_time(text).and_then(|(written, _)| to_day(written.date())),
            },
            Self::EpochSeconds | Self::EpochMilliseconds => {
                let days = self.instant(text, None)?.div_euclid(DAY);
                i32::try_from(days).ok().map(Day::from_epoch_days)
            }
            Self::Pattern(pattern) => {
                let parsed = BrokenDownTime::parse(pattern, text).ok()?;
                parsed.to_date().ok().and_then(to_day)
            }
        }
    }

    /// The instant in microseconds since 1970-01-01 UTC. An offset in the text
    /// holds; without one the time is that of `zone`, or UTC without a zone. A
    /// day alone is its midnight. `None` when the text is not in this format.
    pub fn instant(&self, text: &str, zone: Option<&ZoneRules>) -> Option<i64> {
        let text = text.trim();
        match self {
            Self::Iso => {
                let (written, offset) = match iso_date(text.as_bytes()) {
                    Some((date, [])) => (date.at(0, 0, 0, 0), None),
                    _ => iso_date_time(text)?,
                };
                match offset {
                    Some(seconds) => Some(utc_microseconds(written) - seconds * SECOND),
                    None => local_microseconds(written, zone),
                }
            }
            Self::EpochSeconds => epoch_microseconds(text, 6),
            Self::EpochMilliseconds => epoch_microseconds(text, 3),
            Self::Pattern(pattern) => {
                let parsed = BrokenDownTime::parse(pattern, text).ok()?;
                if let Ok(timestamp) = parsed.to_timestamp() {
                    return Some(timestamp.as_microsecond());
                }
                local_microseconds(parsed.to_datetime().ok()?, zone)
            }
        }
    }
}

impl fmt::Display for DateFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Iso => "iso",
            Self::EpochSeconds => "epoch_seconds",
            Self::EpochMilliseconds => "epoch_milliseconds",
            Self::Pattern(pattern) => pattern,
        })
    }
}

impl FromStr for DateFormat {
    type Err = SourceError;

    /// # Errors
    /// A word that is no format, or a pattern that cannot give a day.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = |reason: String| SourceError::DateFormat { found: text.to_owned(), reason };
        match text {
            "iso" => Ok(Self::Iso),
            "epoch_seconds" => Ok(Self::EpochSeconds),
            "epoch_milliseconds" => Ok(Self::EpochMilliseconds),
            _ if !text.contains('%') => Err(refused("it has no conversion such as %Y".to_owned())),
            _ => {
                let example =
                    DateTime::constant(2024, 8, 26, 16, 56, 11, 0).to_zoned(TimeZone::UTC);
                let written = example
                    .and_then(|example| strtime::format(text, &example))
                    .map_err(|error| refused(error.to_string()))?;
                let parsed = BrokenDownTime::parse(text, &written);
                parsed
                    .and_then(|parsed| parsed.to_date())
                    .map_err(|error| refused(error.to_string()))?;
                Ok(Self::Pattern(text.to_owned()))
            }
        }
    }
}

impl TryFrom<String> for DateFormat {
    type Error = SourceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DateFormat> for String {
    fn from(format: DateFormat) -> Self {
        format.to_string()
    }
}

/// When the clocks of a place show which time, by the IANA time zone database.
#[derive(Debug, Clone)]
pub struct ZoneRules(TimeZone);

impl ZoneRules {
    /// The rules of a zone such as `Europe/Berlin`.
    ///
    /// # Errors
    /// A name that the database does not know.
    pub fn named(name: &str) -> Result<Self, SourceError> {
        TimeZone::get(name).map(Self).map_err(|_| SourceError::TimeZone { found: name.to_owned() })
    }
}

/// Times that the clocks skip or show twice count as before the change, as
/// RFC 5545 has it.
fn local_microseconds(written: DateTime, zone: Option<&ZoneRules>) -> Option<i64> {
    match zone {
        None => Some(utc_microseconds(written)),
        Some(ZoneRules(zone)) => zone.to_timestamp(written).ok().map(|at| at.as_microsecond()),
    }
}

fn utc_microseconds(written: DateTime) -> i64 {
    let time = written.time();
    let seconds =
        i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    i64::from(days_since_epoch(written.date())) * DAY
        + seconds * SECOND
        + i64::from(time.subsec_nanosecond() / 1000)
}

/// Days from the civil date, after Howard Hinnant's `days_from_civil`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn days_since_epoch(date: Date) -> i32 {
    let month = i32::from(date.month());
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(date.day()) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn to_day(date: Date) -> Option<Day> {
    (date.year() >= 1).then(|| Day::from_epoch_days(days_since_epoch(date)))
}

/// `YYYY-MM-DD` at the start, and what follows.
fn iso_date(text: &[u8]) -> Option<(Date, &[u8])> {
    let (written, rest) = text.split_at_checked(10)?;
    if written[4] != b'-' || written[7] != b'-' {
        return None;
    }
    let year = digits(&written[..4])?;
    let date = Date::new(year, digits(&written[5..7])? as i8, digits(&written[8..])? as i8).ok()?;
    Some((date, rest))
}

/// A date and time of day, with the offset from UTC in seconds if one is written.
fn iso_date_time(text: &str) -> Option<(DateTime, Option<i64>)> {
    let (date, rest) = iso_date(text.as_bytes())?;
    if !matches!(rest.first()?, b' ' | b'T' | b't') {
        return None;
    }
    let (hour, rest) = (digits(rest.get(1..3)?)?, rest.get(3..)?);
    let (minute, rest) = after_colon(rest)?;
    let (second, rest) = after_colon(rest).unwrap_or((0, rest));
    let (nanosecond, rest) = fraction(rest)?;
    let offset = offset_seconds(rest)?;
    // A leap second is the last second of its minute.
    let second = if second == 60 { 59 } else { second };
    let time = jiff::civil::Time::new(hour as i8, minute as i8, second as i8, nanosecond).ok()?;
    Some((date.to_datetime(time), offset))
}

fn after_colon(text: &[u8]) -> Option<(i16, &[u8])> {
    match text {
        [b':', tens, ones, rest @ ..] => Some((digits(&[*tens, *ones])?, rest)),
        _ => None,
    }
}

/// Decimals of a second as nanoseconds; more than nine are refused.
fn fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let Some(text) = text.strip_prefix(b".").or_else(|| text.strip_prefix(b",")) else {
        return Some((0, text));
    };
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&n_digits) {
        return None;
    }
    let written = text[..n_digits].iter().fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
    Some((written * 10_i32.pow(9 - n_digits as u32), &text[n_digits..]))
}

/// Nothing, `Z`, `+02`, `+0200` or `+02:00`; the outer `None` is anything else.
fn offset_seconds(text: &[u8]) -> Option<Option<i64>> {
    let (sign, written) = match text {
        [] => return Some(None),
        b"Z" | b"z" => return Some(Some(0)),
        [b'+', written @ ..] => (1, written),
        [b'-', written @ ..] => (-1, written),
        _ => return None,
    };
    let (hours, minutes) = match written {
        [a, b] => (digits(&[*a, *b])?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (digits(&[*a, *b])?, digits(&[*c, *d])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60)
        .then(|| Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60)))
}

fn digits(text: &[u8]) -> Option<i16> {
    text.iter().try_fold(0_i16, |sum, byte| {
        byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0'))
    })
}

/// A decimal number of units, `scale` digits of which make microseconds.
fn epoch_microseconds(text: &str, scale: usize) -> Option<i64> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text),
    };
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || !(whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit())) {
        return None;
    }
    let kept = &decimals[..decimals.len().min(scale)];
    let written: i64 = format!("{whole}{kept:0<scale$}").parse().ok()?;
    Some(if negative { -written } else { written })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn instant(format: &DateFormat, text: &str) -> Option<String> {
        let microseconds = format.instant(text, None)?;
        Some(jiff::Timestamp::from_microsecond(microseconds).unwrap().to_string())
    }

    fn pattern(text: &str) -> DateFormat {
        text.parse().unwrap()
    }

    #[test]
    fn iso_texts_are_read_with_and_without_offset() {
        for (text, expected) in [
            ("2024-08-26", "2024-08-26T00:00:00Z"),
            ("2024-08-26 16:56:11", "2024-08-26T16:56:11Z"),
            ("2024-08-26T16:56", "2024-08-26T16:56:00Z"),
            ("2024-08-26T16:56:11.5Z", "2024-08-26T16:56:11.5Z"),
            ("2024-08-26T01:30:00+02:00", "2024-08-25T23:30:00Z"),
            ("2024-08-26T23:30:00-0130", "2024-08-27T01:00:00Z"),
        ] {
            assert_eq!(instant(&DateFormat::Iso, text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_iso_text_is_refused() {
        for text in [
            "",
            "2024",
            "2024-02-30",
            "2024-8-26",
            "26/08/2024",
            "2024-08-26 25:00:00",
            "2024-08-26 16",
            "2024-08-26 16:56:11 PM",
            "2024-08-26T16:56:11.",
            "2024-08-26x",
        ] {
            assert_eq!(DateFormat::Iso.instant(text, None), None, "{text}");
            assert_eq!(DateFormat::Iso.day(text), None, "{text}");
        }
    }

    #[test]
    fn the_day_is_the_one_written() {
        let day = |format: &DateFormat, text| format.day(text).map(|day| day.to_string());
        let late = "2024-08-26T23:30:00-05:00";
        assert_eq!(day(&DateFormat::Iso, late).as_deref(), Some("2024-08-26"));
        let written = pattern("%d-%m-%Y");
        assert_eq!(day(&written, "04-01-2016").as_deref(), Some("2016-01-04"));
        assert_eq!(day(&written, "2016-01-04"), None);
        assert_eq!(day(&pattern("%m/%d/%y"), "12/31/99").as_deref(), Some("1999-12-31"));
    }

    #[test]
    fn epoch_times_keep_their_decimals() {
        // `date -u -d @1485630413` prints 2017-01-28 19:06:53.
        let read = |text| instant(&DateFormat::EpochSeconds, text);
        assert_eq!(read("1485630413.0").as_deref(), Some("2017-01-28T19:06:53Z"));
        assert_eq!(
            DateFormat::EpochMilliseconds.instant("1485630413250", None),
            Some(1_485_630_413_250_000)
        );
        assert_eq!(read("12a"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn local_times_are_those_of_the_zone() {
        let zone = ZoneRules::named("Europe/Berlin").unwrap();
        let noon = DateFormat::Iso.instant("2024-07-01 12:00:00", Some(&zone)).unwrap();
        // Summer time is two hours ahead of UTC.
        assert_eq!(
            jiff::Timestamp::from_microsecond(noon).unwrap().to_string(),
            "2024-07-01T10:00:00Z"
        );
        let message = ZoneRules::named("Mars/Olympus").unwrap_err().to_string();
        assert!(message.starts_with("`Mars/Olympus` is not a known time zone"), "{message}");
    }

    #[test]
    fn formats_that_give_no_day_are_refused() {
        for text in ["ISO", "%H:%M", "%Y-%m", "%d/%m/%Q"] {
            assert!(text.parse::<DateFormat>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn days_round_trip_through_every_format(days in -700_000..2_900_000) {
            let day = Day::from_epoch_days(days);
            let (year, month, date) = day.ymd();
            let day_first = format!("{date:02}.{month:02}.{year:04}");
            prop_assert_eq!(DateFormat::Iso.day(&day.to_string()), Some(day));
            prop_assert_eq!(pattern("%d.%m.%Y").day(&day_first), Some(day));
            let seconds = (i64::from(days) * 86_400).to_string();
            prop_assert_eq!(DateFormat::EpochSeconds.day(&seconds), Some(day));
        }

        #[test]
        fn instants_round_trip(seconds in -60_000_000_000_i64..250_000_000_000) {
            let text = jiff::Timestamp::from_second(seconds).unwrap().to_string();
            prop_assert_eq!(DateFormat::Iso.instant(&text, None), Some(seconds * SECOND));
        }

        #[test]
        fn reading_never_panics(text in "[0-9:./TZ+ -]{0,30}|\\PC*") {
            for format in [DateFormat::Iso, DateFormat::EpochSeconds, pattern("%d/%m/%y %H:%M")] {
                let _ = (format.day(&text), format.instant(&text, None));
            }
        }
    }
}
