use crate::columns::{element, nullable};
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, ListArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion_common::{Result, ScalarValue, exec_err};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use shelfcast_inventory::LeadTimes;
use std::sync::{Arc, LazyLock};

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("n_received", DataType::Int64),
        nullable("n_open", DataType::Int64),
        nullable("mean_days", DataType::Float64),
        nullable("median_days", DataType::Int64),
        nullable("days_90", DataType::Int64),
        nullable("longest_days", DataType::Int64),
        nullable("counts", DataType::List(element(DataType::Int64))),
    ])
});

/// `measured_lead_time(days, is_open)`: how long orders took, from [`LeadTimes`]; `days` of an
/// open order are its age. `counts` has days, received and open orders, again and again.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct MeasuredLeadTime {
    signature: Signature,
}

impl MeasuredLeadTime {
    pub(crate) fn new() -> Self {
        let arguments = vec![DataType::Int64, DataType::Boolean];
        Self { signature: Signature::exact(arguments, Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for MeasuredLeadTime {
    fn name(&self) -> &str {
        "measured_lead_time"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let counts = DataType::List(element(DataType::Int64));
        Ok(vec![Arc::new(Field::new("counts", counts, true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Orders::default()))
    }
}

#[derive(Debug, Default)]
struct Orders(LeadTimes);

impl Orders {
    fn counts(&self) -> Result<ListArray> {
        let counts: Vec<i64> = self
            .0
            .counts()
            .flat_map(|(days, received, open)| [i64::from(days), received as i64, open as i64])
            .collect();
        let offsets = OffsetBuffer::from_lengths([counts.len()]);
        let counts = Arc::new(Int64Array::from(counts));
        Ok(ListArray::try_new(element(DataType::Int64), offsets, counts, None)?)
    }
}

impl Accumulator for Orders {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let days = values[0].as_primitive::<Int64Type>();
        let open = values[1].as_boolean();
        for row in (0..days.len()).filter(|row| days.is_valid(*row) && open.is_valid(*row)) {
            let Ok(days) = u32::try_from(days.value(row)) else {
                return exec_err!(
                    "measured_lead_time takes days from 0 on, found {}",
                    days.value(row)
                );
            };
            if open.value(row) { self.0.add_open(days) } else { self.0.add_received(days) }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let lists = states[0].as_list::<i32>();
        for row in (0..lists.len()).filter(|row| lists.is_valid(*row)) {
            let counts = lists.value(row);
            for count in counts.as_primitive::<Int64Type>().values().chunks_exact(3) {
                self.0.add_counts(count[0] as u32, count[1] as u64, count[2] as u64);
            }
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::List(Arc::new(self.counts()?))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let whole = |days: Option<u32>| -> ArrayRef {
            Arc::new(Int64Array::from(vec![days.map(i64::from)]))
        };
        let count = |count: u64| -> ArrayRef { Arc::new(Int64Array::from(vec![count as i64])) };
        let columns = vec![
            count(self.0.n_received()),
            count(self.0.n_open()),
            Arc::new(Float64Array::from(vec![self.0.mean()])) as ArrayRef,
            whole(self.0.quantile(0.5)),
            whole(self.0.quantile(0.9)),
            whole(self.0.longest()),
            Arc::new(self.counts()?),
        ];
        let row = StructArray::try_new(FIELDS.clone(), columns, None)?;
        Ok(ScalarValue::Struct(Arc::new(row)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.counts().count() * 32
    }
}
