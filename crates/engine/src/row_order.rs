//! Whether rows come in the order that their table states.

use arrow::array::{Array, ArrayRef, DynComparator, RecordBatch, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{DataFusionError, Result};
use std::cmp::Ordering;
use std::ops::Range;

const ORDER: SortOptions = SortOptions { descending: false, nulls_first: false };

/// Compares each row with the one before, by some columns.
pub(crate) struct RowOrder {
    names: Vec<String>,
    indices: Vec<usize>,
    last: Option<Vec<ArrayRef>>,
    repeats: u64,
}

impl RowOrder {
    /// The order of rows of `schema` by the columns `names`.
    pub(crate) fn new(schema: &SchemaRef, names: &[String]) -> Result<Self> {
        let indices = names.iter().map(|name| Ok(schema.index_of(name)?)).collect::<Result<_>>()?;
        Ok(Self { names: names.to_vec(), indices, last: None, repeats: 0 })
    }

    /// Rows so far that have the values of the row before in all of the columns.
    pub(crate) fn repeats(&self) -> u64 {
        self.repeats
    }

    /// Looks at the next rows; an error when one belongs before the row before it.
    pub(crate) fn look(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 || self.indices.is_empty() {
            return Ok(());
        }
        let columns: Vec<ArrayRef> =
            self.indices.iter().map(|&index| batch.column(index).clone()).collect();
        if let Some(last) = self.last.take() {
            self.compare(&last, &columns, 0..1, 0)?;
        }
        self.compare(&columns, &columns, 1..batch.num_rows(), 1)?;
        self.last = Some(columns.iter().map(|column| column.slice(column.len() - 1, 1)).collect());
        Ok(())
    }

    /// Compares `rows` of `right` with the rows of `left` that are `back` before them.
    fn compare(
        &mut self,
        left: &[ArrayRef],
        right: &[ArrayRef],
        rows: Range<usize>,
        back: usize,
    ) -> Result<()> {
        let columns = left.iter().zip(right);
        let comparators = columns
            .map(|(left, right)| Ok(make_comparator(left, right, ORDER)?))
            .collect::<Result<Vec<DynComparator>>>()?;
        for row in rows {
            let mut compared = comparators.iter().map(|compare| compare(row - back, row));
            match compared.find(|order| order.is_ne()).unwrap_or(Ordering::Equal) {
                Ordering::Less => {}
                Ordering::Equal => self.repeats += 1,
                Ordering::Greater => {
                    return Err(self.broken(shown(left, row - back), shown(right, row)));
                }
            }
        }
        Ok(())
    }

    fn broken(&self, before: String, row: String) -> DataFusionError {
        let names = self.names.join(", ");
        DataFusionError::Execution(format!(
            "its header says `-- sorted: {names}`, but {row} comes after {before}; end the query with \
             `order by {names}`"
        ))
    }
}

fn shown(columns: &[ArrayRef], row: usize) -> String {
    let options = FormatOptions::new().with_null("null");
    let values = columns.iter().map(|column| {
        ArrayFormatter::try_new(column, &options)
            .map_or_else(|error| error.to_string(), |format| format.value(row).to_string())
    });
    format!("({})", values.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use std::sync::Arc;

    fn rows(values: &[(Option<&str>, i64)]) -> RecordBatch {
        let fields = vec![
            Field::new("product_id", DataType::Utf8, true),
            Field::new("day", DataType::Int64, true),
        ];
        let products: StringArray = values.iter().map(|(product, _)| *product).collect();
        let days: Int64Array = values.iter().map(|(_, day)| Some(*day)).collect();
        let columns: Vec<ArrayRef> = vec![Arc::new(products), Arc::new(days)];
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
    }

    fn looked_at(batches: &[&[(Option<&str>, i64)]]) -> Result<u64> {
        let names = ["product_id".to_owned(), "day".to_owned()];
        let mut order = RowOrder::new(&rows(&[]).schema(), &names)?;
        for batch in batches {
            order.look(&rows(batch))?;
        }
        Ok(order.repeats())
    }

    #[test]
    fn rows_in_order_pass_and_repeats_are_counted_also_from_batch_to_batch() {
        assert_eq!(looked_at(&[&[(Some("a"), 1)]]).unwrap(), 0);
        assert_eq!(
            looked_at(&[&[(Some("a"), 1), (Some("a"), 2)], &[], &[(Some("b"), 1)]]).unwrap(),
            0
        );
        assert_eq!(
            looked_at(&[&[(Some("a"), 1), (Some("a"), 1)], &[(Some("a"), 1), (None, 0)]]).unwrap(),
            2
        );
    }

    #[test]
    fn a_row_that_belongs_before_another_is_named_with_it() {
        let error = looked_at(&[&[(Some("a"), 1), (Some("a"), 2)], &[(Some("a"), 1)]]).unwrap_err();
        assert_eq!(
            error.strip_backtrace(),
            "Execution error: its header says `-- sorted: product_id, day`, but (a, 1) comes after (a, 2); \
             end the query with `order by product_id, day`"
        );
        assert!(looked_at(&[&[(None, 1), (Some("a"), 2)]]).is_err(), "nulls come last");
    }
}
