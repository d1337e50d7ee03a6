use crate::WriteTarget;
use crate::storable::storable_batch;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Result;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use parquet::arrow::AsyncArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use shelfcast_lake::DataFile;
use std::sync::Arc;

/// Rows after which a writer closes its row group: small enough that readers of sorted
/// tables can skip, large enough to compress.
const ROWS_PER_GROUP: usize = 131_072;

/// Bytes of a column's dictionary in a row group, above which values stand as they are.
const DICTIONARY_BYTES: usize = 128 * 1024;

/// Streams rows into one Parquet file of a table. Nothing is made for no rows.
pub struct TableWriter {
    schema: SchemaRef,
    target: WriteTarget,
    part: usize,
    writer: Option<AsyncArrowWriter<BufWriter>>,
}

impl TableWriter {
    /// A writer of file number `part` of the write that `target` names; `schema` is storable.
    pub fn new(schema: SchemaRef, target: WriteTarget, part: usize) -> Self {
        Self { schema, target, part, writer: None }
    }

    /// The columns of the file.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Adds rows.
    pub async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = storable_batch(batch, &self.schema)?;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            empty => empty.insert(open(&self.target, self.part, &self.schema)?),
        };
        Ok(writer.write(&batch).await?)
    }

    /// Closes the file and describes it; `None` when no row came.
    pub async fn finish(self) -> Result<Option<DataFile>> {
        let Some(mut writer) = self.writer else { return Ok(None) };
        let metadata = writer.finish().await?;
        let rows = metadata.file_metadata().num_rows().unsigned_abs();
        let size = writer.bytes_written() as u64;
        Ok(Some(DataFile { path: file_name(&self.target, self.part), size, rows }))
    }
}

fn file_name(target: &WriteTarget, part: usize) -> String {
    format!("part-{part:05}-{}.parquet", target.write_id)
}

fn open(
    target: &WriteTarget,
    part: usize,
    schema: &SchemaRef,
) -> Result<AsyncArrowWriter<BufWriter>> {
    let properties = properties(schema);
    let location = Path::from(format!("{}/{}", target.folder, file_name(target, part)));
    let sink = BufWriter::new(Arc::clone(&target.store), location);
    Ok(AsyncArrowWriter::try_new(sink, Arc::clone(schema), Some(properties))?)
}

/// Numbers that count up, days and instants are kept as differences: a dictionary of values that hardly
/// repeat costs more than all the rest of writing. Texts have one as long as it is small. Hashes
/// stand as they are; of them, and of the texts that say where a row came from, nobody asks a range.
fn properties(schema: &SchemaRef) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
        .set_dictionary_page_size_limit(DICTIONARY_BYTES);
    for field in schema.fields() {
        let column = ColumnPath::from(field.name().as_str());
        let is_lineage = field.name().starts_with('_');
        properties = match field.data_type() {
            DataType::Int64 if field.name().ends_with("_hash") => properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_compression(column.clone(), Compression::UNCOMPRESSED)
                .set_column_statistics_enabled(column, EnabledStatistics::None),
            DataType::Int64 | DataType::Date32 | DataType::Timestamp(..) => properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED),
            DataType::Utf8 if is_lineage => {
                properties.set_column_statistics_enabled(column, EnabledStatistics::None)
            }
            _ => properties,
        };
    }
    properties.build()
}
