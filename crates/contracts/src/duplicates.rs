use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use twox_hash::XxHash3_128;

/// Where a row stands among the files of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    file: u32,
    row: u64,
}

/// Finds rows that were there before, by text and by key, in memory of about
/// 100 bytes a row: only 128-bit hashes are kept. Among 10^10 rows two
/// different ones meet with a probability of 10^-19.
#[derive(Debug, Default)]
pub(crate) struct DuplicateFinder {
    files: Vec<String>,
    texts: ByHash<Standing>,
    keys: ByHash<Standing>,
}

impl DuplicateFinder {
    pub(crate) fn enter_file(&mut self, label: &str) {
        if self.files.last().is_none_or(|last| last != label) {
            self.files.push(label.to_owned());
        }
    }

    /// The earlier row with this text; otherwise this one is noted.
    pub(crate) fn by_text(&mut self, text: &str, row: u64) -> Option<Standing> {
        let standing = self.here(row);
        note(&mut self.texts, hash(text.as_bytes()), standing)
    }

    /// The earlier row with this key; otherwise this one is noted.
    pub(crate) fn by_key(&mut self, key: &[u8], row: u64) -> Option<Standing> {
        let standing = self.here(row);
        note(&mut self.keys, hash(key), standing)
    }

    /// `row 3`, and of which file if it is another one.
    pub(crate) fn describe(&self, standing: Standing) -> String {
        let row = standing.row;
        match self.files.get(standing.file as usize) {
            Some(file) if standing.file != self.here(0).file => format!("row {row} of {file}"),
            _ => format!("row {row}"),
        }
    }

    fn here(&self, row: u64) -> Standing {
        Standing { file: self.files.len().saturating_sub(1) as u32, row }
    }
}

/// Values by a 128-bit hash, which needs no second one to find its place.
pub(crate) type ByHash<T> = HashMap<u128, T, BuildHasherDefault<FirstHalf>>;

/// Takes the first eight bytes of a hash as they are.
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

fn note(seen: &mut ByHash<Standing>, hash: u128, standing: Standing) -> Option<Standing> {
    match seen.entry(hash) {
        Entry::Occupied(earlier) => Some(*earlier.get()),
        Entry::Vacant(free) => {
            free.insert(standing);
            None
        }
    }
}
