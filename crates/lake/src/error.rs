use crate::TableName;

/// Why the lake could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LakeError {
    /// A folder that holds no lake.
    #[error("there is no lake in {location}")]
    NotALake {
        /// The folder.
        location: String,
    },
    /// A lake written by another generation of this program.
    #[error("the lake in {location} has format {found}; this program reads format {supported}")]
    FormatVersion {
        /// The folder.
        location: String,
        /// The format found.
        found: u64,
        /// The format this program reads and writes.
        supported: u64,
    },
    /// A file of the lake that does not hold what it should.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A table name that is not `schema.name`.
    #[error("`{found}` is not a table name of the form schema.name")]
    TableName {
        /// The name as found.
        found: String,
    },
    /// A table feature that this reader does not know.
    #[error("table {table} uses {feature}, which is not supported")]
    Unsupported {
        /// The table.
        table: TableName,
        /// The feature.
        feature: &'static str,
    },
    /// A folder that cannot be made, read or written.
    #[error("{action} {path}")]
    Storage {
        /// What was tried, for example `write`.
        action: &'static str,
        /// Where.
        path: String,
        /// What the storage answered.
        #[source]
        source: object_store::Error,
    },
    /// The file system refused.
    #[error("{action} {path}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: String,
        /// What the file system answered.
        #[source]
        source: std::io::Error,
    },
    /// The table format refused.
    #[error("{action} table {table}")]
    Table {
        /// What was tried, for example `commit to`.
        action: &'static str,
        /// The table.
        table: TableName,
        /// What the table format answered.
        #[source]
        source: Box<deltalake::DeltaTableError>,
    },
}

impl LakeError {
    /// The stable number under which the documentation explains the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotALake { .. } => "SC-2001",
            Self::FormatVersion { .. } => "SC-2002",
            Self::Damaged { .. } => "SC-2003",
            Self::TableName { .. } => "SC-2004",
            Self::Unsupported { .. } => "SC-2005",
            Self::Storage { .. } | Self::Io { .. } => "SC-2006",
            Self::Table { .. } => "SC-2007",
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotALake { .. } => Some(
                "run `shelfcast ingest` or `shelfcast run` in the project's folder first".into(),
            ),
            Self::FormatVersion { .. } => {
                Some("use the version of shelfcast that wrote it, or start a new lake".into())
            }
            Self::Storage { .. } | Self::Io { .. } => {
                Some("check that the folder exists, is writable and has free space".into())
            }
            _ => None,
        }
    }
}
