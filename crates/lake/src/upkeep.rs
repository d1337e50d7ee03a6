//! What keeps a lake small: fewer files, fewer publications, no files that nobody can see.

use crate::{DataFile, Lake, LakeError, Publication, TableName};
use arrow::datatypes::SchemaRef;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path as StorePath;
use std::collections::{BTreeMap, BTreeSet};

/// What an upkeep removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Lake {
    /// Puts `files` in the place of all files of `table`: the same rows in fewer files. Returns
    /// the new version.
    pub async fn compact(
        &self,
        table: &TableName,
        schema: &SchemaRef,
        files: &[DataFile],
    ) -> Result<u64, LakeError> {
        let sorted_by = match self.latest_version(table).await? {
            Some(version) => self.snapshot(table, version).await?.sorted_by,
            None => Vec::new(),
        };
        self.replace_rows(table, schema, &sorted_by, files, false).await
    }

    /// Notes the state of `table` in one file, so that readers need not read every commit.
    pub async fn checkpoint(&self, table: &TableName) -> Result<(), LakeError> {
        let Some(delta) = self.load(table).await? else { return Ok(()) };
        let written = deltalake::checkpoints::create_checkpoint(&delta, None).await;
        written.map_err(|source| LakeError::Table {
            action: "checkpoint",
            table: table.clone(),
            source: Box::new(source),
        })
    }

    /// Drops publications before `instant` (milliseconds since 1970-01-01 UTC) but never the one
    /// that was seen at `instant`, nor the last. Returns those that are kept.
    pub async fn expire(&self, instant: i64) -> Result<Vec<Publication>, LakeError> {
        let mut kept = self.publications().await?;
        let seen = kept.iter().rposition(|publication| publication.published_at <= instant);
        let dropped: Vec<Publication> = kept.drain(..seen.unwrap_or(0)).collect();
        for publication in dropped {
            self.forget(publication.sequence).await?;
        }
        Ok(kept)
    }

    /// Deletes every data file that none of the `kept` publications can see, and every draft
    /// that was never finished. Only the holder of the lake's lock may do this.
    pub async fn vacuum(&self, kept: &[Publication]) -> Result<Removed, LakeError> {
        let mut seen: BTreeMap<TableName, BTreeSet<u64>> = BTreeMap::new();
        for publication in kept {
            for (table, version) in publication.tables()? {
                seen.entry(table).or_default().insert(version);
            }
        }
        let mut keep: BTreeSet<StorePath> = BTreeSet::new();
        for (table, versions) in &seen {
            let folder = self.table_path(table);
            for version in versions {
                let files = self.snapshot(table, *version).await?.files;
                keep.extend(files.iter().map(|file| folder.clone().join(file.path.as_str())));
            }
        }
        self.delete_all_but(&keep).await
    }

    async fn delete_all_but(&self, keep: &BTreeSet<StorePath>) -> Result<Removed, LakeError> {
        let root = self.path("");
        let failed = |action: &'static str| {
            let path = root.to_string();
            move |source| LakeError::Storage { action, path, source }
        };
        let listed: Vec<_> =
            self.store.list(Some(&root)).try_collect().await.map_err(failed("list"))?;
        let mut removed = Removed::default();
        let mut doomed = Vec::new();
        for meta in listed {
            if is_data(&meta.location) && !keep.contains(&meta.location) {
                removed.files += 1;
                removed.bytes += meta.size;
                doomed.push(Ok(meta.location));
            }
        }
        let deleted = self.store.delete_stream(futures::stream::iter(doomed).boxed());
        deleted.try_collect::<Vec<_>>().await.map_err(failed("delete"))?;
        Ok(removed)
    }
}

/// Parquet files of tables and unfinished drafts; nothing of the logs.
fn is_data(location: &StorePath) -> bool {
    let name = location.filename().unwrap_or_default();
    let in_log = location.parts().any(|part| part.as_ref() == "_delta_log");
    (name.ends_with(".parquet") && !in_log) || name.ends_with(".new")
}
