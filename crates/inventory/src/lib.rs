//! From sample paths of demand to tomorrow's order, with its reasons.
//!
//! [`plan_order`] sizes one order of one product at one place under the (R,S)
//! policy, [`project_stock`] shows where its stock is heading, and
//! [`status`](status()) says what is wrong with it. All three use one clock,
//! [`protection_interval`], and one rule for demand that finds no stock,
//! [`Unmet`]. The closed forms of the textbook are here too: they are what the
//! simulated answers are tested against.
//!
//! Demand arrives as plain [`DemandPaths`]: how it was forecast, and how a
//! table of products is read and written, does not belong here. Nothing here
//! knows today's date or draws a random number.
//!
//! After the forecast all arithmetic is exact. The paths are rounded once to
//! four decimals; an order's steps then sum to its quantity by construction.
//!
//! ```
//! use shelfcast_inventory::{DemandPaths, Position, Unmet, project_stock};
//! use shelfcast_retail::Quantity;
//!
//! let paths = DemandPaths::new(&[2.0, 3.0, 1.0, 2.0, 2.0, 2.0], 2, 3)?;
//! let position = Position { on_hand: Quantity::from_whole(5), ..Position::default() };
//! let stock_day = "2024-08-26".parse()?;
//! let projection = project_stock(&paths, stock_day, &position, None, 3, Unmet::Lost)?;
//! let closings: Vec<f64> = projection.days.iter().map(|day| day.median).collect();
//! assert_eq!(closings, [3.0, 0.0, 0.0]);
//! assert_eq!(projection.run_out_on, Some("2024-08-28".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ageing;
mod aim;
mod arithmetic;
mod budget;
mod clock;
mod costs;
mod curve;
mod error;
mod figures;
mod lead_time_law;
mod lead_times;
mod limits;
mod lots;
mod order_days;
mod parts;
mod paths;
mod plan;
mod policy;
mod position;
mod projection;
mod reorder;
mod replenishment;
mod sentence;
mod service;
mod sizing;
mod status;
mod steps;
mod stock;
mod strategy;
mod supplier_minimum;
mod supply_calendar;
mod text;
mod textbook;

pub use budget::{BudgetLine, Budgeted, allocate_budget};
pub use clock::{MAX_INTERVAL_DAYS, ProtectionInterval, protection_interval};
pub use costs::Costs;
pub use error::PlanError;
pub use lead_time_law::LeadTimeDistribution;
pub use lead_times::LeadTimes;
pub use lots::Lots;
pub use order_days::OrderDays;
pub use paths::{DemandPaths, MAX_DAILY_DEMAND};
pub use plan::{MarginSaved, OrderPlan, plan_order};
pub use policy::{Constraints, Economics, Policy, Unmet};
pub use position::{OpenOrder, Position};
pub use projection::{
    ProjectedDay, Projection, SAMPLED_PATHS, project_replenishment, project_stock,
};
pub use replenishment::{Replenishment, plan_replenishment, replenishment_days};
pub use sentence::{ListChange, amended_opening};
pub use service::{
    ReorderPoint, normal_fill_rate_order_up_to, normal_fill_rate_reorder_quantity, normal_loss,
    normal_reorder_point,
};
pub use status::{
    SalesHistory, StatusThresholds, StockStatus, excess_limit, status, surplus_orders,
};
pub use steps::{Step, StepKind};
pub use strategy::{FRESH_INTERVALS, Lot, Rule, Strategy, Target};
pub use supplier_minimum::{SupplierLine, SupplierOrder, SupplierOutcome, meet_supplier_minimum};
pub use supply_calendar::SupplyCalendar;
pub use textbook::{
    Newsvendor, economic_order_quantity, joint_order_interval, normal_cycle_service_level,
    normal_newsvendor, normal_safety_stock,
};
