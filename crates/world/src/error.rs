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
    #[error("folder `{}` is named for the feeds and for the truth; allowed are two folders", folder.display())]
    SameFolder {
        /// The folder as given.
        folder: PathBuf,
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
