use super::lookups::SourceLookups;
use super::summary::{FileSummary, refusal};
use crate::watch::is_unfinished;
use crate::{PipelineError, Project};
use shelfcast_contracts::Contract;
use shelfcast_retail::Feed;
use shelfcast_sources::{ColumnSource, FeedReader, LookupSpec, SourceError, SourceSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One file and a source that takes it.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) spec: SourceSpec,
    pub(super) path: PathBuf,
    pub(super) label: String,
    /// Whether it was asked for by its name.
    pub(super) is_named: bool,
    lookups: Arc<SourceLookups>,
}

impl Candidate {
    /// Its rows.
    pub(super) fn open(&self) -> Result<FeedReader, SourceError> {
        FeedReader::open_with(&self.spec, &self.path, &self.label, &self.lookups.read()?)
    }

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
    let mut specs: Vec<(usize, &SourceSpec)> =
        project.config().sources.iter().enumerate().collect();
    specs.sort_by_key(|(_, spec)| spec.feed);
    for (nth, spec) in specs {
        spec.validate().map_err(|error| project.source_error(nth, error))?;
        let paths = match spec.expand(project.folder()) {
            Ok(paths) => paths,
            // Files that were named may be those of other sources.
            Err(_) if !files.is_empty() => continue,
            Err(error) => {
                let outcome = refusal(&error.into());
                found.refused.push(FileSummary::new(&spec.files.join(", "), spec.feed, outcome));
                continue;
            }
        };
        let lookups = Arc::new(SourceLookups::new(spec, project.folder()));
        found.candidates.extend(paths.into_iter().map(|path| Candidate {
            spec: spec.clone(),
            label: label(project.folder(), &path),
            path,
            is_named: false,
            lookups: Arc::clone(&lookups),
        }));
    }
    if !files.is_empty() {
        keep_only(&mut found.candidates, files)?;
    }
    Ok(found)
}

/// Endings of files that hold data, whatever the sources read.
const DATA_ENDINGS: [&str; 7] = ["csv", "tsv", "xlsx", "xls", "ods", "parquet", "zip"];

/// Files in the folders of the sources' files that hold data, or end as those do, and that no
/// source takes.
pub(super) fn untaken(project: &Project, candidates: &[Candidate]) -> Vec<String> {
    let looked_up = candidates.iter().flat_map(|it| it.lookups.files());
    let taken = candidates.iter().map(|it| &it.path).chain(looked_up);
    let taken: BTreeSet<PathBuf> = taken.map(|path| absolute(path)).collect();
    let mut folders: BTreeMap<&Path, BTreeSet<String>> = BTreeMap::new();
    for path in candidates.iter().map(|candidate| candidate.path.as_path()) {
        let Some(folder) = path.parent() else { continue };
        folders.entry(folder).or_default().insert(ending(path));
    }
    let mut found = BTreeSet::new();
    for (folder, endings) in folders {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path()).filter(|path| {
            let ending = ending(path);
            !path.is_dir()
                && !is_unfinished(path)
                && (endings.contains(&ending) || DATA_ENDINGS.contains(&ending.as_str()))
                && !taken.contains(&absolute(path))
        });
        found.extend(paths.map(|path| label(project.folder(), &path)));
    }
    found.into_iter().collect()
}

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Leaves the files that are named, and those whose rows are looked up in one that is.
fn keep_only(candidates: &mut Vec<Candidate>, files: &[PathBuf]) -> Result<(), PipelineError> {
    let wanted: Vec<PathBuf> = files.iter().map(|file| absolute(file)).collect();
    let mut taken = vec![false; wanted.len()];
    candidates.retain_mut(|candidate| {
        let mut takes = |path: &PathBuf| {
            let path = absolute(path);
            let found = wanted.iter().zip(&mut taken).filter(|(wanted, _)| **wanted == path);
            found.map(|(_, taken)| *taken = true).count() > 0
        };
        candidate.is_named = takes(&candidate.path);
        let is_looked_up = candidate.lookups.files().iter().filter(|file| takes(file)).count() > 0;
        candidate.is_named || is_looked_up
    });
    match files.iter().zip(&taken).find(|(_, is_taken)| !**is_taken) {
        Some((file, _)) => Err(PipelineError::NoSource { file: file.display().to_string() }),
        None => Ok(()),
    }
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
    /// is read from it. Where rows are looked up in other files, the second half is a hash of these
    /// as well.
    pub(super) batch_id: String,
}

/// Letters of a batch's id that say which file was read and how, whatever it was looked up in.
const READING_LETTERS: usize = 16;

/// The part of a batch's id that says which file was read and how.
pub(super) fn reading(batch_id: &str) -> &str {
    batch_id.get(..READING_LETTERS).unwrap_or(batch_id)
}

/// Reads the whole file once.
pub(super) fn identify(
    project: &Project,
    candidate: &Candidate,
) -> Result<Identity, PipelineError> {
    let content_hash = hash_file(&candidate.path)?;
    let without_files = |lookup: &LookupSpec| LookupSpec { files: Vec::new(), ..lookup.clone() };
    let mapping = SourceSpec {
        files: Vec::new(),
        lookups: candidate.spec.lookups.iter().map(without_files).collect(),
        ..candidate.spec.clone()
    };
    let mapping = serde_json::to_vec(&mapping)
        .map_err(|error| PipelineError::Task { message: error.to_string() })?;
    let contract = contract(project, candidate.spec.feed)?;
    let name = if candidate.uses_file_name() { candidate.label.as_bytes() } else { b"" };
    let mut hasher = blake3::Hasher::new();
    for part in [mapping.as_slice(), contract.text().as_bytes(), name, content_hash.as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut batch_id = short(&hasher);
    if let Some(looked_up) = candidate.lookups.hash()? {
        hasher.update(looked_up.as_bytes());
        batch_id.truncate(READING_LETTERS);
        batch_id.push_str(&short(&hasher)[READING_LETTERS..]);
    }
    Ok(Identity { content_hash, batch_id })
}

/// A hash of a file's bytes.
pub(super) fn hash_file(path: &Path) -> Result<String, PipelineError> {
    let failed =
        |source| PipelineError::Io { action: "read", path: path.display().to_string(), source };
    let mut content = blake3::Hasher::new();
    content.update_reader(File::open(path).map_err(failed)?).map_err(failed)?;
    Ok(short(&content))
}

pub(super) fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex()[..32].to_owned()
}
