use crate::arguments::ReportArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output;
use crate::report_data;
use shelfcast_pipeline::{Project, Reader};
use std::path::{Path, PathBuf};

pub async fn run(folder: &Path, arguments: &ReportArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let out = arguments.out.clone().unwrap_or_else(|| folder.join("report"));
    let page = write(&project, &out).await?;
    output::data(&format!("{}\n", page.display()));
    if arguments.open {
        open(&page);
    }
    Ok(Outcome::Done)
}

/// Writes the report of `project` into `out` and says where its page is.
pub async fn write(project: &Project, out: &Path) -> anyhow::Result<PathBuf> {
    let reader = Reader::open(project, None, &environment("report")).await?;
    reader.require_built()?;
    let data = report_data::read(project, &reader).await?;
    let out = out.to_owned();
    let files =
        tokio::task::spawn_blocking(move || shelfcast_report::render(&data, &out)).await??;
    Ok(files.report)
}

fn open(page: &Path) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    if std::process::Command::new(opener).arg(page).spawn().is_err() {
        output::say(&format!("could not start `{opener}`: open the page yourself"));
    }
}
