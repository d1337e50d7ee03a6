//! Classes of products.

use super::Rows;
use shelfcast_pipeline::Reader;
use shelfcast_report::{ClassCellRow, ProductClassRow, ReportData};

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    data.product_classes = product_classes(reader).await?;
    data.class_matrix = class_matrix(reader).await?;
    Ok(())
}

async fn product_classes(reader: &Reader) -> anyhow::Result<Vec<ProductClassRow>> {
    let rows =
        Rows::read(reader, "select * from marts.product_classes order by product_id").await?;
    let text = |name: &str| rows.texts(name);
    let (products, names, categories) = (text("product_id")?, text("name")?, text("category")?);
    let (abc, xyz) = (text("abc_class")?, text("xyz_class")?);
    let (demand, frequencies, kinds) =
        (text("demand_class")?, text("demand_frequency")?, text("value_kind")?);
    let (previous_abc, previous_xyz) = (text("previous_abc_class")?, text("previous_xyz_class")?);
    let number = |name: &str| rows.numbers(name);
    let (cv, adi, cv2, shares) =
        (number("units_cv")?, number("adi")?, number("cv2")?, number("value_share")?);
    let (spans, of_xyz) = (rows.wholes("n_periods")?, text("xyz_frequency")?);
    let values = rows.decimals("value")?;
    let (before, changed) = (rows.days("previous_business_date")?, rows.flags("has_changed")?);
    Ok((0..rows.len())
        .map(|row| ProductClassRow {
            product_id: products[row].clone(),
            name: names[row].clone(),
            category: categories[row].clone(),
            abc_class: abc[row].clone(),
            xyz_class: xyz[row].clone(),
            units_cv: cv[row],
            xyz_frequency: of_xyz[row].clone(),
            n_periods: spans[row].unwrap_or(0).unsigned_abs(),
            demand_class: demand[row].clone(),
            demand_frequency: frequencies[row].clone(),
            adi: adi[row],
            cv2: cv2[row],
            value: values[row].clone(),
            value_kind: kinds[row].clone(),
            value_share: shares[row],
            previous_abc_class: previous_abc[row].clone(),
            previous_xyz_class: previous_xyz[row].clone(),
            previous_business_date: before[row],
            has_changed: changed[row],
        })
        .collect())
}

async fn class_matrix(reader: &Reader) -> anyhow::Result<Vec<ClassCellRow>> {
    let sql = "select * from marts.class_matrix order by abc_class, xyz_class";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (abc, xyz, kinds) = (text("abc_class")?, text("xyz_class")?, text("value_kind")?);
    let (products, changed) = (rows.wholes("n_products")?, rows.wholes("n_changed")?);
    let exact = |name: &str| rows.decimals(name);
    let (values, on_hand) = (exact("value")?, exact("on_hand")?);
    let (stock, lost) = (exact("stock_value")?, exact("lost_margin")?);
    Ok((0..rows.len())
        .map(|row| ClassCellRow {
            abc_class: abc[row].clone(),
            xyz_class: xyz[row].clone(),
            n_products: products[row].unwrap_or(0).unsigned_abs(),
            n_changed: changed[row].unwrap_or(0).unsigned_abs(),
            value: values[row].clone(),
            value_kind: kinds[row].clone(),
            on_hand: on_hand[row].clone(),
            stock_value: stock[row].clone(),
            lost_margin: lost[row].clone(),
        })
        .collect())
}
