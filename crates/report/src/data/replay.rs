//! What policies came to when the past was decided again.

use serde::Serialize;
use shelfcast_charts::Day;

use super::iso_day;

/// One row of `marts.replays`: one policy over the measured days, or what really happened.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ReplayRow {
    /// The policy.
    pub policy: String,
    /// First measured day.
    #[serde(serialize_with = "iso_day")]
    pub measured_from: Day,
    /// Last measured day.
    #[serde(serialize_with = "iso_day")]
    pub measured_until: Day,
    /// Products at places that were replayed.
    pub n_items: u64,
    /// Share of replenishment cycles without unmet demand.
    pub cycle_service: Option<f64>,
    /// Share of units met at once.
    pub fill_rate: Option<f64>,
    /// The same, each unit weighing its cost.
    pub value_fill_rate: Option<f64>,
    /// Mean closing stock at cost.
    pub mean_stock_value: Option<f64>,
    /// Orders.
    pub orders: u64,
    /// Order lines.
    pub order_lines: u64,
    /// Cost of keeping stock.
    pub holding_cost: Option<f64>,
    /// Cost of orders and their lines.
    pub ordering_cost: Option<f64>,
    /// Cost of what was written off, less what it still brought.
    pub write_off_cost: Option<f64>,
    /// Margin of demand that was lost.
    pub lost_margin: Option<f64>,
    /// All of these costs.
    pub total_cost: Option<f64>,
    /// Stock value at the end less that at the start.
    pub stock_change: Option<f64>,
}

/// One row of `marts.replay_curves`: a policy at one setting of its knob.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ReplayCurveRow {
    /// The policy.
    pub policy: String,
    /// What was turned: a service target, days of safety, a safety factor.
    pub setting: f64,
    /// Value-weighted share of demand met at once.
    pub value_fill_rate: f64,
    /// Mean closing stock at cost.
    pub mean_stock_value: f64,
    /// Holding, ordering and write-off.
    pub operating_cost: f64,
    /// The same and lost margin.
    pub total_cost: f64,
}
