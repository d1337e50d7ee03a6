//! The list of orders as a whole: suppliers' minimums, what was left out, what should come earlier.

use serde::Serialize;
use shelfcast_charts::Day;

use super::{Decimal, iso_day, iso_day_or_empty};

/// One line of `marts.supplier_orders`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SupplierOrderRow {
    /// The supplier.
    pub supplier_id: String,
    /// The supplier's name.
    pub supplier_name: String,
    /// The place it delivers to.
    pub location_id: String,
    /// Lines that are ordered.
    pub n_lines: u64,
    /// Their value at cost.
    pub value: Option<Decimal>,
    /// The least value that the supplier delivers; `None` if there is none.
    pub min_order_value: Option<Decimal>,
    /// What the planned lines missed of it.
    pub missing_value: Option<Decimal>,
    /// `reached`, `raised`, `waits` or `nothing`.
    pub outcome: String,
    /// Lines that wait for the supplier's order day.
    pub n_waiting_lines: u64,
    /// The day of the order or, where it waits, the next day on which the supplier takes one.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub next_order_on: Option<Day>,
}

/// One line of `marts.orders_left_out`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct LeftOutRow {
    /// The line's id.
    pub order_line_id: String,
    /// The product.
    pub product_id: String,
    /// The product's name.
    pub name: String,
    /// The place.
    pub location_id: String,
    /// Units that were planned.
    pub planned_quantity: Decimal,
    /// Units that are ordered.
    pub quantity: Decimal,
    /// Value at cost of what was left out.
    pub left_out_value: Option<Decimal>,
    /// Margin lost before an order could arrive, whatever is ordered.
    pub lost_margin_at_risk: Option<Decimal>,
    /// Margin lost through the last day that the order would cover, if nothing is ordered.
    pub lost_margin_without_order: Option<Decimal>,
    /// The next day on which the supplier takes an order of what is missing.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub next_order_on: Option<Day>,
    /// Why it was left out.
    pub reason: String,
}

/// One line of `marts.commitments`: approved, and no purchase order with its reference has come.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CommitmentRow {
    /// The line's id.
    pub order_line_id: String,
    /// The reference that its purchase order will have.
    pub reference: String,
    /// The product.
    pub product_id: String,
    /// The product's name.
    pub name: String,
    /// The place.
    pub location_id: String,
    /// The supplier.
    pub supplier_id: String,
    /// Units approved.
    pub quantity: Decimal,
    /// Their value at cost.
    pub value: Option<Decimal>,
    /// The day of the order.
    #[serde(serialize_with = "iso_day")]
    pub ordered_on: Day,
    /// The day on which it should arrive.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub expected_on: Option<Day>,
    /// Days since the day of the order.
    pub age_days: u64,
    /// `waiting`, `overdue` or `expired`.
    pub status: String,
    /// A purchase order under another id that may be the one meant; empty if there is none.
    pub look_alike_order_id: String,
}

/// One line of `marts.expedite_list`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ExpediteRow {
    /// The purchase order, or the approved line.
    pub order_id: String,
    /// The product.
    pub product_id: String,
    /// The product's name.
    pub name: String,
    /// The place.
    pub location_id: String,
    /// Units to come.
    pub quantity: Decimal,
    /// The day on which stock runs out.
    #[serde(serialize_with = "iso_day")]
    pub run_out_on: Day,
    /// The day on which they are due.
    #[serde(serialize_with = "iso_day")]
    pub due_on: Day,
    /// Units expected to be lost meanwhile.
    pub unmet_units: Option<Decimal>,
    /// Their margin.
    pub lost_margin: Option<Decimal>,
}
