//! What the sample paths say about one order: how much demand to expect, how
//! much to order for the service target, and what happens without an order.

use crate::ageing::{Ageing, NetSupply};
use crate::aim::{Aim, Needs};
use crate::curve::Curve;
use crate::parts::{mean, quantile};
use crate::paths::Path;
use crate::position::Supply;
use crate::reorder::Positions;
use crate::stock::Stock;
use crate::{DemandPaths, Unmet};

/// What less than this share of the paths (in ten-thousandths) falls below sells surely.
const SURELY: i128 = 1_000;

/// The days of an order along one path, as places in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Horizon {
    /// Days before the order can be sold.
    pub(crate) lead_time: usize,
    /// Days that are covered in all; fewer than lead time and review period
    /// together when sale ends earlier.
    pub(crate) covered: usize,
}

/// The days of an order along all paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Horizons {
    /// What dates are shown with.
    pub(crate) typical: Horizon,
    /// One a path; empty where all are typical.
    pub(crate) drawn: Vec<Horizon>,
}

impl Horizons {
    fn of(&self, path: usize) -> Horizon {
        self.drawn.get(path).copied().unwrap_or(self.typical)
    }

    /// The most days that any path covers.
    pub(crate) fn longest(&self) -> usize {
        self.drawn.iter().map(|horizon| horizon.covered).fold(self.typical.covered, usize::max)
    }
}

/// Statistics over the sample paths, in ten-thousandths.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sizing {
    /// Mean demand before the order can be sold.
    pub(crate) mean_lead_time: i128,
    /// Mean demand of all covered days.
    pub(crate) mean_demand: i128,
    /// The level of demand over the covered days that meets the aim.
    pub(crate) level: i64,
    /// The order that meets the aim if no demand were ever lost and no stock written off.
    pub(crate) need_if_kept: i64,
    /// The order that meets the aim if no demand were ever lost.
    pub(crate) need_if_carried_over: i64,
    /// The order that meets the aim.
    pub(crate) need: i64,
    /// Mean stock after the last covered day with demand of the review period
    /// met in full and nothing ordered; below 0 where an order is needed.
    pub(crate) mean_left_over: i128,
    /// Mean unmet demand before the order can be sold.
    pub(crate) unmet_before_receipt: i128,
    /// Mean unmet demand of all covered days if nothing is ordered.
    pub(crate) unmet_without_order: i128,
    /// Share of paths with unmet demand before the order can be sold.
    pub(crate) stockout_before_receipt: f64,
    /// Share of paths with unmet demand on any covered day without an order.
    pub(crate) stockout_without_order: f64,
    /// What sells before it is written off: the target's quantile, or the median where the target
    /// is no rate; `None` for goods that keep.
    pub(crate) sellable: Option<i64>,
    /// The most that surely sells before it is written off, what is ordered already included;
    /// `None` for goods that keep.
    pub(crate) surely_sellable: Option<i64>,
    /// Units that come with the order whatever it is; only service with an order counts on them.
    pub(crate) ordered_already: i64,
    /// What is unmet after the order can be sold.
    unmet: Curve,
    /// Demand after the order can be sold, summed over paths.
    demand_after: i128,
}

impl Sizing {
    /// The share of paths without units unmet or owed from the first day the order
    /// can be sold through the last covered day, if `quantity` is ordered on top of what is already.
    pub(crate) fn service_level(&self, quantity: i128) -> f64 {
        let quantity = i64::try_from(quantity).unwrap_or(i64::MAX);
        let quantity = quantity.saturating_add(self.ordered_already);
        self.unmet.needed.count_through(quantity) as f64 / self.unmet.n_paths() as f64
    }

    /// The share of demand after the order can be sold that is met at once, if `quantity` is
    /// ordered on top of what is already; 1 where none is expected.
    pub(crate) fn fill_rate(&self, quantity: i64) -> f64 {
        let quantity = quantity.saturating_add(self.ordered_already);
        if self.demand_after == 0 {
            return 1.0;
        }
        1.0 - self.unmet.unmet(quantity) as f64 / self.demand_after as f64
    }

    /// Mean units that are met only because `quantity` is ordered on top of what is already.
    pub(crate) fn units_saved(&self, quantity: i64) -> i128 {
        let already = self.unmet.unmet(self.ordered_already);
        let with = self.unmet.unmet(quantity.saturating_add(self.ordered_already));
        mean(already - with, self.unmet.n_paths())
    }
}

/// Walks every path once, and a second time where stock ages.
///
/// `paths` reach at least `horizons.longest()` days, and so do the receipts. Goods that are
/// written off are watched for their shelf life from the day they can be sold, where the paths
/// reach so far.
///
/// A reorder level for a cycle service is the highest at which waiting for the next review would
/// miss it, one unit below the smallest that meets it, but not below the lowest of `positions`.
pub(crate) fn size(
    paths: &DemandPaths,
    supply: &Supply,
    horizons: &Horizons,
    unmet: Unmet,
    aim: &Aim,
    ageing: Option<&Ageing>,
    positions: Option<&Positions>,
) -> Sizing {
    let n_paths = paths.n_paths();
    let mut totals = Totals::default();
    let mut samples = Samples::default();
    let mut net = NetSupply::default();
    let arrivals = supply.arrivals();
    let kept = (supply.opening, &arrivals[..]);
    for (index, path) in paths.rows().enumerate() {
        let horizon = horizons.of(index);
        let Some(ageing) = ageing else {
            let outcome = walk(path, kept, horizon, unmet);
            totals.add(&outcome);
            samples.add(&outcome, unmet);
            continue;
        };
        let if_kept = walk(path, kept, horizon, unmet);
        samples.kept.add(if_kept.need_if_carried_over, if_kept.owed, unmet);
        ageing.net_supply(kept, path, unmet, &mut net);
        let outcome = walk(path, (supply.opening, &net.arrivals), horizon, unmet);
        totals.add(&outcome);
        samples.add(&outcome, unmet);
        samples.add_sellable(sellable(path, &net, horizon, ageing, &outcome));
    }
    let demand_after = totals.demand - totals.lead_time;
    let receipts: i64 = supply.receipts.iter().take(horizons.longest()).sum();
    let position = supply.opening + receipts;
    let level = Curve::new(&samples.demands).level(aim, demand_after, positions);
    let below = match (aim, positions) {
        (Aim::CycleService(_), Some(lots)) if !lots.is_rounded => {
            lots.unit.min(level - lots.lowest)
        }
        _ => 0,
    };
    let lowered = positions.map(|positions| positions.lowered(position));
    let wanted = |curve: &Curve| match aim {
        Aim::Level(level) => level - position,
        aim => curve.level(aim, demand_after, lowered.as_ref()) - below,
    };
    let shortage = Curve::new(&samples.needs);
    let need = wanted(&shortage);
    // Where all comes in time the level is only told from another point.
    let need_if_carried_over = if samples.is_level_less(position) {
        level - below - position
    } else if samples.carried == samples.needs {
        need
    } else {
        wanted(&Curve::new(&samples.carried))
    };
    Sizing {
        mean_lead_time: mean(totals.lead_time, n_paths),
        mean_demand: mean(totals.demand, n_paths),
        level: level - below,
        need_if_kept: ageing.map_or(need_if_carried_over, |_| wanted(&Curve::new(&samples.kept))),
        need_if_carried_over,
        need,
        mean_left_over: mean(totals.left_over, n_paths),
        unmet_before_receipt: mean(totals.unmet_before_receipt, n_paths),
        unmet_without_order: mean(totals.unmet, n_paths),
        stockout_before_receipt: totals.n_short_before_receipt as f64 / n_paths as f64,
        stockout_without_order: totals.n_short as f64 / n_paths as f64,
        unmet: shortage,
        ordered_already: supply.ordered_already,
        sellable: ageing.map(|_| quantile(&mut samples.needs.sellable, aim.share())),
        surely_sellable: ageing.map(|_| quantile(&mut samples.needs.sellable, SURELY)),
        demand_after,
    }
}

/// What every path needs, under four views of what becomes of stock and unmet demand.
#[derive(Default)]
struct Samples {
    /// Demand alone, without any stock.
    demands: Needs,
    needs: Needs,
    /// If no demand were ever lost.
    carried: Needs,
    /// If besides no stock were written off.
    kept: Needs,
}

impl Samples {
    /// Whether each path needs its demand less the position, and nothing is owed or spoils.
    fn is_level_less(&self, position: i64) -> bool {
        let pairs = self.carried.units.iter().zip(&self.demands.units);
        self.carried.owed.is_empty()
            && self.carried.sellable.is_empty()
            && pairs.into_iter().all(|(need, demand)| *need == demand - position)
    }

    fn add(&mut self, outcome: &Outcome, unmet: Unmet) {
        self.demands.add(outcome.demand, outcome.lead_time, unmet);
        self.needs.add(outcome.need, outcome.owed, unmet);
        self.carried.add(outcome.need_if_carried_over, outcome.owed, unmet);
    }

    fn add_sellable(&mut self, (all, of_order): (i64, i64)) {
        self.demands.sellable.push(all);
        for needs in [&mut self.needs, &mut self.carried, &mut self.kept] {
            needs.sellable.push(of_order);
        }
    }
}

/// The demand until an order of today is written off, and what of it older stock leaves to it.
fn sellable(
    path: Path<'_>,
    net: &NetSupply,
    horizon: Horizon,
    ageing: &Ageing,
    outcome: &Outcome,
) -> (i64, i64) {
    let sold_by = (horizon.lead_time + ageing.life()).min(path.n_days());
    let arrival = horizon.lead_time.min(sold_by);
    let through = path.demand(0..sold_by);
    let before = path.demand(0..arrival);
    let in_time = net.written_off.iter().filter(|(day, _)| (arrival..sold_by).contains(day));
    let spoilt: i64 = in_time.map(|(_, units)| units).sum();
    (through, through - before - (outcome.opening_after - spoilt))
}

#[derive(Default)]
struct Totals {
    lead_time: i128,
    demand: i128,
    left_over: i128,
    unmet_before_receipt: i128,
    unmet: i128,
    n_short_before_receipt: usize,
    n_short: usize,
}

impl Totals {
    fn add(&mut self, outcome: &Outcome) {
        self.lead_time += i128::from(outcome.lead_time);
        self.demand += i128::from(outcome.demand);
        self.left_over += i128::from(outcome.left_over);
        self.unmet_before_receipt += i128::from(outcome.unmet_before_receipt);
        self.unmet += i128::from(outcome.unmet);
        self.n_short_before_receipt += usize::from(outcome.unmet_before_receipt > 0);
        self.n_short += usize::from(outcome.unmet > 0);
    }
}

/// What one path does, in ten-thousandths.
struct Outcome {
    lead_time: i64,
    demand: i64,
    need: i64,
    need_if_carried_over: i64,
    left_over: i64,
    /// Stock less units owed at the opening of the day the order can be sold.
    opening_after: i64,
    /// Units owed then.
    owed: i64,
    unmet_before_receipt: i64,
    unmet: i64,
}

/// Follows stock, opening and arrivals, along one path.
#[inline]
fn walk(
    path: Path<'_>,
    (opening, arrivals): (i64, &[(usize, i64)]),
    horizon: Horizon,
    unmet: Unmet,
) -> Outcome {
    let split = horizon.lead_time.min(horizon.covered);
    let mut stock = Stock::new(opening, arrivals);
    let unmet_before_receipt = stock.pass(path, 0..split, unmet);
    let opening_after = stock.level;
    let lead_time = path.demand(0..split);
    let before = arrivals.iter().take_while(|(on, _)| *on < split);
    let carried = opening + before.map(|(_, units)| units).sum::<i64>() - lead_time;
    let (lowest_drift, drift) = stock.drift(path, split..horizon.covered);
    let unmet_after = stock.pass(path, split..horizon.covered, unmet);
    Outcome {
        lead_time,
        demand: path.demand(0..horizon.covered),
        need: -(opening_after + lowest_drift),
        need_if_carried_over: -(carried + lowest_drift),
        left_over: opening_after + drift,
        opening_after,
        owed: (-opening_after).max(0),
        unmet_before_receipt,
        unmet: unmet_before_receipt + unmet_after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::UNIT;
    use crate::stock::sell;
    use proptest::prelude::*;

    /// All in ten-thousandths.
    fn outcome(
        demand: &[i64],
        opening: i64,
        receipts: &[i64],
        lead: usize,
        unmet: Unmet,
    ) -> Outcome {
        let horizon = Horizon { lead_time: lead, covered: demand.len() };
        let units: Vec<f64> = demand.iter().map(|parts| *parts as f64 / UNIT as f64).collect();
        let paths = DemandPaths::new(&units, 1, units.len()).unwrap();
        let supply = Supply { opening, receipts: receipts.to_vec(), ordered_already: 0 };
        walk(paths.rows().next().unwrap(), (opening, &supply.arrivals()), horizon, unmet)
    }

    #[test]
    fn demand_lost_before_the_receipt_needs_no_stock_after_it() {
        // 4 on hand, 3 a day, two days of lead time: 2 units are unmet. Three
        // more days want 9. Lost: order 9. Backordered: 9 and the 2 owed.
        let demand = [3; 5];
        let lost = outcome(&demand, 4, &[0; 5], 2, Unmet::Lost);
        assert_eq!((lost.unmet_before_receipt, lost.need), (2, 9));
        let owed = outcome(&demand, 4, &[0; 5], 2, Unmet::Backordered);
        assert_eq!((owed.unmet_before_receipt, owed.need), (2, 11));
        assert_eq!(lost.need_if_carried_over, 11);
        // Without the order every unit after the first four is unmet.
        assert_eq!((lost.unmet, owed.unmet), (11, 11));
    }

    #[test]
    fn a_receipt_late_in_the_interval_does_not_help_the_days_before_it() {
        // Nothing on hand, 2 a day for four days; 10 arrive on the last day.
        // Position 10 covers the demand of 8, but three days want 6 before.
        let late = outcome(&[2; 4], 0, &[0, 0, 0, 10], 0, Unmet::Backordered);
        assert_eq!(late.need, 6);
        assert_eq!(late.left_over, 2);
    }

    fn replay(
        demand: &[i64],
        opening: i64,
        receipts: &[i64],
        lead: usize,
        order: i64,
        unmet: Unmet,
    ) -> i64 {
        let mut level = opening;
        let mut unmet_after = 0;
        for (day, (units, receipt)) in demand.iter().zip(receipts).enumerate() {
            level += receipt + if day == lead { order } else { 0 };
            let missed = sell(&mut level, *units, unmet);
            unmet_after += if day >= lead { missed } else { 0 };
        }
        unmet_after
    }

    proptest! {
        #[test]
        fn the_need_is_the_smallest_order_that_leaves_nothing_unmet(
            days in prop::collection::vec((1_i64..20, 0_i64..15), 1..20),
            opening in 0_i64..60,
            lead in 0_usize..20,
            lost in any::<bool>(),
        ) {
            let (demand, receipts): (Vec<_>, Vec<_>) = days.into_iter().unzip();
            let lead = lead.min(demand.len() - 1);
            let unmet = if lost { Unmet::Lost } else { Unmet::Backordered };
            let need = outcome(&demand, opening, &receipts, lead, unmet).need;
            let missed = |order| replay(&demand, opening, &receipts, lead, order, unmet);
            prop_assert_eq!(missed(need.max(0)), 0);
            if need > 0 {
                prop_assert!(missed(need - 1) > 0);
            }
        }
    }
}
