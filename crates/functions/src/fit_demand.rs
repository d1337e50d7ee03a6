use crate::columns::{external, missing, nullable};
use crate::demand_series::{DemandRows, DemandSeries};
use crate::driver_rows::Coming;
use crate::fit_options::Options;
use arrow::array::{
    ArrayRef, BinaryArray, Date32Array, Float64Array, Int64Array, StringArray, StructArray,
};
use arrow::datatypes::{DataType, FieldRef, Fields};
use datafusion_common::{Result, ScalarValue, plan_err};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use shelfcast_forecast::drivers::DriverPool;
use shelfcast_forecast::{FitOptions, FittedModel, MethodWeights, SeasonalPool, fit};
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
        nullable("drivers", DataType::Utf8),
        nullable("unused_drivers", DataType::Utf8),
    ])
});

/// The arguments that a call may not leave out.
const NEEDED: usize = 8;

/// `fit_demand(period_start, units, availability, frequency, horizon, origins, pool, is_ended
/// [, drivers, coming, weights, driver_pool])`: a series in, one fitted model out with what a
/// reader wants to know of it.
///
/// `drivers` is a struct a row, each field a driver (prices are those called `price` or ending in `_price`); `coming`
/// a list of such structs with a `period_start`, what is known of periods to come, in which the
/// model's forecasts then are given. Everything from `horizon` on but `drivers` may stand in one row
/// of a series and be null in the others.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct FitDemand {
    signature: Signature,
}

impl FitDemand {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for FitDemand {
    fn name(&self) -> &str {
        "fit_demand"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let wanted = [
            Some(DataType::Date32),
            Some(DataType::Float64),
            Some(DataType::Utf8),
            Some(DataType::Utf8),
            Some(DataType::Int64),
            Some(DataType::Int64),
            Some(DataType::Binary),
            Some(DataType::Boolean),
            None,
            None,
            Some(DataType::Binary),
            Some(DataType::Binary),
        ];
        if !(NEEDED..=wanted.len()).contains(&types.len()) {
            return plan_err!("fit_demand takes 8 to 12 arguments, found {}", types.len());
        }
        let pairs = wanted.into_iter().zip(types);
        Ok(pairs.map(|(wanted, given)| wanted.unwrap_or_else(|| given.clone())).collect())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn state_fields(&self, _: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let mut fields = DemandRows::state_fields();
        fields.extend(Options::state_fields());
        Ok(fields)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Fit::default()))
    }
}

#[derive(Debug, Default)]
struct Fit {
    rows: DemandRows,
    options: Options,
}

impl Fit {
    fn fit(&self, series: &DemandSeries) -> Result<FittedModel> {
        let known = &self.options;
        let horizon = known.horizon.ok_or_else(|| missing("fit_demand", "a horizon"))?;
        let origins = known.origins.ok_or_else(|| missing("fit_demand", "a number of origins"))?;
        let horizon = usize::try_from(horizon).unwrap_or(0);
        let pool = read(known.pool.as_deref(), SeasonalPool::from_bytes)?;
        let weights = read(known.weights.as_deref(), MethodWeights::from_bytes)?;
        let driver_pool = read(known.driver_pool.as_deref(), DriverPool::from_bytes)?;
        let (nothing, coming) = (Coming::default(), known.coming.as_ref());
        // What is said of the horizon ends with it: in the period after it no driver acts.
        let dense = self.rows.drivers(series, coming.unwrap_or(&nothing), horizon + 1);
        let history = dense.history();
        let mut options = FitOptions::new(horizon)
            .with_origins(usize::try_from(origins).unwrap_or(0))
            .with_ended(known.is_ended)
            .with_drivers(&history);
        options.pool = pool.as_ref();
        options.weights = weights.as_ref();
        options.driver_pool = driver_pool.as_ref();
        let model = fit(&series.as_series()?, &options).map_err(external)?;
        match model.drivers() {
            [] => Ok(model),
            _ => model.given(&dense.coming()).map_err(external),
        }
    }
}

fn read<T, E>(
    bytes: Option<&[u8]>,
    from_bytes: impl Fn(&[u8]) -> std::result::Result<T, E>,
) -> Result<Option<T>>
where
    E: std::error::Error + Send + Sync + 'static,
{
    bytes.map(from_bytes).transpose().map_err(external)
}

impl Accumulator for Fit {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (rows, options) = values.split_at(4);
        self.options.see(options)?;
        match values.get(NEEDED) {
            Some(drivers) => {
                let rows: Vec<ArrayRef> = rows.iter().chain([drivers]).cloned().collect();
                self.rows.update(&rows)
            }
            None => self.rows.update(rows),
        }
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (rows, options) = states.split_at(DemandRows::STATE);
        self.options.merge(options)?;
        self.rows.merge(rows)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut state = self.rows.state();
        state.extend(self.options.state());
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
        size_of_val(self) + self.rows.size() + self.options.size()
    }
}

fn figures(series: &DemandSeries, model: &FittedModel) -> Vec<ArrayRef> {
    let text = |value: Option<&str>| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let float = |value: Option<f64>| -> ArrayRef { Arc::new(Float64Array::from(vec![value])) };
    let day = |value: i32| -> ArrayRef { Arc::new(Date32Array::from(vec![value])) };
    let parameters: Vec<String> =
        model.parameters().iter().map(|(name, value)| format!("{name} {value:.4}")).collect();
    let drivers: Vec<String> = model
        .drivers()
        .iter()
        .map(|driver| {
            format!("{} {:+.3} +- {:.3}", driver.name, driver.coefficient, driver.deviation)
        })
        .collect();
    let unused: Vec<String> = model
        .unused_drivers()
        .iter()
        .map(|driver| format!("{}: {}", driver.name, driver.reason.as_str()))
        .collect();
    let listed = |parts: &[String], between| {
        text(Some(parts.join(between).as_str()).filter(|list| !list.is_empty()))
    };
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
        listed(&drivers, ", "),
        listed(&unused, "; "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray, BooleanArray, ListArray};
    use arrow::buffer::{NullBuffer, OffsetBuffer};
    use std::ops::Range;

    const DAYS: i32 = 140;

    fn promoted(day: i32) -> bool {
        day % 20 < 3
    }

    fn promotions(days: &[i32]) -> (Fields, ArrayRef) {
        let fields = Fields::from(vec![
            nullable("period_start", DataType::Date32),
            nullable("promotion", DataType::Float64),
        ]);
        let acts = days.iter().map(|day| f64::from(u8::from(promoted(*day))));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Date32Array::from(days.to_vec())),
            Arc::new(Float64Array::from_iter_values(acts)),
        ];
        (fields.clone(), Arc::new(StructArray::new(fields, columns, None)))
    }

    /// Rows of days on which a promotion doubles demand; the first of all rows says what comes.
    fn rows(days: Range<i32>) -> Vec<ArrayRef> {
        let days: Vec<i32> = days.collect();
        let repeat =
            |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; days.len()])) };
        let number =
            |value: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![value; days.len()])) };
        let nothing =
            || -> ArrayRef { Arc::new(BinaryArray::from(vec![None::<&[u8]>; days.len()])) };
        let units = days.iter().map(|day| {
            let usual = 20 + day * 7 % 5;
            f64::from(if promoted(*day) { 2 * usual } else { usual })
        });
        let ahead: Vec<i32> = (DAYS..DAYS + 7).collect();
        let (fields, coming) = promotions(&ahead);
        let says = |row: usize| days[row] == 0;
        let n_said = (0..days.len()).filter(|row| says(*row)).count();
        let coming = coming.slice(0, 7 * n_said);
        let lengths = (0..days.len()).map(|row| if says(row) { 7 } else { 0 });
        let coming = ListArray::new(
            crate::columns::element(DataType::Struct(fields)),
            OffsetBuffer::from_lengths(lengths),
            coming,
            Some(NullBuffer::from_iter((0..days.len()).map(says))),
        );
        vec![
            Arc::new(Date32Array::from(days.clone())),
            Arc::new(Float64Array::from_iter_values(units)),
            repeat("observed"),
            repeat("day"),
            number(7),
            number(2),
            nothing(),
            Arc::new(BooleanArray::from(vec![false; days.len()])),
            promotions(&days).1,
            Arc::new(coming),
            nothing(),
            nothing(),
        ]
    }

    fn fitted(fit: &mut Fit) -> FittedModel {
        let ScalarValue::Struct(row) = fit.evaluate().unwrap() else { panic!("no model") };
        crate::columns::model_from(row.column(0).as_binary::<i32>().value(0)).unwrap()
    }

    #[test]
    fn parts_in_any_order_fit_as_the_whole() {
        let mut whole = Fit::default();
        whole.update_batch(&rows(0..DAYS)).unwrap();
        let mut merged = Fit::default();
        for days in [90..DAYS, 0..90] {
            let mut part = Fit::default();
            part.update_batch(&rows(days)).unwrap();
            let states: Vec<ArrayRef> =
                part.state().unwrap().iter().map(|state| state.to_array().unwrap()).collect();
            merged.merge_batch(&states).unwrap();
        }
        assert_eq!(fitted(&mut merged).to_bytes(), fitted(&mut whole).to_bytes());
    }

    #[test]
    fn what_is_known_ahead_is_in_the_forecast() {
        let mut fit = Fit::default();
        fit.update_batch(&rows(0..DAYS)).unwrap();
        let model = fitted(&mut fit);
        let mean = model.forecast(9, None, &[]).unwrap().mean;
        // Day 140 begins a promotion of three days; nothing is said of days after the seventh.
        assert!(mean[..3].iter().all(|units| (36.0..52.0).contains(units)), "{mean:?}");
        assert!(mean[3..].iter().all(|units| (17.0..27.0).contains(units)), "{mean:?}");
    }
}
