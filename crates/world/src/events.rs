//! What the retailer's systems record: sales, counts, movements, orders and receipts.

use shelfcast_retail::{Day, Money, Rate};
use std::fmt;

/// The number of a sale: place, day and ordinal, as in `L01-20251231-0042`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SaleNumber {
    /// [`crate::Place::number`].
    pub place: u32,
    /// The business day.
    pub day: Day,
    /// 1, 2, 3, ... within place and day.
    pub ordinal: u32,
}

impl fmt::Display for SaleNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.day.ymd();
        write!(formatter, "L{:02}-{year:04}{month:02}{day:02}-{:04}", self.place, self.ordinal)
    }
}

/// The number of a purchase order: place, day and supplier, as in `PO-L01-20251231-S003`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderNumber {
    /// [`crate::Place::number`].
    pub place: u32,
    /// The day of the order.
    pub day: Day,
    /// [`crate::Supplier::number`].
    pub supplier: u32,
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.day.ymd();
        let Self { place, supplier, .. } = self;
        write!(formatter, "PO-L{place:02}-{year:04}{month:02}{day:02}-S{supplier:03}")
    }
}

/// A local wall-clock instant, written as ISO 8601 without an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalInstant {
    /// The business day.
    pub day: Day,
    /// Seconds since local midnight, below 86 400.
    pub second: u32,
}

impl fmt::Display for LocalInstant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes) = (self.second / 3_600, self.second / 60 % 60);
        write!(formatter, "{}T{hours:02}:{minutes:02}:{:02}", self.day, self.second % 60)
    }
}

/// Whether goods went out or came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SaleKind {
    /// Goods went out; the quantity is positive.
    Sale,
    /// Goods came back and stand on the shelf again; the quantity is negative.
    Return,
}

impl SaleKind {
    /// The word in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
        }
    }
}

/// One line of a sale. Indices point into the lists of [`crate::World`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaleLine {
    /// The sale.
    pub sale: SaleNumber,
    /// 1, 2, 3, ... within the sale.
    pub line: u32,
    /// When it was paid, between 8 and 20 o'clock.
    pub sold_at: LocalInstant,
    /// Index of the product.
    pub product: usize,
    /// Index of the customer; `None` for an anonymous sale.
    pub customer: Option<usize>,
    /// Units; negative for a return.
    pub quantity: i32,
    /// The product's price.
    pub unit_price: Money,
    /// Share taken off the price.
    pub discount: Rate,
    /// [`Money::line_total`] of the three.
    pub total: Money,
    /// How it was paid.
    pub payment_method: &'static str,
    /// Sale or return.
    pub kind: SaleKind,
}

/// The stock found by a count at the close of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Index of the product.
    pub product: usize,
    /// The day at whose close was counted.
    pub counted_on: Day,
    /// Units found.
    pub on_hand: u32,
}

/// Why stock moved, other than by a sale or a customer's return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MovementKind {
    /// A delivery against an order; also a row of receipts.
    Receipt(OrderNumber),
    /// Damaged goods thrown away.
    Damaged,
    /// Goods thrown away past their shelf life.
    Expired,
    /// The count corrected the book: counted - book.
    CountAdjustment,
}

impl MovementKind {
    /// The word in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receipt(_) => "receipt",
            Self::Damaged | Self::Expired => "write_off",
            Self::CountAdjustment => "count_adjustment",
        }
    }

    /// The order's number, or the reason in a word.
    pub fn reference(self) -> String {
        match self {
            Self::Receipt(order) => order.to_string(),
            Self::Damaged => "damaged".into(),
            Self::Expired => "expired".into(),
            Self::CountAdjustment => "count".into(),
        }
    }

    /// When such a movement is booked, in seconds since local midnight.
    pub(crate) const fn second_of_day(self) -> u32 {
        match self {
            Self::Receipt(_) => 6 * 3_600 + 1_800,
            Self::Damaged => 20 * 3_600 + 600,
            Self::Expired => 20 * 3_600 + 1_200,
            Self::CountAdjustment => 21 * 3_600,
        }
    }
}

/// One movement of stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// When it was booked.
    pub moved_at: LocalInstant,
    /// Index of the product.
    pub product: usize,
    /// Why.
    pub kind: MovementKind,
    /// Units, positive; a count adjustment carries its sign.
    pub quantity: i64,
}

/// One line of a purchase order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderLine {
    /// The order, dated before the opening of its day.
    pub order: OrderNumber,
    /// 1, 2, 3, ... within the order.
    pub line: u32,
    /// Index of the supplier.
    pub supplier: usize,
    /// Index of the product.
    pub product: usize,
    /// The day at whose opening the supplier promised the goods.
    pub expected_on: Day,
    /// Units, a multiple of the product's pack.
    pub quantity: u32,
    /// The product's cost.
    pub unit_cost: Money,
}

/// Goods that came in against an order line, sellable from the opening of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The order.
    pub order: OrderNumber,
    /// The line.
    pub line: u32,
    /// The day.
    pub received_on: Day,
    /// Units.
    pub quantity: u32,
}

/// Truth: how long an order really took, also when it comes after the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadTime {
    /// The order.
    pub order: OrderNumber,
    /// Days promised.
    pub stated_days: u32,
    /// Days from the order to its first delivery.
    pub actual_days: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_instants_read_as_documented() {
        let day: Day = "2025-12-31".parse().unwrap();
        assert_eq!(SaleNumber { place: 1, day, ordinal: 42 }.to_string(), "L01-20251231-0042");
        let order = OrderNumber { place: 1, day, supplier: 3 };
        assert_eq!(order.to_string(), "PO-L01-20251231-S003");
        let instant = LocalInstant { day, second: 8 * 3_600 + 61 };
        assert_eq!(instant.to_string(), "2025-12-31T08:01:01");
        assert_eq!(MovementKind::Receipt(order).reference(), "PO-L01-20251231-S003");
    }
}
