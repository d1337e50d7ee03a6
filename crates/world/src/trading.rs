//! A place's days: open or closed, when, and how many come.

use crate::holidays::{self, Event};
use crate::random::{self, Purpose, Streams};
use crate::{Place, WorldConfig};
use shelfcast_retail::Day;

/// Visitors by weekday, Monday first; the mean is 1.
const WEEKDAY: [f64; 7] = [0.86, 0.83, 0.88, 0.96, 1.17, 1.42, 0.88];

/// One day of one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TradingDay {
    pub(crate) day: Day,
    pub(crate) event: Option<Event>,
    pub(crate) is_closed: bool,
    /// Opening and closing, in seconds since local midnight.
    pub(crate) hours: (u32, u32),
    /// Expected visitors relative to the mean day, without chance.
    pub(crate) visitors: f64,
    /// Of `visitors`, what the weekday does.
    pub(crate) weekday: f64,
    /// Hours to subtract from local time to get UTC.
    pub(crate) hours_from_utc: i32,
}

impl TradingDay {
    pub(crate) fn new(place: &Place, day: Day) -> Self {
        let event = holidays::event(day);
        let is_rebuilt = place.rebuilt.is_some_and(|(from, to)| (from..=to).contains(&day));
        let is_closed = is_rebuilt || event.is_some_and(|event| event.is_closed);
        let weekday = WEEKDAY[usize::from(day.weekday())];
        let special = event.map_or(1.0, |event| event.visitors);
        Self {
            day,
            event,
            is_closed,
            hours: place.format.hours(day.weekday()),
            visitors: if is_closed { 0.0 } else { weekday * special * payday(day) },
            weekday,
            hours_from_utc: place.hours_from_utc + i32::from(is_summer_time(day)),
        }
    }

    /// What the calendar says of the day, if it is special.
    pub(crate) fn notice(&self) -> Option<&'static str> {
        match (self.event, self.is_closed) {
            (Some(event), _) => Some(event.name),
            (None, true) => Some("Closed for rebuilding"),
            (None, false) => None,
        }
    }

    /// Chance of the day that all visitors of a place share, such as the weather; mean 1.
    pub(crate) fn weather(&self, streams: Streams, place: &Place) -> f64 {
        let when = self.day.epoch_days() as u64;
        random::log_normal(&mut streams.many(Purpose::Traffic, place.number, 0, when), 0.09)
    }
}

/// Wages are paid around the 27th; the days after it are busy, those before it are not.
fn payday(day: Day) -> f64 {
    match day.ymd().2 {
        27..=31 | 1 => 1.07,
        20..=26 => 0.95,
        _ => 1.0,
    }
}

/// From the last Sunday of March to the day before the last Sunday of October; clocks change
/// at night, so a trading day is never cut.
fn is_summer_time(day: Day) -> bool {
    let (year, month, _) = day.ymd();
    let last_sunday = |month| {
        let last = Day::from_ymd(year, month, 31).unwrap_or(day);
        last.plus(-(i32::from(last.weekday()) + 1) % 7)
    };
    match month {
        4..=9 => true,
        3 => day >= last_sunday(3),
        10 => day < last_sunday(10),
        _ => false,
    }
}

/// The days of the history with their visitors, and the sum of these.
pub(crate) fn visitor_days(config: &WorldConfig, place: &Place) -> f64 {
    let first = config.first_day();
    (0..config.days as i32).map(|offset| TradingDay::new(place, first.plus(offset)).visitors).sum()
}

/// Seconds of the day, as quantiles of when visitors come: busy before noon and after work.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    quantiles: [f64; Self::STEPS + 1],
}

impl Clock {
    const STEPS: usize = 128;

    /// Quantiles between opening (0) and closing (1).
    pub(crate) fn new() -> Self {
        // Two humps, at 40 and 70 % of the opening hours, on a plain.
        let density = |x: f64| {
            let hump = |centre: f64| libm::exp(-(x - centre) * (x - centre) / 0.02);
            0.25 + hump(0.40) + 0.9 * hump(0.70)
        };
        let fine = 4_096;
        let mut cumulative = vec![0.0];
        for step in 0..fine {
            let x = (f64::from(step) + 0.5) / f64::from(fine);
            cumulative.push(cumulative[step as usize] + density(x));
        }
        let total = cumulative[fine as usize];
        let quantile = |share: f64| {
            let above = cumulative.partition_point(|sum| *sum < share * total);
            above as f64 / f64::from(fine)
        };
        Self { quantiles: std::array::from_fn(|step| quantile(step as f64 / Self::STEPS as f64)) }
    }

    /// The second that `bits` stand for.
    pub(crate) fn second(&self, (opens, closes): (u32, u32), bits: u32) -> u32 {
        let step = (bits >> 25) as usize;
        let within = f64::from(bits & 0x1ff_ffff) / f64::from(1 << 25);
        let (low, high) = (self.quantiles[step], self.quantiles[step + 1]);
        opens + (f64::from(closes - opens) * (low + (high - low) * within)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn summer_time_starts_and_ends_on_the_known_sundays() {
        // The European Commission's table: 2024-03-31 to 2024-10-27, 2025-03-30 to 2025-10-26.
        for (first, end) in [("2024-03-31", "2024-10-27"), ("2025-03-30", "2025-10-26")] {
            assert!(!is_summer_time(day(first).plus(-1)) && is_summer_time(day(first)));
            assert!(is_summer_time(day(end).plus(-1)) && !is_summer_time(day(end)));
        }
    }

    #[test]
    fn visitors_come_while_the_shop_is_open() {
        let clock = Clock::new();
        let hours = (8 * 3_600, 20 * 3_600);
        let seconds: Vec<u32> =
            (0..1_000).map(|step| clock.second(hours, step * 4_294_967)).collect();
        assert!(seconds.iter().all(|second| (hours.0..hours.1).contains(second)));
        assert!(seconds.is_sorted());
        let before_two = seconds.iter().filter(|second| **second < 14 * 3_600).count();
        assert!((450..600).contains(&before_two), "{before_two}");
    }

    #[test]
    fn nobody_comes_on_christmas_day_and_many_before() {
        let config = WorldConfig::shop(1);
        let place = &places::places(&config, Streams::new(1))[0];
        let visitors = |text| TradingDay::new(place, day(text)).visitors;
        assert_eq!(visitors("2025-12-25"), 0.0);
        // Both are Tuesdays: 1.55 for the day, 0.95 for the time of the month.
        let ratio = visitors("2025-12-23") / visitors("2025-11-11");
        assert!((ratio - 1.55 * 0.95).abs() < 1e-12, "{ratio}");
        assert_eq!(TradingDay::new(place, day("2025-12-25")).notice(), Some("Christmas Day"));
    }
}
