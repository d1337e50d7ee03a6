//! Ticks of a time axis at the beginnings of days, weeks, months and years.

use jiff::Span;
use jiff::civil::{Date, Weekday};

use crate::calendar::{Day, civil, number};

/// One tick: where, what is written under it, and the year below that where it is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeTick {
    pub(crate) day: Day,
    pub(crate) text: String,
    pub(crate) year: Option<String>,
}

/// How far apart ticks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Days(i32),
    Weeks(i32),
    Months(i32),
    Years(i32),
}

const STEPS: [Step; 14] = [
    Step::Days(1),
    Step::Days(2),
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(50),
    Step::Years(200),
];

/// The closest ticks from `from` to `to` of which no more than `most` are needed.
pub(crate) fn time_ticks(from: f64, to: f64, most: usize) -> Vec<TimeTick> {
    let (first, last) = (from.ceil() as Day, to.floor() as Day);
    let fits = |step: &&Step| f64::from(last.saturating_sub(first)) / step.days() <= most as f64;
    let step = STEPS.iter().find(fits).unwrap_or(&STEPS[STEPS.len() - 1]);
    let mut year = None;
    days(*step, first, last)
        .into_iter()
        .filter_map(|day| {
            let date = civil(day)?;
            let is_new = year != Some(date.year());
            year = Some(date.year());
            Some(step.tick(day, date, is_new))
        })
        .collect()
}

impl Step {
    /// The shortest time from one tick to the next.
    fn days(self) -> f64 {
        match self {
            Self::Days(count) => f64::from(count),
            Self::Weeks(count) => f64::from(count) * 7.0,
            Self::Months(count) => f64::from(count) * 28.0,
            Self::Years(count) => f64::from(count) * 365.0,
        }
    }

    fn tick(self, day: Day, date: Date, is_new: bool) -> TimeTick {
        let written = match self {
            Self::Days(_) | Self::Weeks(_) => date.strftime("%-d %b"),
            Self::Months(_) => date.strftime("%b"),
            Self::Years(_) => date.strftime("%Y"),
        };
        let below = is_new && !matches!(self, Self::Years(_));
        TimeTick { day, text: written.to_string(), year: below.then(|| date.year().to_string()) }
    }
}

/// The days of ticks from `first` to `last`: Mondays for weeks, the first of a month otherwise.
fn days(step: Step, first: Day, last: Day) -> Vec<Day> {
    let Some(start) = civil(first) else {
        return Vec::new();
    };
    let (mut date, span) = match step {
        Step::Days(count) => (start, Span::new().days(count)),
        Step::Weeks(count) => {
            let behind = start.weekday().since(Weekday::Monday);
            let monday = start.checked_sub(Span::new().days(behind));
            (monday.unwrap_or(start), Span::new().weeks(count))
        }
        Step::Months(count) => {
            let month = i32::from(start.month() - 1) / count * count;
            let january = start.first_of_year();
            let begin = january.checked_add(Span::new().months(month));
            (begin.unwrap_or(january), Span::new().months(count))
        }
        Step::Years(count) => {
            let behind = i32::from(start.year()).rem_euclid(count);
            let january = start.first_of_year();
            let begin = january.checked_sub(Span::new().years(behind));
            (begin.unwrap_or(january), Span::new().years(count))
        }
    };
    let mut days = Vec::new();
    while let Some(day) = number(date).filter(|day| *day <= last) {
        if day >= first {
            days.push(day);
        }
        match date.checked_add(span) {
            Ok(next) => date = next,
            Err(_) => break,
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(from: f64, to: f64, most: usize) -> Vec<String> {
        let ticks = time_ticks(from, to, most);
        let one = |tick: TimeTick| match tick.year {
            Some(year) => format!("{} / {year}", tick.text),
            None => tick.text,
        };
        ticks.into_iter().map(one).collect()
    }

    #[test]
    fn ticks_stand_on_mondays_months_and_years() {
        // 1970-01-01 was a Thursday, so 20,150 (2025-03-03) is a Monday: (20150 + 3) mod 7 = 0.
        assert_eq!(written(20_149.0, 20_165.0, 4), ["3 Mar / 2025", "10 Mar", "17 Mar"]);
        // 2024-11-15 is day 20,042; 2025-02-10 is day 20,129.
        assert_eq!(written(20_042.0, 20_129.0, 4), ["Dec / 2024", "Jan / 2025", "Feb"]);
        assert_eq!(written(0.0, 1500.0, 6), ["1970", "1971", "1972", "1973", "1974"]);
    }

    proptest! {
        #[test]
        fn ticks_lie_inside_and_are_few(from in -400_000..400_000i32, length in 1..80_000i32, most in 3usize..20) {
            let (from, to) = (f64::from(from), f64::from(from.saturating_add(length)));
            let ticks = time_ticks(from, to, most);
            prop_assert!(ticks.len() <= most + 1);
            prop_assert!(ticks.iter().all(|tick| (from..=to).contains(&f64::from(tick.day))));
            prop_assert!(ticks.is_sorted_by(|one, next| one.day < next.day));
        }
    }
}
