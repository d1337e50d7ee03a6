use crate::RetailError;
use std::fmt;
use std::str::FromStr;

/// What the text of a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Text as it stands, blanks around it removed.
    Text,
    /// An identifier: text that must not be empty where it is required.
    Id,
    /// An exact decimal with four decimals.
    Money,
    /// An exact decimal with four decimals.
    Quantity,
    /// A share between 0 and 1, four decimals.
    Rate,
    /// A whole number.
    Integer,
    /// A calendar day.
    Day,
    /// An instant, kept in UTC microseconds.
    Instant,
    /// Yes or no.
    Flag,
}

/// One column of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The column's name in every table after raw.
    pub name: &'static str,
    /// What its text stands for.
    pub kind: ColumnKind,
    /// A row without it is refused.
    pub required: bool,
}

/// The kinds of data a retailer sends. Only sales are mandatory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants are the feeds, described by their columns")]
pub enum Feed {
    Products,
    ItemSettings,
    Locations,
    Suppliers,
    Customers,
    Sales,
    Stock,
    Movements,
    PurchaseOrders,
    Receipts,
    Promotions,
    Prices,
    Calendar,
}

impl Feed {
    /// Every feed, in the order in which they are ingested and listed.
    pub const ALL: [Self; 13] = [
        Self::Products,
        Self::ItemSettings,
        Self::Locations,
        Self::Suppliers,
        Self::Customers,
        Self::Sales,
        Self::Stock,
        Self::Movements,
        Self::PurchaseOrders,
        Self::Receipts,
        Self::Promotions,
        Self::Prices,
        Self::Calendar,
    ];

    /// The name in files, tables and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::ItemSettings => "item_settings",
            Self::Locations => "locations",
            Self::Suppliers => "suppliers",
            Self::Customers => "customers",
            Self::Sales => "sales",
            Self::Stock => "stock",
            Self::Movements => "movements",
            Self::PurchaseOrders => "purchase_orders",
            Self::Receipts => "receipts",
            Self::Promotions => "promotions",
            Self::Prices => "prices",
            Self::Calendar => "calendar",
        }
    }

    /// The columns, in table order.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Products => PRODUCTS,
            Self::ItemSettings => ITEM_SETTINGS,
            Self::Locations => LOCATIONS,
            Self::Suppliers => SUPPLIERS,
            Self::Customers => CUSTOMERS,
            Self::Sales => SALES,
            Self::Stock => STOCK,
            Self::Movements => MOVEMENTS,
            Self::PurchaseOrders => PURCHASE_ORDERS,
            Self::Receipts => RECEIPTS,
            Self::Promotions => PROMOTIONS,
            Self::Prices => PRICES,
            Self::Calendar => CALENDAR,
        }
    }

    /// The columns that name one row; duplicates of them within a batch are told.
    pub const fn key(self) -> &'static [&'static str] {
        match self {
            Self::Products => &["product_id"],
            Self::ItemSettings => &["product_id", "location_id"],
            Self::Locations => &["location_id"],
            Self::Suppliers => &["supplier_id"],
            Self::Customers => &["customer_id"],
            Self::Sales => &["sale_id", "line"],
            Self::Stock => &["product_id", "location_id", "counted_on"],
            Self::Movements => &["moved_at", "product_id", "location_id", "kind", "reference"],
            Self::PurchaseOrders => &["order_id", "line"],
            Self::Receipts => &["order_id", "line", "product_id", "received_on"],
            Self::Promotions => &["promotion_id", "product_id", "location_id"],
            Self::Prices => &["product_id", "location_id", "valid_from"],
            Self::Calendar => &["day", "location_id"],
        }
    }

    /// The column called `name`.
    pub fn column(self, name: &str) -> Option<&'static Column> {
        self.columns().iter().find(|column| column.name == name)
    }
}

impl fmt::Display for Feed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Feed {
    type Err = RetailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|feed| feed.as_str() == text).ok_or_else(|| RetailError::Feed {
            found: text.to_owned(),
            allowed: Self::ALL.map(Self::as_str).join(", "),
        })
    }
}

const fn must(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, required: true }
}

const fn may(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, required: false }
}

use ColumnKind::{Day, Flag, Id, Instant, Integer, Money, Quantity, Rate, Text};

const PRODUCTS: &[Column] = &[
    must("product_id", Id),
    may("name", Text),
    may("category", Text),
    may("brand", Text),
    may("unit", Text),
    may("supplier_id", Id),
    may("unit_cost", Money),
    may("unit_price", Money),
    may("pack_size", Quantity),
    may("shelf_life_days", Integer),
    may("launched_on", Day),
    may("ended_on", Day),
];

const ITEM_SETTINGS: &[Column] = &[
    must("product_id", Id),
    may("location_id", Id),
    may("supplier_id", Id),
    may("lead_time_days", Integer),
    may("review_days", Integer),
    may("service_target", Rate),
    may("min_quantity", Quantity),
    may("max_quantity", Quantity),
    may("display_minimum", Quantity),
    may("min_order_quantity", Quantity),
    may("order_multiple", Quantity),
    may("order_block", Flag),
    may("criticality", Text),
];

const LOCATIONS: &[Column] = &[
    must("location_id", Id),
    may("name", Text),
    may("kind", Text),
    may("region", Text),
    may("time_zone", Text),
    may("unmet", Text),
];

const SUPPLIERS: &[Column] = &[
    must("supplier_id", Id),
    may("name", Text),
    may("stated_lead_time_days", Integer),
    may("order_days", Text),
    may("closures", Text),
    may("min_order_value", Money),
];

const CUSTOMERS: &[Column] = &[
    must("customer_id", Id),
    may("name", Text),
    may("gender", Text),
    may("age", Integer),
    may("email", Text),
    may("phone", Text),
    may("address", Text),
    may("segment", Text),
    may("joined_on", Day),
];

const SALES: &[Column] = &[
    must("sale_id", Id),
    may("line", Integer),
    must("sold_at", Instant),
    must("product_id", Id),
    may("location_id", Id),
    may("customer_id", Id),
    must("quantity", Quantity),
    may("unit_price", Money),
    may("discount", Rate),
    may("total", Money),
    may("cost", Money),
    may("payment_method", Text),
    may("kind", Text),
];

const STOCK: &[Column] = &[
    must("product_id", Id),
    may("location_id", Id),
    must("counted_on", Day),
    must("on_hand", Quantity),
    may("restock_date", Day),
];

const MOVEMENTS: &[Column] = &[
    must("moved_at", Instant),
    must("product_id", Id),
    may("location_id", Id),
    must("kind", Text),
    must("quantity", Quantity),
    may("reference", Text),
];

const PURCHASE_ORDERS: &[Column] = &[
    must("order_id", Id),
    may("line", Integer),
    may("supplier_id", Id),
    must("product_id", Id),
    may("location_id", Id),
    must("ordered_on", Day),
    may("expected_on", Day),
    must("quantity", Quantity),
    may("unit_cost", Money),
    may("total", Money),
];

const RECEIPTS: &[Column] = &[
    must("order_id", Id),
    may("line", Integer),
    may("product_id", Id),
    must("received_on", Day),
    must("quantity", Quantity),
];

const PROMOTIONS: &[Column] = &[
    must("promotion_id", Id),
    must("product_id", Id),
    may("location_id", Id),
    must("starts_on", Day),
    must("ends_on", Day),
    may("price", Money),
    may("discount", Rate),
];

const PRICES: &[Column] = &[
    must("product_id", Id),
    may("location_id", Id),
    must("valid_from", Day),
    may("unit_price", Money),
    may("unit_cost", Money),
];

const CALENDAR: &[Column] =
    &[must("day", Day), may("location_id", Id), may("event", Text), may("closed", Flag)];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn feed_names_and_columns_are_unique_and_keys_are_columns() {
        let names: BTreeSet<_> = Feed::ALL.iter().map(|feed| feed.as_str()).collect();
        assert_eq!(names.len(), Feed::ALL.len());
        for feed in Feed::ALL {
            let columns: BTreeSet<_> = feed.columns().iter().map(|column| column.name).collect();
            assert_eq!(columns.len(), feed.columns().len(), "{feed}");
            assert!(feed.key().iter().all(|name| feed.column(name).is_some()), "{feed}");
            assert_eq!(feed.as_str().parse::<Feed>().unwrap(), feed);
        }
    }

    #[test]
    fn an_unknown_feed_names_the_known_ones() {
        let message = "sale".parse::<Feed>().unwrap_err().to_string();
        assert!(message.starts_with("`sale` is not a feed; the feeds are products, "), "{message}");
    }
}
