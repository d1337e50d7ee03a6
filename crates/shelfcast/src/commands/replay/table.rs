//! The table of a replay.

use super::history::History;
use super::policies::{Curve, Replayed};
use crate::arguments::{Format, ReplayArguments};
use crate::commands::query;
use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use shelfcast_replay::ExchangePoint;
use shelfcast_retail::Day;
use std::sync::Arc;

/// What is kept of a replay: the same, with its span and a position to order by.
pub fn kept(rows: &[Replayed], history: &History) -> anyhow::Result<RecordBatch> {
    let n_rows = rows.len();
    let days = |day: Day| Arc::new(Date32Array::from(vec![day.epoch_days(); n_rows])) as ArrayRef;
    let numbers = |values: Vec<i64>| Arc::new(Int64Array::from(values)) as ArrayRef;
    let known = batch(rows)?;
    let fields = known.schema();
    let columns = fields.fields().iter().zip(known.columns());
    let mut named: Vec<(&str, ArrayRef, bool)> = vec![
        ("position", numbers((1..=n_rows as i64).collect()), false),
        ("measured_from", days(history.measure_from), false),
        ("measured_until", days(history.last), false),
        ("n_items", numbers(vec![history.items.len() as i64; n_rows]), false),
    ];
    named.extend(
        columns.map(|(field, column)| {
            (field.name().as_str(), Arc::clone(column), field.is_nullable())
        }),
    );
    Ok(RecordBatch::try_from_iter_with_nullable(named)?)
}

/// The points of exchange curves, one row each.
pub fn curves(curves: &[Curve]) -> anyhow::Result<RecordBatch> {
    let points =
        || curves.iter().flat_map(|curve| curve.points.iter().map(|at| (curve.name(), at)));
    let float = |value: &dyn Fn(&ExchangePoint) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(points().map(|(_, point)| value(point))))
    };
    let names = points().map(|(name, _)| Some(name)).collect::<StringArray>();
    let position = Int64Array::from_iter_values(1..=points().count() as i64);
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("position", Arc::new(position) as ArrayRef, false),
        ("policy", Arc::new(names), false),
        ("setting", float(&|point| point.setting), false),
        ("value_fill_rate", float(&|point| point.fill_rate), false),
        ("mean_stock_value", float(&|point| point.stock_value), false),
        ("operating_cost", float(&|point| point.operating_cost), false),
        ("total_cost", float(&|point| point.total_cost), false),
    ])?)
}

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
