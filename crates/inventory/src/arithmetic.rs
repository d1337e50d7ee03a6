//! The steps from expected demand to the quantity of one order.

use crate::limits::Limits;
use crate::sizing::{Horizon, Sizing};
use crate::steps::{Ladder, StepKind};
use crate::text::{amount, counted, percent};
use crate::{Constraints, Policy, Position, ProtectionInterval};
use shelfcast_retail::{Day, Quantity};

/// Everything one order is computed from, read and repaired.
pub(crate) struct Arithmetic<'a> {
    pub(crate) interval: ProtectionInterval,
    pub(crate) horizon: Horizon,
    pub(crate) sizing: &'a Sizing,
    pub(crate) position: &'a Position,
    pub(crate) policy: &'a Policy,
    pub(crate) constraints: &'a Constraints,
    pub(crate) limits: Limits,
}

/// The steps, and the need before minimum, pack and maximum.
pub(crate) struct Worked {
    pub(crate) ladder: Ladder,
    pub(crate) need: i128,
}

impl Arithmetic<'_> {
    pub(crate) fn work(&self) -> Worked {
        let mut ladder = Ladder::default();
        self.add_level(&mut ladder);
        self.take_off_position(&mut ladder);
        self.correct(&mut ladder);
        self.add_display(&mut ladder);
        let need = ladder.total();
        self.decide(&mut ladder);
        Worked { ladder, need }
    }

    /// On hand + on order within the interval - reserved, in ten-thousandths.
    pub(crate) fn inventory_position(&self) -> i128 {
        self.position.inventory_position(&self.interval).parts()
    }

    /// The last day whose demand is covered.
    pub(crate) fn last_covered(&self) -> Day {
        self.day(self.horizon.covered)
    }

    /// The last of the first `count` days from the order day on.
    fn day(&self, count: usize) -> Day {
        self.interval.stock_day().plus(count as i32)
    }

    fn add_level(&self, ladder: &mut Ladder) {
        let Horizon { lead_time, covered } = self.horizon;
        let before = lead_time.min(covered);
        let sizing = self.sizing;
        if before > 0 {
            let days = counted(before as u64, "day");
            let until = self.day(before);
            let note = format!("mean of the {days} until {until}, before the order can be sold");
            ladder.show(StepKind::ForecastOverLeadTime, sizing.mean_lead_time, note);
        }
        let days = counted((covered - before) as u64, "day");
        let note = format!("mean of the {days} until {}", self.last_covered());
        let after = sizing.mean_demand - sizing.mean_lead_time;
        ladder.show(StepKind::ForecastOverReview, after, note);
        let level = Quantity::from_parts(sizing.order_up_to.into());
        let share = percent(self.policy.service_target);
        let note = format!("{share} of the sample paths want at most {level} in all");
        let safety = i128::from(sizing.order_up_to) - sizing.mean_demand;
        ladder.show(StepKind::SafetyStock, safety, note);
    }

    fn take_off_position(&self, ladder: &mut Ladder) {
        let on_hand = self.position.on_hand.max(Quantity::ZERO).parts();
        let note = format!("closing stock of {}", self.interval.stock_day());
        ladder.show(StepKind::OnHand, -on_hand, note);
        let on_order = self.position.on_order_within(&self.interval).parts();
        ladder.add(StepKind::OnOrder, -on_order, || {
            format!("open orders due by {}", self.interval.covers_until)
        });
        let reserved = self.position.reserved.max(Quantity::ZERO).parts();
        ladder.add(StepKind::Reserved, reserved, || {
            "added for the customers they are promised to".to_owned()
        });
    }

    fn correct(&self, ladder: &mut Ladder) {
        ladder.move_to(StepKind::LateArrivals, self.sizing.need_if_carried_over.into(), || {
            "added because open orders arrive after days that need them".to_owned()
        });
        ladder.move_to(StepKind::LostBeforeReceipt, self.sizing.need.into(), || {
            "taken off because demand lost before the order arrives does not return".to_owned()
        });
    }

    fn add_display(&self, ladder: &mut Ladder) {
        let display = self.limits.display_minimum;
        let sale_goes_on = self.horizon.covered == self.interval.n_days as usize;
        let target = display - self.sizing.mean_left_over;
        if display > 0 && sale_goes_on && target > ladder.total() {
            ladder.move_to(StepKind::DisplayMinimum, target, || {
                format!("added to keep {} on display", amount(Quantity::from_parts(display)))
            });
        }
    }

    fn decide(&self, ladder: &mut Ladder) {
        if ladder.total() <= 0 {
            ladder.move_to(StepKind::AlreadyCovered, 0, || "more than is needed".to_owned());
        } else if self.horizon.covered <= self.horizon.lead_time {
            ladder.move_to(StepKind::SaleEnds, 0, || {
                let (end, sellable_on) = (self.last_sale_day(), self.interval.sellable_on);
                format!("sale ends on {end}; the order could be sold from {sellable_on} on")
            });
        } else if self.constraints.order_block {
            ladder.move_to(StepKind::OrderBlocked, 0, || "orders are blocked".to_owned());
        } else {
            self.limits.apply(ladder, self.inventory_position());
        }
    }

    fn last_sale_day(&self) -> Day {
        self.constraints.ends_on.unwrap_or(self.interval.covers_until)
    }
}
