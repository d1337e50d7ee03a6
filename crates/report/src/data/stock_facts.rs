//! What is in stock, what is stuck, what ran out, and what is in doubt.

use serde::Serialize;
use shelfcast_charts::Day;

use super::{Decimal, iso_day_or_empty};

/// One line of `marts.stock_facts`. What needs known days and has too few of them is `None`, with
/// the reason in `not_stated_because`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct StockFactsRow {
    /// The product.
    pub product_id: String,
    /// The place.
    pub location_id: String,
    /// The product's name.
    pub name: String,
    /// The product's category; may be empty.
    pub category: String,
    /// The supplier; empty if not known.
    pub supplier_id: String,
    /// Cost of one unit.
    pub unit_cost: Option<Decimal>,
    /// Price of one unit.
    pub unit_price: Option<Decimal>,
    /// Units on hand, at least.
    pub on_hand: Option<Decimal>,
    /// Units on hand, at most; `None` if nothing limits them.
    pub on_hand_high: Option<Decimal>,
    /// How that is known: `counted`, `derived` or `bound`.
    pub basis: String,
    /// On hand at cost.
    pub stock_value: Option<Decimal>,
    /// On hand at the price.
    pub retail_value: Option<Decimal>,
    /// On hand over the mean daily sales of the last 91 days.
    pub backward_cover_days: Option<f64>,
    /// Counted and derived days of the last 365.
    pub known_days: u64,
    /// The first of them.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub known_from: Option<Day>,
    /// The last of them.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub known_until: Option<Day>,
    /// Counts of the last 365 days.
    pub n_counts: u64,
    /// Those of them that found nothing, while on sale.
    pub n_counts_without_stock: u64,
    /// Mean of the closings of known days, at cost.
    pub average_stock_value: Option<Decimal>,
    /// Cost of what sold on known days.
    pub cost_of_sales: Option<Decimal>,
    /// Margin of what sold on known days.
    pub margin: Option<Decimal>,
    /// Cost of sales over average stock, a year.
    pub turns: Option<f64>,
    /// Gross margin over average stock at cost, a year.
    pub gmroi: Option<f64>,
    /// Units sold over opening plus received units, 0-1.
    pub sell_through: Option<f64>,
    /// Share of the known days on sale with stock, 0-1.
    pub in_stock_share: Option<f64>,
    /// Known days on sale.
    pub days_on_sale: Option<u64>,
    /// Days without any stock.
    pub full_stockout_days: Option<u64>,
    /// Days that ended without stock, with sales.
    pub censored_days: Option<u64>,
    /// Units that would have sold, estimated.
    pub lost_units: Option<f64>,
    /// Their lower limit: low and high hold four times in five.
    pub lost_units_low: Option<f64>,
    /// Their upper limit.
    pub lost_units_high: Option<f64>,
    /// The estimate in net revenue.
    pub lost_net: Option<Decimal>,
    /// The estimate in margin.
    pub lost_margin: Option<Decimal>,
    /// Why something above is not stated; empty if all is.
    pub not_stated_because: String,
}

/// One line of `marts.stock_facts_by`: the stock facts of a group of products and places.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct StockFactsByRow {
    /// `total`, `category`, `location`, `supplier` or `abc_class`.
    pub dimension: String,
    /// The group: `all` for the total, else an id or a word.
    pub value: String,
    /// The group's name; if empty, its value is shown.
    pub name: String,
    /// Products and places with a count.
    pub n_items: u64,
    /// Those of them whose turns are stated.
    pub n_stated: u64,
    /// Units on hand.
    pub on_hand: Option<Decimal>,
    /// On hand at cost.
    pub stock_value: Option<Decimal>,
    /// On hand at the price.
    pub retail_value: Option<Decimal>,
    /// Average stock at cost of those stated.
    pub average_stock_value: Option<Decimal>,
    /// Cost of what sold, of those stated.
    pub cost_of_sales: Option<Decimal>,
    /// Margin of what sold, of those stated.
    pub margin: Option<Decimal>,
    /// Cost of sales over average stock, a year.
    pub turns: Option<f64>,
    /// Gross margin over average stock at cost, a year.
    pub gmroi: Option<f64>,
    /// Counts of the last 365 days.
    pub n_counts: u64,
    /// Those of them that found nothing, while on sale.
    pub n_counts_without_stock: u64,
    /// Share of the known days on sale with stock, 0-1.
    pub in_stock_share: Option<f64>,
    /// Days of a product at a place without any stock.
    pub full_stockout_days: Option<u64>,
    /// Days of a product at a place that ended without stock, with sales.
    pub censored_days: Option<u64>,
    /// Units that would have sold, estimated.
    pub lost_units: Option<f64>,
    /// Their lower limit: low and high hold four times in five.
    pub lost_units_low: Option<f64>,
    /// Their upper limit.
    pub lost_units_high: Option<f64>,
    /// The estimate in net revenue.
    pub lost_net: Option<Decimal>,
    /// The estimate in margin.
    pub lost_margin: Option<Decimal>,
}

/// `marts.lost_sales` of one month: what would have sold on days on which stock ran out.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct LostSalesRow {
    /// The first day of the month of the trading calendar.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub month_start: Option<Day>,
    /// Days of a product at a place without any stock.
    pub full_stockout_days: u64,
    /// Days of a product at a place that ended without stock, with sales.
    pub censored_days: u64,
    /// Those of both without an estimate, for want of a day in stock nearby.
    pub n_without_estimate: u64,
    /// Units lost, estimated; `None` if none of the days has an estimate.
    pub lost_units: Option<f64>,
    /// Their lower limit: low and high hold four times in five.
    pub lost_units_low: Option<f64>,
    /// Their upper limit.
    pub lost_units_high: Option<f64>,
    /// The estimate in net revenue.
    pub lost_net: Option<Decimal>,
    /// The estimate in margin.
    pub lost_margin: Option<Decimal>,
}

/// One line of `marts.stock_ageing`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct StockAgeingRow {
    /// The product.
    pub product_id: String,
    /// The place.
    pub location_id: String,
    /// Days since receipt: `0-30`, `31-60`, `61-90`, `91-180`, `181-365` or `over 365`.
    pub age_band: String,
    /// Age in days of the youngest units.
    pub youngest_days: u64,
    /// Age in days of the oldest units.
    pub oldest_days: u64,
    /// Units of that age, first in first out.
    pub units: Decimal,
    /// The same at cost.
    pub stock_value: Option<Decimal>,
}

/// One line of `marts.stock_checks`: a doubt about the stock of a product at a place.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct StockCheckRow {
    /// `negative_stock`, `unexplained`, `unbalanced_transfer`, `phantom_stock`,
    /// `sold_before_launch`, or another in the same form.
    pub check_kind: String,
    /// The product.
    pub product_id: String,
    /// The place.
    pub location_id: String,
    /// The product's name.
    pub name: String,
    /// Units concerned.
    pub units: Option<Decimal>,
    /// The same at cost, without sign.
    pub stock_value: Option<Decimal>,
    /// The last day that it was seen on.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub last_seen_on: Option<Day>,
    /// Whether today's stock is in doubt.
    pub is_in_doubt: bool,
    /// What is wrong, for a reader.
    pub sentence: String,
}
