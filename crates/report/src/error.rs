use std::path::PathBuf;

use shelfcast_charts::ChartError;

/// Why a report could not be made.
///
/// Thin or odd data is never an error: the page says what is missing.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file or folder of the report could not be written.
    #[error("{} could not be written: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table could not be written as CSV.
    #[error("table {table} could not be written as CSV: {source}")]
    Table {
        /// The table's name.
        table: &'static str,
        /// What the CSV writer said.
        source: csv::Error,
    },
    /// A picture could not be turned into a PNG.
    #[error("picture {picture} could not be drawn: {source}")]
    Picture {
        /// The picture's name.
        picture: &'static str,
        /// What the renderer said.
        source: ChartError,
    },
    /// The page's template could not be filled.
    #[error("page could not be filled: {0}")]
    Page(#[from] minijinja::Error),
}
