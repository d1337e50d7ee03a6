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

fn head(arithmetic: &Arithmetic<'_>, ladder: &Ladder) -> String {
    let quantity = ladder.total();
    if quantity == 0 {
        return "Order nothing".to_owned();
    }
    let pack = arithmetic.limits.pack;
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
        StepKind::OrderBlocked | StepKind::SaleEnds | StepKind::WaitsForOrderDay => {
            Some(format!("{} would be needed, but {note}", amount(Quantity::from_parts(need))))
        }
        StepKind::Lot
        | StepKind::MinimumOrder
        | StepKind::Pack
        | StepKind::ShelfLife
        | StepKind::Maximum
        | StepKind::SupplierMinimum
        | StepKind::Budget => Some(note.clone()),
    }
}
