//! How suppliers deliver.

use serde::Serialize;
use shelfcast_charts::Day;

use super::{Decimal, iso_day_or_empty};

/// One line of `marts.supplier_performance`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SupplierRow {
    /// The supplier.
    pub supplier_id: String,
    /// The supplier's name.
    pub name: String,
    /// Orders.
    pub n_orders: u64,
    /// Order lines.
    pub n_lines: u64,
    /// Products ordered.
    pub n_products: u64,
    /// Day of the first order.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub first_ordered_on: Option<Day>,
    /// Day of the last order.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub last_ordered_on: Option<Day>,
    /// Ordered units at the orders' costs.
    pub ordered_value: Option<Decimal>,
    /// The lead time that the supplier states.
    pub stated_lead_time_days: Option<f64>,
    /// The measured mean, over what is known.
    pub mean_lead_time_days: Option<f64>,
    /// The measured median; `None` if open orders leave it unknown.
    pub median_lead_time_days: Option<f64>,
    /// The measured 90 % quantile; `None` if open orders leave it unknown.
    pub lead_time_days_90: Option<f64>,
    /// Lines of which nothing has come yet.
    pub n_open: u64,
    /// Lines that were due by yesterday.
    pub n_due: u64,
    /// Those of them that were not complete in time.
    pub n_late: u64,
    /// Share of due lines complete in time, 0-1; `None` without a due line.
    pub on_time_share: Option<f64>,
    /// Mean days that late lines came late.
    pub mean_days_late: Option<f64>,
    /// Received over ordered units of due lines, 0-1; `None` without a due line.
    pub fill_rate: Option<f64>,
    /// Share of lines in several deliveries, or due and not complete, 0-1.
    pub partial_share: Option<f64>,
    /// Last unit cost over first of the last 365 days, less 1, weighted by units.
    pub price_drift: Option<f64>,
}

/// One line of `marts.lead_times`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct LeadTimeRow {
    /// The supplier.
    pub supplier_id: String,
    /// The product.
    pub product_id: String,
    /// Order lines.
    pub n_lines: u64,
    /// Those of them of which something came.
    pub n_received: u64,
    /// Those of them of which nothing has come yet.
    pub n_open: u64,
    /// The lead time that the supplier states.
    pub stated_lead_time_days: Option<f64>,
    /// The measured mean, over what is known.
    pub mean_days: Option<f64>,
    /// The measured median; `None` if open orders leave it unknown.
    pub median_days: Option<f64>,
    /// The measured 90 % quantile; `None` if open orders leave it unknown.
    pub days_90: Option<f64>,
    /// The longest measured.
    pub longest_days: Option<f64>,
}
