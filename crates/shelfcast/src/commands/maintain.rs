use crate::arguments::MaintainArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output::{self, count, thousands};
use shelfcast_pipeline::{MaintainSummary, Project};
use std::path::Path;

pub async fn run(folder: &Path, arguments: &MaintainArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let environment = environment("maintain");
    let summary = shelfcast_pipeline::maintain(&project, arguments.keep_days, &environment).await?;
    if arguments.json {
        output::data(&format!("{}\n", serde_json::to_string(&summary)?));
    } else {
        tell(&summary, arguments.keep_days);
    }
    Ok(Outcome::Done)
}

fn tell(summary: &MaintainSummary, keep_days: u32) {
    if summary.migrated {
        output::say("the lake was migrated to this program's layout");
    }
    for table in &summary.compacted {
        output::say(&format!("{table}: its files are one now"));
    }
    output::say(&format!(
        "{} dropped, {} kept: `--as-of` reaches back {}",
        count(summary.publications_dropped as u64, "publication", "publications"),
        thousands(summary.publications_kept as u64),
        count(u64::from(keep_days), "day", "days"),
    ));
    output::say(&format!(
        "{} deleted, {} MiB",
        count(summary.files_deleted, "file that nobody can see", "files that nobody can see"),
        thousands(summary.bytes_deleted >> 20),
    ));
}
