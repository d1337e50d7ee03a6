//! Files that several places write to, one after the other, whoever is ready first.

use crate::output::{OutputFolder, WrittenFile};
#[cfg(feature = "arrow")]
use crate::parquet_file::ParquetFile;
use crate::tables::Table;
use crate::{Compression, FileFormat, WorldError, WriteOptions};
use std::collections::BTreeMap;
#[cfg(feature = "arrow")]
use std::collections::btree_map::Entry;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One file: a table, and which part of it where it is split.
pub(crate) type FileKey = (Table, Option<String>);

/// What the part of a file is called that holds rows of others again.
pub(crate) const RESENT: &str = "resent";

/// What was written while it was another's turn.
#[derive(Debug)]
struct Spill {
    path: PathBuf,
    rows: u64,
}

type Spills = BTreeMap<FileKey, Spill>;

/// The files of a world under way.
///
/// Places stand one after the other in every file. The place whose turn it is writes to the
/// files themselves, the others to files of their own, which are put where they belong when
/// their turn comes. So memory is bounded, no place waits for another, and the bytes do not
/// depend on who was first.
#[derive(Debug)]
pub(crate) struct Archive {
    feeds: OutputFolder,
    truth: Option<OutputFolder>,
    format: FileFormat,
    compression: Compression,
    has_headers: bool,
    turn: AtomicUsize,
    is_stopped: AtomicBool,
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Rows of each file that has been begun.
    files: BTreeMap<FileKey, u64>,
    /// Places that are done and whose turn is still to come.
    waiting: BTreeMap<usize, Spills>,
    #[cfg(feature = "arrow")]
    parquet: BTreeMap<FileKey, ParquetFile>,
}

impl Archive {
    pub(crate) fn new(
        feeds: OutputFolder,
        truth: Option<OutputFolder>,
        options: &WriteOptions<'_>,
        has_headers: bool,
    ) -> Self {
        Self {
            feeds,
            truth,
            format: options.format,
            compression: options.compression,
            has_headers,
            turn: AtomicUsize::new(0),
            is_stopped: AtomicBool::new(false),
            shared: Mutex::default(),
        }
    }

    pub(crate) fn has_truth(&self) -> bool {
        self.truth.is_some()
    }

    /// Tells all who write that it is over.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        // A place that panicked takes the whole run with it; its half-done work is not read.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder(&self, table: Table) -> &OutputFolder {
        match &self.truth {
            Some(truth) if table.is_truth() => truth,
            _ => &self.feeds,
        }
    }

    /// The finished file's name.
    pub(crate) fn name(&self, (table, split): &FileKey) -> String {
        let packing = self.compression.extension();
        let extension = format!("{}{packing}", self.format.extension());
        match split {
            None => format!("{}{extension}", table.name()),
            // An underscore sorts behind point and hyphen: what comes again comes last.
            Some(split) if split.starts_with(RESENT) => {
                format!("{}_{split}{extension}", table.name())
            }
            Some(split) => format!("{}-{split}{extension}", table.name()),
        }
    }

    /// Appends to a file, which is begun with its header when it is not there yet.
    fn append(&self, key: &FileKey, bytes: &[u8], rows: u64) -> Result<(), WorldError> {
        #[cfg(feature = "arrow")]
        if self.format == FileFormat::Parquet {
            return self.append_row_groups(key, bytes.to_vec(), rows);
        }
        let mut file = self.open(key, rows)?;
        let path = self.folder(key.0).unfinished(&self.name(key));
        file.write_all(bytes).map_err(|source| WorldError::file("write", &path, source))
    }

    #[cfg(feature = "arrow")]
    fn append_row_groups(
        &self,
        key: &FileKey,
        encoded: Vec<u8>,
        rows: u64,
    ) -> Result<(), WorldError> {
        let path = self.folder(key.0).unfinished(&self.name(key));
        let mut shared = self.shared();
        *shared.files.entry(key.clone()).or_default() += rows;
        let file = match shared.parquet.entry(key.clone()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(ParquetFile::create(key.0, &path)?),
        };
        file.append(encoded)
    }

    fn open(&self, key: &FileKey, rows: u64) -> Result<File, WorldError> {
        let path = self.folder(key.0).unfinished(&self.name(key));
        let mut shared = self.shared();
        let is_new = !shared.files.contains_key(key);
        *shared.files.entry(key.clone()).or_default() += rows;
        drop(shared);
        let mut file = open_to_append(&path)?;
        if is_new && self.has_headers {
            let header = self.compression.pack(&key.0.header());
            file.write_all(&header).map_err(|source| WorldError::file("write", &path, source))?;
        }
        Ok(file)
    }

    fn take_in(&self, spills: Spills) -> Result<(), WorldError> {
        for (key, spill) in spills {
            let failed = |source| WorldError::file("read", &spill.path, source);
            #[cfg(feature = "arrow")]
            if self.format == FileFormat::Parquet {
                let mut rows = spill.rows;
                let mut source = File::open(&spill.path).map_err(failed)?;
                while let Some(encoded) = next_piece(&mut source).map_err(failed)? {
                    self.append_row_groups(&key, encoded, std::mem::take(&mut rows))?;
                }
                fs::remove_file(&spill.path).map_err(failed)?;
                continue;
            }
            let mut file = self.open(&key, spill.rows)?;
            let mut source = File::open(&spill.path).map_err(failed)?;
            let path = self.folder(key.0).unfinished(&self.name(&key));
            std::io::copy(&mut source, &mut file)
                .map_err(|source| WorldError::file("write", &path, source))?;
            fs::remove_file(&spill.path).map_err(failed)?;
        }
        Ok(())
    }

    /// Gives all files their names.
    pub(crate) fn finish(self) -> Result<(Vec<WrittenFile>, Vec<WrittenFile>), WorldError> {
        #[cfg(feature = "arrow")]
        for file in std::mem::take(&mut self.shared().parquet).into_values() {
            file.finish()?;
        }
        let files = self.shared().files.clone();
        let named = |is_truth: bool| -> Vec<(String, u64)> {
            let of_folder = files.iter().filter(|(key, _)| key.0.is_truth() == is_truth);
            of_folder.map(|(key, rows)| (self.name(key), *rows)).collect()
        };
        let (feeds, truth) = (named(false), named(true));
        let feeds = self.feeds.finish(feeds)?;
        let truth = self.truth.map_or(Ok(Vec::new()), |folder| folder.finish(truth))?;
        Ok((feeds, truth))
    }
}

/// Opened at its end, not in append mode, in which Linux cannot copy within the kernel.
fn open_to_append(path: &Path) -> Result<File, WorldError> {
    let failed = |source| WorldError::file("create", path, source);
    let mut options = OpenOptions::new();
    let mut file = options.create(true).write(true).truncate(false).open(path).map_err(failed)?;
    file.seek(SeekFrom::End(0)).map_err(failed)?;
    Ok(file)
}

/// The next piece of a spilled file: its length in eight bytes, then itself.
#[cfg(feature = "arrow")]
fn next_piece(source: &mut File) -> std::io::Result<Option<Vec<u8>>> {
    use std::io::Read;
    let mut length = [0; 8];
    match source.read_exact(&mut length) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut piece = vec![0; u64::from_le_bytes(length) as usize];
    source.read_exact(&mut piece)?;
    Ok(Some(piece))
}

/// One place's hand on the files.
#[derive(Debug)]
pub(crate) struct PlaceFiles<'a> {
    archive: &'a Archive,
    order: usize,
    spills: Spills,
}

impl<'a> PlaceFiles<'a> {
    /// `order` counts the places of this run from 0.
    pub(crate) fn new(archive: &'a Archive, order: usize) -> Self {
        Self { archive, order, spills: Spills::new() }
    }

    /// Appends finished bytes to a file.
    pub(crate) fn write(
        &mut self,
        key: FileKey,
        bytes: &[u8],
        rows: u64,
    ) -> Result<(), WorldError> {
        if rows == 0 {
            return Ok(());
        }
        let is_turn = self.archive.turn.load(Ordering::Acquire) == self.order;
        if is_turn && !self.spills.is_empty() {
            self.archive.take_in(std::mem::take(&mut self.spills))?;
        }
        if is_turn { self.archive.append(&key, bytes, rows) } else { self.spill(key, bytes, rows) }
    }

    fn spill(&mut self, key: FileKey, bytes: &[u8], rows: u64) -> Result<(), WorldError> {
        let name = format!("{}.{}", self.archive.name(&key), self.order);
        let path = self.archive.folder(key.0).unfinished(&name);
        let mut file = open_to_append(&path)?;
        #[cfg(feature = "arrow")]
        if self.archive.format == FileFormat::Parquet {
            let length = (bytes.len() as u64).to_le_bytes();
            file.write_all(&length).map_err(|source| WorldError::file("write", &path, source))?;
        }
        file.write_all(bytes).map_err(|source| WorldError::file("write", &path, source))?;
        self.spills.entry(key).or_insert(Spill { path, rows: 0 }).rows += rows;
        Ok(())
    }

    /// Hands over what is left and, at its turn, passes the turn on.
    pub(crate) fn finish(mut self) -> Result<(), WorldError> {
        let mine = std::mem::take(&mut self.spills);
        let mut shared = self.archive.shared();
        if self.archive.turn.load(Ordering::Acquire) != self.order {
            shared.waiting.insert(self.order, mine);
            return Ok(());
        }
        drop(shared);
        self.archive.take_in(mine)?;
        loop {
            let mut shared = self.archive.shared();
            let next = self.archive.turn.fetch_add(1, Ordering::AcqRel) + 1;
            let Some(spills) = shared.waiting.remove(&next) else { return Ok(()) };
            drop(shared);
            self.archive.take_in(spills)?;
        }
    }
}
