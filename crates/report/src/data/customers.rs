//! Who came back: groups of customers, never one of them.

use serde::Serialize;
use shelfcast_charts::Day;

use super::{Decimal, iso_day, iso_day_or_empty};

/// One line of `marts.customer_segments`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SegmentRow {
    /// The segment by recency, frequency and money, as in `champions`.
    pub segment: String,
    /// The segment that was given with the customers; `unknown` where none was.
    pub given_segment: String,
    /// Customers in both.
    pub n_customers: u64,
    /// What they brought, in money.
    pub monetary: Option<Decimal>,
    /// Days with a purchase, added up over them.
    pub n_purchase_days: u64,
    /// Share of them with purchases on two days or more, 0-1.
    pub repeat_rate: f64,
    /// Mean days since the last purchase.
    pub mean_recency_days: f64,
    /// Mean days with a purchase.
    pub mean_frequency: f64,
}

/// One line of `marts.customer_cohorts`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CohortRow {
    /// The first day of the month of the first purchase.
    #[serde(serialize_with = "iso_day")]
    pub cohort_month: Day,
    /// The name of that month in the trading calendar, as in `2025-02` or `2024-P12`.
    pub cohort_label: String,
    /// Months since, 0 the first.
    pub months_since: u64,
    /// The first day of that month.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub month_start: Option<Day>,
    /// Customers who first bought in the cohort's month.
    pub n_customers: u64,
    /// Those of them who bought in this month.
    pub n_active: u64,
    /// `n_active` over `n_customers`, 0-1.
    pub retention: f64,
    /// What they brought in this month, in money.
    pub net: Option<Decimal>,
    /// Whether the month is not over.
    pub is_running: bool,
}
