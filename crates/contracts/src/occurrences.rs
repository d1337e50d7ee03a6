use crate::repeats::{ByHash, KnownNotes, LateNotes, Memory, Note, Sighting, Spill};
use std::io;

/// Counts how often each value came, in bounded memory.
///
/// Two generations of values are remembered, the youngest and the one before; a
/// value that is met moves to the youngest. Equal ones mostly stand together, so
/// few come back after they were forgotten. Those are found on disk at the end of
/// the file ([`late`](Self::late)), and a second reading counts them on.
pub(crate) struct OccurrenceCounter {
    memory: Memory,
    young: ByHash<Run>,
    old: ByHash<Run>,
    spill: Option<Spill>,
    known: Option<KnownNotes>,
    is_second_reading: bool,
}

/// Rows of one value that were counted without forgetting it.
struct Run {
    /// The row of the first, counted from 0.
    first: u64,
    rows: u64,
}

impl OccurrenceCounter {
    pub(crate) fn new(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            young: ByHash::default(),
            old: ByHash::default(),
            spill: None,
            known: None,
            is_second_reading: false,
        }
    }

    /// A counter for the second reading of a file, which counts on where the first had forgotten.
    pub(crate) fn with_known(memory: &Memory, late: Option<LateNotes>) -> Self {
        Self { known: late.map(KnownNotes::new), is_second_reading: true, ..Self::new(memory) }
    }

    /// The number, from 1, of the row `ordinal` among those of its value.
    pub(crate) fn count(&mut self, value: u128, ordinal: u64) -> io::Result<u64> {
        if let Some(run) = self.young.get_mut(&value) {
            run.rows += 1;
            return Ok(run.rows);
        }
        let mut run = match self.old.remove(&value) {
            Some(run) => run,
            None => Run { first: ordinal, rows: self.rows_before(ordinal)? },
        };
        run.rows += 1;
        let number = run.rows;
        self.young.insert(value, run);
        // A generation is small beside the rows that the finders remember.
        if self.young.len() > self.memory.rows / 4 {
            self.forget()?;
        }
        Ok(number)
    }

    /// Adds rows of a value that were counted without a look at what is remembered.
    pub(crate) fn add(&mut self, value: u128, n_more: u64) {
        if let Some(run) = self.young.get_mut(&value).or_else(|| self.old.get_mut(&value)) {
            run.rows += n_more;
        }
    }

    fn rows_before(&mut self, ordinal: u64) -> io::Result<u64> {
        let Some(known) = &mut self.known else { return Ok(0) };
        Ok(known.at(ordinal)?.map_or(0, |note| note.value))
    }

    fn forget(&mut self) -> io::Result<()> {
        // Their tables are used again: growing a new one costs more than all its entries.
        if self.is_second_reading {
            self.old.clear();
        } else {
            let spill = Spill::of(&mut self.spill, &self.memory)?;
            for (hash, Run { first, rows }) in self.old.drain() {
                spill.push(&Sighting { hash, ordinal: first, value: rows, text: 0 })?;
            }
        }
        std::mem::swap(&mut self.old, &mut self.young);
        Ok(())
    }

    /// The rows at which a value came back after it was forgotten, with the rows
    /// counted before; the memory is given back.
    pub(crate) fn late(&mut self, rows: u64) -> io::Result<Option<LateNotes>> {
        if self.spill.is_none() {
            return Ok(None);
        }
        self.forget()?;
        self.forget()?;
        (self.young, self.old) = (ByHash::default(), ByHash::default());
        let Some(mut spill) = self.spill.take() else { return Ok(None) };
        let mut late = LateNotes::new(&self.memory, rows)?;
        spill.each_group(|group| {
            let mut before = 0;
            for run in group {
                if before > 0 {
                    late.push(Note { ordinal: run.ordinal, value: before, flag: false })?;
                }
                before += run.value;
            }
            Ok(())
        })?;
        Ok(late.or_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repeats::hash;
    use proptest::prelude::*;

    fn numbers(values: &[u8], rows_remembered: usize) -> Vec<u64> {
        let memory = Memory { rows: rows_remembered, folder: None };
        let read = |counter: &mut OccurrenceCounter| -> Vec<u64> {
            let rows = values.iter().enumerate();
            rows.map(|(ordinal, value)| counter.count(hash(&[*value]), ordinal as u64).unwrap())
                .collect()
        };
        let mut first = OccurrenceCounter::new(&memory);
        let found = read(&mut first);
        match first.late(values.len() as u64).unwrap() {
            None => found,
            late => read(&mut OccurrenceCounter::with_known(&memory, late)),
        }
    }

    proptest! {
        #[test]
        fn forgotten_values_are_counted_on(
            values in proptest::collection::vec(0_u8..15, 0..100),
            rows_remembered in 0_usize..40,
        ) {
            let expected: Vec<u64> = (0..values.len())
                .map(|row| values[..=row].iter().filter(|it| **it == values[row]).count() as u64)
                .collect();
            prop_assert_eq!(numbers(&values, rows_remembered), expected);
        }
    }
}
