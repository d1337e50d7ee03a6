use crate::MarginSaved;
use shelfcast_retail::{Money, Quantity};

/// One proposed line that competes for a budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetLine {
    /// Units proposed.
    pub quantity: Quantity,
    /// Units come in multiples of it.
    pub order_multiple: Quantity,
    /// Purchase cost of one unit; a line without a cost, or with a cost of 0, takes no money.
    pub unit_cost: Option<Money>,
    /// [`OrderPlan::margin_saved`](crate::OrderPlan::margin_saved). A line without it is served
    /// after all others.
    pub margin_saved: Vec<MarginSaved>,
}

/// What a budget buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budgeted {
    /// Units granted, in the order of the lines: at most what was proposed, whole packs of at
    /// least the minimum order or nothing.
    pub quantities: Vec<Quantity>,
    /// Money that they cost.
    pub spent: Money,
    /// Mean margin that they save.
    pub margin_saved: Money,
}

/// Spends a budget on the lines of a list where it saves the most expected margin.
///
/// Each line's parts are points of money and saved margin; the steps between the points of their
/// upper hull are taken in falling order of margin saved per money unit as long as they fit, then
/// what is left goes to the best single parts that fit. This is the greedy method of Sinha and
/// Zoltners, "The Multiple-Choice Knapsack Problem", Operations Research 27 (1979): not always
/// the best list, but never worse than it by more than one part's margin. The same is done once
/// more from the single most saving part on, and the better list stands: it saves at least half
/// of what the best one would.
///
/// ```
/// use shelfcast_inventory::{BudgetLine, MarginSaved, allocate_budget};
/// use shelfcast_retail::{Money, Quantity};
/// let line = |cost: i64, margins: [i64; 2]| BudgetLine {
///     quantity: Quantity::from_whole(2),
///     order_multiple: Quantity::from_whole(1),
///     unit_cost: Some(Money::from_whole(cost)),
///     margin_saved: (1..).zip(margins).map(|(units, margin)| MarginSaved {
///         quantity: Quantity::from_whole(units),
///         margin: Money::from_whole(margin),
///     }).collect(),
/// };
/// // First units save 8 for 2 and 9 for 3; second units 2 for 2 and 6 for 3.
/// let granted = allocate_budget(&[line(2, [8, 10]), line(3, [9, 15])], Money::from_whole(8));
/// assert_eq!(granted.quantities, [Quantity::from_whole(1), Quantity::from_whole(2)]);
/// assert_eq!(granted.spent, Money::from_whole(8));
/// assert_eq!(granted.margin_saved, Money::from_whole(23));
/// ```
pub fn allocate_budget(lines: &[BudgetLine], budget: Money) -> Budgeted {
    let left = budget.parts().max(0);
    let greedy = Purse::new(lines, left).spend(lines);
    let dearest = lines.iter().enumerate().filter(|(_, line)| line.unit_cost() > 0);
    let dearest = dearest
        .flat_map(|(index, line)| line.points().map(move |(units, saved)| (saved, index, units)))
        .filter(|(_, index, units)| lines[*index].cost(*units) <= left)
        .max_by_key(|(saved, index, _)| (*saved, std::cmp::Reverse(*index)));
    let Some((_, index, units)) = dearest else { return greedy };
    let mut purse = Purse::new(lines, left);
    purse.grant(lines, index, units);
    let other = purse.spend(lines);
    if other.margin_saved > greedy.margin_saved { other } else { greedy }
}

impl BudgetLine {
    /// Money parts a unit; 0 where unknown.
    fn unit_cost(&self) -> i128 {
        self.unit_cost.map_or(0, |cost| cost.parts().max(0))
    }

    /// Money parts for units in ten-thousandths, rounded up so that a budget is never exceeded.
    fn cost(&self, units: i128) -> i128 {
        (self.unit_cost() * units + 9_999).div_euclid(10_000)
    }

    fn points(&self) -> impl Iterator<Item = (i128, i128)> + '_ {
        self.margin_saved.iter().map(|part| (part.quantity.parts(), part.margin.parts()))
    }

    /// Margin parts saved by units in ten-thousandths; linear between the known points.
    fn saved(&self, units: i128) -> i128 {
        let mut before = (0, 0);
        for point in self.points() {
            if point.0 >= units {
                let width = (point.0 - before.0).max(1);
                return before.1 + (point.1 - before.1) * (units - before.0) / width;
            }
            before = point;
        }
        before.1
    }

    /// The steps of the upper hull of the points, from nothing on: units from and to.
    fn steps(&self) -> Vec<(i128, i128)> {
        let mut hull = vec![(0, 0)];
        for point in self.points() {
            while hull.len() > 1 && !bends_down(hull[hull.len() - 2], hull[hull.len() - 1], point) {
                hull.pop();
            }
            hull.push(point);
        }
        hull.windows(2).map(|pair| (pair[0].0, pair[1].0)).collect()
    }
}

/// Whether the slope falls at the middle one of three points.
fn bends_down(one: (i128, i128), two: (i128, i128), three: (i128, i128)) -> bool {
    (two.1 - one.1) * (three.0 - two.0) > (three.1 - two.1) * (two.0 - one.0)
}

struct Purse {
    left: i128,
    /// Units in ten-thousandths.
    granted: Vec<i128>,
}

impl Purse {
    /// With what takes no money granted.
    fn new(lines: &[BudgetLine], left: i128) -> Self {
        let free =
            |line: &BudgetLine| if line.unit_cost() == 0 { line.quantity.parts() } else { 0 };
        Self { left, granted: lines.iter().map(free).collect() }
    }

    fn spend(mut self, lines: &[BudgetLine]) -> Budgeted {
        self.take_steps(lines);
        self.take_single_parts(lines);
        self.serve_the_rest(lines);
        let granted = || lines.iter().zip(&self.granted);
        Budgeted {
            spent: Money::from_parts(granted().map(|(line, units)| line.cost(*units)).sum()),
            margin_saved: Money::from_parts(
                granted().map(|(line, units)| line.saved(*units)).sum(),
            ),
            quantities: self.granted.iter().map(|units| Quantity::from_parts(*units)).collect(),
        }
    }

    fn take_steps(&mut self, lines: &[BudgetLine]) {
        let mut steps: Vec<(usize, i128, i128)> = Vec::new();
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.unit_cost() > 0) {
            steps.extend(line.steps().into_iter().map(|(from, to)| (index, from, to)));
        }
        // Margin per money as a fraction, compared without division; ties keep the list's order.
        let worth = |&(index, from, to): &(usize, i128, i128)| {
            let line = &lines[index];
            (line.saved(to) - line.saved(from), line.cost(to) - line.cost(from))
        };
        steps.sort_by(|one, other| {
            let ((gain, cost), (other_gain, other_cost)) = (worth(one), worth(other));
            (other_gain * cost).cmp(&(gain * other_cost)).then(one.cmp(other))
        });
        for (index, from, to) in steps {
            if self.granted[index] == from && lines[index].saved(to) > lines[index].saved(from) {
                self.grant(lines, index, to);
            }
        }
    }

    /// Grants as much of `to` as fits: all of it, or, beyond a first part, whole packs.
    fn grant(&mut self, lines: &[BudgetLine], index: usize, to: i128) {
        let line = &lines[index];
        let from = self.granted[index];
        let pack = line.order_multiple.parts().max(1);
        let fitting = if line.cost(to) - line.cost(from) <= self.left {
            to
        } else if from > 0 {
            let packs = (self.left * 10_000 / line.unit_cost().max(1)).div_euclid(pack);
            (from + packs * pack).min(to)
        } else {
            from
        };
        if line.cost(fitting) - line.cost(from) <= self.left {
            self.left -= line.cost(fitting) - line.cost(from);
            self.granted[index] = fitting;
        }
    }

    /// The part that saves most of those that still fit, again and again.
    fn take_single_parts(&mut self, lines: &[BudgetLine]) {
        loop {
            let mut best: Option<(i128, usize, i128)> = None;
            for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.unit_cost() > 0) {
                let held = self.granted[index];
                for (units, saved) in line.points().filter(|(units, _)| *units > held) {
                    let gain = saved - line.saved(held);
                    let fits = line.cost(units) - line.cost(held) <= self.left;
                    if fits && gain > best.map_or(0, |known| known.0) {
                        best = Some((gain, index, units));
                    }
                }
            }
            let Some((_, index, units)) = best else { return };
            self.grant(lines, index, units);
        }
    }

    /// Lines of unknown margin, in the list's order.
    fn serve_the_rest(&mut self, lines: &[BudgetLine]) {
        for (index, line) in lines.iter().enumerate() {
            if line.unit_cost() > 0 && line.margin_saved.is_empty() {
                self.grant(lines, index, line.quantity.parts());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;

    fn line(cost: i64, margins: &[i64]) -> BudgetLine {
        BudgetLine {
            quantity: Quantity::from_whole(margins.len() as i64),
            order_multiple: Quantity::from_whole(1),
            unit_cost: Some(Money::from_whole(cost)),
            margin_saved: (1..)
                .zip(margins)
                .map(|(units, margin)| MarginSaved {
                    quantity: Quantity::from_whole(units),
                    margin: Money::from_whole(*margin),
                })
                .collect(),
        }
    }

    /// The best list of all, by trying every one.
    fn exact(lines: &[BudgetLine], left: i128) -> i128 {
        let Some((first, rest)) = lines.split_first() else { return 0 };
        let nothing = exact(rest, left);
        let some = first.points().filter(|(units, _)| first.cost(*units) <= left);
        some.map(|(units, saved)| saved + exact(rest, left - first.cost(units)))
            .fold(nothing, i128::max)
    }

    /// Lines of falling margins per unit, as expected margins are.
    fn lines() -> impl Strategy<Value = Vec<BudgetLine>> {
        let margins = prop::collection::vec(1_i64..30, 1..5).prop_map(|mut steps| {
            steps.sort_unstable_by(|one, other| other.cmp(one));
            let mut sum = 0;
            steps
                .iter()
                .map(|step| {
                    sum += step;
                    sum
                })
                .collect::<Vec<_>>()
        });
        prop::collection::vec((1_i64..12, margins), 1..7)
            .prop_map(|lines| lines.iter().map(|(cost, margins)| line(*cost, margins)).collect())
    }

    #[test]
    fn a_first_part_that_does_not_fit_leaves_the_line_out() {
        // A minimum of three units for 30 does not fit into 25; the other line does.
        let mut forced = line(10, &[50, 60, 90]);
        forced.margin_saved.drain(..2);
        let granted = allocate_budget(&[forced, line(5, &[4, 8, 12])], Money::from_whole(25));
        assert_eq!(granted.quantities, [Quantity::ZERO, Quantity::from_whole(3)]);
    }

    #[test]
    fn lines_without_a_cost_take_no_money_and_those_without_a_margin_come_last() {
        let free = BudgetLine { unit_cost: None, ..line(1, &[3, 4]) };
        let unknown = BudgetLine { margin_saved: vec![], ..line(2, &[1, 1]) };
        let known = line(2, &[1]);
        let granted = allocate_budget(&[unknown, free, known], Money::from_whole(5));
        assert_eq!(
            granted.quantities.iter().map(|q| q.to_f64()).collect::<Vec<_>>(),
            [0.0, 2.0, 1.0]
        );
        assert_eq!(granted.spent, Money::from_whole(2));
    }

    #[test]
    fn the_mean_gap_to_the_best_list_is_below_one_per_cent() {
        // 1,000 random lists of up to six lines against every possible choice.
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let (mut sum, mut worst) = (0.0, 0.0_f64);
        for _ in 0..1_000 {
            let (lines, share) = (lines(), 1_i64..10).new_tree(&mut runner).unwrap().current();
            let all: i128 = lines.iter().map(|line| line.cost(line.quantity.parts())).sum();
            let budget = all * i128::from(share) / 10;
            let best = exact(&lines, budget);
            let found = allocate_budget(&lines, Money::from_parts(budget)).margin_saved.parts();
            let gap = if best == 0 { 0.0 } else { 1.0 - found as f64 / best as f64 };
            (sum, worst) = (sum + gap, worst.max(gap));
        }
        assert!(worst <= 0.5, "worst {worst}");
        assert!(sum / 1_000.0 < 0.01, "mean gap {}, worst {worst}", sum / 1_000.0);
    }

    proptest! {
        #[test]
        fn the_budget_is_kept_and_the_greedy_list_is_no_better_than_the_best(
            lines in lines(), budget in 0_i64..200,
        ) {
            let granted = allocate_budget(&lines, Money::from_whole(budget));
            prop_assert!(granted.spent <= Money::from_whole(budget));
            let best = exact(&lines, Money::from_whole(budget).parts());
            prop_assert!(granted.margin_saved.parts() <= best);
            let dearest = lines.iter().flat_map(|line| line.points()).map(|point| point.1).max();
            prop_assert!(granted.margin_saved.parts() + dearest.unwrap_or(0) >= best);
        }

        #[test]
        fn a_budget_for_everything_changes_nothing(lines in lines()) {
            let all = lines.iter().map(|line| line.cost(line.quantity.parts())).sum();
            let granted = allocate_budget(&lines, Money::from_parts(all));
            let proposed: Vec<_> = lines.iter().map(|line| line.quantity).collect();
            prop_assert_eq!(granted.quantities, proposed);
        }
    }
}
