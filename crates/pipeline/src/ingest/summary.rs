use super::file::Candidate;
use super::known::Standing;
use crate::PipelineError;
use serde::Serialize;
use shelfcast_retail::{Feed, Money};
use std::collections::BTreeMap;

/// What became of the files of one ingest.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IngestSummary {
    /// One entry for each file and feed, in the order in which they were read.
    pub files: Vec<FileSummary>,
    /// Batches that files of this ingest took the place of.
    pub replaced: Vec<String>,
    /// What is worth a look though nothing was refused.
    pub warnings: Vec<String>,
    /// Files beside those of the sources that no source takes, where all sources were asked.
    pub untaken: Vec<String>,
}

impl IngestSummary {
    /// Rows let in, over all files.
    pub fn rows_accepted(&self) -> u64 {
        self.files.iter().map(|file| file.rows_accepted).sum()
    }

    /// Rows refused within the limits of their contracts, over all files.
    pub fn rows_rejected(&self) -> u64 {
        self.files.iter().map(|file| file.rows_rejected).sum()
    }

    /// What is said of the file that came in as `batch_id`.
    pub(super) fn file_of(&mut self, batch_id: &str) -> Option<&mut FileSummary> {
        self.files.iter_mut().find(
            |file| matches!(&file.outcome, FileOutcome::Ingested { batch_id: id } if id == batch_id),
        )
    }

    /// Says of files that broke a rule about all their rows that they were refused.
    pub(super) fn refuse(&mut self, refused: &[(String, FileOutcome)]) {
        for (batch_id, outcome) in refused {
            if let Some(file) = self.file_of(batch_id) {
                file.rows_accepted = 0;
                file.outcome = outcome.clone();
            }
        }
    }

    /// Whether a whole file was refused.
    pub fn has_refused(&self) -> bool {
        self.files.iter().any(|file| matches!(file.outcome, FileOutcome::Refused { .. }))
    }
}

/// What became of one file for one feed.
#[derive(Debug, Clone, Serialize)]
pub struct FileSummary {
    /// The file, as messages call it.
    pub file: String,
    /// The feed it came in as.
    pub feed: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: FileOutcome,
    /// Bytes of the file.
    pub bytes: u64,
    /// Rows in the file.
    pub rows_read: u64,
    /// Rows let in.
    pub rows_accepted: u64,
    /// Rows refused.
    pub rows_rejected: u64,
    /// Rows that repeat one already taken: the source takes one row a key, or an earlier file
    /// brought the very same text.
    pub rows_repeated: u64,
    /// What the rows are worth that an earlier file brought.
    pub repeated_money: String,
    /// Rows refused, by rule.
    pub refused_by_rule: BTreeMap<String, u64>,
    /// Rows let in with a warning, by rule.
    pub warned_by_rule: BTreeMap<String, u64>,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum FileOutcome {
    /// Its rows came in.
    Ingested {
        /// The batch they came in as.
        batch_id: String,
    },
    /// The same bytes came in before under the same mapping and contract.
    AlreadyIngested {
        /// The batch they came in as.
        batch_id: String,
    },
    /// It was taken back and stays out until it is asked for by name.
    TakenBack,
    /// It has the bytes of another file before that was corrected, and stays out until it is asked
    /// for by name.
    OutdatedCopy {
        /// The file that was corrected.
        corrected: String,
    },
    /// None of its rows came in.
    Refused {
        /// The error's number.
        code: String,
        /// Why.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
}

impl FileSummary {
    pub(super) fn new(label: &str, feed: Feed, outcome: FileOutcome) -> Self {
        Self {
            file: label.to_owned(),
            feed: feed.as_str().to_owned(),
            outcome,
            bytes: 0,
            rows_read: 0,
            rows_accepted: 0,
            rows_rejected: 0,
            rows_repeated: 0,
            repeated_money: Money::ZERO.to_string(),
            refused_by_rule: BTreeMap::new(),
            warned_by_rule: BTreeMap::new(),
        }
    }

    /// What is said of a file that is not read.
    pub(super) fn left_out(candidate: &Candidate, batch_id: &str, standing: Standing) -> Self {
        let outcome = match standing {
            Standing::New | Standing::Known => {
                FileOutcome::AlreadyIngested { batch_id: batch_id.to_owned() }
            }
            Standing::TakenBack => FileOutcome::TakenBack,
            Standing::OutdatedCopy { corrected } => FileOutcome::OutdatedCopy { corrected },
        };
        Self::new(&candidate.label, candidate.spec.feed, outcome)
    }

    pub(super) fn refused(candidate: &Candidate, error: &PipelineError) -> Self {
        Self::new(&candidate.label, candidate.spec.feed, refusal(error))
    }
}

pub(super) fn refusal(error: &PipelineError) -> FileOutcome {
    FileOutcome::Refused {
        code: error.code().to_owned(),
        message: error.to_string(),
        hint: error.hint(),
    }
}
