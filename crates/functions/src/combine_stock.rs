use crate::columns::{element, nullable};
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type};
use datafusion_common::{Result, ScalarValue, exec_err};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use std::sync::{Arc, LazyLock};

/// Quantities have four decimals; sums of them are kept as whole parts, so that the order of
/// the rows cannot change the answer.
const PARTS: f64 = 10_000.0;

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("median", DataType::Float64),
        nullable("lower_80", DataType::Float64),
        nullable("upper_80", DataType::Float64),
    ])
});

/// `combine_stock(sample)`: median and 80 % band of the sum of projected stocks, path by path.
///
/// `sample` is that of `project_stock`. Paths of different series are drawn independently, so
/// the band of a sum is too narrow where their demand moves together.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CombineStock {
    signature: Signature,
}

impl CombineStock {
    pub(crate) fn new() -> Self {
        let sample = DataType::List(element(DataType::Float64));
        Self { signature: Signature::exact(vec![sample], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for CombineStock {
    fn name(&self) -> &str {
        "combine_stock"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let sample = DataType::List(element(DataType::Float64));
        Ok(vec![Arc::new(Field::new("sums", sample, true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sums::default()))
    }
}

#[derive(Debug, Default)]
struct Sums {
    parts: Vec<i64>,
}

impl Accumulator for Sums {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let samples = values[0].as_list::<i32>();
        for row in (0..samples.len()).filter(|row| samples.is_valid(*row)) {
            let sample = samples.value(row);
            let sample = sample.as_primitive::<Float64Type>().values();
            if self.parts.is_empty() {
                self.parts = vec![0; sample.len()];
            }
            if self.parts.len() != sample.len() {
                return exec_err!(
                    "combine_stock takes samples of one length, found {} and {}",
                    self.parts.len(),
                    sample.len()
                );
            }
            for (sum, units) in self.parts.iter_mut().zip(sample) {
                *sum += (units * PARTS).round() as i64;
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sums = Float64Array::from_iter_values(self.parts.iter().map(|sum| *sum as f64 / PARTS));
        let offsets = OffsetBuffer::from_lengths([sums.len()]);
        let nulls = self.parts.is_empty().then(|| vec![false].into());
        let list = ListArray::try_new(element(DataType::Float64), offsets, Arc::new(sums), nulls)?;
        Ok(vec![ScalarValue::List(Arc::new(list))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.parts.is_empty() {
            return ScalarValue::try_from(DataType::Struct(FIELDS.clone()));
        }
        let mut sorted = self.parts.clone();
        sorted.sort_unstable();
        // The smallest sum that the share of the paths does not exceed.
        let at = |share: f64| -> ArrayRef {
            let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
            Arc::new(Float64Array::from(vec![sorted[rank - 1] as f64 / PARTS]))
        };
        let row = StructArray::try_new(FIELDS.clone(), vec![at(0.5), at(0.1), at(0.9)], None)?;
        Ok(ScalarValue::Struct(Arc::new(row)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.parts.capacity() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_taken_path_by_path() {
        // Paths 1 to 10 and 10 to 1 sum to 11 everywhere: no spread is left.
        let values: Vec<f64> = (1..=10).chain((1..=10).rev()).map(f64::from).collect();
        let lists = ListArray::new(
            element(DataType::Float64),
            OffsetBuffer::from_lengths([10, 10]),
            Arc::new(Float64Array::from(values)),
            None,
        );
        let mut sums = Sums::default();
        sums.update_batch(&[Arc::new(lists)]).unwrap();
        let ScalarValue::Struct(row) = sums.evaluate().unwrap() else { panic!("no struct") };
        for column in row.columns() {
            assert_eq!(column.as_primitive::<Float64Type>().value(0), 11.0);
        }
    }
}
