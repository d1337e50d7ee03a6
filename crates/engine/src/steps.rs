//! Table steps: what turns the rows of a model's query into the rows of its table.
//!
//! A step is a plan above the query's plan, so it runs wherever plans run.
//!
//! To add one: write its plan in a file of its own under `steps/`, and its case in [`Step`].

mod lay_out_days;
mod reconcile;

use crate::EngineError;
use datafusion::physical_plan::ExecutionPlan;
use shelfcast_functions::Reconciliation;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

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
}

impl Step {
    /// The plan of the step above `plan`.
    pub(crate) fn above(
        &self,
        plan: Arc<dyn ExecutionPlan>,
    ) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        let day = match self {
            Self::LayOutDays { day } => day,
            Self::Reconcile(levels) => {
                return Ok(Arc::new(reconcile::Reconcile::new(plan, levels.clone())));
            }
        };
        let plan = lay_out_days::LayOutDays::new(plan, day)
            .map_err(EngineError::query(format!("do the step {self}")))?;
        Ok(Arc::new(plan))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LayOutDays { day } => write!(formatter, "lay_out_days: {day}"),
            Self::Reconcile(levels) => write!(formatter, "reconcile: {levels}"),
        }
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("lay_out_days", day)) if !day.trim().is_empty() => {
                Ok(Self::LayOutDays { day: day.trim().to_owned() })
            }
            Some(("reconcile", levels)) => levels.trim().parse().map(Self::Reconcile),
            _ => Err(format!(
                "a step is `lay_out_days: column` or `reconcile: levels`, found `{text}`"
            )),
        }
    }
}
