use crate::TableName;
use std::error::Error;
use std::io::ErrorKind;

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
    /// A lake of an older layout, which a writing command migrates.
    #[error("the lake in {location} has format {found}; this program reads format {supported}")]
    OldFormat {
        /// The folder.
        location: String,
        /// The format found.
        found: u64,
        /// The format this program reads and writes.
        supported: u64,
    },
    /// A place that no lake can be in.
    #[error("`{found}` is no place for a lake: {reason}")]
    Location {
        /// The place as configured.
        found: String,
        /// Why not.
        reason: String,
    },
    /// A store that replaces what must be new.
    #[error(
        "the store of {location} is not safe for a lake: it replaced a file that was to be made \
         only if it was not there"
    )]
    CarelessStore {
        /// The lake.
        location: String,
    },
    /// Another run published first.
    #[error("another run published {sequence} while this one worked; this one changed nothing")]
    PublishedMeanwhile {
        /// The publication.
        sequence: u64,
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
            Self::OldFormat { .. } => "SC-2008",
            Self::Location { .. } => "SC-2009",
            Self::CarelessStore { .. } => "SC-2010",
            Self::PublishedMeanwhile { .. } => "SC-2011",
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
            Self::OldFormat { .. } => Some(
                "run `shelfcast maintain` in the project's folder: it migrates the lake".into(),
            ),
            Self::Location { .. } => {
                Some("write a folder, or a URL such as s3://bucket/prefix".into())
            }
            Self::CarelessStore { .. } => Some(
                "use a store that honours `If-None-Match: *` on writes, or a local folder".into(),
            ),
            Self::PublishedMeanwhile { .. } => Some("run the command again".into()),
            Self::Storage { .. } | Self::Io { .. } => Some(FREE_SPACE.into()),
            Self::Table { source, .. } => disk_refusal(source).map(|_| FREE_SPACE.into()),
            _ => None,
        }
    }
}

/// What can be done about a folder that cannot be written.
const FREE_SPACE: &str = "check that the folder exists, is writable and has free space";

/// The answer of the operating system behind an error, where a disk is full, may not be written or is
/// not there to be written: none of it is the fault of what was being done.
pub fn disk_refusal<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e std::io::Error> {
    let Some(answer) = error.downcast_ref::<std::io::Error>() else {
        return disk_refusal(error.source()?);
    };
    match answer.kind() {
        ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::PermissionDenied => Some(answer),
        // What an answer wraps is not among its sources, only what that was caused by.
        _ => disk_refusal(answer.get_ref()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_found_behind_what_the_table_format_answers() {
        let full = || std::io::Error::from(ErrorKind::StorageFull);
        let stored = object_store::Error::Generic { store: "a disk", source: Box::new(full()) };
        let table = |source: object_store::Error| LakeError::Table {
            action: "commit to",
            table: "marts.abc".parse().unwrap(),
            source: Box::new(deltalake::DeltaTableError::ObjectStore { source }),
        };
        assert_eq!(table(stored).hint().as_deref(), Some(FREE_SPACE));
        let gone = std::io::Error::from(ErrorKind::NotFound);
        let gone = object_store::Error::Generic { store: "a disk", source: Box::new(gone) };
        assert_eq!(table(gone).hint(), None);
        let wrapped = std::io::Error::other(std::io::Error::other(full()));
        assert_eq!(disk_refusal(&wrapped).map(std::io::Error::kind), Some(ErrorKind::StorageFull));
    }
}
