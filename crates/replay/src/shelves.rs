//! One item through one period: goods come, demand meets stock, the books are closed.

use crate::{Terms, Truth};
use shelfcast_forecast::Availability;
use shelfcast_inventory::{Lots, OpenOrder, Position, Unmet};
use shelfcast_retail::{Day, Quantity};

/// Ten-thousandths in a unit.
pub(crate) const UNIT: f64 = 10_000.0;

/// An order under way.
#[derive(Debug, Clone, Copy)]
struct Coming {
    arrives_on: Day,
    expected_on: Day,
    units: i64,
}

/// Stock and orders of one item.
#[derive(Debug, Clone)]
pub(crate) struct Shelves {
    lots: Lots,
    owed: i64,
    coming: Vec<Coming>,
    unmet: Unmet,
    shelf_life_days: Option<u32>,
}

/// What one period came to, in ten-thousandths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closed {
    pub(crate) demand: i64,
    /// Of the demand, what was met at once.
    pub(crate) met: i64,
    pub(crate) written_off: i64,
    pub(crate) on_hand: i64,
    pub(crate) availability: Availability,
}

impl Shelves {
    pub(crate) fn new(terms: &Terms, truth: &Truth, first: Day) -> Self {
        let shelf_life_days = terms.strategy.shelf_life_days;
        let mut shelves = Self {
            lots: Lots::default(),
            owed: 0,
            coming: Vec::new(),
            unmet: terms.strategy.unmet,
            shelf_life_days,
        };
        shelves.receive(first, whole(truth.on_hand));
        for order in &truth.open_orders {
            let arrives_on = order.due_on.max(first);
            shelves.place(arrives_on, order.due_on, order.quantity);
        }
        shelves
    }

    pub(crate) fn place(&mut self, arrives_on: Day, expected_on: Day, quantity: Quantity) {
        let units = whole(quantity);
        if units > 0 {
            self.coming.push(Coming { arrives_on, expected_on, units });
        }
    }

    fn receive(&mut self, day: Day, units: i64) {
        let served = units.min(self.owed);
        self.owed -= served;
        let last_day = self.shelf_life_days.map_or(i32::MAX, |life| {
            day.epoch_days().saturating_add(life.max(1).cast_signed() - 1)
        });
        self.lots.receive(last_day, units - served);
    }

    /// The position at the last closing.
    pub(crate) fn position(&self) -> Position {
        let open_order = |coming: &Coming| OpenOrder {
            due_on: coming.expected_on,
            quantity: Quantity::from_parts(coming.units.into()),
        };
        Position {
            on_hand: Quantity::from_parts(self.lots.on_hand().into()),
            open_orders: self.coming.iter().map(open_order).collect(),
            reserved: Quantity::from_parts(self.owed.into()),
            ..Position::default()
        }
    }

    pub(crate) fn on_hand(&self) -> i64 {
        self.lots.on_hand()
    }

    /// Opening to closing of a day.
    pub(crate) fn pass(&mut self, day: Day, demand: f64) -> Closed {
        let mut arriving = 0;
        self.coming.retain(|coming| {
            let is_there = coming.arrives_on <= day;
            arriving += if is_there { coming.units } else { 0 };
            !is_there
        });
        self.receive(day, arriving);
        let opening = self.lots.on_hand();
        let demand = (demand * UNIT).round() as i64;
        let met = self.lots.remove(demand);
        if self.unmet == Unmet::Backordered {
            self.owed += demand - met;
        }
        // Staff sees an empty shelf, not the customers who left; who waits is written down.
        let availability = match (self.unmet, self.lots.on_hand()) {
            (Unmet::Backordered, _) | (_, 1..) => Availability::Observed,
            (Unmet::Lost, _) if opening == 0 => Availability::Missing,
            (Unmet::Lost, _) => Availability::Censored,
        };
        let written_off = self.lots.write_off(day.epoch_days());
        let on_hand = self.lots.on_hand();
        Closed { demand, met, written_off, on_hand, availability }
    }
}

fn whole(quantity: Quantity) -> i64 {
    i64::try_from(quantity.parts().max(0)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ActualLeadTimes;
    use shelfcast_inventory::{LeadTimeDistribution, Strategy, SupplyCalendar, Target};

    fn day(offset: i32) -> Day {
        Day::from_epoch_days(20_000 + offset)
    }

    fn shelves(on_hand: i64, unmet: Unmet, shelf_life_days: Option<u32>) -> Shelves {
        let target = Target::FillRate("0.9".parse().unwrap());
        let strategy = Strategy { unmet, shelf_life_days, ..Strategy::new(target) };
        let terms = Terms::new(
            strategy,
            LeadTimeDistribution::fixed(1).unwrap(),
            SupplyCalendar::every(1).unwrap(),
        );
        let truth = Truth {
            first_day: day(0),
            demand: vec![],
            availability: vec![],
            on_hand: Quantity::from_whole(on_hand),
            open_orders: vec![],
            lead_time_days: ActualLeadTimes::Always(1),
        };
        Shelves::new(&terms, &truth, day(0))
    }

    #[test]
    fn lost_demand_goes_and_waiting_demand_is_served_first() {
        let mut lost = shelves(3, Unmet::Lost, None);
        let mut waiting = shelves(3, Unmet::Backordered, None);
        for shelves in [&mut lost, &mut waiting] {
            shelves.place(day(1), day(1), Quantity::from_whole(6));
            assert_eq!(shelves.pass(day(0), 5.0).met, 30_000);
        }
        // Six arrive: two go to those who waited.
        assert_eq!(lost.pass(day(1), 1.0).on_hand, 50_000);
        let second = waiting.pass(day(1), 1.0);
        assert_eq!((second.on_hand, second.met), (30_000, 10_000));
    }

    #[test]
    fn a_day_that_ran_out_says_only_that_there_was_demand() {
        let mut lost = shelves(3, Unmet::Lost, None);
        let seen: Vec<_> = (0..3).map(|at| lost.pass(day(at), 2.0).availability).collect();
        assert_eq!(seen, [Availability::Observed, Availability::Censored, Availability::Missing]);
    }

    #[test]
    fn goods_are_thrown_away_at_the_close_of_their_last_day() {
        let mut fresh = shelves(5, Unmet::Lost, Some(2));
        assert_eq!(fresh.pass(day(0), 1.0).written_off, 0);
        assert_eq!(fresh.pass(day(1), 1.0).written_off, 30_000);
        assert_eq!(fresh.on_hand(), 0);
    }
}
