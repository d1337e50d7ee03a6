use crate::columns::{
    argument, calibration_from, missing, model_from, nullable, rows_column, rows_type,
};
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Fields, Int64Type};
use datafusion_common::{Result, exec_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use std::sync::{Arc, LazyLock};

/// Values that a call may draw; more than that is not to be stored row by row.
const MOST_VALUES: i64 = 1_000_000;

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("path", DataType::Int64),
        nullable("step", DataType::Int64),
        nullable("units", DataType::Float64),
    ])
});

/// `sample_paths(model, horizon, paths, seed, calibration)`: simulated demand, one row for each of
/// `paths` paths and `horizon` steps. For single series: a batch that would draw more than a million
/// values is refused. Null where the model is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct SamplePathsFunction {
    signature: Signature,
}

impl SamplePathsFunction {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(5, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for SamplePathsFunction {
    fn name(&self) -> &str {
        "sample_paths"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(rows_type(&FIELDS))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let models = argument(&args, 0, &DataType::Binary)?;
        let [horizons, paths, seeds] = [1, 2, 3].map(|at| argument(&args, at, &DataType::Int64));
        let (horizons, paths, seeds) = (horizons?, paths?, seeds?);
        let calibrations = argument(&args, 4, &DataType::Binary)?;
        let (models, calibrations) = (models.as_binary::<i32>(), calibrations.as_binary::<i32>());
        let mut left = MOST_VALUES;
        let mut rows = Rows::default();
        for row in 0..args.number_rows {
            if models.is_null(row) {
                rows.lengths.push(None);
                continue;
            }
            let number = |column: &ArrayRef, what: &str| {
                let column = column.as_primitive::<Int64Type>();
                let value = column.is_valid(row).then(|| column.value(row));
                value.ok_or_else(|| missing("sample_paths", what))
            };
            let (horizon, paths) = (
                number(&horizons, "a horizon")?.max(0),
                number(&paths, "a number of paths")?.max(0),
            );
            left = left.saturating_sub(horizon.saturating_mul(paths));
            if left < 0 {
                return exec_err!(
                    "sample_paths draws at most {MOST_VALUES} values a batch; ask for fewer series, \
                     paths or steps"
                );
            }
            let calibration = calibrations.is_valid(row).then(|| calibrations.value(row));
            let calibration = calibration_from(calibration)?;
            let model = model_from(models.value(row))?;
            let seed = number(&seeds, "a seed")? as u64;
            let drawn =
                model.sample_paths(horizon as usize, paths as usize, seed, calibration.as_ref());
            rows.add(drawn.values(), horizon);
        }
        rows.finish().map(ColumnarValue::Array)
    }
}

#[derive(Default)]
struct Rows {
    lengths: Vec<Option<usize>>,
    paths: Vec<i64>,
    steps: Vec<i64>,
    units: Vec<f64>,
}

impl Rows {
    fn add(&mut self, values: &[f64], horizon: i64) {
        self.lengths.push(Some(values.len()));
        for (at, units) in values.iter().enumerate() {
            self.paths.push(at as i64 / horizon + 1);
            self.steps.push(at as i64 % horizon + 1);
            self.units.push(*units);
        }
    }

    fn finish(self) -> Result<ArrayRef> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(self.paths)),
            Arc::new(Int64Array::from(self.steps)),
            Arc::new(Float64Array::from(self.units)),
        ];
        rows_column(&FIELDS, columns, &self.lengths)
    }
}
