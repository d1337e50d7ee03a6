use crate::columns::{external, model_from};
use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use shelfcast_forecast::drivers::DriverPoolBuilder;
use std::sync::Arc;

/// `pool_drivers(model)`: what models say of each driver together, as bytes of a
/// [`DriverPool`](shelfcast_forecast::drivers::DriverPool).
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct PoolDrivers {
    signature: Signature,
}

impl PoolDrivers {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::exact(vec![DataType::Binary], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for PoolDrivers {
    fn name(&self) -> &str {
        "pool_drivers"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new("driver_builder", DataType::Binary, true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Effects { builder: DriverPoolBuilder::new() }))
    }
}

#[derive(Debug)]
struct Effects {
    builder: DriverPoolBuilder,
}

impl Accumulator for Effects {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for bytes in values[0].as_binary::<i32>().iter().flatten() {
            self.builder.add(&model_from(bytes)?);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for bytes in states[0].as_binary::<i32>().iter().flatten() {
            self.builder.merge(&DriverPoolBuilder::from_bytes(bytes).map_err(external)?);
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.builder.to_bytes()))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.builder.finish().to_bytes())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.builder.to_bytes().len()
    }
}
