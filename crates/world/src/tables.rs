//! The files of a world: names, columns, and where they go.

use shelfcast_retail::Feed;

/// One kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// A feed, as a retailer's systems would export it.
    Feed(Feed),
    /// Truth: what was wanted, sold, lost and on the shelf, by product, place and day.
    LatentDemand,
    /// Truth: when orders were promised and when they came.
    LeadTimes,
    /// Truth: why lines came back.
    Returns,
    /// Truth: the laws of each product's demand.
    ProductLaws,
    /// Truth: how each supplier keeps its promises.
    SupplierLaws,
    /// Truth: each category's demand by day of the year and weekday.
    Seasonality,
    /// Truth: what was spoilt on purpose, row by row.
    Dirt,
}

/// Tables written day by day, in the order in which they are kept in memory.
pub(crate) const DAILY: [Table; 11] = [
    Table::Feed(Feed::Sales),
    Table::Feed(Feed::Stock),
    Table::Feed(Feed::Movements),
    Table::Feed(Feed::PurchaseOrders),
    Table::Feed(Feed::Receipts),
    Table::Feed(Feed::Promotions),
    Table::Feed(Feed::Prices),
    Table::Feed(Feed::Calendar),
    Table::LatentDemand,
    Table::LeadTimes,
    Table::Returns,
];

impl Table {
    /// The name of its files, without what follows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Feed(feed) => feed.as_str(),
            Self::LatentDemand => "latent_demand",
            Self::LeadTimes => "lead_times",
            Self::Returns => "returns",
            Self::ProductLaws => "product_laws",
            Self::SupplierLaws => "supplier_laws",
            Self::Seasonality => "seasonality",
            Self::Dirt => "dirt",
        }
    }

    /// Whether it belongs to the truth, which no pipeline sees.
    pub const fn is_truth(self) -> bool {
        !matches!(self, Self::Feed(_))
    }

    /// The names of its columns.
    pub fn columns(self) -> Vec<&'static str> {
        match self {
            Self::Feed(feed) => feed.columns().iter().map(|column| column.name).collect(),
            Self::LatentDemand => LATENT_DEMAND.to_vec(),
            Self::LeadTimes => LEAD_TIMES.to_vec(),
            Self::Returns => RETURNS.to_vec(),
            Self::ProductLaws => PRODUCT_LAWS.to_vec(),
            Self::SupplierLaws => SUPPLIER_LAWS.to_vec(),
            Self::Seasonality => vec!["category", "day_of_year", "weekday", "relative_demand"],
            Self::Dirt => vec!["kind", "file", "row", "column", "clean", "dirty", "expected"],
        }
    }

    pub(crate) fn header(self) -> Vec<u8> {
        let mut header = self.columns().join(",").into_bytes();
        header.push(b'\n');
        header
    }
}

const LATENT_DEMAND: [&str; 15] = [
    "product_id",
    "location_id",
    "day",
    "latent",
    "sold",
    "lost",
    "substituted",
    "stood_in",
    "received",
    "returned",
    "damaged",
    "expired",
    "shrunk",
    "on_hand_close",
    "book_close",
];

const LEAD_TIMES: [&str; 8] = [
    "order_id",
    "supplier_id",
    "location_id",
    "ordered_on",
    "expected_on",
    "delivered_on",
    "stated_lead_time_days",
    "actual_lead_time_days",
];

const RETURNS: [&str; 5] = ["sale_id", "location_id", "lag_days", "reason", "resold"];

const PRODUCT_LAWS: [&str; 11] = [
    "product_id",
    "department",
    "popularity_rank",
    "popularity",
    "elasticity",
    "display_lift",
    "dip_after_promotion",
    "yearly_growth",
    "is_sporadic",
    "quantity_law",
    "mean_quantity",
];

const SUPPLIER_LAWS: [&str; 7] = [
    "supplier_id",
    "stated_lead_time_days",
    "usual_delay_days",
    "late_share",
    "mean_lateness_days",
    "early_share",
    "split_share",
];
