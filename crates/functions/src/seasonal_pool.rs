use crate::columns::external;
use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use shelfcast_forecast::SeasonalPoolBuilder;
use std::sync::Arc;

/// `seasonal_pool(profile)`: what the series behind many profiles have in common, as bytes of a
/// [`SeasonalPool`](shelfcast_forecast::SeasonalPool); null without demand.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct SeasonalPoolFunction {
    signature: Signature,
}

impl SeasonalPoolFunction {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::exact(vec![DataType::Binary], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for SeasonalPoolFunction {
    fn name(&self) -> &str {
        "seasonal_pool"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new("pool_builder", DataType::Binary, true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Pool { builder: None }))
    }
}

#[derive(Debug)]
struct Pool {
    builder: Option<SeasonalPoolBuilder>,
}

impl Accumulator for Pool {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for bytes in values[0].as_binary::<i32>().iter().flatten() {
            let other = SeasonalPoolBuilder::from_bytes(bytes).map_err(external)?;
            match &mut self.builder {
                Some(builder) => builder.merge(&other).map_err(external)?,
                empty => *empty = Some(other),
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(self.builder.as_ref().map(SeasonalPoolBuilder::to_bytes))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let pool = self.builder.as_ref().and_then(SeasonalPoolBuilder::finish);
        Ok(ScalarValue::Binary(pool.map(|pool| pool.to_bytes())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + 1024
    }
}
