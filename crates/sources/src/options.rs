use crate::{Compression, Encoding, FileFormat, FixedField};

/// How to read a file; the default finds everything out by itself.
///
/// ```
/// use shelfcast_sources::{ReadOptions, TextReader};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("report.csv");
/// # std::fs::write(&path, "Stock of May\nitem,units\n,pieces\nA1,6\n")?;
/// let options = ReadOptions { header_rows: Some(vec![2, 3]), ..ReadOptions::default() };
/// let reader = TextReader::open(&path, &options)?;
/// assert_eq!(reader.profile().headers, ["item", "units pieces"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// `None`: what the first bytes say; delimited text where they say nothing.
    /// Fixed width is read only when it is declared, here or by `fixed_width`.
    pub format: Option<FileFormat>,
    /// The byte between fields; `None`: the one of `,` `;` tab `|` that cuts most regularly.
    pub delimiter: Option<u8>,
    /// The byte around fields that hold a delimiter; `None`: `"`.
    pub quote: Option<u8>,
    /// The sheet of a workbook; `None`: the one with the most cells.
    pub sheet: Option<String>,
    /// The rows, from 1, that hold the headers; `None`: the first that is not
    /// blank. None at all: the columns are called `column 1` and so on.
    pub header_rows: Option<Vec<u64>>,
    /// The first row that holds data; `None`: the one after the headers.
    pub first_row: Option<u64>,
    /// The fields of a line of fixed width.
    pub fixed_width: Vec<FixedField>,
    /// `None`: the byte order mark, else UTF-8 if every byte fits, else windows-1252.
    pub encoding: Option<Encoding>,
    /// Rows of a chunk at most; 16 384 by default.
    pub chunk_rows: usize,
    /// Bytes of a record at most; 1 MiB by default, 1 GiB at most.
    pub max_record_bytes: usize,
    /// What messages and lineage call the file; `None`: its path.
    pub label: Option<String>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            delimiter: None,
            quote: None,
            sheet: None,
            header_rows: None,
            first_row: None,
            fixed_width: Vec::new(),
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
    /// How it holds its rows.
    pub format: FileFormat,
    /// Whether it is packed.
    pub compression: Compression,
    /// How its bytes stand for characters; UTF-8 for files that are no text.
    pub encoding: Encoding,
    /// Why that encoding.
    pub encoding_reason: String,
    /// The byte between fields; the comma for files that have none, because
    /// their rows are shown as CSV.
    pub delimiter: u8,
    /// The sheets of a workbook that hold tables, in its order; without a declared sheet
    /// those with cells alone.
    pub sheets: Vec<String>,
    /// The sheet that is read.
    pub sheet: Option<String>,
    /// The column names, blanks around them removed; a blank name becomes
    /// `column N`, the second `name` becomes `name (2)`.
    pub headers: Vec<String>,
    /// The names that the file gives to more than one column.
    pub duplicate_headers: Vec<String>,
    /// The header's records as written, one on a line; empty without a header.
    pub header_text: String,
}
