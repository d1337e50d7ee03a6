use crate::{LakeError, TableName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::str::FromStr;

/// What made a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicationKind {
    /// Files came in.
    Ingest,
    /// The models were built.
    Build,
    /// Batches were taken back.
    Retract,
    /// Order lines were approved or withdrawn.
    Approve,
    /// The lake was migrated, or its files were put together.
    Maintain,
}

/// The one row that says which version of every table belongs together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// 1, 2, 3 and so on.
    pub sequence: u64,
    /// What made it.
    pub kind: PublicationKind,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub published_at: i64,
    /// Which build of the program made it.
    pub build_id: String,
    /// Which run made it; empty in lakes of format 1.
    #[serde(default)]
    pub run_id: String,
    /// The version of every table that readers see.
    tables: BTreeMap<String, u64>,
}

impl Publication {
    /// The publication that follows `previous`, with its tables.
    pub fn after(
        previous: Option<&Self>,
        kind: PublicationKind,
        published_at: i64,
        build_id: &str,
        run_id: &str,
    ) -> Self {
        Self {
            sequence: previous.map_or(1, |publication| publication.sequence + 1),
            kind,
            published_at,
            build_id: build_id.to_owned(),
            run_id: run_id.to_owned(),
            tables: previous.map(|publication| publication.tables.clone()).unwrap_or_default(),
        }
    }

    /// States that readers see `version` of `table`.
    pub fn set(&mut self, table: &TableName, version: u64) {
        self.tables.insert(table.to_string(), version);
    }

    /// States that readers no longer see `table`.
    pub fn remove(&mut self, table: &TableName) {
        self.tables.remove(&table.to_string());
    }

    /// The version of `table` that readers see, if they see it at all.
    pub fn version(&self, table: &TableName) -> Option<u64> {
        self.tables.get(&table.to_string()).copied()
    }

    /// Every table that readers see, by name.
    pub fn tables(&self) -> Result<Vec<(TableName, u64)>, LakeError> {
        self.tables
            .iter()
            .map(|(name, version)| Ok((TableName::from_str(name)?, *version)))
            .collect()
    }
}
