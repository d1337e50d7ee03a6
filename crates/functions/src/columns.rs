//! Arguments in, columns out: what every function shares.

use arrow::array::{Array, ArrayRef, ListArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion_common::{DataFusionError, Result, exec_datafusion_err};
use datafusion_expr::ScalarFunctionArgs;
use shelfcast_forecast::{Calibration, FittedModel};
use std::sync::Arc;

/// The argument at `index` as a column of `data_type`.
pub(crate) fn argument(
    args: &ScalarFunctionArgs,
    index: usize,
    data_type: &DataType,
) -> Result<ArrayRef> {
    let array = args.args[index].clone().into_array(args.number_rows)?;
    Ok(cast(&array, data_type)?)
}

pub(crate) fn nullable(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

pub(crate) fn element(data_type: DataType) -> FieldRef {
    Arc::new(Field::new("element", data_type, true))
}

/// The type of a list of rows with `fields`.
pub(crate) fn rows_type(fields: &Fields) -> DataType {
    DataType::List(element(DataType::Struct(fields.clone())))
}

/// A column of lists of rows: `columns` hold all rows of all lists, `lengths` says how many
/// belong to each; a list without a length is null.
pub(crate) fn rows_column(
    fields: &Fields,
    columns: Vec<ArrayRef>,
    lengths: &[Option<usize>],
) -> Result<ArrayRef> {
    let rows = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths(lengths.iter().map(|length| length.unwrap_or(0)));
    let nulls = NullBuffer::from_iter(lengths.iter().map(Option::is_some));
    let field = element(DataType::Struct(fields.clone()));
    Ok(Arc::new(ListArray::try_new(field, offsets, Arc::new(rows), Some(nulls))?))
}

/// A column of lists of `per_row` values each.
pub(crate) fn lists_of(values: ArrayRef, per_row: usize, rows: usize) -> Result<ArrayRef> {
    let field = element(values.data_type().clone());
    let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(per_row, rows));
    Ok(Arc::new(ListArray::try_new(field, offsets, values, None)?))
}

/// A model from its stored bytes. A state of an unknown version is told as such: the column is
/// stale and the build has to fit it again.
pub(crate) fn model_from(bytes: &[u8]) -> Result<FittedModel> {
    FittedModel::from_bytes(bytes).map_err(external)
}

pub(crate) fn calibration_from(bytes: Option<&[u8]>) -> Result<Option<Calibration>> {
    bytes.map(|bytes| Calibration::from_bytes(bytes).map_err(external)).transpose()
}

pub(crate) fn external<E: std::error::Error + Send + Sync + 'static>(error: E) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

pub(crate) fn missing(function: &str, what: &str) -> DataFusionError {
    exec_datafusion_err!("{function} needs {what}, found null")
}
