//! Suppliers' minimums, lines that were left out, orders to expedite.

use super::Rows;
use shelfcast_pipeline::Reader;
use shelfcast_report::{CommitmentRow, ExpediteRow, LeftOutRow, ReportData, SupplierOrderRow};

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    data.supplier_orders = supplier_orders(reader).await?;
    data.orders_left_out = left_out(reader).await?;
    data.commitments = commitments(reader).await?;
    data.expedite_list = expedite(reader).await?;
    Ok(())
}

async fn supplier_orders(reader: &Reader) -> anyhow::Result<Vec<SupplierOrderRow>> {
    let sql = "select * from marts.supplier_orders order by supplier_id, location_id";
    let rows = Rows::read(reader, sql).await?;
    let (suppliers, names) = (rows.texts("supplier_id")?, rows.texts("supplier_name")?);
    let (locations, outcomes) = (rows.texts("location_id")?, rows.texts("outcome")?);
    let (lines, waiting) = (rows.wholes("n_lines")?, rows.wholes("n_waiting_lines")?);
    let (values, minimums) = (rows.decimals("value")?, rows.decimals("min_order_value")?);
    let missing = rows.decimals("missing_value")?;
    let next = rows.days("next_order_on")?;
    Ok((0..rows.len())
        .map(|row| SupplierOrderRow {
            supplier_id: suppliers[row].clone(),
            supplier_name: names[row].clone(),
            location_id: locations[row].clone(),
            n_lines: lines[row].unwrap_or(0).unsigned_abs(),
            n_waiting_lines: waiting[row].unwrap_or(0).unsigned_abs(),
            value: values[row].clone(),
            min_order_value: minimums[row].clone(),
            missing_value: missing[row].clone(),
            outcome: outcomes[row].clone(),
            next_order_on: next[row],
        })
        .collect())
}

async fn commitments(reader: &Reader) -> anyhow::Result<Vec<CommitmentRow>> {
    let sql = "select commitments.*, coalesce(items.name, commitments.product_id) as name \
               from marts.commitments as commitments left join intermediate.items \
                  on commitments.product_id = items.product_id and commitments.location_id = items.location_id \
               where status <> 'ordered' order by ordered_on, order_line_id";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (ids, references) = (text("order_line_id")?, text("reference")?);
    let (products, names, locations) = (text("product_id")?, text("name")?, text("location_id")?);
    let (suppliers, statuses) = (text("supplier_id")?, text("status")?);
    let alike = text("look_alike_order_id")?;
    let (quantities, values) = (rows.decimals("quantity")?, rows.decimals("value")?);
    let (ordered, expected) = (rows.days("ordered_on")?, rows.days("expected_on")?);
    let ages = rows.wholes("age_days")?;
    Ok((0..rows.len())
        .map(|row| CommitmentRow {
            order_line_id: ids[row].clone(),
            reference: references[row].clone(),
            product_id: products[row].clone(),
            name: names[row].clone(),
            location_id: locations[row].clone(),
            supplier_id: suppliers[row].clone(),
            quantity: quantities[row].clone().unwrap_or_default(),
            value: values[row].clone(),
            ordered_on: ordered[row].unwrap_or(0),
            expected_on: expected[row],
            age_days: ages[row].unwrap_or(0).unsigned_abs(),
            status: statuses[row].clone(),
            look_alike_order_id: alike[row].clone(),
        })
        .collect())
}

async fn left_out(reader: &Reader) -> anyhow::Result<Vec<LeftOutRow>> {
    let sql = "select * from marts.orders_left_out \
               order by coalesce(lost_margin_without_order, 0) desc, order_line_id";
    let rows = Rows::read(reader, sql).await?;
    let (ids, products, names) =
        (rows.texts("order_line_id")?, rows.texts("product_id")?, rows.texts("name")?);
    let (locations, reasons) = (rows.texts("location_id")?, rows.texts("reason")?);
    let (planned, quantities) = (rows.decimals("planned_quantity")?, rows.decimals("quantity")?);
    let (values, margins) =
        (rows.decimals("left_out_value")?, rows.decimals("lost_margin_at_risk")?);
    let without_order = rows.decimals("lost_margin_without_order")?;
    let next = rows.days("next_order_on")?;
    Ok((0..rows.len())
        .map(|row| LeftOutRow {
            order_line_id: ids[row].clone(),
            product_id: products[row].clone(),
            name: names[row].clone(),
            location_id: locations[row].clone(),
            planned_quantity: planned[row].clone().unwrap_or_default(),
            quantity: quantities[row].clone().unwrap_or_default(),
            left_out_value: values[row].clone(),
            lost_margin_at_risk: margins[row].clone(),
            lost_margin_without_order: without_order[row].clone(),
            next_order_on: next[row],
            reason: reasons[row].clone(),
        })
        .collect())
}

async fn expedite(reader: &Reader) -> anyhow::Result<Vec<ExpediteRow>> {
    let sql = "select * from marts.expedite_list \
               order by coalesce(lost_margin, 0) desc, product_id, location_id";
    let rows = Rows::read(reader, sql).await?;
    let (orders, products, names) =
        (rows.texts("order_id")?, rows.texts("product_id")?, rows.texts("name")?);
    let locations = rows.texts("location_id")?;
    let (quantities, units) = (rows.decimals("quantity")?, rows.decimals("unmet_units")?);
    let margins = rows.decimals("lost_margin")?;
    let (run_outs, due) = (rows.days("run_out_on")?, rows.days("due_on")?);
    Ok((0..rows.len())
        .map(|row| ExpediteRow {
            order_id: orders[row].clone(),
            product_id: products[row].clone(),
            name: names[row].clone(),
            location_id: locations[row].clone(),
            quantity: quantities[row].clone().unwrap_or_default(),
            run_out_on: run_outs[row].unwrap_or(0),
            due_on: due[row].unwrap_or(0),
            unmet_units: units[row].clone(),
            lost_margin: margins[row].clone(),
        })
        .collect())
}
