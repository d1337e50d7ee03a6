//! `ds` as periods: what a text means, and where a period lies in its season.

use shelfcast_forecast::Frequency;
use shelfcast_retail::Day;

/// Whole numbers have at most this many digits, so that `20240826` is no period number.
const LONGEST_NUMBER: usize = 6;

/// What the `ds` of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampKind {
    /// Days; a stamp is days since 1970-01-01.
    Day,
    /// Period numbers, such as 1, 2, 3.
    Number,
}

impl StampKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "days",
            Self::Number => "whole numbers",
        }
    }

    /// A stamp as it is written.
    pub(crate) fn text(self, stamp: i32) -> String {
        match self {
            Self::Day => Day::from_epoch_days(stamp).to_string(),
            Self::Number => stamp.to_string(),
        }
    }
}

/// A `ds`: a day (midnight, where a time is given), a month as `2024-08`, or a whole number.
pub(crate) fn parse(text: &str) -> Option<(StampKind, i32)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.parse().ok()?;
        return (digits.len() <= LONGEST_NUMBER).then_some((StampKind::Number, number));
    }
    let number = |from: usize, to: usize| {
        let part = text.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i16>().ok())?
    };
    let (year, month) = (number(0, 4)?, number(5, 7)?);
    let is_dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let day = match text.len() {
        7 if is_dash(4) => 1,
        10.. if is_dash(4) && is_dash(7) && is_midnight(text.get(10..)?) => number(8, 10)?,
        _ => return None,
    };
    let day = Day::from_ymd(year, month as i8, i8::try_from(day).ok()?)?;
    Some((StampKind::Day, day.epoch_days()))
}

/// Nothing, or a time that is midnight, in whatever zone.
fn is_midnight(rest: &str) -> bool {
    let Some(time) = rest.strip_prefix(['T', ' ']) else { return rest.is_empty() };
    let Some(fraction) =
        time.strip_prefix("00:00").map(|rest| rest.strip_prefix(":00").unwrap_or(rest))
    else {
        return false;
    };
    let zone = fraction.strip_prefix('.').map_or(fraction, |rest| rest.trim_start_matches('0'));
    zone.is_empty() || zone.starts_with(['Z', '+', '-'])
}

/// How the stamps of one series count periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Periods {
    kind: StampKind,
    frequency: Frequency,
    /// The weekday on which weeks begin (Monday is 0), the day of the month of a month (31 is its
    /// last).
    anchor: i32,
}

impl Periods {
    /// The grid on which the stamps lie, if they lie on one.
    pub(crate) fn of(kind: StampKind, frequency: Frequency, stamps: &[i32]) -> Self {
        let anchor = match (kind, frequency) {
            (StampKind::Day, Frequency::Week) => {
                stamps.first().map_or(0, |day| (day + 3).rem_euclid(7))
            }
            (StampKind::Day, Frequency::Month)
                if stamps.iter().all(|stamp| is_month_end(*stamp)) =>
            {
                31
            }
            (StampKind::Day, Frequency::Month) => {
                stamps.iter().map(|stamp| day_of_month(*stamp)).max().unwrap_or(1)
            }
            _ => 0,
        };
        Self { kind, frequency, anchor }
    }

    /// The number of the period at a stamp; `None` where it lies off the grid.
    pub(crate) fn index(&self, stamp: i32) -> Option<i32> {
        let index = match (self.kind, self.frequency) {
            (StampKind::Number, _) | (_, Frequency::Day) => stamp,
            (_, Frequency::Week) => (stamp + 3 - self.anchor).div_euclid(7),
            (_, Frequency::Month) => {
                let (year, month, _) = Day::from_epoch_days(stamp).ymd();
                i32::from(year) * 12 + i32::from(month) - 1
            }
        };
        (self.stamp(index) == stamp).then_some(index)
    }

    /// The stamp of a period.
    pub(crate) fn stamp(&self, index: i32) -> i32 {
        match (self.kind, self.frequency) {
            (StampKind::Number, _) | (_, Frequency::Day) => index,
            (_, Frequency::Week) => index * 7 - 3 + self.anchor,
            (_, Frequency::Month) => {
                let first = month_start(index);
                first + self.anchor.min(month_start(index + 1) - first) - 1
            }
        }
    }

    /// The date of a period of days; numbered ones have none.
    pub(crate) fn day(&self, index: i32) -> Option<i32> {
        (self.kind == StampKind::Day && self.frequency == Frequency::Day).then_some(index)
    }

    /// The place of a period in a season of any length; that of a week of days begins on Monday.
    pub(crate) fn phase(&self, index: i32, season_length: usize) -> usize {
        let counted = match (self.kind, self.frequency) {
            (StampKind::Day, Frequency::Day) => index + 3,
            _ => index,
        };
        i64::from(counted).rem_euclid(season_length.max(1) as i64) as usize
    }
}

fn month_start(index: i32) -> i32 {
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    Day::from_ymd(year as i16, month as i8, 1).map_or(0, Day::epoch_days)
}

fn day_of_month(stamp: i32) -> i32 {
    i32::from(Day::from_epoch_days(stamp).ymd().2)
}

fn is_month_end(stamp: i32) -> bool {
    day_of_month(stamp + 1) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i32 {
        text.parse::<Day>().unwrap().epoch_days()
    }

    #[test]
    fn days_months_and_numbers_are_told_apart() {
        let is_day = |text, of| assert_eq!(parse(text), Some((StampKind::Day, day(of))), "{text}");
        is_day("2024-08-26", "2024-08-26");
        is_day("2024-08", "2024-08-01");
        is_day("2024-08-26 00:00:00", "2024-08-26");
        is_day("2024-08-26T00:00:00.000Z", "2024-08-26");
        is_day("2024-08-26T00:00:00+00:00", "2024-08-26");
        assert_eq!(parse("17"), Some((StampKind::Number, 17)));
        for text in [
            "",
            "2024-13-01",
            "2024-02-30",
            "20240826",
            "26/08/2024",
            "1.5",
            "2024-08-26 06:00",
            "2024-8-1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_may_begin_or_end() {
        let ends = ["2023-11-30", "2023-12-31", "2024-02-29"].map(day);
        let periods = Periods::of(StampKind::Day, Frequency::Month, &ends);
        assert_eq!(periods.index(ends[2]).unwrap() - periods.index(ends[0]).unwrap(), 3);
        assert_eq!(periods.stamp(periods.index(ends[2]).unwrap() + 1), day("2024-03-31"));
        assert_eq!(periods.index(day("2024-01-30")), None);
        let starts = ["2023-12-01", "2024-01-01"].map(day);
        let periods = Periods::of(StampKind::Day, Frequency::Month, &starts);
        assert_eq!(periods.phase(periods.index(starts[1]).unwrap(), 12), 0);
        assert_eq!(periods.index(day("2024-01-02")), None);
    }

    #[test]
    fn weeks_keep_their_weekday() {
        let sundays = ["2024-01-07", "2024-01-14"].map(day);
        let periods = Periods::of(StampKind::Day, Frequency::Week, &sundays);
        let next = periods.index(sundays[1]).unwrap() + 1;
        assert_eq!(periods.stamp(next), day("2024-01-21"));
        assert_eq!(periods.index(day("2024-01-20")), None);
    }

    #[test]
    fn every_stamp_of_a_century_is_its_periods_stamp() {
        for frequency in [Frequency::Day, Frequency::Week, Frequency::Month] {
            for first in day("1999-12-25")..day("2000-01-08") {
                let periods = Periods::of(StampKind::Day, frequency, &[first]);
                let start = periods.index(first).unwrap();
                for index in start - 600..start + 600 {
                    assert_eq!(periods.index(periods.stamp(index)), Some(index));
                }
            }
        }
        // 2024-08-26 was a Monday.
        let periods = Periods::of(StampKind::Day, Frequency::Day, &[]);
        assert_eq!(periods.phase(day("2024-08-26"), 7), 0);
    }
}
