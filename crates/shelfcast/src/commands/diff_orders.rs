use super::query::print;
use crate::arguments::DiffOrdersArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output::{self, count};
use crate::report_data::Rows;
use shelfcast_pipeline::{BuildName, CAUSES, OrderComparison, Project, compare_orders};
use std::path::Path;

pub async fn run(folder: &Path, arguments: &DiffOrdersArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let build = |text: &Option<String>| text.as_deref().map(str::parse::<BuildName>).transpose();
    let (before, after) = (build(&arguments.before)?, build(&arguments.after)?);
    let environment = environment("diff-orders");
    let comparison = compare_orders(&project, before, after, &environment).await?;
    match arguments.format {
        Some(format) => print(format, &comparison.schema, &comparison.rows)?,
        None => tell(&comparison)?,
    }
    Ok(Outcome::Done)
}

fn tell(comparison: &OrderComparison) -> anyhow::Result<()> {
    let rows = Rows::of(&comparison.schema, &comparison.rows)?;
    output::say(&format!(
        "publication {} against {}: {}",
        comparison.after,
        comparison.before,
        count(rows.len() as u64, "order differs", "orders differ")
    ));
    for row in 0..rows.len() {
        let text = |name: &str| rows.text(row, name);
        let change = signed(&text("change")?);
        output::data(&format!(
            "{} at {}: {} -> {} ({change}): {}\n",
            text("name")?,
            text("location_id")?,
            text("quantity_before")?,
            text("quantity_after")?,
            reasons(&rows, row)?
        ));
    }
    Ok(())
}

fn reasons(rows: &Rows, row: usize) -> anyhow::Result<String> {
    match rows.text(row, "main_cause")?.as_str() {
        "new" => return Ok("it was not planned before".to_owned()),
        "gone" => return Ok("it is no longer planned".to_owned()),
        _ => {}
    }
    let mut clauses = Vec::new();
    for cause in CAUSES.iter().chain(&["program"]) {
        let change = rows.text(row, cause)?;
        if change != "0" {
            let detail = detail(rows, row, cause)?;
            clauses.push(format!("{} {}{detail}", cause.replace('_', " "), signed(&change)));
        }
    }
    Ok(clauses.join("; "))
}

/// The figures behind a cause, before and after.
fn detail(rows: &Rows, row: usize, cause: &str) -> anyhow::Result<String> {
    let shown: &[(&str, &str)] = match cause {
        "position" => &[("on hand", "on_hand"), ("on order", "on_order")],
        "forecast" => &[("expected", "expected")],
        "lead_time" => &[("days", "lead_time")],
        "policy" => &[("target", "service_target")],
        _ => &[],
    };
    let mut told = Vec::new();
    for (word, column) in shown {
        let before = rows.text(row, &format!("{column}_before"))?;
        let after = rows.text(row, &format!("{column}_after"))?;
        if before != after {
            told.push(format!("{word} {before} -> {after}"));
        }
    }
    Ok(if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) })
}

fn signed(number: &str) -> String {
    if number.starts_with('-') { number.to_owned() } else { format!("+{number}") }
}
