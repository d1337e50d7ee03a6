use crate::ContractError;
use crate::schema::{DECIMAL, RATE};
use crate::values::Values;
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use shelfcast_retail::ColumnKind;
use std::sync::Arc;

/// What room is made for; a column of longer texts grows.
const BYTES_OF_A_TEXT: usize = 12;

/// The values of the rows `kept` as an Arrow array.
pub(crate) fn array(
    values: &Values<'_>,
    kind: ColumnKind,
    kept: &[usize],
) -> Result<ArrayRef, ContractError> {
    Ok(match values {
        Values::Text(texts) => strings(kept.iter().map(|row| texts[*row]), kept.len()),
        Values::Decimal(values) => {
            let (precision, scale) = if kind == ColumnKind::Rate { RATE } else { DECIMAL };
            let values = kept.iter().map(|row| values[*row].map(i128::from));
            let decimals: Decimal128Array = values.collect();
            Arc::new(decimals.with_precision_and_scale(precision, scale)?)
        }
        Values::Integer(values) => {
            Arc::new(kept.iter().map(|row| values[*row]).collect::<Int64Array>())
        }
        Values::Day(values) => {
            Arc::new(kept.iter().map(|row| values[*row]).collect::<Date32Array>())
        }
        Values::Instant(values) => {
            let instant = |row: &usize| values[*row].map(|moment| moment.instant);
            let instants: TimestampMicrosecondArray = kept.iter().map(instant).collect();
            Arc::new(instants.with_timezone("UTC"))
        }
        Values::Flag(values) => {
            Arc::new(kept.iter().map(|row| values[*row]).collect::<BooleanArray>())
        }
    })
}

/// The days by the clocks of the place, of columns that are instants.
pub(crate) fn days(values: &Values<'_>, kept: &[usize]) -> Option<ArrayRef> {
    let Values::Instant(values) = values else { return None };
    let day = |row: &usize| values[*row].map(|moment| moment.day.epoch_days());
    Some(Arc::new(kept.iter().map(day).collect::<Date32Array>()))
}

/// One number per kept row.
pub(crate) fn numbers(kept: &[usize], number: impl Fn(usize) -> u64) -> ArrayRef {
    // Hashes use all 64 bits; their sign means nothing.
    Arc::new(Int64Array::from_iter_values(kept.iter().map(|row| number(*row) as i64)))
}

pub(crate) fn no_numbers(rows: usize) -> ArrayRef {
    Arc::new(Int64Array::new_null(rows))
}

/// The same text for `rows` rows.
pub(crate) fn repeated(text: &str, rows: usize) -> ArrayRef {
    Arc::new(StringArray::new_repeated(text, rows))
}

fn strings<'t>(texts: impl Iterator<Item = Option<&'t str>>, rows: usize) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(rows, rows * BYTES_OF_A_TEXT);
    texts.for_each(|text| builder.append_option(text));
    Arc::new(builder.finish())
}
