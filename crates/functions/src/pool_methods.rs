use crate::columns::{external, model_from};
use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use shelfcast_forecast::MethodWeightsBuilder;
use std::sync::Arc;

/// `pool_methods(model)`: how the methods of many models did, as bytes of
/// [`MethodWeights`](shelfcast_forecast::MethodWeights).
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct PoolMethods {
    signature: Signature,
}

impl PoolMethods {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::exact(vec![DataType::Binary], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for PoolMethods {
    fn name(&self) -> &str {
        "pool_methods"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new("weights_builder", DataType::Binary, true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Losses { builder: MethodWeightsBuilder::new() }))
    }
}

#[derive(Debug)]
struct Losses {
    builder: MethodWeightsBuilder,
}

impl Accumulator for Losses {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for bytes in values[0].as_binary::<i32>().iter().flatten() {
            self.builder.add(&model_from(bytes)?);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for bytes in states[0].as_binary::<i32>().iter().flatten() {
            self.builder.merge(&MethodWeightsBuilder::from_bytes(bytes).map_err(external)?);
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
