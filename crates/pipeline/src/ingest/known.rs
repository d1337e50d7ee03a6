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
    pub(crate) bytes: i64,
    /// `None` in lakes of format 1.
    pub(crate) content_hash: Option<String>,
}

/// What came in before.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownBatches {
    /// Those in force, by sequence.
    pub(crate) live: BTreeMap<i64, LiveBatch>,
    /// Ids of batches that somebody took back.
    pub(crate) taken_back: BTreeSet<String>,
    /// The file of each batch that a later one of its name took the place of.
    corrected: BTreeMap<String, String>,
    /// The last number given, in force or not.
    pub(crate) last_sequence: i64,
}

impl KnownBatches {
    pub(crate) async fn read(session: &Session) -> Result<Self, PipelineError> {
        let sql = "select batches.sequence, batches.batch_id, feed, file, bytes, content_hash, \
                   gone.sequence is not null as is_gone, coalesce(is_taken_back, false), \
                   coalesce(is_corrected, false) \
                   from raw.batches \
                   left join (select sequence, bool_or(reason = 'taken back') as is_taken_back, \
                        bool_or(reason = 'corrected by a file of its name') as is_corrected \
                        from raw.retractions group by sequence) as gone \
                   on batches.sequence = gone.sequence order by batches.sequence";
        let (_, batches) = session.collect(sql).await?;
        let mut known = Self::default();
        for batch in &batches {
            known.add(batch);
        }
        Ok(known)
    }

    fn add(&mut self, batch: &RecordBatch) {
        let text = |column: usize| batch.column(column).as_string::<i32>();
        let number = |column: usize| batch.column(column).as_primitive::<Int64Type>();
        let hashes = text(5);
        for row in 0..batch.num_rows() {
            let sequence = number(0).value(row);
            self.last_sequence = self.last_sequence.max(sequence);
            if batch.column(6).as_boolean().value(row) {
                if batch.column(7).as_boolean().value(row) {
                    self.taken_back.insert(text(1).value(row).to_owned());
                }
                if batch.column(8).as_boolean().value(row) {
                    self.corrected
                        .insert(text(1).value(row).to_owned(), text(3).value(row).to_owned());
                }
                continue;
            }
            let live = LiveBatch {
                sequence,
                batch_id: text(1).value(row).to_owned(),
                feed: text(2).value(row).to_owned(),
                file: text(3).value(row).to_owned(),
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

    /// The other file of which `file` is a copy as it was before it was corrected.
    pub(crate) fn is_outdated_copy(&self, batch_id: &str, file: &str) -> bool {
        self.corrected.get(batch_id).is_some_and(|corrected| corrected != file)
    }

    pub(crate) fn has(&self, batch_id: &str) -> bool {
        self.live.values().any(|batch| batch.batch_id == batch_id)
    }
}
