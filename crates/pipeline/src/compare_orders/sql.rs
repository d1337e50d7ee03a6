//! The query of a comparison: every order that differs, planned with some inputs of each build.

use super::CAUSES;
use std::fmt::Write;

/// The input that a field of an order's inputs belongs to; what is not named is policy.
fn cause(field: &str) -> usize {
    let name = match field {
        "stock_day" | "closed_days" => "calendar",
        "on_hand" | "open_orders" | "ordered_already" | "reserved" => "position",
        "last_period" | "paths" | "seed" | "series_id" => "forecast",
        "lead_time_days" | "lead_times" | "order_days" | "closures" => "lead_time",
        "order_multiple" | "min_order_quantity" | "max_quantity" | "display_minimum"
        | "order_block" | "ends_on" | "shelf_life_days" => "constraints",
        "unit_cost" | "unit_price" | "costs" => "price",
        _ => "policy",
    };
    CAUSES.iter().position(|cause| *cause == name).unwrap_or(0)
}

const FORECAST: usize = 2;

/// The quantity planned with the first `n_exchanged` inputs of the later build.
fn quantity(before: &[String], after: &[String], n_exchanged: usize) -> String {
    let side = |cause: usize| if cause < n_exchanged { "after" } else { "before" };
    let fields: Vec<String> = after
        .iter()
        .map(|field| {
            let known = before.contains(field);
            let side = if known { side(cause(field)) } else { "after" };
            format!("'{field}', {side}_inputs['{field}']")
        })
        .collect();
    let forecast = side(FORECAST);
    format!(
        "coalesce(plan_order({forecast}_model, {forecast}_calibration, named_struct({}))\
         ['quantity'], 0)",
        fields.join(", ")
    )
}

/// One row per product and place whose order differs.
pub(super) fn comparison(before: &[String], after: &[String]) -> String {
    let mut stages = String::new();
    for n_exchanged in 0..=CAUSES.len() {
        let _ = write!(
            stages,
            ",\n    {} as stage_{n_exchanged}",
            quantity(before, after, n_exchanged)
        );
    }
    let change = |index: usize| format!("stage_{} - stage_{index}", index + 1);
    let exact = |value: &str, name: &str| format!("cast({value} as decimal(18, 4)) as {name}");
    let causes: Vec<String> =
        CAUSES.iter().enumerate().map(|(index, name)| exact(&change(index), name)).collect();
    let largest: Vec<String> = CAUSES
        .iter()
        .enumerate()
        .map(|(index, name)| format!("when abs({}) then '{name}'", change(index)))
        .collect();
    let sizes: Vec<String> =
        (0..CAUSES.len()).map(|index| format!("abs({})", change(index))).collect();
    // What the list as a whole made of it: suppliers' minimums and the budget.
    let selected = "quantity_after - planned_after - (quantity_before - planned_before)";
    let selection = exact(selected, "selection");
    // Plans of another build of the program may differ where no input does.
    let program = exact(
        &format!("planned_after - planned_before - (stage_{} - stage_0)", CAUSES.len()),
        "program",
    );
    let nothing: Vec<String> =
        CAUSES.iter().map(|name| format!("cast(null as decimal(18, 4)) as {name}")).collect();
    format!(
        "{PAIRS},
staged as (
    select *{stages}
    from pairs
    where before_inputs is not null and after_inputs is not null
),
explained as (
    select {FACTS}, {causes}, {selection}, {program},
        case greatest({sizes}, abs({selected})) when 0 then 'program' {largest}
            else 'selection' end as main_cause
    from staged
    union all
    select {FACTS}, {nothing}, cast(null as decimal(18, 4)) as selection,
        cast(null as decimal(18, 4)) as program,
        case when before_inputs is null then 'new' else 'gone' end as main_cause
    from pairs
    where before_inputs is null or after_inputs is null
)
select product_id, location_id, name, quantity_before, quantity_after, change, value_change,
    on_hand_before, on_hand_after, on_order_before, on_order_after, expected_before,
    expected_after, lead_time_before, lead_time_after, service_target_before,
    service_target_after, {names}, selection, program, main_cause
from explained
order by value_size desc, unit_size desc, product_id, location_id",
        causes = causes.join(", "),
        sizes = sizes.join(", "),
        largest = largest.join(" "),
        nothing = nothing.join(", "),
        names = CAUSES.join(", "),
    )
}

const PAIRS: &str = "with before_side as (
    select order_inputs.product_id, order_inputs.location_id, order_inputs.name,
        order_inputs.unit_cost, order_inputs.on_order, model, calibration, inputs, plan,
        order_list.quantity
    from before.order_inputs
    inner join before.order_plans on order_inputs.product_id = order_plans.product_id
        and order_inputs.location_id = order_plans.location_id
    left join before.order_list on order_inputs.product_id = order_list.product_id
        and order_inputs.location_id = order_list.location_id
),
after_side as (
    select order_inputs.product_id, order_inputs.location_id, order_inputs.name,
        order_inputs.unit_cost, order_inputs.on_order, model, calibration, inputs, plan,
        order_list.quantity
    from after.order_inputs
    inner join after.order_plans on order_inputs.product_id = order_plans.product_id
        and order_inputs.location_id = order_plans.location_id
    left join after.order_list on order_inputs.product_id = order_list.product_id
        and order_inputs.location_id = order_list.location_id
),
sides as (
    select
        coalesce(after_side.product_id, before_side.product_id) as product_id,
        coalesce(after_side.location_id, before_side.location_id) as location_id,
        coalesce(after_side.name, before_side.name) as name,
        coalesce(after_side.unit_cost, before_side.unit_cost) as unit_cost,
        coalesce(before_side.quantity, 0) as quantity_before,
        coalesce(after_side.quantity, 0) as quantity_after,
        coalesce(before_side.plan['quantity'], 0) as planned_before,
        coalesce(after_side.plan['quantity'], 0) as planned_after,
        before_side.on_order as on_order_before,
        after_side.on_order as on_order_after,
        before_side.plan as before_plan,
        after_side.plan as after_plan,
        before_side.model as before_model,
        after_side.model as after_model,
        before_side.calibration as before_calibration,
        after_side.calibration as after_calibration,
        before_side.inputs as before_inputs,
        after_side.inputs as after_inputs
    from before_side
    full join after_side on before_side.product_id = after_side.product_id
        and before_side.location_id = after_side.location_id
),
pairs as (
    select * from sides where quantity_before <> quantity_after
)";

/// What a reader wants to see beside the change.
const FACTS: &str = "product_id, location_id, name,
        cast(quantity_before as decimal(18, 4)) as quantity_before,
        cast(quantity_after as decimal(18, 4)) as quantity_after,
        cast(quantity_after - quantity_before as decimal(18, 4)) as change,
        cast((quantity_after - quantity_before) * unit_cost as decimal(18, 4)) as value_change,
        cast(abs(coalesce((quantity_after - quantity_before) * unit_cost, 0)) as decimal(18, 4))
            as value_size,
        cast(abs(quantity_after - quantity_before) as decimal(18, 4)) as unit_size,
        before_inputs['on_hand'] as on_hand_before,
        after_inputs['on_hand'] as on_hand_after,
        on_order_before,
        on_order_after,
        cast(before_plan['expected_demand'] as decimal(18, 4)) as expected_before,
        cast(after_plan['expected_demand'] as decimal(18, 4)) as expected_after,
        before_inputs['lead_time_days'] as lead_time_before,
        after_inputs['lead_time_days'] as lead_time_after,
        before_inputs['service_target'] as service_target_before,
        after_inputs['service_target'] as service_target_after";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_exchanged_one_after_the_other() {
        let fields = ["stock_day", "on_hand", "unit_cost"].map(str::to_owned);
        let of = |n_exchanged| quantity(&fields, &fields, n_exchanged);
        assert!(of(0).contains("'stock_day', before_inputs['stock_day']"));
        assert!(of(1).contains("'stock_day', after_inputs['stock_day']"));
        assert!(of(1).contains("'on_hand', before_inputs['on_hand']"));
        assert!(of(2).contains("plan_order(before_model"));
        assert!(of(3).contains("plan_order(after_model"));
        assert!(of(CAUSES.len()).contains("'unit_cost', after_inputs['unit_cost']"));
    }

    #[test]
    fn an_input_that_the_earlier_build_did_not_know_is_that_of_the_later() {
        let (before, after) = (["on_hand".to_owned()], ["on_hand", "rule"].map(str::to_owned));
        assert!(quantity(&before, &after, 0).contains("'rule', after_inputs['rule']"));
    }
}
