use super::Memory;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Parts that are brought back into memory one by one.
pub(crate) const PARTITIONS: usize = 64;
/// Bytes of a part that are gathered before they are written.
const BLOCK_BYTES: usize = 32 * 1024;

/// Bytes in parts, in one file without a name: it needs one handle, and is gone
/// with the process however that ends.
pub(crate) struct Partitions {
    file: File,
    end: u64,
    gathered: Vec<Vec<u8>>,
    /// Where the written blocks of each part start, and their bytes.
    blocks: Vec<Vec<(u64, usize)>>,
}

impl Partitions {
    pub(crate) fn new(memory: &Memory) -> io::Result<Self> {
        let file = match &memory.folder {
            Some(folder) => tempfile::tempfile_in(folder)?,
            None => tempfile::tempfile()?,
        };
        Ok(Self {
            file,
            end: 0,
            gathered: vec![Vec::new(); PARTITIONS],
            blocks: vec![Vec::new(); PARTITIONS],
        })
    }

    /// Appends to the part `at`.
    pub(crate) fn push(&mut self, at: usize, bytes: &[u8]) -> io::Result<()> {
        let gathered = &mut self.gathered[at];
        gathered.extend_from_slice(bytes);
        if gathered.len() >= BLOCK_BYTES {
            // Reading moves the place in the file, so it is set each time.
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(gathered)?;
            self.blocks[at].push((self.end, gathered.len()));
            self.end += gathered.len() as u64;
            gathered.clear();
        }
        Ok(())
    }

    /// All bytes of the part `at`, in the order in which they came.
    pub(crate) fn take(&mut self, at: usize) -> io::Result<Vec<u8>> {
        let gathered = std::mem::take(&mut self.gathered[at]);
        let written: usize = self.blocks[at].iter().map(|(_, length)| length).sum();
        let mut bytes = Vec::with_capacity(written + gathered.len());
        for (start, length) in std::mem::take(&mut self.blocks[at]) {
            self.file.seek(SeekFrom::Start(start))?;
            let filled = bytes.len();
            bytes.resize(filled + length, 0);
            self.file.read_exact(&mut bytes[filled..])?;
        }
        bytes.extend_from_slice(&gathered);
        Ok(bytes)
    }
}

/// Something met in a file, known by a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sighting {
    pub(crate) hash: u128,
    /// The row that met it, counted from 0.
    pub(crate) ordinal: u64,
    /// What is remembered of it.
    pub(crate) value: u64,
    /// Half a hash of the row's text.
    pub(crate) text: u64,
}

/// Numbers of rows take five bytes on disk: a million million rows.
const SHORT: usize = 5;
const SIGHTING_BYTES: usize = 16 + SHORT + SHORT + 8;

/// Sightings on disk, by their hash.
pub(crate) struct Spill(Partitions);

impl Spill {
    /// The spill in `place`, which is opened when it is needed.
    pub(crate) fn of<'s>(place: &'s mut Option<Self>, memory: &Memory) -> io::Result<&'s mut Self> {
        if place.is_none() {
            *place = Some(Self(Partitions::new(memory)?));
        }
        Ok(place.as_mut().expect("it was put there above"))
    }

    pub(crate) fn push(&mut self, sighting: &Sighting) -> io::Result<()> {
        let mut bytes = [0; SIGHTING_BYTES];
        bytes[..16].copy_from_slice(&sighting.hash.to_le_bytes());
        bytes[16..21].copy_from_slice(&short_bytes(sighting.ordinal));
        bytes[21..26].copy_from_slice(&short_bytes(sighting.value));
        bytes[26..].copy_from_slice(&sighting.text.to_le_bytes());
        // The tables in memory use the low bits, the parts the high ones.
        self.0.push((sighting.hash >> 122) as usize, &bytes)
    }

    /// Calls `use_group` with the sightings of each hash that was met more than once, in row
    /// order.
    pub(crate) fn each_group(
        &mut self,
        mut use_group: impl FnMut(&[Sighting]) -> io::Result<()>,
    ) -> io::Result<()> {
        // Sorting takes longest: two parts at a time are.
        for at in (0..PARTITIONS).step_by(2) {
            let (left, right) = (self.0.take(at)?, self.0.take(at + 1)?);
            let (left, right) = std::thread::scope(|scope| {
                let right = scope.spawn(|| repeated(right));
                (repeated(left), right.join())
            });
            let right = right.map_err(|_| io::Error::other("a thread that sorts ended"))?;
            for part in [left, right] {
                let groups = part.chunk_by(|left, right| left.hash == right.hash);
                groups.filter(|group| group.len() > 1).try_for_each(&mut use_group)?;
            }
        }
        Ok(())
    }
}

/// Sorted, the sightings of a part that may have been met more than once.
fn repeated(bytes: Vec<u8>) -> Vec<Sighting> {
    // Most are not: eight bytes of each are soon sorted, and tell.
    let half = |bytes: &[u8]| bytes.first_chunk().map_or(0, |half| u64::from_le_bytes(*half));
    let mut halves: Vec<u64> = bytes.chunks_exact(SIGHTING_BYTES).map(half).collect();
    halves.sort_unstable();
    let pairs = halves.windows(2).filter(|pair| pair[0] == pair[1]);
    let mut twice: Vec<u64> = pairs.map(|pair| pair[0]).collect();
    twice.dedup();
    let met_twice = |bytes: &&[u8]| !twice.is_empty() && twice.binary_search(&half(bytes)).is_ok();
    let sightings = bytes.chunks_exact(SIGHTING_BYTES).filter(met_twice).map(sighting);
    let mut sightings: Vec<Sighting> = sightings.collect();
    sightings.sort_unstable();
    sightings
}

fn sighting(bytes: &[u8]) -> Sighting {
    let mut hash = [0; 16];
    hash.copy_from_slice(&bytes[..16]);
    let mut text = [0; 8];
    text.copy_from_slice(&bytes[26..]);
    Sighting {
        hash: u128::from_le_bytes(hash),
        ordinal: from_short(&bytes[16..21]),
        value: from_short(&bytes[21..26]),
        text: u64::from_le_bytes(text),
    }
}

pub(crate) fn short_bytes(number: u64) -> [u8; SHORT] {
    let mut bytes = [0; SHORT];
    bytes.copy_from_slice(&number.to_le_bytes()[..SHORT]);
    bytes
}

pub(crate) fn from_short(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_whole_and_in_order_beyond_a_block() {
        let mut parts = Partitions::new(&Memory::default()).unwrap();
        for number in 0..40_000_u64 {
            parts.push((number % 3) as usize, &short_bytes(number)).unwrap();
        }
        for at in 0..3 {
            let bytes = parts.take(at).unwrap();
            let numbers: Vec<u64> = bytes.chunks_exact(5).map(from_short).collect();
            let expected: Vec<u64> = (0..40_000).filter(|n| n % 3 == at as u64).collect();
            assert_eq!(numbers, expected);
        }
    }

    #[test]
    fn sightings_that_were_met_before_survive_the_disk() {
        let met = Sighting { hash: u128::MAX / 3, ordinal: 1 << 39, value: 7, text: u64::MAX - 1 };
        let mut spill = None;
        let later = Sighting { ordinal: met.ordinal + 1, ..met };
        let other = Sighting { hash: met.hash + (1 << 64), ..met };
        for sighting in [&later, &other, &met] {
            Spill::of(&mut spill, &Memory::default()).unwrap().push(sighting).unwrap();
        }
        let mut groups = Vec::new();
        let mut spill = spill.unwrap();
        spill
            .each_group(|group| {
                groups.push(group.to_vec());
                Ok(())
            })
            .unwrap();
        assert_eq!(groups, [vec![met, later]]);
    }
}
