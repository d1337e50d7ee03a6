//! The rows of a list of orders, read by column name.

use crate::columns::{element, nullable};
use crate::inputs::EXACT;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Fields, Int64Type};
use datafusion_common::{Result, exec_datafusion_err};
use shelfcast_inventory::{BudgetLine, MarginSaved, SupplierLine};
use shelfcast_retail::{Money, Quantity};

/// One line before the list is settled.
#[derive(Debug, Clone)]
pub(super) struct ListLine {
    pub(super) product_id: String,
    pub(super) location_id: String,
    /// Empty where unknown.
    pub(super) supplier_id: String,
    pub(super) quantity: Quantity,
    pub(super) unit_cost: Option<Money>,
    pub(super) order_multiple: Quantity,
    pub(super) min_order_quantity: Quantity,
    pub(super) daily_demand: Quantity,
    pub(super) inventory_position: Quantity,
    pub(super) may_grow: bool,
    pub(super) sells_in_time: Option<Quantity>,
    pub(super) margin_saved: Vec<MarginSaved>,
    pub(super) min_order_value: Option<Money>,
    pub(super) longest_cover_days: u32,
    pub(super) budget: Option<Money>,
}

impl ListLine {
    pub(super) fn key(&self) -> (&str, &str) {
        (&self.product_id, &self.location_id)
    }

    /// Quantity x unit cost, to two decimals; 0 where the cost is unknown.
    pub(super) fn value(&self, quantity: Quantity) -> Money {
        let value = self.unit_cost.and_then(|cost| cost.times(quantity));
        value.map_or(Money::ZERO, |value| value.round_half_even(2))
    }

    pub(super) fn for_supplier(&self) -> SupplierLine {
        SupplierLine {
            quantity: self.quantity,
            order_multiple: self.order_multiple,
            min_order_quantity: self.min_order_quantity,
            unit_cost: self.unit_cost,
            daily_demand: self.daily_demand,
            inventory_position: self.inventory_position,
            may_grow: self.may_grow,
            sells_in_time: self.sells_in_time,
        }
    }

    /// The line with the quantity that its supplier's minimum asks for. More than was planned
    /// is bought whole or not at all: a part of it would miss the minimum again.
    pub(super) fn for_budget(&self, quantity: Quantity) -> BudgetLine {
        let last = self.margin_saved.last().copied();
        let margin_saved = match last {
            Some(last) if quantity > last.quantity => {
                vec![MarginSaved { quantity, margin: last.margin }]
            }
            _ => {
                let parts = self.margin_saved.iter().copied();
                parts.filter(|part| part.quantity <= quantity).collect()
            }
        };
        BudgetLine {
            quantity,
            order_multiple: self.order_multiple,
            unit_cost: self.unit_cost,
            margin_saved,
        }
    }
}

pub(super) fn read(rows: &RecordBatch) -> Result<Vec<ListLine>> {
    let margins = DataType::List(element(DataType::Struct(Fields::from(vec![
        nullable("quantity", EXACT),
        nullable("margin", EXACT),
    ]))));
    let text = |name| column(rows, name, &DataType::Utf8);
    let exact = |name| column(rows, name, &EXACT);
    let (products, locations, suppliers) =
        (text("product_id")?, text("location_id")?, text("supplier_id")?);
    let (quantities, costs) = (exact("quantity")?, exact("unit_cost")?);
    let (multiples, minimums) = (exact("order_multiple")?, exact("min_order_quantity")?);
    let (demands, positions) = (exact("daily_demand")?, exact("inventory_position")?);
    let in_time = exact("sells_in_time")?;
    let may_grow = column(rows, "may_grow", &DataType::Boolean)?;
    let saved = column(rows, "margin_saved", &margins)?;
    let (values, budgets) = (exact("min_order_value")?, exact("budget")?);
    let covers = column(rows, "longest_cover_days", &DataType::Int64)?;
    let string = |array: &ArrayRef, row: usize| match array.is_valid(row) {
        true => array.as_string::<i32>().value(row).to_owned(),
        false => String::new(),
    };
    Ok((0..rows.num_rows())
        .map(|row| ListLine {
            product_id: string(&products, row),
            location_id: string(&locations, row),
            supplier_id: string(&suppliers, row),
            quantity: Quantity::from_parts(parts(&quantities, row).unwrap_or(0)),
            unit_cost: parts(&costs, row).map(Money::from_parts),
            order_multiple: Quantity::from_parts(parts(&multiples, row).unwrap_or(10_000).max(1)),
            min_order_quantity: Quantity::from_parts(parts(&minimums, row).unwrap_or(0)),
            daily_demand: Quantity::from_parts(parts(&demands, row).unwrap_or(0)),
            inventory_position: Quantity::from_parts(parts(&positions, row).unwrap_or(0)),
            may_grow: may_grow.is_valid(row) && may_grow.as_boolean().value(row),
            sells_in_time: parts(&in_time, row).map(Quantity::from_parts),
            margin_saved: margins_at(&saved, row),
            min_order_value: parts(&values, row).map(Money::from_parts),
            longest_cover_days: u32::try_from(covers.as_primitive::<Int64Type>().value(row))
                .unwrap_or(0),
            budget: parts(&budgets, row).map(Money::from_parts),
        })
        .collect())
}

fn column(rows: &RecordBatch, name: &str, data_type: &DataType) -> Result<ArrayRef> {
    let found = rows
        .column_by_name(name)
        .ok_or_else(|| exec_datafusion_err!("a list of orders needs the column {name}"))?;
    Ok(cast(found, data_type)?)
}

fn parts(array: &ArrayRef, row: usize) -> Option<i128> {
    array.is_valid(row).then(|| array.as_primitive::<Decimal128Type>().value(row))
}

fn margins_at(lists: &ArrayRef, row: usize) -> Vec<MarginSaved> {
    if lists.is_null(row) {
        return Vec::new();
    }
    let rows = lists.as_list::<i32>().value(row);
    let rows = rows.as_struct();
    let (quantities, margins) = (rows.column(0), rows.column(1));
    (0..rows.len())
        .filter_map(|row| {
            Some(MarginSaved {
                quantity: Quantity::from_parts(parts(quantities, row)?),
                margin: Money::from_parts(parts(margins, row)?),
            })
        })
        .collect()
}
