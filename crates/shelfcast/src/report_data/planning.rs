//! Exceptions, orders and the state of the stock.

use super::Rows;
use shelfcast_pipeline::Reader;
use shelfcast_report::{ExceptionRow, InventoryRow, OrderRow, OrderStepRow, ReportData};

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    data.exceptions = exceptions(reader).await?;
    data.orders = orders(reader).await?;
    data.order_steps = order_steps(reader).await?;
    data.inventory_status = inventory_status(reader).await?;
    Ok(())
}

async fn exceptions(reader: &Reader) -> anyhow::Result<Vec<ExceptionRow>> {
    let rows = Rows::read(reader, "select * from marts.exceptions order by exception_rank").await?;
    let ranks = rows.wholes("exception_rank")?;
    let (kinds, names) = (rows.texts("kind")?, rows.texts("name")?);
    let (products, locations) = (rows.texts("product_id")?, rows.texts("location_id")?);
    let (units, money) = (rows.decimals("units")?, rows.decimals("money_at_stake")?);
    let sentences = rows.texts("sentence")?;
    Ok((0..rows.len())
        .map(|row| ExceptionRow {
            exception_rank: ranks[row].unwrap_or(0).unsigned_abs(),
            kind: kinds[row].clone(),
            product_id: products[row].clone(),
            location_id: locations[row].clone(),
            name: names[row].clone(),
            units: units[row].clone(),
            money_at_stake: money[row].clone(),
            sentence: sentences[row].clone(),
        })
        .collect())
}

async fn orders(reader: &Reader) -> anyhow::Result<Vec<OrderRow>> {
    let sql = "select * from marts.order_proposals \
               order by coalesce(lost_margin_without_order, 0) desc, order_line_id";
    let rows = Rows::read(reader, sql).await?;
    let mut orders = vec![OrderRow::default(); rows.len()];
    let text = |name: &str| rows.texts(name);
    let (ids, products, names) = (text("order_line_id")?, text("product_id")?, text("name")?);
    let (categories, locations) = (text("category")?, text("location_id")?);
    let (suppliers, supplier_names) = (text("supplier_id")?, text("supplier_name")?);
    let reasons = text("reason")?;
    let exact = |name: &str| rows.decimals(name);
    let (quantities, costs, values) =
        (exact("quantity")?, exact("unit_cost")?, exact("order_value")?);
    let (on_hand, on_order) = (exact("on_hand")?, exact("on_order")?);
    let (levels, safety) = (exact("order_up_to_level")?, exact("safety_stock")?);
    let margins = exact("lost_margin_at_risk")?;
    let without_order = exact("lost_margin_without_order")?;
    let day = |name: &str| rows.days(name);
    let (order_on, arrives_on, covers) =
        (day("order_on")?, day("arrives_on")?, day("covers_until")?);
    let probabilities = rows.numbers("probability_of_stockout")?;
    let unmet = rows.numbers("expected_unmet_units")?;
    let assumed = rows.flags("is_assumed")?;
    for (row, order) in orders.iter_mut().enumerate() {
        *order = OrderRow {
            order_line_id: ids[row].clone(),
            product_id: products[row].clone(),
            name: names[row].clone(),
            category: categories[row].clone(),
            location_id: locations[row].clone(),
            supplier_id: suppliers[row].clone(),
            supplier_name: supplier_names[row].clone(),
            quantity: quantities[row].clone().unwrap_or_default(),
            unit_cost: costs[row].clone(),
            order_value: values[row].clone(),
            order_on: order_on[row].unwrap_or(0),
            arrives_on: arrives_on[row].unwrap_or(0),
            covers_until: covers[row].unwrap_or(0),
            on_hand: on_hand[row].clone().unwrap_or_default(),
            on_order: on_order[row].clone().unwrap_or_default(),
            order_up_to_level: levels[row].clone().unwrap_or_default(),
            safety_stock: safety[row].clone().unwrap_or_default(),
            probability_of_stockout: probabilities[row],
            expected_unmet_units: unmet[row],
            lost_margin_at_risk: margins[row].clone(),
            lost_margin_without_order: without_order[row].clone(),
            is_assumed: assumed[row],
            reason: reasons[row].clone(),
        };
    }
    Ok(orders)
}

async fn order_steps(reader: &Reader) -> anyhow::Result<Vec<OrderStepRow>> {
    let sql = "select * from marts.order_proposal_steps order by order_line_id, step_number";
    let rows = Rows::read(reader, sql).await?;
    let (ids, steps, notes) =
        (rows.texts("order_line_id")?, rows.texts("step")?, rows.texts("note")?);
    let (numbers, quantities) = (rows.wholes("step_number")?, rows.decimals("quantity")?);
    Ok((0..rows.len())
        .map(|row| OrderStepRow {
            order_line_id: ids[row].clone(),
            step_number: numbers[row].unwrap_or(0).unsigned_abs(),
            step: steps[row].clone(),
            quantity: quantities[row].clone().unwrap_or_default(),
            note: notes[row].clone(),
        })
        .collect())
}

async fn inventory_status(reader: &Reader) -> anyhow::Result<Vec<InventoryRow>> {
    let sql = "select * from marts.inventory_status order by product_id, location_id";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (products, locations, names) = (text("product_id")?, text("location_id")?, text("name")?);
    let (categories, suppliers) = (text("category")?, text("supplier_id")?);
    let (bases, statuses, classes) = (text("on_hand_basis")?, text("status")?, text("abc_class")?);
    let (on_hand, on_order) = (rows.decimals("on_hand")?, rows.decimals("on_order")?);
    let values = rows.decimals("stock_value")?;
    let (points, covers) = (rows.numbers("reorder_point")?, rows.numbers("cover_days")?);
    let (run_outs, last_orders) = (rows.days("run_out_on")?, rows.days("last_order_on")?);
    let last_sales = rows.days("last_sold_on")?;
    Ok((0..rows.len())
        .map(|row| InventoryRow {
            product_id: products[row].clone(),
            location_id: locations[row].clone(),
            name: names[row].clone(),
            category: categories[row].clone(),
            supplier_id: suppliers[row].clone(),
            on_hand: on_hand[row].clone(),
            on_hand_basis: bases[row].clone(),
            on_order: on_order[row].clone(),
            reorder_point: points[row],
            run_out_on: run_outs[row],
            last_order_on: last_orders[row],
            status: statuses[row].clone(),
            stock_value: values[row].clone(),
            cover_days: covers[row],
            last_sold_on: last_sales[row],
            abc_class: classes[row].clone(),
        })
        .collect())
}
