use super::{build, init, report, simulate};
use crate::arguments::{DemoArguments, Size};
use crate::failure::{Outcome, UsageError};
use crate::output;
use shelfcast_pipeline::Project;
use shelfcast_world::{SampleWorld, World, WorldConfig, WrittenFile};
use std::path::Path;

pub async fn run(arguments: &DemoArguments) -> anyhow::Result<Outcome> {
    let folder = &arguments.dir;
    if folder.join("shelfcast.toml").exists() {
        return Err(UsageError {
            code: "SC-5008",
            message: format!("{} holds a project already", folder.display()),
            hint: Some("give another folder with --dir, or remove this one".to_owned()),
        }
        .into());
    }
    let data = folder.join("data");
    let written = match arguments.size {
        Size::Sample => SampleWorld::new(arguments.seed).write_csv(&data, false)?,
        Size::Shop => simulate_world(WorldConfig::shop(arguments.seed), &data).await?,
        Size::Chain => simulate_world(WorldConfig::chain(arguments.seed), &data).await?,
    };
    let rows: u64 = written.iter().map(|file| file.rows).sum();
    output::say(&format!(
        "simulated {} in {}",
        output::count(rows, "row", "rows"),
        output::count(written.len() as u64, "file", "files")
    ));
    let files: Vec<_> = written.into_iter().map(|file| file.path).collect();
    init::propose(folder, &files)?.write()?;
    let project = Project::open(folder)?;
    let (_, built) = build::run_project(&project, None, true).await?;
    if !built.failures.is_empty() {
        return Ok(Outcome::Broken);
    }
    let page = report::write(&project, &folder.join("report")).await?;
    output::say("the report is here:");
    output::data(&format!("{}\n", page.display()));
    Ok(Outcome::Done)
}

async fn simulate_world(config: WorldConfig, data: &Path) -> anyhow::Result<Vec<WrittenFile>> {
    simulate::write(World::new(config)?, simulate::Order::plain(data)).await
}
