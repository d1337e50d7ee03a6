use crate::RetailError;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// A business day: days since 1970-01-01, as Arrow's `Date32` counts them.
///
/// ```
/// use shelfcast_retail::Day;
/// let day: Day = "2024-08-26".parse()?;
/// assert_eq!(day.plus(6).to_string(), "2024-09-01");
/// # Ok::<(), shelfcast_retail::RetailError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

const EPOCH: Date = Date::constant(1970, 1, 1);
/// 0001-01-01 and 9999-12-31.
const RANGE: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

impl Day {
    /// From days since 1970-01-01; days outside the years 1 to 9999 are moved to their edge.
    pub fn from_epoch_days(days: i32) -> Self {
        Self(days.clamp(*RANGE.start(), *RANGE.end()))
    }

    /// From year, month (1-12) and day of month (1-31); `None` when there is no such day.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(1..=9999).contains(&year) {
            return None;
        }
        Date::new(year, month, day).ok().map(Self::from_date)
    }

    /// Days since 1970-01-01.
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// The day `days` later (earlier when negative).
    pub fn plus(self, days: i32) -> Self {
        Self::from_epoch_days(self.0.saturating_add(days))
    }

    /// Whole days from `earlier` to this one.
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Monday is 0, Sunday is 6 (ISO 8601 order).
    pub const fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// Year, month (1-12) and day of month (1-31).
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// ISO 8601 week of the year, 1-53.
    pub fn iso_week(self) -> i8 {
        self.date().iso_week_date().week()
    }

    fn date(self) -> Date {
        // RANGE lies inside jiff's own range, so the sum always exists.
        EPOCH.saturating_add(jiff::Span::new().days(self.0))
    }

    fn from_date(date: Date) -> Self {
        // Between two civil dates a span is whole days.
        Self(EPOCH.until(date).map_or(0, |span| span.get_days()))
    }
}

impl FromStr for Day {
    type Err = RetailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Date>()
            .ok()
            .and_then(|date| Self::from_ymd(date.year(), date.month(), date.day()))
            .ok_or_else(|| RetailError::Day { found: text.to_owned() })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_days_have_known_weekdays() {
        // 1970-01-01 was a Thursday, 2024-08-26 a Monday.
        assert_eq!("1970-01-01".parse::<Day>().unwrap().weekday(), 3);
        assert_eq!("2024-08-26".parse::<Day>().unwrap().weekday(), 0);
        // ISO 8601: 2021-01-03 is a Sunday in week 53 of 2020.
        assert_eq!("2021-01-03".parse::<Day>().unwrap().iso_week(), 53);
    }

    #[test]
    fn no_such_day_is_refused() {
        for text in ["2023-02-29", "2023-13-01", "26/08/2024", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_and_value_round_trip(days in RANGE) {
            let day = Day::from_epoch_days(days);
            prop_assert_eq!(day.to_string().parse::<Day>().unwrap().epoch_days(), days);
        }
    }
}
