use crate::{Model, PipelineError};
use shelfcast_lake::TableName;
use std::collections::BTreeMap;
use std::path::Path;

macro_rules! models {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../../models/", $path)))),+]
    };
}

/// Every file under `models/`; a test compares the list with the folder.
const FILES: &[(&str, &str)] = models![
    "staging/batches.sql",
    "staging/calendar.sql",
    "staging/commitment_steps.sql",
    "staging/commitments.sql",
    "staging/customers.sql",
    "staging/hidden_rows.sql",
    "staging/item_settings.sql",
    "staging/locations.sql",
    "staging/movements.sql",
    "staging/prices.sql",
    "staging/products.sql",
    "staging/promotions.sql",
    "staging/purchase_orders.sql",
    "staging/receipts.sql",
    "staging/sales.sql",
    "staging/stock.sql",
    "staging/suppliers.sql",
    "intermediate/aggregate_periods.sql",
    "intermediate/baskets.sql",
    "intermediate/calendar.sql",
    "intermediate/calendar_drivers.sql",
    "intermediate/cancelled_sales.sql",
    "intermediate/clock.sql",
    "intermediate/coming_drivers.sql",
    "intermediate/daily_sales.sql",
    "intermediate/demand.sql",
    "intermediate/demand_pools.sql",
    "intermediate/demand_series.sql",
    "intermediate/driver_pools.sql",
    "intermediate/item_drivers.sql",
    "intermediate/item_periods.sql",
    "intermediate/items.sql",
    "intermediate/method_weights.sql",
    "intermediate/open_orders.sql",
    "intermediate/order_inputs.sql",
    "intermediate/order_lines.sql",
    "intermediate/order_list.sql",
    "intermediate/order_plans.sql",
    "intermediate/period_totals.sql",
    "intermediate/policies.sql",
    "intermediate/projection_inputs.sql",
    "intermediate/product_days.sql",
    "intermediate/promoted_days.sql",
    "intermediate/sale_lines.sql",
    "intermediate/sample_models.sql",
    "intermediate/sales_cells.sql",
    "intermediate/sales_gaps.sql",
    "intermediate/sales_periods.sql",
    "intermediate/series.sql",
    "intermediate/series_drivers.sql",
    "intermediate/series_days.sql",
    "intermediate/stock_balances.sql",
    "intermediate/stock_changes.sql",
    "intermediate/stock_now.sql",
    "intermediate/stock_runs.sql",
    "intermediate/stock_year.sql",
    "intermediate/stockout_days.sql",
    "marts/abc.sql",
    "marts/basket_sizes.sql",
    "marts/calibrations.sql",
    "marts/class_matrix.sql",
    "marts/commitments.sql",
    "marts/coherent_forecasts.sql",
    "marts/coherent_periods.sql",
    "marts/customer_cohorts.sql",
    "marts/customer_segments.sql",
    "marts/customers.sql",
    "marts/daily_sales.sql",
    "marts/demand_models.sql",
    "marts/exceptions.sql",
    "marts/expedite_list.sql",
    "marts/forecast_accuracy.sql",
    "marts/forecast_coverage.sql",
    "marts/forecast_coverage_by_step.sql",
    "marts/forecast_holdout.sql",
    "marts/forecast_parts.sql",
    "marts/forecasts.sql",
    "marts/inventory_status.sql",
    "marts/lead_times.sql",
    "marts/lost_sales.sql",
    "marts/order_proposal_steps.sql",
    "marts/order_proposals.sql",
    "marts/orders_left_out.sql",
    "marts/price_points.sql",
    "marts/product_classes.sql",
    "marts/projected_stock.sql",
    "marts/projected_stock_totals.sql",
    "marts/promotion_effects.sql",
    "marts/run_limits.sql",
    "marts/sales_by_period.sql",
    "marts/series_status.sql",
    "marts/stock_ageing.sql",
    "marts/stock_checks.sql",
    "marts/stock_facts.sql",
    "marts/stock_facts_by.sql",
    "marts/stock_ledger.sql",
    "marts/supplier_orders.sql",
    "marts/supplier_performance.sql",
    "marts/surplus_orders.sql",
];

/// The models that come with the program.
pub fn builtin_models() -> Result<Vec<Model>, PipelineError> {
    FILES.iter().map(|(path, text)| Model::parse(path, text)).collect()
}

/// The models of a project: the built-in ones, with those under its own `models/` folder
/// (`models/<schema>/<name>.sql`) added or put in their place.
pub fn project_models(folder: &Path) -> Result<Vec<Model>, PipelineError> {
    let mut models: BTreeMap<TableName, Model> =
        builtin_models()?.into_iter().map(|model| (model.table.clone(), model)).collect();
    let root = folder.join("models");
    for schema in entries(&root)? {
        for file in entries(&root.join(&schema))?.into_iter().filter(|file| file.ends_with(".sql"))
        {
            let path = root.join(&schema).join(&file);
            let text = read_text(&path)?;
            let mut model = Model::parse(&format!("{schema}/{file}"), &text)
                .map_err(|error| error.in_file(&path.display().to_string()))?;
            model.origin = path.display().to_string();
            model.is_replacement = models.contains_key(&model.table);
            models.insert(model.table.clone(), model);
        }
    }
    Ok(models.into_values().collect())
}

fn read_text(path: &Path) -> Result<String, PipelineError> {
    let shown = || path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| PipelineError::Io {
        action: "read",
        path: shown(),
        source,
    })?;
    String::from_utf8(bytes).map_err(|error| PipelineError::Model {
        model: shown(),
        message: format!("it is not UTF-8 text from byte {} on", error.utf8_error().valid_up_to()),
    })
}

/// The names in a folder, sorted; none where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<String>, PipelineError> {
    let failed =
        |source| PipelineError::Io { action: "list", path: folder.display().to_string(), source };
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_under_models_is_built() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        let mut found = BTreeSet::new();
        for folder in std::fs::read_dir(root).unwrap() {
            let folder = folder.unwrap().path();
            for file in std::fs::read_dir(&folder).unwrap() {
                let file = file.unwrap().file_name().into_string().unwrap();
                let folder = folder.file_name().unwrap().to_str().unwrap();
                found.insert(format!("{folder}/{file}"));
            }
        }
        let listed: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(listed, found);
    }

    #[test]
    fn every_model_parses() {
        assert_eq!(builtin_models().unwrap().len(), FILES.len());
    }
}
