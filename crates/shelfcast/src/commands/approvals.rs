//! What is to be approved: ids, or a file of them with quantities and references.

use super::orders::refused;
use shelfcast_pipeline::Approval;
use std::path::Path;

/// The lines that `named` names: each a CSV file, or an order line's id.
pub fn read(named: &[String], reference: Option<&str>) -> anyhow::Result<Vec<Approval>> {
    let mut lines = Vec::new();
    for name in named {
        let path = Path::new(name);
        if path.is_file() {
            lines.extend(read_file(path, reference)?);
        } else {
            lines.push(Approval {
                order_line_id: name.clone(),
                quantity: None,
                reference: reference.map(str::to_owned),
            });
        }
    }
    Ok(lines)
}

/// What stands between the headers: spreadsheets of many countries write semicolons.
fn delimiter(text: &[u8]) -> u8 {
    let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let n_found = |mark: &u8| header.iter().filter(|byte| *byte == mark).count();
    // Of equals the last is taken: the comma.
    [b'\t', b';', b','].into_iter().max_by_key(n_found).unwrap_or(b',')
}

fn read_file(path: &Path, reference: Option<&str>) -> anyhow::Result<Vec<Approval>> {
    let text = std::fs::read(path).map_err(|error| refused(path, &error.to_string()))?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(delimiter(&text))
        .from_reader(text.as_slice());
    let headers = reader.headers().map_err(|error| refused(path, &error.to_string()))?.clone();
    let column = |name: &str| {
        // The page's tables begin with a byte order mark, for spreadsheets.
        headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name)
    };
    let Some(id) = column("order_line_id") else {
        return Err(refused(path, "there is no column order_line_id"));
    };
    let (quantity, own_reference) = (column("quantity"), column("reference"));
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| refused(path, &error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let text = |column: Option<usize>| {
            column.and_then(|column| record.get(column)).filter(|text| !text.is_empty())
        };
        let Some(order_line_id) = text(Some(id)) else {
            return Err(refused(path, &format!("line {line} has no order_line_id")));
        };
        let units = text(quantity).map(str::parse).transpose();
        lines.push(Approval {
            order_line_id: order_line_id.to_owned(),
            quantity: units.map_err(|error| refused(path, &format!("line {line}: {error}")))?,
            reference: text(own_reference).or(reference).map(str::to_owned),
        });
    }
    Ok(lines)
}
