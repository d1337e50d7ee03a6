use crate::arguments::{Explain, ExplainArguments};
use crate::environment::environment;
use crate::failure::{Outcome, UsageError};
use crate::output;
use crate::report_data::Rows;
use shelfcast_pipeline::{Project, Reader};
use std::path::Path;

pub async fn run(folder: &Path, arguments: &ExplainArguments) -> anyhow::Result<Outcome> {
    let Explain::Order { id } = &arguments.what;
    let project = Project::open(folder)?;
    let reader = Reader::open(&project, None, &environment("explain")).await?;
    // A quote in a SQL text is written twice.
    let id_text = id.replace('\'', "''");
    let line = Rows::read(
        &reader,
        &format!("select name, location_id, reason, quantity from order_proposals where order_line_id = '{id_text}'"),
    )
    .await?;
    if line.len() == 0 {
        return Err(UsageError {
            code: "SC-5007",
            message: format!("no order line is called `{id}`"),
            hint: Some("list them with `shelfcast query \"select order_line_id from marts.order_proposals\"`".to_owned()),
        }
        .into());
    }
    let steps = Rows::read(
        &reader,
        &format!(
            "select step, quantity, note from order_proposal_steps \
             where order_line_id = '{id_text}' order by step_number"
        ),
    )
    .await?;
    output::data(&format!("{} at {}\n", line.text(0, "name")?, line.text(0, "location_id")?));
    output::data(&format!("{}\n\n", line.text(0, "reason")?));
    for row in 0..steps.len() {
        output::data(&format!(
            "{:>12}  {:<24} {}\n",
            steps.text(row, "quantity")?,
            steps.text(row, "step")?,
            steps.text(row, "note")?
        ));
    }
    output::data(&format!("{:>12}  = quantity\n", line.text(0, "quantity")?));
    Ok(Outcome::Done)
}
