//! What sold: by period and group, by basket, by price and promotion.

use serde::Serialize;
use shelfcast_charts::Day;

use super::{Decimal, iso_day, iso_day_or_empty};

/// One line of `marts.sales_by_period`: one group's sales of one period, beside the period before
/// and the same period a year before.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PeriodSalesRow {
    /// `day`, `week`, `month` or `year` of the trading calendar.
    pub frequency: String,
    /// The period's first day.
    #[serde(serialize_with = "iso_day")]
    pub period_start: Day,
    /// The period's last day.
    #[serde(serialize_with = "iso_day")]
    pub period_end: Day,
    /// The period's name, as in `2025-02` or `2025-W09`.
    pub label: String,
    /// `total`, `category`, `location`, `supplier`, `product`, `segment`, `age_band`, `gender`,
    /// `payment_method`, `promotion` or `discount_band`.
    pub dimension: String,
    /// The group: `all` for the total, else an id or a word.
    pub value: String,
    /// The group's name; if empty, its value is shown.
    pub name: String,
    /// A day's public holiday or event, from `intermediate.calendar`; empty if it has none, and
    /// for longer periods; of totals of weeks, the weeks that end in a month or year.
    pub occasion: String,
    /// Whether all days of the period are known.
    pub is_complete: bool,
    /// Baskets in which something was sold; `None` for what a basket can have several of.
    pub n_purchases: Option<u64>,
    /// Sale lines.
    pub n_lines: u64,
    /// Units sold.
    pub units: Decimal,
    /// Units returned.
    pub returned_units: Decimal,
    /// Money before discounts; `None` if no price is known.
    pub gross: Option<Decimal>,
    /// Discounts in money; `None` if no price is known.
    pub discount: Option<Decimal>,
    /// Net revenue in money; `None` if no price is known.
    pub net: Option<Decimal>,
    /// What the lines brought whose cost is known.
    pub net_with_cost: Option<Decimal>,
    /// Cost of these lines.
    pub cost: Option<Decimal>,
    /// `net_with_cost` less `cost`.
    pub margin: Option<Decimal>,
    /// Units of the period before; `None` if it is not known whole.
    pub previous_units: Option<Decimal>,
    /// Net revenue of the period before.
    pub previous_net: Option<Decimal>,
    /// Units of the same period a year before; `None` if it is not known whole.
    pub last_year_units: Option<Decimal>,
    /// Net revenue of the same period a year before.
    pub last_year_net: Option<Decimal>,
}

/// One line of `marts.basket_sizes`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct BasketSizeRow {
    /// The place.
    pub location_id: String,
    /// Lines sold in one basket; 11 stands for more than ten.
    pub n_sold_lines: u64,
    /// Purchases of that size in the last 365 days.
    pub n_purchases: u64,
    /// Units sold in them.
    pub units: Decimal,
    /// What they brought, in money; `None` if no price is known.
    pub net: Option<Decimal>,
    /// The same for one purchase.
    pub net_per_purchase: Option<Decimal>,
}

/// One line of `marts.price_points`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PricePointRow {
    /// The product.
    pub product_id: String,
    /// The price paid for a unit, after discounts.
    pub price_paid: Decimal,
    /// Days of a place on which it was paid; `None` of totals of weeks or months.
    pub n_place_days: Option<u64>,
    /// The first of them.
    #[serde(serialize_with = "iso_day")]
    pub first_day: Day,
    /// The last of them.
    #[serde(serialize_with = "iso_day")]
    pub last_day: Day,
    /// Units sold at it.
    pub units: Decimal,
    /// What they brought, in money.
    pub net: Option<Decimal>,
    /// Units sold at it on one such day; `None` of totals of weeks or months.
    pub units_per_place_day: Option<f64>,
}

/// One line of `marts.promotion_effects`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PromotionEffectRow {
    /// The promotion.
    pub promotion_id: String,
    /// The product.
    pub product_id: String,
    /// The place.
    pub location_id: String,
    /// Its first day.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub starts_on: Option<Day>,
    /// Its last day, or the last known one.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub ends_on: Option<Day>,
    /// The promotion's price.
    pub price: Option<Decimal>,
    /// The promotion's discount, 0-1.
    pub discount: Option<f64>,
    /// Days that count before it.
    pub days_before: u64,
    /// Days that count during it.
    pub days_during: u64,
    /// Days that count after it.
    pub days_after: u64,
    /// Units sold during it.
    pub units_during: Decimal,
    /// What they brought, in money.
    pub net_during: Option<Decimal>,
    /// Units a day before; `None` without a day that counts.
    pub daily_units_before: Option<f64>,
    /// Units a day during.
    pub daily_units_during: Option<f64>,
    /// Units a day after.
    pub daily_units_after: Option<f64>,
    /// The rate during over the rate before.
    pub uplift: Option<f64>,
}
