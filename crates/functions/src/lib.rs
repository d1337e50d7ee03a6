//! The SQL faces of the demand models and the order core.
//!
//! | function | kind | gives |
//! |---|---|---|
//! | `demand_profile(period_start, units, availability, frequency)` | aggregate | what one series adds to a pool |
//! | `seasonal_pool(profile)` | aggregate | what many series have in common |
//! | `fit_demand(period_start, units, availability, frequency, horizon, origins, pool, is_ended [, drivers, coming, weights, driver_pool])` | aggregate | one fitted model with its readable figures |
//! | `pool_drivers(model)` | aggregate | what models say of each driver together |
//! | `pool_methods(model)` | aggregate | how the methods of many models did |
//! | `calibrate_demand(model)` | aggregate | how models of one pool err |
//! | `calibration_of_class(calibration, demand_class)` | scalar | what one demand class needs of it |
//! | `forecast(model, future, levels, calibration [, coming])` | scalar | mean, median and intervals of the periods in `future` |
//! | `explain_demand(model, future, coming)` | scalar | each mean taken apart: base, season, drivers |
//! | `forecast_totals(model, first_steps, last_steps, levels, calibration)` | scalar | demand of weeks and other spans of days, with intervals from paths |
//! | `sample_paths(model, horizon, paths, seed, calibration)` | scalar | simulated demand of single series |
//! | `demand_holdout(model, levels, calibration)` | scalar | the last rolling origin against what happened |
//! | `plan_order(model, calibration, inputs)` | scalar | an order and the steps that sum to it |
//! | `project_stock(model, calibration, inputs, proposed_quantity, proposed_on, n_days)` | scalar | stock on each coming day |
//! | `measured_lead_time(days, is_open)` | aggregate | how long orders took, open ones counted |
//! | `business_day(instant, written, source_zone, place_zone)` | scalar | the day on the clocks of a place |
//! | `combine_stock(sample)` | aggregate | projected stock of several series together |
//!
//! Two are no functions but steps over a whole table: [`Reconciliation`] makes forecasts add up, and
//! [`settle_orders`] settles all orders of a list at once.
//!
//! Functions are known by name, so that a plan can be run by any process of the same build.
//! An aggregate's state is mergeable and its answer does not depend on the order of its rows.

mod business_day;
mod calibration_of_class;
mod columns;
mod combine_stock;
mod demand_profile;
mod demand_series;
mod driver_rows;
mod explain_demand;
mod fit_demand;
mod fit_options;
mod forecast;
mod forecast_totals;
mod holdout;
mod inputs;
mod measured_lead_time;
mod order_list;
mod plan_order;
mod pool_models;
mod project_stock;
mod reconcile;
mod sample_paths;
mod seasonal_pool;

pub use inputs::closure_days;
pub use order_list::{settle_orders, settled_schema};
pub use reconcile::Reconciliation;

use datafusion_expr::{AggregateUDF, ScalarUDF};

/// Every scalar function.
pub fn scalar_functions() -> Vec<ScalarUDF> {
    vec![
        ScalarUDF::from(forecast::ForecastFunction::new()),
        ScalarUDF::from(explain_demand::ExplainDemand::new()),
        ScalarUDF::from(forecast_totals::ForecastTotals::new()),
        ScalarUDF::from(sample_paths::SamplePathsFunction::new()),
        ScalarUDF::from(holdout::HoldoutFunction::new()),
        ScalarUDF::from(business_day::BusinessDay::new()),
        ScalarUDF::from(calibration_of_class::CalibrationOfClass::new()),
        ScalarUDF::from(plan_order::PlanOrder::new()),
        ScalarUDF::from(project_stock::ProjectStock::new()),
    ]
}

/// Every aggregate function.
pub fn aggregate_functions() -> Vec<AggregateUDF> {
    let mut functions = vec![
        AggregateUDF::from(demand_profile::DemandProfile::new()),
        AggregateUDF::from(seasonal_pool::SeasonalPoolFunction::new()),
        AggregateUDF::from(fit_demand::FitDemand::new()),
        AggregateUDF::from(combine_stock::CombineStock::new()),
        AggregateUDF::from(measured_lead_time::MeasuredLeadTime::new()),
    ];
    functions.extend(pool_models::aggregates());
    functions
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_functions_share_a_name() {
        let scalars = scalar_functions();
        let aggregates = aggregate_functions();
        let names: BTreeSet<&str> = scalars
            .iter()
            .map(|function| function.name())
            .chain(aggregates.iter().map(|function| function.name()))
            .collect();
        assert_eq!(names.len(), scalars.len() + aggregates.len());
    }
}
