//! Which batches files take the place of, by their contents and their names.

use super::file::{Candidate, Identity};
use super::known::{KnownBatches, LiveBatch};
use super::overlap::{Retraction, record};
use super::write::NewBatch;
use crate::{PipelineError, raw};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use shelfcast_sources::Corrections;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A batch that is gone because a file of one of its names says something else now.
pub(super) const CORRECTED: &str = "corrected by a file of its name";

/// What the files of an ingest are called.
pub(super) struct Names {
    /// The batches that files would bring, each with its file.
    wanted: BTreeSet<(String, String)>,
    /// Batches in force, each with another file that has its bytes now, where files correct each
    /// other by their names.
    seen: Vec<(i64, String)>,
}

impl Names {
    pub(super) fn new(known: &KnownBatches, files: &[(&Candidate, Identity)]) -> Self {
        let mut wanted = BTreeSet::new();
        let mut seen = Vec::new();
        for (file, identity) in files {
            let is_this = |batch: &&LiveBatch| batch.batch_id == identity.batch_id;
            let batch = known.live.values().find(is_this);
            let by_name = file.spec.corrections == Corrections::ByFileName;
            if let Some(batch) = batch.filter(|it| by_name && !it.names.contains(&file.label)) {
                seen.push((batch.sequence, file.label.clone()));
            }
            wanted.insert((identity.batch_id.clone(), file.label.clone()));
        }
        Self { wanted, seen }
    }

    /// Whether nothing is new about the names of batches in force.
    pub(super) fn are_known(&self) -> bool {
        self.seen.is_empty()
    }

    fn brings(&self, batch: &LiveBatch, file: &str) -> bool {
        self.wanted.contains(&(batch.batch_id.clone(), file.to_owned()))
    }

    /// The files that have the bytes of a new batch.
    fn of<'n>(&'n self, batch: &'n NewBatch) -> BTreeSet<&'n str> {
        let names = self.wanted.iter().filter(|(id, _)| *id == batch.batch_id);
        names.map(|(_, file)| file.as_str()).chain([batch.file.as_str()]).collect()
    }

    /// The batches that `new` ones replace: the same bytes under another mapping or contract, or an
    /// earlier file of the same name where the source corrects by file name. A batch that a source
    /// would bring as it is stays. Another file with the bytes of the one that is corrected is a
    /// copy of it, and keeps nothing. A file may also be corrected by becoming a copy of another.
    pub(super) fn replaced(&self, known: &KnownBatches, new: &[NewBatch]) -> Vec<Retraction> {
        let mut found: BTreeMap<i64, Retraction> = BTreeMap::new();
        let mut replace = |old: &LiveBatch, reason: &'static str, by: i64| {
            let (sequence, batch_id) = (old.sequence, old.batch_id.clone());
            let by_sequence = Some(by);
            found.insert(sequence, Retraction { sequence, batch_id, reason, by_sequence });
        };
        for batch in new {
            let names = self.of(batch);
            for old in known.live.values().filter(|old| old.feed == batch.feed.as_str()) {
                if let Some(reason) = self.reason_to_replace(old, batch, &names) {
                    replace(old, reason, batch.sequence);
                }
            }
        }
        for (sequence, file) in &self.seen {
            let Some(now) = known.live.get(sequence) else { continue };
            let others = known.live.values().filter(|old| {
                old.sequence != *sequence && old.feed == now.feed && old.names.contains(file)
            });
            for old in others.filter(|old| !self.brings(old, file)) {
                replace(old, CORRECTED, *sequence);
            }
        }
        found.into_values().collect()
    }

    /// Why the batch `new`, which the files `names` bring, takes the place of `old`, if it does.
    fn reason_to_replace(
        &self,
        old: &LiveBatch,
        new: &NewBatch,
        names: &BTreeSet<&str>,
    ) -> Option<&'static str> {
        let shared = || old.names.iter().filter(|name| names.contains(name.as_str()));
        let by_file_name = new.corrections == Corrections::ByFileName;
        let is_wanted = match by_file_name {
            true => self.brings(old, &old.file) && shared().all(|name| self.brings(old, name)),
            false => self.wanted.iter().any(|(id, _)| *id == old.batch_id),
        };
        if is_wanted {
            return None;
        }
        let is_same_file = shared().next().is_some();
        let is_same_content = match &old.content_hash {
            Some(hash) => *hash == new.content_hash,
            None => is_same_file && old.bytes == new.bytes as i64,
        };
        // Where the file's name says something, the same bytes may be two files.
        if is_same_content && (is_same_file || !new.uses_file_name) {
            return Some("read anew");
        }
        (by_file_name && is_same_file).then_some(CORRECTED)
    }

    /// Rows of `raw.copies` for names that batches had not before.
    pub(super) fn copies(&self, new: &[NewBatch]) -> Result<Option<RecordBatch>, PipelineError> {
        let mut copies = self.seen.clone();
        for batch in new.iter().filter(|batch| batch.corrections == Corrections::ByFileName) {
            let others = self.of(batch).into_iter().filter(|name| *name != batch.file);
            copies.extend(others.map(|name| (batch.sequence, name.to_owned())));
        }
        if copies.is_empty() {
            return Ok(None);
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(copies.iter().map(|(sequence, _)| *sequence))),
            Arc::new(StringArray::from_iter_values(copies.iter().map(|(_, file)| file))),
        ];
        record(raw::copies_schema(), columns).map(Some)
    }
}
