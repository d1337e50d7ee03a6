//! What the configuration says, as tables that the models read.

use crate::{Config, PipelineError, calendar_rows, policy_rows};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow::error::ArrowError;
use shelfcast_engine::{EngineError, Session};
use shelfcast_lake::TableName;
use shelfcast_retail::{Day, Feed};
use std::sync::Arc;

/// Registers `config.settings` (one row) and `config.feeds` (one row per feed).
pub(crate) async fn register(
    session: &Session,
    config: &Config,
    business_date: Option<Day>,
) -> Result<(), PipelineError> {
    let failed = |error: ArrowError| EngineError::query("read the configuration")(error.into());
    let settings = settings_row(config, business_date).map_err(failed)?;
    let table = TableName::new("config", "settings")?;
    session.register_rows(&table, settings.schema(), vec![settings])?;
    policy_rows::register(session, config)?;
    calendar_rows::register(session, &config.calendar, business_date).await?;
    let feeds = feed_rows(session).await?;
    let table = TableName::new("config", "feeds")?;
    Ok(session.register_rows(&table, feeds.schema(), vec![feeds])?)
}

fn settings_row(config: &Config, business_date: Option<Day>) -> Result<RecordBatch, ArrowError> {
    let integer = |value: Option<i64>| -> ArrayRef { Arc::new(Int64Array::from(vec![value])) };
    let flag = |value: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![value])) };
    let float = |value: f64| -> ArrayRef { Arc::new(Float64Array::from(vec![value])) };
    let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let exact = |value: Option<f64>, precision: u8| -> Result<ArrayRef, ArrowError> {
        let parts = value.map(|value| (value * 10_000.0).round() as i128);
        Ok(Arc::new(Decimal128Array::from(vec![parts]).with_precision_and_scale(precision, 4)?))
    };
    let costs = &config.costs;
    let policy = &config.policy;
    let forecast = &config.forecast;
    RecordBatch::try_from_iter_with_nullable([
        ("project", text(&config.project.name), true),
        ("currency", text(&config.project.currency), true),
        (
            "business_date",
            Arc::new(Date32Array::from(vec![business_date.map(Day::epoch_days)])) as ArrayRef,
            true,
        ),
        ("lead_time_days", integer(policy.lead_time_days.map(i64::from)), true),
        ("lead_time_is_assumed", flag(config.is_assumed("lead_time_days")), true),
        ("measured_lead_times", flag(policy.measured_lead_times), true),
        ("budget", exact(policy.budget, 18)?, true),
        ("supplier_cover_days", integer(Some(i64::from(policy.supplier_cover_days))), true),
        ("holding_rate", exact(Some(costs.holding_rate), 5)?, true),
        ("order_cost", exact(Some(costs.order_cost), 18)?, true),
        ("order_line_cost", exact(Some(costs.order_line_cost), 18)?, true),
        ("salvage_share", exact(Some(costs.salvage_share), 5)?, true),
        ("goodwill", exact(Some(costs.goodwill), 9)?, true),
        ("excess_days", integer(Some(i64::from(policy.excess_days))), true),
        ("dead_after_days", integer(Some(i64::from(policy.dead_after_days))), true),
        ("commitment_days", integer(Some(i64::from(policy.commitment_days))), true),
        ("horizon_days", integer(Some(i64::from(forecast.horizon_days))), true),
        ("origins", integer(Some(i64::from(forecast.origins))), true),
        ("paths", integer(Some(i64::from(forecast.paths))), true),
        ("seed", integer(Some(forecast.seed as i64)), true),
        ("abc_a", float(config.abc.a), true),
        ("abc_b", float(config.abc.b), true),
        ("country", Arc::new(StringArray::from(vec![config.calendar.country.as_deref()])), true),
        ("hold_doubtful_stock", flag(policy.hold_doubtful_stock), true),
    ])
}

async fn feed_rows(session: &Session) -> Result<RecordBatch, PipelineError> {
    let union: Vec<String> = Feed::ALL
        .iter()
        .map(|feed| {
            format!("select '{feed}' as feed, cast(count(*) as bigint) as n_rows from raw.{feed}")
        })
        .collect();
    let sql = format!("select * from ({}) order by feed", union.join(" union all "));
    let (schema, batches) = session.collect(&sql).await?;
    arrow::compute::concat_batches(&schema, &batches)
        .map_err(|error| EngineError::query("count the feeds")(error.into()).into())
}
