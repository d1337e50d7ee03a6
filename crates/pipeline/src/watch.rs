//! Files taken as they appear, once each.

use crate::{PipelineError, Project};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Endings of files that are still being written, by the usual tools.
const UNFINISHED: [&str; 6] = ["tmp", "part", "partial", "crdownload", "filepart", "swp"];

/// What a folder holds, looked at again and again.
///
/// A file is complete when its size and its time of change were the same at two looks, it is not
/// hidden and its name does not end like an unfinished one. Looking works on every kind of file
/// system, network shares included, where notices of change do not arrive.
#[derive(Debug)]
pub struct FolderWatch {
    folder: PathBuf,
    seen: BTreeMap<PathBuf, Seen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    changed: Option<SystemTime>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    stamp: Stamp,
    is_taken: bool,
}

impl FolderWatch {
    /// Watches `folder`, which must be there.
    pub fn new(folder: &Path) -> Result<Self, PipelineError> {
        let watch = Self { folder: folder.to_owned(), seen: BTreeMap::new() };
        watch.list().map(|_| watch)
    }

    /// Looks once and gives the files that are complete and were not given before, sorted. A file
    /// that changed since it was given is given again.
    pub fn look(&mut self) -> Result<Vec<PathBuf>, PipelineError> {
        let found = self.list()?;
        self.seen.retain(|path, _| found.contains_key(path));
        let mut complete = Vec::new();
        for (path, stamp) in found {
            match self.seen.get_mut(&path) {
                Some(seen) if seen.stamp == stamp => {
                    if !seen.is_taken {
                        seen.is_taken = true;
                        complete.push(path);
                    }
                }
                _ => {
                    self.seen.insert(path, Seen { stamp, is_taken: false });
                }
            }
        }
        Ok(complete)
    }

    fn list(&self) -> Result<BTreeMap<PathBuf, Stamp>, PipelineError> {
        let failed = |source| PipelineError::Io {
            action: "list",
            path: self.folder.display().to_string(),
            source,
        };
        let mut found = BTreeMap::new();
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            // A file may be gone again by now.
            let Ok(metadata) = std::fs::metadata(&path) else { continue };
            if metadata.is_file() && !is_unfinished(&path) {
                let stamp = Stamp { bytes: metadata.len(), changed: metadata.modified().ok() };
                found.insert(path, stamp);
            }
        }
        Ok(found)
    }
}

impl Project {
    /// Splits `files` into those that a source takes, or looks rows up in, and the others.
    pub fn sort_by_source(&self, files: Vec<PathBuf>) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let taken: Vec<PathBuf> = self
            .config()
            .sources
            .iter()
            .flat_map(|source| {
                let looked_up = source.lookups.iter().map(|lookup| lookup.expand(self.folder()));
                looked_up.chain([source.expand(self.folder())]).flatten().flatten()
            })
            .map(|path| absolute(&path))
            .collect();
        files.into_iter().partition(|file| taken.contains(&absolute(file)))
    }
}

pub(crate) fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    name.starts_with('.') || name.ends_with('~') || UNFINISHED.contains(&ending.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_given_once_when_it_no_longer_grows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sales.csv");
        let mut watch = FolderWatch::new(folder.path()).unwrap();
        std::fs::write(&path, "a").unwrap();
        assert!(watch.look().unwrap().is_empty());
        std::fs::write(&path, "ab").unwrap();
        assert!(watch.look().unwrap().is_empty());
        assert_eq!(watch.look().unwrap(), std::slice::from_ref(&path));
        assert!(watch.look().unwrap().is_empty());
        std::fs::write(&path, "abc").unwrap();
        assert!(watch.look().unwrap().is_empty());
        assert_eq!(watch.look().unwrap(), [path]);
    }

    #[test]
    fn hidden_and_unfinished_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".sales.csv", "sales.csv.part", "sales.csv~", "sales.csv.TMP"] {
            std::fs::write(folder.path().join(name), "a").unwrap();
        }
        let mut watch = FolderWatch::new(folder.path()).unwrap();
        assert!(watch.look().unwrap().is_empty() && watch.look().unwrap().is_empty());
        assert!(FolderWatch::new(&folder.path().join("none")).is_err());
    }
}
