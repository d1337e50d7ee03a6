use crate::columns::{argument, element, external, nullable, rows_column, rows_type};
use crate::inputs::{EXACT, Inputs, whole};
use arrow::array::{ArrayRef, AsArray, Date32Array, Decimal128Array, Float64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Fields, Int64Type};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_inventory::{OpenOrder, ProjectedDay, project_replenishment};
use shelfcast_retail::{Day, Quantity};
use std::sync::{Arc, LazyLock};

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("day", DataType::Date32),
        nullable("receipts", EXACT),
        nullable("mean", DataType::Float64),
        nullable("median", DataType::Float64),
        nullable("lower_80", DataType::Float64),
        nullable("upper_80", DataType::Float64),
        nullable("expected_sales", DataType::Float64),
        nullable("expected_unmet", DataType::Float64),
        nullable("expected_written_off", DataType::Float64),
        nullable("probability_of_stockout", DataType::Float64),
        nullable("median_without_order", DataType::Float64),
        nullable("sample", DataType::List(element(DataType::Float64))),
    ])
});

/// `project_stock(model, calibration, inputs, proposed_quantity, proposed_on, n_days)`: one row for
/// each of the `n_days` days after `inputs.stock_day`, with the open orders of the inputs and the
/// proposal, if one is given; `median_without_order` leaves it out. Goods with a shelf life age.
/// Null where nothing can be planned.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct ProjectStock {
    signature: Signature,
}

impl ProjectStock {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(6, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for ProjectStock {
    fn name(&self) -> &str {
        "project_stock"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(rows_type(&FIELDS))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let inputs = Inputs::new("project_stock", &args)?;
        let (proposals, n_days) = (proposals(&args)?, argument(&args, 5, &DataType::Int64)?);
        let n_days = n_days.as_primitive::<Int64Type>();
        let mut lengths = Vec::with_capacity(args.number_rows);
        let mut days: Vec<ProjectedDay> = Vec::new();
        let mut medians_without = Vec::new();
        for (index, row) in inputs.rows()?.into_iter().enumerate() {
            let Ok(row) = row else {
                lengths.push(None);
                continue;
            };
            let n_days = whole(n_days.value(index))? as usize;
            let paths = inputs.paths(&row, n_days)?;
            let request = row.request(&paths);
            let project = |proposal| project_replenishment(&request, proposal, n_days);
            let proposal = proposals[index].filter(|order| order.quantity > Quantity::ZERO);
            let projection = project(proposal).map_err(external)?;
            let median = |day: &ProjectedDay| day.median;
            match proposal {
                Some(_) => {
                    let without = project(None).map_err(external)?;
                    medians_without.extend(without.days.iter().map(median));
                }
                None => medians_without.extend(projection.days.iter().map(median)),
            }
            lengths.push(Some(projection.days.len()));
            days.extend(projection.days);
        }
        columns(&days, medians_without, &lengths).map(ColumnarValue::Array)
    }
}

/// The proposed quantity and the day it can be sold from, where there is one.
fn proposals(args: &ScalarFunctionArgs) -> Result<Vec<Option<OpenOrder>>> {
    let quantities = argument(args, 3, &EXACT)?;
    let days = argument(args, 4, &DataType::Date32)?;
    let (quantities, days) =
        (quantities.as_primitive::<Decimal128Type>(), days.as_primitive::<Date32Type>());
    let proposals = quantities.iter().zip(days.iter()).map(|(quantity, day)| {
        Some(OpenOrder {
            due_on: Day::from_epoch_days(day?),
            quantity: Quantity::from_parts(quantity?),
        })
    });
    Ok(proposals.collect())
}

fn columns(
    days: &[ProjectedDay],
    medians_without: Vec<f64>,
    lengths: &[Option<usize>],
) -> Result<ArrayRef> {
    let float = |value: &dyn Fn(&ProjectedDay) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(days.iter().map(value)))
    };
    let sample: Float64Array =
        days.iter().flat_map(|day| &day.sample).map(|units| Some(*units)).collect();
    let receipts: Decimal128Array = days.iter().map(|day| Some(day.receipts.parts())).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from_iter_values(days.iter().map(|day| day.day.epoch_days()))),
        Arc::new(receipts.with_precision_and_scale(38, 4)?),
        float(&|day| day.mean),
        float(&|day| day.median),
        float(&|day| day.lower_80),
        float(&|day| day.upper_80),
        float(&|day| day.expected_sales),
        float(&|day| day.expected_unmet),
        float(&|day| day.expected_written_off),
        float(&|day| day.probability_stocked_out),
        Arc::new(Float64Array::from(medians_without)),
        Arc::new(ListArray::try_new(
            element(DataType::Float64),
            OffsetBuffer::from_lengths(days.iter().map(|day| day.sample.len())),
            Arc::new(sample),
            None,
        )?),
    ];
    rows_column(&FIELDS, columns, lengths)
}
