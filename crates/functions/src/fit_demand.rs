use crate::columns::{external, missing, nullable};
use crate::demand_series::{DemandRows, DemandSeries};
use arrow::array::{
    ArrayRef, AsArray, BinaryArray, Date32Array, Float64Array, Int64Array, StringArray, StructArray,
};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use shelfcast_forecast::{FitOptions, FittedModel, SeasonalPool, fit};
use std::sync::{Arc, LazyLock};

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("model", DataType::Binary),
        nullable("first_period", DataType::Date32),
        nullable("last_period", DataType::Date32),
        nullable("periods", DataType::Int64),
        nullable("method", DataType::Utf8),
        nullable("parameters", DataType::Utf8),
        nullable("status", DataType::Utf8),
        nullable("reason", DataType::Utf8),
        nullable("fallback", DataType::Utf8),
        nullable("demand_class", DataType::Utf8),
        nullable("adi", DataType::Float64),
        nullable("cv2", DataType::Float64),
        nullable("wape", DataType::Float64),
        nullable("mase", DataType::Float64),
        nullable("rmsse", DataType::Float64),
        nullable("bias", DataType::Float64),
        nullable("scaled_pinball", DataType::Float64),
        nullable("naive_wape", DataType::Float64),
    ])
});

/// `fit_demand(period_start, units, availability, frequency, horizon, origins, pool, is_ended)`:
/// a series in, one fitted model out with what a reader wants to know of it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct FitDemand {
    signature: Signature,
}

impl FitDemand {
    pub(crate) fn new() -> Self {
        let types = vec![
            DataType::Date32,
            DataType::Float64,
            DataType::Utf8,
            DataType::Utf8,
            DataType::Int64,
            DataType::Int64,
            DataType::Binary,
            DataType::Boolean,
        ];
        Self { signature: Signature::exact(types, Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for FitDemand {
    fn name(&self) -> &str {
        "fit_demand"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let mut fields = DemandRows::state_fields();
        for (name, data_type) in [
            ("horizon", DataType::Int64),
            ("origins", DataType::Int64),
            ("pool", DataType::Binary),
            ("is_ended", DataType::Boolean),
        ] {
            fields.push(Arc::new(Field::new(name, data_type, true)));
        }
        Ok(fields)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Fit::default()))
    }
}

#[derive(Debug, Default)]
struct Fit {
    rows: DemandRows,
    horizon: Option<i64>,
    origins: Option<i64>,
    pool: Option<Vec<u8>>,
    is_ended: bool,
}

impl Fit {
    /// The options stand in every row of a series; those of the first are taken.
    fn see_options(&mut self, values: &[ArrayRef]) {
        if self.horizon.is_none() {
            self.horizon = values[0].as_primitive::<Int64Type>().iter().flatten().next();
        }
        if self.origins.is_none() {
            self.origins = values[1].as_primitive::<Int64Type>().iter().flatten().next();
        }
        if self.pool.is_none() {
            self.pool = values[2].as_binary::<i32>().iter().flatten().next().map(<[u8]>::to_vec);
        }
        self.is_ended |= values[3].as_boolean().iter().flatten().next().unwrap_or(false);
    }

    fn fit(&self, series: &DemandSeries) -> Result<FittedModel> {
        let horizon = self.horizon.ok_or_else(|| missing("fit_demand", "a horizon"))?;
        let origins = self.origins.ok_or_else(|| missing("fit_demand", "a number of origins"))?;
        let pool = self.pool.as_deref().map(SeasonalPool::from_bytes);
        let pool = pool.transpose().map_err(external)?;
        let mut options = FitOptions::new(usize::try_from(horizon).unwrap_or(0))
            .with_origins(usize::try_from(origins).unwrap_or(0))
            .with_ended(self.is_ended);
        if let Some(pool) = &pool {
            options = options.with_pool(pool);
        }
        fit(&series.as_series()?, &options).map_err(external)
    }
}

impl Accumulator for Fit {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.see_options(&values[4..]);
        self.rows.update(&values[..4])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.see_options(&states[4..]);
        self.rows.merge(&states[..4])
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut state = self.rows.state();
        state.push(ScalarValue::Int64(self.horizon));
        state.push(ScalarValue::Int64(self.origins));
        state.push(ScalarValue::Binary(self.pool.clone()));
        state.push(ScalarValue::Boolean(Some(self.is_ended)));
        Ok(state)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let Some(series) = self.rows.series()? else {
            return ScalarValue::try_from(DataType::Struct(FIELDS.clone()));
        };
        let model = self.fit(&series)?;
        let columns = figures(&series, &model);
        let row = StructArray::try_new(FIELDS.clone(), columns, None)?;
        Ok(ScalarValue::Struct(Arc::new(row)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.rows.size() + self.pool.as_ref().map_or(0, Vec::capacity)
    }
}

fn figures(series: &DemandSeries, model: &FittedModel) -> Vec<ArrayRef> {
    let text = |value: Option<&str>| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let float = |value: Option<f64>| -> ArrayRef { Arc::new(Float64Array::from(vec![value])) };
    let day = |value: i32| -> ArrayRef { Arc::new(Date32Array::from(vec![value])) };
    let parameters: Vec<String> =
        model.parameters().iter().map(|(name, value)| format!("{name} {value:.4}")).collect();
    let accuracy = model.accuracy();
    vec![
        Arc::new(BinaryArray::from_vec(vec![&model.to_bytes()])),
        day(series.first),
        day(series.last),
        Arc::new(Int64Array::from(vec![series.periods() as i64])),
        text(Some(model.method().as_str())),
        text(Some(&parameters.join(", "))),
        text(Some(model.status().as_str())),
        text(Some(&model.status().reason())),
        text(model.status().fallback()),
        text(Some(model.demand_class().as_str())),
        float(model.adi()),
        float(model.cv2()),
        float(accuracy.and_then(|accuracy| accuracy.wape)),
        float(accuracy.and_then(|accuracy| accuracy.mase)),
        float(accuracy.and_then(|accuracy| accuracy.rmsse)),
        float(accuracy.and_then(|accuracy| accuracy.bias)),
        float(accuracy.and_then(|accuracy| accuracy.scaled_pinball)),
        float(accuracy.and_then(|accuracy| accuracy.seasonal_naive_wape)),
    ]
}
