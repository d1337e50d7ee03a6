use shelfcast_retail::{Day, Frequency};
use std::fmt;
use std::str::FromStr;

/// Periods that are counted: week 1 began on 1989-09-14.
///
/// The number `n` stands for the day on which period `n` begins. It may have a
/// prefix without digits (`d_7`, `week 7`) and decimals that are zeros (`7.0`).
/// Where a month has no such day its last one is meant.
///
/// ```
/// use shelfcast_sources::NumberedPeriods;
/// let months: NumberedPeriods = "month 0 = 1998-01-01".parse()?;
/// assert_eq!(months.day("V14").expect("a day").to_string(), "1999-03-01");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberedPeriods {
    unit: Unit,
    number: i64,
    first: Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Day,
    Week,
    Month,
}

impl NumberedPeriods {
    /// Periods of which the one called `number` begins on `first`.
    pub const fn new(period: Frequency, number: i64, first: Day) -> Self {
        let unit = match period {
            Frequency::Day => Unit::Day,
            Frequency::Week => Unit::Week,
            Frequency::Month => Unit::Month,
        };
        Self { unit, number, first }
    }

    /// How long a period is.
    pub const fn period(&self) -> Frequency {
        match self.unit {
            Unit::Day => Frequency::Day,
            Unit::Week => Frequency::Week,
            Unit::Month => Frequency::Month,
        }
    }

    /// The day on which the period called `text` begins; `None` when the text is no number.
    pub fn day(&self, text: &str) -> Option<Day> {
        let n_periods = number(text)?.checked_sub(self.number)?;
        let n_periods = i32::try_from(n_periods).ok()?;
        match self.unit {
            Unit::Day => moved(self.first, n_periods),
            Unit::Week => moved(self.first, n_periods.checked_mul(7)?),
            Unit::Month => months_later(self.first, n_periods),
        }
    }
}

/// The day some days later, if the calendar goes as far.
fn moved(day: Day, n_days: i32) -> Option<Day> {
    let there = day.plus(n_days);
    (there.days_since(day) == n_days).then_some(there)
}

fn months_later(day: Day, n_months: i32) -> Option<Day> {
    let (year, month, date) = day.ymd();
    let months = (i32::from(year) * 12 + i32::from(month) - 1).checked_add(n_months)?;
    let year = i16::try_from(months.div_euclid(12)).ok()?;
    let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
    (date - 3..=date).rev().find_map(|date| Day::from_ymd(year, month, date))
}

/// The number at the end of a text, behind a prefix without digits.
pub(crate) fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    let whole = match text.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    let start = whole.bytes().position(|byte| byte.is_ascii_digit())?;
    let (prefix, digits) = whole.split_at(start);
    let number: i64 = digits.parse().ok()?;
    Some(if prefix == "-" { -number } else { number })
}

impl fmt::Display for NumberedPeriods {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} = {}", self.period(), self.number, self.first)
    }
}

impl FromStr for NumberedPeriods {
    type Err = String;

    /// # Errors
    /// What is not of the form `week 1 = 1989-09-14`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || {
            "numbered periods are written as in `week 1 = 1989-09-14`, with day, week or month"
                .to_owned()
        };
        let (numbered, first) = text.split_once('=').ok_or_else(refused)?;
        let (unit, number) = numbered.trim().split_once(' ').ok_or_else(refused)?;
        let period: Frequency = unit.parse().map_err(|_| refused())?;
        let number = number.trim().parse().map_err(|_| refused())?;
        let first = first.trim().parse().map_err(|_| refused())?;
        Ok(Self::new(period, number, first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(format: &str, text: &str) -> Option<String> {
        let periods: NumberedPeriods = format.parse().unwrap();
        periods.day(text).map(|day| day.to_string())
    }

    #[test]
    fn a_number_stands_for_the_first_day_of_its_period() {
        // Dominick's weeks begin on Thursdays; M5 begins on a Saturday.
        assert_eq!(day("week 1 = 1989-09-14", "40").as_deref(), Some("1990-06-14"));
        assert_eq!(day("day 1 = 2011-01-29", "d_1913").as_deref(), Some("2016-04-24"));
        assert_eq!(day("month 0 = 1998-01-01", "50").as_deref(), Some("2002-03-01"));
        assert_eq!(day("week 1 = 1989-09-14", " week 2.0 ").as_deref(), Some("1989-09-21"));
        assert_eq!(day("day 0 = 2024-01-01", "-1").as_deref(), Some("2023-12-31"));
    }

    #[test]
    fn a_short_month_ends_before_the_day() {
        assert_eq!(day("month 1 = 2024-01-31", "2").as_deref(), Some("2024-02-29"));
        assert_eq!(day("month 1 = 2024-01-31", "14").as_deref(), Some("2025-02-28"));
    }

    #[test]
    fn what_is_no_number_is_no_period() {
        for text in ["", "week", "1.5", "3b", "1 2", "99999999999999999999", "4000000000"] {
            assert_eq!(day("week 1 = 1989-09-14", text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn periods_are_written_as_they_are_read(number in -500_i64..500, days in 0..40_000, n in 0_i64..5_000) {
            for period in Frequency::ALL {
                let periods = NumberedPeriods::new(period, number, Day::from_epoch_days(days));
                prop_assert_eq!(periods.to_string().parse::<NumberedPeriods>(), Ok(periods));
                let later = periods.day(&(number + n).to_string()).unwrap();
                prop_assert!(later >= periods.day(&number.to_string()).unwrap());
            }
        }

        #[test]
        fn reading_never_panics(text in "\\PC*|-?[0-9]{0,20}") {
            for format in ["month 1 = 9999-12-31", "day -9 = 0001-01-01", "week 0 = 2024-02-29"] {
                let _ = format.parse::<NumberedPeriods>().map(|periods| periods.day(&text));
            }
        }
    }
}
