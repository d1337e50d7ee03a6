//! The CSV tables beside the page: every row that the report was made from.

use serde::Serialize;

use crate::data::ReportData;
use crate::error::ReportError;

/// One table: its name, and its bytes as CSV with a heading line.
pub(crate) struct Table {
    /// The file's name without `.csv`.
    pub(crate) name: &'static str,
    /// UTF-8, comma separated, quoted where needed (RFC 4180 with `\n`). A text that a spreadsheet
    /// would take for a formula stands behind a `'` (OWASP, "CSV Injection").
    pub(crate) csv: Vec<u8>,
}

/// All tables, in a fixed order. A table without rows has its heading.
pub(crate) fn tables(data: &ReportData) -> Result<Vec<Table>, ReportError> {
    Ok(vec![
        table("run", std::slice::from_ref(&data.run))?,
        table("key_figures", std::slice::from_ref(&data.key_figures))?,
        table("exceptions", &data.exceptions)?,
        table("orders", &data.orders)?,
        table("order_steps", &data.order_steps)?,
        table("supplier_orders", &data.supplier_orders)?,
        table("orders_left_out", &data.orders_left_out)?,
        table("commitments", &data.commitments)?,
        table("expedite_list", &data.expedite_list)?,
        table("inventory_status", &data.inventory_status)?,
        table("series", &data.series)?,
        table("sales", &data.sales)?,
        table("stock", &data.stock)?,
        table("projected_stock", &data.projected_stock)?,
        table("abc", &data.abc)?,
        table("heatmap", &data.heatmap)?,
        table("demand_models", &data.models)?,
        table("forecasts", &data.forecasts)?,
        table("forecast_parts", &data.parts)?,
        table("forecast_holdout", &data.holdout)?,
        table("forecast_accuracy", &data.accuracy)?,
        table("forecast_coverage", &data.coverage)?,
        table("forecast_coverage_by_step", &data.coverage_by_step)?,
        table("replays", &data.replays)?,
        table("replay_curves", &data.replay_curves)?,
        table("series_status", &data.series_status)?,
        table("run_limits", &data.run_limits)?,
        table("rejected", &data.rejected)?,
        table("assumptions", &data.assumptions)?,
        table("sales_by_period", &data.period_sales)?,
        table("basket_sizes", &data.basket_sizes)?,
        table("price_points", &data.price_points)?,
        table("promotion_effects", &data.promotion_effects)?,
        table("stock_facts", &data.stock_facts)?,
        table("stock_facts_by", &data.stock_facts_by)?,
        table("lost_sales", &data.lost_sales)?,
        table("stock_ageing", &data.stock_ageing)?,
        table("stock_checks", &data.stock_checks)?,
        table("product_classes", &data.product_classes)?,
        table("class_matrix", &data.class_matrix)?,
        table("supplier_performance", &data.supplier_performance)?,
        table("lead_times", &data.lead_times)?,
        table("customer_segments", &data.customer_segments)?,
        table("customer_cohorts", &data.customer_cohorts)?,
    ])
}

fn table<Row: Serialize + Default>(name: &'static str, rows: &[Row]) -> Result<Table, ReportError> {
    let failed = |source| ReportError::Table { table: name, source };
    let mut csv = written(rows).map_err(failed)?;
    if rows.is_empty() {
        // The heading comes with a row: write a blank one and keep its first line.
        csv = written(&[Row::default()]).map_err(failed)?;
        let end = csv.iter().position(|&byte| byte == b'\n').map_or(csv.len(), |at| at + 1);
        csv.truncate(end);
    }
    Ok(Table { name, csv })
}

fn written<Row: Serialize>(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().try_for_each(|row| writer.serialize(row))?;
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    if may_hold_formulas(&bytes) { without_formulas(&bytes) } else { Ok(bytes) }
}

/// Whether some field begins as a formula does; a look that costs little, for there are few.
fn may_hold_formulas(bytes: &[u8]) -> bool {
    let begins = |pair: &[u8]| {
        matches!(pair, [b',' | b'\n' | b'"', b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'])
    };
    bytes.windows(2).any(begins)
}

fn without_formulas(bytes: &[u8]) -> Result<Vec<u8>, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut writer = csv::Writer::from_writer(Vec::with_capacity(bytes.len()));
    for record in reader.records() {
        for field in &record? {
            match is_formula(field) {
                true => writer.write_field(format!("'{field}"))?,
                false => writer.write_field(field)?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Whether a spreadsheet would compute the text; a number is no formula.
fn is_formula(field: &str) -> bool {
    field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::{table, tables};
    use crate::data::{OrderRow, ReportData};

    fn text(csv: Vec<u8>) -> String {
        String::from_utf8(csv).unwrap()
    }

    #[test]
    fn an_empty_table_has_its_heading() {
        let csv = text(table::<OrderRow>("orders", &[]).unwrap().csv);
        assert!(csv.starts_with("order_line_id,product_id,name,category,"));
        assert_eq!(csv.lines().count(), 1);
    }

    #[test]
    fn money_is_written_exactly_and_days_as_iso_8601() {
        let row = OrderRow {
            order_line_id: "L1".into(),
            name: "Cup, \"large\"\n6 pieces".into(),
            quantity: "36.0000".into(),
            unit_cost: Some("0.1000".into()),
            order_on: 19_961,
            probability_of_stockout: Some(0.1),
            ..OrderRow::default()
        };
        let csv = table("orders", std::slice::from_ref(&row)).unwrap().csv;
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let headers = reader.headers().unwrap().clone();
        let record = reader.records().next().unwrap().unwrap();
        let cell = |name: &str| &record[headers.iter().position(|head| head == name).unwrap()];
        assert_eq!(cell("name"), row.name);
        assert_eq!(cell("quantity"), "36.0000");
        assert_eq!(cell("unit_cost"), "0.1000");
        assert_eq!(cell("order_on"), "2024-08-26");
        assert_eq!(cell("probability_of_stockout"), "0.1");
        assert_eq!(cell("lost_margin_at_risk"), "");
    }

    #[test]
    fn no_text_is_a_formula_and_numbers_stay_as_they_are() {
        let row = OrderRow {
            order_line_id: "@L1".into(),
            name: "=HYPERLINK(\"http://example.org\", \"cup\")".into(),
            category: "-+Mugs".into(),
            quantity: "-36.0000".into(),
            ..OrderRow::default()
        };
        let csv = text(table("orders", std::slice::from_ref(&row)).unwrap().csv);
        for cell in ["'@L1,", "\"'=HYPERLINK(\"\"http", "'-+Mugs,", ",-36.0000,"] {
            assert!(csv.contains(cell), "{cell}: {csv}");
        }
    }

    #[test]
    fn table_names_are_unique_and_no_table_is_without_a_heading() {
        let tables = tables(&ReportData::default()).unwrap();
        let mut names: Vec<_> = tables.iter().map(|table| table.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), tables.len());
        assert!(tables.iter().all(|table| table.csv.contains(&b',')));
    }
}
