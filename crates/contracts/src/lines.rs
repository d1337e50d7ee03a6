use crate::judge::Judgement;
use crate::repeats::{ByHash, KnownNotes, LateNotes, Memory, Note, Sighting, Spill, hash};
use crate::values::Values;
use shelfcast_retail::Feed;
use shelfcast_sources::{ColumnSource, SourceSpec};
use std::io;

/// Counts the lines of a sale or an order within a file that does not.
///
/// Two generations of ids are remembered, the youngest and the one before; an
/// id that is met moves to the youngest. Rows of one sale mostly stand
/// together, so few ids come back after they were forgotten. Those are found on
/// disk at the end of the file, and a second reading counts them on.
pub(crate) struct LineCounter {
    /// The column whose values are counted; `None` when lines are not counted.
    counted: Option<&'static str>,
    /// Every row is its own sale, so that each is line 1.
    is_row_key: bool,
    memory: Memory,
    young: ByHash<Run>,
    old: ByHash<Run>,
    spill: Option<Spill>,
    known: Option<KnownNotes>,
    is_second_reading: bool,
}

/// Lines of one id that were counted without forgetting it.
struct Run {
    /// The row of the first, counted from 0.
    first: u64,
    lines: u64,
}

/// The id of the row before: rows of one sale mostly stand together.
#[derive(Default)]
struct Open<'a> {
    id: &'a str,
    hash: u128,
    line: i64,
    n_more: u64,
}

impl Open<'_> {
    fn next(&mut self) -> i64 {
        self.line += 1;
        self.n_more += 1;
        self.line
    }
}

impl LineCounter {
    pub(crate) fn new(spec: &SourceSpec, memory: &Memory) -> Self {
        let counted = match spec.feed {
            Feed::Sales => Some("sale_id"),
            Feed::PurchaseOrders => Some("order_id"),
            _ => None,
        };
        let counted = counted.filter(|_| !spec.columns.contains_key("line"));
        let source = counted.and_then(|name| spec.columns.get(name));
        let is_row_key = matches!(source, Some(ColumnSource::RowKey));
        Self {
            counted,
            is_row_key,
            memory: memory.clone(),
            young: ByHash::default(),
            old: ByHash::default(),
            spill: None,
            known: None,
            is_second_reading: false,
        }
    }

    /// Takes another memory before the first row.
    pub(crate) fn renew(&mut self, memory: &Memory) {
        self.memory = memory.clone();
    }

    /// Counts on where a first reading had forgotten.
    pub(crate) fn know(&mut self, memory: &Memory, late: Option<LateNotes>) {
        self.memory = memory.clone();
        self.known = late.map(KnownNotes::new);
        self.is_second_reading = true;
    }

    pub(crate) fn is_counting(&self) -> bool {
        self.counted.is_some()
    }

    /// Refused rows are counted too: mending one must not renumber the others.
    pub(crate) fn fill(&mut self, judgement: &mut Judgement<'_>) -> io::Result<()> {
        let Some(counted) = self.counted else { return Ok(()) };
        let first_ordinal = judgement.first_ordinal();
        let Some(Values::Text(ids)) = judgement.column(counted) else { return Ok(()) };
        let mut lines = Vec::with_capacity(ids.len());
        let mut open = Open::default();
        for (row, id) in ids.iter().enumerate() {
            lines.push(match id {
                None => None,
                Some(_) if self.is_row_key => Some(1),
                Some(id) if *id == open.id && open.line > 0 => Some(open.next()),
                Some(id) => {
                    self.settle(&open);
                    let hash = hash(id.as_bytes());
                    let line = self.count(hash, first_ordinal + row as u64)?;
                    open = Open { id, hash, line, n_more: 0 };
                    Some(line)
                }
            });
        }
        self.settle(&open);
        if let Some(column) = judgement.column_mut("line") {
            *column = Values::Integer(lines);
        }
        Ok(())
    }

    /// Adds the lines that were counted without a look at what is remembered.
    fn settle(&mut self, open: &Open<'_>) {
        if open.n_more > 0
            && let Some(run) =
                self.young.get_mut(&open.hash).or_else(|| self.old.get_mut(&open.hash))
        {
            run.lines += open.n_more;
        }
    }

    fn count(&mut self, id: u128, ordinal: u64) -> io::Result<i64> {
        if let Some(run) = self.young.get_mut(&id) {
            run.lines += 1;
            return Ok(run.lines as i64);
        }
        let mut run = match self.old.remove(&id) {
            Some(run) => run,
            None => Run { first: ordinal, lines: self.lines_before(ordinal)? },
        };
        run.lines += 1;
        let line = run.lines as i64;
        self.young.insert(id, run);
        // A generation is small beside the rows that the finders remember.
        if self.young.len() > self.memory.rows / 4 {
            self.forget()?;
        }
        Ok(line)
    }

    fn lines_before(&mut self, ordinal: u64) -> io::Result<u64> {
        let Some(known) = &mut self.known else { return Ok(0) };
        Ok(known.at(ordinal)?.map_or(0, |note| note.value))
    }

    fn forget(&mut self) -> io::Result<()> {
        // Their tables are used again: growing a new one costs more than all its entries.
        if self.is_second_reading {
            self.old.clear();
        } else {
            let spill = Spill::of(&mut self.spill, &self.memory)?;
            for (hash, Run { first, lines }) in self.old.drain() {
                spill.push(&Sighting { hash, ordinal: first, value: lines, text: 0 })?;
            }
        }
        std::mem::swap(&mut self.old, &mut self.young);
        Ok(())
    }

    /// The rows at which an id came back after it was forgotten, with the lines
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
    use proptest::prelude::*;

    fn lines(ids: &[u8], rows_remembered: usize) -> Vec<i64> {
        let memory = Memory { rows: rows_remembered, folder: None };
        let spec = SourceSpec::new(Feed::Sales);
        let read = |counter: &mut LineCounter| -> Vec<i64> {
            let rows = ids.iter().enumerate();
            rows.map(|(ordinal, id)| counter.count(hash(&[*id]), ordinal as u64).unwrap()).collect()
        };
        let mut first = LineCounter::new(&spec, &memory);
        let found = read(&mut first);
        match first.late(ids.len() as u64).unwrap() {
            None => found,
            late => {
                let mut second = LineCounter::new(&spec, &memory);
                second.know(&memory, late);
                read(&mut second)
            }
        }
    }

    #[test]
    fn a_sale_that_goes_on_in_another_chunk_is_counted_on() {
        let contract = crate::Contract::builtin(Feed::Sales);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        let rows: String = [1, 1, 1, 2, 1, 1, 2, 2]
            .iter()
            .map(|id| format!("{id},2024-01-01,A,1,{id}\n"))
            .collect();
        std::fs::write(&path, format!("sale_id,sold_at,product_id,quantity,unit_price\n{rows}"))
            .unwrap();
        let columns = ["sale_id", "sold_at", "product_id", "quantity"];
        let sources = columns.map(|name| (name.to_owned(), ColumnSource::header(name)));
        let spec = SourceSpec {
            columns: sources.into_iter().collect(),
            duplicates: Some(shelfcast_sources::Duplicates::Keep),
            ..SourceSpec::new(Feed::Sales)
        };
        for chunk_rows in 1..9 {
            let reader = shelfcast_sources::FeedReader::open(&spec, &path, "in").unwrap();
            let mut checker = crate::RowChecker::new(&contract, &spec).unwrap();
            let mut lines = Vec::new();
            for chunk in reader.with_chunk_rows(chunk_rows) {
                let batch = checker.check(&chunk.unwrap()).unwrap().batch;
                let column = batch.column_by_name("line").unwrap();
                lines.extend_from_slice(
                    arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(column)
                        .values(),
                );
            }
            assert_eq!(lines, [1, 2, 3, 1, 4, 5, 2, 3], "{chunk_rows}");
        }
    }

    proptest! {
        #[test]
        fn forgotten_sales_are_counted_on(
            ids in proptest::collection::vec(0_u8..15, 0..100),
            rows_remembered in 0_usize..40,
        ) {
            let expected: Vec<i64> = (0..ids.len())
                .map(|row| ids[..=row].iter().filter(|id| **id == ids[row]).count() as i64)
                .collect();
            prop_assert_eq!(lines(&ids, rows_remembered), expected);
        }
    }
}
