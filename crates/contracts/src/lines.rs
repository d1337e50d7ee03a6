use crate::judge::Judgement;
use crate::occurrences::OccurrenceCounter;
use crate::repeats::{LateNotes, Memory, hash};
use crate::values::Values;
use shelfcast_retail::Feed;
use shelfcast_sources::{ColumnSource, SourceSpec};
use std::io;

/// Counts the lines of a sale or an order within a file that does not.
pub(crate) struct LineCounter {
    /// The column whose values are counted; `None` when lines are not counted.
    counted: Option<&'static str>,
    /// Every row is its own sale, so that each is line 1.
    is_row_key: bool,
    ids: OccurrenceCounter,
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
        Self { counted, is_row_key, ids: OccurrenceCounter::new(memory) }
    }

    /// Takes another memory before the first row.
    pub(crate) fn renew(&mut self, memory: &Memory) {
        self.ids = OccurrenceCounter::new(memory);
    }

    /// Counts on where a first reading had forgotten.
    pub(crate) fn know(&mut self, memory: &Memory, late: Option<LateNotes>) {
        self.ids = OccurrenceCounter::with_known(memory, late);
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
                    let line = self.ids.count(hash, first_ordinal + row as u64)? as i64;
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
        if open.n_more > 0 {
            self.ids.add(open.hash, open.n_more);
        }
    }

    /// The rows from which on lines are to be counted otherwise; the memory is given back.
    pub(crate) fn late(&mut self, rows: u64) -> io::Result<Option<LateNotes>> {
        self.ids.late(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
