//! The steps from expected demand to the quantity of one order.

use crate::ageing::Ageing;
use crate::aim::Aim;
use crate::limits::{Limits, ShelfLife};
use crate::sizing::{Horizon, Horizons, Sizing};
use crate::steps::{Ladder, StepKind};
use crate::text::{amount, counted};
use crate::{Constraints, Lot, Position, ProtectionInterval, Rule, Strategy, Unmet};
use shelfcast_retail::{Day, Quantity};

/// Everything one order is computed from, read and repaired.
pub(crate) struct Arithmetic<'a> {
    pub(crate) interval: ProtectionInterval,
    /// The interval through the last day that any sample path covers: what comes by then counts.
    pub(crate) counted: ProtectionInterval,
    pub(crate) horizons: &'a Horizons,
    pub(crate) sizing: &'a Sizing,
    /// How stock ages; `None` for goods that keep.
    pub(crate) ageing: Option<&'a Ageing>,
    pub(crate) position: &'a Position,
    pub(crate) strategy: &'a Strategy,
    pub(crate) aim: Aim,
    pub(crate) constraints: &'a Constraints,
    pub(crate) limits: Limits,
    /// The day on which the supplier takes the order.
    pub(crate) ordered_on: Day,
    /// The first day after it on which the supplier takes orders.
    pub(crate) next_order_day: Day,
    /// Whether the level counts on what whole packs add.
    pub(crate) is_rounded: bool,
    /// The lot of a rule with a reorder level, in ten-thousandths; 0 where it is unknown.
    pub(crate) lot: i128,
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
        self.position.inventory_position(&self.counted).parts()
    }

    /// The days as dates are shown.
    pub(crate) fn horizon(&self) -> Horizon {
        self.horizons.typical
    }

    /// The last day whose demand is covered.
    pub(crate) fn last_covered(&self) -> Day {
        self.day(self.horizon().covered)
    }

    /// The last of the first `count` days from the order day on.
    fn day(&self, count: usize) -> Day {
        self.interval.stock_day().plus(count as i32)
    }

    fn add_level(&self, ladder: &mut Ladder) {
        let Horizon { lead_time, covered } = self.horizon();
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
        let after = sizing.mean_demand - if before > 0 { sizing.mean_lead_time } else { 0 };
        ladder.show(StepKind::ForecastOverReview, after, note);
        let level = Quantity::from_parts(sizing.level.into());
        let safety = i128::from(sizing.level) - sizing.mean_demand;
        ladder.show(StepKind::SafetyStock, safety, self.aim.reason(level, self.is_rounded));
    }

    fn take_off_position(&self, ladder: &mut Ladder) {
        let on_hand = self.position.on_hand.max(Quantity::ZERO).parts();
        let note = format!("closing stock of {}", self.interval.stock_day());
        ladder.show(StepKind::OnHand, -on_hand, note);
        let on_order = self.position.on_order_within(&self.counted).parts();
        ladder.add(StepKind::OnOrder, -on_order, || {
            let until = self.counted.covers_until;
            if until > self.interval.covers_until {
                return format!(
                    "open orders due by {until}, the last day to cover if lead times are as long as \
                     they can be"
                );
            }
            format!("open orders due by {until}")
        });
        let reserved = self.position.reserved.max(Quantity::ZERO).parts();
        ladder.add(StepKind::Reserved, reserved, || {
            "added for the customers they are promised to".to_owned()
        });
    }

    fn correct(&self, ladder: &mut Ladder) {
        let kept = i128::from(self.sizing.need_if_kept);
        let is_added = kept > ladder.total();
        ladder.move_to(StepKind::LateArrivals, kept, || {
            if is_added {
                "added because open orders arrive after days that need them".to_owned()
            } else if self.strategy.unmet == Unmet::Lost {
                // Only goods that are weighed against their write-off can need less for it.
                "taken off because older stock sells before what is ordered".to_owned()
            } else {
                "taken off because units already owed are not short a second time".to_owned()
            }
        });
        ladder.move_to(StepKind::WrittenOff, self.sizing.need_if_carried_over.into(), || {
            let days = counted(self.ageing.map_or(0, |ageing| ageing.days_left() as u64), "day");
            format!(
                "added because stock is written off before it sells, the newest on hand taken to \
                 keep {days} more"
            )
        });
        ladder.move_to(StepKind::LostBeforeReceipt, self.sizing.need.into(), || {
            "taken off because demand lost before the order arrives does not return".to_owned()
        });
        ladder.add(StepKind::OrderedAlready, -i128::from(self.sizing.ordered_already), || {
            "taken off because they are ordered for the same day already".to_owned()
        });
    }

    fn add_display(&self, ladder: &mut Ladder) {
        let display = self.limits.display_minimum;
        let sale_goes_on = self.horizon().covered == self.interval.n_days as usize;
        let already = i128::from(self.sizing.ordered_already);
        let target = display - self.sizing.mean_left_over - already;
        if display > 0 && sale_goes_on && target > ladder.total() {
            ladder.move_to(StepKind::DisplayMinimum, target, || {
                format!("added to keep {} on display", amount(Quantity::from_parts(display)))
            });
        }
    }

    fn decide(&self, ladder: &mut Ladder) {
        if !self.is_due(ladder.total()) {
            ladder.move_to(StepKind::AlreadyCovered, 0, || "more than is needed".to_owned());
        } else if self.horizon().covered <= self.horizon().lead_time {
            ladder.move_to(StepKind::SaleEnds, 0, || {
                let (end, sellable_on) = (self.last_sale_day(), self.interval.sellable_on);
                format!("sale ends on {end}; the order could be sold from {sellable_on} on")
            });
        } else if self.constraints.order_block {
            ladder.move_to(StepKind::OrderBlocked, 0, || "orders are blocked".to_owned());
        } else {
            self.fill_up(ladder);
        }
        if self.ordered_on > self.interval.order_on {
            ladder.move_to(StepKind::WaitsForOrderDay, 0, || {
                format!("the supplier takes orders on {}", self.ordered_on)
            });
        }
    }

    /// From the need to what can be ordered.
    fn fill_up(&self, ladder: &mut Ladder) {
        self.add_lot(ladder);
        // A level of least cost has weighed what spoils already.
        let weighed = matches!(self.aim, Aim::Economic { .. });
        let life = self.strategy.shelf_life_days.zip(self.sizing.sellable);
        let life = life.filter(|_| !weighed);
        let already = self.sizing.ordered_already;
        let life = life.map(|(days, units)| ShelfLife { days, sellable: (units - already).into() });
        self.limits.apply(ladder, self.inventory_position(), life);
    }

    /// Whether the rule orders at this need: level less position.
    fn is_due(&self, need: i128) -> bool {
        match self.strategy.rule {
            Rule::OrderUpTo | Rule::Newsvendor | Rule::MinMax { .. } => need > 0,
            // At the reorder level itself too, unless there is no demand to order for.
            Rule::ReorderUpTo(_) | Rule::ReorderQuantity(_) => {
                need > 0 || (need == 0 && self.lot > 0 && self.sizing.mean_demand > 0)
            }
        }
    }

    fn add_lot(&self, ladder: &mut Ladder) {
        let lot = Quantity::from_parts(self.lot);
        match self.strategy.rule {
            Rule::OrderUpTo | Rule::Newsvendor => {}
            Rule::MinMax { minimum, maximum } => {
                ladder.add(StepKind::Lot, maximum.parts() - minimum.parts(), || {
                    format!("filled up to the maximum of {}", amount(maximum))
                });
            }
            Rule::ReorderUpTo(kind) => ladder.add(StepKind::Lot, self.lot, || {
                format!("filled up by {}", lot_in_words(kind, lot))
            }),
            Rule::ReorderQuantity(kind) if self.lot > 0 => {
                let lots = ladder.total().div_euclid(self.lot) + 1;
                ladder.move_to(StepKind::Lot, lots * self.lot, || {
                    format!("{lots} times {}", lot_in_words(kind, lot))
                });
            }
            Rule::ReorderQuantity(_) => {}
        }
    }

    fn last_sale_day(&self) -> Day {
        self.constraints.ends_on.unwrap_or(self.interval.covers_until)
    }
}

fn lot_in_words(kind: Lot, lot: Quantity) -> String {
    match kind {
        Lot::Economic => format!("the economic quantity of {}", amount(lot)),
        Lot::Fixed(_) => format!("the lot of {}", amount(lot)),
    }
}
