use crate::{DataFile, TableName};
use arrow::datatypes::SchemaRef;

/// One version of one table: its columns and the files that hold its rows.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The table.
    pub table: TableName,
    /// The version.
    pub version: u64,
    /// The columns.
    pub schema: SchemaRef,
    /// The files, in the order in which they were written.
    pub files: Vec<DataFile>,
    /// The columns by which the rows of each file are sorted, ascending; empty when unknown.
    pub sorted_by: Vec<String>,
}

impl Snapshot {
    /// All rows of the version.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}
