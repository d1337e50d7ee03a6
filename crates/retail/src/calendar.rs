use crate::{Day, RetailError};
use std::fmt;
use std::str::FromStr;

/// How long one period of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// One business day.
    Day,
    /// Seven days from the calendar's first weekday.
    Week,
    /// One month of the calendar.
    Month,
}

impl Frequency {
    /// All frequencies, finest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The word used in files, tables and options.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Periods after which the usual season repeats.
    pub const fn season_length(self) -> usize {
        match self {
            Self::Day => 7,
            Self::Week => 52,
            Self::Month => 12,
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Frequency {
    type Err = RetailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|frequency| frequency.as_str() == text)
            .ok_or_else(|| RetailError::Frequency { found: text.to_owned() })
    }
}

/// A day of the week, Monday first (ISO 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants are the weekdays")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// When a period starts: one answer for charts, tables and models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradingCalendar {
    first_weekday: Weekday,
}

impl Default for TradingCalendar {
    /// ISO 8601: weeks start on Monday.
    fn default() -> Self {
        Self { first_weekday: Weekday::Monday }
    }
}

impl TradingCalendar {
    /// A calendar whose weeks start on `first_weekday`.
    pub const fn new(first_weekday: Weekday) -> Self {
        Self { first_weekday }
    }

    /// The first day of the period that `day` lies in.
    pub fn period_start(self, day: Day, frequency: Frequency) -> Day {
        match frequency {
            Frequency::Day => day,
            Frequency::Week => {
                let into_week =
                    (i32::from(day.weekday()) - self.first_weekday as i32).rem_euclid(7);
                day.plus(-into_week)
            }
            Frequency::Month => {
                let (_, _, day_of_month) = day.ymd();
                day.plus(1 - i32::from(day_of_month))
            }
        }
    }

    /// The first day of the period `periods` after the one that starts on `start`.
    pub fn period_after(self, start: Day, frequency: Frequency, periods: i32) -> Day {
        match frequency {
            Frequency::Day => start.plus(periods),
            Frequency::Week => start.plus(periods.saturating_mul(7)),
            Frequency::Month => {
                let (year, month, _) = start.ymd();
                let months = i32::from(year) * 12 + i32::from(month) - 1 + periods;
                let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
                Day::from_ymd(year.clamp(1, 9999) as i16, month as i8, 1).unwrap_or(start)
            }
        }
    }

    /// Where in its season a period stands: 0 is Monday, ISO week 1 or January.
    pub fn season_phase(self, start: Day, frequency: Frequency) -> usize {
        match frequency {
            Frequency::Day => usize::from(start.weekday()),
            Frequency::Week => (start.plus(3).iso_week() as usize - 1) % 52,
            Frequency::Month => start.ymd().1 as usize - 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_start_where_the_calendar_says() {
        let day: Day = "2024-08-28".parse().unwrap();
        let start =
            |calendar: TradingCalendar| calendar.period_start(day, Frequency::Week).to_string();
        assert_eq!(start(TradingCalendar::default()), "2024-08-26");
        assert_eq!(start(TradingCalendar::new(Weekday::Sunday)), "2024-08-25");
        assert_eq!(start(TradingCalendar::new(Weekday::Thursday)), "2024-08-22");
    }

    #[test]
    fn months_step_over_years() {
        let start: Day = "2023-11-01".parse().unwrap();
        let calendar = TradingCalendar::default();
        let after = |periods| calendar.period_after(start, Frequency::Month, periods).to_string();
        assert_eq!(after(3), "2024-02-01");
        assert_eq!(after(-11), "2022-12-01");
    }

    #[test]
    fn every_week_of_a_century_has_a_phase_below_its_season_length() {
        let calendar = TradingCalendar::default();
        let first: Day = "1999-12-27".parse().unwrap();
        for week in 0..5_300 {
            let start = first.plus(7 * week);
            assert!(calendar.season_phase(start, Frequency::Week) < 52, "{start}");
        }
    }
}
