//! Tomorrow's orders: by supplier, and line by line with their arithmetic.

use std::collections::BTreeMap;

use super::View;
use super::table::{Cell, Detail, Row, Step, Table, words};
use crate::data::{OrderRow, OrderStepRow};
use crate::decimal::Exact;

/// The line-by-line table.
pub(super) fn lines(view: &View<'_>) -> Table {
    let steps = steps_by_line(&view.data.order_steps);
    let mut orders: Vec<&OrderRow> = view.data.orders.iter().collect();
    orders.sort_by(|one, other| {
        let by_risk = sort_key(other).cmp(&sort_key(one));
        by_risk.then_with(|| one.order_line_id.cmp(&other.order_line_id))
    });
    let row = |order: &&OrderRow| {
        let id = order.order_line_id.as_str();
        let steps = steps.get(id).map_or(&[][..], Vec::as_slice);
        line(view, order, steps)
    };
    let table = Table {
        id: "orders",
        caption: "Order lines, first those without which most margin is lost. Open a line for its \
                  arithmetic."
            .into(),
        empty: "No order is proposed.".into(),
        csv: "orders",
        opens: true,
        ..Table::default()
    };
    let value = format!("#Value, {}", view.money);
    let risk = format!("#Lost margin without it, {}", view.money);
    let columns = [
        "Product",
        "Place",
        "Supplier",
        "#Quantity",
        &value,
        "#Order on",
        "#Arrives",
        "#Covers until",
        "#On hand",
        "#On order",
        "#Stockout without it",
        &risk,
    ];
    let rows = orders.iter().map(row).collect();
    table.with_columns(&columns).with_rows(rows).narrowed_by("Supplier")
}

/// One row for each supplier, with subtotals.
pub(super) fn suppliers(view: &View<'_>) -> Table {
    let mut by_supplier: BTreeMap<&str, Vec<&OrderRow>> = BTreeMap::new();
    for order in &view.data.orders {
        by_supplier.entry(supplier(order)).or_default().push(order);
    }
    let row = |(name, orders): (&&str, &Vec<&OrderRow>)| {
        let values = orders.iter().filter_map(|order| order.order_value.as_deref());
        let unpriced = orders.iter().filter(|order| order.order_value.is_none()).count();
        let risks = orders.iter().filter_map(|order| order.lost_margin_without_order.as_deref());
        let mut value = exact_money(values.collect());
        if unpriced > 0 {
            value.small = format!("without {unpriced} of unknown cost");
        }
        let cells = vec![
            Cell::text(*name),
            Cell::count(orders.len() as u64),
            value,
            exact_money(risks.collect()),
            Cell::day(orders.iter().map(|order| order.order_on).min()),
            Cell::day(orders.iter().map(|order| order.arrives_on).min()),
        ];
        Row { cells, group: (*name).to_owned(), ..Row::default() }
    };
    let table = Table {
        id: "order-suppliers",
        caption: "Order lines summed by supplier.".into(),
        ..Table::default()
    };
    let value = format!("#Value, {}", view.money);
    let risk = format!("#Lost margin without them, {}", view.money);
    let columns = ["Supplier", "#Lines", &value, &risk, "#First order on", "#First arrival"];
    table.with_columns(&columns).with_rows(by_supplier.iter().map(row).collect())
}

/// The name that an order's supplier goes by.
pub(super) fn supplier(order: &OrderRow) -> &str {
    match (order.supplier_name.as_str(), order.supplier_id.as_str()) {
        ("", "") => "supplier not known",
        ("", id) => id,
        (name, _) => name,
    }
}

fn exact_money(sum: Exact) -> Cell {
    Cell::number(sum.written(2), sum.plain())
}

/// Lost margin first, then value; what is not known comes last.
fn sort_key(order: &OrderRow) -> (Option<Exact>, Option<Exact>) {
    let read = |text: &Option<String>| text.as_deref().and_then(Exact::parse);
    (read(&order.lost_margin_without_order), read(&order.order_value))
}

fn steps_by_line(steps: &[OrderStepRow]) -> BTreeMap<&str, Vec<&OrderStepRow>> {
    let mut by_line: BTreeMap<&str, Vec<&OrderStepRow>> = BTreeMap::new();
    for step in steps {
        by_line.entry(&step.order_line_id).or_default().push(step);
    }
    for steps in by_line.values_mut() {
        steps.sort_by_key(|step| (step.step_number, &step.step));
    }
    by_line
}

fn line(view: &View<'_>, order: &OrderRow, steps: &[&OrderStepRow]) -> Row {
    let mut product = view.product(&order.name, &order.product_id);
    if order.is_assumed {
        product.badge = "assumed".into();
    }
    let cells = vec![
        product,
        view.place(&order.location_id),
        Cell::text(supplier(order)),
        Cell::quantity(Some(&order.quantity)),
        Cell::money(order.order_value.as_deref()),
        Cell::day(Some(order.order_on)),
        Cell::day(Some(order.arrives_on)),
        Cell::day(Some(order.covers_until)),
        Cell::quantity(Some(&order.on_hand)),
        Cell::quantity(Some(&order.on_order)),
        Cell::share(order.probability_of_stockout),
        Cell::money(order.lost_margin_without_order.as_deref()),
    ];
    Row { cells, group: supplier(order).to_owned(), detail: Some(detail(order, steps)) }
}

fn detail(order: &OrderRow, steps: &[&OrderStepRow]) -> Detail {
    let mut running = Exact::default();
    let steps: Vec<Step> = steps
        .iter()
        .map(|step| {
            let quantity = Exact::parse(&step.quantity);
            running = running.plus(quantity.unwrap_or_default());
            Step {
                name: words(&step.step),
                quantity: quantity.map_or_else(|| step.quantity.clone(), signed),
                running: running.trimmed(),
                note: step.note.clone(),
            }
        })
        .collect();
    let problem = match Exact::parse(&order.quantity) {
        _ if steps.is_empty() => "The steps of this line are not known.".to_owned(),
        Some(quantity) if quantity == running => String::new(),
        _ => format!("The steps add up to {}, not to {}.", running.trimmed(), order.quantity),
    };
    Detail {
        id: order.order_line_id.clone(),
        sentence: order.reason.clone(),
        steps,
        sum: running.trimmed(),
        problem,
        is_assumed: order.is_assumed,
    }
}

fn signed(quantity: Exact) -> String {
    let sign = if quantity.is_negative() || quantity.is_zero() { "" } else { "+" };
    format!("{sign}{}", quantity.trimmed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ReportData;

    fn order(id: &str, supplier: &str, quantity: &str, value: &str) -> OrderRow {
        OrderRow {
            order_line_id: id.into(),
            supplier_name: supplier.into(),
            quantity: quantity.into(),
            order_value: Some(value.into()),
            ..OrderRow::default()
        }
    }

    fn step(number: u64, quantity: &str) -> OrderStepRow {
        OrderStepRow {
            order_line_id: "L1".into(),
            step_number: number,
            step: "safety_stock".into(),
            quantity: quantity.into(),
            note: String::new(),
        }
    }

    #[test]
    fn steps_add_up_to_the_unit_or_the_line_says_so() {
        let steps = [step(2, "-20.0000"), step(1, "42.3000"), step(3, "13.7000")];
        let sorted = &steps_by_line(&steps)["L1"];
        let good = detail(&order("L1", "", "36.0000", "1"), sorted);
        assert_eq!(good.problem, "");
        let running: Vec<&str> = good.steps.iter().map(|step| step.running.as_str()).collect();
        assert_eq!(running, ["42.3", "22.3", "36"]);
        assert_eq!(good.steps[0].quantity, "+42.3");
        let bad = detail(&order("L1", "", "36.0001", "1"), sorted);
        assert_eq!(bad.problem, "The steps add up to 36, not to 36.0001.");
        assert!(!detail(&order("L1", "", "0", "1"), &[]).problem.is_empty());
    }

    #[test]
    fn supplier_subtotals_are_exact() {
        // 0.1 + 0.2 is 0.3 here, which it is not in floats.
        let orders = vec![order("L1", "Mill", "1", "0.1"), order("L2", "Mill", "1", "0.2")];
        let data = ReportData { orders, ..ReportData::default() };
        let table = suppliers(&View::new(&data, &[]));
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.rows[0].cells[2].value.as_deref(), Some("0.3"));
    }
}
