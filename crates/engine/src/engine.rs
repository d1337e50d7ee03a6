use crate::TableWriter;
use crate::row_order::RowOrder;
use crate::storable::storable_schema;
use crate::wide_states::context_for;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, execute_stream};
use futures::StreamExt;
use object_store::ObjectStore;
use object_store::path::Path;
use shelfcast_lake::DataFile;
use std::fmt::Debug;
use std::sync::Arc;

/// Where a write puts its files.
#[derive(Debug, Clone)]
pub struct WriteTarget {
    /// The store.
    pub store: Arc<dyn ObjectStore>,
    /// The table's folder in the store.
    pub folder: Path,
    /// Names this write; part of each file's name, so that no two writes meet.
    pub write_id: String,
    /// The columns by which the rows of each file must be sorted, ascending, nulls last.
    pub sorted_by: Vec<String>,
}

/// A file that a write added.
#[derive(Debug, Clone)]
pub struct WrittenFile {
    /// The file.
    pub file: DataFile,
    /// Its rows that have the values of the row before in all columns that it is sorted by.
    pub repeats: u64,
}

/// Runs physical plans. The caller commits what a write returns.
#[async_trait]
pub trait Engine: Debug + Send + Sync {
    /// Starts `plan` and streams its rows.
    async fn execute(&self, plan: Arc<dyn ExecutionPlan>) -> Result<SendableRecordBatchStream>;

    /// Runs `plan` to its end, writes its rows as Parquet files into `target` and says which
    /// files it added. Their rows belong to no table until the caller commits them. Rows that are
    /// not in the order of the target are an error.
    async fn execute_write(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        target: &WriteTarget,
    ) -> Result<Vec<WrittenFile>>;
}

/// Runs plans in this process.
#[derive(Debug, Clone)]
pub struct LocalEngine {
    context: Arc<TaskContext>,
}

impl LocalEngine {
    /// An engine that runs its tasks in `context` (memory pool, spill folder, functions).
    pub fn new(context: Arc<TaskContext>) -> Self {
        Self { context }
    }
}

#[async_trait]
impl Engine for LocalEngine {
    async fn execute(&self, plan: Arc<dyn ExecutionPlan>) -> Result<SendableRecordBatchStream> {
        let context = context_for(&plan, &self.context)?;
        execute_stream(plan, context)
    }

    async fn execute_write(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        target: &WriteTarget,
    ) -> Result<Vec<WrittenFile>> {
        let schema = storable_schema(&plan.schema());
        let context = context_for(&plan, &self.context)?;
        let mut tasks = tokio::task::JoinSet::new();
        for partition in 0..plan.output_partitioning().partition_count() {
            let stream = plan.execute(partition, Arc::clone(&context))?;
            let (schema, target) = (Arc::clone(&schema), target.clone());
            tasks.spawn(async move { write_partition(stream, schema, target, partition).await });
        }
        let mut files = Vec::new();
        while let Some(joined) = tasks.join_next().await {
            let written = joined.map_err(|error| DataFusionError::External(Box::new(error)))?;
            files.extend(written?);
        }
        files.sort_by(|a: &WrittenFile, b| a.file.path.cmp(&b.file.path));
        Ok(files)
    }
}

async fn write_partition(
    mut stream: SendableRecordBatchStream,
    schema: SchemaRef,
    target: WriteTarget,
    partition: usize,
) -> Result<Option<WrittenFile>> {
    let mut order = RowOrder::new(&schema, &target.sorted_by)?;
    let mut writer = TableWriter::new(schema, target, partition);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        order.look(&batch)?;
        writer.write(&batch).await?;
    }
    let file = writer.finish().await?;
    Ok(file.map(|file| WrittenFile { file, repeats: order.repeats() }))
}
