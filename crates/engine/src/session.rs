use crate::{Engine, EngineError, Grain, LakeTable, LocalEngine, Step, WriteTarget};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::{MemorySchemaProvider, SchemaProvider};
use datafusion::common::{DataFusionError, TableReference};
use datafusion::datasource::MemTable;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SendableRecordBatchStream, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::TryStreamExt;
use shelfcast_lake::{DataFile, Lake, TableName};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

const CATALOG: &str = "shelfcast";

/// What a session may use.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// Threads that run one query.
    pub threads: usize,
    /// Bytes that sorts, joins and aggregates may hold before they spill.
    pub memory_limit: usize,
    /// Where they spill; the system's temporary folder when `None`.
    pub spill_folder: Option<PathBuf>,
}

/// What a write made.
#[derive(Debug, Clone)]
pub struct Written {
    /// The stored columns.
    pub schema: SchemaRef,
    /// The files, not yet committed.
    pub files: Vec<DataFile>,
    /// Whether it is known without a look at the files that no two rows have the same key: they are
    /// groups by columns of it, or stand in the order of it and none repeats.
    pub key_is_unique: bool,
}

/// A query session over pinned versions of the lake's tables.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
    engine: Arc<dyn Engine>,
    lake: Lake,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Session")
            .field("engine", &self.engine)
            .field("lake", &self.lake)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// A session over `lake` in which no table is registered yet.
    pub fn new(lake: Lake, options: &SessionOptions) -> Result<Self, EngineError> {
        let failed = || EngineError::query("start a session");
        let mut config = SessionConfig::new()
            .with_target_partitions(options.threads.max(1))
            .with_default_catalog_and_schema(CATALOG, "marts")
            .with_information_schema(true);
        let settings = config.options_mut();
        // A broken model is told with the line that breaks it.
        settings.sql_parser.collect_spans = true;
        // Money and quantities are exact, so a literal with a point is a decimal.
        settings.sql_parser.parse_float_as_decimal = true;
        // The demand table is stored sorted; keeping that order bounds a fit's memory.
        settings.optimizer.prefer_existing_sort = true;
        // Of two joined tables the smaller one is held.
        settings.optimizer.use_statistics_registry = true;
        // A field of what a function gives would be read by a call of its own, whatever a call costs.
        settings.optimizer.enable_leaf_expression_pushdown = false;
        // Rows past a filter are few in the lake's tables; views cost more than they save.
        settings.sql_parser.map_string_types_to_utf8view = false;
        let mut runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(options.memory_limit)));
        if let Some(folder) = &options.spill_folder {
            runtime = runtime.with_temp_file_path(folder);
        }
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::new(runtime.build().map_err(failed())?))
            .with_default_features()
            .with_statistics_registry(crate::row_estimates::registry())
            .build();
        let context = SessionContext::new_with_state(state);
        let store = store_url(lake.root().as_str()).map_err(failed())?;
        context.runtime_env().register_object_store(store.as_ref(), lake.store());
        for function in shelfcast_functions::scalar_functions() {
            context.register_udf(function);
        }
        for function in shelfcast_functions::aggregate_functions() {
            context.register_udaf(function);
        }
        let engine = Arc::new(LocalEngine::new(context.task_ctx()));
        Ok(Self { context, engine, lake })
    }

    /// The lake whose tables are read.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// Makes `version` of `table` readable under its name, in place of what was there.
    pub async fn register(&self, table: &TableName, version: u64) -> Result<(), EngineError> {
        self.register_as(table, table, version).await
    }

    /// Makes `version` of `table` readable as `alias`, so that two versions can be compared.
    pub async fn register_as(
        &self,
        alias: &TableName,
        table: &TableName,
        version: u64,
    ) -> Result<(), EngineError> {
        let snapshot = self.lake.snapshot(table, version).await?;
        let folder = self.lake.table_path(table);
        let store = store_url(self.lake.root().as_str())
            .map_err(EngineError::query(format!("register {table}")))?;
        let provider = LakeTable::new(snapshot, folder, store);
        self.register_provider(alias, Arc::new(provider))
    }

    /// Makes the rows of `batches` readable as `table`, in place of what was there.
    pub fn register_rows(
        &self,
        table: &TableName,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), EngineError> {
        let what = || EngineError::query(format!("register {table}"));
        let provider = MemTable::try_new(schema, vec![batches]).map_err(what())?;
        self.register_provider(table, Arc::new(provider))
    }

    /// Makes the query `sql` readable as `view`, in place of what was there.
    pub async fn register_view(&self, view: &TableName, sql: &str) -> Result<(), EngineError> {
        let what = || EngineError::query(format!("define {view}"));
        let frame = self.context.sql_with_options(sql, queries_only()).await.map_err(what())?;
        self.register_provider(view, frame.into_view())
    }

    fn register_provider(
        &self,
        table: &TableName,
        provider: Arc<dyn datafusion::catalog::TableProvider>,
    ) -> Result<(), EngineError> {
        let what = || EngineError::query(format!("register {table}"));
        let schema = self.schema_provider(table.schema()).map_err(what())?;
        if schema.table_exist(table.name()) {
            schema.deregister_table(table.name()).map_err(what())?;
        }
        schema.register_table(table.name().to_owned(), provider).map(|_| ()).map_err(what())
    }

    fn schema_provider(&self, name: &str) -> datafusion::common::Result<Arc<dyn SchemaProvider>> {
        let catalog = self
            .context
            .catalog(CATALOG)
            .ok_or_else(|| DataFusionError::Internal(format!("no catalog {CATALOG}")))?;
        if let Some(schema) = catalog.schema(name) {
            return Ok(schema);
        }
        let schema: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
        catalog.register_schema(name, Arc::clone(&schema))?;
        Ok(schema)
    }

    /// The tables that `sql` reads, each as `schema.name`, sorted. A bare name is in `marts`.
    pub fn references(&self, sql: &str) -> Result<Vec<String>, EngineError> {
        let state = self.context.state();
        let what = || EngineError::query("read the query");
        let dialect = state.config().options().sql_parser.dialect;
        let statement = state.sql_to_statement(sql, &dialect).map_err(what())?;
        let found = state.resolve_table_references(&statement).map_err(what())?;
        let mut names: Vec<String> = found
            .into_iter()
            .map(|reference: TableReference| {
                format!("{}.{}", reference.schema().unwrap_or("marts"), reference.table())
            })
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The physical plan of the query `sql`; anything but a query is refused.
    pub async fn plan(&self, sql: &str) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        self.physical_plan(&self.logical_plan(sql).await?).await
    }

    async fn logical_plan(&self, sql: &str) -> Result<LogicalPlan, EngineError> {
        let plan = self.context.state().create_logical_plan(sql).await;
        let plan = plan.map_err(EngineError::query("plan the query"))?;
        queries_only().verify_plan(&plan).map_err(|error| EngineError::ReadOnly {
            found: match error.find_root() {
                DataFusionError::Plan(message) => message.clone(),
                other => other.strip_backtrace(),
            },
        })?;
        Ok(plan)
    }

    async fn physical_plan(
        &self,
        plan: &LogicalPlan,
    ) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        let plan = self.context.state().create_physical_plan(plan).await;
        plan.map_err(EngineError::query("plan the query"))
    }

    /// Runs the query `sql` and streams its rows; anything but a query is refused.
    pub async fn stream(&self, sql: &str) -> Result<SendableRecordBatchStream, EngineError> {
        let plan = self.plan(sql).await?;
        self.engine.execute(plan).await.map_err(EngineError::query("run the query"))
    }

    /// Runs the query `sql` and collects its schema and rows.
    pub async fn collect(&self, sql: &str) -> Result<(SchemaRef, Vec<RecordBatch>), EngineError> {
        let stream = self.stream(sql).await?;
        let schema = stream.schema();
        let batches = stream.try_collect().await.map_err(EngineError::query("run the query"))?;
        Ok((schema, batches))
    }

    /// Runs the query `sql` and writes its rows as files of `table`, committing nothing.
    /// Returns the stored schema and the files.
    pub async fn write(
        &self,
        sql: &str,
        table: &TableName,
        write_id: &str,
    ) -> Result<(SchemaRef, Vec<DataFile>), EngineError> {
        let written = self.write_model(sql, None, table, write_id, Grain::default()).await?;
        Ok((written.schema, written.files))
    }

    /// Runs the query `sql` of a model, with `step` above it if there is one, and writes as
    /// [`write`](Self::write) does. Rows that are not in the order of `grain` are an error.
    pub async fn write_model(
        &self,
        sql: &str,
        step: Option<&Step>,
        table: &TableName,
        write_id: &str,
        grain: Grain<'_>,
    ) -> Result<Written, EngineError> {
        let plan = self.logical_plan(sql).await?;
        let has_groups = step.is_none() && grain.names_groups(&plan);
        let plan = self.physical_plan(&plan).await?;
        let plan = match step {
            Some(step) => step.above(plan)?,
            None => plan,
        };
        let schema = crate::storable_schema(&plan.schema());
        let mut target = self.write_target(table, write_id);
        target.sorted_by = grain.sorted_by.to_vec();
        let files = self.engine.execute_write(plan, &target).await;
        let files = files.map_err(EngineError::query(format!("write {table}")))?;
        let in_order = files.len() <= 1 && files.iter().all(|written| written.repeats == 0);
        Ok(Written {
            schema,
            key_is_unique: has_groups || grain.order_names_rows() && in_order,
            files: files.into_iter().map(|written| written.file).collect(),
        })
    }

    /// Where a write named `write_id` puts files of `table`.
    pub fn write_target(&self, table: &TableName, write_id: &str) -> WriteTarget {
        WriteTarget {
            store: self.lake.store(),
            folder: self.lake.table_path(table),
            write_id: write_id.to_owned(),
            sorted_by: Vec::new(),
        }
    }

    /// The text of the physical plan of `sql`.
    pub async fn explain(&self, sql: &str) -> Result<String, EngineError> {
        let plan = self.plan(sql).await?;
        let shown = datafusion::physical_plan::displayable(plan.as_ref());
        Ok(shown.indent(true).to_string())
    }

    /// The columns of every registered table, by `schema.name`.
    pub async fn schemas(&self) -> Result<BTreeMap<String, SchemaRef>, EngineError> {
        let mut schemas = BTreeMap::new();
        let Some(catalog) = self.context.catalog(CATALOG) else { return Ok(schemas) };
        for schema_name in catalog.schema_names() {
            let Some(schema) = catalog.schema(&schema_name) else { continue };
            for table in schema.table_names() {
                let what = EngineError::query(format!("read {schema_name}.{table}"));
                if let Some(provider) = schema.table(&table).await.map_err(what)? {
                    schemas.insert(format!("{schema_name}.{table}"), provider.schema());
                }
            }
        }
        Ok(schemas)
    }
}

/// What names the store of a lake: its scheme and bucket, as every process would.
fn store_url(root: &str) -> datafusion::common::Result<ObjectStoreUrl> {
    let (scheme, rest) = root.split_once("://").unwrap_or(("file", root));
    let bucket = rest.split('/').next().unwrap_or_default();
    ObjectStoreUrl::parse(format!("{scheme}://{bucket}"))
}

fn queries_only() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shelfcast_lake::LakeLocation;

    #[tokio::test]
    async fn a_function_is_called_once_a_row_however_many_of_its_fields_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let location = LakeLocation::Folder(folder.path().join("lake"));
        let lake = Lake::create(&location, 0).await.unwrap();
        let options = SessionOptions { threads: 2, memory_limit: 64 << 20, spill_folder: None };
        let session = Session::new(lake, &options).unwrap();
        let planned = "with planned as (select value as line, plan_order(\
             arrow_cast('', 'Binary'), arrow_cast('', 'Binary'), named_struct('row', value)) as plan \
             from generate_series(1, 9))";
        // As a sum reads them, and as a join does.
        for query in [
            "select sum(plan['quantity']), max(plan['order_on']), min(plan['steps']) from planned",
            "select planned.* from planned left join (select date '2024-08-26' as day) as days \
             on plan['order_on'] = day where plan['quantity'] > 0",
        ] {
            let plan = session.explain(&format!("{planned} {query}")).await.unwrap();
            assert_eq!(plan.matches("plan_order(").count(), 1, "{plan}");
        }
    }
}
