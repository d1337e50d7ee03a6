use crate::parts::bounded;
use crate::{PlanError, ProtectionInterval};
use shelfcast_retail::{Day, Quantity};

/// Units ordered earlier and not yet received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpenOrder {
    /// The day from whose opening the units can be sold.
    pub due_on: Day,
    /// Units still to come.
    pub quantity: Quantity,
}

/// The stock of one product at one place at the closing of a day, and what is
/// already decided about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// Units on hand. A negative count is planned as 0, and said.
    pub on_hand: Quantity,
    /// Orders not yet received; a quantity of 0 or less is left out, and said.
    pub open_orders: Vec<OpenOrder>,
    /// Units ordered for the same order day already, as lines that were approved: they come with the
    /// order that is planned, whenever that is, and are taken off its need.
    pub ordered_already: Quantity,
    /// Units promised to customers and not yet handed over: reservations and
    /// backorders. Below 0 is planned as 0, and said.
    pub reserved: Quantity,
}

impl Position {
    /// Open units that can be sold by the last day of the interval. A late
    /// order (due before the order day) counts: it is expected at the opening
    /// of the order day.
    pub fn on_order_within(&self, interval: &ProtectionInterval) -> Quantity {
        let due = self.open_orders.iter().filter(|order| order.due_on <= interval.covers_until);
        Quantity::from_parts(
            due.map(|order| order.quantity.parts().max(0)).fold(0, i128::saturating_add),
        )
    }

    /// On hand + on order within the interval + ordered already - reserved.
    ///
    /// Orders due after the interval are left to the next order, which sees
    /// them; counting them here would leave this interval short.
    pub fn inventory_position(&self, interval: &ProtectionInterval) -> Quantity {
        let on_order = self.on_order_within(interval).parts();
        let ordered = on_order.saturating_add(self.ordered_already.parts().max(0));
        Quantity::from_parts(self.unreserved().saturating_add(ordered))
    }

    /// On hand + on order + ordered already - reserved, every open order counted however late.
    pub fn committed(&self) -> Quantity {
        let on_order = self.open_orders.iter().map(|order| order.quantity.parts().max(0));
        let already = self.ordered_already.parts().max(0);
        let committed = on_order.fold(self.unreserved(), i128::saturating_add);
        Quantity::from_parts(committed.saturating_add(already))
    }

    fn unreserved(&self) -> i128 {
        self.on_hand.parts().max(0).saturating_sub(self.reserved.parts().max(0))
    }

    /// Open orders whose day has passed without a receipt.
    pub fn late_orders(&self, order_on: Day) -> impl Iterator<Item = &OpenOrder> {
        self.open_orders
            .iter()
            .filter(move |order| order.due_on < order_on && order.quantity > Quantity::ZERO)
    }

    /// What was repaired or assumed to plan with this position.
    pub(crate) fn doubts(&self, order_on: Day) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.on_hand < Quantity::ZERO {
            doubts.push(format!("stock of {} is negative and planned as 0", self.on_hand));
        }
        if self.reserved < Quantity::ZERO {
            doubts.push(format!("reserved {} is negative and planned as 0", self.reserved));
        }
        for order in self.open_orders.iter().filter(|order| order.quantity <= Quantity::ZERO) {
            let OpenOrder { due_on, quantity } = order;
            doubts.push(format!("an open order of {quantity} due {due_on} is left out"));
        }
        for OpenOrder { due_on, quantity } in self.late_orders(order_on) {
            doubts.push(format!(
                "an open order of {quantity} was due {due_on} and is assumed to arrive on {order_on}"
            ));
        }
        doubts
    }
}

/// A position as the stock simulation reads it, in ten-thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Supply {
    /// On hand - reserved before the first day; below 0 units are owed.
    pub(crate) opening: i64,
    /// Receipts at the opening of each day, the order day first.
    pub(crate) receipts: Vec<i64>,
    /// What comes with the order that is planned, on whatever day that is.
    pub(crate) ordered_already: i64,
}

impl Supply {
    /// The supply of `n_days` days from the order day on.
    pub(crate) fn new(
        position: &Position,
        order_on: Day,
        n_days: usize,
    ) -> Result<Self, PlanError> {
        let on_hand = bounded("stock on hand", position.on_hand.max(Quantity::ZERO))?;
        let reserved = bounded("reserved stock", position.reserved.max(Quantity::ZERO))?;
        let ordered_already =
            bounded("stock ordered already", position.ordered_already.max(Quantity::ZERO))?;
        let mut supply =
            Self { opening: on_hand - reserved, receipts: vec![0; n_days], ordered_already };
        let everything = position.open_orders.iter().map(|order| order.quantity.parts().max(0));
        let everything = Quantity::from_parts(everything.fold(0, i128::saturating_add));
        bounded("stock on order", everything)?;
        for order in &position.open_orders {
            supply.receive(order, order_on)?;
        }
        Ok(supply)
    }

    /// The receipts as they follow one another: day and units, days without one left out.
    pub(crate) fn arrivals(&self) -> Vec<(usize, i64)> {
        let days = self.receipts.iter().copied().enumerate();
        days.filter(|(_, units)| *units != 0).collect()
    }

    /// Adds one more receipt; a late one arrives on the first day, one after
    /// the last day not at all.
    pub(crate) fn receive(&mut self, order: &OpenOrder, order_on: Day) -> Result<(), PlanError> {
        let parts = bounded("stock on order", order.quantity.max(Quantity::ZERO))?;
        if let Some(receipt) = self.receipt_of(order, order_on) {
            *receipt += parts;
        }
        Ok(())
    }

    /// Takes back the receipt of an order that was received.
    pub(crate) fn cancel(&mut self, order: &OpenOrder, order_on: Day) {
        let parts = order.quantity.parts().max(0) as i64;
        if let Some(receipt) = self.receipt_of(order, order_on) {
            *receipt -= parts;
        }
    }

    fn receipt_of(&mut self, order: &OpenOrder, order_on: Day) -> Option<&mut i64> {
        let offset = order.due_on.days_since(order_on).max(0).unsigned_abs() as usize;
        self.receipts.get_mut(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protection_interval;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn units(whole: i64) -> Quantity {
        Quantity::from_whole(whole)
    }

    fn position() -> Position {
        let open_order =
            |due_on: &str, quantity| OpenOrder { due_on: day(due_on), quantity: units(quantity) };
        Position {
            on_hand: units(20),
            open_orders: vec![
                open_order("2024-08-20", 5),
                open_order("2024-09-02", 10),
                open_order("2024-09-03", 40),
                open_order("2024-08-28", -3),
            ],
            reserved: units(2),
            ..Position::default()
        }
    }

    #[test]
    fn only_orders_due_within_the_interval_count() {
        // Seven days from 2024-08-27 end on 2024-09-02: 5 late + 10 count, 40 do not.
        let interval = protection_interval(day("2024-08-26"), 3, 4).unwrap();
        assert_eq!(position().on_order_within(&interval), units(15));
        // 20 on hand + 15 on order - 2 reserved.
        assert_eq!(position().inventory_position(&interval), units(33));
    }

    #[test]
    fn receipts_fall_on_their_day_and_late_ones_on_the_first() {
        let supply = Supply::new(&position(), day("2024-08-27"), 7).unwrap();
        assert_eq!(supply.opening, 180_000);
        assert_eq!(supply.receipts, [50_000, 0, 0, 0, 0, 0, 100_000]);
    }

    #[test]
    fn repairs_and_assumptions_are_told() {
        let negative = Position { on_hand: units(-4), reserved: units(-1), ..Position::default() };
        assert_eq!(
            negative.doubts(day("2024-08-27")),
            [
                "stock of -4 is negative and planned as 0",
                "reserved -1 is negative and planned as 0"
            ]
        );
        assert_eq!(
            position().doubts(day("2024-08-27")),
            [
                "an open order of -3 due 2024-08-28 is left out",
                "an open order of 5 was due 2024-08-20 and is assumed to arrive on 2024-08-27"
            ]
        );
    }

    #[test]
    fn absurd_quantities_saturate_in_sums_and_are_refused_in_plans() {
        let endless =
            OpenOrder { due_on: day("2024-08-28"), quantity: Quantity::from_parts(i128::MAX) };
        let position = Position { open_orders: vec![endless; 2], ..Position::default() };
        let interval = protection_interval(day("2024-08-26"), 3, 4).unwrap();
        assert_eq!(position.on_order_within(&interval), Quantity::from_parts(i128::MAX));
        assert!(matches!(
            Supply::new(&position, interval.order_on, 7),
            Err(PlanError::QuantityRange { what: "stock on order", .. })
        ));
    }
}
