//! What a report is made from: plain rows, one struct per mart.

mod classes;
mod customers;
mod forecasts;
mod order_list;
mod planning;
mod quality;
mod replay;
mod sales;
mod series;
mod stock_facts;
mod suppliers;

pub use classes::{ClassCellRow, ProductClassRow};
pub use customers::{CohortRow, SegmentRow};
pub use forecasts::{
    AccuracyRow, CoverageRow, CoverageStepRow, ForecastRow, HoldoutRow, ModelRow, PartRow,
    SeriesStatusRow,
};
pub use order_list::{CommitmentRow, ExpediteRow, LeftOutRow, SupplierOrderRow};
pub use planning::{ExceptionRow, InventoryRow, OrderRow, OrderStepRow};
pub use quality::{AssumptionRow, RejectedRow, RunLimitRow};
pub use replay::{ReplayCurveRow, ReplayRow};
pub use sales::{BasketSizeRow, PeriodSalesRow, PricePointRow, PromotionEffectRow};
pub use series::{
    AbcRow, Availability, Basis, HeatmapRow, Measure, ProjectedStockRow, SalesRow, SeriesLevel,
    SeriesRow, StockRow, frequency,
};
pub use stock_facts::{
    LostSalesRow, StockAgeingRow, StockCheckRow, StockFactsByRow, StockFactsRow,
};
pub use suppliers::{LeadTimeRow, SupplierRow};

use serde::{Serialize, Serializer};
use shelfcast_charts::Day;

/// An exact decimal number as text, such as `-1234.5000`: digits, one optional point, one
/// optional leading minus. Money has the currency of [`Run::currency`]. Text that is no such
/// number is shown as it is and adds nothing to a sum.
pub type Decimal = String;

/// Everything that the report shows.
///
/// Each list is one query over one mart; a row's fields are the mart's columns under the mart's
/// names. Order of rows does not matter. A list without rows is a section that says why it is
/// empty. Customers are counted in groups; nothing here has a place for one customer's data.
///
/// The lists that are drawn (`sales`, `stock`, `projected_stock`, `heatmap`, `forecasts`,
/// `holdout`) are meant for the series in [`series`](Self::series): rows of other series are
/// written to the CSV tables and not drawn. The first [`PRODUCTS_DRAWN`](crate::PRODUCTS_DRAWN)
/// products and the first 20 categories and places by rank are drawn, and the page says so.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportData {
    /// Which run this is.
    pub run: Run,
    /// Figures that no other list holds.
    pub key_figures: KeyFigures,
    /// `marts.exceptions`.
    pub exceptions: Vec<ExceptionRow>,
    /// `marts.order_proposals`.
    pub orders: Vec<OrderRow>,
    /// `marts.order_proposal_steps`.
    pub order_steps: Vec<OrderStepRow>,
    /// `marts.supplier_orders`.
    pub supplier_orders: Vec<SupplierOrderRow>,
    /// `marts.orders_left_out`.
    pub orders_left_out: Vec<LeftOutRow>,
    /// `marts.commitments` that no purchase order has taken over yet.
    pub commitments: Vec<CommitmentRow>,
    /// `marts.expedite_list`.
    pub expedite_list: Vec<ExpediteRow>,
    /// `marts.inventory_status`.
    pub inventory_status: Vec<InventoryRow>,
    /// The series that can be chosen.
    pub series: Vec<SeriesRow>,
    /// Sales by series and period: `intermediate.demand`, summed by level.
    pub sales: Vec<SalesRow>,
    /// Stock by series and day: `marts.stock_ledger`, summed by level.
    pub stock: Vec<StockRow>,
    /// `marts.projected_stock` of products with one place.
    pub projected_stock: Vec<ProjectedStockRow>,
    /// `marts.abc`, and optionally the same by place.
    pub abc: Vec<AbcRow>,
    /// Stock at the end of each week: `marts.stock_ledger` and `marts.projected_stock`.
    pub heatmap: Vec<HeatmapRow>,
    /// `marts.demand_models` without the model itself.
    pub models: Vec<ModelRow>,
    /// `marts.forecasts`.
    pub forecasts: Vec<ForecastRow>,
    /// `marts.forecast_parts`.
    pub parts: Vec<PartRow>,
    /// `marts.forecast_holdout`.
    pub holdout: Vec<HoldoutRow>,
    /// `marts.forecast_accuracy`.
    pub accuracy: Vec<AccuracyRow>,
    /// `marts.forecast_coverage`.
    pub coverage: Vec<CoverageRow>,
    /// `marts.forecast_coverage_by_step`.
    pub coverage_by_step: Vec<CoverageStepRow>,
    /// `marts.replays`; empty if nothing was replayed.
    pub replays: Vec<ReplayRow>,
    /// `marts.replay_curves`, in the order of their settings; empty if no curve was traced.
    pub replay_curves: Vec<ReplayCurveRow>,
    /// `marts.series_status`, counted by reason.
    pub series_status: Vec<SeriesStatusRow>,
    /// `marts.run_limits`.
    pub run_limits: Vec<RunLimitRow>,
    /// `raw.rejected`, counted by rule.
    pub rejected: Vec<RejectedRow>,
    /// What was assumed where the data is silent.
    pub assumptions: Vec<AssumptionRow>,
    /// `marts.sales_by_period`: the total by all periods, groups by whole months and the last
    /// weeks, the first products of the last whole month.
    pub period_sales: Vec<PeriodSalesRow>,
    /// `marts.basket_sizes`.
    pub basket_sizes: Vec<BasketSizeRow>,
    /// `marts.price_points` of promoted and of the first products.
    pub price_points: Vec<PricePointRow>,
    /// `marts.promotion_effects`.
    pub promotion_effects: Vec<PromotionEffectRow>,
    /// `marts.stock_facts`.
    pub stock_facts: Vec<StockFactsRow>,
    /// `marts.stock_facts_by`.
    pub stock_facts_by: Vec<StockFactsByRow>,
    /// `marts.lost_sales`, summed by month.
    pub lost_sales: Vec<LostSalesRow>,
    /// `marts.stock_ageing`.
    pub stock_ageing: Vec<StockAgeingRow>,
    /// `marts.stock_checks`.
    pub stock_checks: Vec<StockCheckRow>,
    /// `marts.product_classes`.
    pub product_classes: Vec<ProductClassRow>,
    /// `marts.class_matrix`.
    pub class_matrix: Vec<ClassCellRow>,
    /// `marts.supplier_performance`.
    pub supplier_performance: Vec<SupplierRow>,
    /// `marts.lead_times`.
    pub lead_times: Vec<LeadTimeRow>,
    /// `marts.customer_segments`.
    pub customer_segments: Vec<SegmentRow>,
    /// `marts.customer_cohorts`.
    pub customer_cohorts: Vec<CohortRow>,
}

/// Which run this is: the head of the report.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Run {
    /// The project's name.
    pub project: String,
    /// The day that orders are made for.
    #[serde(serialize_with = "iso_day")]
    pub business_date: Day,
    /// Why it is this day, as in `the day after the last known sale`.
    pub business_date_reason: String,
    /// The program's build id.
    pub build_id: String,
    /// First day with data, if there is any.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub first_day: Option<Day>,
    /// Day of the last sale, if there is any.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub last_sale_on: Option<Day>,
    /// Day of the last stock count, if there is any.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub last_count_on: Option<Day>,
    /// ISO 4217 code of the one currency, as in `GBP`; empty if not known.
    pub currency: String,
    /// Seed of everything drawn at random.
    pub seed: Option<u64>,
    /// Products in the data.
    pub products: u64,
    /// Places in the data.
    pub locations: u64,
    /// Suppliers in the data.
    pub suppliers: u64,
}

/// Key figures that cannot be summed from the other lists.
///
/// `None` means not known, and the page says so; it never means zero.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct KeyFigures {
    /// Whether the days are those of the last whole month, where sales come by the month.
    pub recent_is_month: bool,
    /// First of the last 28 known days.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub recent_from: Option<Day>,
    /// Last of the last 28 known days.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub recent_to: Option<Day>,
    /// Net sales of these 28 days, in money.
    pub recent_net: Option<Decimal>,
    /// What of it is sales that tell no price, valued at the product list's.
    pub recent_net_at_list_price: Option<Decimal>,
    /// Units sold in these 28 days.
    pub recent_units: Option<Decimal>,
    /// Net sales of the 28 days before, in money; `None` where these are not known whole.
    pub previous_net: Option<Decimal>,
    /// Units sold in the 28 days before.
    pub previous_units: Option<Decimal>,
    /// Lost margin at risk of all products and places, in money: expected unmet units before the
    /// next possible receipt times (net price - cost).
    pub lost_margin_at_risk: Option<Decimal>,
    /// Days of a product at a place without stock, of the days on which that is known.
    pub stockout_days: Option<u64>,
    /// Days of a product at a place on which it is known whether there was stock.
    pub stock_known_days: Option<u64>,
    /// Why stockout days are not known, as in `needs a count and receipts`.
    pub stockout_reason: String,
    /// Median days between two purchases, over customers with several.
    pub median_days_between: Option<f64>,
}

/// Writes a day as in `2024-08-26`.
pub(crate) fn iso(day: Day) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    jiff::Span::new()
        .try_days(i64::from(day))
        .ok()
        .and_then(|span| epoch.checked_add(span).ok())
        .map_or_else(|| format!("day {day}"), |date| date.to_string())
}

pub(crate) fn iso_day<S: Serializer>(day: &Day, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&iso(*day))
}

pub(crate) fn iso_day_or_empty<S: Serializer>(
    day: &Option<Day>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&day.map_or_else(String::new, iso))
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn days_are_written_as_iso_8601() {
        // 2024-08-26 is 19,961 days after 1970-01-01: 54 years with 13 leap days (19,723) and
        // 238 days into a leap year.
        assert_eq!(iso(19_961), "2024-08-26");
        assert_eq!(iso(0), "1970-01-01");
        assert_eq!(iso(-1), "1969-12-31");
        assert_eq!(iso(i32::MAX), format!("day {}", i32::MAX));
    }
}
