//! Master data: what the retailer knows about its products, places, suppliers and customers.

use shelfcast_retail::{Day, Money};

/// How many units one customer takes of a product at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuantityLaw {
    /// Nearly always one.
    Single,
    /// One to four.
    Few,
    /// By the box: a geometric number with mean 5, at most 40.
    Bulk,
}

impl QuantityLaw {
    /// The word in the truth's files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Few => "few",
            Self::Bulk => "bulk",
        }
    }
}

/// One product.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// 1, 2, 3, ...
    pub number: u32,
    /// Range, variant, good and size, as on the label.
    pub name: String,
    /// The department's name.
    pub department: &'static str,
    /// The category's name.
    pub category: &'static str,
    /// The brand.
    pub brand: &'static str,
    /// What one unit is called.
    pub unit: &'static str,
    /// Index of its supplier in [`crate::World::suppliers`].
    pub supplier: usize,
    /// Cost of one unit on the last day of history, below its price.
    pub unit_cost: Money,
    /// Regular price of one unit on the last day of history, in whole cents.
    pub unit_price: Money,
    /// Units in the supplier's pack; orders are multiples of it.
    pub pack_size: u32,
    /// Days from receipt until a unit must be written off.
    pub shelf_life_days: Option<u32>,
    /// First day of demand, a Thursday, possibly before the history.
    pub launched_on: Day,
    /// Last day of demand, a Wednesday.
    pub ended_on: Option<Day>,
    /// 1 is the most wanted product.
    pub popularity_rank: u32,
    /// Truth: demand relative to the mean product, before place, time and price.
    pub popularity: f64,
    /// Truth: demand follows `(price / usual price) ^ -elasticity`.
    pub elasticity: f64,
    /// Truth: a promotion's display multiplies demand by this, apart from its price.
    pub display_lift: f64,
    /// Truth: share of demand missing in the first week after a promotion.
    pub dip: f64,
    /// Truth: growth of demand in a year, such as 0.05.
    pub yearly_growth: f64,
    /// Truth: wanted in some weeks and hardly in others.
    pub is_sporadic: bool,
    /// Truth: units a customer takes at a time.
    pub quantity_law: QuantityLaw,
    pub(crate) category_index: usize,
    pub(crate) good: usize,
    pub(crate) first_price_cents: u32,
    pub(crate) first_cost_cents: u32,
}

/// What kind of store a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// The full assortment, long hours.
    Hypermarket,
    /// Most of the assortment.
    Supermarket,
    /// The popular part of the assortment, open early and late.
    Convenience,
}

impl Format {
    /// The word in the truth's files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hypermarket => "hypermarket",
            Self::Supermarket => "supermarket",
            Self::Convenience => "convenience",
        }
    }

    /// Share of the less popular products that it carries.
    pub(crate) const fn assortment_share(self) -> f64 {
        match self {
            Self::Hypermarket => 1.0,
            Self::Supermarket => 0.85,
            Self::Convenience => 0.55,
        }
    }

    /// Opening and closing, in seconds since local midnight.
    pub(crate) const fn hours(self, weekday: u8) -> (u32, u32) {
        let (opens, closes) = match (self, weekday) {
            (Self::Convenience, 6) => (8, 20),
            (_, 6) => (10, 16),
            (Self::Hypermarket, _) => (7, 22),
            (Self::Supermarket, _) => (8, 21),
            (Self::Convenience, _) => (6, 22),
        };
        (opens * 3_600, closes * 3_600)
    }
}

/// One place that sells.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// 1, 2, 3, ...
    pub number: u32,
    /// The name.
    pub name: String,
    /// What kind of place it is.
    pub kind: &'static str,
    /// What kind of store.
    pub format: Format,
    /// The region.
    pub region: &'static str,
    /// IANA name of its time zone.
    pub time_zone: &'static str,
    /// What happens to demand that meets an empty shelf.
    pub unmet: &'static str,
    /// Truth: demand relative to the largest kind of place.
    pub size: f64,
    /// Truth: days on which it is closed for rebuilding, first and last.
    pub rebuilt: Option<(Day, Day)>,
    pub(crate) region_index: u8,
    pub(crate) hours_from_utc: i32,
    /// Numbers of its customers: the first, and how many.
    pub(crate) first_customer: u32,
    pub(crate) n_customers: u32,
}

/// One supplier.
#[derive(Debug, Clone, PartialEq)]
pub struct Supplier {
    /// 1, 2, 3, ...
    pub number: u32,
    /// The name.
    pub name: String,
    /// The lead time it promises, from order to sellable stock.
    pub stated_lead_time_days: u32,
    /// Weekdays on which it takes orders, Monday = 0, ascending.
    pub order_weekdays: Vec<u8>,
    /// Spans of days on which it takes no orders and delivers nothing, ascending.
    pub closures: Vec<(Day, Day)>,
    /// Truth: days by which every delivery comes after the promise.
    pub usual_delay_days: u32,
    /// Truth: share of the orders that come later still.
    pub late_share: f64,
    /// Truth: mean of the further days such an order takes, at least one.
    pub mean_lateness_days: f64,
    /// Truth: share of the orders that come a day early, where three days or more are usual.
    pub early_share: f64,
    /// Truth: share of the order lines that come in two deliveries.
    pub split_share: f64,
}

impl Supplier {
    /// Days from one order day to the next, at most.
    pub fn longest_review_days(&self) -> u32 {
        let next = self.order_weekdays.iter().skip(1).copied();
        let first_again = self.order_weekdays.first().map(|first| first + 7);
        let gaps = self.order_weekdays.iter().zip(next.chain(first_again));
        gaps.map(|(day, next)| u32::from(next - day)).max().unwrap_or(7)
    }

    /// The order days as in the file: `mon wed fri`.
    pub fn order_days(&self) -> String {
        const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let names: Vec<_> =
            self.order_weekdays.iter().map(|day| NAMES[usize::from(*day) % 7]).collect();
        names.join(" ")
    }

    /// Whether it neither takes orders nor delivers on a day.
    pub fn is_closed(&self, day: Day) -> bool {
        self.closures.iter().any(|(first, last)| (*first..=*last).contains(&day))
    }
}

/// What the retailer calls a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Came once.
    FirstTime,
    /// Comes again.
    Regular,
    /// Comes most often.
    Vip,
}

impl Segment {
    /// The word in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstTime => "First-time",
            Self::Regular => "Regular",
            Self::Vip => "VIP",
        }
    }
}

/// One known customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// 1, 2, 3, ...
    pub number: u32,
    /// Full name.
    pub name: String,
    /// `Female` or `Male`.
    pub gender: &'static str,
    /// Years, 18 to 80.
    pub age: u32,
    /// E-mail address in a domain reserved for examples.
    pub email: String,
    /// Phone number.
    pub phone: String,
    /// City, state and postal code.
    pub address: String,
    /// The segment.
    pub segment: Segment,
    /// The day of the first visit.
    pub joined_on: Day,
    /// Index of the place where the customer buys, in [`crate::World::places`].
    pub place: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supplier(order_weekdays: &[u8]) -> Supplier {
        Supplier {
            number: 1,
            name: "Mill and Sons".into(),
            stated_lead_time_days: 3,
            order_weekdays: order_weekdays.to_vec(),
            closures: vec![(Day::from_epoch_days(10), Day::from_epoch_days(12))],
            usual_delay_days: 0,
            late_share: 0.0,
            mean_lateness_days: 2.0,
            early_share: 0.0,
            split_share: 0.0,
        }
    }

    #[test]
    fn the_review_gap_wraps_around_the_week() {
        assert_eq!(supplier(&[0, 2, 4]).longest_review_days(), 3); // Friday to Monday
        assert_eq!(supplier(&[1, 4]).longest_review_days(), 4); // Friday to Tuesday
        assert_eq!(supplier(&[2]).longest_review_days(), 7);
        assert_eq!(supplier(&[0, 1, 2, 3, 4, 5]).longest_review_days(), 2);
        assert_eq!(supplier(&[0, 4]).order_days(), "mon fri");
    }

    #[test]
    fn closures_include_both_ends() {
        let is_closed = |day| supplier(&[0]).is_closed(Day::from_epoch_days(day));
        assert_eq!([9, 10, 12, 13].map(is_closed), [false, true, true, false]);
    }
}
