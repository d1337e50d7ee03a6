use crate::duplicates::{ByHash, DuplicateFinder, hash};
use crate::judge::Judgement;
use crate::schema::{DECIMAL, RATE};
use crate::values::{Reading, Values};
use crate::{Contract, ContractError, Tally, Violation, arrow_schema};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringBuilder,
    TimestampMicrosecondArray,
};
use arrow::datatypes::SchemaRef;
use shelfcast_retail::{ColumnKind, Feed};
use shelfcast_sources::{ColumnSource, SourceSpec, TextChunk};
use std::sync::Arc;

/// The place of rows that name none.
const MAIN: &str = "main";

/// The rows of a chunk after judgement.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The rows let in; its schema is [`arrow_schema`] of the feed.
    pub batch: RecordBatch,
    /// The rules broken, in row order.
    pub violations: Vec<Violation>,
}

/// Judges the rows of one source by one contract, chunk by chunk.
///
/// It remembers a hash of every row let in, to find duplicates within its
/// batch, and counts lines of sales and orders where a file has no line column.
/// Where a file is silent, `location_id` is `main`, and `sales.kind` is
/// `return` for negative quantities, else `sale`.
///
/// Call [`check`](Self::check) for the chunks of a file in order, then
/// [`next_file`](Self::next_file) before another file of the same batch.
pub struct RowChecker {
    contract: Contract,
    schema: SchemaRef,
    readings: Vec<Reading>,
    distinct: bool,
    /// Key columns by position; empty when rows are unique by construction.
    key: Vec<usize>,
    lines: LineCounter,
    duplicates: DuplicateFinder,
    tally: Tally,
}

impl RowChecker {
    /// Prepares the judgement of the rows that `spec` describes.
    ///
    /// # Errors
    /// A contract for another feed, or a source that is not valid.
    pub fn new(contract: &Contract, spec: &SourceSpec) -> Result<Self, ContractError> {
        let feed = contract.feed();
        if feed != spec.feed {
            return Err(ContractError::OtherFeed {
                contract: contract.id().to_owned(),
                expected: feed.as_str(),
                found: spec.feed.as_str(),
            });
        }
        spec.validate()?;
        let columns = feed.columns();
        let readings = columns.iter().map(|column| Reading::new(column, spec));
        let lines = LineCounter::new(spec);
        Ok(Self {
            contract: contract.clone(),
            schema: arrow_schema(feed),
            readings: readings.collect::<Result<_, _>>()?,
            distinct: spec.distinct,
            key: key_positions(contract, spec, &lines),
            lines,
            duplicates: DuplicateFinder::default(),
            tally: Tally::default(),
        })
    }

    /// What became of the rows since the start of the file.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Starts another file of the same batch and gives the tally of the last
    /// one: duplicates are found across files, lines are counted anew.
    pub fn next_file(&mut self) -> Tally {
        self.lines.seen.clear();
        std::mem::take(&mut self.tally)
    }

    /// Judges a chunk. Bad rows are no errors: they are in the violations.
    ///
    /// # Errors
    /// Only when Arrow refuses to form the batch.
    pub fn check(&mut self, chunk: &TextChunk) -> Result<Checked, ContractError> {
        let mut judgement = Judgement::read(&self.contract, &self.readings, chunk);
        self.fill(&mut judgement, chunk.rows());
        judgement.judge(&self.contract);
        let kept = self.keep(&mut judgement, chunk);
        let batch = self.batch(&judgement, chunk, &kept)?;
        for row in (0..chunk.rows()).filter(|row| judgement.is_rejected(*row)) {
            self.tally.count_rejected(judgement.money(row));
        }
        let violations = judgement.violations();
        violations.iter().for_each(|violation| self.tally.count(violation));
        self.tally.rows += chunk.rows() as u64;
        self.tally.accepted += kept.len() as u64;
        Ok(Checked { batch, violations })
    }

    /// Says what the file is silent about.
    fn fill(&mut self, judgement: &mut Judgement<'_>, rows: usize) {
        if let Some(Values::Text(places)) = column_mut(judgement, "location_id") {
            places.iter_mut().for_each(|place| *place = Some(place.unwrap_or(MAIN)));
        }
        self.lines.fill(judgement);
        if self.contract.feed() != Feed::Sales {
            return;
        }
        let is_return: Vec<bool> = (0..rows)
            .map(|row| judgement.decimal("quantity", row).is_some_and(|quantity| quantity < 0))
            .collect();
        if let Some(Values::Text(kinds)) = column_mut(judgement, "kind") {
            for (kind, is_return) in kinds.iter_mut().zip(is_return) {
                *kind = Some(kind.unwrap_or(if is_return { "return" } else { "sale" }));
            }
        }
    }

    /// The rows let in. Only these can make later rows duplicates: a refused
    /// row never stands in the way of a good one with the same key.
    fn keep(&mut self, judgement: &mut Judgement<'_>, chunk: &TextChunk) -> Vec<usize> {
        self.duplicates.enter_file(chunk.label());
        let mut kept = Vec::with_capacity(chunk.rows());
        let mut key = Vec::new();
        for row in 0..chunk.rows() {
            if judgement.is_rejected(row) {
                continue;
            }
            let row_number = chunk.row_numbers()[row];
            if !self.distinct {
                self.find_same_text(judgement, chunk.row_texts().value(row), row, row_number);
            }
            if !judgement.is_rejected(row) && !self.key.is_empty() {
                key.clear();
                self.key.iter().for_each(|at| judgement.columns[*at].write_key(row, &mut key));
                if self.find_same_key(judgement, &key, row, row_number) {
                    continue;
                }
            }
            if !judgement.is_rejected(row) {
                kept.push(row);
            }
        }
        kept
    }

    fn find_same_text(
        &mut self,
        judgement: &mut Judgement<'_>,
        text: &str,
        row: usize,
        row_number: u64,
    ) {
        let Some(severity) = self.contract.duplicate_row else { return };
        if let Some(earlier) = self.duplicates.by_text(text, row_number) {
            let found =
                format!("the same text as {}, which is kept", self.duplicates.describe(earlier));
            let allowed = "one row of the same text".to_owned();
            judgement.repeats(row, "duplicate_row", severity, found, allowed);
            self.tally.duplicates += u64::from(severity.rejects());
        }
    }

    /// Whether the row is to be left out silently, its source being distinct.
    fn find_same_key(
        &mut self,
        judgement: &mut Judgement<'_>,
        key: &[u8],
        row: usize,
        row_number: u64,
    ) -> bool {
        let Some(earlier) = self.duplicates.by_key(key, row_number) else { return false };
        if self.distinct {
            self.tally.repeated += 1;
            return true;
        }
        if let Some(rule) = &self.contract.key {
            let names = rule.columns.join(", ");
            let kept = if rule.severity.rejects() { ", which is kept" } else { "" };
            let earlier = self.duplicates.describe(earlier);
            let found = format!("the same {names} as {earlier}{kept}");
            let allowed = format!("one row per {names}");
            judgement.repeats(row, "unique", rule.severity, found, allowed);
        }
        false
    }

    fn batch(
        &self,
        judgement: &Judgement<'_>,
        chunk: &TextChunk,
        kept: &[usize],
    ) -> Result<RecordBatch, ContractError> {
        let columns = judgement.columns.iter().zip(self.contract.feed().columns());
        let mut arrays: Vec<ArrayRef> = columns
            .map(|(values, column)| array(values, column.kind, kept))
            .collect::<Result<_, _>>()?;
        let label = std::iter::repeat_n(Some(chunk.label()), kept.len());
        arrays.push(strings(label, kept.len(), chunk.label().len()));
        let rows = kept.iter().map(|row| chunk.row_numbers()[*row] as i64);
        arrays.push(Arc::new(Int64Array::from_iter_values(rows)));
        let offsets = kept.iter().map(|row| chunk.offsets()[*row] as i64);
        arrays.push(Arc::new(Int64Array::from_iter_values(offsets)));
        Ok(RecordBatch::try_new(self.schema.clone(), arrays)?)
    }
}

/// Counts the lines of a sale or an order within a file that does not.
struct LineCounter {
    /// The column whose values are counted; `None` when lines are not counted.
    counted: Option<&'static str>,
    /// Every row is its own sale, so that each is line 1.
    is_row_key: bool,
    seen: ByHash<i64>,
}

impl LineCounter {
    fn new(spec: &SourceSpec) -> Self {
        let counted = match spec.feed {
            Feed::Sales => Some("sale_id"),
            Feed::PurchaseOrders => Some("order_id"),
            _ => None,
        };
        let counted = counted.filter(|_| !spec.columns.contains_key("line"));
        let source = counted.and_then(|name| spec.columns.get(name));
        let is_row_key = matches!(source, Some(ColumnSource::RowKey));
        Self { counted, is_row_key, seen: ByHash::default() }
    }

    /// Refused rows are counted too: mending one must not renumber the others.
    fn fill(&mut self, judgement: &mut Judgement<'_>) {
        let Some(counted) = self.counted else { return };
        let ids = judgement.position(counted).map(|at| &judgement.columns[at]);
        let Some(Values::Text(ids)) = ids else { return };
        let mut line_of = |id: &str| {
            if self.is_row_key {
                return 1;
            }
            let line = self.seen.entry(hash(id.as_bytes())).or_default();
            *line += 1;
            *line
        };
        let lines: Vec<Option<i64>> = ids.iter().map(|id| id.map(&mut line_of)).collect();
        if let Some(column) = column_mut(judgement, "line") {
            *column = Values::Integer(lines);
        }
    }
}

/// Rows whose line is counted are unique by construction within their file.
fn key_positions(contract: &Contract, spec: &SourceSpec, lines: &LineCounter) -> Vec<usize> {
    let names = match &contract.key {
        Some(rule) => rule.columns.clone(),
        None if spec.distinct => spec.feed.key().to_vec(),
        None => return Vec::new(),
    };
    if lines.counted.is_some() && names.contains(&"line") {
        return Vec::new();
    }
    let columns = spec.feed.columns();
    names.iter().filter_map(|name| columns.iter().position(|column| column.name == *name)).collect()
}

fn column_mut<'j, 'a>(judgement: &'j mut Judgement<'a>, name: &str) -> Option<&'j mut Values<'a>> {
    let position = judgement.position(name)?;
    judgement.columns.get_mut(position)
}

fn array(values: &Values<'_>, kind: ColumnKind, kept: &[usize]) -> Result<ArrayRef, ContractError> {
    Ok(match values {
        Values::Text(texts) => strings(kept.iter().map(|row| texts[*row]), kept.len(), 12),
        Values::Decimal(values) => {
            let (precision, scale) = if kind == ColumnKind::Rate { RATE } else { DECIMAL };
            let decimals: Decimal128Array = kept.iter().map(|row| values[*row]).collect();
            Arc::new(decimals.with_precision_and_scale(precision, scale)?)
        }
        Values::Integer(values) => {
            Arc::new(kept.iter().map(|row| values[*row]).collect::<Int64Array>())
        }
        Values::Day(values) => {
            Arc::new(kept.iter().map(|row| values[*row]).collect::<Date32Array>())
        }
        Values::Instant(values) => {
            let instants: TimestampMicrosecondArray = kept.iter().map(|row| values[*row]).collect();
            Arc::new(instants.with_timezone("UTC"))
        }
        Values::Flag(values) => {
            Arc::new(kept.iter().map(|row| values[*row]).collect::<BooleanArray>())
        }
    })
}

fn strings<'t>(
    texts: impl Iterator<Item = Option<&'t str>>,
    rows: usize,
    bytes_each: usize,
) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(rows, rows * bytes_each);
    texts.for_each(|text| builder.append_option(text));
    Arc::new(builder.finish())
}
