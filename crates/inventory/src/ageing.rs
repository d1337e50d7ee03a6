//! Stock that is written off before it sells.
//!
//! Books of stock know units, not dates. Oldest goods are sold first, so what is on hand came with
//! the newest receipts: in lots of a review period's demand (or of a pack or minimum, where that is
//! more), the newest of them as old as the last order day makes it, and older where the lot has
//! been sold from for longer.

use crate::Unmet;
use crate::position::Supply;
use std::collections::VecDeque;

/// What is known of when stock came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turnover {
    /// Mean demand a day, in ten-thousandths.
    pub(crate) daily: f64,
    pub(crate) review_days: usize,
    pub(crate) lead_time_days: usize,
    /// The least that an order brings, in ten-thousandths.
    pub(crate) least_order: i64,
}

/// A supply whose units are written off some days after they came.
#[derive(Debug, Clone)]
pub(crate) struct Ageing {
    life: usize,
    /// Stock on hand, oldest first: the last day of sale, 0 for the order day, and units.
    lots: Vec<(usize, i64)>,
    /// Whether what is written off is made up for.
    is_counted: bool,
}

impl Ageing {
    /// Of units that can be sold on `life` days, at least 1, and an opening stock.
    pub(crate) fn new(opening: i64, life: usize, turnover: Turnover) -> Self {
        let Turnover { daily, review_days, lead_time_days, least_order } = turnover;
        let life = life.max(1);
        let review = review_days.max(1);
        // Days since the newest receipt that came before the order day.
        let since_receipt = review * (lead_time_days / review + 1) - lead_time_days;
        let lot = ((daily * review as f64) as i64).max(least_order).max(1);
        let days_to_sell = |units: i64| if daily > 0.0 { units as f64 / daily } else { 0.0 };
        let sold_from = days_to_sell((lot - opening).max(0)) as usize;
        let between = (days_to_sell(lot).ceil() as usize).max(review);
        let mut age = since_receipt.max(sold_from);
        let mut left = opening.max(0);
        let mut lots = Vec::new();
        while left > 0 {
            // What is on hand can be sold today at least; so can all that is older.
            let last_day = (life - 1).saturating_sub(age);
            let units = if last_day == 0 { left } else { left.min(lot) };
            lots.push((last_day, units));
            left -= units;
            age = age.saturating_add(between);
        }
        lots.reverse();
        Self { life, lots, is_counted: true }
    }

    /// The same for a level of least cost, which weighs what an order of today sells in time and
    /// does not make up for older stock: measured, that cost more than it brought.
    pub(crate) fn uncounted(life: usize) -> Self {
        Self { life: life.max(1), lots: Vec::new(), is_counted: false }
    }

    /// Days that a unit can be sold on, from the one on which it comes.
    pub(crate) fn life(&self) -> usize {
        self.life
    }

    /// Days that the newest units on hand can still be sold on.
    pub(crate) fn days_left(&self) -> usize {
        self.lots.last().map_or(self.life, |(last_day, _)| last_day + 1)
    }

    /// The receipts of each day less what was written off at the closing before, if nothing is
    /// ordered: along this path stock less these is what can be sold.
    pub(crate) fn net_receipts(
        &self,
        supply: &Supply,
        demand: &[i64],
        unmet: Unmet,
        net: &mut Vec<i64>,
    ) {
        net.clear();
        net.extend_from_slice(&supply.receipts);
        net.resize(demand.len(), 0);
        if !self.is_counted {
            return;
        }
        let mut lots: VecDeque<(usize, i64)> = self.lots.iter().copied().collect();
        let mut owed = (-supply.opening).max(0);
        for (day, units) in demand.iter().enumerate() {
            let received = supply.receipts.get(day).copied().unwrap_or(0);
            let served = received.min(owed);
            owed -= served;
            if received > served {
                lots.push_back((day + self.life - 1, received - served));
            }
            let missing = take(&mut lots, *units);
            if unmet == Unmet::Backordered {
                owed += missing;
            }
            let mut gone = 0;
            while lots.front().is_some_and(|(last_day, _)| *last_day <= day) {
                gone += lots.pop_front().map_or(0, |(_, units)| units);
            }
            if let Some(next) = net.get_mut(day + 1) {
                *next -= gone;
            }
        }
    }
}

/// Sells oldest first; returns the units that were not there.
fn take(lots: &mut VecDeque<(usize, i64)>, units: i64) -> i64 {
    let mut missing = units;
    while let Some(lot) = lots.front_mut().filter(|_| missing > 0) {
        let taken = lot.1.min(missing);
        lot.1 -= taken;
        missing -= taken;
        if lot.1 == 0 {
            lots.pop_front();
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turnover(daily: i64, review_days: usize, lead_time_days: usize) -> Turnover {
        Turnover { daily: daily as f64, review_days, lead_time_days, least_order: 1 }
    }

    #[test]
    fn stock_on_hand_came_with_the_newest_receipts() {
        // 3 a day, ordered every 2 days, one day on the way: the order of two days ago came
        // yesterday, one before it three days ago. Six units of each; of a life of 5 days 4 and 2
        // are left.
        let ageing = Ageing::new(10, 5, turnover(3, 2, 1));
        assert_eq!(ageing.lots, [(1, 4), (3, 6)]);
        assert_eq!(ageing.days_left(), 4);
        // A lead time of three days: the newest receipt is as old.
        assert_eq!(Ageing::new(10, 5, turnover(3, 2, 3)).lots, [(1, 4), (3, 6)]);
    }

    #[test]
    fn a_lot_that_is_half_sold_is_as_old_as_that_takes() {
        // Packs of 12 at 2 a day, 4 left: sold from for 4 days; of 7 days 3 are left.
        let slow = Turnover { least_order: 12, ..turnover(2, 1, 0) };
        assert_eq!(Ageing::new(4, 7, slow).lots, [(2, 4)]);
        // Goods that have to be sold today at the latest, however old they are by this count.
        assert_eq!(Ageing::new(4, 3, slow).lots, [(0, 4)]);
    }

    #[test]
    fn what_is_written_off_is_taken_off_the_next_receipt() {
        // 5 on hand, 4 of them for today only; 2 arrive on the second day; one sells a day. Three
        // go at the first closing, the fifth and the two that came sell.
        let ageing = Ageing { life: 3, lots: vec![(0, 4), (3, 1)], is_counted: true };
        let supply = Supply { opening: 5, receipts: vec![0, 2, 0, 0] };
        let mut net = Vec::new();
        ageing.net_receipts(&supply, &[1; 4], Unmet::Lost, &mut net);
        assert_eq!(net, [0, -1, 0, 0]);
        // Without demand all is written off in its turn.
        ageing.net_receipts(&supply, &[0; 6], Unmet::Lost, &mut net);
        assert_eq!(net, [0, -2, 0, 0, -3, 0]);
    }
}
