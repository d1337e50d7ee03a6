use super::Memory;
use super::partitions::{PARTITIONS, Partitions, from_short, short_bytes};
use std::io;

/// What a second reading of a file must know about one of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Note {
    /// The row, counted from 0.
    pub(crate) ordinal: u64,
    pub(crate) value: u64,
    pub(crate) flag: bool,
}

const NOTE_BYTES: usize = 11;

/// Notes on rows, found in any order and read in that of the rows; they may be
/// as many as the rows, so they are on disk too.
pub(crate) struct LateNotes {
    parts: Partitions,
    rows_a_part: u64,
    count: u64,
}

impl LateNotes {
    pub(crate) fn new(memory: &Memory, rows: u64) -> io::Result<Self> {
        let rows_a_part = rows / PARTITIONS as u64 + 1;
        Ok(Self { parts: Partitions::new(memory)?, rows_a_part, count: 0 })
    }

    pub(crate) fn push(&mut self, note: Note) -> io::Result<()> {
        let mut bytes = [0; NOTE_BYTES];
        bytes[..5].copy_from_slice(&short_bytes(note.ordinal));
        bytes[5..10].copy_from_slice(&short_bytes(note.value));
        bytes[10] = u8::from(note.flag);
        self.count += 1;
        self.parts.push((note.ordinal / self.rows_a_part) as usize, &bytes)
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Itself, if there is any note.
    pub(crate) fn or_none(self) -> Option<Self> {
        (self.count > 0).then_some(self)
    }
}

/// Notes while the rows are read again.
pub(crate) struct KnownNotes {
    late: LateNotes,
    next_part: usize,
    /// The notes of the part at hand, the next one last.
    notes: Vec<Note>,
}

impl KnownNotes {
    pub(crate) fn new(late: LateNotes) -> Self {
        Self { late, next_part: 0, notes: Vec::new() }
    }

    /// The note on the row `ordinal`; asked in the order of the rows.
    pub(crate) fn at(&mut self, ordinal: u64) -> io::Result<Option<Note>> {
        let part = (ordinal / self.late.rows_a_part) as usize;
        while self.next_part <= part.min(PARTITIONS - 1) {
            let bytes = self.late.parts.take(self.next_part)?;
            self.notes = bytes.chunks_exact(NOTE_BYTES).map(note).collect();
            self.notes.sort_unstable_by(|left, right| right.cmp(left));
            self.next_part += 1;
        }
        while self.notes.last().is_some_and(|note| note.ordinal < ordinal) {
            self.notes.pop();
        }
        Ok(self.notes.last().copied().filter(|note| note.ordinal == ordinal))
    }
}

fn note(bytes: &[u8]) -> Note {
    Note {
        ordinal: from_short(&bytes[..5]),
        value: from_short(&bytes[5..10]),
        flag: bytes[10] == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_note_is_found_at_its_row(ordinals in proptest::collection::btree_set(0_u64..500, 0..80)) {
            let mut late = LateNotes::new(&Memory::default(), 500).unwrap();
            for ordinal in ordinals.iter().rev() {
                late.push(Note { ordinal: *ordinal, value: ordinal + 7, flag: ordinal % 2 == 0 }).unwrap();
            }
            let mut known = KnownNotes::new(late);
            for ordinal in 0..500 {
                let expected = ordinals.contains(&ordinal)
                    .then_some(Note { ordinal, value: ordinal + 7, flag: ordinal % 2 == 0 });
                prop_assert_eq!(known.at(ordinal).unwrap(), expected);
            }
        }
    }
}
