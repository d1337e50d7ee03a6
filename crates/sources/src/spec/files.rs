use crate::{SourceError, SourceSpec};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

impl SourceSpec {
    /// The files, sorted and each once; patterns are taken relative to `folder`.
    ///
    /// A folder stands for the files in it, but not for those whose names begin
    /// with a dot nor for those of folders in it; `**` in a pattern goes down
    /// into folders.
    ///
    /// # Errors
    /// A pattern that no file matches, or that is no pattern.
    ///
    /// ```
    /// use shelfcast_retail::Feed;
    /// use shelfcast_sources::SourceSpec;
    /// # let folder = tempfile::tempdir()?;
    /// # std::fs::create_dir(folder.path().join("sales"))?;
    /// # std::fs::write(folder.path().join("sales/may.csv"), "")?;
    /// # std::fs::write(folder.path().join("sales/june.csv"), "")?;
    /// let spec = SourceSpec { files: vec!["sales".to_owned()], ..SourceSpec::new(Feed::Sales) };
    /// assert_eq!(spec.expand(folder.path())?.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expand(&self, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
        let mut found = BTreeSet::new();
        for pattern in &self.files {
            let matched = matched(folder, pattern)?;
            if matched.is_empty() {
                return Err(SourceError::NoFiles {
                    pattern: pattern.clone(),
                    folder: folder.to_owned(),
                });
            }
            found.extend(matched);
        }
        Ok(found.into_iter().collect())
    }
}

fn matched(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, SourceError> {
    let whole = Path::new(&glob::Pattern::escape(&folder.to_string_lossy())).join(pattern);
    let matches = glob::glob(&whole.to_string_lossy()).map_err(|error| {
        SourceError::FilePattern { pattern: pattern.to_owned(), reason: error.msg.to_owned() }
    })?;
    // A name with brackets in it is first of all a name.
    let plain = folder.join(pattern);
    if plain.is_file() {
        return Ok(vec![plain]);
    }
    if plain.is_dir() {
        return files_in(&plain);
    }
    Ok(matches.flatten().filter(|path| path.is_file()).collect())
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let failed = |source| SourceError::Open { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
}
