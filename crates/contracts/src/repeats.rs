//! Rows that were there before, found in bounded memory.

mod by_ordinal;
mod partitions;

pub(crate) use by_ordinal::{KnownNotes, LateNotes, Note};
pub(crate) use partitions::{Sighting, Spill};

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::io;
use std::path::PathBuf;
use twox_hash::XxHash3_128;

/// Rows remembered by a finder before it turns to disk: what a table of 2^21
/// places holds before it doubles, about 70 MB.
const REMEMBERED_ROWS: usize = (1 << 21) / 8 * 7;

/// How much may be remembered, and where the rest goes.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    /// Rows a finder remembers.
    pub(crate) rows: usize,
    /// The folder of the file for the rest; `None`: the system's one for temporary files.
    pub(crate) folder: Option<PathBuf>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { rows: REMEMBERED_ROWS, folder: None }
    }
}

/// The earlier row that a row repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Earlier {
    /// Its line in the file.
    pub(crate) row: u64,
    pub(crate) has_same_text: bool,
}

/// Finds rows whose hash was there before.
///
/// The first rows are remembered, and their repeats found at once. When the
/// memory is full it goes to disk with all that comes, partitioned by its hash,
/// and repeats are found at the end of the file ([`late`](Self::late)); a second
/// reading is told of them ([`with_known`](Self::with_known)), remembers the
/// same rows as long, and so finds every repeat in its place. Only 128-bit hashes are
/// kept: among 10^10 rows two different ones meet with a probability of 10^-19.
pub(crate) struct RepeatFinder {
    memory: Memory,
    /// Line of the file and half a hash of the text, by hash, until the memory is full.
    seen: ByHash<(u64, u64)>,
    is_full: bool,
    spill: Option<Spill>,
    known: Option<KnownNotes>,
    is_second_reading: bool,
}

impl RepeatFinder {
    pub(crate) fn new(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            seen: ByHash::default(),
            is_full: false,
            spill: None,
            known: None,
            is_second_reading: false,
        }
    }

    /// A finder for the second reading of a file.
    pub(crate) fn with_known(memory: &Memory, known: Option<LateNotes>) -> Self {
        let known = known.map(KnownNotes::new);
        Self { known, is_second_reading: true, ..Self::new(memory) }
    }

    /// The earlier row with this hash; otherwise this one is noted.
    pub(crate) fn meet(&mut self, sighting: Sighting) -> io::Result<Option<Earlier>> {
        if !self.is_full
            && let Some((row, text)) = self.seen.get(&sighting.hash)
        {
            return Ok(Some(Earlier { row: *row, has_same_text: *text == sighting.text }));
        }
        if let Some(known) = &mut self.known
            && let Some(note) = known.at(sighting.ordinal)?
        {
            return Ok(Some(Earlier { row: note.value, has_same_text: note.flag }));
        }
        if !self.is_full && self.seen.len() < self.memory.rows {
            self.seen.insert(sighting.hash, (sighting.value, sighting.text));
            return Ok(None);
        }
        let seen = std::mem::take(&mut self.seen);
        self.is_full = true;
        if !self.is_second_reading {
            let spill = Spill::of(&mut self.spill, &self.memory)?;
            for (hash, (value, text)) in seen {
                // It comes before all that repeat it, whatever its number.
                spill.push(&Sighting { hash, ordinal: 0, value, text })?;
            }
            spill.push(&sighting)?;
        }
        Ok(None)
    }

    /// The repeats among the rows that went to disk, of a file of `rows` rows;
    /// the memory is given back.
    pub(crate) fn late(&mut self, rows: u64) -> io::Result<Option<LateNotes>> {
        let Some(mut spill) = self.spill.take() else { return Ok(None) };
        self.seen = ByHash::default();
        let mut late = LateNotes::new(&self.memory, rows)?;
        spill.each_group(|group| {
            let (first, repeats) = group.split_first().expect("a group has a first member");
            for repeat in repeats {
                let flag = repeat.text == first.text;
                late.push(Note { ordinal: repeat.ordinal, value: first.value, flag })?;
            }
            Ok(())
        })?;
        Ok(late.or_none())
    }
}

/// Values by a 128-bit hash, which needs no second one to find its place.
pub(crate) type ByHash<T> = HashMap<u128, T, BuildHasherDefault<FirstHalf>>;

/// Takes eight bytes of a hash as they are.
#[derive(Default)]
pub(crate) struct FirstHalf(u64);

impl Hasher for FirstHalf {
    fn write(&mut self, bytes: &[u8]) {
        let half = bytes.iter().take(8).rev();
        self.0 = half.fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

pub(crate) fn hash(bytes: &[u8]) -> u128 {
    XxHash3_128::oneshot(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Which rows repeat which, as a first and, where needed, a second reading find it.
    fn repeats(keys: &[(u8, u8)], rows_remembered: usize) -> Vec<Option<Earlier>> {
        let memory = Memory { rows: rows_remembered, folder: None };
        let read = |finder: &mut RepeatFinder| -> Vec<Option<Earlier>> {
            let sightings = keys.iter().enumerate().map(|(ordinal, (key, text))| Sighting {
                hash: hash(&[*key]),
                ordinal: ordinal as u64,
                value: ordinal as u64 + 2,
                text: u64::from(*text),
            });
            sightings.map(|sighting| finder.meet(sighting).unwrap()).collect()
        };
        let mut first = RepeatFinder::new(&memory);
        let found = read(&mut first);
        match first.late(keys.len() as u64).unwrap() {
            None => found,
            Some(late) => read(&mut RepeatFinder::with_known(&memory, Some(late))),
        }
    }

    proptest! {
        #[test]
        fn disk_and_memory_find_the_same_repeats(
            keys in proptest::collection::vec((0_u8..20, 0_u8..2), 0..120),
            rows_remembered in 0_usize..25,
        ) {
            prop_assert_eq!(repeats(&keys, rows_remembered), repeats(&keys, usize::MAX));
        }
    }
}
