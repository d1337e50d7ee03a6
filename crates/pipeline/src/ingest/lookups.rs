use super::file::{hash_file, short};
use crate::PipelineError;
use shelfcast_sources::{Lookups, SourceError, SourceSpec};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The files that the rows of one source are looked up in, hashed and read once for all its files.
#[derive(Debug)]
pub(super) struct SourceLookups {
    spec: SourceSpec,
    folder: PathBuf,
    /// The files of each look-up.
    files: Vec<Vec<PathBuf>>,
    hash: Mutex<Option<String>>,
    read: Mutex<Option<Lookups>>,
}

impl SourceLookups {
    /// # Errors
    /// A pattern that no file matches.
    pub(super) fn new(spec: &SourceSpec, folder: &Path) -> Result<Self, SourceError> {
        let files = spec.lookups.iter().map(|lookup| lookup.expand(folder));
        Ok(Self {
            files: files.collect::<Result<_, _>>()?,
            spec: spec.clone(),
            folder: folder.to_owned(),
            hash: Mutex::new(None),
            read: Mutex::new(None),
        })
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().flatten()
    }

    /// A hash of what is looked up, whatever the files are called; `None` where nothing is.
    pub(super) fn hash(&self) -> Result<Option<String>, PipelineError> {
        if self.files.is_empty() {
            return Ok(None);
        }
        let mut known = self.hash.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none() {
            let mut all = blake3::Hasher::new();
            for files in &self.files {
                let hashes = files.iter().map(|file| hash_file(file));
                let mut hashes = hashes.collect::<Result<Vec<_>, _>>()?;
                hashes.sort_unstable();
                all.update(&(hashes.len() as u64).to_le_bytes());
                all.update(hashes.concat().as_bytes());
            }
            *known = Some(short(&all));
        }
        Ok(known.clone())
    }

    /// The files, read when they are first asked for.
    pub(super) fn read(&self) -> Result<Lookups, SourceError> {
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        match known.as_ref() {
            Some(lookups) => Ok(lookups.clone()),
            None => {
                let lookups = Lookups::read(&self.spec, &self.folder)?;
                *known = Some(lookups.clone());
                Ok(lookups)
            }
        }
    }
}
