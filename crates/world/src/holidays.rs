//! Public holidays and the days that empty or fill a shop.

use computus::gregorian;
use shelfcast_retail::Day;

/// A day that differs from others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    /// Whether shops stay closed.
    pub(crate) is_closed: bool,
    /// How many times more visitors come than on such a weekday otherwise.
    pub(crate) visitors: f64,
}

const fn closed(name: &'static str) -> Event {
    Event { name, is_closed: true, visitors: 0.0 }
}

const fn open(name: &'static str, visitors: f64) -> Event {
    Event { name, is_closed: false, visitors }
}

/// What is special about a day, if anything.
///
/// The fixed and moving holidays of England (Banking and Financial Dealings Act
/// 1971, schedule 1; substitute days are left out) and the trading days around
/// them. Easter Sunday is that of the Gregorian calendar, from the `computus`
/// crate.
pub(crate) fn event(day: Day) -> Option<Event> {
    let (year, month, day_of_month) = day.ymd();
    let fixed = match (month, day_of_month) {
        (1, 1) => Some(closed("New Year's Day")),
        (2, 13) => Some(open("Day before Valentine's Day", 1.08)),
        (12, 23) => Some(open("Day before Christmas Eve", 1.55)),
        (12, 24) => Some(open("Christmas Eve", 1.25)),
        (12, 25) => Some(closed("Christmas Day")),
        (12, 26) => Some(closed("Boxing Day")),
        (12, 31) => Some(open("New Year's Eve", 1.20)),
        _ => None,
    };
    fixed.or_else(|| around_easter(year, day)).or_else(|| monday(month, day_of_month, day))
}

/// Easter Sunday of a year; 1970-01-01 for years that no calendar covers.
pub(crate) fn easter_sunday(year: i16) -> Day {
    gregorian(i32::from(year))
        .ok()
        .and_then(|date| Day::from_ymd(date.year as i16, date.month as i8, date.day as i8))
        .unwrap_or(Day::from_epoch_days(0))
}

fn around_easter(year: i16, day: Day) -> Option<Event> {
    match day.days_since(easter_sunday(year)) {
        -3 => Some(open("Maundy Thursday", 1.35)),
        -2 => Some(open("Good Friday", 0.80)),
        -1 => Some(open("Easter Saturday", 1.25)),
        0 => Some(closed("Easter Sunday")),
        1 => Some(open("Easter Monday", 0.75)),
        _ => None,
    }
}

fn monday(month: i8, day_of_month: i8, day: Day) -> Option<Event> {
    if day.weekday() != 0 {
        return None;
    }
    match (month, day_of_month) {
        (5, 1..=7) => Some(open("Early May Bank Holiday", 0.90)),
        (5, 25..=31) => Some(open("Spring Bank Holiday", 0.90)),
        (8, 25..=31) => Some(open("Summer Bank Holiday", 0.90)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(day: &str) -> Option<&'static str> {
        event(day.parse().unwrap()).map(|event| event.name)
    }

    #[test]
    fn moving_holidays_move() {
        // Easter Sundays from the table of the US Naval Observatory: 2023-04-09, 2024-03-31,
        // 2025-04-20, 2038-04-25 (the latest possible).
        for easter in ["2023-04-09", "2024-03-31", "2025-04-20", "2038-04-25"] {
            assert_eq!(name(easter), Some("Easter Sunday"));
            let monday = easter.parse::<Day>().unwrap().plus(1);
            assert_eq!(name(&monday.to_string()), Some("Easter Monday"));
        }
        assert_eq!(name("2024-05-06"), Some("Early May Bank Holiday"));
        assert_eq!(name("2024-08-26"), Some("Summer Bank Holiday"));
        assert_eq!(name("2024-08-19"), None);
    }

    #[test]
    fn shops_close_four_days_a_year() {
        for year in 2000..2040 {
            let first = Day::from_ymd(year, 1, 1).unwrap();
            let days = Day::from_ymd(year, 12, 31).unwrap().days_since(first) + 1;
            let closed = (0..days)
                .filter(|offset| event(first.plus(*offset)).is_some_and(|event| event.is_closed));
            assert_eq!(closed.count(), 4, "{year}");
        }
    }
}
