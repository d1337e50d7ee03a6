use crate::columns::{
    argument, calibration_from, element, lists_of, model_from, nullable, rows_column, rows_type,
};
use crate::forecast::levels_at;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Fields};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_forecast::HoldoutPoint;
use std::sync::{Arc, LazyLock};

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("periods_before_end", DataType::Int64),
        nullable("actual", DataType::Float64),
        nullable("is_observed", DataType::Boolean),
        nullable("mean", DataType::Float64),
        nullable("median", DataType::Float64),
        nullable("lower", DataType::List(element(DataType::Float64))),
        nullable("upper", DataType::List(element(DataType::Float64))),
        nullable("claimed", DataType::List(element(DataType::Float64))),
    ])
});

/// `demand_holdout(model, levels, calibration)`: the last rolling origin against what happened,
/// with intervals that knew earlier origins only. `periods_before_end` is 0 for the model's last
/// period. Empty where nothing was held out, null where the model is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct HoldoutFunction {
    signature: Signature,
}

impl HoldoutFunction {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(3, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for HoldoutFunction {
    fn name(&self) -> &str {
        "demand_holdout"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(rows_type(&FIELDS))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let models = argument(&args, 0, &DataType::Binary)?;
        let levels = argument(&args, 1, &DataType::List(element(DataType::Float64)))?;
        let calibrations = argument(&args, 2, &DataType::Binary)?;
        let (models, calibrations) = (models.as_binary::<i32>(), calibrations.as_binary::<i32>());
        let mut lengths = Vec::with_capacity(args.number_rows);
        let mut points = Vec::new();
        let mut before_end = Vec::new();
        let mut n_levels = 0;
        for row in 0..args.number_rows {
            if models.is_null(row) {
                lengths.push(None);
                continue;
            }
            let levels = levels_at(&levels, row)?;
            n_levels = levels.len();
            let calibration = calibrations.is_valid(row).then(|| calibrations.value(row));
            let calibration = calibration_from(calibration)?;
            let model = model_from(models.value(row))?;
            let held_out = model.holdout(calibration.as_ref(), &levels);
            let last = held_out.last().map_or(0, |point| point.index);
            before_end.extend(held_out.iter().map(|point| (last - point.index) as i64));
            lengths.push(Some(held_out.len()));
            points.extend(held_out);
        }
        rows(&points, before_end, n_levels, &lengths).map(ColumnarValue::Array)
    }
}

fn rows(
    points: &[HoldoutPoint],
    before_end: Vec<i64>,
    n_levels: usize,
    lengths: &[Option<usize>],
) -> Result<ArrayRef> {
    let float = |value: &dyn Fn(&HoldoutPoint) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(points.iter().map(value)))
    };
    let observed: BooleanArray = points.iter().map(|point| Some(point.observed)).collect();
    let ends = |value: &dyn Fn(&shelfcast_forecast::HoldoutInterval) -> f64| {
        let values = points.iter().flat_map(|point| point.intervals.iter().map(value));
        lists_of(Arc::new(Float64Array::from_iter_values(values)), n_levels, points.len())
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(before_end)),
        float(&|point| point.actual),
        Arc::new(observed),
        float(&|point| point.mean),
        float(&|point| point.median),
        ends(&|interval| interval.lower)?,
        ends(&|interval| interval.upper)?,
        ends(&|interval| interval.claimed)?,
    ];
    rows_column(&FIELDS, columns, lengths)
}
