//! The list of orders as a whole: suppliers' minimums, then the budget.

mod lines;

use crate::columns::nullable;
use crate::inputs::EXACT;
use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion_common::Result;
use lines::ListLine;
use shelfcast_inventory::{
    BudgetLine, ListChange, SupplierLine, SupplierOutcome, allocate_budget, amended_opening,
    meet_supplier_minimum,
};
use shelfcast_retail::{Money, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        nullable("product_id", DataType::Utf8),
        nullable("location_id", DataType::Utf8),
        nullable("proposed_quantity", EXACT),
        nullable("supplier_quantity", EXACT),
        nullable("quantity", EXACT),
        nullable("order_value", EXACT),
        nullable("supplier_outcome", DataType::Utf8),
        nullable("supplier_cover_days", DataType::Int64),
        nullable("supplier_proposed_value", EXACT),
        nullable("supplier_note", DataType::Utf8),
        nullable("budget_note", DataType::Utf8),
        nullable("opening", DataType::Utf8),
    ]))
});

/// The columns of a settled list.
pub fn settled_schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// Settles the lines of one list of orders: brings the orders of each supplier and place to the
/// supplier's least value or lets them wait, then spends the budget, where there is one, on what
/// saves the most expected margin. An order that the budget leaves below its supplier's minimum
/// is not placed, and its money goes to the others.
///
/// The answer does not depend on the order of the rows; it has a row for each.
pub fn settle_orders(rows: &RecordBatch) -> Result<RecordBatch> {
    let mut lines = lines::read(rows)?;
    lines.sort_by(|one, other| one.key().cmp(&other.key()));
    let mut settled = meet_minimums(&lines);
    if let Some(budget) = lines.iter().find_map(|line| line.budget) {
        keep_to_budget(&lines, &mut settled, budget);
    }
    columns(&lines, &settled)
}

/// What became of a line.
#[derive(Debug, Clone)]
struct Settled {
    after_supplier: Quantity,
    quantity: Quantity,
    outcome: SupplierOutcome,
    order_value: Money,
    supplier_note: Option<String>,
    budget_note: Option<String>,
}

/// The lines of each order: one supplier, one place. Lines without a supplier stand alone.
fn orders(lines: &[ListLine]) -> Vec<Vec<usize>> {
    let mut orders: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        let own = if line.supplier_id.is_empty() { line.product_id.as_str() } else { "" };
        orders.entry((&line.supplier_id, &line.location_id, own)).or_default().push(index);
    }
    orders.into_values().collect()
}

fn meet_minimums(lines: &[ListLine]) -> Vec<Settled> {
    let unsettled = lines.iter().map(|line| Settled {
        after_supplier: line.quantity,
        quantity: line.quantity,
        outcome: SupplierOutcome::Nothing,
        order_value: Money::ZERO,
        supplier_note: None,
        budget_note: None,
    });
    let mut settled: Vec<Settled> = unsettled.collect();
    for order in orders(lines) {
        let first = &lines[order[0]];
        let minimum = first.min_order_value.unwrap_or(Money::ZERO);
        let on_order: Vec<SupplierLine> =
            order.iter().map(|index| lines[*index].for_supplier()).collect();
        let met = meet_supplier_minimum(&on_order, minimum, first.longest_cover_days);
        for ((index, quantity), asked) in order.iter().zip(&met.quantities).zip(&on_order) {
            let line = &mut settled[*index];
            line.outcome = met.outcome;
            line.order_value = met.proposed_value;
            if *quantity != line.after_supplier {
                line.supplier_note =
                    Some(supplier_note(asked, met.outcome, minimum, met.proposed_value));
            }
            line.after_supplier = *quantity;
            line.quantity = *quantity;
        }
    }
    settled
}

fn supplier_note(
    line: &SupplierLine,
    outcome: SupplierOutcome,
    minimum: Money,
    proposed: Money,
) -> String {
    match outcome {
        SupplierOutcome::Raised { cover_days } if line.is_limited_by_shelf_life(cover_days) => {
            format!(
                "raised to what sells before it is written off, other lines to {cover_days} days of \
                 cover, to reach the supplier's minimum of {minimum}"
            )
        }
        SupplierOutcome::Raised { cover_days } => format!(
            "raised to {cover_days} days of cover to reach the supplier's minimum of {minimum}"
        ),
        _ => format!(
            "waits: the order of {proposed} does not reach the supplier's minimum of {minimum}"
        ),
    }
}

fn keep_to_budget(lines: &[ListLine], settled: &mut [Settled], budget: Money) {
    let mut dropped: BTreeSet<usize> = BTreeSet::new();
    let quantities = loop {
        let wanted: Vec<BudgetLine> = lines
            .iter()
            .zip(settled.iter())
            .enumerate()
            .map(|(index, (line, settled))| {
                let quantity = match dropped.contains(&index) {
                    true => Quantity::ZERO,
                    false => settled.after_supplier,
                };
                line.for_budget(quantity)
            })
            .collect();
        let granted = allocate_budget(&wanted, budget).quantities;
        let too_small = below_minimum(lines, &granted);
        if too_small.is_empty() {
            break granted;
        }
        dropped.extend(too_small);
    };
    for (index, (settled, quantity)) in settled.iter_mut().zip(quantities).enumerate() {
        if quantity != settled.after_supplier {
            settled.budget_note = Some(match dropped.contains(&index) {
                true => format!(
                    "left out: within the budget of {budget} the supplier's minimum is not reached"
                ),
                false if quantity == Quantity::ZERO => {
                    format!("left out: the budget of {budget} saves more margin on other lines")
                }
                false => format!("lowered to keep to the budget of {budget}"),
            });
        }
        settled.quantity = quantity;
    }
}

/// Lines of orders that are worth something and less than their supplier's minimum.
fn below_minimum(lines: &[ListLine], quantities: &[Quantity]) -> Vec<usize> {
    let mut found = Vec::new();
    for order in orders(lines) {
        let minimum = lines[order[0]].min_order_value.unwrap_or(Money::ZERO);
        let value: i128 =
            order.iter().map(|index| lines[*index].value(quantities[*index]).parts()).sum();
        if value > 0 && value < minimum.parts() {
            found.extend(order);
        }
    }
    found
}

impl Settled {
    /// What the line's sentence begins with now; `None` where its quantity is as planned.
    fn opening(&self, line: &ListLine) -> Option<String> {
        let change = |from: Quantity, to: Quantity, note: &'_ Option<String>| {
            let quantity = Quantity::from_parts(to.parts() - from.parts());
            (quantity != Quantity::ZERO).then_some((quantity, note.clone().unwrap_or_default()))
        };
        let changes = [
            change(line.quantity, self.after_supplier, &self.supplier_note),
            change(self.after_supplier, self.quantity, &self.budget_note),
        ];
        let changes: Vec<_> = changes.into_iter().flatten().collect();
        let changes: Vec<ListChange<'_>> = changes
            .iter()
            .map(|(quantity, note)| ListChange { quantity: *quantity, note })
            .collect();
        (!changes.is_empty()).then(|| amended_opening(line.quantity, &changes, line.order_multiple))
    }
}

fn columns(lines: &[ListLine], settled: &[Settled]) -> Result<RecordBatch> {
    let exact = |values: Vec<i128>| -> Result<ArrayRef> {
        let values: Decimal128Array = values.into_iter().map(Some).collect();
        Ok(Arc::new(values.with_precision_and_scale(38, 4)?))
    };
    let units = |value: &dyn Fn(&Settled) -> Quantity| {
        exact(settled.iter().map(|line| value(line).parts()).collect())
    };
    let text = |value: &dyn Fn(&Settled) -> Option<String>| -> ArrayRef {
        Arc::new(settled.iter().map(value).collect::<StringArray>())
    };
    let values = lines
        .iter()
        .zip(settled)
        .map(|(line, settled)| line.unit_cost.map(|_| line.value(settled.quantity).parts()));
    let values: Decimal128Array = values.collect();
    let cover = |line: &Settled| match line.outcome {
        SupplierOutcome::Raised { cover_days } => Some(i64::from(cover_days)),
        _ => None,
    };
    let ids = |value: &dyn Fn(&ListLine) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(lines.iter().map(value)))
    };
    let columns: Vec<ArrayRef> = vec![
        ids(&|line| &line.product_id),
        ids(&|line| &line.location_id),
        exact(lines.iter().map(|line| line.quantity.parts()).collect())?,
        units(&|line| line.after_supplier)?,
        units(&|line| line.quantity)?,
        Arc::new(values.with_precision_and_scale(38, 4)?),
        text(&|line| Some(outcome(line.outcome).to_owned())),
        Arc::new(settled.iter().map(cover).collect::<Int64Array>()),
        exact(settled.iter().map(|line| line.order_value.parts()).collect())?,
        text(&|line| line.supplier_note.clone()),
        text(&|line| line.budget_note.clone()),
        Arc::new(
            lines
                .iter()
                .zip(settled)
                .map(|(line, settled)| settled.opening(line))
                .collect::<StringArray>(),
        ),
    ];
    Ok(RecordBatch::try_new(settled_schema(), columns)?)
}

const fn outcome(outcome: SupplierOutcome) -> &'static str {
    match outcome {
        SupplierOutcome::Nothing => "nothing",
        SupplierOutcome::Reached => "reached",
        SupplierOutcome::Raised { .. } => "raised",
        SupplierOutcome::Waits => "waits",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shelfcast_inventory::MarginSaved;

    /// Ten units of one a day, nothing on hand; each unit of the first saves `margin` money.
    fn line(product: &str, supplier: &str, cost: i64, margin: i64, minimum: i64) -> ListLine {
        ListLine {
            product_id: product.to_owned(),
            location_id: "L1".to_owned(),
            supplier_id: supplier.to_owned(),
            quantity: Quantity::from_whole(10),
            unit_cost: Some(Money::from_whole(cost)),
            order_multiple: Quantity::from_whole(1),
            min_order_quantity: Quantity::ZERO,
            daily_demand: Quantity::from_whole(1),
            inventory_position: Quantity::ZERO,
            may_grow: true,
            sells_in_time: None,
            margin_saved: (1..=10)
                .map(|units| MarginSaved {
                    quantity: Quantity::from_whole(units),
                    margin: Money::from_whole(margin * units),
                })
                .collect(),
            min_order_value: Some(Money::from_whole(minimum)),
            longest_cover_days: 60,
            budget: None,
        }
    }

    fn settle(lines: &[ListLine], budget: Option<i64>) -> Vec<(i64, String)> {
        let mut settled = meet_minimums(lines);
        if let Some(budget) = budget {
            keep_to_budget(lines, &mut settled, Money::from_whole(budget));
        }
        settled
            .into_iter()
            .map(|line| {
                let note = line.budget_note.or(line.supplier_note).unwrap_or_default();
                ((line.quantity.parts() / 10_000) as i64, note)
            })
            .collect()
    }

    #[test]
    fn an_order_below_its_suppliers_minimum_is_raised_or_waits() {
        let raised = settle(&[line("A", "S1", 10, 2, 150)], None);
        let note = "raised to 15 days of cover to reach the supplier's minimum of 150";
        assert_eq!(raised, [(15, note.to_owned())]);
        let waits = settle(&[line("A", "S1", 10, 2, 5_000)], None);
        let note = "waits: the order of 100 does not reach the supplier's minimum of 5000";
        assert_eq!(waits, [(0, note.to_owned())]);
    }

    #[test]
    fn goods_that_spoil_are_not_raised_beyond_what_sells_and_say_so() {
        // Ten rolls are planned and twelve sell in time; the tins of the same supplier make up for it:
        // 12 x 10 and 18 x 10 are 300.
        let rolls = ListLine {
            sells_in_time: Some(Quantity::from_whole(12)),
            ..line("A", "S1", 10, 2, 300)
        };
        let tins = ListLine { quantity: Quantity::ZERO, ..line("B", "S1", 10, 2, 300) };
        let note = "raised to what sells before it is written off, other lines to 18 days of cover, \
                    to reach the supplier's minimum of 300";
        let settled = settle(&[rolls, tins], None);
        assert_eq!(settled[0], (12, note.to_owned()));
        assert_eq!(settled[1].0, 18);
    }

    #[test]
    fn a_line_begins_with_what_the_list_made_of_it() {
        let openings = |lines: &[ListLine], budget: Option<i64>| -> Vec<Option<String>> {
            let mut settled = meet_minimums(lines);
            if let Some(budget) = budget {
                keep_to_budget(lines, &mut settled, Money::from_whole(budget));
            }
            lines.iter().zip(&settled).map(|(line, settled)| settled.opening(line)).collect()
        };
        let raised = openings(&[line("A", "S1", 10, 2, 150)], None);
        let expected = "Order 15: 10 are needed; 5 more, raised to 15 days of cover to reach the \
                        supplier's minimum of 150. What is needed";
        assert_eq!(raised, [Some(expected.to_owned())]);
        let lines = [line("A", "S1", 10, 5, 0), line("B", "S2", 10, 2, 0)];
        let expected = "Order 3: 10 are needed; 7 fewer, lowered to keep to the budget of 130. What \
                        is needed";
        assert_eq!(openings(&lines, Some(130)), [None, Some(expected.to_owned())]);
    }

    #[test]
    fn a_budget_goes_to_what_saves_most() {
        // 10 units of each cost 100; the first saves 5 of money for 10, the second 2.
        let lines = [line("A", "S1", 10, 5, 0), line("B", "S2", 10, 2, 0)];
        let settled = settle(&lines, Some(130));
        assert_eq!(settled[0], (10, String::new()));
        assert_eq!(settled[1], (3, "lowered to keep to the budget of 130".to_owned()));
        let settled = settle(&lines, Some(100));
        assert_eq!(
            settled[1],
            (0, "left out: the budget of 100 saves more margin on other lines".to_owned())
        );
    }

    #[test]
    fn money_of_an_order_that_falls_below_its_minimum_goes_to_others() {
        // A takes 100 of 150; the 50 left do not reach the minimum of B, but are enough for half of C.
        let lines =
            [line("A", "S1", 10, 9, 0), line("B", "S2", 10, 5, 80), line("C", "S3", 10, 2, 0)];
        let settled = settle(&lines, Some(150));
        assert_eq!(settled[0].0, 10);
        assert_eq!(settled[1].0, 0);
        assert!(settled[1].1.contains("the supplier's minimum is not reached"), "{settled:?}");
        assert_eq!(settled[2].0, 5);
    }
}
