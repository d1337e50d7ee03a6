use async_trait::async_trait;
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, Result, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use object_store::path::Path;
use shelfcast_lake::Snapshot;
use std::sync::Arc;

/// One version of a lake table as a plain Parquet scan that any engine can run.
#[derive(Debug)]
pub struct LakeTable {
    snapshot: Snapshot,
    folder: Path,
    store: ObjectStoreUrl,
}

impl LakeTable {
    /// The table whose files lie in `folder` of `store`.
    pub fn new(snapshot: Snapshot, folder: Path, store: ObjectStoreUrl) -> Self {
        Self { snapshot, folder, store }
    }

    fn partitioned_file(&self, path: &str, size: u64, rows: u64) -> PartitionedFile {
        let mut file = PartitionedFile::new(format!("{}/{path}", self.folder), size);
        let mut statistics = Statistics::new_unknown(&self.snapshot.schema);
        statistics.num_rows = Precision::Exact(rows as usize);
        file.statistics = Some(Arc::new(statistics));
        file
    }

    /// Files spread over at most `n_groups` groups, the largest first into the emptiest. A group
    /// of more than one file has no order, so sorted tables get a group for each file.
    fn groups(&self, n_groups: usize) -> Vec<FileGroup> {
        let n_files = self.snapshot.files.len();
        let n_groups = if self.is_sorted() { n_files } else { n_groups.min(n_files) };
        let mut files: Vec<_> = self.snapshot.files.iter().collect();
        files.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.path.cmp(&b.path)));
        let mut groups: Vec<(u64, Vec<PartitionedFile>)> = vec![(0, Vec::new()); n_groups.max(1)];
        for file in files {
            if let Some(group) = groups.iter_mut().min_by_key(|group| group.0) {
                group.0 += file.size.max(1);
                group.1.push(self.partitioned_file(&file.path, file.size, file.rows));
            }
        }
        groups.into_iter().map(|(_, files)| FileGroup::new(files)).collect()
    }

    fn is_sorted(&self) -> bool {
        !self.snapshot.sorted_by.is_empty()
    }

    fn ordering(&self) -> Option<LexOrdering> {
        LexOrdering::new(self.snapshot.sorted_by.iter().filter_map(|name| {
            let index = self.snapshot.schema.index_of(name).ok()?;
            let options = SortOptions { descending: false, nulls_first: false };
            Some(PhysicalSortExpr::new(Arc::new(Column::new(name, index)), options))
        }))
    }

    fn statistics(&self) -> Statistics {
        let mut statistics = Statistics::new_unknown(&self.snapshot.schema);
        statistics.num_rows = Precision::Exact(self.snapshot.rows() as usize);
        statistics
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.snapshot.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut source = ParquetSource::new(TableSchema::from(self.schema()));
        if let Some(predicate) = conjunction(filters.to_vec()) {
            let schema = DFSchema::try_from(self.schema())?;
            source = source.with_predicate(state.create_physical_expr(predicate, &schema)?);
        }
        // A limit is only safe to push when no inexact filter still has to run above it.
        let limit = if filters.is_empty() { limit } else { None };
        let config = FileScanConfigBuilder::new(self.store.clone(), Arc::new(source))
            .with_file_groups(self.groups(state.config().target_partitions()))
            .with_statistics(self.statistics())
            .with_output_ordering(self.ordering().into_iter().collect())
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(LakeTable::statistics(self))
    }
}
