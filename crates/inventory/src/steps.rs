use shelfcast_retail::Quantity;
use std::fmt;

/// What one step of an order's arithmetic stands for.
///
/// The kinds are listed in the order in which they are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepKind {
    /// Mean demand before the order can be sold.
    ForecastOverLeadTime,
    /// Mean demand from the first day the order can be sold through the last
    /// covered day.
    ForecastOverReview,
    /// Order-up-to level less mean demand; below 0 when the target is lower
    /// than the mean demand reaches.
    SafetyStock,
    /// Stock on hand, taken off.
    OnHand,
    /// Open orders due within the interval, taken off.
    OnOrder,
    /// Units promised to customers, added.
    Reserved,
    /// Added because open orders arrive after days that need them.
    LateArrivals,
    /// Added because stock will be written off before it sells.
    WrittenOff,
    /// Taken off because demand lost before the order arrives does not return.
    LostBeforeReceipt,
    /// Ordered for the same order day already, taken off.
    OrderedAlready,
    /// Added so that the display stays filled.
    DisplayMinimum,
    /// More stock than needed: balances the steps to 0 when nothing is ordered.
    AlreadyCovered,
    /// Orders are blocked: takes off what would have been ordered.
    OrderBlocked,
    /// Sale ends before the order could be sold: takes off what would have
    /// been ordered.
    SaleEnds,
    /// At or below the reorder level: the lot, or what leads up to the upper level.
    Lot,
    /// Raised to the minimum order.
    MinimumOrder,
    /// Rounded up to whole packs.
    Pack,
    /// Lowered to what sells before it is written off.
    ShelfLife,
    /// Lowered to what the place may hold.
    Maximum,
    /// Orders are not taken tomorrow: takes off what waits for the next order day.
    WaitsForOrderDay,
    /// Raised or held back because of the least value that the supplier delivers.
    SupplierMinimum,
    /// Lowered because the money went to lines that save more margin with it.
    Budget,
}

impl StepKind {
    /// All kinds in the order of the arithmetic.
    pub const ALL: [Self; 22] = [
        Self::ForecastOverLeadTime,
        Self::ForecastOverReview,
        Self::SafetyStock,
        Self::OnHand,
        Self::OnOrder,
        Self::Reserved,
        Self::LateArrivals,
        Self::WrittenOff,
        Self::LostBeforeReceipt,
        Self::OrderedAlready,
        Self::DisplayMinimum,
        Self::AlreadyCovered,
        Self::OrderBlocked,
        Self::SaleEnds,
        Self::Lot,
        Self::MinimumOrder,
        Self::Pack,
        Self::ShelfLife,
        Self::Maximum,
        Self::WaitsForOrderDay,
        Self::SupplierMinimum,
        Self::Budget,
    ];

    /// The word used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ForecastOverLeadTime => "forecast_over_lead_time",
            Self::ForecastOverReview => "forecast_over_review",
            Self::SafetyStock => "safety_stock",
            Self::OnHand => "on_hand",
            Self::OnOrder => "on_order",
            Self::Reserved => "reserved",
            Self::LateArrivals => "late_arrivals",
            Self::WrittenOff => "written_off",
            Self::LostBeforeReceipt => "lost_before_receipt",
            Self::OrderedAlready => "ordered_already",
            Self::DisplayMinimum => "display_minimum",
            Self::AlreadyCovered => "already_covered",
            Self::OrderBlocked => "order_blocked",
            Self::SaleEnds => "sale_ends",
            Self::Lot => "lot",
            Self::MinimumOrder => "minimum_order",
            Self::Pack => "pack",
            Self::ShelfLife => "shelf_life",
            Self::Maximum => "maximum",
            Self::WaitsForOrderDay => "waits_for_order_day",
            Self::SupplierMinimum => "supplier_minimum",
            Self::Budget => "budget",
        }
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One line of an order's arithmetic. The steps of an order sum to its quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What the line stands for.
    pub kind: StepKind,
    /// Units added; below 0 units taken off.
    pub quantity: Quantity,
    /// The line in words, with the numbers that made it.
    pub note: String,
}

/// Steps with their running total: the sum is right because nothing else
/// decides the quantity.
#[derive(Debug, Default)]
pub(crate) struct Ladder {
    pub(crate) steps: Vec<Step>,
    total: i128,
}

impl Ladder {
    /// Adds a line that is shown even when it is 0.
    pub(crate) fn show(&mut self, kind: StepKind, parts: i128, note: String) {
        self.total += parts;
        self.steps.push(Step { kind, quantity: Quantity::from_parts(parts), note });
    }

    /// Adds a line unless it is 0.
    pub(crate) fn add(&mut self, kind: StepKind, parts: i128, note: impl FnOnce() -> String) {
        if parts != 0 {
            self.show(kind, parts, note());
        }
    }

    /// Adds the line that moves the total to `target`, unless it is there.
    pub(crate) fn move_to(&mut self, kind: StepKind, target: i128, note: impl FnOnce() -> String) {
        self.add(kind, target - self.total, note);
    }

    /// The total so far, in ten-thousandths.
    pub(crate) fn total(&self) -> i128 {
        self.total
    }

    /// The line of a kind, if it was added.
    pub(crate) fn step(&self, kind: StepKind) -> Option<&Step> {
        self.steps.iter().find(|step| step.kind == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_its_own_word_and_keeps_its_place() {
        let words: BTreeSet<_> = StepKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(words.len(), StepKind::ALL.len());
        assert!(StepKind::ALL.is_sorted());
    }
}
