use crate::location::LakeLocation;
use crate::publication::Publication;
use crate::{LakeError, TableName};
use futures::TryStreamExt;
use object_store::path::Path as StorePath;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::Url;

/// The layout of the lake that this program reads and writes.
///
/// 1: the first. 2: raw rows know their ordinal and hash; batches know their source, and which
/// rows a later batch hides.
pub const FORMAT_VERSION: u64 = 4;

const FORMAT_FILE: &str = "_shelfcast/format.json";
const PUBLICATIONS: &str = "_shelfcast/publications";

#[derive(Serialize, Deserialize)]
struct Format {
    format_version: u64,
}

/// A folder of Delta tables with one commit point.
#[derive(Debug, Clone)]
pub struct Lake {
    pub(crate) root: Url,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) now_millis: i64,
}

impl Lake {
    /// The lake at `location`, made when there is none. `now_millis` (milliseconds since
    /// 1970-01-01 UTC) is what new files and publications are dated with.
    pub async fn create(location: &LakeLocation, now_millis: i64) -> Result<Self, LakeError> {
        if let Some(folder) = location.folder() {
            std::fs::create_dir_all(folder).map_err(|source| LakeError::Io {
                action: "make the folder",
                path: folder.display().to_string(),
                source,
            })?;
        }
        let (root, store) = location.open()?;
        Self::create_in(root, store, now_millis).await
    }

    /// The lake at `root` of a store handed in, made when there is none.
    pub async fn create_in(
        root: Url,
        store: Arc<dyn ObjectStore>,
        now_millis: i64,
    ) -> Result<Self, LakeError> {
        let lake = Self { root, store, now_millis };
        if lake.format().await?.is_some() {
            return Ok(lake);
        }
        let format = serde_json::json!(Format { format_version: FORMAT_VERSION }).to_string();
        match lake.put_new(FORMAT_FILE, format.clone().into_bytes()).await {
            // Another run made it in this very moment.
            Err(LakeError::Storage { source: StoreError::AlreadyExists { .. }, .. }) => {
                return Ok(lake);
            }
            made => made?,
        }
        lake.refuse_careless_store(format.into_bytes()).await?;
        Ok(lake)
    }

    /// The lake at `location`, which must be there.
    pub async fn open(location: &LakeLocation, now_millis: i64) -> Result<Self, LakeError> {
        if location.folder().is_some_and(|folder| !folder.is_dir()) {
            return Err(LakeError::NotALake { location: location.to_string() });
        }
        let (root, store) = location.open()?;
        let lake = Self { root, store, now_millis };
        match lake.format().await? {
            Some(_) => Ok(lake),
            None => Err(LakeError::NotALake { location: location.to_string() }),
        }
    }

    /// The layout the lake has, `None` when there is no lake.
    ///
    /// # Errors
    /// A layout that is newer than this program.
    async fn format(&self) -> Result<Option<u64>, LakeError> {
        let Some(bytes) = self.get(FORMAT_FILE).await? else { return Ok(None) };
        let format: Format = self.decode(FORMAT_FILE, &bytes)?;
        if format.format_version <= FORMAT_VERSION {
            return Ok(Some(format.format_version));
        }
        Err(LakeError::FormatVersion {
            location: self.root.to_string(),
            found: format.format_version,
            supported: FORMAT_VERSION,
        })
    }

    /// Refuses to go on with a lake of an older layout.
    pub async fn require_format(&self) -> Result<(), LakeError> {
        match self.format().await? {
            Some(FORMAT_VERSION) => Ok(()),
            found => Err(LakeError::OldFormat {
                location: self.root.to_string(),
                found: found.unwrap_or(0),
                supported: FORMAT_VERSION,
            }),
        }
    }

    /// Whether the lake has an older layout and must be migrated before it is written.
    pub async fn is_old(&self) -> Result<bool, LakeError> {
        Ok(self.format().await?.is_some_and(|found| found < FORMAT_VERSION))
    }

    /// Notes that the lake has this program's layout.
    pub async fn set_format(&self) -> Result<(), LakeError> {
        let format = serde_json::json!(Format { format_version: FORMAT_VERSION });
        self.write(FORMAT_FILE, format.to_string().into_bytes()).await
    }

    /// A store that lets a second writer replace what must be new would lose commits.
    async fn refuse_careless_store(&self, bytes: Vec<u8>) -> Result<(), LakeError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&self.path(FORMAT_FILE), bytes.into(), options).await {
            Err(StoreError::AlreadyExists { .. }) => Ok(()),
            Ok(_) => Err(LakeError::CarelessStore { location: self.root.to_string() }),
            Err(source) => {
                Err(LakeError::Storage { action: "write", path: FORMAT_FILE.to_owned(), source })
            }
        }
    }

    /// Where the lake lies: `file:///...` or `s3://bucket/...`, ending in `/`.
    pub fn root(&self) -> &Url {
        &self.root
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

    /// Publishes: from here on readers see the versions that `publication` names.
    ///
    /// The row is put under its own sequence number and never overwritten, so of two
    /// publishers one fails. A store whose answer got lost is asked what it holds.
    pub async fn publish(&self, publication: &Publication) -> Result<(), LakeError> {
        let path = publication_path(publication.sequence);
        let bytes = serde_json::to_vec(publication).map_err(|error| LakeError::Damaged {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        let Err(error) = self.put_new(&path, bytes.clone()).await else { return Ok(()) };
        match self.get(&path).await {
            Ok(Some(found)) if found == bytes => Ok(()),
            Ok(Some(_)) => Err(LakeError::PublishedMeanwhile { sequence: publication.sequence }),
            Ok(None) | Err(_) => Err(error),
        }
    }

    /// The last publication, or the last one not after `as_of` (milliseconds since 1970-01-01 UTC).
    pub async fn publication(&self, as_of: Option<i64>) -> Result<Option<Publication>, LakeError> {
        for sequence in self.sequences().await?.into_iter().rev() {
            let Some(publication) = self.read_publication(sequence).await? else { continue };
            if as_of.is_none_or(|instant| publication.published_at <= instant) {
                return Ok(Some(publication));
            }
        }
        Ok(None)
    }

    /// Every publication that is kept, the oldest first.
    pub async fn publications(&self) -> Result<Vec<Publication>, LakeError> {
        let mut found = Vec::new();
        for sequence in self.sequences().await? {
            found.extend(self.read_publication(sequence).await?);
        }
        Ok(found)
    }

    async fn read_publication(&self, sequence: u64) -> Result<Option<Publication>, LakeError> {
        let path = publication_path(sequence);
        let Some(bytes) = self.get(&path).await? else { return Ok(None) };
        self.decode(&path, &bytes).map(Some)
    }

    async fn sequences(&self) -> Result<Vec<u64>, LakeError> {
        let folder = self.path(PUBLICATIONS);
        let listed: Vec<_> =
            self.store.list(Some(&folder)).try_collect().await.map_err(|source| {
                LakeError::Storage { action: "list", path: folder.to_string(), source }
            })?;
        let mut sequences: Vec<u64> = listed
            .iter()
            .filter_map(|meta| meta.location.filename()?.strip_suffix(".json")?.parse().ok())
            .collect();
        sequences.sort_unstable();
        Ok(sequences)
    }

    /// Deletes a publication: `--as-of` no longer finds it.
    pub(crate) async fn forget(&self, sequence: u64) -> Result<(), LakeError> {
        let path = self.path(&publication_path(sequence));
        self.store.delete(&path).await.map_err(|source| LakeError::Storage {
            action: "delete",
            path: path.to_string(),
            source,
        })
    }

    pub(crate) fn path(&self, relative: &str) -> StorePath {
        StorePath::from_url_path(format!("{}{relative}", self.root.path())).unwrap_or_default()
    }

    async fn get(&self, relative: &str) -> Result<Option<Vec<u8>>, LakeError> {
        let path = self.path(relative);
        let failed = |source| LakeError::Storage { action: "read", path: path.to_string(), source };
        match self.store.get(&path).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(failed)?.to_vec())),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(source) => Err(failed(source)),
        }
    }

    async fn put_new(&self, relative: &str, bytes: Vec<u8>) -> Result<(), LakeError> {
        self.put(relative, bytes, PutMode::Create).await
    }

    async fn write(&self, relative: &str, bytes: Vec<u8>) -> Result<(), LakeError> {
        self.put(relative, bytes, PutMode::Overwrite).await
    }

    async fn put(&self, relative: &str, bytes: Vec<u8>, mode: PutMode) -> Result<(), LakeError> {
        let path = self.path(relative);
        let options = PutOptions { mode, ..PutOptions::default() };
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
            path: format!("{}{path}", self.root),
            reason: error.to_string(),
        })
    }
}

fn publication_path(sequence: u64) -> String {
    format!("{PUBLICATIONS}/{sequence:020}.json")
}
