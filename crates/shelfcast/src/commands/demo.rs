use super::{build, init, report, simulate};
use crate::arguments::DemoArguments;
use crate::failure::{Outcome, UsageError};
use crate::output;
use shelfcast_pipeline::Project;

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
    let written = simulate::write(arguments.size, arguments.seed, &data, None)?;
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
