use crate::repeats::{LateNotes, Memory};

/// What a second reading of a large file must know: the rows that turned out to
/// be duplicates, or further lines of a sale, only when all rows were read.
///
/// It keeps its rows on disk, in a file that is gone with it. See
/// [`RowChecker`](crate::RowChecker) for how it is used.
pub struct LateDuplicates {
    pub(crate) memory: Memory,
    pub(crate) texts: Option<LateNotes>,
    pub(crate) keys: Option<LateNotes>,
    pub(crate) occurrences: Option<LateNotes>,
    pub(crate) lines: Option<LateNotes>,
}

impl LateDuplicates {
    /// Rows that have the text of an earlier row.
    pub fn n_texts(&self) -> u64 {
        self.texts.as_ref().map_or(0, LateNotes::count)
    }

    /// Rows that have the key of an earlier row, of the same text or not.
    pub fn n_keys(&self) -> u64 {
        self.keys.as_ref().map_or(0, LateNotes::count)
    }

    /// Rows from which on rows of the same text are numbered otherwise, where they are kept.
    pub fn n_occurrences(&self) -> u64 {
        self.occurrences.as_ref().map_or(0, LateNotes::count)
    }

    /// Rows from which on the lines of a sale or order are counted otherwise.
    pub fn n_lines(&self) -> u64 {
        self.lines.as_ref().map_or(0, LateNotes::count)
    }

    pub(crate) fn is_empty(&self) -> bool {
        let parts = [&self.texts, &self.keys, &self.occurrences, &self.lines];
        parts.iter().all(|late| late.is_none())
    }
}
