use super::file::{self, Candidate, Identity};
use super::overlap::Repeats;
use super::set_rules::BrokenRow;
use super::summary::{FileOutcome, FileSummary, IngestSummary};
use crate::raw;
use crate::{Environment, PipelineError, Project};
use arrow::array::{
    ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::SchemaRef;
use shelfcast_contracts::{LateDuplicates, RowChecker, Tally, Violation};
use shelfcast_engine::{DataFusionError, EngineError, Session, TableWriter};
use shelfcast_lake::{DataFile, Lake, TableName};
use shelfcast_retail::Feed;
use shelfcast_sources::{Corrections, SourceError, TextChunk};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Rows of one file that are held until its verdict is known; larger files are written to
/// files of their own, which nobody ever sees when the verdict is against them.
const ROWS_HELD: usize = 250_000;
/// Violations of one file that are held.
const VIOLATIONS_HELD: usize = 100_000;
const CHUNKS_AHEAD: usize = 4;
/// Bytes of a file at most that is read while another one is written.
pub(super) const SMALL_BYTES: u64 = 8 * 1024 * 1024;

type Checked = (RecordBatch, Vec<Violation>);

/// A batch of this ingest.
#[derive(Debug, Clone)]
pub(crate) struct NewBatch {
    pub(crate) sequence: i64,
    pub(crate) feed: Feed,
    pub(crate) file: String,
    pub(crate) bytes: u64,
    pub(crate) content_hash: String,
    pub(crate) batch_id: String,
    pub(crate) corrections: Corrections,
    pub(crate) uses_file_name: bool,
    pub(crate) has_lines: bool,
    pub(super) candidate: Candidate,
    header: String,
    tally: Tally,
}

/// Writes the accepted and refused rows of many files, to be committed as one.
pub(super) struct IngestWriter<'a> {
    session: &'a Session,
    environment: &'a Environment,
    sequence: i64,
    n_parts: usize,
    tables: BTreeMap<TableName, Pending>,
    batches: Vec<NewBatch>,
}

struct Pending {
    writer: TableWriter,
    files: Vec<DataFile>,
    batch_ids: Vec<String>,
}

/// Rows of one file and table, in memory as long as they are few.
struct Held {
    table: TableName,
    schema: SchemaRef,
    most: usize,
    batches: Vec<RecordBatch>,
    n_rows: usize,
    own: Option<TableWriter>,
}

/// A file that is read and checked, as far ahead as the channel lets it.
pub(super) struct Started {
    chunks: mpsc::Receiver<Checked>,
    reading: tokio::task::JoinHandle<Result<Read, PipelineError>>,
}

impl Started {
    pub(super) fn new(
        project: &Project,
        candidate: &Candidate,
        late: Option<LateDuplicates>,
    ) -> Self {
        let (sender, chunks) = mpsc::channel::<Checked>(CHUNKS_AHEAD);
        let (project, source) = (project.clone(), candidate.clone());
        let reading = tokio::task::spawn_blocking(move || read(&project, &source, late, &sender));
        Self { chunks, reading }
    }

    /// The same for a file that can be read beside another one in little memory.
    pub(super) fn ahead(project: &Project, candidate: &Candidate) -> Option<Self> {
        (n_bytes(candidate) <= SMALL_BYTES).then(|| Self::new(project, candidate, None))
    }
}

pub(super) fn n_bytes(candidate: &Candidate) -> u64 {
    std::fs::metadata(&candidate.path).map_or(0, |metadata| metadata.len())
}

/// One reading of one file.
struct Reading {
    rows: Held,
    violations: Held,
    read: Result<Read, PipelineError>,
}

struct Read {
    tally: Tally,
    header: String,
    late: Option<LateDuplicates>,
}

impl<'a> IngestWriter<'a> {
    pub(super) fn new(session: &'a Session, environment: &'a Environment, sequence: i64) -> Self {
        Self {
            session,
            environment,
            sequence,
            n_parts: 0,
            tables: BTreeMap::new(),
            batches: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.batches.iter().any(|batch| batch.batch_id == id)
    }

    /// Reads, checks and writes one file as a batch. A large file whose duplicates are only
    /// known when all of it was read is read again.
    pub(super) async fn write_file(
        &mut self,
        project: &Project,
        candidate: &Candidate,
        identity: &Identity,
        mut started: Started,
    ) -> Result<FileSummary, PipelineError> {
        loop {
            let reading = self.take(candidate, identity, started).await?;
            let mut read = match reading.read {
                Ok(read) => read,
                Err(error) => return Ok(FileSummary::refused(candidate, &error)),
            };
            if let Some(late) = read.late.take() {
                started = Started::new(project, candidate, Some(late));
                continue;
            }
            if let Err(error) = verdict(project, candidate, &read.tally) {
                return Ok(FileSummary::refused(candidate, &error));
            }
            self.sequence += 1;
            self.keep(reading.rows, &identity.batch_id).await?;
            self.keep(reading.violations, &identity.batch_id).await?;
            let batch = self.batch(candidate, identity, read);
            let summary = batch.summary();
            self.batches.push(batch);
            return Ok(summary);
        }
    }

    fn batch(&self, candidate: &Candidate, identity: &Identity, read: Read) -> NewBatch {
        NewBatch {
            sequence: self.sequence,
            feed: candidate.spec.feed,
            file: candidate.label.clone(),
            bytes: n_bytes(candidate),
            content_hash: identity.content_hash.clone(),
            batch_id: identity.batch_id.clone(),
            corrections: candidate.spec.corrections,
            uses_file_name: candidate.uses_file_name(),
            has_lines: candidate.spec.columns.contains_key("line"),
            candidate: candidate.clone(),
            header: read.header,
            tally: read.tally,
        }
    }

    async fn take(
        &mut self,
        candidate: &Candidate,
        identity: &Identity,
        Started { mut chunks, reading }: Started,
    ) -> Result<Reading, PipelineError> {
        let feed = candidate.spec.feed;
        let mut rows = Held::new(raw::feed_table(feed)?, raw::feed_schema(feed), ROWS_HELD);
        let mut violations =
            Held::new(raw::rejected_table()?, raw::rejected_schema(), VIOLATIONS_HELD);
        let (id, sequence) = (identity.batch_id.as_str(), self.sequence + 1);
        while let Some((batch, found)) = chunks.recv().await {
            self.hold(&mut rows, with_batch(&batch, feed, id, sequence)?).await?;
            if !found.is_empty() {
                let found: Vec<Refused> =
                    found.into_iter().map(|it| Refused::new(id, sequence, feed, it)).collect();
                self.hold(&mut violations, rejected_rows(&found)?).await?;
            }
        }
        let read =
            reading.await.map_err(|error| PipelineError::Task { message: error.to_string() })?;
        Ok(Reading { rows, violations, read })
    }

    async fn hold(&mut self, held: &mut Held, batch: RecordBatch) -> Result<(), PipelineError> {
        held.n_rows += batch.num_rows();
        held.batches.push(batch);
        if held.n_rows > held.most && held.own.is_none() {
            held.own = Some(self.writer(&held.table, Arc::clone(&held.schema)));
        }
        if let Some(writer) = &mut held.own {
            for batch in held.batches.drain(..) {
                writer.write(&batch).await.map_err(failed(&held.table))?;
            }
        }
        Ok(())
    }

    fn writer(&mut self, table: &TableName, schema: SchemaRef) -> TableWriter {
        self.n_parts += 1;
        let target = self.session.write_target(table, &self.environment.run_id);
        TableWriter::new(schema, target, self.n_parts)
    }

    fn pending(&mut self, table: &TableName, schema: SchemaRef) -> &mut Pending {
        if !self.tables.contains_key(table) {
            let writer = self.writer(table, schema);
            let pending = Pending { writer, files: Vec::new(), batch_ids: Vec::new() };
            self.tables.insert(table.clone(), pending);
        }
        self.tables.get_mut(table).expect("it was inserted above")
    }

    async fn keep(&mut self, held: Held, batch_id: &str) -> Result<(), PipelineError> {
        let own_file = match held.own {
            Some(writer) => writer.finish().await.map_err(failed(&held.table))?,
            None => None,
        };
        // A feed's table is there from its first batch on, even when all rows were refused.
        if held.n_rows == 0 && held.table == raw::rejected_table()? {
            return Ok(());
        }
        let pending = self.pending(&held.table, held.schema);
        pending.batch_ids.push(batch_id.to_owned());
        pending.files.extend(own_file);
        for batch in held.batches {
            pending.writer.write(&batch).await.map_err(failed(&held.table))?;
        }
        Ok(())
    }

    /// Closes every file and commits each table once; returns the new versions and batches.
    pub(super) async fn commit(
        mut self,
        lake: &Lake,
    ) -> Result<(Vec<(TableName, u64)>, Vec<NewBatch>), PipelineError> {
        let table = raw::batches_table()?;
        let rows = batch_rows(&self.batches, self.environment.now_millis)?;
        let pending = self.pending(&table, raw::batches_schema());
        pending.writer.write(&rows).await.map_err(failed(&table))?;
        let mut versions = Vec::new();
        for (table, pending) in std::mem::take(&mut self.tables) {
            let schema = pending.writer.schema();
            let mut files = pending.files;
            files.extend(pending.writer.finish().await.map_err(failed(&table))?);
            let version = lake.append(&table, &schema, &files, &pending.batch_ids).await?;
            versions.push((table, version));
        }
        Ok((versions, self.batches))
    }
}

impl Held {
    fn new(table: TableName, schema: SchemaRef, most: usize) -> Self {
        Self { table, schema, most, batches: Vec::new(), n_rows: 0, own: None }
    }
}

/// Reads and checks a whole file, sending its rows ahead; what the file as a whole is comes last.
fn read(
    project: &Project,
    candidate: &Candidate,
    late: Option<LateDuplicates>,
    sender: &mpsc::Sender<Checked>,
) -> Result<Read, PipelineError> {
    let contract = file::contract(project, candidate.spec.feed)?;
    let mut checker = RowChecker::new(&contract, &candidate.spec)?;
    if let Some(late) = late {
        checker = checker.with_known_duplicates(late);
    }
    let reader = candidate.open()?;
    let header = reader.profile().header_text.clone();
    let mut check = |chunk: Result<TextChunk, SourceError>| -> Result<bool, PipelineError> {
        let checked = checker.check(&chunk?)?;
        Ok(sender.blocking_send((checked.batch, checked.violations)).is_ok())
    };
    if n_bytes(candidate) <= SMALL_BYTES {
        check_all(reader, &mut check)?;
    } else {
        // Cutting rows and judging them take about as long: each has a thread.
        std::thread::scope(|scope| {
            let (read, chunks) = std::sync::mpsc::sync_channel(CHUNKS_AHEAD);
            scope.spawn(move || {
                for chunk in reader {
                    if read.send(chunk).is_err() {
                        break;
                    }
                }
            });
            check_all(chunks.into_iter(), &mut check)
        })?;
    }
    let late = checker.late_duplicates()?;
    Ok(Read { tally: checker.tally().clone(), header, late })
}

/// Gives each chunk to `check` until it wants no more.
fn check_all<C>(
    chunks: impl Iterator<Item = C>,
    check: &mut impl FnMut(C) -> Result<bool, PipelineError>,
) -> Result<(), PipelineError> {
    for chunk in chunks {
        if !check(chunk)? {
            break;
        }
    }
    Ok(())
}

fn verdict(project: &Project, candidate: &Candidate, tally: &Tally) -> Result<(), PipelineError> {
    let contract = file::contract(project, candidate.spec.feed)?;
    Ok(tally.verdict(&contract, &candidate.label)?)
}

fn failed(table: &TableName) -> impl FnOnce(DataFusionError) -> PipelineError + use<> {
    let what = format!("write {table}");
    move |source| EngineError::query(what)(source).into()
}

fn arrow_failed(error: arrow::error::ArrowError) -> PipelineError {
    EngineError::query("write rows")(error.into()).into()
}

fn with_batch(
    batch: &RecordBatch,
    feed: Feed,
    batch_id: &str,
    sequence: i64,
) -> Result<RecordBatch, PipelineError> {
    let rows = batch.num_rows();
    let mut columns = batch.columns().to_vec();
    columns.push(Arc::new(StringArray::new_repeated(batch_id, rows)));
    columns.push(Arc::new(Int64Array::from_value(sequence, rows)));
    RecordBatch::try_new(raw::feed_schema(feed), columns).map_err(arrow_failed)
}

/// A violation, and the batch in which it was found.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    batch_id: String,
    sequence: i64,
    feed: Feed,
    violation: Violation,
}

impl Refused {
    pub(super) fn new(batch_id: &str, sequence: i64, feed: Feed, violation: Violation) -> Self {
        Self { batch_id: batch_id.to_owned(), sequence, feed, violation }
    }
}

pub(super) fn rejected_rows(rows: &[Refused]) -> Result<RecordBatch, PipelineError> {
    fn text<'r>(values: impl Iterator<Item = Option<&'r str>>) -> ArrayRef {
        Arc::new(values.collect::<StringArray>())
    }
    fn number(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
        Arc::new(values.collect::<Int64Array>())
    }
    let found = || rows.iter().map(|row| &row.violation);
    let money: Decimal128Array = found().map(|it| it.money.map(|money| money.parts())).collect();
    let money = money.with_precision_and_scale(18, 4).map_err(arrow_failed)?;
    let columns = vec![
        text(rows.iter().map(|row| Some(row.batch_id.as_str()))),
        number(rows.iter().map(|row| Some(row.sequence))),
        text(rows.iter().map(|row| Some(row.feed.as_str()))),
        text(found().map(|it| Some(it.file.as_str()))),
        number(found().map(|it| Some(it.row as i64))),
        number(found().map(|it| it.offset.map(|offset| offset as i64))),
        number(found().map(|it| Some(it.ordinal as i64))),
        text(found().map(|it| it.part.as_deref())),
        text(found().map(|it| Some(it.rule.as_str()))),
        text(found().map(|it| Some(it.severity.as_str()))),
        text(found().map(|it| it.column.as_deref())),
        text(found().map(|it| Some(it.found.as_str()))),
        text(found().map(|it| Some(it.allowed.as_str()))),
        text(found().map(|it| Some(it.message.as_str()))),
        text(found().map(|it| Some(it.text.as_str()))),
        Arc::new(money),
    ];
    RecordBatch::try_new(raw::rejected_schema(), columns).map_err(arrow_failed)
}

fn batch_rows(batches: &[NewBatch], now_millis: i64) -> Result<RecordBatch, PipelineError> {
    let text = |value: &dyn Fn(&NewBatch) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(batches.iter().map(value)))
    };
    let number = |value: &dyn Fn(&NewBatch) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(batches.iter().map(|batch| value(batch) as i64)))
    };
    let instants = TimestampMicrosecondArray::from_value(now_millis * 1_000, batches.len());
    let columns = vec![
        text(&|batch| batch.batch_id.clone()),
        Arc::new(Int64Array::from_iter_values(batches.iter().map(|batch| batch.sequence))),
        text(&|batch| batch.feed.as_str().to_owned()),
        text(&|batch| batch.file.clone()),
        text(&|batch| batch.candidate.spec.files.join(", ")),
        text(&|batch| batch.content_hash.clone()),
        text(&|batch| batch.header.clone()),
        text(&|batch| batch.candidate.spec.period.as_str().to_owned()),
        Arc::new(StringArray::from_iter(
            batches.iter().map(|batch| batch.candidate.spec.time_zone.as_deref()),
        )),
        text(&|batch| batch.corrections.as_str().to_owned()),
        number(&|batch| batch.bytes),
        number(&|batch| batch.tally.rows),
        number(&|batch| batch.tally.accepted),
        number(&|batch| batch.tally.rejected),
        number(&|batch| batch.tally.repeated),
        Arc::new(instants.with_timezone("UTC")),
    ];
    RecordBatch::try_new(raw::batches_schema(), columns).map_err(arrow_failed)
}

impl NewBatch {
    fn summary(&self) -> FileSummary {
        let tally = &self.tally;
        let outcome = FileOutcome::Ingested { batch_id: self.batch_id.clone() };
        FileSummary {
            bytes: self.bytes,
            rows_read: tally.rows,
            rows_accepted: tally.accepted,
            rows_rejected: tally.rejected,
            rows_repeated: tally.repeated,
            refused_by_rule: tally.refused_by_rule.clone(),
            warned_by_rule: tally.warned_by_rule.clone(),
            ..FileSummary::new(&self.file, self.feed, outcome)
        }
    }
}

impl IngestSummary {
    /// Rows that an earlier file brought are not let in a second time.
    pub(super) fn note_repeats(&mut self, batches: &[NewBatch], repeats: &BTreeMap<i64, Repeats>) {
        for batch in batches {
            let Some(repeated) = repeats.get(&batch.sequence) else { continue };
            if let Some(file) = self.file_of(&batch.batch_id) {
                file.rows_accepted -= repeated.rows.min(file.rows_accepted);
                file.rows_repeated += repeated.rows;
                file.repeated_money = repeated.money.to_string();
            }
        }
    }

    /// Rows that broke a rule about many rows were let in at first.
    pub(super) fn note_refused(&mut self, batches: &[NewBatch], broken: &[BrokenRow]) {
        for row in broken {
            let batch = batches.iter().find(|batch| batch.sequence == row.sequence);
            let Some(file) = batch.and_then(|batch| self.file_of(&batch.batch_id)) else {
                continue;
            };
            file.rows_accepted = file.rows_accepted.saturating_sub(1);
            file.rows_rejected += 1;
            *file.refused_by_rule.entry(row.rule.clone()).or_default() += 1;
        }
    }
}
