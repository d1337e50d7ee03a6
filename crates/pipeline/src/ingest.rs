//! Files in: read, checked against the contract, written, committed, published.

mod file;
mod summary;
mod write;

pub use summary::{FileOutcome, FileSummary, IngestSummary};

use crate::lock::RunLock;
use crate::raw;
use crate::{Environment, PipelineError, Project};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use file::{Candidate, candidates};
use shelfcast_engine::Session;
use shelfcast_lake::{Lake, Publication, PublicationKind, TableName};
use shelfcast_retail::Feed;
use std::collections::BTreeSet;
use std::path::PathBuf;
use write::IngestWriter;

/// Lets files in: all that the project's sources name, or `files` alone.
///
/// Each file is one batch for each source that takes it, known by a hash of its bytes, the
/// source's mapping and the contract: the same thing twice changes nothing. A file that breaks
/// a limit is refused as a whole and the others still come in; refused rows go to
/// `raw.rejected` with their file, row and reason. Nothing is visible until the one row that
/// publishes the new versions of all tables is written.
pub async fn ingest(
    project: &Project,
    files: &[PathBuf],
    environment: &Environment,
) -> Result<IngestSummary, PipelineError> {
    let found = candidates(project, files)?;
    let lake = project.create_lake(environment).await?;
    let _lock = RunLock::take(&project.lake_folder(), environment)?;
    let published = lake.publication(None).await?;
    take_back_leftovers(&lake, published.as_ref()).await?;
    let session = project.session(lake.clone())?;
    raw::register(&session, published.as_ref()).await?;
    let known = KnownBatches::read(&session).await?;
    let mut writer = IngestWriter::new(&session, environment, known.last_sequence);
    let mut summary = IngestSummary::default();
    summary.files.extend(found.refused);
    let n_files = found.candidates.len() as u64;
    for (done, candidate) in found.candidates.iter().enumerate() {
        (environment.progress)(&format!("reading {}", candidate.label), done as u64, n_files);
        summary.files.push(take_in(project, candidate, &known, &mut writer).await?);
    }
    if writer.is_empty() {
        return Ok(summary);
    }
    publish(&lake, published.as_ref(), writer, environment).await?;
    summary.warnings = unknown_products(&lake, &session).await?;
    Ok(summary)
}

async fn take_in(
    project: &Project,
    candidate: &Candidate,
    known: &KnownBatches,
    writer: &mut IngestWriter<'_>,
) -> Result<FileSummary, PipelineError> {
    let batch_id = match file::batch_id(project, candidate) {
        Ok(batch_id) => batch_id,
        Err(error) => return Ok(FileSummary::refused(candidate, &error)),
    };
    if known.batch_ids.contains(&batch_id) || writer.has(&batch_id) {
        return Ok(FileSummary::already_ingested(candidate, &batch_id));
    }
    writer.write_file(project, candidate, &batch_id).await
}

/// What a run left behind that ended before it published is taken back, so that it can
/// neither be seen nor counted twice.
async fn take_back_leftovers(
    lake: &Lake,
    published: Option<&Publication>,
) -> Result<(), PipelineError> {
    for table in raw_tables()? {
        let version = published.and_then(|publication| publication.version(&table));
        lake.roll_back(&table, version).await?;
    }
    Ok(())
}

fn raw_tables() -> Result<Vec<TableName>, PipelineError> {
    let mut tables = vec![raw::batches_table()?, raw::rejected_table()?];
    for feed in Feed::ALL {
        tables.push(raw::feed_table(feed)?);
    }
    Ok(tables)
}

async fn publish(
    lake: &Lake,
    published: Option<&Publication>,
    writer: IngestWriter<'_>,
    environment: &Environment,
) -> Result<(), PipelineError> {
    let mut publication = Publication::after(
        published,
        PublicationKind::Ingest,
        environment.now_millis,
        &environment.build_id,
    );
    for (table, version) in writer.commit(lake).await? {
        publication.set(&table, version);
    }
    Ok(lake.publish(&publication).await?)
}

struct KnownBatches {
    batch_ids: BTreeSet<String>,
    last_sequence: i64,
}

impl KnownBatches {
    async fn read(session: &Session) -> Result<Self, PipelineError> {
        let (_, batches) =
            session.collect("select batch_id, sequence from raw.batches order by sequence").await?;
        let mut known = Self { batch_ids: BTreeSet::new(), last_sequence: 0 };
        for batch in &batches {
            let ids = batch.column(0).as_string::<i32>();
            let sequences = batch.column(1).as_primitive::<Int64Type>();
            known.batch_ids.extend(ids.iter().flatten().map(str::to_owned));
            known.last_sequence =
                known.last_sequence.max(sequences.iter().flatten().max().unwrap_or(0));
        }
        Ok(known)
    }
}

/// Sales of products that no product list names are kept, and told.
async fn unknown_products(lake: &Lake, session: &Session) -> Result<Vec<String>, PipelineError> {
    let published = lake.publication(None).await?;
    raw::register(session, published.as_ref()).await?;
    let sql = "select product_id, count(*) as n_sales from raw.sales \
               where product_id not in (select product_id from raw.products) \
                 and (select count(*) from raw.products) > 0 \
               group by product_id order by n_sales desc, product_id limit 1000";
    let (_, batches) = session.collect(sql).await?;
    let mut unknown: Vec<(String, i64)> = Vec::new();
    for batch in &batches {
        let ids = batch.column(0).as_string::<i32>();
        let counts = batch.column(1).as_primitive::<Int64Type>();
        unknown.extend(ids.iter().flatten().map(str::to_owned).zip(counts.iter().flatten()));
    }
    if unknown.is_empty() {
        return Ok(Vec::new());
    }
    let n_sales: i64 = unknown.iter().map(|(_, n_sales)| n_sales).sum();
    let shown: Vec<&str> = unknown.iter().take(5).map(|(id, _)| id.as_str()).collect();
    let more = if unknown.len() > shown.len() { ", ..." } else { "" };
    Ok(vec![format!(
        "{n_sales} sales rows name {} products that no product list names: {}{more}; the sales \
         are kept and heal when the products arrive",
        unknown.len(),
        shown.join(", "),
    )])
}
