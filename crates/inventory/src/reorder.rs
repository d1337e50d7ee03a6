//! Levels of rules under which reviews leave the position anywhere between a level and a lot or a pack
//! above it.
//!
//! What is unmet between two receipts depends on the position y that the review left: new units
//! unmet are `(need - y)+ - (owed - y)+`, with `need` the demand until the order after arrives and
//! `owed` the part of it before this one does (Zhang and Zhang 2007). Under a rule with lots y is s
//! and a part of the lot, as often as the sample paths leave it there.

use crate::curve::Curve;
use crate::paths::Path;
use crate::{DemandPaths, Rule};

/// Parts of a lot that positions are taken at.
const PARTS: usize = 12;
/// Reviews that positions are followed over, path after path, and again from the first one.
const FOLLOWED_REVIEWS: usize = 1_500;
/// Levels that are tried at first, and then around the best.
const LEVELS: i64 = 192;

/// Where reviews leave the position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Positions {
    /// Units above the level, in ten-thousandths, ascending; equally likely.
    above: Vec<i64>,
    /// The smallest unit of demand, in ten-thousandths.
    pub(crate) unit: i64,
    /// The lowest level that makes sense: an empty shelf, or one customer waiting.
    pub(crate) lowest: i64,
    /// Whether it is rounding to packs alone that lifts the position.
    pub(crate) is_rounded: bool,
}

impl Positions {
    /// Every review orders up to the level.
    pub(crate) fn at_level(unit: i64) -> Self {
        Self { above: vec![0], unit, lowest: 0, is_rounded: false }
    }

    /// Every review orders up to the level in whole packs; `None` where packs add nothing.
    ///
    /// Rounded up, orders leave the position at the level or any number of units below a pack above
    /// it, each equally likely (Hadley and Whitin 1963, chapter 4). Of packs above a review
    /// period's demand only the reviews count after which stock can get short.
    pub(crate) fn of_packs(unit: i64, (pack, review_demand): (i64, i64)) -> Option<Self> {
        let steps = pack.min(review_demand) / unit;
        let above = |part: usize| (2 * part as i64 + 1) * steps / (2 * PARTS as i64) * unit;
        (steps > 1).then(|| Self {
            above: (0..PARTS).map(above).collect(),
            unit,
            lowest: 0,
            is_rounded: true,
        })
    }

    /// Reviews order by `lot`, above 0, when the position is at or below the level.
    pub(crate) fn of_lots(
        paths: &DemandPaths,
        rule: Rule,
        (lot, review_days): (i64, usize),
        lowest: i64,
    ) -> Self {
        let mut position = lot;
        let mut seen = Vec::new();
        while seen.len() < FOLLOWED_REVIEWS {
            for demand in paths.rows().flat_map(|path| demand_by_review(path, review_days.max(1))) {
                position -= demand;
                if position <= 0 {
                    position = match rule {
                        Rule::ReorderQuantity(_) => position + lot * (-position / lot + 1),
                        _ => lot,
                    };
                }
                seen.push(position);
                if seen.len() >= FOLLOWED_REVIEWS {
                    break;
                }
            }
        }
        seen.sort_unstable();
        let at = |part: usize| seen[(2 * part + 1) * seen.len() / (2 * PARTS)];
        let above = (0..PARTS).map(at).collect();
        Self { above, unit: paths.smallest_unit(), lowest, is_rounded: false }
    }

    /// The same, told from a level on that lies `units` lower.
    pub(crate) fn lowered(&self, units: i64) -> Self {
        Self { lowest: self.lowest - units, ..self.clone() }
    }

    /// The lowest level with which at most `allowed` units are unmet, summed over paths.
    pub(crate) fn level_for_unmet(&self, curve: &Curve, allowed: i128) -> i64 {
        let parts = self.above.len() as i128;
        let unmet = |level: i64| self.sum(|above| curve.unmet(level + above));
        // Of whole demand no part of a unit is ordered for.
        self.smallest(curve, |level| unmet(level) <= allowed * parts)
    }

    /// The lowest level with which a `rate` of the paths (in ten-thousandths) is short of nothing, in
    /// the mean of the positions.
    pub(crate) fn level_for_cycles(&self, curve: &Curve, rate: i128) -> i64 {
        let parts = (curve.n_paths() * self.above.len()) as i128;
        let served = |above: i64| curve.needed.count_through(above) as i128;
        self.smallest(curve, |level| {
            self.sum(|above| served(level + above)) * 10_000 >= rate * parts
        })
    }

    /// The lowest level at which one more unit costs as much as it brings, where nothing is owed.
    pub(crate) fn balanced_level(
        &self,
        curve: &Curve,
        (underage, overage, write_off): (f64, f64, f64),
    ) -> i64 {
        let all = (curve.n_paths() * self.above.len()) as f64;
        self.smallest(curve, |level| {
            let enough = self.sum(|above| curve.needed.count_through(level + above) as i128) as f64;
            let spoilt =
                self.sum(|above| curve.sellable.count_through(level + above) as i128) as f64;
            underage * (all - enough) <= overage * enough + write_off * spoilt
        })
    }

    /// The lowest level that is enough, where more always is; in whole units above the lowest.
    fn smallest(&self, curve: &Curve, is_enough: impl Fn(i64) -> bool) -> i64 {
        let (mut low, mut high) = (0, (curve.most() - self.lowest).max(0) / self.unit + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_enough(self.lowest + middle * self.unit) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        self.lowest + low * self.unit
    }

    /// The lowest level of least cost: `underage` a unit unmet, `overage` a unit left over,
    /// `write_off` a unit beyond what sells in time.
    pub(crate) fn cheapest_level(
        &self,
        curve: &Curve,
        (underage, overage, write_off): (f64, f64, f64),
    ) -> i64 {
        let cost = |level: i64| {
            underage * self.sum(|above| curve.unmet(level + above)) as f64
                + overage * self.sum(|above| curve.needed.left(level + above)) as f64
                + write_off * self.sum(|above| curve.sellable.left(level + above)) as f64
        };
        // Costs need not be convex in the level: all of it is looked at, then the best part closer.
        let highest = curve.most().max(self.lowest);
        let (mut low, mut high) = (self.lowest, highest);
        let mut best = (cost(low), low);
        loop {
            let step = ((high - low) / LEVELS / self.unit + 1) * self.unit;
            let mut level = low;
            while level <= high {
                let here = cost(level);
                if here < best.0 || (here == best.0 && level < best.1) {
                    best = (here, level);
                }
                level += step;
            }
            if step == self.unit {
                return best.1;
            }
            low = (best.1 - step).max(self.lowest);
            high = (best.1 + step).min(highest);
        }
    }

    fn sum(&self, of: impl Fn(i64) -> i128) -> i128 {
        self.above.iter().map(|above| of(*above)).sum()
    }
}

/// Demand between reviews; the last one may be short.
fn demand_by_review(path: Path<'_>, review_days: usize) -> impl Iterator<Item = i64> {
    let n_days = path.n_days();
    let starts = (0..n_days).step_by(review_days);
    starts.map(move |day| path.demand(day..(day + review_days).min(n_days)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aim::Needs;
    use proptest::prelude::*;

    fn positions(above: &[i64]) -> Positions {
        Positions { above: above.to_vec(), unit: 1, lowest: -1, is_rounded: false }
    }

    #[test]
    fn lots_leave_the_position_between_the_level_and_a_lot_above_it() {
        // One a day, lots of 3: after reviews 3, 2 and 1 above the level by turns.
        let paths = DemandPaths::new(&[1.0; 60], 2, 30).unwrap();
        let lot = 3 * 10_000;
        let rule = Rule::ReorderUpTo(crate::Lot::Economic);
        let found = Positions::of_lots(&paths, rule, (lot, 1), 0);
        let thirds = [10_000, 20_000, 30_000].map(|units| [units; PARTS / 3]).concat();
        assert_eq!(found.above, thirds);
        // Demand of 5 now and then: (s,S) orders what was sold and is at the lot again, (s,Q) adds
        // two lots of 3 and is one unit higher each time.
        let lumps: Vec<f64> = (0..60).map(|day| if day % 3 == 0 { 5.0 } else { 0.0 }).collect();
        let paths = DemandPaths::new(&lumps, 2, 30).unwrap();
        assert_eq!(Positions::of_lots(&paths, rule, (lot, 1), 0).above, [lot; PARTS]);
        let rule = Rule::ReorderQuantity(crate::Lot::Economic);
        assert_eq!(Positions::of_lots(&paths, rule, (lot, 1), 0).above, thirds);
    }

    #[test]
    fn units_owed_from_before_cost_nothing_more() {
        // Always 4 wanted before the order comes and 1 after: below 4 one unit is unmet, whatever
        // the level; one unit more than 4 meets it. At a margin above what it costs to keep it is.
        let needs = Needs { units: vec![5; 10], owed: vec![4; 10], sellable: vec![] };
        let at_level = positions(&[0]);
        assert_eq!(at_level.cheapest_level(&Curve::new(&needs), (3.0, 1.0, 0.0)), 5);
        // Of customers who wait one by one none is worth a unit that waits for longer.
        let rare = Needs { units: vec![0, 0, 0, 0, 1], owed: vec![0; 5], sellable: vec![] };
        assert_eq!(at_level.cheapest_level(&Curve::new(&rare), (3.0, 1.0, 0.0)), -1);
        assert_eq!(at_level.cheapest_level(&Curve::new(&rare), (5.0, 1.0, 0.0)), 1);
    }

    #[test]
    fn packs_leave_the_position_anywhere_below_a_pack_above_the_level() {
        // Packs of 4 units, more than that a review: 0 to 3 above, equally likely.
        let found = Positions::of_packs(10_000, (40_000, 90_000)).unwrap();
        let quarters = [0, 10_000, 20_000, 30_000].map(|units| [units; PARTS / 4]).concat();
        assert_eq!(found.above, quarters);
        // Of needs of 1 to 20 units, 95 % in the mean of 16, 17, 18 and 19: 80 + 85 + 90 + 95 = 350;
        // 5 x (L + L + 1 + L + 2 + L + 3) = 380 at 17.5, so 18.
        let needs =
            Needs { units: (1..=20).map(|unit| unit * 10_000).collect(), ..Needs::default() };
        assert_eq!(found.level_for_cycles(&Curve::new(&needs), 9_500), 180_000);
        // A unit that costs a third of what it brings: 75 % of the needs, 15 on the mean of four.
        assert_eq!(found.balanced_level(&Curve::new(&needs), (3.0, 1.0, 0.0)), 140_000);
        assert_eq!(Positions::of_packs(10_000, (120_000, 10_000)), None);
    }

    proptest! {
        #[test]
        fn the_cheapest_level_is_the_least_of_all(
            pairs in prop::collection::vec((0_i64..60, 0_i64..30), 1..40),
            above in prop::collection::vec(1_i64..20, 1..6),
            underage in 1_i32..9, overage in 1_i32..9,
        ) {
            let needs = Needs {
                units: pairs.iter().map(|(before, after)| before + after).collect(),
                owed: pairs.iter().map(|(before, _)| *before).collect(),
                sellable: vec![],
            };
            let cost = |level: i64| -> i64 {
                let of = |y: i64| -> i64 {
                    pairs.iter().map(|(before, after)| {
                        let need = before + after;
                        i64::from(underage) * ((need - y).max(0) - (before - y).max(0))
                            + i64::from(overage) * (y - need).max(0)
                    }).sum()
                };
                above.iter().map(|above| of(level + above)).sum()
            };
            let found = positions(&above)
                .cheapest_level(&Curve::new(&needs), (f64::from(underage), f64::from(overage), 0.0));
            prop_assert_eq!(cost(found), (-1..=100).map(cost).min().unwrap());
        }

        #[test]
        fn a_level_for_a_fill_rate_is_the_lowest(
            pairs in prop::collection::vec((0_i64..60, 0_i64..30), 1..40),
            above in prop::collection::vec(1_i64..20, 1..6),
            allowed in 0_i64..200,
        ) {
            let needs = Needs {
                units: pairs.iter().map(|(before, after)| before + after).collect(),
                owed: pairs.iter().map(|(before, _)| *before).collect(),
                sellable: vec![],
            };
            let unmet = |level: i64| -> i64 {
                let of = |y: i64| -> i64 {
                    let one = |(before, after): &(i64, i64)| {
                        (before + after - y).max(0) - (before - y).max(0)
                    };
                    pairs.iter().map(one).sum()
                };
                above.iter().map(|above| of(level + above)).sum()
            };
            let found = positions(&above).level_for_unmet(&Curve::new(&needs), allowed.into());
            let allowed = allowed * above.len() as i64;
            prop_assert!(unmet(found) <= allowed);
            prop_assert!(found == -1 || unmet(found - 1) > allowed);
        }
    }
}
