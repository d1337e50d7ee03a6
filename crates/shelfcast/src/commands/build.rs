use super::ingest;
use crate::arguments::BuildArguments;
use crate::environment::environment;
use crate::failure::{Outcome, UsageError};
use crate::output;
use serde_json::json;
use shelfcast_pipeline::{BuildSummary, IngestSummary, Project};
use shelfcast_retail::Day;
use std::path::Path;

pub async fn build(folder: &Path, arguments: &BuildArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let summary = build_project(&project, business_date(arguments)?, "build").await?;
    if arguments.json {
        output::data(&format!("{}\n", serde_json::to_string(&summary)?));
    } else {
        tell(&summary);
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
        tell(&built);
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

fn tell(summary: &BuildSummary) {
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
    }
}
