use crate::chunk_builder::{ChunkBuilder, Room, WideSlot};
use crate::delimited::{DelimitedRecords, bytes_before_line};
use crate::fixed::FixedRecords;
use crate::guard::guarded;
use crate::header::{self, Header};
use crate::input::{Container, Survey, open_bytes, recognise, survey};
use crate::records::{MAX_RECORD_BYTES, Records};
use crate::text::{TextBuffer, Utf8Text};
use crate::wide::WideHeaders;
use crate::{
    Compression, Encoding, FileFormat, FileProfile, ReadOptions, SourceError, TextChunk, columnar,
    dialect, workbook,
};
use std::path::Path;
use std::sync::Arc;

/// Reads a file in chunks of text rows, in bounded memory.
///
/// Delimited text (packed with gzip or zstd or not), workbooks and Parquet files
/// are told by their first bytes, whatever they are called; text of fixed width
/// is read when it is declared. Quotes follow RFC 4180 (doubled inside quotes);
/// line ends may be LF, CRLF or CR; blank lines are skipped. Iteration ends after
/// the first error.
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
    header: Header,
    names: Arc<[String]>,
    rows: Rows,
    records: Box<dyn Records>,
    chunk_rows: usize,
    room: Room,
    n_records: u64,
    finished: bool,
}

/// What the rows of a chunk are made of.
enum Rows {
    /// A record is a row; which field of it each column is.
    Records(Vec<usize>),
    /// A record is a row for each of some headers.
    Wide {
        headers: WideHeaders,
        slots: Vec<WideSlot>,
        /// The header that comes next of the record at hand.
        open: Option<usize>,
    },
}

/// A file of any format, opened.
struct Opened {
    profile: FileProfile,
    header: Header,
    records: Box<dyn Records>,
}

impl TextReader {
    /// Opens a file, finds out how it is written and reads its header.
    ///
    /// # Errors
    /// A file that cannot be opened, is empty, or is of no kind that is read.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, SourceError> {
        let label = options.label.clone().unwrap_or_else(|| path.display().to_string());
        let Opened { mut profile, header, records } = match format_of(path, &label, options)? {
            FileFormat::Delimited => open_delimited(path, &label, options)?,
            FileFormat::FixedWidth => open_fixed(path, &label, options)?,
            FileFormat::Excel => open_workbook(path, &label, options)?,
            FileFormat::Parquet => open_parquet(path, &label, options)?,
        };
        profile.headers.clone_from(&header.names);
        profile.duplicate_headers = header.duplicates();
        profile.header_text.clone_from(&header.text);
        Ok(Self {
            label: label.into(),
            names: header.names.clone().into(),
            rows: Rows::Records((0..header.names.len()).collect()),
            profile,
            header,
            records,
            chunk_rows: options.chunk_rows.max(1),
            room: Room::default(),
            n_records: 0,
            finished: false,
        })
    }

    /// How the file is written.
    pub fn profile(&self) -> &FileProfile {
        &self.profile
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// Keeps only some fields, under other names.
    pub(crate) fn project(&mut self, names: Vec<String>, projection: Vec<usize>) {
        self.names = names.into();
        self.rows = Rows::Records(projection);
    }

    /// Makes a row of each of some headers.
    pub(crate) fn widen(&mut self, names: Vec<String>, headers: WideHeaders, slots: Vec<WideSlot>) {
        self.names = names.into();
        self.rows = Rows::Wide { headers, slots, open: None };
    }

    pub(crate) fn set_chunk_rows(&mut self, rows: usize) {
        self.chunk_rows = rows.max(1);
    }

    fn next_chunk(&mut self) -> Result<Option<TextChunk>, SourceError> {
        let mut builder = match &self.rows {
            Rows::Records(projection) => ChunkBuilder::new(projection.len(), false, &self.room),
            Rows::Wide { slots, .. } => ChunkBuilder::new(slots.len(), true, &self.room),
        };
        while !builder.is_full(self.chunk_rows) && self.push_record(&mut builder)? {}
        if builder.rows() == 0 {
            return self.end();
        }
        let has_offsets = self.records.has_offsets();
        let chunk = builder.finish(self.label.clone(), self.names.clone(), has_offsets)?;
        self.room = Room::of(&chunk);
        Ok(Some(chunk))
    }

    /// Adds the rows of the next record, or those left of the last; `false` at the end.
    fn push_record(&mut self, builder: &mut ChunkBuilder) -> Result<bool, SourceError> {
        let is_open = matches!(&self.rows, Rows::Wide { open: Some(_), .. });
        if !is_open && !self.advance()? {
            return Ok(false);
        }
        let record = self.records.record();
        let expected = self.header.names.len();
        match &mut self.rows {
            Rows::Records(projection) => builder.push(&record, projection, expected),
            Rows::Wide { slots, open, .. } if record.n_fields() != expected => {
                builder.push_record_text(&record);
                builder.push_ragged(&record, slots, expected);
                *open = None;
            }
            Rows::Wide { headers, slots, open } => {
                let first = open.take().unwrap_or(0);
                let mut has_text = false;
                for (at, field) in headers.fields().iter().enumerate().skip(first) {
                    if builder.is_full(self.chunk_rows) {
                        *open = Some(at);
                        break;
                    }
                    let Some(value) = headers.value(record.field(field.field)) else { continue };
                    if !has_text {
                        builder.push_record_text(&record);
                        has_text = true;
                    }
                    builder.push_wide(&record, slots, field, value);
                }
            }
        }
        Ok(true)
    }

    /// Moves on to the next record that is data.
    fn advance(&mut self) -> Result<bool, SourceError> {
        loop {
            if !std::mem::take(&mut self.header.is_ahead) && !self.records.advance()? {
                return Ok(false);
            }
            if self.records.record().row >= self.header.first_row {
                self.n_records += 1;
                return Ok(true);
            }
        }
    }

    fn end(&self) -> Result<Option<TextChunk>, SourceError> {
        if self.n_records > 0 {
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

/// The declared format, or the one that the options imply, or the one of the first bytes.
fn format_of(path: &Path, label: &str, options: &ReadOptions) -> Result<FileFormat, SourceError> {
    if let Some(format) = options.format {
        return Ok(format);
    }
    if !options.fixed_width.is_empty() {
        return Ok(FileFormat::FixedWidth);
    }
    if options.sheet.is_some() {
        return Ok(FileFormat::Excel);
    }
    Ok(match recognise(path)? {
        Container::Text => FileFormat::Delimited,
        Container::Workbook => FileFormat::Excel,
        Container::Parquet => FileFormat::Parquet,
        Container::Archive(found) => {
            return Err(SourceError::Archive { file: label.to_owned(), found });
        }
    })
}

fn open_delimited(path: &Path, label: &str, options: &ReadOptions) -> Result<Opened, SourceError> {
    let survey = survey(path, label, options.encoding)?;
    let quote = options.quote.unwrap_or(b'"');
    let delimiter = options.delimiter.unwrap_or_else(|| {
        // Lines above the header are titles and cut differently.
        let first = options.header_rows.as_ref().and_then(|rows| rows.first()).copied();
        let first = first.or(options.first_row.filter(|_| options.header_rows.is_some()));
        let n_skipped = bytes_before_line(survey.sample.as_bytes(), first.unwrap_or(1));
        let table = survey.sample.get(n_skipped..).unwrap_or_default();
        dialect::sniff_delimiter(table, survey.sample_is_all, quote)
    });
    let buffer = open_text(path, label, &survey)?;
    let limit = options.max_record_bytes.min(MAX_RECORD_BYTES);
    let mut records = DelimitedRecords::new(buffer, delimiter, quote, limit);
    let header =
        header::read(&mut records, options.header_rows.as_deref(), options.first_row, label)?;
    let profile = text_profile(label, FileFormat::Delimited, delimiter, survey);
    Ok(Opened { profile, header, records: Box::new(records) })
}

fn open_fixed(path: &Path, label: &str, options: &ReadOptions) -> Result<Opened, SourceError> {
    let survey = survey(path, label, options.encoding)?;
    let buffer = open_text(path, label, &survey)?;
    let limit = options.max_record_bytes.min(MAX_RECORD_BYTES);
    let fields = options.fixed_width.clone();
    let written = fields.iter().map(|field| field.name.trim().to_owned()).collect();
    let mut records = FixedRecords::new(buffer, fields, limit);
    let mut header = Header::named(written, options.first_row.unwrap_or(1));
    // The names are declared; rows of headers are only told apart from data.
    if let Some(rows @ [_, ..]) = options.header_rows.as_deref() {
        let read = header::read(&mut records, Some(rows), options.first_row, label)?;
        header = Header { text: read.text, first_row: read.first_row, ..header };
    }
    let profile = text_profile(label, FileFormat::FixedWidth, b',', survey);
    Ok(Opened { profile, header, records: Box::new(records) })
}

fn open_text(path: &Path, label: &str, survey: &Survey) -> Result<TextBuffer, SourceError> {
    let (bytes, _) = open_bytes(path)?;
    let (encoding, block_bytes) = (survey.encoding, survey.block_bytes);
    Ok(TextBuffer::new(Utf8Text::in_blocks(bytes, encoding, label, block_bytes)))
}

fn open_workbook(path: &Path, label: &str, options: &ReadOptions) -> Result<Opened, SourceError> {
    // The whole sheet is read here, so nothing of the library is used later.
    let book = guarded(|| workbook::open(path, label, options.sheet.as_deref()));
    let mut book =
        book.map_err(|reason| SourceError::Workbook { file: label.to_owned(), reason })??;
    let rows = options.header_rows.as_deref();
    let header = header::read(&mut book.records, rows, options.first_row, label)?;
    let profile = FileProfile {
        sheets: book.sheets,
        sheet: Some(book.sheet),
        ..binary_profile(label, FileFormat::Excel)
    };
    Ok(Opened { profile, header, records: Box::new(book.records) })
}

fn open_parquet(path: &Path, label: &str, options: &ReadOptions) -> Result<Opened, SourceError> {
    let (records, names) = columnar::ParquetRecords::open(path, label)?;
    let written = names.iter().map(|name| name.trim().to_owned()).collect();
    let header = Header::named(written, options.first_row.unwrap_or(1));
    let profile = binary_profile(label, FileFormat::Parquet);
    let header = Header { text: csv_line(&names), ..header };
    Ok(Opened { profile, header, records: Box::new(records) })
}

fn csv_line(names: &[String]) -> String {
    let mut made = crate::records::MadeRecord::default();
    names.iter().for_each(|name| made.push(name.as_bytes()));
    String::from_utf8_lossy(made.record().text).into_owned()
}

fn text_profile(label: &str, format: FileFormat, delimiter: u8, survey: Survey) -> FileProfile {
    FileProfile {
        compression: survey.compression,
        encoding: survey.encoding,
        encoding_reason: survey.encoding_reason,
        delimiter,
        ..binary_profile(label, format)
    }
}

fn binary_profile(label: &str, format: FileFormat) -> FileProfile {
    FileProfile {
        label: label.to_owned(),
        format,
        compression: Compression::None,
        encoding: Encoding::Utf8,
        encoding_reason: "the format has its own".to_owned(),
        delimiter: b',',
        sheets: Vec::new(),
        sheet: None,
        headers: Vec::new(),
        duplicate_headers: Vec::new(),
        header_text: String::new(),
    }
}
