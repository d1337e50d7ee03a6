use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use shelfcast_retail::{ColumnKind, Feed};
use std::sync::Arc;

/// Lineage: what the file is called.
pub const FILE_COLUMN: &str = "_file";
/// Lineage: the physical line, from 1, on which the record starts.
pub const ROW_COLUMN: &str = "_row";
/// Lineage: the byte at which the record starts in the text as UTF-8; null
/// where a file has no such bytes, as workbooks.
pub const OFFSET_COLUMN: &str = "_offset";
/// Lineage: the row among all rows read from the file, refused ones included, from 0.
pub const ORDINAL_COLUMN: &str = "_ordinal";
/// Lineage: the first 64 bits of the xxh3-128 of the record, the wide header
/// its value stands under, and its columns made from the file's name or the
/// row's place. Rows of one text look alike, rows with row keys never.
pub const ROW_HASH_COLUMN: &str = "_row_hash";

/// Lineage of feeds whose rows have an instant: the day by the clocks of the place. These
/// are the source's time zone, without one what the file says.
pub const DAY_COLUMN: &str = "_day";

/// Digits and decimals of money and quantities.
pub(crate) const DECIMAL: (u8, i8) = (18, 4);
/// Digits and decimals of rates.
pub(crate) const RATE: (u8, i8) = (5, 4);

/// The columns of a feed's table, then the lineage `_file`, `_row`,
/// `_offset`, `_ordinal`, `_row_hash` and, where rows have an instant, `_day`.
///
/// Text and ids are Utf8, money and quantities Decimal128(18, 4), rates
/// Decimal128(5, 4), whole numbers Int64, days Date32, instants UTC
/// microseconds, flags Boolean. Columns that every row has, or that are filled
/// where a file is silent (`location_id`, `sales.kind`), are not nullable.
///
/// ```
/// use shelfcast_contracts::{ORDINAL_COLUMN, ROW_HASH_COLUMN, arrow_schema};
/// let schema = arrow_schema(shelfcast_retail::Feed::Sales);
/// assert!(schema.field_with_name("_offset")?.is_nullable());
/// assert!(!schema.field_with_name(ORDINAL_COLUMN)?.is_nullable());
/// assert!(!schema.field_with_name(ROW_HASH_COLUMN)?.is_nullable());
/// # Ok::<(), arrow::error::ArrowError>(())
/// ```
pub fn arrow_schema(feed: Feed) -> SchemaRef {
    let columns = feed.columns().iter().map(|column| {
        let nullable = !column.required && !is_always_filled(feed, column.name);
        Field::new(column.name, data_type(column.kind), nullable)
    });
    let lineage = [
        Field::new(FILE_COLUMN, DataType::Utf8, false),
        Field::new(ROW_COLUMN, DataType::Int64, false),
        Field::new(OFFSET_COLUMN, DataType::Int64, true),
        Field::new(ORDINAL_COLUMN, DataType::Int64, false),
        Field::new(ROW_HASH_COLUMN, DataType::Int64, false),
    ];
    let has_instant = feed.columns().iter().any(|column| column.kind == ColumnKind::Instant);
    let day = has_instant.then(|| Field::new(DAY_COLUMN, DataType::Date32, true));
    Arc::new(Schema::new(columns.chain(lineage).chain(day).collect::<Vec<_>>()))
}

fn is_always_filled(feed: Feed, column: &str) -> bool {
    column == "location_id" || (feed == Feed::Sales && column == "kind")
}

fn data_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text | ColumnKind::Id => DataType::Utf8,
        ColumnKind::Money | ColumnKind::Quantity => DataType::Decimal128(DECIMAL.0, DECIMAL.1),
        ColumnKind::Rate => DataType::Decimal128(RATE.0, RATE.1),
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Day => DataType::Date32,
        ColumnKind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnKind::Flag => DataType::Boolean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_money_or_quantity_is_a_float() {
        for feed in Feed::ALL {
            for field in arrow_schema(feed).fields() {
                assert!(!field.data_type().is_floating(), "{feed}.{}", field.name());
            }
        }
    }
}
