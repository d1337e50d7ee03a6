mod civil;
mod numbered;
mod pattern;

pub use numbered::NumberedPeriods;
pub(crate) use numbered::number;

use crate::SourceError;
use civil::{
    days_since_epoch, epoch_microseconds, iso_date, iso_date_time, iso_week, serial_microseconds,
    to_day, utc_microseconds,
};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use shelfcast_retail::{Day, ZoneRules};
use std::fmt;
use std::str::FromStr;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// How a column writes days and instants.
///
/// As text: `iso`, `epoch_seconds`, `epoch_milliseconds`, `excel_serial`,
/// numbered periods such as `week 1 = 1989-09-14`, or a pattern in the manner of
/// `strptime` such as `%d/%m/%Y %H:%M` (the conversions of `jiff::fmt::strtime`;
/// `%y` reads 69-99 as 1969-1999 and 00-68 as 2000-2068). A pattern of year and
/// month alone, such as `%b-%y`, stands for the first day of the month.
///
/// ```
/// use shelfcast_sources::DateFormat;
/// let written: DateFormat = "%d/%m/%y".parse()?;
/// assert_eq!(written.day("03/01/19").expect("a day").to_string(), "2019-01-03");
/// assert_eq!(DateFormat::Iso.instant("1970-01-01 00:00:01", None), Some(1_000_000));
/// let weeks: DateFormat = "week 1 = 1989-09-14".parse()?;
/// assert_eq!(weeks.day("3").expect("a day").to_string(), "1989-09-28");
/// # Ok::<(), shelfcast_sources::SourceError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DateFormat {
    /// ISO 8601: `2024-08-26`, `2024-08-26 16:56:11`, `2024-08-26T16:56:11.5+02:00`, and weeks
    /// by their Monday: `2024-W35`.
    #[default]
    Iso,
    /// Seconds since 1970-01-01 UTC, decimals allowed.
    EpochSeconds,
    /// Milliseconds since 1970-01-01 UTC, decimals allowed.
    EpochMilliseconds,
    /// Days since 1899-12-30, the decimals being the time of day, as workbooks count.
    ExcelSerial,
    /// Periods that are counted.
    Numbered(NumberedPeriods),
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
                _ => match iso_date_time(text) {
                    Some((written, _)) => to_day(written.date()),
                    None => iso_week(text).and_then(to_day),
                },
            },
            Self::EpochSeconds | Self::EpochMilliseconds | Self::ExcelSerial => {
                let days = self.instant(text, None)?.div_euclid(DAY);
                i32::try_from(days).ok().map(Day::from_epoch_days)
            }
            Self::Numbered(periods) => periods.day(text),
            Self::Pattern(pattern) => pattern::date(pattern, text).and_then(to_day),
        }
    }

    /// The instant in microseconds since 1970-01-01 UTC. An offset in the text
    /// holds; without one the time is that of `zone`, or UTC without a zone. A
    /// day alone is its midnight. `None` when the text is not in this format.
    pub fn instant(&self, text: &str, zone: Option<&ZoneRules>) -> Option<i64> {
        self.moment(text, zone).map(|moment| moment.instant)
    }

    /// The [instant](Self::instant), and the day that the clocks showed at it: those of `zone`,
    /// without one those of the text.
    ///
    /// ```
    /// use shelfcast_retail::ZoneRules;
    /// use shelfcast_sources::DateFormat;
    /// let late = "2024-08-26T23:30:00-05:00"; // 04:30 UTC of the next day
    /// let day = |zone| DateFormat::Iso.moment(late, zone).expect("a time").day.to_string();
    /// assert_eq!(day(None), "2024-08-26");
    /// assert_eq!(day(Some(&ZoneRules::named("Europe/Berlin")?)), "2024-08-27");
    /// # Ok::<(), shelfcast_retail::RetailError>(())
    /// ```
    pub fn moment(&self, text: &str, zone: Option<&ZoneRules>) -> Option<Moment> {
        let text = text.trim();
        match self {
            Self::Iso => {
                let (written, offset) = match iso_date(text.as_bytes()) {
                    Some((date, [])) => (date.at(0, 0, 0, 0), None),
                    _ => iso_date_time(text)
                        .or_else(|| Some((iso_week(text)?.at(0, 0, 0, 0), None)))?,
                };
                match offset {
                    Some(seconds) => {
                        let instant = utc_microseconds(written) - seconds * SECOND;
                        absolute(instant, Some(written.date()), zone)
                    }
                    None => local(written, zone),
                }
            }
            Self::EpochSeconds => absolute(epoch_microseconds(text, 6)?, None, zone),
            Self::EpochMilliseconds => absolute(epoch_microseconds(text, 3)?, None, zone),
            Self::ExcelSerial => local(civil_of(serial_microseconds(text)?)?, zone),
            Self::Numbered(periods) => {
                let midnight = i64::from(periods.day(text)?.epoch_days()) * DAY;
                local(civil_of(midnight)?, zone)
            }
            Self::Pattern(pattern) => match pattern::moment(pattern, text)? {
                pattern::Moment::Absolute(instant, date) => absolute(instant, Some(date), zone),
                pattern::Moment::Local(written) => local(written, zone),
            },
        }
    }
}

/// A point in time, and the day that it belongs to where it was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970-01-01 UTC.
    pub instant: i64,
    /// The day by the clocks of the place.
    pub day: Day,
}

fn local(written: DateTime, zone: Option<&ZoneRules>) -> Option<Moment> {
    let day = Day::from_epoch_days(days_since_epoch(written.date()));
    Some(Moment { instant: local_microseconds(written, zone)?, day })
}

/// A time whose offset is known, and the date that was written with it.
fn absolute(instant: i64, written: Option<Date>, zone: Option<&ZoneRules>) -> Option<Moment> {
    let day = match (zone, written) {
        (Some(zone), _) => return Some(Moment { instant, day: zone.day(instant)? }),
        (None, Some(date)) => days_since_epoch(date),
        (None, None) => i32::try_from(instant.div_euclid(DAY)).ok()?,
    };
    Some(Moment { instant, day: Day::from_epoch_days(day) })
}

impl fmt::Display for DateFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Iso => "iso",
            Self::EpochSeconds => "epoch_seconds",
            Self::EpochMilliseconds => "epoch_milliseconds",
            Self::ExcelSerial => "excel_serial",
            Self::Numbered(periods) => return periods.fmt(formatter),
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
            "excel_serial" => Ok(Self::ExcelSerial),
            _ if text.contains('%') => {
                pattern::check(text).map_err(refused)?;
                Ok(Self::Pattern(text.to_owned()))
            }
            _ if text.contains('=') => text.parse().map(Self::Numbered).map_err(refused),
            _ => Err(refused("it has no conversion such as %Y".to_owned())),
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

/// Times that the clocks skip or show twice count as before the change, as
/// RFC 5545 has it.
fn local_microseconds(written: DateTime, zone: Option<&ZoneRules>) -> Option<i64> {
    match zone {
        None => Some(utc_microseconds(written)),
        Some(zone) => zone.microseconds(written),
    }
}

/// The date and time of day at which a clock in UTC has counted so far.
fn civil_of(microseconds: i64) -> Option<DateTime> {
    let at = jiff::Timestamp::from_microsecond(microseconds).ok()?;
    Some(TimeZone::UTC.to_datetime(at))
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
            ("2024-08-26 01:30:00 +0200", "2024-08-25T23:30:00Z"),
            ("2024-08-26 01:30:00 UTC", "2024-08-26T01:30:00Z"),
        ] {
            assert_eq!(instant(&DateFormat::Iso, text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_week_is_its_monday() {
        // ISO 8601: the first week of a year is that of its first Thursday.
        for (text, monday) in [
            ("2024-W01", "2024-01-01"),
            ("2023-W01", "2023-01-02"),
            ("2020-W53", "2020-12-28"),
            ("2024W35", "2024-08-26"),
            ("2024-W5", "2024-01-29"),
        ] {
            assert_eq!(DateFormat::Iso.day(text).unwrap().to_string(), monday, "{text}");
            let instant = instant(&DateFormat::Iso, text);
            assert_eq!(instant, Some(format!("{monday}T00:00:00Z")), "{text}");
        }
        for text in ["2023-W53", "24-W05", "2024-W", "W05", "2024-W005", "2024-W0"] {
            assert_eq!(DateFormat::Iso.day(text), None, "{text}");
        }
        let weeks = pattern("%V/%G");
        assert_eq!(weeks.day("01/2023").unwrap().to_string(), "2023-01-02");
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
        for text in
            ["ISO", "%H:%M", "%d/%m", "%Y", "%d/%m/%Q", "week 1 = then", "eon 1 = 2024-01-01"]
        {
            assert!(text.parse::<DateFormat>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_of_days_and_months_and_two_clocks_are_read() {
        let read = |format: &str, text| instant(&pattern(format), text).unwrap_or_default();
        assert_eq!(read("%A, %d %B %Y", "Monday, 26 August 2024"), "2024-08-26T00:00:00Z");
        assert_eq!(read("%d %b %y %I:%M %p", "26 Aug 24 04:56 PM"), "2024-08-26T16:56:00Z");
        // A weekday that the date does not have is a broken text.
        assert_eq!(read("%A, %d %B %Y", "Sunday, 26 August 2024"), "");
    }

    #[test]
    fn a_month_stands_for_its_first_day() {
        for (format, text) in [
            ("%b-%y", "Jan-98"),
            ("%Y-%m", "1998-01"),
            ("%Y%m", "199801"),
            ("%m/%Y", "1/1998"),
            ("%B %Y", "January 1998"),
        ] {
            let day = pattern(format).day(text).map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some("1998-01-01"), "{format}");
        }
    }

    #[test]
    fn the_days_of_workbooks_are_counted_from_the_end_of_1899() {
        // 45530 is 2024-08-26 in every workbook since 1900; .7056 of a day is 16:56:04.
        let read = |text| instant(&DateFormat::ExcelSerial, text);
        assert_eq!(read("45530").as_deref(), Some("2024-08-26T00:00:00Z"));
        assert_eq!(read("45530.5").as_deref(), Some("2024-08-26T12:00:00Z"));
        assert_eq!(read("45530.7056018519").as_deref(), Some("2024-08-26T16:56:04Z"));
        for text in ["", "-1", "1e4", "x", "9999999", "."] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_format_is_written_as_it_is_read() {
        for text in ["iso", "epoch_seconds", "excel_serial", "%d %b %y", "week 1 = 1989-09-14"] {
            let format: DateFormat = text.parse().unwrap();
            assert_eq!(format.to_string(), text);
            let json = serde_json::to_string(&format).unwrap();
            assert_eq!(serde_json::from_str::<DateFormat>(&json).unwrap(), format);
        }
    }

    fn pattern_text(pattern: &str, day: Day) -> String {
        let (year, month, date) = day.ymd();
        jiff::civil::date(year, month, date).strftime(pattern).to_string()
    }

    proptest! {
        #[test]
        fn days_round_trip_through_every_format(days in -700_000..2_900_000) {
            let day = Day::from_epoch_days(days);
            let (year, month, date) = day.ymd();
            let day_first = format!("{date:02}.{month:02}.{year:04}");
            prop_assert_eq!(DateFormat::Iso.day(&day.to_string()), Some(day));
            prop_assert_eq!(pattern("%d.%m.%Y").day(&day_first), Some(day));
            prop_assert_eq!(pattern("%d %b %Y").day(&pattern_text("%d %b %Y", day)), Some(day));
            let long = pattern_text("%A, %d %B %Y", day);
            prop_assert_eq!(pattern("%A, %d %B %Y").day(&long), Some(day));
            let serial = (days + 25_569).to_string();
            prop_assert_eq!(DateFormat::ExcelSerial.day(&serial), (days >= -25_569).then_some(day));
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
            let weeks = pattern("week 1 = 1989-09-14");
            let patterns = [pattern("%d/%m/%y %H:%M"), pattern("%b-%y")];
            for format in [DateFormat::Iso, DateFormat::EpochSeconds, DateFormat::ExcelSerial, weeks]
                .iter()
                .chain(&patterns)
            {
                let _ = (format.day(&text), format.instant(&text, None));
            }
        }
    }
}
