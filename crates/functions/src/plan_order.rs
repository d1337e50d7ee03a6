use crate::columns::{element, external, nullable, rows_column, rows_type};
use crate::inputs::{EXACT, InputRow, Inputs, Planned};
use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray, StringArray,
    StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Fields};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_inventory::{
    DemandPaths, LeadTimeDistribution, OpenOrder, OrderPlan, PlanError, Policy, excess_limit,
    plan_replenishment, replenishment_days, surplus_orders,
};
use shelfcast_retail::Quantity;
use std::sync::{Arc, LazyLock};

static STEP_FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("step_number", DataType::Int64),
        nullable("step", DataType::Utf8),
        nullable("quantity", EXACT),
        nullable("note", DataType::Utf8),
    ])
});

static MARGIN_FIELDS: LazyLock<Fields> =
    LazyLock::new(|| Fields::from(vec![nullable("quantity", EXACT), nullable("margin", EXACT)]));

static SURPLUS_FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("due_on", DataType::Date32),
        nullable("quantity", EXACT),
        nullable("probability_of_stockout", DataType::Float64),
    ])
});

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        nullable("quantity", EXACT),
        nullable("waiting_quantity", EXACT),
        nullable("sells_in_time", EXACT),
        nullable("order_on", DataType::Date32),
        nullable("ordered_on", DataType::Date32),
        nullable("next_order_day", DataType::Date32),
        nullable("arrives_on", DataType::Date32),
        nullable("covers_until", DataType::Date32),
        nullable("order_up_to_level", EXACT),
        nullable("safety_stock", EXACT),
        nullable("inventory_position", EXACT),
        nullable("expected_demand", EXACT),
        nullable("service_level_reached", DataType::Float64),
        nullable("fill_rate_reached", DataType::Float64),
        nullable("probability_of_stockout_before_receipt", DataType::Float64),
        nullable("probability_of_stockout", DataType::Float64),
        nullable("expected_unmet_before_receipt", EXACT),
        nullable("expected_unmet_units", EXACT),
        nullable("lost_margin_before_receipt", EXACT),
        nullable("lost_margin_without_order", EXACT),
        nullable("order_value", EXACT),
        nullable("days_of_cover_forced", DataType::Int64),
        nullable("notes", DataType::List(element(DataType::Utf8))),
        nullable("sentence", DataType::Utf8),
        nullable("steps", rows_type(&STEP_FIELDS)),
        nullable("margin_saved", rows_type(&MARGIN_FIELDS)),
        nullable("lead_time_days", DataType::Int64),
        nullable("lead_time_mean", DataType::Float64),
        nullable("lead_time_deviation", DataType::Float64),
        nullable("lead_time_longest", DataType::Int64),
        nullable("surplus_orders", rows_type(&SURPLUS_FIELDS)),
        nullable("excess_limit", EXACT),
        nullable("problem", DataType::Utf8),
    ])
});

/// `plan_order(model, calibration, inputs)`: the order of the day after `inputs.stock_day`, its
/// figures, the steps that sum to its quantity, and a sentence for a buyer. Where nothing can be
/// planned, `problem` says why and the rest is null.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct PlanOrder {
    signature: Signature,
}

impl PlanOrder {
    pub(crate) fn new() -> Self {
        // Of an immutable function the optimizer makes one call for every field that is read.
        Self { signature: Signature::any(3, Volatility::Volatile) }
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
        let rows = inputs.rows()?;
        let plans: Result<Vec<Planned<Plan>>> =
            rows.into_iter().map(|row| row_plan(&inputs, row)).collect();
        let plans = plans?;
        columns(&plans).map(ColumnarValue::Array)
    }
}

/// A plan with the lead times that it was sized by.
struct Plan {
    order: OrderPlan,
    lead_time: LeadTimeDistribution,
    /// Open orders that could be cancelled, and the probability of a stockout without them.
    surplus: Vec<(OpenOrder, f64)>,
    excess_limit: Option<Quantity>,
}

/// What cannot be planned is told on its row; only what nobody can mean ends the query.
fn row_plan(inputs: &Inputs, row: Planned<InputRow>) -> Result<Planned<Plan>> {
    let row = match row {
        Ok(row) => row,
        Err(problem) => return Ok(Err(problem)),
    };
    let refused = |error: PlanError| Ok(Err(error.to_string()));
    let n_days =
        match replenishment_days(row.stock_day, &row.lead_time, &row.calendar, &row.strategy) {
            Ok(n_days) => n_days as usize,
            Err(error) => return refused(error),
        };
    let paths = inputs.paths(&row, n_days)?;
    match plan_replenishment(&row.request(&paths)) {
        Ok(order) => {
            let surplus = cancellable(&row, &paths, &order).map_err(external)?;
            let excess_limit = limit_passed(inputs, &row, &order)?;
            Ok(Ok(Plan { order, lead_time: row.lead_time, surplus, excess_limit }))
        }
        Err(error) => refused(error),
    }
}

fn cancellable(
    row: &InputRow,
    paths: &DemandPaths,
    order: &OrderPlan,
) -> std::result::Result<Vec<(OpenOrder, f64)>, PlanError> {
    if row.position.open_orders.is_empty() {
        return Ok(Vec::new());
    }
    let policy = Policy {
        service_target: row.strategy.target.rate(),
        review_days: row.calendar.review_days(),
        lead_time_days: row.lead_time.typical(),
        unmet: row.strategy.unmet,
        assumptions: Vec::new(),
    };
    surplus_orders(order, paths, &row.position, &policy)
}

/// Paths that the limit of excess is read from: its rank is known to two hundredths.
const EXCESS_PATHS: usize = 250;

/// What stock has to be above to be excess. Days so far ahead are drawn only where it is above the
/// order-up-to level and above what is expected to sell by then.
fn limit_passed(inputs: &Inputs, row: &InputRow, order: &OrderPlan) -> Result<Option<Quantity>> {
    let n_days = row.thresholds.excess_days.max(1);
    let expected = order.expected_demand.parts() * i128::from(n_days)
        / i128::from(order.interval.n_days.max(1));
    let stock = row.position.committed();
    if stock <= order.order_up_to_level || stock.parts() <= expected {
        return Ok(None);
    }
    let paths = inputs.some_paths(row, n_days as usize, row.n_paths.min(EXCESS_PATHS))?;
    Ok(Some(excess_limit(order.order_up_to_level, &paths, &row.thresholds)))
}

type Plans = [Planned<Plan>];

fn orders(plans: &Plans) -> impl Iterator<Item = Option<&OrderPlan>> {
    plans.iter().map(|plan| plan.as_ref().ok().map(|plan| &plan.order))
}

fn columns(plans: &Plans) -> Result<ArrayRef> {
    let columns = vec![
        exact(plans, |plan| Some(plan.quantity.parts()))?,
        exact(plans, |plan| Some(plan.waiting_quantity.parts()))?,
        exact(plans, |plan| plan.sells_in_time.map(|units| units.parts()))?,
        days(plans, |plan| plan.interval.order_on.epoch_days()),
        days(plans, |plan| plan.ordered_on.epoch_days()),
        days(plans, |plan| plan.next_order_day.epoch_days()),
        days(plans, |plan| plan.interval.sellable_on.epoch_days()),
        days(plans, |plan| plan.interval.covers_until.epoch_days()),
        exact(plans, |plan| Some(plan.order_up_to_level.parts()))?,
        exact(plans, |plan| Some(plan.safety_stock.parts()))?,
        exact(plans, |plan| Some(plan.inventory_position.parts()))?,
        exact(plans, |plan| Some(plan.expected_demand.parts()))?,
        floats(plans, |plan| plan.service_level_reached),
        floats(plans, |plan| plan.fill_rate_reached),
        floats(plans, |plan| plan.probability_of_stockout_before_receipt),
        floats(plans, |plan| plan.probability_of_stockout_without_order),
        exact(plans, |plan| Some(plan.expected_unmet_before_receipt.parts()))?,
        exact(plans, |plan| Some(plan.expected_unmet_without_order.parts()))?,
        exact(plans, |plan| plan.lost_margin_at_risk.map(|money| money.parts()))?,
        exact(plans, |plan| plan.lost_margin_without_order.map(|money| money.parts()))?,
        exact(plans, |plan| plan.order_value.map(|money| money.parts()))?,
        Arc::new(Int64Array::from_iter(
            orders(plans).map(|plan| plan?.days_of_cover_forced.map(i64::from)),
        )),
        notes(plans)?,
        Arc::new(orders(plans).map(|plan| Some(plan?.sentence.as_str())).collect::<StringArray>()),
        steps(plans)?,
        margins(plans)?,
        Arc::new(law(plans, |law| i64::from(law.typical())).collect::<Int64Array>()),
        Arc::new(law(plans, LeadTimeDistribution::mean).collect::<Float64Array>()),
        Arc::new(law(plans, LeadTimeDistribution::deviation).collect::<Float64Array>()),
        Arc::new(law(plans, |law| i64::from(law.longest())).collect::<Int64Array>()),
        surplus(plans)?,
        excess_limits(plans)?,
        Arc::new(
            plans
                .iter()
                .map(|plan| plan.as_ref().err().map(String::as_str))
                .collect::<StringArray>(),
        ),
    ];
    Ok(Arc::new(StructArray::try_new(FIELDS.clone(), columns, None)?))
}

fn exact(plans: &Plans, value: impl Fn(&OrderPlan) -> Option<i128>) -> Result<ArrayRef> {
    let values: Decimal128Array = orders(plans).map(|plan| value(plan?)).collect();
    Ok(Arc::new(values.with_precision_and_scale(38, 4)?))
}

fn excess_limits(plans: &Plans) -> Result<ArrayRef> {
    let limits = plans.iter().map(|plan| plan.as_ref().ok()?.excess_limit);
    let values: Decimal128Array = limits.map(|limit| Some(limit?.parts())).collect();
    Ok(Arc::new(values.with_precision_and_scale(38, 4)?))
}

fn floats(plans: &Plans, value: impl Fn(&OrderPlan) -> f64) -> ArrayRef {
    Arc::new(orders(plans).map(|plan| plan.map(&value)).collect::<Float64Array>())
}

fn days(plans: &Plans, value: impl Fn(&OrderPlan) -> i32) -> ArrayRef {
    Arc::new(orders(plans).map(|plan| plan.map(&value)).collect::<Date32Array>())
}

fn law<T>(
    plans: &Plans,
    value: impl Fn(&LeadTimeDistribution) -> T,
) -> impl Iterator<Item = Option<T>> {
    plans.iter().map(move |plan| plan.as_ref().ok().map(|plan| value(&plan.lead_time)))
}

fn notes(plans: &Plans) -> Result<ArrayRef> {
    let texts: StringArray = orders(plans)
        .flatten()
        .flat_map(|plan| plan.notes.iter().map(|note| Some(note.as_str())))
        .collect();
    let lengths = orders(plans).map(|plan| plan.map_or(0, |plan| plan.notes.len()));
    let nulls = NullBuffer::from_iter(plans.iter().map(|plan| plan.is_ok()));
    let lists = ListArray::try_new(
        element(DataType::Utf8),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(texts),
        Some(nulls),
    )?;
    Ok(Arc::new(lists))
}

fn steps(plans: &Plans) -> Result<ArrayRef> {
    let steps = || orders(plans).flatten().flat_map(|plan| plan.steps.iter().enumerate());
    let quantities: Decimal128Array =
        steps().map(|(_, step)| Some(step.quantity.parts())).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(steps().map(|(index, _)| index as i64 + 1))),
        Arc::new(steps().map(|(_, step)| Some(step.kind.as_str())).collect::<StringArray>()),
        Arc::new(quantities.with_precision_and_scale(38, 4)?),
        Arc::new(steps().map(|(_, step)| Some(step.note.as_str())).collect::<StringArray>()),
    ];
    let lengths: Vec<Option<usize>> =
        orders(plans).map(|plan| plan.map(|plan| plan.steps.len())).collect();
    rows_column(&STEP_FIELDS, columns, &lengths)
}

fn margins(plans: &Plans) -> Result<ArrayRef> {
    let parts = || orders(plans).flatten().flat_map(|plan| &plan.margin_saved);
    let exact = |values: Decimal128Array| -> Result<ArrayRef> {
        Ok(Arc::new(values.with_precision_and_scale(38, 4)?))
    };
    let columns = vec![
        exact(parts().map(|part| Some(part.quantity.parts())).collect())?,
        exact(parts().map(|part| Some(part.margin.parts())).collect())?,
    ];
    let lengths: Vec<Option<usize>> =
        orders(plans).map(|plan| plan.map(|plan| plan.margin_saved.len())).collect();
    rows_column(&MARGIN_FIELDS, columns, &lengths)
}

fn surplus(plans: &Plans) -> Result<ArrayRef> {
    let plans = || plans.iter().map(|plan| plan.as_ref().ok().map(|plan| &plan.surplus));
    let found = || plans().flatten().flatten();
    let quantities: Decimal128Array =
        found().map(|(order, _)| Some(order.quantity.parts())).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from_iter_values(
            found().map(|(order, _)| order.due_on.epoch_days()),
        )),
        Arc::new(quantities.with_precision_and_scale(38, 4)?),
        Arc::new(Float64Array::from_iter_values(found().map(|(_, probability)| *probability))),
    ];
    let lengths: Vec<Option<usize>> = plans().map(|surplus| surplus.map(Vec::len)).collect();
    rows_column(&SURPLUS_FIELDS, columns, &lengths)
}
