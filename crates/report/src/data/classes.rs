//! Classes of products by value and by steadiness.

use serde::Serialize;
use shelfcast_charts::Day;

use super::{Decimal, iso_day_or_empty};

/// One line of `marts.product_classes`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ProductClassRow {
    /// The product.
    pub product_id: String,
    /// The product's name.
    pub name: String,
    /// The product's category; may be empty.
    pub category: String,
    /// `A`, `B` or `C`.
    pub abc_class: String,
    /// `X`, `Y` or `Z`; empty where periods are too few.
    pub xyz_class: String,
    /// Coefficient of variation of the units of a period.
    pub units_cv: Option<f64>,
    /// The period that it is of: `week`, or `month` where sales came by the month.
    pub xyz_frequency: String,
    /// Such periods known since the launch.
    pub n_periods: u64,
    /// `smooth`, `erratic`, `intermittent` or `lumpy`; empty if not known.
    pub demand_class: String,
    /// The period that the demand class is by.
    pub demand_frequency: String,
    /// Mean interval between periods with demand.
    pub adi: Option<f64>,
    /// Squared coefficient of variation of the sizes of demand.
    pub cv2: Option<f64>,
    /// What it brought in the last 365 days.
    pub value: Option<Decimal>,
    /// What the value is: `net revenue`, or `units` where no price is known.
    pub value_kind: String,
    /// Share of all value, 0-1.
    pub value_share: Option<f64>,
    /// ABC class at the last run for an earlier business date; empty without one.
    pub previous_abc_class: String,
    /// XYZ class at that run.
    pub previous_xyz_class: String,
    /// That run's business date.
    #[serde(serialize_with = "iso_day_or_empty")]
    pub previous_business_date: Option<Day>,
    /// Whether a class has changed since.
    pub has_changed: bool,
}

/// One line of `marts.class_matrix`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ClassCellRow {
    /// `A`, `B` or `C`.
    pub abc_class: String,
    /// `X`, `Y`, `Z`, or `none` where weeks are too few.
    pub xyz_class: String,
    /// Products in both classes.
    pub n_products: u64,
    /// Those of them whose class changed since the last run.
    pub n_changed: u64,
    /// What they brought in the last 365 days.
    pub value: Option<Decimal>,
    /// What the value is: `net revenue`, or `units` where no price is known.
    pub value_kind: String,
    /// Units of them on hand.
    pub on_hand: Option<Decimal>,
    /// The same at cost.
    pub stock_value: Option<Decimal>,
    /// Margin lost to stockouts, estimated.
    pub lost_margin: Option<Decimal>,
}
