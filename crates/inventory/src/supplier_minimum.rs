use shelfcast_retail::{Money, Quantity};

/// One line that could stand on an order to a supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierLine {
    /// Units proposed, 0 included.
    pub quantity: Quantity,
    /// Units come in multiples of it.
    pub order_multiple: Quantity,
    /// The least that can be ordered, if anything is.
    pub min_order_quantity: Quantity,
    /// Purchase cost of one unit; without it a line adds nothing to the order's value.
    pub unit_cost: Option<Money>,
    /// Mean demand a day; a line without demand is never raised.
    pub daily_demand: Quantity,
    /// On hand + on order - reserved, before the order.
    pub inventory_position: Quantity,
    /// Whether more than proposed may be ordered: not blocked, not ending, room for it.
    pub may_grow: bool,
    /// The most that sells before it is written off; `None` for goods that keep.
    pub sells_in_time: Option<Quantity>,
}

/// How an order stands against its supplier's minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplierOutcome {
    /// Nothing is proposed.
    Nothing,
    /// The proposed lines reach it.
    Reached,
    /// Lines were raised to so many days of cover to reach it.
    Raised {
        /// Days of mean demand that position and order cover together.
        cover_days: u32,
    },
    /// It is not reached within the longest cover: nothing is ordered before the next order day.
    Waits,
}

/// The lines of one order to one supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierOrder {
    /// How it stands.
    pub outcome: SupplierOutcome,
    /// Value of the proposed lines.
    pub proposed_value: Money,
    /// Value of the lines after it.
    pub value: Money,
    /// Units of each line, in the order of the lines.
    pub quantities: Vec<Quantity>,
}

/// Brings an order to the least value that its supplier delivers.
///
/// Lines are raised, all to the same number of days of cover, by the fewest days that reach the
/// minimum; never beyond `longest_cover_days`, and goods that spoil never beyond what sells before
/// they are written off. An order that does not reach it waits.
///
/// ```
/// use shelfcast_inventory::{SupplierLine, SupplierOutcome, meet_supplier_minimum};
/// use shelfcast_retail::{Money, Quantity};
/// let line = |quantity, position| SupplierLine {
///     quantity: Quantity::from_whole(quantity),
///     order_multiple: Quantity::from_whole(1),
///     min_order_quantity: Quantity::ZERO,
///     unit_cost: Some(Money::from_whole(10)),
///     daily_demand: Quantity::from_whole(1),
///     inventory_position: Quantity::from_whole(position),
///     may_grow: true,
///     sells_in_time: None,
/// };
/// // 3 units for 30; 10 days of cover want 10 of the first and 2 of the second.
/// let order = meet_supplier_minimum(&[line(3, 0), line(0, 8)], Money::from_whole(120), 60);
/// assert_eq!(order.outcome, SupplierOutcome::Raised { cover_days: 10 });
/// assert_eq!(order.quantities, [Quantity::from_whole(10), Quantity::from_whole(2)]);
/// ```
pub fn meet_supplier_minimum(
    lines: &[SupplierLine],
    minimum: Money,
    longest_cover_days: u32,
) -> SupplierOrder {
    let proposed: Vec<i128> = lines.iter().map(|line| line.quantity.parts().max(0)).collect();
    let worth = |quantities: &[i128]| -> i128 {
        lines.iter().zip(quantities).map(|(line, units)| line.value(*units)).sum()
    };
    let raised = |days: u32| -> Vec<i128> {
        lines.iter().zip(&proposed).map(|(line, units)| line.raised(*units, days)).collect()
    };
    let proposed_value = worth(&proposed);
    let (outcome, quantities) = if proposed.iter().all(|units| *units == 0) {
        (SupplierOutcome::Nothing, proposed)
    } else if proposed_value >= minimum.parts() {
        (SupplierOutcome::Reached, proposed)
    } else if worth(&raised(longest_cover_days)) < minimum.parts() {
        (SupplierOutcome::Waits, vec![0; lines.len()])
    } else {
        let (mut low, mut high) = (0, longest_cover_days);
        while low < high {
            let middle = low + (high - low) / 2;
            if worth(&raised(middle)) >= minimum.parts() {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        (SupplierOutcome::Raised { cover_days: low }, raised(low))
    };
    SupplierOrder {
        outcome,
        proposed_value: Money::from_parts(proposed_value),
        value: Money::from_parts(worth(&quantities)),
        quantities: quantities.into_iter().map(Quantity::from_parts).collect(),
    }
}

impl SupplierLine {
    fn value(&self, units: i128) -> i128 {
        let cost = self.unit_cost.map_or(0, |cost| cost.parts().max(0));
        cost * units / 10_000
    }

    /// Whether the line would be raised by more to so many days of cover if it kept.
    pub fn is_limited_by_shelf_life(&self, cover_days: u32) -> bool {
        let proposed = self.quantity.parts().max(0);
        self.raised(proposed, cover_days) < self.raised_if_kept(proposed, cover_days)
    }

    /// The proposed units, or more to cover so many days, as far as they sell in time.
    fn raised(&self, proposed: i128, days: u32) -> i128 {
        let raised = self.raised_if_kept(proposed, days);
        let Some(most) = self.sells_in_time else { return raised };
        let pack = self.order_multiple.parts().max(1);
        let fitting = raised.min(most.parts().div_euclid(pack) * pack);
        if fitting < self.min_order_quantity.parts() { proposed } else { fitting.max(proposed) }
    }

    fn raised_if_kept(&self, proposed: i128, days: u32) -> i128 {
        let demand = self.daily_demand.parts();
        if !self.may_grow || demand <= 0 {
            return proposed;
        }
        let wanted = demand * i128::from(days) - self.inventory_position.parts();
        if wanted <= proposed {
            return proposed;
        }
        let pack = self.order_multiple.parts().max(1);
        let least = wanted.max(self.min_order_quantity.parts());
        (least + pack - 1).div_euclid(pack) * pack
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(quantity: i64, pack: i64, cost: i64, demand: i64, position: i64) -> SupplierLine {
        SupplierLine {
            quantity: Quantity::from_whole(quantity),
            order_multiple: Quantity::from_whole(pack),
            min_order_quantity: Quantity::ZERO,
            unit_cost: Some(Money::from_whole(cost)),
            daily_demand: Quantity::from_whole(demand),
            inventory_position: Quantity::from_whole(position),
            may_grow: true,
            sells_in_time: None,
        }
    }

    #[test]
    fn goods_that_spoil_are_raised_to_what_sells_in_time_and_others_instead() {
        // Of rolls 11 sell in time, 8 in packs of 4, whatever the days of cover are; tins make up for
        // the rest of 240 with 16 days of one a day.
        let rolls =
            SupplierLine { sells_in_time: Some(Quantity::from_whole(11)), ..line(4, 4, 10, 4, 0) };
        let tins = line(0, 1, 10, 1, 0);
        let order =
            meet_supplier_minimum(&[rolls.clone(), tins.clone()], Money::from_whole(240), 60);
        assert_eq!(order.outcome, SupplierOutcome::Raised { cover_days: 16 });
        assert_eq!(order.quantities, [8, 16].map(Quantity::from_whole));
        assert!(rolls.is_limited_by_shelf_life(16) && !tins.is_limited_by_shelf_life(16));
        // Two days of cover are as much as sells in time.
        assert!(!rolls.is_limited_by_shelf_life(2));
        // A smallest order that does not sell in time is not made for another's sake.
        let crates = SupplierLine {
            quantity: Quantity::ZERO,
            min_order_quantity: Quantity::from_whole(12),
            ..rolls.clone()
        };
        let order =
            meet_supplier_minimum(&[crates, line(1, 1, 10, 1, 0)], Money::from_whole(150), 60);
        assert_eq!(order.quantities, [0, 15].map(Quantity::from_whole));
        // What is proposed is never lowered, and alone it cannot be raised: it waits.
        let order = meet_supplier_minimum(&[rolls], Money::from_whole(90), 60);
        assert_eq!(order.outcome, SupplierOutcome::Waits);
    }

    #[test]
    fn an_order_far_below_its_minimum_waits() {
        let order = meet_supplier_minimum(&[line(2, 1, 1, 1, 0)], Money::from_whole(500), 60);
        assert_eq!((order.outcome, order.value), (SupplierOutcome::Waits, Money::ZERO));
        assert_eq!(order.proposed_value, Money::from_whole(2));
        let none = meet_supplier_minimum(&[line(0, 1, 1, 1, 5)], Money::from_whole(500), 900);
        assert_eq!(none.outcome, SupplierOutcome::Nothing);
    }

    #[test]
    fn blocked_lines_and_lines_without_demand_are_not_raised() {
        let blocked = SupplierLine { may_grow: false, ..line(1, 1, 10, 5, 0) };
        let lines = [blocked, line(1, 1, 10, 0, 0), line(1, 6, 10, 1, 0)];
        let order = meet_supplier_minimum(&lines, Money::from_whole(100), 30);
        // 20 are there; 8 more units make 100: two packs of six at 7 days of cover and more.
        assert_eq!(order.outcome, SupplierOutcome::Raised { cover_days: 7 });
        assert_eq!(order.quantities[2], Quantity::from_whole(12));
        assert_eq!(order.quantities[0], Quantity::from_whole(1));
    }

    proptest! {
        #[test]
        fn a_raised_order_reaches_its_minimum_with_the_least_cover(
            lines in prop::collection::vec(
                (0_i64..9, 1_i64..7, 1_i64..20, 0_i64..9, 0_i64..40, prop::option::of(0_i64..60)), 1..8
            ),
            minimum in 0_i64..3_000,
        ) {
            let lines: Vec<_> = lines
                .iter()
                .map(|l| SupplierLine {
                    sells_in_time: l.5.map(Quantity::from_whole),
                    ..line(l.0 * l.1, l.1, l.2, l.3, l.4)
                })
                .collect();
            let minimum = Money::from_whole(minimum);
            let order = meet_supplier_minimum(&lines, minimum, 90);
            for (line, quantity) in lines.iter().zip(&order.quantities) {
                prop_assert_eq!(quantity.parts() % line.order_multiple.parts(), 0);
                if order.outcome != SupplierOutcome::Waits {
                    prop_assert!(*quantity >= line.quantity);
                    let most = line.sells_in_time.map(|most| most.max(line.quantity));
                    prop_assert!(most.is_none_or(|most| *quantity <= most));
                }
            }
            if let SupplierOutcome::Raised { cover_days } = order.outcome {
                prop_assert!(order.value >= minimum);
                let fewer = meet_supplier_minimum(&lines, minimum, cover_days.saturating_sub(1));
                prop_assert_eq!(fewer.outcome, SupplierOutcome::Waits);
            }
        }
    }
}
