use super::summary::{FileSummary, refusal};
use crate::{PipelineError, Project};
use shelfcast_contracts::Contract;
use shelfcast_retail::Feed;
use shelfcast_sources::{ColumnSource, SourceSpec};
use std::fs::File;
use std::path::{Path, PathBuf};

/// One file and a source that takes it.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) spec: SourceSpec,
    pub(super) path: PathBuf,
    pub(super) label: String,
}

impl Candidate {
    /// Whether the name of the file says something that stands in its rows.
    pub(super) fn uses_file_name(&self) -> bool {
        let sources = self.spec.columns.values();
        sources.into_iter().any(|source| matches!(source, ColumnSource::FileName { .. }))
    }
}

/// The files to read and those that are not there.
pub(super) struct Candidates {
    pub(super) candidates: Vec<Candidate>,
    pub(super) refused: Vec<FileSummary>,
}

/// Every file of every source in feed order, or of those only the ones in `files`.
pub(super) fn candidates(
    project: &Project,
    files: &[PathBuf],
) -> Result<Candidates, PipelineError> {
    let mut found = Candidates { candidates: Vec::new(), refused: Vec::new() };
    let mut specs: Vec<&SourceSpec> = project.config().sources.iter().collect();
    specs.sort_by_key(|spec| spec.feed);
    for spec in specs {
        spec.validate()?;
        match spec.expand(project.folder()) {
            Ok(paths) => found.candidates.extend(paths.into_iter().map(|path| Candidate {
                spec: spec.clone(),
                label: label(project.folder(), &path),
                path,
            })),
            Err(error) if files.is_empty() => {
                let outcome = refusal(&error.into());
                found.refused.push(FileSummary::new(&spec.files.join(", "), spec.feed, outcome));
            }
            Err(_) => {}
        }
    }
    if !files.is_empty() {
        keep_only(&mut found.candidates, files)?;
    }
    Ok(found)
}

fn keep_only(candidates: &mut Vec<Candidate>, files: &[PathBuf]) -> Result<(), PipelineError> {
    let wanted: Vec<PathBuf> = files.iter().map(|file| absolute(file)).collect();
    for (file, wanted) in files.iter().zip(&wanted) {
        if !candidates.iter().any(|candidate| absolute(&candidate.path) == *wanted) {
            return Err(PipelineError::NoSource { file: file.display().to_string() });
        }
    }
    candidates.retain(|candidate| wanted.contains(&absolute(&candidate.path)));
    Ok(())
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The path as the configuration would write it: relative to the project where it can be.
fn label(folder: &Path, path: &Path) -> String {
    let shown = path.strip_prefix(folder).unwrap_or(path);
    shown.display().to_string()
}

/// The contract of `feed` in this project: its own, or the built-in one.
pub(super) fn contract(project: &Project, feed: Feed) -> Result<Contract, PipelineError> {
    match project.config().contracts.get(feed.as_str()) {
        Some(path) => Ok(Contract::load(&project.folder().join(path))?),
        None => Ok(Contract::builtin(feed)),
    }
}

/// What names a file's content and, with its mapping and contract, a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// A hash of the file's bytes.
    pub(super) content_hash: String,
    /// A hash of those, the mapping and the contract, and of the file's name where a column
    /// is read from it.
    pub(super) batch_id: String,
}

/// Reads the whole file once.
pub(super) fn identify(
    project: &Project,
    candidate: &Candidate,
) -> Result<Identity, PipelineError> {
    let failed = |source| PipelineError::Io {
        action: "read",
        path: candidate.path.display().to_string(),
        source,
    };
    let mut content = blake3::Hasher::new();
    content.update_reader(File::open(&candidate.path).map_err(failed)?).map_err(failed)?;
    let content_hash = short(&content);
    let mapping = SourceSpec { files: Vec::new(), ..candidate.spec.clone() };
    let mapping = serde_json::to_vec(&mapping)
        .map_err(|error| PipelineError::Task { message: error.to_string() })?;
    let contract = contract(project, candidate.spec.feed)?;
    let name = if candidate.uses_file_name() { candidate.label.as_bytes() } else { b"" };
    let mut hasher = blake3::Hasher::new();
    for part in [mapping.as_slice(), contract.text().as_bytes(), name, content_hash.as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    Ok(Identity { content_hash, batch_id: short(&hasher) })
}

fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex()[..32].to_owned()
}
