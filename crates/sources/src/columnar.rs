use crate::SourceError;
use crate::guard::guarded;
use crate::records::{MadeRecord, Record, Records};
use arrow::array::{Array, ArrayRef, AsArray, LargeStringArray};
use arrow::compute::{CastOptions, can_cast_types, cast_with_options};
use arrow::datatypes::{DataType, Schema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fs::File;
use std::path::Path;

/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 4096;

/// The rows of a Parquet file, decoded batch by batch.
///
/// Values become text by Arrow's own casts: floats with the shortest digits that
/// give the same number, decimals with all of theirs, days and instants as ISO 8601.
pub(crate) struct ParquetRecords {
    reader: ParquetRecordBatchReader,
    label: String,
    columns: Vec<LargeStringArray>,
    /// Row of the batch that comes next.
    next: usize,
    n_batch_rows: usize,
    made: MadeRecord,
}

impl ParquetRecords {
    /// Opens a file; also gives the names of its columns.
    pub(crate) fn open(path: &Path, label: &str) -> Result<(Self, Vec<String>), SourceError> {
        let file = File::open(path)
            .map_err(|source| SourceError::Open { path: path.to_owned(), source })?;
        let failed = |error: parquet::errors::ParquetError| unreadable(label, error);
        let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file));
        let builder = builder.map_err(|said| unreadable(label, said))?.map_err(failed)?;
        refuse_nested(builder.schema(), label)?;
        let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let reader = guarded(|| builder.with_batch_size(BATCH_ROWS).build());
        let reader = reader.map_err(|said| unreadable(label, said))?.map_err(failed)?;
        let records = Self {
            reader,
            label: label.to_owned(),
            columns: Vec::new(),
            next: 0,
            n_batch_rows: 0,
            made: MadeRecord::default(),
        };
        Ok((records, names))
    }

    /// Decodes the next rows; `false` at the end.
    fn decode_next(&mut self) -> Result<bool, SourceError> {
        let batch = guarded(|| self.reader.next());
        let Some(batch) = batch.map_err(|said| unreadable(&self.label, said))? else {
            return Ok(false);
        };
        let batch = batch.map_err(|error| unreadable(&self.label, error))?;
        let text = guarded(|| self.decode(&batch));
        text.map_err(|said| unreadable(&self.label, said))??;
        Ok(true)
    }

    fn decode(&mut self, batch: &RecordBatch) -> Result<(), SourceError> {
        self.columns.clear();
        for column in batch.columns() {
            let text = as_text(column).map_err(|error| unreadable(&self.label, error))?;
            self.columns.push(text);
        }
        (self.next, self.n_batch_rows) = (0, batch.num_rows());
        Ok(())
    }
}

impl Records for ParquetRecords {
    fn advance(&mut self) -> Result<bool, SourceError> {
        while self.next == self.n_batch_rows {
            if !self.decode_next()? {
                return Ok(false);
            }
        }
        self.made.clear();
        self.made.row += 1;
        for column in &self.columns {
            let is_null = column.is_null(self.next);
            let text = if is_null { "" } else { column.value(self.next) };
            if !self.made.has_room(text.len()) {
                let reason = format!("row {} is longer than 1 GiB", self.made.row);
                return Err(unreadable(&self.label, reason));
            }
            self.made.push(text.as_bytes());
        }
        self.next += 1;
        Ok(true)
    }

    fn record(&self) -> Record<'_> {
        self.made.record()
    }

    fn has_offsets(&self) -> bool {
        false
    }
}

fn as_text(column: &ArrayRef) -> Result<LargeStringArray, arrow::error::ArrowError> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    let text = match column.data_type() {
        // The instant is the same, and no table of time zones is asked.
        DataType::Timestamp(unit, Some(_)) => {
            let utc = DataType::Timestamp(*unit, Some("+00:00".into()));
            let column = cast_with_options(column, &utc, &options)?;
            cast_with_options(&column, &DataType::LargeUtf8, &options)?
        }
        _ => cast_with_options(column, &DataType::LargeUtf8, &options)?,
    };
    Ok(text.as_string::<i64>().clone())
}

fn refuse_nested(schema: &Schema, label: &str) -> Result<(), SourceError> {
    let is_plain =
        |kind: &DataType| !kind.is_nested() && can_cast_types(kind, &DataType::LargeUtf8);
    match schema.fields().iter().find(|field| !is_plain(field.data_type())) {
        None => Ok(()),
        Some(field) => Err(SourceError::NestedColumn {
            file: label.to_owned(),
            column: field.name().clone(),
            found: field.data_type().to_string(),
        }),
    }
}

fn unreadable(label: &str, error: impl std::fmt::Display) -> SourceError {
    SourceError::Parquet { file: label.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFormat, ReadOptions, TextReader};
    use arrow::array::{
        BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
        ListArray, StringArray, TimestampMicrosecondArray,
    };
    use arrow::datatypes::{Int32Type, Int64Type};
    use parquet::arrow::ArrowWriter;
    use std::sync::Arc;

    fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let file = File::create(path).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }

    fn columns() -> Vec<(&'static str, ArrayRef)> {
        let decimals = Decimal128Array::from(vec![Some(137_500), None]);
        let tagged = |zone: &str| {
            TimestampMicrosecondArray::from(vec![Some(996_624_000_000_000), None])
                .with_timezone(zone.to_owned())
        };
        let words: DictionaryArray<Int32Type> = vec![Some("a,b"), None].into_iter().collect();
        vec![
            ("id", Arc::new(StringArray::from(vec![Some("A1"), None]))),
            ("units", Arc::new(Int64Array::from(vec![Some(-3), None]))),
            ("price", Arc::new(Float64Array::from(vec![Some(0.1), None]))),
            ("cost", Arc::new(decimals.with_precision_and_scale(18, 4).unwrap())),
            ("day", Arc::new(Date32Array::from(vec![Some(11_535), None]))),
            (
                "at",
                Arc::new(TimestampMicrosecondArray::from(vec![Some(996_624_000_000_000), None])),
            ),
            ("utc", Arc::new(tagged("UTC"))),
            ("local", Arc::new(tagged("Europe/Berlin"))),
            ("flag", Arc::new(BooleanArray::from(vec![Some(true), None]))),
            ("word", Arc::new(words)),
        ]
    }

    #[test]
    fn values_become_exact_text_and_nulls_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("typed.parquet");
        write(&path, columns());
        let mut reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
        assert_eq!(reader.profile().format, FileFormat::Parquet);
        let chunk = reader.next().unwrap().unwrap();
        let values: Vec<&str> = chunk.columns().iter().map(|column| column.value(0)).collect();
        // 11,535 days and 996,624,000 seconds after 1970-01-01 are 2001-08-01.
        assert_eq!(
            values,
            [
                "A1",
                "-3",
                "0.1",
                "13.7500",
                "2001-08-01",
                "2001-08-01T00:00:00",
                "2001-08-01T00:00:00Z",
                "2001-08-01T00:00:00Z",
                "true",
                "a,b"
            ]
        );
        assert!(chunk.columns().iter().all(|column| column.value(1).is_empty()));
        assert!(chunk.row_texts().value(0).ends_with("true,\"a,b\""));
        assert_eq!((chunk.row_numbers(), chunk.has_offsets()), (&[1, 2][..], false));
        assert!(reader.next().is_none());
    }

    #[test]
    fn nested_columns_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nested.parquet");
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1)])]);
        write(&path, vec![("lines", Arc::new(lists))]);
        let error = TextReader::open(&path, &ReadOptions::default()).err().unwrap();
        assert!(error.to_string().contains("column `lines`"), "{error}");
        assert_eq!((error.code(), error.is_refused_file()), ("SC-1028", true));
    }
}
