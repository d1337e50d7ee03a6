use crate::columns::{argument, element, external, model_from, nullable, rows_column, rows_type};
use crate::driver_rows::Coming;
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Date32Type, Fields};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_forecast::FittedModel;
use std::sync::{Arc, LazyLock};

static PART_FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![nullable("part", DataType::Utf8), nullable("units", DataType::Float64)])
});

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("period_start", DataType::Date32),
        nullable("step", DataType::Int64),
        nullable("mean", DataType::Float64),
        nullable("parts", rows_type(&PART_FIELDS)),
    ])
});

/// `explain_demand(model, future, coming)`: one row for each period of `future` (period starts, the
/// first right after the model's last period) with its mean taken apart into `base`, `season` and
/// what each driver adds, which sum to it. `coming` is that of `fit_demand`. Null where the model is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct ExplainDemand {
    signature: Signature,
}

impl ExplainDemand {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(3, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for ExplainDemand {
    fn name(&self) -> &str {
        "explain_demand"
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
        let comings = args.args[2].clone().into_array(args.number_rows)?;
        let models = models.as_binary::<i32>();
        let mut rows = Rows::default();
        for row in 0..args.number_rows {
            if models.is_null(row) || futures.is_null(row) {
                rows.lengths.push(None);
                continue;
            }
            let future = futures.as_list::<i32>().value(row);
            let future = future.as_primitive::<Date32Type>().values();
            let coming = Coming::of(&comings, row)?.unwrap_or_default();
            rows.explain(&model_from(models.value(row))?, future, &coming)?;
        }
        rows.finish().map(ColumnarValue::Array)
    }
}

#[derive(Default)]
struct Rows {
    lengths: Vec<Option<usize>>,
    starts: Vec<i32>,
    steps: Vec<i64>,
    means: Vec<f64>,
    part_lengths: Vec<Option<usize>>,
    parts: Vec<String>,
    units: Vec<f64>,
}

impl Rows {
    fn explain(&mut self, model: &FittedModel, future: &[i32], coming: &Coming) -> Result<()> {
        self.lengths.push(Some(future.len()));
        let dense = coming.dense(model.drivers(), future);
        let explained = model.explain_ahead(future.len(), &dense.coming()).map_err(external)?;
        for (step, explanation) in explained.iter().enumerate() {
            self.starts.push(future[step]);
            self.steps.push(step as i64 + 1);
            self.means.push(explanation.mean);
            self.part_lengths.push(Some(2 + explanation.drivers.len()));
            self.add("base", explanation.base);
            self.add("season", explanation.season);
            explanation.drivers.iter().for_each(|(driver, units)| self.add(driver, *units));
        }
        Ok(())
    }

    fn add(&mut self, part: &str, units: f64) {
        self.parts.push(part.to_owned());
        self.units.push(units);
    }

    fn finish(self) -> Result<ArrayRef> {
        let parts: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(self.parts)),
            Arc::new(Float64Array::from(self.units)),
        ];
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Date32Array::from(self.starts)),
            Arc::new(Int64Array::from(self.steps)),
            Arc::new(Float64Array::from(self.means)),
            rows_column(&PART_FIELDS, parts, &self.part_lengths)?,
        ];
        rows_column(&FIELDS, columns, &self.lengths)
    }
}
