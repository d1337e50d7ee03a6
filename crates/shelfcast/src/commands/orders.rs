use super::approvals;
use super::query::as_table;
use crate::arguments::{
    ApproveArguments, JsonArguments, Orders, OrdersArguments, WithdrawArguments,
};
use crate::environment::environment;
use crate::failure::{Outcome, UsageError};
use crate::output::{self, count};
use shelfcast_pipeline::{
    Commitment, Project, Reader, approve_all, approve_orders, withdraw_orders,
};
use std::path::Path;

pub async fn run(folder: &Path, arguments: &OrdersArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    match &arguments.what {
        Orders::Approve(arguments) => approve(&project, arguments).await,
        Orders::Withdraw(arguments) => withdraw(&project, arguments).await,
        Orders::List(arguments) => list(&project, arguments).await,
    }
}

async fn approve(project: &Project, arguments: &ApproveArguments) -> anyhow::Result<Outcome> {
    let environment = environment("orders approve");
    let reference = arguments.reference.as_deref();
    let summary = if arguments.all {
        approve_all(project, reference, &environment).await?
    } else {
        let lines = approvals::read(&arguments.lines, reference)?;
        approve_orders(project, &lines, &environment).await?
    };
    if arguments.json {
        output::data(&format!("{}\n", serde_json::to_string(&summary)?));
        return Ok(Outcome::Done);
    }
    tell("approved", &summary.approved);
    output::say(&format!(
        "{} approved, {} before; they count as on order from the next `shelfcast build` on",
        count(summary.approved.len() as u64, "line is", "lines are"),
        output::thousands(summary.already_approved as u64),
    ));
    Ok(Outcome::Done)
}

async fn withdraw(project: &Project, arguments: &WithdrawArguments) -> anyhow::Result<Outcome> {
    let environment = environment("orders withdraw");
    let summary = withdraw_orders(project, &arguments.lines, &environment).await?;
    if arguments.json {
        output::data(&format!("{}\n", serde_json::to_string(&summary)?));
        return Ok(Outcome::Done);
    }
    tell("withdrawn", &summary.withdrawn);
    output::say(&format!(
        "{} withdrawn, {} before",
        count(summary.withdrawn.len() as u64, "line is", "lines are"),
        output::thousands(summary.already_withdrawn as u64),
    ));
    Ok(Outcome::Done)
}

fn tell(what: &str, lines: &[Commitment]) {
    for line in lines {
        let reference = match line.reference == line.order_line_id {
            true => String::new(),
            false => format!(", purchase order {}", line.reference),
        };
        output::say(&format!(
            "{what}: {} ({} units{reference})",
            line.order_line_id, line.quantity
        ));
    }
}

/// Lines approved since the last build have no state yet.
async fn list(project: &Project, arguments: &JsonArguments) -> anyhow::Result<Outcome> {
    let reader = Reader::open(project, None, &environment("orders list")).await?;
    let is_built = reader.schemas().await?.contains_key("marts.commitments");
    let (status, join) = match is_built {
        true => (
            "coalesce(stated.status, 'approved since the last build')",
            "left join marts.commitments as stated on commitments.order_line_id = stated.order_line_id",
        ),
        false => ("'approved since the last build'", ""),
    };
    let sql = format!(
        "select commitments.order_line_id, commitments.product_id, commitments.location_id, \
            commitments.supplier_id, commitments.quantity, commitments.ordered_on, \
            commitments.expected_on, commitments.reference, {status} as status \
         from staging.commitments {join} \
         order by commitments.ordered_on, commitments.order_line_id"
    );
    let (schema, batches) = reader.query(&sql).await?;
    if arguments.json {
        let mut bytes = Vec::new();
        let mut writer = arrow::json::LineDelimitedWriter::new(&mut bytes);
        writer.write_batches(&batches.iter().collect::<Vec<_>>())?;
        writer.finish()?;
        output::data(&String::from_utf8(bytes)?);
    } else {
        output::data(&as_table(&schema, &batches)?);
    }
    Ok(Outcome::Done)
}

/// A list of approvals that cannot be read.
pub fn refused(path: &Path, message: &str) -> anyhow::Error {
    UsageError {
        code: "SC-5010",
        message: format!("{}: {message}", path.display()),
        hint: Some(
            "give a CSV file with the column order_line_id and, where they differ, quantity and \
             reference"
                .to_owned(),
        ),
    }
    .into()
}
