use crate::trading_year::{nearest_start, weeks_before};
use crate::{Day, RetailError, YearPattern};
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

impl Weekday {
    /// All weekdays, Monday first.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The word used in the configuration: `monday`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

impl FromStr for Weekday {
    type Err = RetailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|weekday| weekday.as_str() == text)
            .ok_or_else(|| RetailError::Weekday { found: text.to_owned() })
    }
}

/// When a period starts: one answer for charts, tables and models.
///
/// Weeks are seven days from the first weekday. Months are those of the civil calendar, or whole
/// weeks of a trading year ([`YearPattern`]) that begins on the first weekday nearest to a day of
/// the civil year.
///
/// ```
/// use shelfcast_retail::{Day, TradingCalendar, Weekday, YearPattern};
/// // The retail calendar of the National Retail Federation.
/// let calendar = TradingCalendar::new(Weekday::Sunday).with_year(YearPattern::FourFiveFour, 2, 1)?;
/// let day: Day = "2024-03-10".parse()?;
/// let place = calendar.place(day);
/// assert_eq!((place.year, place.month, place.week), (2024, 2, 6));
/// assert_eq!(place.month_start.to_string(), "2024-03-03");
/// # Ok::<(), shelfcast_retail::RetailError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradingCalendar {
    first_weekday: Weekday,
    pattern: YearPattern,
    near: (i8, i8),
}

/// Where a day stands in its trading calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarPlace {
    /// First day of its week.
    pub week_start: Day,
    /// Week of the year, 1-53.
    pub week: u8,
    /// The year that the week belongs to; differs from `year` around a civil new year.
    pub week_year: i16,
    /// First day of its month.
    pub month_start: Day,
    /// Month of the year, 1-12.
    pub month: u8,
    /// Quarter of the year, 1-4.
    pub quarter: u8,
    /// First day of its year.
    pub year_start: Day,
    /// The year.
    pub year: i16,
}

impl Default for TradingCalendar {
    /// ISO 8601 weeks, from Monday on, and civil months.
    fn default() -> Self {
        Self::new(Weekday::Monday)
    }
}

impl TradingCalendar {
    /// A calendar of civil months whose weeks start on `first_weekday`.
    pub const fn new(first_weekday: Weekday) -> Self {
        Self { first_weekday, pattern: YearPattern::Calendar, near: (1, 1) }
    }

    /// The same with years of `pattern`; those of whole weeks begin on the first weekday nearest
    /// to `day` of `month`.
    ///
    /// # Errors
    /// No such day in every year.
    pub fn with_year(self, pattern: YearPattern, month: i8, day: i8) -> Result<Self, RetailError> {
        // 2023 is no leap year.
        if Day::from_ymd(2023, month, day).is_none() {
            return Err(RetailError::DayOfYear { found: format!("{month:02}-{day:02}") });
        }
        Ok(Self { pattern, near: (month, day), ..self })
    }

    /// The day on which weeks start.
    pub const fn first_weekday(self) -> Weekday {
        self.first_weekday
    }

    /// How years are cut into months.
    pub const fn pattern(self) -> YearPattern {
        self.pattern
    }

    /// Where `day` stands.
    pub fn place(self, day: Day) -> CalendarPlace {
        let week_start = self.week_start(day);
        let Some(weeks) = self.pattern.weeks() else { return self.civil_place(day, week_start) };
        let (year, year_start) = self.year_of(day);
        let week = week_start.days_since(year_start) / 7;
        let before = weeks_before(weeks);
        // The 53rd week belongs to the last month.
        let month = before.iter().rposition(|first| *first <= week).unwrap_or(0);
        CalendarPlace {
            week_start,
            week: week as u8 + 1,
            week_year: year,
            month_start: year_start.plus(7 * before[month]),
            month: month as u8 + 1,
            quarter: month as u8 / 3 + 1,
            year_start,
            year,
        }
    }

    fn civil_place(self, day: Day, week_start: Day) -> CalendarPlace {
        let (year, month, day_of_month) = day.ymd();
        // A week belongs to the year that has most of its days (ISO 8601).
        let (week_year, _, _) = week_start.plus(3).ymd();
        let first = self.week_start(first_of(week_year, 1).plus(3));
        CalendarPlace {
            week_start,
            week: (week_start.days_since(first) / 7 + 1) as u8,
            week_year,
            month_start: day.plus(1 - i32::from(day_of_month)),
            month: month as u8,
            quarter: (month as u8 - 1) / 3 + 1,
            year_start: first_of(year, 1),
            year,
        }
    }

    /// The trading year of whole weeks that `day` lies in, and its first day.
    fn year_of(self, day: Day) -> (i16, Day) {
        let (civil, _, _) = day.ymd();
        let years = [civil + 1, civil, civil - 1].map(|year| (year, self.start_of_year(year)));
        years.into_iter().find(|(_, start)| *start <= day).unwrap_or(years[2])
    }

    fn start_of_year(self, year: i16) -> Day {
        let (month, day) = self.near;
        match Day::from_ymd(year, month, day) {
            Some(anchor) => nearest_start(anchor, self.first_weekday),
            None => Day::from_epoch_days(if year < 1 { i32::MIN } else { i32::MAX }),
        }
    }

    fn week_start(self, day: Day) -> Day {
        let into_week = (i32::from(day.weekday()) - self.first_weekday as i32).rem_euclid(7);
        day.plus(-into_week)
    }

    /// The first day of the period that `day` lies in.
    pub fn period_start(self, day: Day, frequency: Frequency) -> Day {
        match frequency {
            Frequency::Day => day,
            Frequency::Week => self.week_start(day),
            Frequency::Month => self.place(day).month_start,
        }
    }

    /// The first day of the period `periods` after the one that starts on `start`.
    pub fn period_after(self, start: Day, frequency: Frequency, periods: i32) -> Day {
        match frequency {
            Frequency::Day => start.plus(periods),
            Frequency::Week => start.plus(periods.saturating_mul(7)),
            Frequency::Month => {
                let place = self.place(start);
                let months = i32::from(place.year) * 12 + i32::from(place.month) - 1 + periods;
                let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
                self.month_start(year.clamp(1, 9999) as i16, month as usize)
            }
        }
    }

    /// The first day of a month, 0-11, of a trading year.
    fn month_start(self, year: i16, month: usize) -> Day {
        match self.pattern.weeks() {
            None => first_of(year, month as i8 + 1),
            Some(weeks) => self.start_of_year(year).plus(7 * weeks_before(weeks)[month]),
        }
    }

    /// The first day of the same period a year before the one that starts on `start`: the same
    /// weekday 52 weeks earlier, the same week of the year (the last one where there is no 53rd),
    /// the same month.
    pub fn year_before(self, start: Day, frequency: Frequency) -> Day {
        match frequency {
            Frequency::Day => start.plus(-364),
            Frequency::Month => self.period_after(start, frequency, -12),
            Frequency::Week => {
                let week = self.place(start);
                let same = |weeks: i32| start.plus(-7 * weeks);
                let found = [52, 53].into_iter().map(same).find(|earlier| {
                    let place = self.place(*earlier);
                    (place.week_year, place.week) == (week.week_year - 1, week.week)
                });
                found.unwrap_or_else(|| same(53))
            }
        }
    }

    /// Where in its season a period stands: 0 is Monday, ISO week 1 or January.
    pub fn season_phase(self, start: Day, frequency: Frequency) -> usize {
        match frequency {
            Frequency::Day => usize::from(start.weekday()),
            Frequency::Week => (start.plus(3).iso_week() as usize - 1) % 52,
            Frequency::Month => self.place(start).month as usize - 1,
        }
    }
}

fn first_of(year: i16, month: i8) -> Day {
    Day::from_ymd(year, month, 1).unwrap_or(Day::from_epoch_days(i32::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    #[test]
    fn iso_weeks_agree_with_the_date_library() {
        let calendar = TradingCalendar::default();
        let first: Day = "1995-01-01".parse().unwrap();
        for offset in 0..20_000 {
            let day = first.plus(offset);
            assert_eq!(i16::from(calendar.place(day).week), i16::from(day.iso_week()), "{day}");
        }
    }

    #[test]
    fn the_retail_year_of_2023_has_a_53rd_week_in_its_last_month() {
        // National Retail Federation: fiscal 2023 ends on 3 February 2024, after 53 weeks.
        let calendar = TradingCalendar::new(Weekday::Sunday)
            .with_year(YearPattern::FourFiveFour, 2, 1)
            .unwrap();
        let last = calendar.place("2024-02-03".parse().unwrap());
        assert_eq!((last.year, last.month, last.week), (2023, 12, 53));
        let next = calendar.place("2024-02-04".parse().unwrap());
        assert_eq!((next.year, next.month, next.week), (2024, 1, 1));
        let year_before = calendar.year_before("2024-01-28".parse().unwrap(), Frequency::Week);
        // There is no week 53 in fiscal 2022: its last week stands in.
        assert_eq!(calendar.place(year_before).week, 52);
    }

    #[test]
    fn a_year_before_is_the_same_place_in_the_calendar() {
        let calendar = TradingCalendar::default();
        let before = |start: &str, frequency| {
            calendar.year_before(start.parse().unwrap(), frequency).to_string()
        };
        // ISO week 10 of 2024 and of 2023; 2020 had 53 weeks.
        assert_eq!(before("2024-03-04", Frequency::Week), "2023-03-06");
        assert_eq!(before("2021-03-08", Frequency::Week), "2020-03-02");
        assert_eq!(before("2024-02-01", Frequency::Month), "2023-02-01");
        assert_eq!(before("2024-03-04", Frequency::Day), "2023-03-06");
    }

    proptest! {
        #[test]
        fn periods_tile_the_days(
            days in -200_000..400_000i32,
            pattern in 0..4usize,
            weekday in 0..7usize,
            month in 1..=12i8,
        ) {
            let calendar = TradingCalendar::new(Weekday::ALL[weekday])
                .with_year(YearPattern::ALL[pattern], month, 1)
                .unwrap();
            let day = Day::from_epoch_days(days);
            for frequency in Frequency::ALL {
                let start = calendar.period_start(day, frequency);
                let next = calendar.period_after(start, frequency, 1);
                prop_assert!(start <= day && day < next, "{start} {day} {next} {frequency}");
                prop_assert_eq!(calendar.period_start(next, frequency), next);
                prop_assert_eq!(calendar.period_after(next, frequency, -1), start);
            }
            let place = calendar.place(day);
            prop_assert!((1..=53).contains(&place.week) && (1..=12).contains(&place.month));
            prop_assert!(place.year_start <= place.month_start);
        }
    }
}
