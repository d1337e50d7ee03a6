//! Batches taken back.

use crate::ingest::{
    HiddenRow, KnownBatches, Retraction, hidden_again, hidden_row_rows, retraction_rows,
    take_back_leftovers,
};
use crate::lock::RunLock;
use crate::rows::RowsWriter;
use crate::{Environment, PipelineError, Project, migrate, raw};
use serde::Serialize;
use shelfcast_lake::PublicationKind;

/// A batch that no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetractedBatch {
    /// Its number.
    pub sequence: i64,
    /// Its id.
    pub batch_id: String,
    /// The file it came from.
    pub file: String,
    /// The feed it came in as.
    pub feed: String,
}

/// Takes back the batches called `names`: each an id, a number or a file's name as listed in
/// `staging.batches` (all of its batches). Their rows stay in the raw tables and no longer count;
/// rows of other batches that hid behind them count again.
pub async fn retract(
    project: &Project,
    names: &[String],
    environment: &Environment,
) -> Result<Vec<RetractedBatch>, PipelineError> {
    let lake = project.open_lake(environment).await?;
    let _lock = RunLock::take(project, environment)?;
    migrate::if_old(project, &lake, environment).await?;
    let published = lake.publication(None).await?;
    take_back_leftovers(&lake, published.as_ref()).await?;
    let session = project.session(lake.clone())?;
    raw::register(&session, published.as_ref()).await?;
    let known = KnownBatches::read(&session).await?;
    let retracted = find(&known, names)?;
    let retractions: Vec<Retraction> = retracted
        .iter()
        .map(|batch| Retraction {
            sequence: batch.sequence,
            batch_id: batch.batch_id.clone(),
            reason: "taken back",
            by_sequence: None,
        })
        .collect();
    let mut publication = environment.publication(published.as_ref(), PublicationKind::Retract);
    let rows = RowsWriter { lake: &lake, session: &session, environment };
    let gone = retraction_rows(&retractions, environment.now_millis)?;
    rows.append(&raw::retractions_table()?, &gone, &mut publication).await?;
    let sequences: Vec<i64> = retracted.iter().map(|batch| batch.sequence).collect();
    let hidden: Vec<HiddenRow> = hidden_again(&session, &sequences).await?;
    if !hidden.is_empty() {
        let hidden = hidden_row_rows(&hidden)?;
        rows.append(&raw::hidden_rows_table()?, &hidden, &mut publication).await?;
    }
    lake.publish(&publication).await?;
    Ok(retracted)
}

fn find(known: &KnownBatches, names: &[String]) -> Result<Vec<RetractedBatch>, PipelineError> {
    let mut found: Vec<RetractedBatch> = Vec::new();
    for name in names {
        let named = known.live.values().filter(|batch| {
            batch.batch_id == *name || batch.file == *name || batch.sequence.to_string() == *name
        });
        let before = found.len();
        for batch in named {
            found.push(RetractedBatch {
                sequence: batch.sequence,
                batch_id: batch.batch_id.clone(),
                file: batch.file.clone(),
                feed: batch.feed.clone(),
            });
        }
        if found.len() == before {
            return Err(PipelineError::NoBatch { found: name.clone() });
        }
    }
    found.sort_by_key(|batch| batch.sequence);
    found.dedup();
    Ok(found)
}
