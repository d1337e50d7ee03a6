//! What is done to one Delta table at a time.

use crate::{DataFile, Lake, LakeError, Snapshot, TableName};
use arrow::datatypes::SchemaRef;
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, MetadataExt, StructType, Transaction};
use deltalake::logstore::{StorageConfig, default_logstore};
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTable, DeltaTableError};
use object_store::prefix::PrefixStore;
use std::collections::HashMap;
use std::sync::Arc;

const SORTED_BY: &str = "shelfcast.sortedBy";

impl Lake {
    /// What the table is at `version`.
    pub async fn snapshot(&self, table: &TableName, version: u64) -> Result<Snapshot, LakeError> {
        let mut delta = self.delta(table)?;
        delta.load_version(version).await.map_err(failed("read", table))?;
        let state = delta.snapshot().map_err(failed("read", table))?;
        let mut files = Vec::new();
        for view in state.log_data().iter() {
            if view.deletion_vector_descriptor().is_some() {
                return Err(LakeError::Unsupported {
                    table: table.clone(),
                    feature: "deletion vectors",
                });
            }
            files.push(DataFile {
                path: view.path().into_owned(),
                size: view.size().unsigned_abs(),
                rows: view.num_records().unwrap_or(0) as u64,
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let sorted_by = state.metadata().configuration().get(SORTED_BY);
        let sorted_by = sorted_by.map(|names| names.split(',').map(str::to_owned).collect());
        Ok(Snapshot {
            table: table.clone(),
            version,
            schema: state.snapshot().arrow_schema(),
            files,
            sorted_by: sorted_by.unwrap_or_default(),
        })
    }

    /// The newest committed version of `table`, published or not; `None` when there is no such table.
    pub async fn latest_version(&self, table: &TableName) -> Result<Option<u64>, LakeError> {
        Ok(self.load(table).await?.and_then(|delta| delta.version()))
    }

    /// Adds `files` to `table`, which is made when it is not there, and notes the batches they
    /// hold as application transactions. Returns the new version.
    pub async fn append(
        &self,
        table: &TableName,
        schema: &SchemaRef,
        files: &[DataFile],
        batch_ids: &[String],
    ) -> Result<u64, LakeError> {
        let delta = self.load_or_create(table, schema, &[]).await?;
        let transactions = batch_ids.iter().map(|id| Transaction::new(id, 1)).collect();
        let actions = files.iter().map(|file| self.add(file, true)).collect();
        self.commit(table, &delta, actions, transactions, SaveMode::Append).await
    }

    /// Replaces all rows of `table`, which is made when it is not there, by `files`; their rows
    /// are sorted by `sorted_by` within each file. Returns the new version.
    pub async fn replace(
        &self,
        table: &TableName,
        schema: &SchemaRef,
        sorted_by: &[String],
        files: &[DataFile],
    ) -> Result<u64, LakeError> {
        self.replace_rows(table, schema, sorted_by, files, true).await
    }

    pub(crate) async fn replace_rows(
        &self,
        table: &TableName,
        schema: &SchemaRef,
        sorted_by: &[String],
        files: &[DataFile],
        is_change: bool,
    ) -> Result<u64, LakeError> {
        let delta = self.load_or_create(table, schema, sorted_by).await?;
        let state = delta.snapshot().map_err(failed("read", table))?;
        let mut actions: Vec<Action> = Vec::new();
        let kernel = kernel_schema(table, schema)?;
        let known_order = state.metadata().configuration().get(SORTED_BY).cloned();
        if *state.schema() != kernel || known_order.unwrap_or_default() != sorted_by.join(",") {
            let metadata = state.metadata().clone().with_schema(&kernel);
            let metadata = metadata.and_then(|metadata| {
                metadata.add_config_key(SORTED_BY.into(), sorted_by.join(","))
            });
            actions.push(Action::Metadata(metadata.map_err(failed("change", table))?));
        }
        actions.extend(
            state.log_data().iter().map(|view| Action::Remove(view.remove_action(is_change))),
        );
        actions.extend(files.iter().map(|file| self.add(file, is_change)));
        self.commit(table, &delta, actions, Vec::new(), SaveMode::Overwrite).await
    }

    /// Takes back what was committed to `table` after `version` (all of it when `None`): the
    /// leftovers of a run that ended before it published. Returns the version to read.
    pub async fn roll_back(
        &self,
        table: &TableName,
        version: Option<u64>,
    ) -> Result<Option<u64>, LakeError> {
        let Some(delta) = self.load(table).await? else { return Ok(None) };
        if delta.version() == version {
            return Ok(version);
        }
        let kept: std::collections::BTreeSet<String> = match version {
            Some(version) => self
                .snapshot(table, version)
                .await?
                .files
                .into_iter()
                .map(|file| file.path)
                .collect(),
            None => Default::default(),
        };
        let state = delta.snapshot().map_err(failed("read", table))?;
        let orphans: Vec<Action> = state
            .log_data()
            .iter()
            .filter(|view| !kept.contains(view.path().as_ref()))
            .map(|view| Action::Remove(view.remove_action(true)))
            .collect();
        if orphans.is_empty() {
            return Ok(delta.version());
        }
        self.commit(table, &delta, orphans, Vec::new(), SaveMode::Overwrite).await.map(Some)
    }

    fn delta(&self, table: &TableName) -> Result<DeltaTable, LakeError> {
        let url = self
            .root
            .join(&format!("{}/{}", table.schema(), table.name()))
            .map_err(|_| LakeError::TableName { found: table.to_string() })?;
        let prefixed = PrefixStore::new(Arc::clone(&self.store), self.table_path(table));
        Ok(DeltaTable::new(default_logstore(
            Arc::new(prefixed),
            Arc::clone(&self.store),
            &url,
            &StorageConfig::default(),
        )))
    }

    pub(crate) async fn load(&self, table: &TableName) -> Result<Option<DeltaTable>, LakeError> {
        let mut delta = self.delta(table)?;
        if !delta.verify_deltatable_existence().await.map_err(failed("find", table))? {
            return Ok(None);
        }
        delta.load().await.map_err(failed("read", table))?;
        Ok(Some(delta))
    }

    async fn load_or_create(
        &self,
        table: &TableName,
        schema: &SchemaRef,
        sorted_by: &[String],
    ) -> Result<DeltaTable, LakeError> {
        if let Some(delta) = self.load(table).await? {
            return Ok(delta);
        }
        let columns: Vec<_> = kernel_schema(table, schema)?.into_fields().collect();
        self.delta(table)?
            .create()
            .with_table_name(table.to_string())
            .with_columns(columns)
            .with_raise_if_key_not_exists(false)
            .with_configuration([(SORTED_BY, Some(sorted_by.join(",")))])
            .await
            .map_err(failed("make", table))
    }

    async fn commit(
        &self,
        table: &TableName,
        delta: &DeltaTable,
        actions: Vec<Action>,
        transactions: Vec<Transaction>,
        mode: SaveMode,
    ) -> Result<u64, LakeError> {
        let properties = CommitProperties::default().with_application_transactions(transactions);
        let operation = DeltaOperation::Write { mode, partition_by: None, predicate: None };
        let state = delta.snapshot().map_err(failed("read", table))?;
        CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(state.snapshot()), delta.log_store(), operation)
            .await
            .map(|commit| commit.version())
            .map_err(failed("commit to", table))
    }

    fn add(&self, file: &DataFile, is_change: bool) -> Action {
        Action::Add(Add {
            path: file.path.clone(),
            partition_values: HashMap::new(),
            size: file.size as i64,
            modification_time: self.now_millis,
            data_change: is_change,
            stats: Some(format!("{{\"numRecords\":{}}}", file.rows)),
            ..Add::default()
        })
    }
}

fn kernel_schema(table: &TableName, schema: &SchemaRef) -> Result<StructType, LakeError> {
    schema.as_ref().try_into_kernel().map_err(|error: arrow::error::ArrowError| LakeError::Table {
        action: "describe",
        table: table.clone(),
        source: Box::new(error.into()),
    })
}

fn failed<'a, E: Into<DeltaTableError>>(
    action: &'static str,
    table: &'a TableName,
) -> impl Fn(E) -> LakeError + 'a {
    move |source| LakeError::Table { action, table: table.clone(), source: Box::new(source.into()) }
}
