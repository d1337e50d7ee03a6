//! Output folders: all files or none.

use crate::WorldError;
use csv::{StringRecord, Terminator, Writer, WriterBuilder};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// One finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its rows, without the header.
    pub rows: u64,
}

/// A folder being filled. Files carry temporary names until [`OutputFolder::rename`];
/// unless kept, they are removed again, and so is the folder if this value made it.
#[derive(Debug)]
pub(crate) struct OutputFolder {
    folder: PathBuf,
    is_new: bool,
    files: Vec<WrittenFile>,
    n_renamed: usize,
    is_kept: bool,
}

impl OutputFolder {
    /// Refuses a folder that holds anything, and a file; makes what does not exist.
    pub(crate) fn create(folder: &Path) -> Result<Self, WorldError> {
        let is_new = check_empty(folder)?;
        fs::create_dir_all(folder).map_err(|source| file_error("create", folder, source))?;
        Ok(Self {
            folder: folder.to_owned(),
            is_new,
            files: Vec::new(),
            n_renamed: 0,
            is_kept: false,
        })
    }

    /// Starts a file with its header.
    pub(crate) fn table(
        &mut self,
        name: &str,
        header: &[&str],
        terminator: Terminator,
    ) -> Result<Table, WorldError> {
        let path = self.folder.join(name);
        let temporary = temporary_name(&path);
        let file = File::create_new(&temporary)
            .map_err(|source| file_error("create", &temporary, source))?;
        self.files.push(WrittenFile { path: path.clone(), rows: 0 });
        let writer = WriterBuilder::new()
            .terminator(terminator)
            .from_writer(BufWriter::with_capacity(1 << 16, file));
        let mut table = Table { index: self.files.len() - 1, path, writer, rows: 0 };
        table.write(&StringRecord::from(header))?;
        table.rows = 0;
        Ok(table)
    }

    /// Writes what a table still holds back.
    pub(crate) fn close(&mut self, table: Table) -> Result<(), WorldError> {
        let failed = |source| file_error("write", &table.path, source);
        let buffered = table.writer.into_inner().map_err(|error| failed(error.into_error()))?;
        buffered
            .into_inner()
            .map_err(|error| failed(error.into_error()))?
            .flush()
            .map_err(failed)?;
        self.files[table.index].rows = table.rows;
        Ok(())
    }

    /// Gives every file its name.
    pub(crate) fn rename(&mut self) -> Result<(), WorldError> {
        for file in &self.files {
            fs::rename(temporary_name(&file.path), &file.path)
                .map_err(|source| file_error("rename", &file.path, source))?;
            self.n_renamed += 1;
        }
        Ok(())
    }

    /// Leaves the files for good.
    pub(crate) fn keep(mut self) -> Vec<WrittenFile> {
        self.is_kept = true;
        std::mem::take(&mut self.files)
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        // Whatever cannot be removed stays; the error that led here is the one to tell.
        for (index, file) in self.files.iter().enumerate() {
            let is_renamed = index < self.n_renamed;
            let path = if is_renamed { file.path.clone() } else { temporary_name(&file.path) };
            let _ = fs::remove_file(path);
        }
        if self.is_new {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// A file being written.
pub(crate) struct Table {
    index: usize,
    path: PathBuf,
    writer: Writer<BufWriter<File>>,
    rows: u64,
}

impl Table {
    pub(crate) fn write(&mut self, record: &StringRecord) -> Result<(), WorldError> {
        self.writer
            .write_record(record)
            .map_err(|source| WorldError::Row { path: self.path.clone(), source })?;
        self.rows += 1;
        Ok(())
    }

    pub(crate) fn write_all(
        &mut self,
        mut records: impl Iterator<Item = StringRecord>,
    ) -> Result<(), WorldError> {
        records.try_for_each(|record| self.write(&record))
    }
}

/// True when nothing is there yet.
pub(crate) fn check_empty(folder: &Path) -> Result<bool, WorldError> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(_) if folder.is_file() => {
            return Err(WorldError::NotAFolder { folder: folder.to_owned() });
        }
        Err(source) => return Err(file_error("read", folder, source)),
    };
    match entries.next() {
        None => Ok(false),
        Some(Ok(entry)) => Err(WorldError::FolderNotEmpty {
            folder: folder.to_owned(),
            entry: entry.file_name().to_string_lossy().into_owned(),
        }),
        Some(Err(source)) => Err(file_error("read", folder, source)),
    }
}

fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

fn file_error(action: &'static str, path: &Path, source: io::Error) -> WorldError {
    WorldError::File { action, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn fill(folder: &mut OutputFolder) {
        let mut table = folder.table("a.csv", &["x", "y"], Terminator::CRLF).unwrap();
        table.write(&StringRecord::from(vec!["1", "two, three"])).unwrap();
        folder.close(table).unwrap();
    }

    #[test]
    fn files_have_their_names_only_at_the_end() {
        let outside = tempfile::tempdir().unwrap();
        let path = outside.path().join("deep/new");
        let mut folder = OutputFolder::create(&path).unwrap();
        fill(&mut folder);
        assert_eq!(names(&path), ["a.csv.partial"]);
        folder.rename().unwrap();
        let written = folder.keep();
        assert_eq!(written, [WrittenFile { path: path.join("a.csv"), rows: 1 }]);
        assert_eq!(fs::read_to_string(path.join("a.csv")).unwrap(), "x,y\r\n1,\"two, three\"\r\n");
        assert_eq!(names(&path), ["a.csv"]);
    }

    #[test]
    fn what_is_not_kept_is_removed() {
        let outside = tempfile::tempdir().unwrap();
        let path = outside.path().join("new");
        let mut folder = OutputFolder::create(&path).unwrap();
        fill(&mut folder);
        drop(folder);
        assert!(!path.exists());
        let mut folder = OutputFolder::create(outside.path()).unwrap();
        fill(&mut folder);
        folder.rename().unwrap();
        drop(folder);
        assert!(names(outside.path()).is_empty());
    }

    #[test]
    fn a_row_of_another_length_is_an_error() {
        let outside = tempfile::tempdir().unwrap();
        let mut folder = OutputFolder::create(outside.path()).unwrap();
        let mut table = folder.table("a.csv", &["x", "y"], Terminator::CRLF).unwrap();
        let error = table.write(&StringRecord::from(vec!["1"])).unwrap_err();
        assert!(matches!(error, WorldError::Row { .. }), "{error}");
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
