//! Master data: what the retailer knows about its products, places, suppliers and customers.

use shelfcast_retail::{Day, Money};

/// One product.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// 1, 2, 3, ...
    pub number: u32,
    /// Variant, good and size, as on the label.
    pub name: String,
    /// The category's name.
    pub category: &'static str,
    /// The brand.
    pub brand: &'static str,
    /// What one unit is called.
    pub unit: &'static str,
    /// Index of its supplier in [`crate::World::suppliers`].
    pub supplier: usize,
    /// Cost of one unit, below its price.
    pub unit_cost: Money,
    /// Price of one unit, in whole cents; constant over the history.
    pub unit_price: Money,
    /// Units in the supplier's pack; orders are multiples of it.
    pub pack_size: u32,
    /// Days from receipt until a unit must be written off.
    pub shelf_life_days: Option<u32>,
    /// First day of demand, possibly before the history.
    pub launched_on: Day,
    /// Last day of demand.
    pub ended_on: Option<Day>,
    /// 1 is the most wanted product.
    pub popularity_rank: u32,
    pub(crate) category_index: usize,
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
    /// The region.
    pub region: &'static str,
    /// IANA name of its time zone; every instant in the files is local wall-clock time.
    pub time_zone: &'static str,
    /// What happens to demand that meets an empty shelf.
    pub unmet: &'static str,
    /// Demand relative to the first place.
    pub(crate) size: f64,
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
    /// Truth: days by which every delivery comes after the promise.
    pub usual_delay_days: u32,
    /// Truth: share of the orders that come later still.
    pub late_share: f64,
    /// Truth: mean of the further days such an order takes, at least one.
    pub mean_lateness_days: f64,
    /// Truth: share of the order lines that come in two deliveries.
    pub split_share: f64,
}

impl Product {
    /// Its id in the files.
    pub fn id(&self) -> String {
        format!("P{:05}", self.number)
    }
}

impl Place {
    /// Its id in the files.
    pub fn id(&self) -> String {
        format!("L{:02}", self.number)
    }
}

impl Customer {
    /// Its id in the files.
    pub fn id(&self) -> String {
        format!("C{:06}", self.number)
    }
}

impl Supplier {
    /// Its id in the files.
    pub fn id(&self) -> String {
        format!("S{:03}", self.number)
    }

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
    /// `Regular`, `VIP` or `First-time`.
    pub segment: &'static str,
    /// The day on which the retailer came to know the customer.
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
            usual_delay_days: 0,
            late_share: 0.0,
            mean_lateness_days: 2.0,
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
}
