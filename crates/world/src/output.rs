//! Output folders: all files or none.

use crate::WorldError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its rows, without the header.
    pub rows: u64,
}

/// What the names of unfinished files end in.
const PARTIAL: &str = ".partial";

/// A folder being filled. Files carry temporary names until [`OutputFolder::finish`];
/// before that, dropping this value removes them, and the folder if this value made it.
#[derive(Debug)]
pub(crate) struct OutputFolder {
    folder: PathBuf,
    is_new: bool,
    renamed: Vec<PathBuf>,
    is_kept: bool,
}

impl OutputFolder {
    /// Refuses a folder that holds anything, and a file; makes what does not exist.
    pub(crate) fn create(folder: &Path) -> Result<Self, WorldError> {
        let is_new = check_empty(folder)?;
        fs::create_dir_all(folder).map_err(|source| WorldError::file("create", folder, source))?;
        Ok(Self { folder: folder.to_owned(), is_new, renamed: Vec::new(), is_kept: false })
    }

    /// The path of the file called `name` when it is finished.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Its path until then.
    pub(crate) fn unfinished(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}{PARTIAL}"))
    }

    /// Gives the named files their names and leaves them for good.
    pub(crate) fn finish(
        mut self,
        files: Vec<(String, u64)>,
    ) -> Result<Vec<WrittenFile>, WorldError> {
        let mut written = Vec::with_capacity(files.len());
        for (name, rows) in files {
            let path = self.path(&name);
            fs::rename(self.unfinished(&name), &path)
                .map_err(|source| WorldError::file("rename", &path, source))?;
            self.renamed.push(path.clone());
            written.push(WrittenFile { path, rows });
        }
        self.is_kept = true;
        Ok(written)
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        // Whatever cannot be removed stays; the error that led here is the one to tell.
        for path in &self.renamed {
            let _ = fs::remove_file(path);
        }
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            if entry.file_name().to_string_lossy().ends_with(PARTIAL) {
                let _ = fs::remove_file(entry.path());
            }
        }
        if self.is_new {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// Fails unless `folder` is an empty folder or nothing; true when it is nothing.
pub(crate) fn check_empty(folder: &Path) -> Result<bool, WorldError> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(_) if folder.is_file() => {
            return Err(WorldError::NotAFolder { folder: folder.to_owned() });
        }
        Err(source) => return Err(WorldError::file("read", folder, source)),
    };
    match entries.next() {
        None => Ok(false),
        Some(Ok(entry)) => Err(WorldError::FolderNotEmpty {
            folder: folder.to_owned(),
            entry: entry.file_name().to_string_lossy().into_owned(),
        }),
        Some(Err(source)) => Err(WorldError::file("read", folder, source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn files_have_their_names_only_at_the_end() {
        let outside = tempfile::tempdir().unwrap();
        let path = outside.path().join("deep/new");
        let folder = OutputFolder::create(&path).unwrap();
        fs::write(folder.unfinished("a.csv"), "x\n1\n").unwrap();
        assert_eq!(names(&path), ["a.csv.partial"]);
        let written = folder.finish(vec![("a.csv".to_owned(), 1)]).unwrap();
        assert_eq!(written, [WrittenFile { path: path.join("a.csv"), rows: 1 }]);
        assert_eq!(names(&path), ["a.csv"]);
    }

    #[test]
    fn what_is_not_finished_is_removed() {
        let outside = tempfile::tempdir().unwrap();
        let path = outside.path().join("new");
        let folder = OutputFolder::create(&path).unwrap();
        fs::write(folder.unfinished("a.csv"), "x").unwrap();
        drop(folder);
        assert!(!path.exists());
        let folder = OutputFolder::create(outside.path()).unwrap();
        fs::write(folder.unfinished("a.csv"), "x").unwrap();
        let missing = vec![("a.csv".to_owned(), 0), ("b.csv".to_owned(), 0)];
        assert!(folder.finish(missing).is_err());
        assert!(names(outside.path()).is_empty());
    }

    #[test]
    fn folders_in_use_and_files_are_refused() {
        let outside = tempfile::tempdir().unwrap();
        let file = outside.path().join("notes.txt");
        fs::write(&file, "mine").unwrap();
        let error = OutputFolder::create(outside.path()).unwrap_err();
        assert!(error.to_string().contains("is not empty: it holds `notes.txt`"), "{error}");
        let error = OutputFolder::create(&file).unwrap_err();
        assert!(error.to_string().contains("is a file"), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }
}
