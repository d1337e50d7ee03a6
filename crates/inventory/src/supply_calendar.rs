use crate::clock::MAX_INTERVAL_DAYS;
use crate::{OrderDays, PlanError, ProtectionInterval};
use shelfcast_retail::Day;

/// When a supplier takes orders and when nothing comes.
///
/// The rules, the same for planner, replay and simulated world:
/// - An order can be placed on an order day on which the supplier is open.
/// - The next order is placed on the first such day at least `review_days` later. A closure
///   therefore lengthens the time that today's order answers for: it is ordered ahead.
/// - What would come while the supplier is closed comes on the first open day after.
///
/// ```
/// use shelfcast_inventory::SupplyCalendar;
/// // Orders on Mondays and Thursdays, and a closure from the 2nd to the 8th of September.
/// let calendar = SupplyCalendar::every(1)?
///     .with_order_days("mon thu".parse()?)
///     .with_closures(vec![("2024-09-02".parse()?, "2024-09-08".parse()?)])?;
/// let thursday = "2024-08-29".parse()?;
/// assert_eq!(calendar.order_day_after(thursday)?.to_string(), "2024-09-09");
/// assert_eq!(calendar.sellable_on(thursday, 5).to_string(), "2024-09-09");
/// // What is ordered on 29 August must last until the goods of 9 September are there.
/// let interval = calendar.interval("2024-08-28".parse()?, 2)?;
/// assert_eq!(interval.sellable_on.to_string(), "2024-08-31");
/// assert_eq!(interval.covers_until.to_string(), "2024-09-10");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplyCalendar {
    review_days: u32,
    order_days: OrderDays,
    /// First and last day of each closure.
    closures: Vec<(Day, Day)>,
}

impl SupplyCalendar {
    /// Orders every `review_days` days, on any weekday, without closures.
    ///
    /// # Errors
    /// 0 days, or more than [`MAX_INTERVAL_DAYS`].
    pub fn every(review_days: u32) -> Result<Self, PlanError> {
        if !(1..=MAX_INTERVAL_DAYS).contains(&review_days) {
            return Err(PlanError::Days {
                what: "the review period",
                found: review_days.into(),
                least: 1,
                most: MAX_INTERVAL_DAYS.into(),
            });
        }
        Ok(Self { review_days, order_days: OrderDays::any(), closures: Vec::new() })
    }

    /// The same calendar with another time between orders.
    ///
    /// # Errors
    /// As [`every`](Self::every).
    pub fn reviewed_every(self, review_days: u32) -> Result<Self, PlanError> {
        Ok(Self { review_days: Self::every(review_days)?.review_days, ..self })
    }

    /// With weekdays on which orders are taken.
    pub fn with_order_days(self, order_days: OrderDays) -> Self {
        Self { order_days, ..self }
    }

    /// With spans of days, first and last, on which nothing is ordered or delivered.
    ///
    /// # Errors
    /// A span that ends before it begins.
    pub fn with_closures(self, closures: Vec<(Day, Day)>) -> Result<Self, PlanError> {
        match closures.iter().find(|(first, last)| last < first) {
            Some(&(first, last)) => Err(PlanError::Closure { first, last }),
            None => Ok(Self { closures, ..self }),
        }
    }

    /// Days from one order to the next, at least.
    pub fn review_days(&self) -> u32 {
        self.review_days
    }

    /// Whether the supplier neither takes orders nor delivers on a day.
    pub fn is_closed(&self, day: Day) -> bool {
        self.closures.iter().any(|(first, last)| (*first..=*last).contains(&day))
    }

    /// Whether an order can be dated on a day.
    pub fn takes_orders(&self, day: Day) -> bool {
        self.order_days.includes(day) && !self.is_closed(day)
    }

    /// The first day from `day` on that orders can be dated.
    ///
    /// # Errors
    /// None within ten years.
    pub fn order_day_from(&self, day: Day) -> Result<Day, PlanError> {
        (0..MAX_INTERVAL_DAYS.cast_signed())
            .map(|offset| day.plus(offset))
            .find(|day| self.takes_orders(*day))
            .ok_or(PlanError::NoOrderDay { from: day })
    }

    /// The day of the order after one dated `order_on`.
    ///
    /// # Errors
    /// None within ten years.
    pub fn order_day_after(&self, order_on: Day) -> Result<Day, PlanError> {
        self.order_day_from(order_on.plus(self.review_days.cast_signed()))
    }

    /// The day from whose opening an order dated `order_on` can be sold.
    pub fn sellable_on(&self, order_on: Day, lead_time_days: u32) -> Day {
        let mut day = order_on.plus(lead_time_days.min(MAX_INTERVAL_DAYS).cast_signed());
        // A closure may begin where another ends.
        while let Some((_, last)) =
            self.closures.iter().find(|(first, last)| (*first..=*last).contains(&day))
        {
            let next = last.plus(1);
            if next == day {
                break;
            }
            day = next;
        }
        day
    }

    /// The days that the next possible order has to answer for, seen from the closing of
    /// `stock_day`.
    ///
    /// The interval begins on the day after `stock_day`, whether or not that is an order day; it
    /// is sellable when the next possible order is, and ends before the order after that one
    /// could be sold. On an order day, without weekdays or closures, this is
    /// [`protection_interval`](crate::protection_interval).
    ///
    /// # Errors
    /// No order day within ten years, or an interval longer than [`MAX_INTERVAL_DAYS`].
    pub fn interval(
        &self,
        stock_day: Day,
        lead_time_days: u32,
    ) -> Result<ProtectionInterval, PlanError> {
        let ordered_on = self.order_day_from(stock_day.plus(1))?;
        let next_on = self.order_day_after(ordered_on)?;
        let sellable_on = self.sellable_on(ordered_on, lead_time_days);
        let covers_until = self.sellable_on(next_on, lead_time_days).plus(-1).max(sellable_on);
        ProtectionInterval::between(stock_day, sellable_on, covers_until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protection_interval;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_shutdown_is_ordered_ahead_of() {
        // Mondays; closed for two weeks from 9 September. The order of 2 September answers for
        // three weeks, not one.
        let mondays = SupplyCalendar::every(1).unwrap().with_order_days("mon".parse().unwrap());
        let usual = mondays.interval(day("2024-09-01"), 3).unwrap();
        let closed = mondays.with_closures(vec![(day("2024-09-09"), day("2024-09-22"))]).unwrap();
        let ahead = closed.interval(day("2024-09-01"), 3).unwrap();
        assert_eq!((usual.n_days, ahead.n_days), (10, 24));
        assert_eq!(ahead.sellable_on, usual.sellable_on);
    }

    #[test]
    fn between_order_days_the_interval_is_that_of_the_next_order() {
        let mondays = SupplyCalendar::every(1).unwrap().with_order_days("mon".parse().unwrap());
        // Stock of a Tuesday: the next order is dated 2 September and sold from the 4th on.
        let interval = mondays.interval(day("2024-08-27"), 2).unwrap();
        assert_eq!(interval.order_on, day("2024-08-28"));
        assert_eq!(interval.sellable_on, day("2024-09-04"));
        assert_eq!(interval.covers_until, day("2024-09-10"));
    }

    #[test]
    fn a_supplier_that_never_opens_is_refused() {
        let closed = SupplyCalendar::every(1)
            .unwrap()
            .with_closures(vec![(day("2000-01-01"), day("2100-01-01"))])
            .unwrap();
        assert_eq!(
            closed.interval(day("2024-08-26"), 2).unwrap_err().to_string(),
            "no order day within ten years from 2024-08-27 on"
        );
        assert!(SupplyCalendar::every(0).is_err());
        let backwards = vec![(day("2024-02-02"), day("2024-02-01"))];
        assert!(SupplyCalendar::every(1).unwrap().with_closures(backwards).is_err());
    }

    proptest! {
        #[test]
        fn without_closures_it_is_the_protection_interval(
            start in -10_000_i32..40_000, lead in 0_u32..120, review in 1_u32..60,
        ) {
            let stock_day = Day::from_epoch_days(start);
            let calendar = SupplyCalendar::every(review).unwrap();
            prop_assert_eq!(
                calendar.interval(stock_day, lead).unwrap(),
                protection_interval(stock_day, lead, review).unwrap()
            );
        }

        #[test]
        fn consecutive_orders_share_no_day_and_leave_none_out(
            start in 19_000_i32..20_000, lead in 0_u32..30, review in 1_u32..15,
            weekdays in prop::collection::vec(0_usize..7, 1..4),
            closure in (19_000_i32..20_000, 0_i32..20),
        ) {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let words: Vec<&str> = weekdays.iter().map(|index| names[*index]).collect();
            let first = Day::from_epoch_days(closure.0);
            let calendar = SupplyCalendar::every(review).unwrap()
                .with_order_days(words.join(" ").parse().unwrap())
                .with_closures(vec![(first, first.plus(closure.1))]).unwrap();
            let order_on = calendar.order_day_from(Day::from_epoch_days(start)).unwrap();
            let next_on = calendar.order_day_after(order_on).unwrap();
            let now = calendar.interval(order_on.plus(-1), lead).unwrap();
            let next = calendar.interval(next_on.plus(-1), lead).unwrap();
            // Two orders that would both come during a closure come on the same day.
            if now.sellable_on < next.sellable_on {
                prop_assert_eq!(now.covers_until.plus(1), next.sellable_on);
            }
            prop_assert!(!calendar.is_closed(now.sellable_on));
        }
    }
}
