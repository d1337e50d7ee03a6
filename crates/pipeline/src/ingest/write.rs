use super::file::{self, Candidate};
use super::summary::{FileOutcome, FileSummary};
use crate::raw;
use crate::{Environment, PipelineError, Project};
use arrow::array::{
    ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use shelfcast_contracts::{RowChecker, Tally, Violation};
use shelfcast_engine::{DataFusionError, EngineError, Session, TableWriter};
use shelfcast_lake::{DataFile, Lake, TableName};
use shelfcast_retail::Feed;
use shelfcast_sources::FeedReader;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Rows of one file that are held until its verdict is known; larger files are written to
/// files of their own, which nobody ever sees when the verdict is against them.
const ROWS_HELD: usize = 1_000_000;
const CHUNKS_AHEAD: usize = 4;

type Checked = (RecordBatch, Vec<Violation>);

/// Writes the accepted and refused rows of many files, to be committed as one.
pub(super) struct IngestWriter<'a> {
    session: &'a Session,
    environment: &'a Environment,
    sequence: i64,
    n_parts: usize,
    tables: BTreeMap<TableName, Pending>,
    batches: Vec<FileSummary>,
}

struct Pending {
    writer: TableWriter,
    files: Vec<DataFile>,
    batch_ids: Vec<String>,
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
        self.batches.iter().any(
            |file| matches!(&file.outcome, FileOutcome::Ingested { batch_id } if batch_id == id),
        )
    }

    /// Reads, checks and writes one file as the batch `batch_id`.
    pub(super) async fn write_file(
        &mut self,
        project: &Project,
        candidate: &Candidate,
        batch_id: &str,
    ) -> Result<FileSummary, PipelineError> {
        let (sender, mut chunks) = mpsc::channel::<Checked>(CHUNKS_AHEAD);
        let (project, source) = (project.clone(), candidate.clone());
        let reading = tokio::task::spawn_blocking(move || read(&project, &source, &sender));
        let feed = candidate.spec.feed;
        let table = raw::feed_table(feed)?;
        let mut held: Vec<RecordBatch> = Vec::new();
        let mut n_held = 0;
        let mut own: Option<TableWriter> = None;
        let mut violations = Vec::new();
        while let Some((batch, found)) = chunks.recv().await {
            violations.extend(found);
            let batch = with_batch(&batch, feed, batch_id, self.sequence + 1)?;
            n_held += batch.num_rows();
            held.push(batch);
            if n_held > ROWS_HELD && own.is_none() {
                own = Some(self.table_writer(&table, feed));
            }
            if let Some(writer) = &mut own {
                for batch in held.drain(..) {
                    writer.write(&batch).await.map_err(failed(&table))?;
                }
            }
        }
        let read =
            reading.await.map_err(|error| PipelineError::Task { message: error.to_string() })?;
        let tally = match read {
            Ok(tally) => tally,
            Err(error) => return Ok(FileSummary::refused(candidate, &error)),
        };
        self.sequence += 1;
        self.keep(&table, feed, batch_id, held, own).await?;
        self.keep_violations(feed, batch_id, &violations).await?;
        let summary = summarize(candidate, batch_id, &tally);
        self.batches.push(summary.clone());
        Ok(summary)
    }

    fn table_writer(&mut self, table: &TableName, feed: Feed) -> TableWriter {
        self.writer(table, raw::feed_schema(feed))
    }

    fn writer(&mut self, table: &TableName, schema: arrow::datatypes::SchemaRef) -> TableWriter {
        self.n_parts += 1;
        let target = self.session.write_target(table, &self.environment.run_id);
        TableWriter::new(schema, target, self.n_parts)
    }

    fn pending(&mut self, table: &TableName, schema: arrow::datatypes::SchemaRef) -> &mut Pending {
        if !self.tables.contains_key(table) {
            let writer = self.writer(table, schema);
            let pending = Pending { writer, files: Vec::new(), batch_ids: Vec::new() };
            self.tables.insert(table.clone(), pending);
        }
        self.tables.get_mut(table).expect("it was inserted above")
    }

    async fn keep(
        &mut self,
        table: &TableName,
        feed: Feed,
        batch_id: &str,
        held: Vec<RecordBatch>,
        own: Option<TableWriter>,
    ) -> Result<(), PipelineError> {
        let own_file = match own {
            Some(writer) => writer.finish().await.map_err(failed(table))?,
            None => None,
        };
        let pending = self.pending(table, raw::feed_schema(feed));
        pending.batch_ids.push(batch_id.to_owned());
        pending.files.extend(own_file);
        for batch in held {
            pending.writer.write(&batch).await.map_err(failed(table))?;
        }
        Ok(())
    }

    async fn keep_violations(
        &mut self,
        feed: Feed,
        batch_id: &str,
        violations: &[Violation],
    ) -> Result<(), PipelineError> {
        if violations.is_empty() {
            return Ok(());
        }
        let table = raw::rejected_table()?;
        let rows = rejected_rows(feed, batch_id, violations)?;
        let pending = self.pending(&table, raw::rejected_schema());
        pending.batch_ids.push(batch_id.to_owned());
        pending.writer.write(&rows).await.map_err(failed(&table))
    }

    /// Closes every file and commits each table once; returns the new versions.
    pub(super) async fn commit(
        mut self,
        lake: &Lake,
    ) -> Result<Vec<(TableName, u64)>, PipelineError> {
        let table = raw::batches_table()?;
        let rows = batch_rows(&self.batches, self.sequence, self.environment.now_millis)?;
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
        Ok(versions)
    }
}

/// Reads and checks a whole file, sending its rows ahead; the verdict comes last.
fn read(
    project: &Project,
    candidate: &Candidate,
    sender: &mpsc::Sender<Checked>,
) -> Result<Tally, PipelineError> {
    let contract = file::contract(project, candidate.spec.feed)?;
    let mut checker = RowChecker::new(&contract, &candidate.spec)?;
    for chunk in FeedReader::open(&candidate.spec, &candidate.path, &candidate.label)? {
        let checked = checker.check(&chunk?)?;
        if sender.blocking_send((checked.batch, checked.violations)).is_err() {
            break;
        }
    }
    checker.tally().verdict(&contract, &candidate.label)?;
    Ok(checker.tally().clone())
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
    columns.push(Arc::new(StringArray::from_iter_values(std::iter::repeat_n(batch_id, rows))));
    columns.push(Arc::new(Int64Array::from_value(sequence, rows)));
    RecordBatch::try_new(raw::feed_schema(feed), columns).map_err(arrow_failed)
}

fn rejected_rows(
    feed: Feed,
    batch_id: &str,
    violations: &[Violation],
) -> Result<RecordBatch, PipelineError> {
    let text = |value: &dyn Fn(&Violation) -> Option<String>| -> ArrayRef {
        Arc::new(violations.iter().map(value).collect::<StringArray>())
    };
    let number = |value: &dyn Fn(&Violation) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(violations.iter().map(|found| value(found) as i64)))
    };
    let money: Decimal128Array =
        violations.iter().map(|found| found.money.map(|money| money.parts())).collect();
    let money = money.with_precision_and_scale(18, 4).map_err(arrow_failed)?;
    let columns = vec![
        text(&|_| Some(batch_id.to_owned())),
        text(&|_| Some(feed.as_str().to_owned())),
        text(&|found| Some(found.file.clone())),
        number(&|found| found.row),
        number(&|found| found.offset),
        text(&|found| Some(found.rule.clone())),
        text(&|found| Some(found.severity.as_str().to_owned())),
        text(&|found| found.column.clone()),
        text(&|found| Some(found.found.clone())),
        text(&|found| Some(found.allowed.clone())),
        text(&|found| Some(found.message.clone())),
        text(&|found| Some(found.text.clone())),
        Arc::new(money),
    ];
    RecordBatch::try_new(raw::rejected_schema(), columns).map_err(arrow_failed)
}

fn batch_rows(
    files: &[FileSummary],
    last_sequence: i64,
    now_millis: i64,
) -> Result<RecordBatch, PipelineError> {
    let first_sequence = last_sequence - files.len() as i64 + 1;
    let text = |value: &dyn Fn(&FileSummary) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(files.iter().map(value)))
    };
    let number = |value: &dyn Fn(&FileSummary) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(files.iter().map(|file| value(file) as i64)))
    };
    let instants = TimestampMicrosecondArray::from_value(now_millis * 1_000, files.len());
    let columns = vec![
        text(&|file| match &file.outcome {
            FileOutcome::Ingested { batch_id } | FileOutcome::AlreadyIngested { batch_id } => {
                batch_id.clone()
            }
            FileOutcome::Refused { .. } => String::new(),
        }),
        Arc::new(Int64Array::from_iter_values(first_sequence..=last_sequence)),
        text(&|file| file.feed.clone()),
        text(&|file| file.file.clone()),
        number(&|file| file.bytes),
        number(&|file| file.rows_read),
        number(&|file| file.rows_accepted),
        number(&|file| file.rows_rejected),
        number(&|file| file.rows_repeated),
        Arc::new(instants.with_timezone("UTC")),
    ];
    RecordBatch::try_new(raw::batches_schema(), columns).map_err(arrow_failed)
}

fn summarize(candidate: &Candidate, batch_id: &str, tally: &Tally) -> FileSummary {
    let outcome = FileOutcome::Ingested { batch_id: batch_id.to_owned() };
    FileSummary {
        bytes: std::fs::metadata(&candidate.path).map_or(0, |metadata| metadata.len()),
        rows_read: tally.rows,
        rows_accepted: tally.accepted,
        rows_rejected: tally.rejected,
        rows_repeated: tally.repeated,
        by_rule: tally.by_rule.clone(),
        ..FileSummary::new(&candidate.label, candidate.spec.feed, outcome)
    }
}
