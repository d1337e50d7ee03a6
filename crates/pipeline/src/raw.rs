//! The raw tables: what came in, append only, with where each row came from.

use crate::PipelineError;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use shelfcast_engine::{Session, storable_schema};
use shelfcast_lake::{Publication, TableName};
use shelfcast_retail::Feed;
use std::sync::Arc;

/// The columns that ingest adds behind the contract's own.
pub(crate) const BATCH_COLUMN: &str = "_batch_id";
pub(crate) const SEQUENCE_COLUMN: &str = "_sequence";

pub(crate) fn feed_table(feed: Feed) -> Result<TableName, PipelineError> {
    Ok(TableName::new("raw", feed.as_str())?)
}

/// One row per file and feed that came in.
pub(crate) fn batches_table() -> Result<TableName, PipelineError> {
    Ok(TableName::new("raw", "batches")?)
}

/// One row per other file that had the bytes of a batch when it came in, where files correct each
/// other by their names.
pub(crate) fn copies_table() -> Result<TableName, PipelineError> {
    Ok(TableName::new("raw", "copies")?)
}

/// One row per rule that a row broke.
pub(crate) fn rejected_table() -> Result<TableName, PipelineError> {
    Ok(TableName::new("raw", "rejected")?)
}

/// One row per batch that was taken back or replaced.
pub(crate) fn retractions_table() -> Result<TableName, PipelineError> {
    Ok(TableName::new("raw", "retractions")?)
}

/// One row per row that does not count while another batch is in force.
pub(crate) fn hidden_rows_table() -> Result<TableName, PipelineError> {
    Ok(TableName::new("raw", "hidden_rows")?)
}

/// One row per word on an order line: approved or withdrawn.
pub(crate) fn commitments_table() -> Result<TableName, PipelineError> {
    Ok(TableName::new("raw", "commitments")?)
}

/// One row per step of a line that was approved, as it was approved.
pub(crate) fn commitment_steps_table() -> Result<TableName, PipelineError> {
    Ok(TableName::new("raw", "commitment_steps")?)
}

/// Every raw table.
pub(crate) fn tables() -> Result<Vec<(TableName, SchemaRef)>, PipelineError> {
    let mut tables = vec![
        (batches_table()?, batches_schema()),
        (copies_table()?, copies_schema()),
        (rejected_table()?, rejected_schema()),
        (retractions_table()?, retractions_schema()),
        (hidden_rows_table()?, hidden_rows_schema()),
        (commitments_table()?, commitments_schema()),
        (commitment_steps_table()?, commitment_steps_schema()),
    ];
    for feed in Feed::ALL {
        tables.push((feed_table(feed)?, feed_schema(feed)));
    }
    Ok(tables)
}

/// The contract's columns, then the batch that brought the row and that batch's number.
pub(crate) fn feed_schema(feed: Feed) -> SchemaRef {
    let contract = shelfcast_contracts::arrow_schema(feed);
    let mut fields: Vec<Field> =
        contract.fields().iter().map(|field| field.as_ref().clone()).collect();
    fields.push(Field::new(BATCH_COLUMN, DataType::Utf8, true));
    fields.push(Field::new(SEQUENCE_COLUMN, DataType::Int64, true));
    storable_schema(&Schema::new(fields))
}

pub(crate) fn batches_schema() -> SchemaRef {
    schema(&[
        ("batch_id", DataType::Utf8),
        ("sequence", DataType::Int64),
        ("feed", DataType::Utf8),
        ("file", DataType::Utf8),
        ("source", DataType::Utf8),
        ("content_hash", DataType::Utf8),
        ("header", DataType::Utf8),
        ("source_period", DataType::Utf8),
        ("time_zone", DataType::Utf8),
        ("corrections", DataType::Utf8),
        ("bytes", DataType::Int64),
        ("rows_read", DataType::Int64),
        ("rows_accepted", DataType::Int64),
        ("rows_rejected", DataType::Int64),
        ("rows_repeated", DataType::Int64),
        ("ingested_at", instant()),
    ])
}

pub(crate) fn copies_schema() -> SchemaRef {
    schema(&[("sequence", DataType::Int64), ("file", DataType::Utf8)])
}

pub(crate) fn rejected_schema() -> SchemaRef {
    schema(&[
        ("batch_id", DataType::Utf8),
        ("sequence", DataType::Int64),
        ("feed", DataType::Utf8),
        ("file", DataType::Utf8),
        ("row", DataType::Int64),
        ("offset", DataType::Int64),
        ("ordinal", DataType::Int64),
        ("part", DataType::Utf8),
        ("rule", DataType::Utf8),
        ("severity", DataType::Utf8),
        ("column_name", DataType::Utf8),
        ("found", DataType::Utf8),
        ("allowed", DataType::Utf8),
        ("message", DataType::Utf8),
        ("text", DataType::Utf8),
        ("money", DataType::Decimal128(18, 4)),
    ])
}

pub(crate) fn retractions_schema() -> SchemaRef {
    schema(&[
        ("sequence", DataType::Int64),
        ("batch_id", DataType::Utf8),
        ("reason", DataType::Utf8),
        ("by_sequence", DataType::Int64),
        ("retracted_at", instant()),
    ])
}

pub(crate) fn hidden_rows_schema() -> SchemaRef {
    schema(&[
        ("feed", DataType::Utf8),
        ("sequence", DataType::Int64),
        ("ordinal", DataType::Int64),
        ("by_sequence", DataType::Int64),
        ("reason", DataType::Utf8),
    ])
}

pub(crate) fn commitments_schema() -> SchemaRef {
    schema(&[
        ("sequence", DataType::Int64),
        ("order_line_id", DataType::Utf8),
        ("event", DataType::Utf8),
        ("product_id", DataType::Utf8),
        ("location_id", DataType::Utf8),
        ("supplier_id", DataType::Utf8),
        ("quantity", DataType::Decimal128(18, 4)),
        ("unit_cost", DataType::Decimal128(18, 4)),
        ("ordered_on", DataType::Date32),
        ("expected_on", DataType::Date32),
        ("reference", DataType::Utf8),
        ("reason", DataType::Utf8),
        ("recorded_at", instant()),
    ])
}

pub(crate) fn commitment_steps_schema() -> SchemaRef {
    schema(&[
        ("sequence", DataType::Int64),
        ("order_line_id", DataType::Utf8),
        ("step_number", DataType::Int64),
        ("step", DataType::Utf8),
        ("quantity", DataType::Decimal128(18, 4)),
        ("note", DataType::Utf8),
        ("input", DataType::Utf8),
        ("input_version", DataType::Int64),
        ("build_id", DataType::Utf8),
    ])
}

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    let fields: Vec<Field> =
        columns.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect();
    Arc::new(Schema::new(fields))
}

/// Makes every raw table readable: published ones at their version, others empty.
pub(crate) async fn register(
    session: &Session,
    publication: Option<&Publication>,
) -> Result<(), PipelineError> {
    for (table, schema) in tables()? {
        match publication.and_then(|publication| publication.version(&table)) {
            Some(version) => session.register(&table, version).await?,
            None => session.register_rows(&table, schema, vec![])?,
        }
    }
    Ok(())
}
