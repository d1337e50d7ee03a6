//! Query results by row and column name.

use anyhow::{Context, anyhow};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use shelfcast_pipeline::Reader;
use shelfcast_report::Decimal;

/// The rows of one query.
pub struct Rows {
    batch: RecordBatch,
}

impl Rows {
    /// Runs the query and keeps its rows.
    pub async fn read(reader: &Reader, sql: &str) -> anyhow::Result<Self> {
        let (schema, batches) = reader.query(sql).await.context("read the report's rows")?;
        Self::of(&schema, &batches)
    }

    /// The rows of a query that was run.
    pub fn of(schema: &SchemaRef, batches: &[RecordBatch]) -> anyhow::Result<Self> {
        Ok(Self { batch: concat_batches(schema, batches)? })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    fn column(&self, name: &str) -> anyhow::Result<&ArrayRef> {
        self.batch.column_by_name(name).ok_or_else(|| anyhow!("the query gives no column {name}"))
    }

    /// The value as text; empty where it is null.
    pub fn text(&self, row: usize, name: &str) -> anyhow::Result<String> {
        let column = self.column(name)?;
        if column.is_null(row) {
            return Ok(String::new());
        }
        let text = ArrayFormatter::try_new(column.as_ref(), &FormatOptions::default())?
            .value(row)
            .to_string();
        Ok(if matches!(column.data_type(), DataType::Decimal128(..)) {
            shorten(&text)
        } else {
            text
        })
    }

    /// The columns `names`, each as numbers.
    pub fn numbers(&self, name: &str) -> anyhow::Result<Vec<Option<f64>>> {
        let values = cast(self.column(name)?, &DataType::Float64)?;
        Ok(values.as_primitive::<Float64Type>().iter().collect())
    }

    /// The column as texts; empty where null.
    pub fn texts(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let values = cast(self.column(name)?, &DataType::Utf8)?;
        Ok(values
            .as_string::<i32>()
            .iter()
            .map(|text| text.unwrap_or_default().to_owned())
            .collect())
    }

    /// The column as days since 1970-01-01.
    pub fn days(&self, name: &str) -> anyhow::Result<Vec<Option<i32>>> {
        let values = cast(self.column(name)?, &DataType::Date32)?;
        Ok(values.as_primitive::<Date32Type>().iter().collect())
    }

    /// The column as whole numbers.
    pub fn wholes(&self, name: &str) -> anyhow::Result<Vec<Option<i64>>> {
        let values = cast(self.column(name)?, &DataType::Int64)?;
        Ok(values.as_primitive::<Int64Type>().iter().collect())
    }

    /// The column as flags; null is false.
    pub fn flags(&self, name: &str) -> anyhow::Result<Vec<bool>> {
        let values = self.column(name)?.as_boolean().clone();
        Ok(values.iter().map(|value| value.unwrap_or(false)).collect())
    }

    /// The column as money; nothing of it is known where no sale says what it brought.
    pub fn money(&self, name: &str, is_known: bool) -> anyhow::Result<Vec<Option<Decimal>>> {
        if is_known { self.decimals(name) } else { Ok(vec![None; self.len()]) }
    }

    /// One whole number; null is 0.
    pub fn whole(&self, row: usize, name: &str) -> anyhow::Result<u64> {
        Ok(self.wholes(name)?[row].unwrap_or(0).unsigned_abs())
    }

    /// The column as exact decimals.
    pub fn decimals(&self, name: &str) -> anyhow::Result<Vec<Option<Decimal>>> {
        let column = self.column(name)?;
        (0..self.len())
            .map(|row| Ok(if column.is_null(row) { None } else { Some(self.text(row, name)?) }))
            .collect()
    }
}

/// `12.5000` is written `12.5`, `12.0000` is written `12`.
fn shorten(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, decimals)) => {
            let decimals = decimals.trim_end_matches('0');
            if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") }
        }
        None => text.to_owned(),
    }
}

pub fn decimal(rows: &Rows, row: usize, name: &str) -> anyhow::Result<Option<Decimal>> {
    Ok(rows.decimals(name)?[row].clone())
}

pub fn optional_day(rows: &Rows, row: usize, name: &str) -> anyhow::Result<Option<i32>> {
    Ok(rows.days(name)?[row])
}

pub fn day(rows: &Rows, row: usize, name: &str) -> anyhow::Result<i32> {
    optional_day(rows, row, name)?.ok_or_else(|| anyhow!("{name} is null"))
}
