//! An order's arithmetic as one sentence for the buyer.

use crate::arithmetic::{Arithmetic, Worked};
use crate::parts::mean;
use crate::steps::{Ladder, Step, StepKind};
use crate::text::{amount, counted};
use shelfcast_retail::Quantity;

/// The sentence, with its full stop.
pub(crate) fn explain(arithmetic: &Arithmetic<'_>, worked: &Worked) -> String {
    let ladder = &worked.ladder;
    let mut clauses = vec![format!("{}: {}", head(arithmetic, ladder), demand(arithmetic, ladder))];
    clauses.push(position(arithmetic));
    clauses.extend(ladder.steps.iter().filter_map(|step| clause(step, worked.need)));
    if worked.need == 0 {
        clauses.push("that is exactly enough".to_owned());
    }
    format!("{}.", clauses.join("; "))
}

/// A change of one line for the sake of the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListChange<'a> {
    /// Units added; below 0 units taken off.
    pub quantity: Quantity,
    /// Why, as a clause.
    pub note: &'a str,
}

/// What the sentence of a planned line has to begin with once the list has changed its quantity, in
/// place of all that stands before the colon of [`OrderPlan::sentence`](crate::OrderPlan::sentence):
/// the quantity that is ordered, what the line itself needs, and each change.
///
/// `planned` is what the line was planned with; `changes` are those that are not 0, in their order.
///
/// ```
/// use shelfcast_inventory::{ListChange, amended_opening};
/// use shelfcast_retail::Quantity;
/// let units = Quantity::from_whole;
/// let raised = ListChange { quantity: units(12), note: "raised to the supplier's minimum" };
/// assert_eq!(
///     amended_opening(units(36), &[raised], units(6)),
///     "Order 48 (8 packs of 6): 36 are needed; 12 more, raised to the supplier's minimum. \
///      What is needed"
/// );
/// let left_out = ListChange { quantity: units(-8), note: "left out for the budget" };
/// assert_eq!(
///     amended_opening(units(8), &[left_out], units(1)),
///     "Order nothing: 8 are needed; left out for the budget. What is needed"
/// );
/// ```
pub fn amended_opening(
    planned: Quantity,
    changes: &[ListChange<'_>],
    order_multiple: Quantity,
) -> String {
    let mut total = planned.parts();
    let mut clauses = vec![match planned {
        Quantity::ZERO => "nothing is needed".to_owned(),
        planned if planned == Quantity::from_whole(1) => "1 is needed".to_owned(),
        planned => format!("{planned} are needed"),
    }];
    for change in changes {
        let parts = change.quantity.parts();
        total += parts;
        let (size, note) = (Quantity::from_parts(parts.abs()), change.note);
        clauses.push(match (total, parts.signum()) {
            (0, _) => note.to_owned(),
            (_, 1) => format!("{size} more, {note}"),
            _ => format!("{size} fewer, {note}"),
        });
    }
    let order = first_words(total, order_multiple.parts().max(1));
    format!("{order}: {}. What is needed", clauses.join("; "))
}

fn head(arithmetic: &Arithmetic<'_>, ladder: &Ladder) -> String {
    match ladder.step(StepKind::WaitsForOrderDay) {
        Some(_) => format!("Order nothing before {}", arithmetic.ordered_on),
        None => first_words(ladder.total(), arithmetic.limits.pack),
    }
}

/// "Order 36 (6 packs of 6)", of units in ten-thousandths.
fn first_words(quantity: i128, pack: i128) -> String {
    if quantity == 0 {
        return "Order nothing".to_owned();
    }
    let shown = Quantity::from_parts(quantity);
    if pack == Quantity::from_whole(1).parts() {
        return format!("Order {shown}");
    }
    let n_packs = counted((quantity / pack).unsigned_abs() as u64, "pack");
    format!("Order {shown} ({n_packs} of {})", Quantity::from_parts(pack))
}

fn demand(arithmetic: &Arithmetic<'_>, ladder: &Ladder) -> String {
    let covered = arithmetic.horizon().covered;
    let last_day = arithmetic.last_covered();
    if covered == 0 {
        return "sale has ended".to_owned();
    }
    let total = arithmetic.sizing.mean_demand;
    let shown = amount(Quantity::from_parts(total));
    let expected = match (total, covered) {
        (0, _) => {
            let days = counted(covered as u64, "day");
            format!("no demand is expected for the {days} until {last_day}")
        }
        (_, 1) => format!("{shown} expected on {last_day}"),
        _ => {
            let daily = amount(Quantity::from_parts(mean(total, covered)));
            format!(
                "{daily} a day expected for the {covered} days until {last_day}, {shown} in all"
            )
        }
    };
    format!("{expected}{}", safety(arithmetic, ladder))
}

fn safety(arithmetic: &Arithmetic<'_>, ladder: &Ladder) -> String {
    let aim = arithmetic.aim.in_words();
    let safety = ladder.step(StepKind::SafetyStock).map_or(0, |step| step.quantity.parts());
    let shown = amount(Quantity::from_parts(safety.abs()));
    match safety.signum() {
        1 => format!(", plus {shown} for safety at {aim}"),
        -1 => format!(", less {shown} at {aim}"),
        _ => format!(", nothing more for {aim}"),
    }
}

fn position(arithmetic: &Arithmetic<'_>) -> String {
    let on_hand = arithmetic.position.on_hand.max(Quantity::ZERO);
    let on_order = arithmetic.position.on_order_within(&arithmetic.counted);
    match (on_hand, on_order) {
        (Quantity::ZERO, Quantity::ZERO) => "nothing is on hand or on order".to_owned(),
        (on_hand, Quantity::ZERO) => format!("{} on hand taken off", amount(on_hand)),
        (Quantity::ZERO, on_order) => format!("{} on order taken off", amount(on_order)),
        _ => format!("{} on hand and {} on order taken off", amount(on_hand), amount(on_order)),
    }
}

fn clause(step: &Step, need: i128) -> Option<String> {
    let units = amount(Quantity::from_parts(step.quantity.parts().abs()));
    let note = &step.note;
    match step.kind {
        StepKind::ForecastOverLeadTime
        | StepKind::ForecastOverReview
        | StepKind::SafetyStock
        | StepKind::OnHand
        | StepKind::OnOrder => None,
        StepKind::Reserved
        | StepKind::LateArrivals
        | StepKind::WrittenOff
        | StepKind::LostBeforeReceipt
        | StepKind::OrderedAlready
        | StepKind::DisplayMinimum => Some(format!("{units} {note}")),
        StepKind::AlreadyCovered => Some(format!("that is {units} {note}")),
        StepKind::OrderBlocked | StepKind::SaleEnds => {
            Some(format!("{} would be needed, but {note}", amount(Quantity::from_parts(need))))
        }
        StepKind::WaitsForOrderDay => Some(format!("{units} would be ordered, but {note}")),
        StepKind::Lot
        | StepKind::MinimumOrder
        | StepKind::Pack
        | StepKind::ShelfLife
        | StepKind::Maximum
        | StepKind::SupplierMinimum
        | StepKind::Budget => Some(note.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(planned: i64, changes: &[(i64, &str)], pack: i64) -> String {
        let units = Quantity::from_whole;
        let changes: Vec<ListChange<'_>> = changes
            .iter()
            .map(|(quantity, note)| ListChange { quantity: units(*quantity), note })
            .collect();
        amended_opening(units(planned), &changes, units(pack))
    }

    #[test]
    fn a_line_that_needs_nothing_and_is_raised_says_both() {
        assert_eq!(
            opening(0, &[(12, "raised")], 12),
            "Order 12 (1 pack of 12): nothing is needed; 12 more, raised. What is needed"
        );
        assert_eq!(
            opening(1, &[(4, "raised"), (-2, "lowered")], 1),
            "Order 3: 1 is needed; 4 more, raised; 2 fewer, lowered. What is needed"
        );
    }
}
