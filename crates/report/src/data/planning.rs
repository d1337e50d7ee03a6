//! Orders, exceptions and stock: what a planner decides on.

use serde::Serialize;
use shelfcast_charts::Day;

use super::{Decimal, iso_day, iso_day_or_empty};

/// One line of `marts.exceptions`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ExceptionRow {
    /// Place in the list, 1 for the most money at stake.
    pub exception_rank: u64,
    /// `stocked_out`, `will_run_out`, `late_order`, `excess`, `dead_stock`, `negative_stock`,
    /// `no_lead_time`, or another in the same form.
    pub kind: String,
    /// The product.
    pub product_id: String,
    /// The place.
    pub location_id: String,
    /// The product's name.
    pub name: String,
    /// Units concerned.
    pub units: Option<Decimal>,
    /// Money at stake; `None` if it cannot be said.
    pub money_at_stake: Option<Decimal>,
    /// What is wrong, for a reader.
    pub sentence: String,
}

/// One line of `marts.order_proposals`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct OrderRow {
    /// The line's id, unique in the list.
    pub order_line_id: String,
    /// The product.
    pub product_id: String,
    /// The product's name.
    pub name: String,
    /// The product's category.
    pub category: String,
    /// The place.
    pub location_id: String,
    /// The supplier; empty if not known.
    pub supplier_id: String,
    /// The supplier's name; empty if not known.
    pub supplier_name: String,
    /// Units to order.
    pub quantity: Decimal,
    /// Cost of one unit.
    pub unit_cost: Option<Decimal>,
    /// Quantity times cost.
    pub order_value: Option<Decimal>,
    /// The day to order on.
    #[serde(serialize_with = "iso_day")]
    pub order_on: Day,
    /// The first day on which the goods can be sold.
    #[serde(serialize_with = "iso_day")]
    pub arrives_on: Day,
    /// The last day of the protection interval.
    #[serde(serialize_with = "iso_day")]
    pub covers_until: Day,
    /// Units on hand.
    pub on_hand: Decimal,
    /// Units on order.
    pub on_order: Decimal,
    /// The order-up-to level in units.
    pub order_up_to_level: Decimal,
    /// The safety stock in units.
    pub safety_stock: Decimal,
    /// Probability, 0-1, of a stockout in the protection interval if nothing is ordered.
    pub probability_of_stockout: Option<f64>,
    /// Expected units of unmet demand if nothing is ordered.
    pub expected_unmet_units: Option<f64>,
    /// Margin lost before the order can arrive, whatever is ordered.
    pub lost_margin_at_risk: Option<Decimal>,
    /// Margin lost through the last day that the order covers, if nothing is ordered.
    pub lost_margin_without_order: Option<Decimal>,
    /// Whether an input of this line was assumed.
    pub is_assumed: bool,
    /// Why this quantity, in one sentence.
    pub reason: String,
}

/// One line of `marts.order_proposal_steps`: the quantities of a line's steps add up to the
/// line's quantity.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct OrderStepRow {
    /// The order line.
    pub order_line_id: String,
    /// The step's place, from 1.
    pub step_number: u64,
    /// The step's name, as in `safety_stock`.
    pub step: String,
    /// Units added, or taken off if negative.
    pub quantity: Decimal,
    /// Where the quantity comes from.
    pub note: String,
}

/// One line of `marts.inventory_status`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct InventoryRow {
    /// The product.
    pub product_id: String,
    /// The place.
    pub location_id: String,
    /// The product's name.
    pub name: String,
    /// The product's category.
    pub category: String,
    /// The supplier; empty if not known.
    pub supplier_id: String,
    /// Units on hand; `None` if not known.
    pub on_hand: Option<Decimal>,
    /// How that is known: `counted`, `derived`, `bound` or `unknown`.
    pub on_hand_basis: String,
    /// Units on order.
    pub on_order: Option<Decimal>,
    /// The reorder point in units.
    pub reorder_point: Option<f64>,
    /// The first day on which the median of projected stock is zero.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub run_out_on: Option<Day>,
    /// The last day to order on if that is to be avoided.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub last_order_on: Option<Day>,
    /// `healthy`, `stocked_out`, `will_run_out`, `excess`, `dead_stock`, or another in that form.
    pub status: String,
    /// On hand at cost.
    pub stock_value: Option<Decimal>,
    /// Days that the stock lasts at the demand forecast.
    pub cover_days: Option<f64>,
    /// Day of the last sale.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub last_sold_on: Option<Day>,
    /// `A`, `B` or `C`; empty if not known.
    pub abc_class: String,
}
