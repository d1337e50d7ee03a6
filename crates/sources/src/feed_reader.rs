use crate::chunk::{TextChunk, TextColumn, TextColumnBuilder};
use crate::error::nearest;
use crate::{ColumnSource, FileProfile, SourceError, SourceSpec, TextReader};
use std::path::Path;
use std::sync::Arc;

/// Reads one file as rows of one feed: the columns are called as the feed
/// calls them and stand in its order; unmapped ones are left out.
///
/// ```
/// use shelfcast_retail::Feed;
/// use shelfcast_sources::{ColumnSource, FeedReader, SourceSpec};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("train.csv");
/// # std::fs::write(&path, "date,item,sales\n2013-01-01,1,13\n")?;
/// let spec = SourceSpec::new(Feed::Sales)
///     .with_column("sale_id", ColumnSource::RowKey)
///     .with_column("sold_at", ColumnSource::header("date"))
///     .with_column("product_id", ColumnSource::header("item"))
///     .with_column("quantity", ColumnSource::header("sales"));
/// let chunk = FeedReader::open(&spec, &path, "train.csv")?.next().expect("one chunk")?;
/// assert_eq!(chunk.names(), ["sale_id", "sold_at", "product_id", "quantity"]);
/// assert_eq!(chunk.column("sale_id").expect("mapped").value(0), "train.csv:2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FeedReader {
    reader: TextReader,
    names: Arc<[String]>,
    origins: Vec<Origin>,
}

/// Where a column of the feed's chunk is made of.
enum Origin {
    /// The next column of the file's projected chunk.
    File,
    Constant(String),
    RowKey,
}

impl FeedReader {
    /// Opens `path` as `spec` describes it. `label` is what messages and
    /// lineage call the file: best its path relative to the configuration, so
    /// that the same data gives the same rows in any folder.
    ///
    /// # Errors
    /// Those of [`TextReader::open`] and [`SourceSpec::validate`], and headers
    /// that the file does not have.
    pub fn open(spec: &SourceSpec, path: &Path, label: &str) -> Result<Self, SourceError> {
        spec.validate()?;
        let mut reader = TextReader::open(path, &spec.read_options(label)?)?;
        let (mut names, mut origins) = (Vec::new(), Vec::new());
        let (mut file_names, mut projection) = (Vec::new(), Vec::new());
        for column in spec.feed.columns() {
            let Some(source) = spec.columns.get(column.name) else { continue };
            names.push(column.name.to_owned());
            origins.push(match source {
                ColumnSource::Column { header, .. } => {
                    projection.push(find_header(reader.profile(), spec, column.name, header)?);
                    file_names.push(column.name.to_owned());
                    Origin::File
                }
                ColumnSource::Constant(text) => Origin::Constant(text.clone()),
                ColumnSource::RowKey => Origin::RowKey,
            });
        }
        reader.project(file_names, projection);
        Ok(Self { reader, names: names.into(), origins })
    }

    /// Rows of a chunk at most.
    #[must_use]
    pub fn with_chunk_rows(mut self, rows: usize) -> Self {
        self.reader.set_chunk_rows(rows);
        self
    }

    /// How the file is written.
    pub fn profile(&self) -> &FileProfile {
        self.reader.profile()
    }

    fn canonical(&self, mut chunk: TextChunk) -> TextChunk {
        let rows = chunk.rows();
        let mut from_file = std::mem::take(&mut chunk.columns).into_iter();
        let columns = self.origins.iter().map(|origin| match origin {
            Origin::File => from_file.next().unwrap_or_default(),
            Origin::Constant(text) => TextColumn::repeated(text, rows),
            Origin::RowKey => row_keys(&chunk),
        });
        let columns = columns.collect();
        TextChunk { names: self.names.clone(), columns, ..chunk }
    }
}

impl Iterator for FeedReader {
    type Item = Result<TextChunk, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = self.reader.next()?;
        Some(chunk.map(|chunk| self.canonical(chunk)))
    }
}

fn row_keys(chunk: &TextChunk) -> TextColumn {
    let mut builder = TextColumnBuilder::default();
    let mut key = String::new();
    for row in chunk.row_numbers() {
        key.clear();
        key.push_str(chunk.label());
        key.push(':');
        key.push_str(&row.to_string());
        builder.push(key.as_bytes());
    }
    // Keys are text, so the builder holds text.
    builder.finish().unwrap_or_default()
}

fn find_header(
    profile: &FileProfile,
    spec: &SourceSpec,
    column: &str,
    header: &str,
) -> Result<usize, SourceError> {
    let found = profile.headers.iter().position(|known| known == header.trim());
    found.ok_or_else(|| SourceError::MissingHeader {
        file: profile.label.clone(),
        target: format!("{}.{column}", spec.feed),
        header: header.to_owned(),
        found: profile.headers.join(", "),
        nearest: nearest(header, profile.headers.iter().map(String::as_str)),
    })
}
