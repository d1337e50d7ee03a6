use crate::PlanError;
use shelfcast_retail::Day;

/// The most days that lead time and review period may take together: ten years.
pub const MAX_INTERVAL_DAYS: u32 = 3_660;

/// The days that one order has to answer for.
///
/// Stock is the closing of day `t`. The order is dated `t + 1`, before opening,
/// and can be sold from the opening of day `t + 1 + L`. The order after it is
/// dated `t + 1 + R` and can be sold from `t + 1 + R + L`. What is ordered now
/// therefore has to last through day `t + R + L`: exactly `R + L` selling days
/// from the order day on. The first `L` of them pass before the order can be
/// sold; nothing ordered now can help there.
///
/// ```
/// use shelfcast_inventory::protection_interval;
/// let interval = protection_interval("2024-08-26".parse()?, 14, 7)?;
/// assert_eq!(interval.order_on.to_string(), "2024-08-27");
/// assert_eq!(interval.sellable_on.to_string(), "2024-09-10");
/// assert_eq!(interval.covers_until.to_string(), "2024-09-16");
/// assert_eq!(interval.n_days, 21);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProtectionInterval {
    /// The date of the order: the day after the stock.
    pub order_on: Day,
    /// The first day on which the ordered units can be sold, from opening.
    pub sellable_on: Day,
    /// The last day that the order has to cover.
    pub covers_until: Day,
    /// Selling days from `order_on` through `covers_until`: lead time + review period.
    pub n_days: u32,
}

impl ProtectionInterval {
    /// Days of the interval that pass before the order can be sold.
    pub fn lead_time_days(&self) -> u32 {
        self.sellable_on.days_since(self.order_on).unsigned_abs()
    }

    /// Days of the interval on which the order can be sold.
    pub fn review_days(&self) -> u32 {
        self.n_days - self.lead_time_days()
    }

    /// From the day of the stock, the first day of sale and the last covered day.
    pub(crate) fn between(
        stock_day: Day,
        sellable_on: Day,
        covers_until: Day,
    ) -> Result<Self, PlanError> {
        let n_days = covers_until.days_since(stock_day).max(1).unsigned_abs();
        let most = MAX_INTERVAL_DAYS;
        if n_days > most {
            let what = "lead time and review period together";
            return Err(PlanError::Days {
                what,
                found: n_days.into(),
                least: 1,
                most: most.into(),
            });
        }
        Ok(Self { order_on: stock_day.plus(1), sellable_on, covers_until, n_days })
    }

    /// The day whose closing stock the order is planned from.
    pub fn stock_day(&self) -> Day {
        self.order_on.plus(-1)
    }

    /// The day's place in sample paths, 0 for the order day; `None` outside the interval.
    pub fn index_of(&self, day: Day) -> Option<usize> {
        let offset = usize::try_from(day.days_since(self.order_on)).ok()?;
        (offset < self.n_days as usize).then_some(offset)
    }
}

/// The one clock of planning, replay and simulation.
///
/// `lead_time_days` is `L`, 0 for goods that can be sold on the day of the
/// order; `review_days` is `R`, the days from one order to the next, 1 for a
/// daily run.
///
/// # Errors
/// A review period of 0 days, more than [`MAX_INTERVAL_DAYS`] together, or a
/// last day beyond the calendar.
pub fn protection_interval(
    stock_day: Day,
    lead_time_days: u32,
    review_days: u32,
) -> Result<ProtectionInterval, PlanError> {
    let most = u64::from(MAX_INTERVAL_DAYS);
    if review_days == 0 {
        return Err(PlanError::Days { what: "the review period", found: 0, least: 1, most });
    }
    let found = u64::from(lead_time_days) + u64::from(review_days);
    if found > most {
        let what = "lead time and review period together";
        return Err(PlanError::Days { what, found, least: 1, most });
    }
    let n_days = lead_time_days + review_days;
    let covers_until = stock_day.plus(n_days.cast_signed());
    if covers_until.days_since(stock_day) != n_days.cast_signed() {
        return Err(PlanError::OutsideCalendar { stock_day, n_days });
    }
    Ok(ProtectionInterval {
        order_on: stock_day.plus(1),
        sellable_on: stock_day.plus(1 + lead_time_days.cast_signed()),
        covers_until,
        n_days,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_daily_run_without_lead_time_covers_exactly_the_order_day() {
        let stock_day: Day = "2024-08-26".parse().unwrap();
        let interval = protection_interval(stock_day, 0, 1).unwrap();
        assert_eq!(interval.order_on, interval.sellable_on);
        assert_eq!(interval.order_on, interval.covers_until);
        assert_eq!(interval.n_days, 1);
    }

    #[test]
    fn impossible_intervals_are_refused_with_what_is_allowed() {
        let stock_day: Day = "2024-08-26".parse().unwrap();
        let message =
            |lead, review| protection_interval(stock_day, lead, review).unwrap_err().to_string();
        assert_eq!(message(5, 0), "the review period is 0 days; allowed are 1 to 3660");
        assert_eq!(
            message(u32::MAX, 1),
            "lead time and review period together is 4294967296 days; allowed are 1 to 3660"
        );
        let last: Day = "9999-12-31".parse().unwrap();
        assert!(matches!(
            protection_interval(last, 0, 1),
            Err(PlanError::OutsideCalendar { n_days: 1, .. })
        ));
    }

    proptest! {
        #[test]
        fn consecutive_orders_share_no_day_and_leave_none_out(
            start in -10_000_i32..40_000, lead in 0_u32..120, review in 1_u32..60,
        ) {
            let stock_day = Day::from_epoch_days(start);
            let now = protection_interval(stock_day, lead, review).unwrap();
            let next_stock_day = stock_day.plus(review.cast_signed());
            let next = protection_interval(next_stock_day, lead, review).unwrap();
            prop_assert_eq!(now.covers_until.plus(1), next.sellable_on);
            prop_assert_eq!(now.n_days, lead + review);
            prop_assert_eq!(now.lead_time_days(), lead);
            prop_assert_eq!(now.review_days(), review);
            prop_assert_eq!(now.stock_day(), stock_day);
            prop_assert_eq!(now.index_of(now.order_on), Some(0));
            prop_assert_eq!(now.index_of(now.covers_until), Some(now.n_days as usize - 1));
            prop_assert_eq!(now.index_of(now.covers_until.plus(1)), None);
            prop_assert_eq!(now.index_of(stock_day), None);
        }
    }
}
