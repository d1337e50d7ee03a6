//! The table of a replay.

use super::policies::Replayed;
use crate::arguments::{Format, ReplayArguments};
use crate::commands::query;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use std::sync::Arc;

/// Prints one row per policy.
pub fn print(rows: &[Replayed], arguments: &ReplayArguments) -> anyhow::Result<()> {
    let batch = batch(rows)?;
    let format = if arguments.json { Format::Json } else { arguments.format };
    query::print(format, &batch.schema(), &[batch])
}

fn batch(rows: &[Replayed]) -> anyhow::Result<RecordBatch> {
    let rounded = |value: f64, decimals: i32| {
        let scale = 10_f64.powi(decimals);
        (value * scale).round() / scale
    };
    let share = |value: &dyn Fn(&Replayed) -> Option<f64>| -> ArrayRef {
        let values = rows.iter().map(|row| value(row).map(|share| rounded(share, 4)));
        Arc::new(values.collect::<Float64Array>())
    };
    let money = |value: &dyn Fn(&Replayed) -> f64| -> ArrayRef {
        let values = rows.iter().map(|row| rounded(value(row), 2));
        Arc::new(Float64Array::from_iter_values(values))
    };
    let whole = |value: &dyn Fn(&Replayed) -> u32| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| i64::from(value(row)))))
    };
    let names = StringArray::from_iter_values(rows.iter().map(|row| &row.name));
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("policy", Arc::new(names) as ArrayRef, false),
        ("cycle_service", share(&|row| row.summary.cycle_service_level()), true),
        ("fill_rate", share(&|row| row.summary.fill_rate()), true),
        ("value_fill_rate", share(&|row| row.summary.value_fill_rate()), true),
        ("mean_stock_value", money(&|row| row.summary.mean_stock_value), true),
        ("orders", whole(&|row| row.summary.orders), true),
        ("order_lines", whole(&|row| row.summary.order_lines), true),
        ("holding_cost", money(&|row| row.summary.holding_cost), true),
        ("ordering_cost", money(&|row| row.summary.ordering_cost), true),
        ("write_off_cost", money(&|row| row.summary.write_off_cost), true),
        ("lost_margin", money(&|row| row.summary.lost_margin), true),
        ("total_cost", money(&|row| row.summary.total_cost()), true),
        ("stock_change", money(&|row| row.summary.stock_change), true),
    ])?)
}
