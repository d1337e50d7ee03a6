use crate::{Environment, PipelineError};
use arrow::array::RecordBatch;
use shelfcast_engine::{EngineError, Session, TableWriter};
use shelfcast_lake::{Lake, Publication, TableName};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Far above the parts that any ingest writes itself.
static NEXT_PART: AtomicUsize = AtomicUsize::new(90_000);

/// Adds a few rows to a raw table, to be published with the rest.
pub(crate) struct RowsWriter<'a> {
    pub(crate) lake: &'a Lake,
    pub(crate) session: &'a Session,
    pub(crate) environment: &'a Environment,
}

impl RowsWriter<'_> {
    /// Writes and commits `rows`; from here on the session sees them.
    pub(crate) async fn append(
        &self,
        table: &TableName,
        rows: &RecordBatch,
        publication: &mut Publication,
    ) -> Result<(), PipelineError> {
        let failed = || EngineError::query(format!("write {table}"));
        let target = self.session.write_target(table, &self.environment.run_id);
        let part = NEXT_PART.fetch_add(1, Ordering::Relaxed);
        let mut writer = TableWriter::new(rows.schema(), target, part);
        writer.write(rows).await.map_err(failed())?;
        let files: Vec<_> = writer.finish().await.map_err(failed())?.into_iter().collect();
        let version = self.lake.append(table, &rows.schema(), &files, &[]).await?;
        publication.set(table, version);
        Ok(self.session.register(table, version).await?)
    }
}
