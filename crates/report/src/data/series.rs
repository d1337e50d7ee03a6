//! Series and what is drawn of them: sales, stock, value.

use serde::Serialize;
use shelfcast_charts::{Day, Period};

use super::iso_day;

/// What a series sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesLevel {
    /// Everything; its series id is empty.
    #[default]
    Total,
    /// One category.
    Category,
    /// One place.
    Location,
    /// One product in all places.
    Product,
}

impl SeriesLevel {
    /// Reads the mart's word: `total`, `category`, `location` or `product`. Other levels, such as
    /// `product_location`, have no pictures and give `None`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "total" => Some(Self::Total),
            "category" => Some(Self::Category),
            "location" => Some(Self::Location),
            "product" => Some(Self::Product),
            _ => None,
        }
    }

    /// The mart's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Category => "category",
            Self::Location => "location",
            Self::Product => "product",
        }
    }
}

/// What is counted: units or money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Units.
    #[default]
    Units,
    /// Net sales in money.
    Revenue,
}

impl Measure {
    /// Reads the mart's word: `units` or `revenue`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "units" => Some(Self::Units),
            "revenue" => Some(Self::Revenue),
            _ => None,
        }
    }

    /// The mart's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Revenue => "revenue",
        }
    }
}

/// Reads a mart's frequency: `day`, `week` or `month`.
pub fn frequency(word: &str) -> Option<Period> {
    match word {
        "day" => Some(Period::Day),
        "week" => Some(Period::Week),
        "month" => Some(Period::Month),
        _ => None,
    }
}

/// Whether demand could be seen in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Stock was there, or nothing says otherwise.
    #[default]
    Observed,
    /// The shelf ran empty in the period: demand was at least what was sold.
    Censored,
    /// The shelf was empty all through the period.
    Missing,
}

impl Availability {
    /// Reads the mart's word: `observed`, `censored` or `missing`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "observed" => Some(Self::Observed),
            "censored" => Some(Self::Censored),
            "missing" => Some(Self::Missing),
            _ => None,
        }
    }
}

/// How a level of stock is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The day of a count.
    Counted,
    /// A count and all movements since.
    Derived,
    /// Between limits: `low` at least, `high` at most.
    Bound,
    /// The future.
    Projected,
    /// Nothing can be said.
    #[default]
    Unknown,
}

impl Basis {
    /// Reads the mart's word: `counted`, `derived`, `bound`, `projected` or `unknown`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "counted" => Some(Self::Counted),
            "derived" => Some(Self::Derived),
            "bound" => Some(Self::Bound),
            "projected" => Some(Self::Projected),
            "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// A series that the reader can choose.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SeriesRow {
    /// What it sums up.
    pub series_level: SeriesLevel,
    /// The category, place or product id; empty for the total.
    pub series_id: String,
    /// The name to show; if empty, the id is shown.
    pub name: String,
    /// The product's category; empty for other levels.
    pub category: String,
    /// Place among its level, 1 first: by net revenue of the last 365 days.
    pub rank: u64,
}

/// Sales of one series in one period.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SalesRow {
    /// The series' level.
    pub series_level: SeriesLevel,
    /// The series' id.
    pub series_id: String,
    /// The length of the period. One frequency a series is drawn: that of its forecast, else
    /// week, else month, else day.
    pub frequency: Period,
    /// The period's first day.
    #[serde(serialize_with = "iso_day")]
    pub period_start: Day,
    /// Units sold.
    pub units: f64,
    /// Net revenue; `None` if prices are not known.
    pub revenue: Option<f64>,
    /// Whether demand could be seen. For sums of several series: observed.
    pub availability: Availability,
}

/// Stock of one series at the end of one day. Rows whose basis is projected or unknown are not
/// drawn.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct StockRow {
    /// The series' level.
    pub series_level: SeriesLevel,
    /// The series' id.
    pub series_id: String,
    /// The day.
    #[serde(serialize_with = "iso_day")]
    pub day: Day,
    /// Units on hand, at least.
    pub low: f64,
    /// Units on hand, at most; `None` if nothing limits them.
    pub high: Option<f64>,
    /// `low` at cost; `None` if a cost is missing.
    pub low_value: Option<f64>,
    /// `high` at cost; `None` if a cost is missing or nothing limits it.
    pub high_value: Option<f64>,
    /// How it is known; for a sum, the least sure of its parts.
    pub basis: Basis,
    /// Whether the product is known to have been without stock at some time of the day. For sums
    /// of several series: false.
    pub stockout: bool,
    /// Units known to have been received on the day.
    pub receipts: f64,
}

/// Stock of one product on one future day, by simulation. Quantiles do not add up, so there are
/// no rows for sums of several products or places.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ProjectedStockRow {
    /// The series' level.
    pub series_level: SeriesLevel,
    /// The series' id.
    pub series_id: String,
    /// The day.
    #[serde(serialize_with = "iso_day")]
    pub day: Day,
    /// Median units on hand.
    pub median: f64,
    /// Lower limit of the 80 % interval.
    pub lower_80: f64,
    /// Upper limit of the 80 % interval.
    pub upper_80: f64,
}

/// One product's share of net revenue of the last 365 days.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct AbcRow {
    /// The place, or empty for all places together (`marts.abc`). Rows of places are optional.
    pub location_id: String,
    /// The product.
    pub product_id: String,
    /// The product's name.
    pub name: String,
    /// The product's category.
    pub category: String,
    /// Net revenue in money.
    pub value: f64,
    /// Share of all net revenue, 0-1.
    pub value_share: f64,
    /// Share of this product and all before it, 0-1.
    pub cumulative_share: f64,
    /// Place in the list, 1 first.
    pub value_rank: u64,
    /// `A`, `B` or `C`, over all places.
    pub abc_class: String,
}

/// Stock of one product at the end of one week.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct HeatmapRow {
    /// The place, or empty for all places together. Rows of places are optional.
    pub location_id: String,
    /// The product.
    pub product_id: String,
    /// The week's first day.
    #[serde(serialize_with = "iso_day")]
    pub week_start: Day,
    /// Units on hand at the end of the week's last known day: the median where projected, the
    /// upper limit where bound, the lower limit where bound and nothing limits it upwards.
    pub units: f64,
    /// Days that these units last at the demand of the following weeks; `None` if there is none.
    pub cover_days: Option<f64>,
    /// How it is known.
    pub basis: Basis,
    /// Whether `units` is the lower limit of a bound.
    pub at_least: bool,
    /// Whether a day of the week is known to have been without stock.
    pub stockout: bool,
}
