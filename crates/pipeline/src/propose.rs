//! A configuration proposed from files: what was certain, what was assumed, what is asked.

use crate::PipelineError;
use crate::config::CONFIG_FILE;
use shelfcast_retail::Feed;
use shelfcast_sources::{
    Answers, Certainty, Choice, ColumnSource, Corrections, Proposal, ProposedColumn,
    ProposedSource, Question, SourceSpec,
};
use std::collections::BTreeMap;
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
    propose_with(folder, files, &Answers::default())
}

const WRITTEN_BY: &str = "# Written by `shelfcast init`; paths are relative to this file.\n";

/// A proposal that still asks something may be made again, with answers.
fn is_open_proposal(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let asks = |line: &str| line.starts_with("# QUESTION") || line.starts_with("# LIKELY");
    let lacks_sales = !text.contains("\nfeed = \"sales\"");
    text.starts_with(WRITTEN_BY) && (lacks_sales || text.lines().any(asks))
}

/// Like [`propose`], with answers to questions that an earlier proposal asked.
pub fn propose_with(
    folder: &Path,
    files: &[PathBuf],
    answers: &Answers,
) -> Result<ProposedProject, PipelineError> {
    let path = folder.join(CONFIG_FILE);
    if path.exists() && !is_open_proposal(&path) {
        return Err(PipelineError::ProjectExists { path: path.display().to_string() });
    }
    let files = files_of(files)?;
    let mut proposal = shelfcast_sources::propose_with(&files, answers)?;
    for source in &mut proposal.sources {
        source.spec.files = relative_files(folder, &source.spec.files)?;
        for lookup in &mut source.spec.lookups {
            lookup.files = relative_files(folder, &lookup.files)?;
        }
        if names_rows_by_file(&source.spec) {
            source.spec.corrections = Corrections::ByFileName;
        }
    }
    let mut project =
        ProposedProject { text: String::new(), proposal, assumptions: Vec::new(), path };
    let name = folder.file_name().map_or("shop".into(), |name| name.to_string_lossy());
    project.write_head(&name);
    project.write_sources();
    Ok(project)
}

/// Whether rows can only be told apart from those of an earlier delivery by the file: those without a
/// name of their own, cells of a table that grows, and rows that say something else when what they are
/// looked up in does.
fn names_rows_by_file(spec: &SourceSpec) -> bool {
    let is_row_key = |source: &ColumnSource| matches!(source, ColumnSource::RowKey);
    spec.wide.is_some() || !spec.lookups.is_empty() || spec.columns.values().any(is_row_key)
}

/// The files, those in the folders, and those that patterns match which no shell resolved: as a
/// source has them. A link that leads nowhere is named, so that it is told.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, PipelineError> {
    let mut files = Vec::new();
    for path in paths {
        let is_there = path.symlink_metadata().is_ok();
        let text = path.to_string_lossy();
        if path.is_dir() {
            // The empty name is the folder itself.
            files.extend(expanded(path, "")?);
            files.extend(dangling(path));
        } else if !is_there && text.contains(['*', '?', '[']) {
            files.extend(expanded(Path::new(""), &text)?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn expanded(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, PipelineError> {
    let mut spec = SourceSpec::new(Feed::Sales);
    spec.files = vec![pattern.to_owned()];
    Ok(spec.expand(folder)?)
}

fn dangling(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path());
    paths.filter(|path| path.is_symlink() && !path.exists()).collect()
}

impl ProposedProject {
    /// Whether something must be answered before the project can run.
    pub fn has_questions(&self) -> bool {
        !self.proposal.is_certain() || !self.has_sales()
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
        let mut lines = format!("{WRITTEN_BY}\n");
        let quoted = toml::Value::String(name.to_owned());
        let _ = writeln!(lines, "[project]\nname = {quoted}");
        let (currency, why) = self.currency();
        self.assume(&format!("the currency is {currency}: {why}"));
        let _ = writeln!(lines, "currency = \"{currency}\"  # ASSUMED: {why}\n\n[policy]");
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

    /// The one currency of the project, and why.
    fn currency(&self) -> (String, String) {
        match self.proposal.currencies.as_slice() {
            [] => ("EUR".to_owned(), "the files name none".to_owned()),
            [one] => (one.clone(), format!("amounts in the files are in {one}")),
            several @ [first, ..] => (
                first.clone(),
                format!(
                    "amounts in the files are in {}, and nothing is converted: all of them are \
                     taken for the same",
                    several.join(" and ")
                ),
            ),
        }
    }

    fn write_sources(&mut self) {
        let mut text = String::new();
        let mut assumptions = Vec::new();
        for source in &self.proposal.sources {
            let asked = self.proposal.questions.iter().filter(|question| {
                question.feed == source.spec.feed && question.file == source.label
            });
            write_source(&mut text, source, &asked.collect::<Vec<_>>());
            assumptions.extend(source.assumptions().map(str::to_owned));
        }
        for assumption in assumptions {
            self.assume(&assumption);
        }
        let left_out: Vec<_> = self.proposal.files.iter().filter(|file| !file.used).collect();
        if !left_out.is_empty() {
            text.push_str("\n# Files that no source reads:\n");
        }
        for file in left_out {
            let _ = writeln!(text, "# {}: {}", file.file.display(), one_line(&file.text));
        }
        self.text.push_str(&text);
    }

    fn assume(&mut self, assumption: &str) {
        self.assumptions.push(assumption.to_owned());
    }
}

fn write_source(text: &mut String, source: &ProposedSource, asked: &[&Question]) {
    let _ = writeln!(text, "\n# {}", one_line(&source.reason));
    for note in &source.notes {
        let _ = writeln!(text, "# {}", one_line(note));
    }
    for assumption in source.assumptions() {
        let _ = writeln!(text, "# ASSUMED: {}", one_line(assumption));
    }
    if !source.unused_headers.is_empty() {
        let _ = writeln!(text, "# Not used: {}", one_line(&source.unused_headers.join(", ")));
    }
    text.push_str("[[sources]]\n");
    let (of_source, of_columns): (Vec<_>, Vec<_>) =
        asked.iter().partition(|question| source.spec.feed.column(question.column).is_none());
    of_source.into_iter().for_each(|question| write_question(text, question));
    // Columns are written by hand, a line each, so that questions can stand among them.
    let spec = SourceSpec { columns: BTreeMap::new(), ..source.spec.clone() };
    let body = toml::to_string(&spec).unwrap_or_default();
    for line in body.lines() {
        match line {
            "[columns]" => {
                text.push_str("[sources.columns]\n");
                source.columns.iter().for_each(|column| write_column(text, &source.spec, column));
                of_columns.iter().for_each(|question| write_question(text, question));
            }
            _ => {
                let _ = match (line.strip_prefix("[["), line.strip_prefix('[')) {
                    (Some(table), _) => writeln!(text, "[[sources.{table}"),
                    (None, Some(table)) => writeln!(text, "[sources.{table}"),
                    (None, None) => writeln!(text, "{line}"),
                };
            }
        }
    }
}

fn write_column(text: &mut String, spec: &SourceSpec, column: &ProposedColumn) {
    let (feed, name) = (spec.feed, column.column);
    let value = Choice::Column(column.source.clone());
    let reason = one_line(&column.reason);
    let required = feed.column(name).is_some_and(|known| known.required);
    let _ = match column.certainty {
        Certainty::Question => writeln!(text, "# {name} = {value}"),
        Certainty::Likely if required => writeln!(
            text,
            "# LIKELY: {reason}; --answer {} confirms it\n{name} = {value}",
            for_shell(&format!("{feed}.{name}={value}"))
        ),
        _ if !matches!(column.source, ColumnSource::Column(_)) => {
            writeln!(text, "# {reason}\n{name} = {value}")
        }
        _ => writeln!(text, "{name} = {value}"),
    };
}

/// A question as comments: keeping one of its lines answers it.
fn write_question(text: &mut String, question: &Question) {
    let _ = writeln!(text, "# QUESTION {}: {}", question.id, one_line(&question.text));
    let found = one_line(&question.found);
    let keep = match question.options.is_empty() {
        true => ";",
        false => "; keep one of these lines, or",
    };
    let _ = writeln!(text, "#   found {found}{keep} run init again with {}", question.hint());
    let _ = writeln!(text, "#   allowed: {}", one_line(&question.allowed));
    for (choice, _) in &question.options {
        let _ = writeln!(text, "# {} = {choice}", question.column);
    }
}

/// In the quotes that a shell takes as they are.
fn for_shell(answer: &str) -> String {
    match answer.contains('\'') {
        true => format!("\"{}\"", answer.replace('"', "\\\"")),
        false => format!("'{answer}'"),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The files as seen from the project's folder.
fn relative_files(folder: &Path, files: &[String]) -> Result<Vec<String>, PipelineError> {
    let base = absolute(folder)?;
    files
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
