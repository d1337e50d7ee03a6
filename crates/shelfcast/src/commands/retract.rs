use crate::arguments::RetractArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output::{self, count};
use shelfcast_pipeline::Project;
use std::path::Path;

pub async fn run(folder: &Path, arguments: &RetractArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let environment = environment("retract");
    let batches = shelfcast_pipeline::retract(&project, &arguments.batches, &environment).await?;
    if arguments.json {
        output::data(&format!("{}\n", serde_json::to_string(&batches)?));
        return Ok(Outcome::Done);
    }
    for batch in &batches {
        output::say(&format!(
            "taken back: batch {} ({}), {} as {}",
            batch.sequence, batch.batch_id, batch.file, batch.feed
        ));
    }
    output::say(&format!(
        "{} no longer counted; run `shelfcast build` to see the tables without",
        count(batches.len() as u64, "batch is", "batches are")
    ));
    Ok(Outcome::Done)
}
