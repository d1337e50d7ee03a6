use crate::columns::{element, external, nullable, rows_column, rows_type};
use crate::inputs::{EXACT, Inputs};
use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray, StringArray,
    StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Fields};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_inventory::{OrderPlan, plan_order};
use std::sync::{Arc, LazyLock};

static STEP_FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("step_number", DataType::Int64),
        nullable("step", DataType::Utf8),
        nullable("quantity", EXACT),
        nullable("note", DataType::Utf8),
    ])
});

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("quantity", EXACT),
        nullable("order_on", DataType::Date32),
        nullable("arrives_on", DataType::Date32),
        nullable("covers_until", DataType::Date32),
        nullable("order_up_to_level", EXACT),
        nullable("safety_stock", EXACT),
        nullable("inventory_position", EXACT),
        nullable("expected_demand", EXACT),
        nullable("service_level_reached", DataType::Float64),
        nullable("probability_of_stockout_before_receipt", DataType::Float64),
        nullable("probability_of_stockout", DataType::Float64),
        nullable("expected_unmet_before_receipt", EXACT),
        nullable("expected_unmet_units", EXACT),
        nullable("lost_margin_before_receipt", EXACT),
        nullable("lost_margin_at_risk", EXACT),
        nullable("order_value", EXACT),
        nullable("days_of_cover_forced", DataType::Int64),
        nullable("notes", DataType::List(element(DataType::Utf8))),
        nullable("sentence", DataType::Utf8),
        nullable("steps", rows_type(&STEP_FIELDS)),
    ])
});

/// `plan_order(model, calibration, inputs)`: the order of the day after `inputs.stock_day`, its
/// figures, the steps that sum to its quantity, and a sentence for a buyer. Null where there is
/// no model or no lead time.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct PlanOrder {
    signature: Signature,
}

impl PlanOrder {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(3, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for PlanOrder {
    fn name(&self) -> &str {
        "plan_order"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let inputs = Inputs::new("plan_order", &args)?;
        let mut plans = Vec::with_capacity(args.number_rows);
        for row in inputs.rows()? {
            let Some(row) = row else {
                plans.push(None);
                continue;
            };
            let n_days = (row.policy.lead_time_days + row.policy.review_days) as usize;
            let paths = inputs.paths(&row, n_days)?;
            let plan = plan_order(
                &paths,
                row.stock_day,
                &row.position,
                &row.policy,
                &row.constraints,
                &row.economics,
            );
            plans.push(Some(plan.map_err(external)?));
        }
        columns(&plans).map(ColumnarValue::Array)
    }
}

type Plans = [Option<OrderPlan>];

fn columns(plans: &Plans) -> Result<ArrayRef> {
    let columns = vec![
        exact(plans, |plan| Some(plan.quantity.parts()))?,
        days(plans, |plan| plan.interval.order_on.epoch_days()),
        days(plans, |plan| plan.interval.sellable_on.epoch_days()),
        days(plans, |plan| plan.interval.covers_until.epoch_days()),
        exact(plans, |plan| Some(plan.order_up_to_level.parts()))?,
        exact(plans, |plan| Some(plan.safety_stock.parts()))?,
        exact(plans, |plan| Some(plan.inventory_position.parts()))?,
        exact(plans, |plan| Some(plan.expected_demand.parts()))?,
        floats(plans, |plan| plan.service_level_reached),
        floats(plans, |plan| plan.probability_of_stockout_before_receipt),
        floats(plans, |plan| plan.probability_of_stockout_without_order),
        exact(plans, |plan| Some(plan.expected_unmet_before_receipt.parts()))?,
        exact(plans, |plan| Some(plan.expected_unmet_without_order.parts()))?,
        exact(plans, |plan| plan.lost_margin_at_risk.map(|money| money.parts()))?,
        exact(plans, |plan| plan.lost_margin_without_order.map(|money| money.parts()))?,
        exact(plans, |plan| plan.order_value.map(|money| money.parts()))?,
        Arc::new(Int64Array::from_iter(
            plans.iter().map(|plan| plan.as_ref()?.days_of_cover_forced.map(i64::from)),
        )),
        notes(plans)?,
        Arc::new(
            plans
                .iter()
                .map(|plan| Some(plan.as_ref()?.sentence.as_str()))
                .collect::<StringArray>(),
        ),
        steps(plans)?,
    ];
    let nulls = NullBuffer::from_iter(plans.iter().map(Option::is_some));
    Ok(Arc::new(StructArray::try_new(FIELDS.clone(), columns, Some(nulls))?))
}

fn exact(plans: &Plans, value: impl Fn(&OrderPlan) -> Option<i128>) -> Result<ArrayRef> {
    let values: Decimal128Array = plans.iter().map(|plan| value(plan.as_ref()?)).collect();
    Ok(Arc::new(values.with_precision_and_scale(38, 4)?))
}

fn floats(plans: &Plans, value: impl Fn(&OrderPlan) -> f64) -> ArrayRef {
    Arc::new(plans.iter().map(|plan| plan.as_ref().map(&value)).collect::<Float64Array>())
}

fn days(plans: &Plans, value: impl Fn(&OrderPlan) -> i32) -> ArrayRef {
    Arc::new(plans.iter().map(|plan| plan.as_ref().map(&value)).collect::<Date32Array>())
}

fn notes(plans: &Plans) -> Result<ArrayRef> {
    let texts: StringArray = plans
        .iter()
        .flatten()
        .flat_map(|plan| plan.notes.iter().map(|note| Some(note.as_str())))
        .collect();
    let lengths = plans.iter().map(|plan| plan.as_ref().map_or(0, |plan| plan.notes.len()));
    let nulls = NullBuffer::from_iter(plans.iter().map(Option::is_some));
    let lists = ListArray::try_new(
        element(DataType::Utf8),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(texts),
        Some(nulls),
    )?;
    Ok(Arc::new(lists))
}

fn steps(plans: &Plans) -> Result<ArrayRef> {
    let steps = || plans.iter().flatten().flat_map(|plan| plan.steps.iter().enumerate());
    let quantities: Decimal128Array =
        steps().map(|(_, step)| Some(step.quantity.parts())).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(steps().map(|(index, _)| index as i64 + 1))),
        Arc::new(steps().map(|(_, step)| Some(step.kind.as_str())).collect::<StringArray>()),
        Arc::new(quantities.with_precision_and_scale(38, 4)?),
        Arc::new(steps().map(|(_, step)| Some(step.note.as_str())).collect::<StringArray>()),
    ];
    let lengths: Vec<Option<usize>> =
        plans.iter().map(|plan| plan.as_ref().map(|plan| plan.steps.len())).collect();
    rows_column(&STEP_FIELDS, columns, &lengths)
}
