//! Tables as Parquet files that grow by one row group after the other.

use crate::csv_rows::Lines;
use crate::tables::Table;
use crate::{WorldError, arrow_rows};
use bytes::Bytes;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
use parquet::basic::Compression;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Dictionaries and statistics of a chunk, packed with Snappy.
fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .build()
}

/// The lines of a table as a Parquet file of one row group: the form in which places hand
/// over what they have written, whoever's turn it is.
pub(crate) fn encode(table: Table, lines: &Lines) -> Result<Vec<u8>, WorldError> {
    let batch = arrow_rows::batch(table, lines)?;
    let failed = |source| WorldError::Parquet { table: table.name(), source };
    let mut writer =
        ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties())).map_err(failed)?;
    writer.write(&batch).map_err(failed)?;
    writer.into_inner().map_err(failed)
}

/// A Parquet file under way.
pub(crate) struct ParquetFile {
    table: Table,
    writer: SerializedFileWriter<File>,
}

impl std::fmt::Debug for ParquetFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ParquetFile").field("table", &self.table).finish_non_exhaustive()
    }
}

impl ParquetFile {
    pub(crate) fn create(table: Table, path: &Path) -> Result<Self, WorldError> {
        let file = File::create(path).map_err(|source| WorldError::file("create", path, source))?;
        let failed = |source| WorldError::Parquet { table: table.name(), source };
        let schema = ArrowSchemaConverter::new().convert(&table.schema()).map_err(failed)?;
        let writer =
            SerializedFileWriter::new(file, schema.root_schema_ptr(), Arc::new(properties()))
                .map_err(failed)?;
        Ok(Self { table, writer })
    }

    /// Appends the row groups of a file made by [`encode`], as they are.
    pub(crate) fn append(&mut self, encoded: Vec<u8>) -> Result<(), WorldError> {
        let table = self.table;
        self.splice(Bytes::from(encoded)).map_err(|source| in_file(table, source))
    }

    fn splice(&mut self, encoded: Bytes) -> Result<(), ParquetError> {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&encoded)?;
        for row_group in metadata.row_groups() {
            let mut appended = self.writer.next_row_group()?;
            for column in row_group.columns() {
                let close = ColumnCloseResult {
                    bytes_written: column.compressed_size() as u64,
                    rows_written: row_group.num_rows() as u64,
                    metadata: column.clone(),
                    bloom_filter: None,
                    column_index: None,
                    offset_index: None,
                };
                appended.append_column(&encoded, close)?;
            }
            appended.close()?;
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(), WorldError> {
        let table = self.table;
        self.writer.close().map(|_| ()).map_err(|source| in_file(table, source))
    }
}

fn in_file(table: Table, source: ParquetError) -> WorldError {
    WorldError::Parquet { table: table.name(), source }
}
