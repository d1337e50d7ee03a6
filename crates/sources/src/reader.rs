use crate::chunk::{RaggedRow, TextChunk, TextColumnBuilder};
use crate::encoding::Transcoder;
use crate::input::{BLOCK_BYTES, Compression, open_bytes, read_block, survey};
use crate::records::{Record, RecordSplitter};
use crate::{Encoding, SourceError, dialect};
use std::path::Path;
use std::sync::Arc;

/// A chunk is closed early when its text grows beyond this, so that memory stays bounded.
const MAX_CHUNK_BYTES: usize = 32 * 1024 * 1024;

/// How to read a delimited file; the default finds everything out by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// The byte between fields; `None`: the one of `,` `;` tab `|` that cuts most regularly.
    pub delimiter: Option<u8>,
    /// `None`: the byte order mark, else UTF-8 if every byte fits, else windows-1252.
    pub encoding: Option<Encoding>,
    /// Rows of a chunk at most; 16 384 by default.
    pub chunk_rows: usize,
    /// Bytes of a record at most; 1 MiB by default.
    pub max_record_bytes: usize,
    /// What messages and lineage call the file; `None`: its path.
    pub label: Option<String>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            encoding: None,
            chunk_rows: 16 * 1024,
            max_record_bytes: 1024 * 1024,
            label: None,
        }
    }
}

/// What was found out about a file before its first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProfile {
    /// What messages and lineage call the file.
    pub label: String,
    /// Whether it is packed.
    pub compression: Compression,
    /// How its bytes stand for characters.
    pub encoding: Encoding,
    /// Why that encoding.
    pub encoding_reason: String,
    /// The byte between fields.
    pub delimiter: u8,
    /// The column names, blanks around them removed; a blank name becomes `column N`.
    pub headers: Vec<String>,
}

/// Reads a delimited text file in chunks of text rows, in bounded memory.
///
/// Quotes follow RFC 4180 (doubled inside quotes); line ends may be LF, CRLF or
/// CR; blank lines are skipped. Iteration ends after the first error.
///
/// ```
/// use shelfcast_sources::{ReadOptions, TextReader};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("sales.csv");
/// # std::fs::write(&path, "item;sold\nA1;6\nB2;8\n")?;
/// let mut reader = TextReader::open(&path, &ReadOptions::default())?;
/// assert_eq!(reader.profile().delimiter, b';');
/// let chunk = reader.next().expect("one chunk")?;
/// assert_eq!(chunk.column("sold").expect("a column").value(1), "8");
/// assert_eq!(chunk.row_numbers(), [2, 3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TextReader {
    label: Arc<str>,
    profile: FileProfile,
    names: Arc<[String]>,
    /// Which field of a record each column of a chunk is.
    projection: Vec<usize>,
    splitter: RecordSplitter,
    chunk_rows: usize,
    n_rows: u64,
    finished: bool,
}

impl TextReader {
    /// Opens a file, finds out how it is written and reads its header.
    ///
    /// # Errors
    /// A file that cannot be opened, is empty or binary, or names a column twice.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, SourceError> {
        let label = options.label.clone().unwrap_or_else(|| path.display().to_string());
        let survey = survey(path, &label, options.encoding)?;
        let delimiter = options
            .delimiter
            .unwrap_or_else(|| dialect::sniff_delimiter(&survey.sample, survey.sample_is_all));
        let (bytes, _) = open_bytes(path)?;
        let text = Utf8Text::new(bytes, survey.encoding, &label);
        let mut splitter = RecordSplitter::new(text, delimiter, options.max_record_bytes);
        let headers = read_headers(&mut splitter, &label)?;
        let profile = FileProfile {
            label: label.clone(),
            compression: survey.compression,
            encoding: survey.encoding,
            encoding_reason: survey.encoding_reason,
            delimiter,
            headers,
        };
        Ok(Self {
            label: label.into(),
            names: profile.headers.clone().into(),
            projection: (0..profile.headers.len()).collect(),
            profile,
            splitter,
            chunk_rows: options.chunk_rows.max(1),
            n_rows: 0,
            finished: false,
        })
    }

    /// How the file is written.
    pub fn profile(&self) -> &FileProfile {
        &self.profile
    }

    /// Keeps only some fields, under other names.
    pub(crate) fn project(&mut self, names: Vec<String>, projection: Vec<usize>) {
        self.names = names.into();
        self.projection = projection;
    }

    pub(crate) fn set_chunk_rows(&mut self, rows: usize) {
        self.chunk_rows = rows.max(1);
    }

    fn next_chunk(&mut self) -> Result<Option<TextChunk>, SourceError> {
        let mut builder = ChunkBuilder::new(self.projection.len());
        let expected = self.profile.headers.len();
        while builder.row_numbers.len() < self.chunk_rows && builder.n_bytes < MAX_CHUNK_BYTES {
            let Some(record) = self.splitter.next_record()? else { break };
            builder.push(&record, &self.projection, expected);
        }
        let n_rows = builder.row_numbers.len();
        if n_rows == 0 {
            return self.end();
        }
        self.n_rows += n_rows as u64;
        builder.finish(self.label.clone(), self.names.clone()).map(Some)
    }

    fn end(&self) -> Result<Option<TextChunk>, SourceError> {
        if self.n_rows > 0 {
            return Ok(None);
        }
        let headers = self.profile.headers.len();
        Err(SourceError::HeaderOnly { file: self.label.to_string(), headers })
    }
}

impl Iterator for TextReader {
    type Item = Result<TextChunk, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let chunk = self.next_chunk().transpose();
        self.finished = !matches!(chunk, Some(Ok(_)));
        chunk
    }
}

fn read_headers(splitter: &mut RecordSplitter, label: &str) -> Result<Vec<String>, SourceError> {
    let Some(record) = splitter.next_record()? else {
        return Err(SourceError::Empty { file: label.to_owned() });
    };
    let mut headers: Vec<String> = Vec::with_capacity(record.n_fields());
    for field in 0..record.n_fields() {
        let name = String::from_utf8_lossy(record.field(field)).trim().to_owned();
        let name = if name.is_empty() { format!("column {}", field + 1) } else { name };
        if let Some(first) = headers.iter().position(|known| *known == name) {
            return Err(SourceError::DuplicateHeader {
                file: label.to_owned(),
                header: name,
                first: first + 1,
                second: field + 1,
            });
        }
        headers.push(name);
    }
    Ok(headers)
}

#[derive(Default)]
struct ChunkBuilder {
    columns: Vec<TextColumnBuilder>,
    row_numbers: Vec<u64>,
    offsets: Vec<u64>,
    row_texts: TextColumnBuilder,
    ragged: Vec<RaggedRow>,
    n_bytes: usize,
}

impl ChunkBuilder {
    fn new(n_columns: usize) -> Self {
        let columns = (0..n_columns).map(|_| TextColumnBuilder::default()).collect();
        Self { columns, ..Self::default() }
    }

    fn push(&mut self, record: &Record<'_>, projection: &[usize], expected: usize) {
        let found = record.n_fields();
        if found != expected {
            self.ragged.push(RaggedRow { row: self.row_numbers.len(), found, expected });
        }
        for (column, &field) in self.columns.iter_mut().zip(projection) {
            column.push(if field < found { record.field(field) } else { b"" });
        }
        self.row_texts.push(record.text);
        self.row_numbers.push(record.row);
        self.offsets.push(record.offset);
        self.n_bytes = self.row_texts.n_bytes();
    }

    fn finish(mut self, label: Arc<str>, names: Arc<[String]>) -> Result<TextChunk, SourceError> {
        let first = self.offsets.first().copied().unwrap_or(0);
        // The splitter was given valid UTF-8 and cuts at ASCII bytes only.
        let not_text = |file: &Arc<str>, error: std::string::FromUtf8Error| SourceError::Encoding {
            file: file.to_string(),
            encoding: Encoding::Utf8.as_str(),
            offset: first,
            byte: error.as_bytes()[error.utf8_error().valid_up_to()],
        };
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            columns.push(column.finish().map_err(|error| not_text(&label, error))?);
        }
        let row_texts = self.row_texts.finish().map_err(|error| not_text(&label, error))?;
        Ok(TextChunk {
            label,
            names,
            columns,
            row_numbers: self.row_numbers,
            offsets: self.offsets,
            row_texts,
            ragged: self.ragged,
        })
    }
}

/// The text of a file as UTF-8, block by block.
pub(crate) struct Utf8Text {
    bytes: Box<dyn std::io::Read + Send>,
    transcoder: Transcoder,
    encoding: Encoding,
    block: Vec<u8>,
    label: String,
    n_read: u64,
    /// Bytes of a mark at the start that are no text but count in offsets.
    pub(crate) n_marked: u64,
    finished: bool,
}

impl Utf8Text {
    fn new(bytes: Box<dyn std::io::Read + Send>, encoding: Encoding, label: &str) -> Self {
        Self {
            bytes,
            transcoder: Transcoder::new(encoding),
            encoding,
            block: vec![0; BLOCK_BYTES],
            label: label.to_owned(),
            n_read: 0,
            n_marked: 0,
            finished: false,
        }
    }

    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    /// Appends the next block to `text`; `false` when there is none.
    pub(crate) fn append(&mut self, text: &mut Vec<u8>) -> Result<bool, SourceError> {
        if self.finished {
            return Ok(false);
        }
        let n_read = read_block(&mut *self.bytes, &mut self.block).map_err(|source| {
            SourceError::Read { file: self.label.clone(), offset: self.n_read, source }
        })?;
        self.finished = n_read < self.block.len();
        let skipped = if self.n_read == 0 { self.skip_mark(n_read) } else { 0 };
        self.n_read += n_read as u64;
        let block = &self.block[skipped..n_read];
        self.transcoder.push(block, self.finished, text).map_err(|invalid| {
            SourceError::Encoding {
                file: self.label.clone(),
                encoding: self.encoding.as_str(),
                offset: invalid.offset + skipped_before(self.encoding, self.n_marked),
                byte: invalid.byte,
            }
        })?;
        Ok(true)
    }

    fn skip_mark(&mut self, n_read: usize) -> usize {
        let mark = Encoding::of_mark(&self.block[..n_read]);
        let length =
            mark.filter(|(marked, _)| *marked == self.encoding).map_or(0, |(_, length)| length);
        self.n_marked = if self.encoding == Encoding::Utf8 { length as u64 } else { 0 };
        length
    }
}

/// Bytes before the text that the transcoder has not seen.
fn skipped_before(encoding: Encoding, n_marked: u64) -> u64 {
    if encoding == Encoding::Utf8 { n_marked } else { 2 }
}
