use crate::columns::{
    argument, calibration_from, element, external, lists_of, model_from, nullable, rows_column,
    rows_type,
};
use crate::driver_rows::Coming;
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Date32Type, Fields, Float64Type};
use datafusion_common::{Result, exec_err};
use datafusion_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use shelfcast_forecast::{FittedModel, Level};
use std::sync::{Arc, LazyLock};

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("period_start", DataType::Date32),
        nullable("step", DataType::Int64),
        nullable("mean", DataType::Float64),
        nullable("median", DataType::Float64),
        nullable("lower", DataType::List(element(DataType::Float64))),
        nullable("upper", DataType::List(element(DataType::Float64))),
    ])
});

/// `forecast(model, future, levels, calibration [, coming])`: one row for each period of `future`
/// (period starts, the first right after the model's last period), with an interval for each of
/// `levels` (0-1). `coming`, as in `fit_demand`, takes the place of what the model was told of the
/// drivers' future. Null where the model is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct ForecastFunction {
    signature: Signature,
}

impl ForecastFunction {
    pub(crate) fn new() -> Self {
        let arguments = vec![TypeSignature::Any(4), TypeSignature::Any(5)];
        Self { signature: Signature::one_of(arguments, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for ForecastFunction {
    fn name(&self) -> &str {
        "forecast"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(rows_type(&FIELDS))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let models = argument(&args, 0, &DataType::Binary)?;
        let futures = argument(&args, 1, &DataType::List(element(DataType::Date32)))?;
        let levels = argument(&args, 2, &DataType::List(element(DataType::Float64)))?;
        let calibrations = argument(&args, 3, &DataType::Binary)?;
        let (models, calibrations) = (models.as_binary::<i32>(), calibrations.as_binary::<i32>());
        let comings = match args.args.get(4) {
            Some(coming) => Some(coming.clone().into_array(args.number_rows)?),
            None => None,
        };
        let mut rows = Rows::default();
        for row in 0..args.number_rows {
            if models.is_null(row) || futures.is_null(row) {
                rows.lengths.push(None);
                continue;
            }
            let levels = levels_at(&levels, row)?;
            let calibration = calibrations.is_valid(row).then(|| calibrations.value(row));
            let future = futures.as_list::<i32>().value(row);
            let future = future.as_primitive::<Date32Type>();
            let mut model = model_from(models.value(row))?;
            let coming = comings.as_ref().map_or(Ok(None), |lists| Coming::of(lists, row))?;
            if let Some(coming) = coming {
                let dense = coming.dense(model.drivers(), future.values());
                model = model.given(&dense.coming()).map_err(external)?;
            }
            rows.forecast(&model, future, &levels, calibration)?;
        }
        rows.finish().map(ColumnarValue::Array)
    }
}

/// The levels in row `row` of a column of lists.
pub(crate) fn levels_at(lists: &ArrayRef, row: usize) -> Result<Vec<Level>> {
    let values = lists.as_list::<i32>().value(row);
    let values = values.as_primitive::<Float64Type>();
    values.iter().flatten().map(|value| Level::new(value).map_err(external)).collect()
}

#[derive(Default)]
struct Rows {
    lengths: Vec<Option<usize>>,
    starts: Vec<i32>,
    steps: Vec<i64>,
    means: Vec<f64>,
    medians: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    n_levels: Option<usize>,
}

impl Rows {
    fn forecast(
        &mut self,
        model: &FittedModel,
        future: &Date32Array,
        levels: &[Level],
        calibration: Option<&[u8]>,
    ) -> Result<()> {
        if *self.n_levels.get_or_insert(levels.len()) != levels.len() {
            return exec_err!("forecast takes the same number of levels in every row");
        }
        self.lengths.push(Some(future.len()));
        if future.is_empty() {
            return Ok(());
        }
        let calibration = calibration_from(calibration)?;
        let forecast =
            model.forecast(future.len(), calibration.as_ref(), levels).map_err(external)?;
        for step in 0..future.len() {
            self.starts.push(future.value(step));
            self.steps.push(step as i64 + 1);
            self.means.push(forecast.mean[step]);
            self.medians.push(forecast.median[step]);
            self.lower.extend(forecast.intervals.iter().map(|interval| interval.lower[step]));
            self.upper.extend(forecast.intervals.iter().map(|interval| interval.upper[step]));
        }
        Ok(())
    }

    fn finish(self) -> Result<ArrayRef> {
        let n_rows = self.starts.len();
        let n_levels = self.n_levels.unwrap_or(0);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Date32Array::from(self.starts)),
            Arc::new(Int64Array::from(self.steps)),
            Arc::new(Float64Array::from(self.means)),
            Arc::new(Float64Array::from(self.medians)),
            lists_of(Arc::new(Float64Array::from(self.lower)), n_levels, n_rows)?,
            lists_of(Arc::new(Float64Array::from(self.upper)), n_levels, n_rows)?,
        ];
        rows_column(&FIELDS, columns, &self.lengths)
    }
}
