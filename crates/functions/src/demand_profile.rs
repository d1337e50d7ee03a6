use crate::columns::external;
use crate::demand_series::DemandRows;
use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use shelfcast_forecast::SeasonalPoolBuilder;

/// `demand_profile(period_start, units, availability, frequency)`: what one series adds to a
/// [`SeasonalPoolBuilder`], as bytes.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct DemandProfile {
    signature: Signature,
}

impl DemandProfile {
    pub(crate) fn new() -> Self {
        let types = vec![DataType::Date32, DataType::Float64, DataType::Utf8, DataType::Utf8];
        Self { signature: Signature::exact(types, Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for DemandProfile {
    fn name(&self) -> &str {
        "demand_profile"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(DemandRows::state_fields())
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Profile::default()))
    }
}

#[derive(Debug, Default)]
struct Profile {
    rows: DemandRows,
}

impl Accumulator for Profile {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.rows.update(values)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.rows.merge(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(self.rows.state())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let Some(series) = self.rows.series()? else { return Ok(ScalarValue::Binary(None)) };
        let mut builder = SeasonalPoolBuilder::new(series.frequency);
        builder.add(&series.as_series()?).map_err(external)?;
        Ok(ScalarValue::Binary(Some(builder.to_bytes())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.rows.size()
    }
}
