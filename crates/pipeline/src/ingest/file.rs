use super::summary::{FileSummary, refusal};
use crate::{PipelineError, Project};
use shelfcast_contracts::Contract;
use shelfcast_retail::Feed;
use shelfcast_sources::SourceSpec;
use std::fs::File;
use std::path::{Path, PathBuf};

/// One file and a source that takes it.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) spec: SourceSpec,
    pub(super) path: PathBuf,
    pub(super) label: String,
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

/// What names a batch: the file's bytes, how they are mapped, and the contract they are held to.
pub(super) fn batch_id(project: &Project, candidate: &Candidate) -> Result<String, PipelineError> {
    let failed = |source| PipelineError::Io {
        action: "read",
        path: candidate.path.display().to_string(),
        source,
    };
    let mapping = SourceSpec { files: Vec::new(), ..candidate.spec.clone() };
    let mapping = serde_json::to_vec(&mapping)
        .map_err(|error| PipelineError::Task { message: error.to_string() })?;
    let contract = contract(project, candidate.spec.feed)?;
    let mut hasher = blake3::Hasher::new();
    for part in [mapping.as_slice(), contract.text().as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.update_reader(File::open(&candidate.path).map_err(failed)?).map_err(failed)?;
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}
