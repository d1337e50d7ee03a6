use crate::publication::Publication;
use crate::{DataFile, LakeError, Snapshot, TableName};
use arrow::datatypes::SchemaRef;
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, MetadataExt, StructType, Transaction};
use deltalake::logstore::{StorageConfig, default_logstore};
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTable, DeltaTableError};
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// The layout of the lake that this program reads and writes.
pub const FORMAT_VERSION: u64 = 1;

const FORMAT_FILE: &str = "_shelfcast/format.json";
const PUBLICATIONS: &str = "_shelfcast/publications";
const SORTED_BY: &str = "shelfcast.sortedBy";

#[derive(Serialize, Deserialize)]
struct Format {
    format_version: u64,
}

/// A folder of Delta tables with one commit point.
#[derive(Debug, Clone)]
pub struct Lake {
    root: Url,
    store: Arc<dyn ObjectStore>,
    now_millis: i64,
}

impl Lake {
    /// The lake in `folder`, made when there is none. `now_millis` (milliseconds since
    /// 1970-01-01 UTC) is what new files and publications are dated with.
    pub async fn create(folder: &Path, now_millis: i64) -> Result<Self, LakeError> {
        std::fs::create_dir_all(folder).map_err(|source| LakeError::Io {
            action: "make the folder",
            path: folder.display().to_string(),
            source,
        })?;
        let lake = Self::at(folder, now_millis)?;
        match lake.check_format().await {
            Err(LakeError::NotALake { .. }) => {
                let format = serde_json::json!(Format { format_version: FORMAT_VERSION });
                lake.put(FORMAT_FILE, format.to_string().into_bytes()).await?;
                Ok(lake)
            }
            checked => checked.map(|()| lake),
        }
    }

    /// The lake in `folder`, which must be there.
    pub async fn open(folder: &Path, now_millis: i64) -> Result<Self, LakeError> {
        if !folder.is_dir() {
            return Err(LakeError::NotALake { location: folder.display().to_string() });
        }
        let lake = Self::at(folder, now_millis)?;
        lake.check_format().await?;
        Ok(lake)
    }

    fn at(folder: &Path, now_millis: i64) -> Result<Self, LakeError> {
        let io = |source| LakeError::Io {
            action: "open the folder",
            path: folder.display().to_string(),
            source,
        };
        let absolute = folder.canonicalize().map_err(io)?;
        let root = Url::from_directory_path(&absolute)
            .map_err(|()| LakeError::NotALake { location: folder.display().to_string() })?;
        Ok(Self { root, store: Arc::new(LocalFileSystem::new()), now_millis })
    }

    async fn check_format(&self) -> Result<(), LakeError> {
        let Some(bytes) = self.get(FORMAT_FILE).await? else {
            return Err(LakeError::NotALake { location: self.root.path().to_owned() });
        };
        let format: Format = self.decode(FORMAT_FILE, &bytes)?;
        if format.format_version == FORMAT_VERSION {
            return Ok(());
        }
        Err(LakeError::FormatVersion {
            location: self.root.path().to_owned(),
            found: format.format_version,
            supported: FORMAT_VERSION,
        })
    }

    /// Where the tables' bytes lie; paths in it are absolute.
    pub fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// The path of a table's folder within [`Lake::store`].
    pub fn table_path(&self, table: &TableName) -> StorePath {
        let folder = format!("{}{}/{}", self.root.path(), table.schema(), table.name());
        StorePath::from_url_path(folder).unwrap_or_default()
    }

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
        let actions = files.iter().map(|file| self.add(file)).collect();
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
        actions
            .extend(state.log_data().iter().map(|view| Action::Remove(view.remove_action(true))));
        actions.extend(files.iter().map(|file| self.add(file)));
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

    /// Publishes: from here on readers see the versions that `publication` names.
    ///
    /// The row is put under its own sequence number and never overwritten, so of two
    /// publishers one fails.
    pub async fn publish(&self, publication: &Publication) -> Result<(), LakeError> {
        let path = format!("{PUBLICATIONS}/{:020}.json", publication.sequence);
        let bytes = serde_json::to_vec(publication).map_err(|error| LakeError::Damaged {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        self.put(&path, bytes).await
    }

    /// The last publication, or the last one not after `as_of` (milliseconds since 1970-01-01 UTC).
    pub async fn publication(&self, as_of: Option<i64>) -> Result<Option<Publication>, LakeError> {
        let folder = self.path(PUBLICATIONS);
        let listed: Vec<_> =
            self.store.list(Some(&folder)).try_collect().await.map_err(|source| {
                LakeError::Storage { action: "list", path: folder.to_string(), source }
            })?;
        let mut names: Vec<String> = listed
            .iter()
            .filter_map(|meta| meta.location.filename())
            .filter(|name| name.ends_with(".json"))
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        for name in names.iter().rev() {
            let path = format!("{PUBLICATIONS}/{name}");
            let Some(bytes) = self.get(&path).await? else { continue };
            let publication: Publication = self.decode(&path, &bytes)?;
            if as_of.is_none_or(|instant| publication.published_at <= instant) {
                return Ok(Some(publication));
            }
        }
        Ok(None)
    }

    fn path(&self, relative: &str) -> StorePath {
        StorePath::from_url_path(format!("{}{relative}", self.root.path())).unwrap_or_default()
    }

    async fn get(&self, relative: &str) -> Result<Option<Vec<u8>>, LakeError> {
        let path = self.path(relative);
        let failed = |source| LakeError::Storage { action: "read", path: path.to_string(), source };
        match self.store.get(&path).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(failed)?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(failed(source)),
        }
    }

    async fn put(&self, relative: &str, bytes: Vec<u8>) -> Result<(), LakeError> {
        let path = self.path(relative);
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        self.store.put_opts(&path, bytes.into(), options).await.map(|_| ()).map_err(|source| {
            LakeError::Storage { action: "write", path: path.to_string(), source }
        })
    }

    fn decode<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        bytes: &[u8],
    ) -> Result<T, LakeError> {
        serde_json::from_slice(bytes).map_err(|error| LakeError::Damaged {
            path: format!("{}{path}", self.root.path()),
            reason: error.to_string(),
        })
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

    async fn load(&self, table: &TableName) -> Result<Option<DeltaTable>, LakeError> {
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

    fn add(&self, file: &DataFile) -> Action {
        Action::Add(Add {
            path: file.path.clone(),
            partition_values: HashMap::new(),
            size: file.size as i64,
            modification_time: self.now_millis,
            data_change: true,
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
