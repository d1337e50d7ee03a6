use super::ingest;
use crate::arguments::BuildArguments;
use crate::environment::environment;
use crate::failure::{Outcome, UsageError};
use crate::output;
use crate::report_data::Rows;
use serde_json::json;
use shelfcast_pipeline::{BuildSummary, IngestSummary, Project, Reader};
use shelfcast_retail::Day;
use std::path::Path;

pub async fn build(folder: &Path, arguments: &BuildArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let summary = build_project(&project, business_date(arguments)?, "build").await?;
    if arguments.json {
        output::data(&format!("{}\n", serde_json::to_string(&summary)?));
    } else {
        tell(&project, &summary).await?;
    }
    Ok(outcome(&summary))
}

pub async fn run(folder: &Path, arguments: &BuildArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let business_date = business_date(arguments)?;
    let (ingested, built) = run_project(&project, business_date, !arguments.json).await?;
    if arguments.json {
        output::data(&format!("{}\n", json!({"ingest": ingested, "build": built})));
    }
    Ok(match (ingest::outcome(&ingested), outcome(&built)) {
        (Outcome::Done, Outcome::Done) => Outcome::Done,
        _ => Outcome::Broken,
    })
}

/// Ingests what is new and builds everything.
pub async fn run_project(
    project: &Project,
    business_date: Option<Day>,
    tells: bool,
) -> anyhow::Result<(IngestSummary, BuildSummary)> {
    let ingested = shelfcast_pipeline::ingest(project, &[], &environment("run")).await?;
    if tells {
        ingest::tell(&ingested);
    }
    let built = build_project(project, business_date, "run").await?;
    if tells {
        tell(project, &built).await?;
    }
    Ok((ingested, built))
}

async fn build_project(
    project: &Project,
    business_date: Option<Day>,
    verb: &str,
) -> anyhow::Result<BuildSummary> {
    Ok(shelfcast_pipeline::build(project, business_date, &environment(verb)).await?)
}

fn business_date(arguments: &BuildArguments) -> anyhow::Result<Option<Day>> {
    let parse = |text: &String| {
        text.parse::<Day>().map_err(|error| UsageError {
            code: "SC-5005",
            message: format!("--business-date: {error}"),
            hint: Some("write the day as in 2024-08-27".to_owned()),
        })
    };
    Ok(arguments.business_date.as_ref().map(parse).transpose()?)
}

fn outcome(summary: &BuildSummary) -> Outcome {
    if summary.failures.is_empty() { Outcome::Done } else { Outcome::Broken }
}

async fn tell(project: &Project, summary: &BuildSummary) -> anyhow::Result<()> {
    let seconds: f64 = summary.models.iter().map(|model| model.seconds).sum();
    output::say(&format!("built {} models in {seconds:.1} s", summary.models.len()));
    for failure in &summary.failures {
        output::say(&format!(
            "failed: {}: `{}` does not hold for {}",
            failure.model,
            failure.test,
            output::count(failure.rows.unsigned_abs(), "row", "rows")
        ));
    }
    if !summary.failures.is_empty() {
        output::say("nothing was published: readers see the tables as they were before");
        return Ok(());
    }
    let reader = Reader::open(project, None, &environment("build")).await?;
    tell_orders(&reader, &project.config().project.currency).await
}

/// What was built for: the orders, and what could not be said or done.
async fn tell_orders(reader: &Reader, currency: &str) -> anyhow::Result<()> {
    let sql = "select business_date, count(order_line_id) as n_lines, \
                  cast(cast(sum(order_value) as decimal(38, 2)) as varchar) as order_value, \
                  (select count(*) from marts.exceptions) as n_exceptions, \
                  (select count(*) from marts.orders_left_out where cause = 'waits_for_order_day') as n_waiting \
               from intermediate.clock left join marts.order_proposals on true group by business_date";
    let rows = Rows::read(reader, sql).await?;
    let number = |column: &str| Ok::<u64, anyhow::Error>(rows.text(0, column)?.parse()?);
    let value = match rows.text(0, "order_value")? {
        value if value.is_empty() => String::new(),
        value => format!(" worth {value} {currency}"),
    };
    let waiting = match number("n_waiting")? {
        0 => String::new(),
        n => format!(", {} for a supplier's order day", output::count(n, "waits", "wait")),
    };
    output::say(&format!(
        "for {}: {}{value}{waiting}, {}",
        rows.text(0, "business_date")?,
        output::count(number("n_lines")?, "order line", "order lines"),
        output::count(number("n_exceptions")?, "exception", "exceptions"),
    ));
    let limits = "select message from marts.run_limits order by capability, message";
    let limits = Rows::read(reader, limits).await?;
    for message in limits.texts("message")? {
        output::say(&format!("note: {message}"));
    }
    Ok(())
}
