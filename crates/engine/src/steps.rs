//! Table steps: what turns the rows of a model's query into the rows of its table.
//!
//! A step is a plan above the query's plan, so it runs wherever plans run.
//!
//! To add one that makes a table of all rows of another: write its case in [`Step`], as a
//! `WholeTable`. One that goes row by row gets a plan in a file of its own under `steps/`.

mod lay_out_days;
mod whole_table;

use crate::EngineError;
use datafusion::physical_plan::ExecutionPlan;
use shelfcast_functions::Reconciliation;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use whole_table::{WholeTable, WholeTablePlan};

const SETTLE_ORDERS: &str = "settle_orders";

/// A table step, as a model's header names it.
///
/// ```text
/// -- step: lay_out_days: period_start
/// -- step: reconcile: product_location -> product by product_id, location by location_id
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Each row, which holds from its `from_day` to its `until_day`, becomes a row for each of
    /// those days, which stands in a column of this name. The order of the rows is kept.
    LayOutDays {
        /// The column of the day.
        day: String,
    },
    /// A row a series, with its forecasts, becomes a row for each period, of means that add up.
    Reconcile(Reconciliation),
    /// The lines of a list of orders are settled together: suppliers' minimums, then the budget.
    SettleOrders,
}

impl Step {
    /// The plan of the step above `plan`.
    pub(crate) fn above(
        &self,
        plan: Arc<dyn ExecutionPlan>,
    ) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        match self {
            Self::LayOutDays { day } => {
                let plan = lay_out_days::LayOutDays::new(plan, day)
                    .map_err(EngineError::query(format!("do the step {self}")))?;
                Ok(Arc::new(plan))
            }
            Self::Reconcile(levels) => {
                let levels = levels.clone();
                let step = WholeTable {
                    name: self.to_string(),
                    schema: Reconciliation::schema(),
                    apply: Arc::new(move |rows| levels.reconcile(rows)),
                };
                Ok(Arc::new(WholeTablePlan::new(plan, step)))
            }
            Self::SettleOrders => {
                let step = WholeTable {
                    name: self.to_string(),
                    schema: shelfcast_functions::settled_schema(),
                    apply: Arc::new(shelfcast_functions::settle_orders),
                };
                Ok(Arc::new(WholeTablePlan::new(plan, step)))
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LayOutDays { day } => write!(formatter, "lay_out_days: {day}"),
            Self::Reconcile(levels) => write!(formatter, "reconcile: {levels}"),
            Self::SettleOrders => formatter.write_str(SETTLE_ORDERS),
        }
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == SETTLE_ORDERS => Ok(Self::SettleOrders),
            Some(("lay_out_days", day)) if !day.trim().is_empty() => {
                Ok(Self::LayOutDays { day: day.trim().to_owned() })
            }
            Some(("reconcile", levels)) => levels.trim().parse().map(Self::Reconcile),
            _ => Err(format!(
                "a step is `lay_out_days: column`, `reconcile: levels` or `settle_orders`, found `{text}`"
            )),
        }
    }
}
