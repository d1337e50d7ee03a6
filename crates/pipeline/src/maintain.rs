//! Upkeep of the lake: its layout, its small files, what nobody can see any more.

use crate::ingest::take_back_leftovers;
use crate::lock::RunLock;
use crate::{Environment, PipelineError, Project, migrate, raw};
use serde::Serialize;
use shelfcast_engine::Session;
use shelfcast_lake::{Lake, Publication, PublicationKind, TableName};

const DAY_MILLIS: i64 = 86_400_000;

/// Files of a raw table above which they are put together.
const MOST_FILES: usize = 4;

/// What an upkeep did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MaintainSummary {
    /// Whether the lake had an older layout.
    pub migrated: bool,
    /// Raw tables whose files were put together.
    pub compacted: Vec<String>,
    /// Publications dropped: `--as-of` no longer finds them.
    pub publications_dropped: usize,
    /// Publications kept.
    pub publications_kept: usize,
    /// Data files deleted.
    pub files_deleted: u64,
    /// Their bytes.
    pub bytes_deleted: u64,
}

/// Migrates an older layout, puts the small files of raw tables together, drops publications
/// older than `keep_days` and deletes the files that no publication can see any more. What was
/// seen `keep_days` ago and since can still be asked for with `--as-of`.
pub async fn maintain(
    project: &Project,
    keep_days: u32,
    environment: &Environment,
) -> Result<MaintainSummary, PipelineError> {
    let lake = project.open_lake(environment).await?;
    let _lock = RunLock::take(project, environment)?;
    let migrated = migrate::if_old(project, &lake, environment).await?;
    let mut summary = MaintainSummary { migrated, ..MaintainSummary::default() };
    let Some(published) = lake.publication(None).await? else { return Ok(summary) };
    take_back_leftovers(&lake, Some(&published)).await?;
    summary.compacted = compact(project, &lake, &published, environment).await?;
    let n_before = lake.publications().await?.len();
    let oldest = environment.now_millis - i64::from(keep_days) * DAY_MILLIS;
    let kept = lake.expire(oldest).await?;
    summary.publications_kept = kept.len();
    summary.publications_dropped = n_before - kept.len();
    (environment.progress)("deleting what nobody can see", 0, 1);
    let removed = lake.vacuum(&kept).await?;
    summary.files_deleted = removed.files;
    summary.bytes_deleted = removed.bytes;
    Ok(summary)
}

/// Raw tables grow by a file an ingest; their rows are written anew into one.
async fn compact(
    project: &Project,
    lake: &Lake,
    published: &Publication,
    environment: &Environment,
) -> Result<Vec<String>, PipelineError> {
    let session = project.session(lake.clone())?;
    raw::register(&session, Some(published)).await?;
    let mut publication = environment.publication(Some(published), PublicationKind::Maintain);
    let mut compacted = Vec::new();
    for (table, _) in raw::tables()? {
        let Some(version) = published.version(&table) else { continue };
        if lake.snapshot(&table, version).await?.files.len() > MOST_FILES {
            (environment.progress)(&format!("putting {table} together"), 0, 1);
            let version = rewrite(lake, &session, &table, environment).await?;
            publication.set(&table, version);
            compacted.push(table.to_string());
        }
        lake.checkpoint(&table).await?;
    }
    if !compacted.is_empty() {
        lake.publish(&publication).await?;
    }
    Ok(compacted)
}

async fn rewrite(
    lake: &Lake,
    session: &Session,
    table: &TableName,
    environment: &Environment,
) -> Result<u64, PipelineError> {
    // Rows in order leave the engine as one stream, and so as one file.
    let order = match table.name() {
        "batches" | "retractions" | "commitments" => "sequence",
        "copies" => "sequence, file",
        "commitment_steps" => "sequence, step_number",
        "rejected" => "sequence, ordinal, rule",
        "hidden_rows" => "feed, sequence, ordinal, by_sequence",
        _ => "_sequence, _ordinal",
    };
    let sql = format!("select * from {table} order by {order}");
    let (schema, files) = session.write(&sql, table, &environment.run_id).await?;
    Ok(lake.compact(table, &schema, &files).await?)
}
