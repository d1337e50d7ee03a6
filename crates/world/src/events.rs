//! What the retailer's systems record on one day in one place, and the truth beside it.

use crate::catalogue::cents;
use shelfcast_retail::{Day, Money, Rate};

/// Everything recorded in one place on one day. Indices of products point into
/// [`crate::World::products`], those of suppliers into [`crate::World::suppliers`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlaceDay {
    /// Index of the place.
    pub place: usize,
    /// The business day, as days since 1970-01-01.
    pub(crate) epoch_days: i32,
    /// Hours to subtract from the place's wall clock to get UTC.
    pub hours_from_utc: i32,
    /// What the calendar says of the day, if it is special, and whether the place is closed.
    pub notice: Option<(&'static str, bool)>,
    /// Sales in the order of the till, then what came back.
    pub sales: Vec<SaleLine>,
    /// Stock counted at the close.
    pub counts: Vec<Count>,
    /// Stock moved other than by sales.
    pub movements: Vec<Movement>,
    /// Orders placed before opening, lines of an order side by side.
    pub order_lines: Vec<OrderLine>,
    /// Deliveries, sellable from the opening.
    pub receipts: Vec<Receipt>,
    /// Promotions that begin today, or that are under way on the first day of history.
    pub promotions: Vec<PromotionStart>,
    /// Prices that hold from today on.
    pub prices: Vec<PriceStart>,
    /// Truth, if it was asked for: products on which anything happened, ascending.
    pub truth: Vec<DayTruth>,
    /// Truth: when the orders of today will come.
    pub lead_times: Vec<LeadTime>,
    /// Truth: why goods came back.
    pub returns: Vec<ReturnReason>,
}

impl PlaceDay {
    /// The business day.
    pub fn day(&self) -> Day {
        Day::from_epoch_days(self.epoch_days)
    }

    /// Rows that go into the feeds.
    pub fn n_rows(&self) -> usize {
        self.sales.len()
            + self.counts.len()
            + self.movements.len()
            + self.order_lines.len()
            + self.receipts.len()
            + self.promotions.len()
            + self.prices.len()
            + usize::from(self.notice.is_some())
    }

    pub(crate) fn clear(&mut self) {
        self.notice = None;
        self.sales.clear();
        self.counts.clear();
        self.movements.clear();
        self.order_lines.clear();
        self.receipts.clear();
        self.promotions.clear();
        self.prices.clear();
        self.truth.clear();
        self.lead_times.clear();
        self.returns.clear();
    }
}

/// How a sale was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the methods")]
pub enum Payment {
    Card,
    Cash,
    Mobile,
    GiftCard,
}

impl Payment {
    /// The word in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "Card",
            Self::Cash => "Cash",
            Self::Mobile => "Mobile",
            Self::GiftCard => "Gift Card",
        }
    }
}

/// Whether goods went out or came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SaleKind {
    /// Goods went out; the quantity is positive.
    Sale,
    /// Goods came back; the quantity is negative.
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

/// One line of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaleLine {
    /// Number of the sale within place and day, from 1.
    pub sale: u32,
    /// Number of the line within the sale, from 1.
    pub line: u32,
    /// When it was paid, in seconds since local midnight, while the place is open.
    pub second: u32,
    /// Index of the product.
    pub product: u32,
    /// Number of the customer; `None` for an anonymous sale.
    pub customer: Option<u32>,
    /// Units; negative for a return.
    pub quantity: i32,
    /// The regular price of one unit, in cents.
    pub unit_price_cents: u32,
    /// Share taken off the price, in ten-thousandths.
    pub discount_parts: u16,
    /// [`Money::line_total`] of the three, in cents.
    pub total_cents: i64,
    /// How it was paid.
    pub payment: Payment,
    /// Sale or return.
    pub kind: SaleKind,
}

impl SaleLine {
    /// The regular price of one unit.
    pub fn unit_price(&self) -> Money {
        cents(self.unit_price_cents)
    }

    /// Share taken off the price.
    pub fn discount(&self) -> Rate {
        Rate::from_parts(i128::from(self.discount_parts)).unwrap_or_default()
    }

    /// What was paid.
    pub fn total(&self) -> Money {
        Money::from_parts(i128::from(self.total_cents) * 100)
    }
}

/// The stock found by a count at the close of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Index of the product.
    pub product: u32,
    /// Units found.
    pub on_hand: u32,
}

/// A purchase order: a place orders from a supplier at most once a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey {
    /// The day of the order, as days since 1970-01-01.
    pub ordered_on: i32,
    /// Index of the supplier.
    pub supplier: u32,
}

/// Why stock moved, other than by a sale or a customer's return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MovementKind {
    /// A delivery against an order; also a row of receipts.
    Receipt(OrderKey),
    /// Damaged goods thrown away.
    Damaged,
    /// Goods thrown away past their shelf life.
    Expired,
    /// Goods that a customer brought back and that cannot be sold again, with the number of
    /// the returning sale, as in [`SaleLine::sale`].
    ReturnedFaulty(u32),
    /// The count corrected the book: counted - book.
    CountAdjustment,
}

impl MovementKind {
    /// The word in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receipt(_) => "receipt",
            Self::Damaged | Self::Expired | Self::ReturnedFaulty(_) => "write_off",
            Self::CountAdjustment => "count_adjustment",
        }
    }

    /// When such a movement is booked, in seconds since local midnight.
    pub const fn second(self) -> u32 {
        match self {
            Self::Receipt(_) => 5 * 3_600 + 1_800,
            Self::Damaged => 22 * 3_600 + 600,
            Self::Expired => 22 * 3_600 + 1_200,
            Self::ReturnedFaulty(_) => 22 * 3_600 + 1_800,
            Self::CountAdjustment => 22 * 3_600 + 2_400,
        }
    }
}

/// One movement of stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// Index of the product.
    pub product: u32,
    /// Why.
    pub kind: MovementKind,
    /// Units, positive; a count adjustment carries its sign.
    pub quantity: i32,
}

/// One line of a purchase order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderLine {
    /// The order, dated before the opening of its day.
    pub order: OrderKey,
    /// 1, 2, 3, ... within the order.
    pub line: u32,
    /// Index of the product.
    pub product: u32,
    /// The day at whose opening the supplier promised the goods.
    pub expected_on: Day,
    /// Units, a multiple of the product's pack.
    pub quantity: u32,
    /// The product's cost, in cents.
    pub unit_cost_cents: u32,
}

/// Goods that came in against an order line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The order.
    pub order: OrderKey,
    /// The line.
    pub line: u32,
    /// Index of the product.
    pub product: u32,
    /// Units.
    pub quantity: u32,
}

/// A promotion of one product in this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromotionStart {
    /// Index of the product.
    pub product: u32,
    /// First day.
    pub starts_on: Day,
    /// Last day.
    pub ends_on: Day,
    /// Share taken off the regular price, in ten-thousandths.
    pub discount_parts: u16,
    /// The promotional price of one unit, in ten-thousandths of the currency.
    pub price_parts: u64,
}

/// A price that holds from this day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceStart {
    /// Index of the product.
    pub product: u32,
    /// Regular price of one unit, in cents.
    pub unit_price_cents: u32,
    /// Cost of one unit, in cents.
    pub unit_cost_cents: u32,
}

/// What truly happened to one product on the day, in units.
///
/// The day runs: delivery before opening, sales and returns, write-offs, shrinkage, count at
/// the close. So `on_hand_close` is that of the day before plus `received` and `returned`,
/// less `sold`, `damaged`, `expired` and `shrunk`; and `latent` is `sold - stood_in` plus
/// `substituted` and `lost`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayTruth {
    /// Index of the product.
    pub product: u32,
    /// Units that visitors wanted.
    pub latent: u32,
    /// Units sold, to those who wanted them and to those who wanted another product.
    pub sold: u32,
    /// Units wanted in vain.
    pub lost: u32,
    /// Units wanted for which another product was taken.
    pub substituted: u32,
    /// Of `sold`, units taken in place of another product.
    pub stood_in: u32,
    /// Units received before opening.
    pub received: u32,
    /// Units brought back.
    pub returned: u32,
    /// Units written off as damaged, those brought back faulty included.
    pub damaged: u32,
    /// Units written off past their shelf life.
    pub expired: u32,
    /// Units that vanished without a record.
    pub shrunk: u32,
    /// Units on the shelf at the close.
    pub on_hand_close: u32,
    /// Units in the book at the close, after the day's count.
    pub book_close: u32,
}

/// Truth: how long an order really takes, also when it comes after the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadTime {
    /// The order.
    pub order: OrderKey,
    /// Days promised.
    pub stated_days: u32,
    /// Days from the order to its first delivery.
    pub actual_days: u32,
}

/// Truth: why a line came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnReason {
    /// The returning sale's number, as in [`SaleLine::sale`].
    pub sale: u32,
    /// Days since it was bought.
    pub lag_days: u32,
    /// The reason.
    pub reason: &'static str,
    /// Whether it went back to the shelf.
    pub is_resold: bool,
}
