use crate::arguments::IngestArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output::{self, count};
use shelfcast_pipeline::{FileOutcome, FileSummary, IngestSummary, Project};
use std::path::Path;

pub async fn run(folder: &Path, arguments: &IngestArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let summary =
        shelfcast_pipeline::ingest(&project, &arguments.files, &environment("ingest")).await?;
    if arguments.json {
        output::data(&format!("{}\n", serde_json::to_string(&summary)?));
    } else {
        tell(&summary);
    }
    Ok(outcome(&summary))
}

/// What an ingest says of the command's end.
pub fn outcome(summary: &IngestSummary) -> Outcome {
    if summary.has_refused() { Outcome::Broken } else { Outcome::Done }
}

/// Tells what came in, what was refused and why.
pub fn tell(summary: &IngestSummary) {
    let n_known = summary
        .files
        .iter()
        .filter(|file| matches!(file.outcome, FileOutcome::AlreadyIngested { .. }))
        .count();
    for file in &summary.files {
        tell_file(file);
    }
    if n_known > 0 {
        output::say(&format!(
            "{} came in before, unchanged",
            count(n_known as u64, "file", "files")
        ));
    }
    if !summary.replaced.is_empty() {
        let n_replaced = summary.replaced.len() as u64;
        output::say(&format!("{} replaced by what came in", count(n_replaced, "batch", "batches")));
    }
    tell_untaken(&summary.untaken);
    for warning in &summary.warnings {
        output::say(&format!("warning: {warning}"));
    }
}

/// Files that are named; the others are counted.
const NAMED: usize = 5;

fn tell_untaken(files: &[String]) {
    if files.is_empty() {
        return;
    }
    let named = files.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    output::say(&format!(
        "{} beside them taken by no source: {named}{}",
        count(files.len() as u64, "file", "files"),
        if files.len() > NAMED { ", ..." } else { "" }
    ));
    output::say("hint: a source takes what `files` of its [[sources]] in shelfcast.toml names");
}

fn tell_file(file: &FileSummary) {
    match &file.outcome {
        FileOutcome::AlreadyIngested { .. } => {}
        FileOutcome::TakenBack => output::say(&format!(
            "left out {} ({}): it was taken back; `shelfcast ingest {}` brings it in again",
            file.file, file.feed, file.file
        )),
        FileOutcome::OutdatedCopy { corrected } => output::say(&format!(
            "left out {} ({}): it is what {corrected} was before it was corrected; \
             `shelfcast ingest {}` brings it in all the same",
            file.file, file.feed, file.file
        )),
        FileOutcome::Refused { code, message, hint } => {
            output::say(&format!(
                "refused {} ({}): error[{code}]: {message}",
                file.file, file.feed
            ));
            if let Some(hint) = hint {
                output::say(&format!("hint: {hint}"));
            }
        }
        FileOutcome::Ingested { .. } => {
            let mut line = format!(
                "{} -> {}: {}",
                file.file,
                file.feed,
                count(file.rows_accepted, "row", "rows")
            );
            if file.rows_rejected > 0 {
                line += &format!(", {} refused", output::thousands(file.rows_rejected));
            }
            if file.rows_repeated > 0 {
                line += &format!(", {} repeated", output::thousands(file.rows_repeated));
            }
            output::say(&line);
            for (rule, rows) in &file.refused_by_rule {
                output::say(&format!("  refused by {rule}: {}", count(*rows, "row", "rows")));
            }
            for (rule, rows) in &file.warned_by_rule {
                output::say(&format!(
                    "  let in with a warning by {rule}: {}",
                    count(*rows, "row", "rows")
                ));
            }
        }
    }
}
