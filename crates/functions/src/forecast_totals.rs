use crate::columns::{
    argument, calibration_from, element, external, lists_of, missing, model_from, nullable,
    rows_column, rows_type,
};
use crate::forecast::levels_at;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Fields, Int64Type};
use datafusion_common::{Result, exec_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_forecast::{FittedModel, Level};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// Paths that quantiles are read from: the 2.5 % quantile is the 13th smallest.
const PATHS: usize = 500;

/// The draws are those of this seed, so that an answer is the same each time.
const SEED: u64 = 1;

/// Steps that a span may end at.
const LAST_STEP: i64 = 1_000;

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("first_step", DataType::Int64),
        nullable("last_step", DataType::Int64),
        nullable("mean", DataType::Float64),
        nullable("lower", DataType::List(element(DataType::Float64))),
        nullable("upper", DataType::List(element(DataType::Float64))),
    ])
});

/// `forecast_totals(model, first_steps, last_steps, levels, calibration)`: demand of several periods
/// together, one row for each span from a first to a last step ahead (from 1, both included), with an
/// interval for each of `levels` (0-1) from sample paths: ends of single periods do not add up. Null
/// where the model is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct ForecastTotals {
    signature: Signature,
}

impl ForecastTotals {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(5, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for ForecastTotals {
    fn name(&self) -> &str {
        "forecast_totals"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(rows_type(&FIELDS))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let models = argument(&args, 0, &DataType::Binary)?;
        let steps = |at| argument(&args, at, &DataType::List(element(DataType::Int64)));
        let (firsts, lasts) = (steps(1)?, steps(2)?);
        let levels = argument(&args, 3, &DataType::List(element(DataType::Float64)))?;
        let calibrations = argument(&args, 4, &DataType::Binary)?;
        let (models, calibrations) = (models.as_binary::<i32>(), calibrations.as_binary::<i32>());
        let mut rows = Rows::default();
        for row in 0..args.number_rows {
            if models.is_null(row) {
                rows.lengths.push(None);
                continue;
            }
            let spans = spans_at(&firsts, &lasts, row)?;
            let calibration = calibrations.is_valid(row).then(|| calibrations.value(row));
            let model = model_from(models.value(row))?;
            rows.add(&model, &spans, &levels_at(&levels, row)?, calibration)?;
        }
        rows.finish().map(ColumnarValue::Array)
    }
}

/// The spans in a row, as steps from 0.
fn spans_at(firsts: &ArrayRef, lasts: &ArrayRef, row: usize) -> Result<Vec<Range<usize>>> {
    let numbers = |lists: &ArrayRef| -> Result<Vec<i64>> {
        if lists.is_null(row) {
            return Err(missing("forecast_totals", "lists of first and last steps"));
        }
        let values = lists.as_list::<i32>().value(row);
        Ok(values.as_primitive::<Int64Type>().iter().flatten().collect())
    };
    let (firsts, lasts) = (numbers(firsts)?, numbers(lasts)?);
    if firsts.len() != lasts.len() {
        return exec_err!(
            "forecast_totals takes as many first as last steps, found {} and {}",
            firsts.len(),
            lasts.len()
        );
    }
    let span = |(first, last): (i64, i64)| match 1 <= first && first <= last && last <= LAST_STEP {
        true => Ok(first as usize - 1..last as usize),
        false => exec_err!(
            "forecast_totals takes spans within steps 1 to {LAST_STEP}, found {first} to {last}"
        ),
    };
    firsts.into_iter().zip(lasts).map(span).collect()
}

#[derive(Default)]
struct Rows {
    lengths: Vec<Option<usize>>,
    firsts: Vec<i64>,
    lasts: Vec<i64>,
    means: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    n_levels: Option<usize>,
}

impl Rows {
    fn add(
        &mut self,
        model: &FittedModel,
        spans: &[Range<usize>],
        levels: &[Level],
        calibration: Option<&[u8]>,
    ) -> Result<()> {
        if *self.n_levels.get_or_insert(levels.len()) != levels.len() {
            return exec_err!("forecast_totals takes the same number of levels in every row");
        }
        self.lengths.push(Some(spans.len()));
        let Some(horizon) = spans.iter().map(|span| span.end).max() else { return Ok(()) };
        let calibration = calibration_from(calibration)?;
        let means = model.forecast(horizon, calibration.as_ref(), &[]).map_err(external)?.mean;
        let paths = model.sample_paths(horizon, PATHS, SEED, calibration.as_ref());
        for span in spans {
            let quantiles = |probability: fn(&Level) -> f64| {
                let probabilities: Vec<f64> = levels.iter().map(probability).collect();
                paths.total_quantiles(span.clone(), &probabilities).map_err(external)
            };
            self.firsts.push(span.start as i64 + 1);
            self.lasts.push(span.end as i64);
            self.means.push(means[span.clone()].iter().sum());
            self.lower.extend(quantiles(|level| level.lower())?);
            self.upper.extend(quantiles(|level| level.upper())?);
        }
        Ok(())
    }

    fn finish(self) -> Result<ArrayRef> {
        let n_rows = self.firsts.len();
        let n_levels = self.n_levels.unwrap_or(0);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(self.firsts)),
            Arc::new(Int64Array::from(self.lasts)),
            Arc::new(Float64Array::from(self.means)),
            lists_of(Arc::new(Float64Array::from(self.lower)), n_levels, n_rows)?,
            lists_of(Arc::new(Float64Array::from(self.upper)), n_levels, n_rows)?,
        ];
        rows_column(&FIELDS, columns, &self.lengths)
    }
}
