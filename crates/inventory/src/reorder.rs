//! Levels of rules under which a position is anywhere between a reorder level and a lot above it.
//!
//! What is unmet between two receipts depends on the position y that the review left: new units
//! unmet are `(need - y)+ - (owed - y)+`, with `need` the demand until the order after arrives and
//! `owed` the part of it before this one does (Zhang and Zhang 2007). Under a rule with lots y is s
//! and a part of the lot, as often as the sample paths leave it there.

use crate::aim::Needs;
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
}

impl Positions {
    /// Every review orders up to the level.
    pub(crate) fn at_level(unit: i64) -> Self {
        Self { above: vec![0], unit, lowest: 0 }
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
            for days in paths.rows().flat_map(|path| path.chunks(review_days.max(1))) {
                position -= days.iter().sum::<i64>();
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
        Self { above: (0..PARTS).map(at).collect(), unit: paths.smallest_unit(), lowest }
    }

    /// The same, told from a level on that lies `units` lower.
    pub(crate) fn lowered(&self, units: i64) -> Self {
        Self { lowest: self.lowest - units, ..self.clone() }
    }

    /// The lowest level with which at most `allowed` units are unmet, summed over paths.
    pub(crate) fn level_for_unmet(&self, needs: &Needs, allowed: i128) -> i64 {
        let curve = Curve::new(needs);
        let parts = self.above.len() as i128;
        let unmet = |level: i64| self.sum(|above| curve.unmet(level + above));
        // In whole units above the lowest level: of whole demand no part of one is ordered for.
        let (mut low, mut high) = (0, (curve.most() - self.lowest).max(0) / self.unit + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if unmet(self.lowest + middle * self.unit) <= allowed * parts {
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
        needs: &Needs,
        (underage, overage, write_off): (f64, f64, f64),
    ) -> i64 {
        let curve = Curve::new(needs);
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

/// What is unmet and left over at any quantity, summed over paths.
struct Curve {
    needed: Sorted,
    owed: Sorted,
    sellable: Sorted,
}

impl Curve {
    fn new(needs: &Needs) -> Self {
        // A receipt of the same day can serve what is owed.
        let owed = needs.owed.iter().zip(&needs.units).map(|(owed, need)| *owed.min(need));
        Self {
            needed: Sorted::new(needs.units.clone()),
            owed: Sorted::new(owed.collect()),
            sellable: Sorted::new(needs.sellable.clone()),
        }
    }

    fn unmet(&self, quantity: i64) -> i128 {
        self.needed.short(quantity) - self.owed.short(quantity)
    }

    fn most(&self) -> i64 {
        self.needed.values.last().copied().unwrap_or(0)
    }
}

/// Values ascending, with their running sums.
struct Sorted {
    values: Vec<i64>,
    below: Vec<i128>,
}

impl Sorted {
    fn new(mut values: Vec<i64>) -> Self {
        values.sort_unstable();
        let mut sum = 0;
        let running = values.iter().map(|value| {
            sum += i128::from(*value);
            sum
        });
        let below = std::iter::once(0).chain(running).collect();
        Self { values, below }
    }

    /// The sum of what values are above `quantity`.
    fn short(&self, quantity: i64) -> i128 {
        let count = self.values.partition_point(|value| *value <= quantity);
        let above = self.below[self.values.len()] - self.below[count];
        above - (self.values.len() - count) as i128 * i128::from(quantity)
    }

    /// The sum of what values are below `quantity`.
    fn left(&self, quantity: i64) -> i128 {
        let count = self.values.partition_point(|value| *value < quantity);
        count as i128 * i128::from(quantity) - self.below[count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn positions(above: &[i64]) -> Positions {
        Positions { above: above.to_vec(), unit: 1, lowest: -1 }
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
        assert_eq!(at_level.cheapest_level(&needs, (3.0, 1.0, 0.0)), 5);
        // Of customers who wait one by one none is worth a unit that waits for longer.
        let rare = Needs { units: vec![0, 0, 0, 0, 1], owed: vec![0; 5], sellable: vec![] };
        assert_eq!(at_level.cheapest_level(&rare, (3.0, 1.0, 0.0)), -1);
        assert_eq!(at_level.cheapest_level(&rare, (5.0, 1.0, 0.0)), 1);
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
                .cheapest_level(&needs, (f64::from(underage), f64::from(overage), 0.0));
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
            let found = positions(&above).level_for_unmet(&needs, allowed.into());
            let allowed = allowed * above.len() as i64;
            prop_assert!(unmet(found) <= allowed);
            prop_assert!(found == -1 || unmet(found - 1) > allowed);
        }
    }
}
