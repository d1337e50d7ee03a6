//! A configuration proposed from files: what was certain, what was assumed, what is asked.

use crate::PipelineError;
use crate::config::CONFIG_FILE;
use shelfcast_retail::Feed;
use shelfcast_sources::{ColumnSource, Proposal, ProposedSource, SourceSpec};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Days from order to shelf where no file says.
const ASSUMED_LEAD_TIME_DAYS: u32 = 14;

/// A configuration that waits to be written.
#[derive(Debug)]
pub struct ProposedProject {
    /// The text of the proposed `shelfcast.toml`.
    pub text: String,
    /// What the text was made from.
    pub proposal: Proposal,
    /// What was assumed because no file says, one sentence each.
    pub assumptions: Vec<String>,
    path: PathBuf,
}

/// Looks at `files` and proposes a configuration for a project in `folder`.
pub fn propose(folder: &Path, files: &[PathBuf]) -> Result<ProposedProject, PipelineError> {
    let path = folder.join(CONFIG_FILE);
    if path.exists() {
        return Err(PipelineError::ProjectExists { path: path.display().to_string() });
    }
    let mut proposal = shelfcast_sources::propose(files)?;
    for source in &mut proposal.sources {
        source.spec.files = relative_files(folder, &source.spec)?;
    }
    let mut project =
        ProposedProject { text: String::new(), proposal, assumptions: Vec::new(), path };
    let name = folder.file_name().map_or("shop".into(), |name| name.to_string_lossy());
    project.write_head(&name);
    project.write_sources();
    Ok(project)
}

impl ProposedProject {
    /// Whether something must be answered before the project can run.
    pub fn has_questions(&self) -> bool {
        !self.proposal.questions.is_empty() || !self.has_sales()
    }

    /// Whether some file gives sales, without which nothing can be built.
    pub fn has_sales(&self) -> bool {
        self.proposal.sources.iter().any(|source| source.spec.feed == Feed::Sales)
    }

    /// Writes the configuration, making the folder when it is not there.
    pub fn write(&self) -> Result<&Path, PipelineError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let failed = |action| {
            let path = self.path.display().to_string();
            move |source| PipelineError::Io { action, path, source }
        };
        std::fs::create_dir_all(folder).map_err(failed("make the folder of"))?;
        // Another name first, so that no half-written configuration is ever read.
        let draft = self.path.with_extension("toml.new");
        std::fs::write(&draft, &self.text).map_err(failed("write"))?;
        std::fs::rename(&draft, &self.path).map_err(failed("write"))?;
        Ok(&self.path)
    }

    fn has(&self, feed: Feed, column: &str) -> bool {
        self.proposal
            .sources
            .iter()
            .any(|source| source.spec.feed == feed && source.spec.columns.contains_key(column))
    }

    fn knows_lead_times(&self) -> bool {
        self.has(Feed::Suppliers, "stated_lead_time_days")
            || self.has(Feed::ItemSettings, "lead_time_days")
    }

    fn write_head(&mut self, name: &str) {
        let mut assumed = Vec::new();
        let mut lines =
            String::from("# Written by `shelfcast init`; paths are relative to this file.\n\n");
        let quoted = toml::Value::String(name.to_owned());
        let _ = writeln!(lines, "[project]\nname = {quoted}");
        self.assume("the currency is EUR: the files name none");
        lines.push_str("currency = \"EUR\"  # ASSUMED: the files name none\n\n[policy]\n");
        if !self.knows_lead_times() {
            self.assume(&format!(
                "the lead time is {ASSUMED_LEAD_TIME_DAYS} days: no lead time in the files"
            ));
            let _ = writeln!(
                lines,
                "lead_time_days = {ASSUMED_LEAD_TIME_DAYS}  # ASSUMED: no lead time in the files"
            );
            assumed.push("lead_time_days");
        }
        if !self.has(Feed::ItemSettings, "review_days") {
            self.assume("products are reviewed every 7 days: no review period in the files");
            lines.push_str("review_days = 7  # ASSUMED: no review period in the files\n");
            assumed.push("review_days");
        }
        if !self.has(Feed::ItemSettings, "service_target") {
            self.assume(
                "95 % of replenishment cycles shall see no stockout: no target in the files",
            );
            lines.push_str("service_target = 0.95  # ASSUMED: no service target in the files\n");
            assumed.push("service_target");
        }
        lines.push_str(
            "# Orders that use one of these say so. Take a name out once you have checked it.\n",
        );
        let names: Vec<String> = assumed.iter().map(|name| format!("\"{name}\"")).collect();
        let _ = writeln!(lines, "assumed = [{}]", names.join(", "));
        self.text = lines;
    }

    fn write_sources(&mut self) {
        let mut text = String::new();
        let mut assumptions = Vec::new();
        for source in &self.proposal.sources {
            write_source(&mut text, source);
            assumptions.extend(source.assumptions().map(str::to_owned));
        }
        for question in &self.proposal.questions {
            let _ = writeln!(text, "\n# QUESTION: {}: {}", question.file, one_line(&question.text));
        }
        for assumption in assumptions {
            self.assume(&assumption);
        }
        self.text.push_str(&text);
    }

    fn assume(&mut self, assumption: &str) {
        self.assumptions.push(assumption.to_owned());
    }
}

fn write_source(text: &mut String, source: &ProposedSource) {
    let _ = writeln!(text, "\n# {}", one_line(&source.reason));
    for assumption in source.assumptions() {
        let _ = writeln!(text, "# ASSUMED: {}", one_line(assumption));
    }
    if !source.unused_headers.is_empty() {
        let _ = writeln!(text, "# Not used: {}", one_line(&source.unused_headers.join(", ")));
    }
    text.push_str("[[sources]]\n");
    // A source is plain values and one table of columns, which TOML can always hold.
    let body = toml::to_string(&source.spec).unwrap_or_default();
    text.push_str(
        &body.replace("[columns", "[sources.columns").replace("[numbers", "[sources.numbers"),
    );
    for column in &source.columns {
        if !matches!(column.source, ColumnSource::Column { .. }) {
            let _ = writeln!(text, "# {}: {}", column.column, one_line(&column.reason));
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The files as seen from the project's folder.
fn relative_files(folder: &Path, spec: &SourceSpec) -> Result<Vec<String>, PipelineError> {
    let base = absolute(folder)?;
    spec.files
        .iter()
        .map(|file| {
            let file = absolute(Path::new(file))?;
            let relative = pathdiff::diff_paths(&file, &base).unwrap_or(file);
            Ok(relative.display().to_string())
        })
        .collect()
}

/// Absolute with links resolved as far as the path exists.
fn absolute(path: &Path) -> Result<PathBuf, PipelineError> {
    let failed =
        |source| PipelineError::Io { action: "find", path: path.display().to_string(), source };
    if let Ok(found) = path.canonicalize() {
        return Ok(found);
    }
    let plain = std::path::absolute(path).map_err(failed)?;
    match (plain.parent(), plain.file_name()) {
        (Some(parent), Some(name)) => Ok(absolute(parent)?.join(name)),
        _ => Ok(plain),
    }
}
