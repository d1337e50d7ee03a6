use super::ingest;
use crate::arguments::IngestArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output::{self, count};
use shelfcast_pipeline::{FolderWatch, Project};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Takes files as they appear complete in `watched`, once each, until it is stopped.
pub async fn run(
    folder: &Path,
    watched: &Path,
    arguments: &IngestArguments,
) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let mut watch = FolderWatch::new(watched)?;
    output::say(&format!(
        "watching {} every {} s; Ctrl-C ends it",
        watched.display(),
        arguments.interval
    ));
    loop {
        let complete = watch.look()?;
        if !complete.is_empty() {
            take(&project, complete, arguments).await?;
        }
        tokio::time::sleep(Duration::from_secs_f64(arguments.interval)).await;
    }
}

async fn take(
    project: &Project,
    complete: Vec<PathBuf>,
    arguments: &IngestArguments,
) -> anyhow::Result<()> {
    let (files, others) = project.sort_by_source(complete);
    for file in &others {
        output::say(&format!("left alone: {}: no source takes it", file.display()));
    }
    if files.is_empty() {
        return Ok(());
    }
    // Another run may hold the lake for a while; the files wait as long as it does.
    let summary = loop {
        let environment = environment("ingest --watch");
        match shelfcast_pipeline::ingest(project, &files, &environment).await {
            Err(shelfcast_pipeline::PipelineError::Locked { holder }) => {
                output::say(&format!("waiting for {holder}"));
                tokio::time::sleep(Duration::from_secs_f64(arguments.interval)).await;
            }
            done => break done?,
        }
    };
    if arguments.json {
        output::data(&format!("{}\n", serde_json::to_string(&summary)?));
    } else {
        ingest::tell(&summary);
        output::say(&format!(
            "{} taken, {} let in",
            count(files.len() as u64, "file", "files"),
            count(summary.rows_accepted(), "row", "rows")
        ));
    }
    Ok(())
}
