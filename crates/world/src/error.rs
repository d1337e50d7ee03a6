use std::path::PathBuf;

/// Why a world could not be made or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// A setting of [`crate::WorldConfig`] outside its range.
    #[error("setting `{setting}` is {found}; allowed are {allowed}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// The value as found.
        found: String,
        /// The values allowed.
        allowed: String,
    },
    /// A day that the history does not have.
    #[error("{found} is not a day of the history; allowed are {first} to {last}")]
    NoSuchDay {
        /// The day as given.
        found: shelfcast_retail::Day,
        /// The first day allowed.
        first: shelfcast_retail::Day,
        /// The last.
        last: shelfcast_retail::Day,
    },
    /// An output folder that already holds something.
    #[error("output folder `{}` is not empty: it holds `{entry}`; allowed are an empty or a new folder", folder.display())]
    FolderNotEmpty {
        /// The folder as given.
        folder: PathBuf,
        /// The name of one thing in it.
        entry: String,
    },
    /// An output path that is a file.
    #[error("output folder `{}` is a file; allowed are an empty or a new folder", folder.display())]
    NotAFolder {
        /// The path as given.
        folder: PathBuf,
    },
    /// Feeds and truth directed into one folder.
    #[error("folder `{}` is named for the feeds and for the truth; allowed are two folders, neither within the other", folder.display())]
    SameFolder {
        /// The folder as given.
        folder: PathBuf,
    },
    /// Options that do not go together.
    #[error("{what}; allowed is {allowed}")]
    Options {
        /// What was asked for.
        what: String,
        /// What is possible.
        allowed: &'static str,
    },
    /// The disk would be full before all is written.
    #[error("the files take about {needed} bytes and `{}` has {available} left", folder.display())]
    TooLarge {
        /// The output folder.
        folder: PathBuf,
        /// Bytes that the files take, at least.
        needed: u64,
        /// Bytes that are left.
        available: u64,
    },
    /// The disk is full.
    #[error("the disk is full: cannot {action} `{}`; what was written is removed", path.display())]
    DiskFull {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// Writing was asked to stop.
    #[error("stopped; what was written is removed")]
    Stopped,
    /// A file that is no truth of this program.
    #[error("{} is no truth of a simulated retailer: {problem}", path.display())]
    NotTruth {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Rows could not be made a record batch.
    #[cfg(feature = "arrow")]
    #[error("cannot make a record batch of {table}")]
    Arrow {
        /// The table.
        table: &'static str,
        /// What Arrow said.
        source: arrow::error::ArrowError,
    },
    /// A Parquet file could not be written.
    #[cfg(feature = "arrow")]
    #[error("cannot write a Parquet file of {table}")]
    Parquet {
        /// The table.
        table: &'static str,
        /// What the writer said.
        source: parquet::errors::ParquetError,
    },
    /// The file system refused.
    #[error("cannot {action} `{}`", path.display())]
    File {
        /// What was tried: `create`, `read`, `write`, `rename`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// A row could not be written as CSV.
    #[error("cannot write a row to `{}`", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: csv::Error,
    },
}

impl WorldError {
    /// The error's number, with a section of its own in `docs/errors.md`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Setting { .. } => "SC-5101",
            Self::NoSuchDay { .. } => "SC-5102",
            Self::FolderNotEmpty { .. } => "SC-5103",
            Self::NotAFolder { .. } => "SC-5104",
            Self::SameFolder { .. } => "SC-5105",
            Self::Options { .. } => "SC-5106",
            Self::TooLarge { .. } => "SC-5107",
            Self::DiskFull { .. } => "SC-5108",
            Self::Stopped => "SC-5109",
            Self::NotTruth { .. } => "SC-5111",
            #[cfg(feature = "arrow")]
            Self::Arrow { .. } | Self::Parquet { .. } => "SC-5001",
            Self::File { .. } | Self::Row { .. } => "SC-5001",
        }
    }

    /// What to do about it, where that can be said.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::FolderNotEmpty { .. } | Self::NotAFolder { .. } => {
                Some("name a folder that is empty or not there")
            }
            Self::SameFolder { .. } => {
                Some("the pipeline must not see the truth: name two folders")
            }
            Self::TooLarge { .. } => Some(
                "ask for fewer sales, compress with --compress zst, or write a part with --part",
            ),
            Self::NotTruth { .. } => Some("name the folder that `simulate --truth` wrote"),
            Self::DiskFull { .. } => Some("make room, or write to another disk"),
            Self::File { .. } | Self::Row { .. } => Some("check that the folder may be written to"),
            _ => None,
        }
    }

    /// A refusal of the file system, a full disk told apart.
    pub(crate) fn file(
        action: &'static str,
        path: &std::path::Path,
        source: std::io::Error,
    ) -> Self {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { action, path }
            }
            _ => Self::File { action, path, source },
        }
    }
}
