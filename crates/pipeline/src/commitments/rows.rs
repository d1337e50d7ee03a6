//! Commitments as rows of `raw.commitments`.

use crate::{PipelineError, raw};
use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type};
use arrow::error::ArrowError;
use serde::Serialize;
use shelfcast_engine::{EngineError, Session};
use shelfcast_retail::{Day, Money, Quantity};
use std::collections::BTreeMap;
use std::sync::Arc;

const EXACT: DataType = DataType::Decimal128(18, 4);

/// An order line that a buyer stands by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commitment {
    /// The line, as `marts.order_proposals` called it.
    pub order_line_id: String,
    /// The product.
    pub product_id: String,
    /// The place.
    pub location_id: String,
    /// Who is to deliver, where known.
    pub supplier_id: Option<String>,
    /// Units that are ordered.
    #[serde(serialize_with = "as_text")]
    pub quantity: Quantity,
    /// What one unit costs, where known.
    #[serde(serialize_with = "as_optional_text")]
    pub unit_cost: Option<Money>,
    /// The day it is ordered on.
    #[serde(serialize_with = "as_text")]
    pub ordered_on: Day,
    /// The day it can be sold from.
    #[serde(serialize_with = "as_text")]
    pub expected_on: Day,
    /// The id of the purchase order that takes its place.
    pub reference: String,
    /// Why this quantity, as it was proposed.
    pub reason: String,
}

fn as_text<T: ToString, S: serde::Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&value.to_string())
}

fn as_optional_text<T: ToString, S: serde::Serializer>(
    value: &Option<T>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => as_text(value, to),
        None => to.serialize_none(),
    }
}

/// What became of an order line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Approved,
    Withdrawn,
}

impl Word {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One row that is appended.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) word: Word,
    pub(super) commitment: Commitment,
}

/// What was said of order lines so far.
#[derive(Debug)]
pub(super) struct KnownCommitments {
    /// The newest word on each line, by its id.
    pub(super) lines: BTreeMap<String, Event>,
    /// The number of the next row.
    pub(super) next_sequence: i64,
}

impl KnownCommitments {
    pub(super) async fn read(session: &Session) -> Result<Self, PipelineError> {
        let sql = "select * from raw.commitments order by sequence";
        let (schema, batches) = session.collect(sql).await?;
        let mut known = Self { lines: BTreeMap::new(), next_sequence: 1 };
        let batch = concat_batches(&schema, &batches).map_err(form)?;
        let sequences = column(&batch, "sequence", &DataType::Int64)?;
        let words = column(&batch, "event", &DataType::Utf8)?;
        for (row, commitment) in commitments_of(&batch)?.into_iter().enumerate() {
            let word = match words.as_string::<i32>().value(row) {
                "withdrawn" => Word::Withdrawn,
                _ => Word::Approved,
            };
            known.next_sequence = sequences.as_primitive::<Int64Type>().value(row) + 1;
            known.lines.insert(commitment.order_line_id.clone(), Event { word, commitment });
        }
        Ok(known)
    }

    /// The commitment in force under `order_line_id`.
    pub(super) fn in_force(&self, order_line_id: &str) -> Option<&Commitment> {
        let event = self.lines.get(order_line_id)?;
        (event.word == Word::Approved).then_some(&event.commitment)
    }
}

/// The rows of a query that has the columns of a commitment.
pub(super) fn commitments_of(batch: &RecordBatch) -> Result<Vec<Commitment>, PipelineError> {
    let ids = column(batch, "order_line_id", &DataType::Utf8)?;
    let products = column(batch, "product_id", &DataType::Utf8)?;
    let locations = column(batch, "location_id", &DataType::Utf8)?;
    let suppliers = column(batch, "supplier_id", &DataType::Utf8)?;
    let quantities = column(batch, "quantity", &EXACT)?;
    let costs = column(batch, "unit_cost", &EXACT)?;
    let ordered = column(batch, "ordered_on", &DataType::Date32)?;
    let expected = column(batch, "expected_on", &DataType::Date32)?;
    let references = column(batch, "reference", &DataType::Utf8)?;
    let reasons = column(batch, "reason", &DataType::Utf8)?;
    let text = |array: &ArrayRef, row: usize| array.as_string::<i32>().value(row).to_owned();
    let parts = |array: &ArrayRef, row: usize| array.as_primitive::<Decimal128Type>().value(row);
    let day = |array: &ArrayRef, row: usize| {
        Day::from_epoch_days(array.as_primitive::<Date32Type>().value(row))
    };
    Ok((0..batch.num_rows())
        .map(|row| Commitment {
            order_line_id: text(&ids, row),
            product_id: text(&products, row),
            location_id: text(&locations, row),
            supplier_id: suppliers.is_valid(row).then(|| text(&suppliers, row)),
            quantity: Quantity::from_parts(parts(&quantities, row)),
            unit_cost: costs.is_valid(row).then(|| Money::from_parts(parts(&costs, row))),
            ordered_on: day(&ordered, row),
            expected_on: day(&expected, row),
            reference: text(&references, row),
            reason: text(&reasons, row),
        })
        .collect())
}

fn column(batch: &RecordBatch, name: &str, kind: &DataType) -> Result<ArrayRef, PipelineError> {
    let found = batch.column_by_name(name).ok_or_else(|| {
        form(ArrowError::SchemaError(format!("commitments have no column {name}")))
    })?;
    cast(found, kind).map_err(form)
}

fn form(error: ArrowError) -> PipelineError {
    EngineError::query("read commitments")(error.into()).into()
}

/// `events` as rows numbered from `first` on, all of one instant.
pub(super) fn event_rows(
    events: &[Event],
    first: i64,
    now_millis: i64,
) -> Result<RecordBatch, PipelineError> {
    let lines = || events.iter().map(|event| &event.commitment);
    let text = |value: &dyn Fn(&Commitment) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(lines().map(value)))
    };
    let day = |value: &dyn Fn(&Commitment) -> Day| -> ArrayRef {
        Arc::new(Date32Array::from_iter_values(lines().map(|line| value(line).epoch_days())))
    };
    let exact = |values: Decimal128Array| -> Result<ArrayRef, PipelineError> {
        Ok(Arc::new(values.with_precision_and_scale(18, 4).map_err(form)?))
    };
    let words = events.iter().map(|event| event.word.as_str());
    let instants = TimestampMicrosecondArray::from_value(now_millis * 1_000, events.len());
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(first..first + events.len() as i64)),
        text(&|line| line.order_line_id.clone()),
        Arc::new(StringArray::from_iter_values(words)),
        text(&|line| line.product_id.clone()),
        text(&|line| line.location_id.clone()),
        Arc::new(lines().map(|line| line.supplier_id.clone()).collect::<StringArray>()),
        exact(lines().map(|line| Some(line.quantity.parts())).collect())?,
        exact(lines().map(|line| line.unit_cost.map(Money::parts)).collect())?,
        day(&|line| line.ordered_on),
        day(&|line| line.expected_on),
        text(&|line| line.reference.clone()),
        text(&|line| line.reason.clone()),
        Arc::new(instants.with_timezone("UTC")),
    ];
    RecordBatch::try_new(raw::commitments_schema(), columns).map_err(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_is_read_as_it_was_written() {
        let commitment = Commitment {
            order_line_id: "2024-08-27/L1/TEA".to_owned(),
            product_id: "TEA".to_owned(),
            location_id: "L1".to_owned(),
            supplier_id: None,
            quantity: "12.5".parse().unwrap(),
            unit_cost: Some("1.25".parse().unwrap()),
            ordered_on: "2024-08-27".parse().unwrap(),
            expected_on: "2024-09-10".parse().unwrap(),
            reference: "PO-7".to_owned(),
            reason: "Order 12.5.".to_owned(),
        };
        let other = Commitment {
            supplier_id: Some("S1".to_owned()),
            unit_cost: None,
            ..commitment.clone()
        };
        let events = [
            Event { word: Word::Approved, commitment: commitment.clone() },
            Event { word: Word::Withdrawn, commitment: other.clone() },
        ];
        let rows = event_rows(&events, 41, 1_000).unwrap();
        assert_eq!(commitments_of(&rows).unwrap(), [commitment, other]);
        let sequences = rows.column(0).as_primitive::<Int64Type>();
        assert_eq!(sequences.values().to_vec(), [41, 42]);
    }
}
