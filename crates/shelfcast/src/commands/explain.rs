use super::query::instant;
use crate::arguments::{Explain, ExplainArguments};
use crate::environment::environment;
use crate::failure::{Outcome, UsageError};
use crate::output;
use crate::report_data::Rows;
use anyhow::anyhow;
use shelfcast_pipeline::{Project, Reader, project_models};
use shelfcast_retail::Quantity;
use std::path::Path;

pub async fn run(folder: &Path, arguments: &ExplainArguments) -> anyhow::Result<Outcome> {
    let Explain::Order { id, as_of, recompute } = &arguments.what;
    let project = Project::open(folder)?;
    let as_of = as_of.as_deref().map(instant).transpose()?;
    let reader = Reader::open(&project, as_of, &environment("explain")).await?;
    if tell_proposal(&reader, id).await? || tell_nothing_ordered(&reader, id).await? {
        if *recompute {
            return tell_recomputed(&project, &reader, id).await;
        }
        return Ok(Outcome::Done);
    }
    if tell_approval(&reader, id).await? {
        return Ok(Outcome::Done);
    }
    Err(UsageError {
        code: "SC-5007",
        message: format!("no order line is called `{id}`"),
        hint: Some(
            "list them with `shelfcast query \"select order_line_id from marts.order_proposals\"`, \
             those that wait or are left out with `... from marts.orders_left_out`; --as-of finds \
             those of an earlier build"
                .to_owned(),
        ),
    }
    .into())
}

/// A quote in a SQL text is written twice.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The line as the last build proposes it; false where it proposes no such line.
async fn tell_proposal(reader: &Reader, id: &str) -> anyhow::Result<bool> {
    let sql = format!(
        "select name, location_id, reason, quantity, order_on, arrives_on \
         from marts.order_proposals where order_line_id = {}",
        quoted(id)
    );
    let line = Rows::read(reader, &sql).await?;
    if line.len() == 0 {
        return Ok(false);
    }
    let text = |name: &str| line.text(0, name);
    output::data(&format!(
        "{} at {}: order {} on {}, on sale from {}\n\n{}\n\n",
        text("name")?,
        text("location_id")?,
        text("quantity")?,
        text("order_on")?,
        text("arrives_on")?,
        text("reason")?
    ));
    tell_planned_steps(reader, id).await?;
    Ok(true)
}

/// A line that is planned and of which nothing is ordered now: it waits, is left out, or nothing is
/// needed; false where there is no such line.
async fn tell_nothing_ordered(reader: &Reader, id: &str) -> anyhow::Result<bool> {
    let sql = format!(
        "select order_plans.name, order_plans.location_id, \
            coalesce(orders_left_out.sentence, plan['sentence']) as sentence, \
            plan['order_on'] as order_on, orders_left_out.planned_quantity, \
            orders_left_out.next_order_on \
         from intermediate.order_plans left join marts.orders_left_out \
            on order_plans.order_line_id = orders_left_out.order_line_id \
         where order_plans.order_line_id = {} and plan['quantity'] is not null",
        quoted(id)
    );
    let line = Rows::read(reader, &sql).await?;
    if line.len() == 0 {
        return Ok(false);
    }
    let text = |name: &str| line.text(0, name);
    let later = match text("next_order_on")? {
        day if day.is_empty() => String::new(),
        day => format!(", {} planned and next possible on {day}", text("planned_quantity")?),
    };
    output::data(&format!(
        "{} at {}: order nothing on {}{later}\n\n{}\n\n",
        text("name")?,
        text("location_id")?,
        text("order_on")?,
        text("sentence")?
    ));
    tell_planned_steps(reader, id).await?;
    Ok(true)
}

/// The steps as the last build took them, and which build that was.
async fn tell_planned_steps(reader: &Reader, id: &str) -> anyhow::Result<()> {
    let sql = format!(
        "select step, quantity, note, input from marts.order_proposal_steps \
         where order_line_id = {} order by step_number",
        quoted(id)
    );
    let steps = Rows::read(reader, &sql).await?;
    let publication = reader.publication();
    let version = |table: &str| table.parse().ok().and_then(|table| publication.version(&table));
    let inputs = steps.texts("input")?;
    let versions: Vec<Option<u64>> = inputs.iter().map(|table| version(table)).collect();
    if steps.len() > 0 {
        tell_steps(&steps, &versions)?;
    }
    let published_at = jiff::Timestamp::from_millisecond(publication.published_at)?;
    output::data(&format!(
        "\nPublication {} of {published_at}, build {}.\n",
        publication.sequence, publication.build_id
    ));
    Ok(())
}

/// The line as it was approved; false where it never was.
async fn tell_approval(reader: &Reader, id: &str) -> anyhow::Result<bool> {
    let sql = format!(
        "select product_id, location_id, reason, quantity, ordered_on, expected_on, reference, \
            approved_at from staging.commitments where order_line_id = {}",
        quoted(id)
    );
    let line = Rows::read(reader, &sql).await?;
    if line.len() == 0 {
        return Ok(false);
    }
    let text = |name: &str| line.text(0, name);
    output::data(&format!(
        "{} at {}: {} approved for {}, on sale from {}, purchase order {}\n\n{}\n\n",
        text("product_id")?,
        text("location_id")?,
        text("quantity")?,
        text("ordered_on")?,
        text("expected_on")?,
        text("reference")?,
        text("reason")?
    ));
    let sql = format!(
        "select step, quantity, note, input, input_version, build_id \
         from staging.commitment_steps where order_line_id = {} order by step_number",
        quoted(id)
    );
    let steps = Rows::read(reader, &sql).await?;
    let versions = steps.wholes("input_version")?;
    let versions: Vec<Option<u64>> =
        versions.into_iter().map(|version| version.map(i64::unsigned_abs)).collect();
    tell_steps(&steps, &versions)?;
    let build = steps.texts("build_id")?;
    output::data(&format!(
        "\nApproved at {}, as build {} proposed it.\n",
        text("approved_at")?,
        build.first().map_or("", String::as_str)
    ));
    Ok(true)
}

/// Each step with the running total, and where its number comes from.
fn tell_steps(steps: &Rows, versions: &[Option<u64>]) -> anyhow::Result<()> {
    let (names, notes, inputs) =
        (steps.texts("step")?, steps.texts("note")?, steps.texts("input")?);
    let mut total = Quantity::ZERO;
    for (row, version) in versions.iter().enumerate() {
        let quantity: Quantity = steps.text(row, "quantity")?.parse()?;
        total = Quantity::from_parts(total.parts() + quantity.parts());
        let version = version.map_or(String::new(), |version| format!(" v{version}"));
        let sign = if quantity > Quantity::ZERO { "+" } else { "" };
        output::data(&format!(
            "{:>12} {:>12}  {:<24} {} [{}{version}]\n",
            format!("{sign}{quantity}"),
            total.to_string(),
            names[row].replace('_', " "),
            notes[row],
            inputs[row],
        ));
    }
    output::data(&format!("{:>12} {:>12}  = quantity\n", "", total.to_string()));
    Ok(())
}

/// Plans the line again from the inputs that were stored with it.
async fn tell_recomputed(project: &Project, reader: &Reader, id: &str) -> anyhow::Result<Outcome> {
    let models = project_models(project.folder())?;
    let plans = models.iter().find(|model| model.table.to_string() == "intermediate.order_plans");
    let plans = plans.ok_or_else(|| anyhow!("no model makes intermediate.order_plans"))?;
    let item = format!(
        "select product_id, location_id from intermediate.order_plans where order_line_id = {}",
        quoted(id)
    );
    let item = Rows::read(reader, &item).await?;
    let filter = format!(
        "product_id = {} and location_id = {}",
        quoted(&item.text(0, "product_id")?),
        quoted(&item.text(0, "location_id")?)
    );
    let stored = format!("select plan from intermediate.order_plans where {filter}");
    let again = format!("select plan from (\n{}\n) as again where {filter}", plans.sql);
    let (stored, again) = (Rows::read(reader, &stored).await?, Rows::read(reader, &again).await?);
    if stored.text(0, "plan")? == again.text(0, "plan")? {
        output::data("Recomputed from its inputs: the same, to the last digit.\n");
        return Ok(Outcome::Done);
    }
    output::data(&format!(
        "Recomputed from its inputs it differs; the program that runs is build {}.\n",
        crate::environment::BUILD_ID
    ));
    Ok(Outcome::Broken)
}
