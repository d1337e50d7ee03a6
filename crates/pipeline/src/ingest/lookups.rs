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
    files: Vec<PathBuf>,
    hash: Mutex<Option<String>>,
    read: Mutex<Option<Lookups>>,
}

impl SourceLookups {
    pub(super) fn new(spec: &SourceSpec, folder: &Path) -> Self {
        let files = spec.lookups.iter().flat_map(|lookup| lookup.expand(folder)).flatten();
        Self {
            files: files.collect(),
            spec: spec.clone(),
            folder: folder.to_owned(),
            hash: Mutex::new(None),
            read: Mutex::new(None),
        }
    }

    /// The files that are there.
    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// A hash of what is looked up, whatever the files are called; `None` where nothing is.
    ///
    /// # Errors
    /// A look-up whose files are not there, or cannot be read.
    pub(super) fn hash(&self) -> Result<Option<String>, PipelineError> {
        if self.spec.lookups.is_empty() {
            return Ok(None);
        }
        let mut known = self.hash.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none() {
            let mut all = blake3::Hasher::new();
            for lookup in &self.spec.lookups {
                let files = lookup.expand(&self.folder)?;
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
