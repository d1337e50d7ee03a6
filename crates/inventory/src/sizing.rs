//! What the sample paths say about one order: how much demand to expect, how
//! much to order for the service target, and what happens without an order.

use crate::ageing::Ageing;
use crate::aim::{Aim, Needs};
use crate::parts::{mean, quantile};
use crate::position::Supply;
use crate::reorder::Positions;
use crate::{DemandPaths, Unmet};

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
    needs: Needs,
    /// Demand after the order can be sold, summed over paths.
    demand_after: i128,
}

impl Sizing {
    /// The share of paths without units unmet or owed from the first day the order
    /// can be sold through the last covered day, if `quantity` is ordered.
    pub(crate) fn service_level(&self, quantity: i128) -> f64 {
        self.needs.service(quantity)
    }

    /// The share of demand after the order can be sold that is met at once, if `quantity` is
    /// ordered; 1 where none is expected.
    pub(crate) fn fill_rate(&self, quantity: i64) -> f64 {
        if self.demand_after == 0 {
            return 1.0;
        }
        1.0 - self.needs.unmet(quantity) as f64 / self.demand_after as f64
    }

    /// Mean units that are met only because `quantity` is ordered.
    pub(crate) fn units_saved(&self, quantity: i64) -> i128 {
        mean(self.needs.unmet(0) - self.needs.unmet(quantity), self.needs.units.len())
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
    let mut net = Vec::new();
    for (path, demand) in paths.rows().enumerate() {
        let horizon = horizons.of(path);
        let covered = &demand[..horizon.covered];
        let Some(ageing) = ageing else {
            let outcome = walk(covered, (supply.opening, &supply.receipts), horizon, unmet);
            totals.add(&outcome);
            samples.add(&outcome, unmet);
            continue;
        };
        let kept = walk(covered, (supply.opening, &supply.receipts), horizon, unmet);
        samples.kept.add(kept.need_if_carried_over, kept.owed, unmet);
        ageing.net_receipts(supply, demand, unmet, &mut net);
        let outcome = walk(covered, (supply.opening, &net), horizon, unmet);
        totals.add(&outcome);
        samples.add(&outcome, unmet);
        samples.add_sellable(sellable(demand, supply, &net, horizon, ageing, &outcome));
    }
    let demand_after = totals.demand - totals.lead_time;
    let receipts: i64 = supply.receipts.iter().take(horizons.longest()).sum();
    let position = supply.opening + receipts;
    let level = samples.demands.level(aim, demand_after, positions);
    let below = match (aim, positions) {
        (Aim::CycleService(_), Some(lots)) => lots.unit.min(level - lots.lowest),
        _ => 0,
    };
    let lowered = positions.map(|positions| positions.lowered(position));
    let wanted = |needs: &Needs| match aim {
        Aim::Level(level) => level - position,
        aim => needs.level(aim, demand_after, lowered.as_ref()) - below,
    };
    let need_if_carried_over = wanted(&samples.carried);
    Sizing {
        mean_lead_time: mean(totals.lead_time, n_paths),
        mean_demand: mean(totals.demand, n_paths),
        level: level - below,
        need_if_kept: ageing.map_or(need_if_carried_over, |_| wanted(&samples.kept)),
        need_if_carried_over,
        need: wanted(&samples.needs),
        mean_left_over: mean(totals.left_over, n_paths),
        unmet_before_receipt: mean(totals.unmet_before_receipt, n_paths),
        unmet_without_order: mean(totals.unmet, n_paths),
        stockout_before_receipt: totals.n_short_before_receipt as f64 / n_paths as f64,
        stockout_without_order: totals.n_short as f64 / n_paths as f64,
        sellable: ageing.map(|_| quantile(&mut samples.needs.sellable.clone(), aim.share())),
        needs: samples.needs,
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
    demand: &[i64],
    supply: &Supply,
    net: &[i64],
    horizon: Horizon,
    ageing: &Ageing,
    outcome: &Outcome,
) -> (i64, i64) {
    let sold_by = (horizon.lead_time + ageing.life()).min(demand.len());
    let arrival = horizon.lead_time.min(sold_by);
    let through: i64 = demand[..sold_by].iter().sum();
    let before: i64 = demand[..arrival].iter().sum();
    let spoilt: i64 = (arrival + 1..=sold_by.min(net.len() - 1))
        .map(|day| supply.receipts.get(day).copied().unwrap_or(0) - net[day])
        .sum();
    (through, through - before - (outcome.opening_after - spoilt))
}

/// One day of one path: demand meets stock; returns the unmet units.
///
/// `level` is stock less units owed. A lost unit leaves it, an owed one lowers
/// it; units owed from before are served by receipts first in both cases.
pub(crate) fn sell(level: &mut i64, demand: i64, unmet: Unmet) -> i64 {
    let sold = demand.min((*level).max(0));
    *level -= match unmet {
        Unmet::Lost => sold,
        Unmet::Backordered => demand,
    };
    demand - sold
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

/// Follows stock, opening and receipts, along one path.
fn walk(
    demand: &[i64],
    (opening, receipts): (i64, &[i64]),
    horizon: Horizon,
    unmet: Unmet,
) -> Outcome {
    let split = horizon.lead_time.min(demand.len());
    let (before, after) = demand.split_at(split);
    let (receipts_before, receipts_after) = receipts.split_at(split);
    let mut level = opening;
    let mut unmet_before_receipt = 0;
    for (units, receipt) in before.iter().zip(receipts_before) {
        level += receipt;
        unmet_before_receipt += sell(&mut level, *units, unmet);
    }
    let lead_time: i64 = before.iter().sum();
    let carried = opening + receipts_before.iter().sum::<i64>() - lead_time;
    let mut unmet_after = 0;
    let mut demand_after = 0;
    let mut drift = 0;
    let mut lowest_drift = if after.is_empty() { 0 } else { i64::MAX };
    let opening_after = level;
    for (units, receipt) in after.iter().zip(receipts_after) {
        demand_after += units;
        drift += receipt - units;
        lowest_drift = lowest_drift.min(drift);
        level += receipt;
        unmet_after += sell(&mut level, *units, unmet);
    }
    Outcome {
        lead_time,
        demand: lead_time + demand_after,
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
    use proptest::prelude::*;

    fn outcome(
        demand: &[i64],
        opening: i64,
        receipts: &[i64],
        lead: usize,
        unmet: Unmet,
    ) -> Outcome {
        let horizon = Horizon { lead_time: lead, covered: demand.len() };
        walk(demand, (opening, receipts), horizon, unmet)
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

    #[test]
    fn units_owed_are_served_before_new_demand() {
        // 3 owed, 5 arrive, 4 wanted: 2 are met, 2 unmet.
        let mut level = -3 + 5;
        assert_eq!(sell(&mut level, 4, Unmet::Backordered), 2);
        assert_eq!(level, -2);
        let mut level = -3;
        assert_eq!(sell(&mut level, 4, Unmet::Lost), 4);
        assert_eq!(level, -3);
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
