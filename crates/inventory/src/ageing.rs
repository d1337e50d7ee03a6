//! Stock that is written off before it sells.
//!
//! Books of stock know units, not dates. Oldest goods are sold first, so what is on hand came with
//! the newest receipts: in lots of a review period's demand (or of a pack or minimum, where that is
//! more), the newest of them as old as the last order day makes it, and older where the lot has
//! been sold from for longer.

use crate::paths::Path;
use crate::{Lots, Unmet};

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
    /// Stock on hand; days are counted from the order day.
    lots: Lots,
    /// Whether what is written off is made up for.
    is_counted: bool,
}

/// A supply along one path as write-offs leave it: stock less these is what can be sold.
#[derive(Debug, Default)]
pub(crate) struct NetSupply {
    /// Day and units that come at its opening, less what was written off at the closing before.
    pub(crate) arrivals: Vec<(usize, i64)>,
    /// Day and units that are written off at its closing.
    pub(crate) written_off: Vec<(usize, i64)>,
    lots: Lots,
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
        let mut newest_first = Vec::new();
        while left > 0 {
            // What is on hand can be sold today at least; so can all that is older.
            let last_day = (life - 1).saturating_sub(age);
            let units = if last_day == 0 { left } else { left.min(lot) };
            newest_first.push((last_day, units));
            left -= units;
            age = age.saturating_add(between);
        }
        let mut lots = Lots::default();
        newest_first
            .iter()
            .rev()
            .for_each(|(last_day, units)| lots.receive(day(*last_day), *units));
        Self { life, lots, is_counted: true }
    }

    /// The same for a level of least cost, which weighs what an order of today sells in time and
    /// does not make up for older stock: measured, that cost more than it brought.
    pub(crate) fn uncounted(life: usize) -> Self {
        Self { life: life.max(1), lots: Lots::default(), is_counted: false }
    }

    /// Days that a unit can be sold on, from the one on which it comes.
    pub(crate) fn life(&self) -> usize {
        self.life
    }

    /// Days that the newest units on hand can still be sold on.
    pub(crate) fn days_left(&self) -> usize {
        self.lots.newest().map_or(self.life, |last_day| last_day.unsigned_abs() as usize + 1)
    }

    /// What write-offs leave of a supply along `path`, opening and arrivals, if nothing more is
    /// ordered. Between a receipt and the next one or a write-off only the sum of demand matters.
    pub(crate) fn net_supply(
        &self,
        (opening, arrivals): (i64, &[(usize, i64)]),
        path: Path<'_>,
        unmet: Unmet,
        net: &mut NetSupply,
    ) {
        net.arrivals.clear();
        net.written_off.clear();
        if !self.is_counted {
            net.arrivals.extend_from_slice(arrivals);
            return;
        }
        net.lots.copy_from(&self.lots);
        let n_days = path.n_days();
        let mut coming = arrivals.iter().copied().peekable();
        let mut owed = (-opening).max(0);
        let (mut today, mut gone) = (0, 0);
        while today < n_days {
            let received = coming.next_if(|(on, _)| *on == today).map_or(0, |(_, units)| units);
            if received != gone {
                net.arrivals.push((today, received - gone));
            }
            let served = received.min(owed);
            owed -= served;
            net.lots.receive(day(today + self.life - 1), received - served);
            let next = coming.peek().map_or(n_days, |(on, _)| (*on).min(n_days));
            let oldest = net.lots.oldest().map_or(n_days, |last| last.unsigned_abs() as usize + 1);
            let until = next.min(oldest);
            let demand = path.demand(today..until);
            let missing = demand - net.lots.remove(demand);
            if unmet == Unmet::Backordered {
                owed += missing;
            }
            gone = net.lots.write_off(day(until - 1));
            if gone > 0 {
                net.written_off.push((until - 1, gone));
            }
            today = until;
        }
    }
}

fn day(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DemandPaths;
    use proptest::prelude::*;

    fn turnover(daily: i64, review_days: usize, lead_time_days: usize) -> Turnover {
        Turnover { daily: daily as f64, review_days, lead_time_days, least_order: 1 }
    }

    fn lots(layers: &[(i32, i64)]) -> Lots {
        let mut lots = Lots::default();
        layers.iter().for_each(|(last_day, units)| lots.receive(*last_day, *units));
        lots
    }

    #[test]
    fn stock_on_hand_came_with_the_newest_receipts() {
        // 3 a day, ordered every 2 days, one day on the way: the order of two days ago came
        // yesterday, one before it three days ago. Six units of each; of a life of 5 days 4 and 2
        // are left.
        let ageing = Ageing::new(10, 5, turnover(3, 2, 1));
        assert_eq!(ageing.lots, lots(&[(1, 4), (3, 6)]));
        assert_eq!(ageing.days_left(), 4);
        // A lead time of three days: the newest receipt is as old.
        assert_eq!(Ageing::new(10, 5, turnover(3, 2, 3)).lots, lots(&[(1, 4), (3, 6)]));
    }

    #[test]
    fn a_lot_that_is_half_sold_is_as_old_as_that_takes() {
        // Packs of 12 at 2 a day, 4 left: sold from for 4 days; of 7 days 3 are left.
        let slow = Turnover { least_order: 12, ..turnover(2, 1, 0) };
        assert_eq!(Ageing::new(4, 7, slow).lots, lots(&[(2, 4)]));
        // Goods that have to be sold today at the latest, however old they are by this count.
        assert_eq!(Ageing::new(4, 3, slow).lots, lots(&[(0, 4)]));
    }

    fn net(ageing: &Ageing, arrivals: &[(usize, i64)], demand: &[f64]) -> NetSupply {
        let paths = DemandPaths::new(demand, 1, demand.len()).unwrap();
        let mut net = NetSupply::default();
        let path = paths.rows().next().unwrap();
        ageing.net_supply((0, arrivals), path, Unmet::Lost, &mut net);
        net
    }

    #[test]
    fn what_is_written_off_is_taken_off_the_next_receipt() {
        // 5 on hand, 4 of them for today only; 2 arrive on the second day; one sells a day. Three
        // go at the first closing, the fifth and the two that came sell.
        let units = |whole: i64| whole * 10_000;
        let lots = lots(&[(0, units(4)), (3, units(1))]);
        let ageing = Ageing { life: 3, lots, is_counted: true };
        let arrivals = [(1, units(2))];
        let found = net(&ageing, &arrivals, &[1.0; 4]);
        assert_eq!(found.arrivals, [(1, units(-1))]);
        assert_eq!(found.written_off, [(0, units(3))]);
        // Without demand all is written off in its turn.
        let found = net(&ageing, &arrivals, &[0.0; 6]);
        assert_eq!(found.arrivals, [(1, units(-2)), (4, units(-3))]);
        assert_eq!(found.written_off, [(0, units(4)), (3, units(3))]);
    }

    proptest! {
        #[test]
        fn runs_of_days_come_to_the_same_as_day_by_day(
            demand in prop::collection::vec(0_u32..9, 1..25),
            layers in prop::collection::vec((0_i32..12, 1_i64..200_000), 0..4),
            arrivals in prop::collection::btree_map(0_usize..25, 1_i64..150_000, 0..5),
            (opening, life) in (-100_000_i64..=0, 1_usize..9),
            backordered in any::<bool>(),
        ) {
            let unmet = if backordered { Unmet::Backordered } else { Unmet::Lost };
            let mut layers = layers;
            layers.iter_mut().for_each(|layer| layer.0 = layer.0.min(life as i32 - 1));
            layers.sort_unstable();
            let ageing = Ageing { life, lots: lots(&layers), is_counted: true };
            let units: Vec<f64> = demand.iter().map(|units| f64::from(*units)).collect();
            let paths = DemandPaths::new(&units, 1, units.len()).unwrap();
            let coming: Vec<(usize, i64)> = arrivals.clone().into_iter().collect();
            let mut net = NetSupply::default();
            let path = paths.rows().next().unwrap();
            ageing.net_supply((opening, &coming), path, unmet, &mut net);
            // Each day by itself.
            let (mut shelf, mut owed) = (lots(&layers), -opening);
            let (mut gone, mut sums) = (0, vec![0; units.len()]);
            for (at, wanted) in demand.iter().enumerate() {
                let received = arrivals.get(&at).copied().unwrap_or(0);
                sums[at] = received - gone;
                let served = received.min(owed);
                owed -= served;
                shelf.receive((at + life - 1) as i32, received - served);
                let wanted = i64::from(*wanted) * 10_000;
                let missing = wanted - shelf.remove(wanted);
                owed += if backordered { missing } else { 0 };
                gone = shelf.write_off(at as i32);
            }
            let expected: Vec<(usize, i64)> =
                sums.into_iter().enumerate().filter(|(_, units)| *units != 0).collect();
            prop_assert_eq!(net.arrivals, expected);
        }
    }
}
