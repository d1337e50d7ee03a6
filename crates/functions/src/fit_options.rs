//! What `fit_demand` is told beside the rows of a series; each is taken from the first row that
//! says it.

use crate::columns::element;
use crate::driver_rows::{Coming, DriverRows};
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Int64Type};
use datafusion_common::{Result, ScalarValue};
use std::sync::Arc;

#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) horizon: Option<i64>,
    pub(crate) origins: Option<i64>,
    pub(crate) pool: Option<Vec<u8>>,
    pub(crate) is_ended: bool,
    pub(crate) coming: Option<Coming>,
    pub(crate) weights: Option<Vec<u8>>,
    pub(crate) driver_pool: Option<Vec<u8>>,
}

fn bytes(column: &ArrayRef) -> Option<Vec<u8>> {
    column.as_binary::<i32>().iter().flatten().next().map(<[u8]>::to_vec)
}

fn number(column: &ArrayRef) -> Option<i64> {
    column.as_primitive::<Int64Type>().iter().flatten().next()
}

impl Options {
    /// The columns in which parts are handed on.
    pub(crate) fn state_fields() -> Vec<FieldRef> {
        let field = |name: &str, data_type| Arc::new(Field::new(name, data_type, true));
        let mut fields = vec![
            field("horizon", DataType::Int64),
            field("origins", DataType::Int64),
            field("pool", DataType::Binary),
            field("is_ended", DataType::Boolean),
            field("weights", DataType::Binary),
            field("driver_pool", DataType::Binary),
            field("coming_starts", DataType::List(element(DataType::Date32))),
        ];
        fields.extend(DriverRows::state_fields().into_iter().map(|field| {
            let name = format!("coming_{}", field.name());
            Arc::new(field.as_ref().clone().with_name(name))
        }));
        fields
    }

    /// Columns horizon, origins, pool, is_ended [, drivers, coming, weights, driver_pool].
    pub(crate) fn see(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.see_numbers(&values[..4]);
        if let (None, Some(lists)) = (&self.coming, values.get(5)) {
            let said = (0..lists.len()).find(|row| lists.is_valid(*row));
            self.coming = said.map_or(Ok(None), |row| Coming::of(lists, row))?;
        }
        self.see_lessons(values.get(6), values.get(7));
        Ok(())
    }

    fn see_numbers(&mut self, values: &[ArrayRef]) {
        self.horizon = self.horizon.or_else(|| number(&values[0]));
        self.origins = self.origins.or_else(|| number(&values[1]));
        self.pool = self.pool.take().or_else(|| bytes(&values[2]));
        self.is_ended |= values[3].as_boolean().iter().flatten().next().unwrap_or(false);
    }

    fn see_lessons(&mut self, weights: Option<&ArrayRef>, driver_pool: Option<&ArrayRef>) {
        self.weights = self.weights.take().or_else(|| bytes(weights?));
        self.driver_pool = self.driver_pool.take().or_else(|| bytes(driver_pool?));
    }

    /// Adds parts as [`state`](Self::state) hands them on.
    pub(crate) fn merge(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.see_numbers(&states[..4]);
        self.see_lessons(Some(&states[4]), Some(&states[5]));
        let (starts, names, values) =
            (states[6].as_list::<i32>(), states[7].as_list::<i32>(), states[8].as_list::<i32>());
        let part = (0..starts.len()).find(|part| starts.is_valid(*part));
        if let (None, Some(part)) = (&self.coming, part) {
            let starts = starts.value(part).as_primitive::<Date32Type>().values().to_vec();
            let mut drivers = DriverRows::default();
            drivers.merge(&names.value(part), &values.value(part), starts.len());
            self.coming = Some(Coming::from_parts(starts, drivers));
        }
        Ok(())
    }

    pub(crate) fn state(&self) -> Vec<ScalarValue> {
        let nothing = Coming::default();
        let (starts, drivers) = self.coming.as_ref().unwrap_or(&nothing).parts();
        let offsets = OffsetBuffer::from_lengths([starts.len()]);
        let nulls = self.coming.is_none().then(|| vec![false].into());
        let starts = Arc::new(Date32Array::from(starts.to_vec()));
        let starts = ListArray::new(element(DataType::Date32), offsets, starts, nulls);
        let mut state = vec![
            ScalarValue::Int64(self.horizon),
            ScalarValue::Int64(self.origins),
            ScalarValue::Binary(self.pool.clone()),
            ScalarValue::Boolean(Some(self.is_ended)),
            ScalarValue::Binary(self.weights.clone()),
            ScalarValue::Binary(self.driver_pool.clone()),
            ScalarValue::List(Arc::new(starts)),
        ];
        state.extend(drivers.state());
        state
    }

    pub(crate) fn size(&self) -> usize {
        let bytes = [&self.pool, &self.weights, &self.driver_pool];
        bytes.into_iter().flatten().map(Vec::capacity).sum::<usize>()
            + self.coming.as_ref().map_or(0, |coming| coming.parts().1.size())
    }
}
