use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use std::sync::Arc;

/// The schema under which a query's result is stored: the open table format knows
/// neither views, nor unsigned numbers, nor dictionaries, nor nanoseconds. Every
/// column may be null.
pub fn storable_schema(schema: &Schema) -> SchemaRef {
    let fields: Vec<Field> = schema.fields().iter().map(|field| storable_field(field)).collect();
    Arc::new(Schema::new(fields))
}

/// The same rows with the columns of `schema`, which [`storable_schema`] made.
pub fn storable_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<ArrayRef> = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| cast(column, field.data_type()))
        .collect::<Result<_, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

fn storable_field(field: &Field) -> Field {
    Field::new(field.name(), storable_type(field.data_type()), true)
}

fn storable_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::UInt64 | DataType::UInt32 => DataType::Int64,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt8 => DataType::Int16,
        DataType::Null => DataType::Utf8,
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Dictionary(_, values) => storable_type(values),
        DataType::List(item) | DataType::LargeList(item) | DataType::ListView(item) => {
            let item = Field::new("element", storable_type(item.data_type()), true);
            DataType::List(Arc::new(item))
        }
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| storable_field(field)).collect::<Fields>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_table_format_does_not_know_is_stored_as_what_it_knows() {
        let list = DataType::List(Arc::new(Field::new("item", DataType::Utf8View, false)));
        let schema = Schema::new(vec![
            Field::new("text", DataType::Utf8View, false),
            Field::new("rank", DataType::UInt64, false),
            Field::new("names", list, false),
        ]);
        let stored = storable_schema(&schema);
        assert_eq!(stored.field(0).data_type(), &DataType::Utf8);
        assert_eq!(stored.field(1).data_type(), &DataType::Int64);
        let element = Field::new("element", DataType::Utf8, true);
        assert_eq!(stored.field(2).data_type(), &DataType::List(Arc::new(element)));
        assert!(stored.fields().iter().all(|field| field.is_nullable()));
    }
}
