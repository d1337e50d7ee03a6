use super::file::reading;
use super::names::CORRECTED;
use crate::PipelineError;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use shelfcast_engine::Session;
use std::collections::{BTreeMap, BTreeSet};

/// A batch that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveBatch {
    pub(crate) sequence: i64,
    pub(crate) batch_id: String,
    pub(crate) feed: String,
    pub(crate) file: String,
    /// The file and those that had its bytes when it came in.
    pub(crate) names: BTreeSet<String>,
    pub(crate) bytes: i64,
    /// `None` in lakes of format 1.
    pub(crate) content_hash: Option<String>,
}

/// What a file is to what came in before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    New,
    /// It is in force as it is.
    Known,
    /// Somebody took it back.
    TakenBack,
    /// It has the bytes that the file `corrected` had before it was corrected.
    OutdatedCopy {
        corrected: String,
    },
}

/// What came in before.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownBatches {
    /// Those in force, by sequence.
    pub(crate) live: BTreeMap<i64, LiveBatch>,
    /// The readings of batches that somebody took back.
    taken_back: BTreeSet<String>,
    /// The files by which the reading of a batch was corrected.
    corrected: BTreeMap<String, BTreeSet<String>>,
    /// The last number given, in force or not.
    pub(crate) last_sequence: i64,
}

impl KnownBatches {
    pub(crate) async fn read(session: &Session) -> Result<Self, PipelineError> {
        let (_, copies) = session.collect("select sequence, file from raw.copies").await?;
        let mut names: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        for batch in &copies {
            let sequences = batch.column(0).as_primitive::<Int64Type>();
            let files = batch.column(1).as_string::<i32>();
            for (sequence, file) in sequences.values().iter().zip(files.iter().flatten()) {
                names.entry(*sequence).or_default().insert(file.to_owned());
            }
        }
        let sql = format!(
            "select batches.sequence, batches.batch_id, feed, file, bytes, content_hash, \
                   gone.sequence is not null as is_gone, coalesce(is_taken_back, false), \
                   corrected_by \
                   from raw.batches \
                   left join (select sequence, bool_or(reason = 'taken back') as is_taken_back, \
                        max(case when reason = '{CORRECTED}' then by_sequence end) as corrected_by \
                        from raw.retractions group by sequence) as gone \
                   on batches.sequence = gone.sequence order by batches.sequence"
        );
        let (_, batches) = session.collect(&sql).await?;
        let mut known = Self::default();
        for batch in &batches {
            name_files(batch, &mut names);
        }
        for batch in &batches {
            known.add(batch, &names);
        }
        Ok(known)
    }

    fn add(&mut self, batch: &RecordBatch, names: &BTreeMap<i64, BTreeSet<String>>) {
        let text = |column: usize| batch.column(column).as_string::<i32>();
        let number = |column: usize| batch.column(column).as_primitive::<Int64Type>();
        let (hashes, corrected_by) = (text(5), number(8));
        let names_of = |sequence: i64| names.get(&sequence).cloned().unwrap_or_default();
        for row in 0..batch.num_rows() {
            let sequence = number(0).value(row);
            self.last_sequence = self.last_sequence.max(sequence);
            if batch.column(6).as_boolean().value(row) {
                let reading = reading(text(1).value(row));
                if batch.column(7).as_boolean().value(row) {
                    self.taken_back.insert(reading.to_owned());
                }
                if corrected_by.is_valid(row) {
                    let by = names_of(corrected_by.value(row));
                    let corrected = self.corrected.entry(reading.to_owned()).or_default();
                    corrected.extend(names_of(sequence).intersection(&by).cloned());
                }
                continue;
            }
            let live = LiveBatch {
                sequence,
                batch_id: text(1).value(row).to_owned(),
                feed: text(2).value(row).to_owned(),
                file: text(3).value(row).to_owned(),
                names: names_of(sequence),
                bytes: number(4).value(row),
                content_hash: hashes.is_valid(row).then(|| hashes.value(row).to_owned()),
            };
            self.live.insert(sequence, live);
        }
    }

    /// Whether a file of this name and size came in.
    pub(crate) fn has_like(&self, file: &str, n_bytes: u64) -> bool {
        let is_alike =
            |batch: &LiveBatch| batch.file == file && i64::try_from(n_bytes) == Ok(batch.bytes);
        self.live.values().any(is_alike)
    }

    /// What `file`, which would be the batch `batch_id`, is to what came in. One that is asked for by
    /// its name comes in although it was taken back or is out of date.
    pub(crate) fn standing(&self, batch_id: &str, file: &str, is_named: bool) -> Standing {
        if self.live.values().any(|batch| batch.batch_id == batch_id) {
            return Standing::Known;
        }
        // Of a reading that is in force only what it was looked up in is another.
        if is_named || self.has_reading(batch_id) {
            return Standing::New;
        }
        let corrected = self.corrected.get(reading(batch_id)).filter(|it| !it.contains(file));
        match corrected.and_then(BTreeSet::first) {
            Some(corrected) => Standing::OutdatedCopy { corrected: corrected.clone() },
            None if self.taken_back.contains(reading(batch_id)) => Standing::TakenBack,
            None => Standing::New,
        }
    }

    fn has_reading(&self, batch_id: &str) -> bool {
        self.live.values().any(|batch| reading(&batch.batch_id) == reading(batch_id))
    }
}

/// Adds the file of each batch to those that had its bytes.
fn name_files(batch: &RecordBatch, names: &mut BTreeMap<i64, BTreeSet<String>>) {
    let sequences = batch.column(0).as_primitive::<Int64Type>();
    let files = batch.column(3).as_string::<i32>();
    for (sequence, file) in sequences.values().iter().zip(files.iter().flatten()) {
        names.entry(*sequence).or_default().insert(file.to_owned());
    }
}
