use crate::columns::{external, model_from};
use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};
use shelfcast_forecast::drivers::DriverPoolBuilder;
use shelfcast_forecast::{CalibrationBuilder, FittedModel, MethodWeightsBuilder, StateError};
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

/// The aggregates of fitted models: each takes models as bytes and gives bytes of what they say
/// together.
pub(crate) fn aggregates() -> [AggregateUDF; 3] {
    [
        AggregateUDF::from(PoolModels::<CalibrationBuilder>::new()),
        AggregateUDF::from(PoolModels::<DriverPoolBuilder>::new()),
        AggregateUDF::from(PoolModels::<MethodWeightsBuilder>::new()),
    ]
}

/// What is gathered from models, in parts that merge.
trait Pooled: Debug + Default + Send + Sync + Sized + 'static {
    /// The function's name in SQL.
    const NAME: &'static str;

    fn take(&mut self, model: &FittedModel);
    fn join(&mut self, other: &Self);
    fn state(&self) -> Vec<u8>;
    fn restored(bytes: &[u8]) -> std::result::Result<Self, StateError>;
    fn answer(&self) -> Vec<u8>;
}

macro_rules! pooled {
    ($builder:ty, $name:literal) => {
        impl Pooled for $builder {
            const NAME: &'static str = $name;

            fn take(&mut self, model: &FittedModel) {
                self.add(model);
            }

            fn join(&mut self, other: &Self) {
                self.merge(other);
            }

            fn state(&self) -> Vec<u8> {
                self.to_bytes()
            }

            fn restored(bytes: &[u8]) -> std::result::Result<Self, StateError> {
                Self::from_bytes(bytes)
            }

            fn answer(&self) -> Vec<u8> {
                self.finish().to_bytes()
            }
        }
    };
}

pooled!(CalibrationBuilder, "calibrate_demand");
pooled!(DriverPoolBuilder, "pool_drivers");
pooled!(MethodWeightsBuilder, "pool_methods");

#[derive(Debug)]
struct PoolModels<B> {
    signature: Signature,
    builder: PhantomData<B>,
}

impl<B> PoolModels<B> {
    fn new() -> Self {
        let signature = Signature::exact(vec![DataType::Binary], Volatility::Immutable);
        Self { signature, builder: PhantomData }
    }
}

impl<B> PartialEq for PoolModels<B> {
    fn eq(&self, other: &Self) -> bool {
        self.signature == other.signature
    }
}

impl<B> Eq for PoolModels<B> {}

impl<B> Hash for PoolModels<B> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.signature.hash(state);
    }
}

impl<B: Pooled> AggregateUDFImpl for PoolModels<B> {
    fn name(&self) -> &str {
        B::NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}_builder", B::NAME), DataType::Binary, true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Gathered { builder: B::default() }))
    }
}

#[derive(Debug)]
struct Gathered<B> {
    builder: B,
}

impl<B: Pooled> Accumulator for Gathered<B> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for bytes in values[0].as_binary::<i32>().iter().flatten() {
            self.builder.take(&model_from(bytes)?);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for bytes in states[0].as_binary::<i32>().iter().flatten() {
            self.builder.join(&B::restored(bytes).map_err(external)?);
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.builder.state()))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.builder.answer())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.builder.state().len()
    }
}
