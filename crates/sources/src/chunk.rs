use std::sync::Arc;

/// One column of text: all values in one buffer, with the end of each.
///
/// ```
/// use shelfcast_sources::TextColumn;
/// let column: TextColumn = ["6", "", "8"].into_iter().collect();
/// assert_eq!(column.value(2), "8");
/// assert_eq!(column.iter().filter(|text| text.is_empty()).count(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextColumn {
    text: String,
    ends: Vec<u32>,
}

impl TextColumn {
    /// Number of values.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The value of row `row`, as the file writes it, quotes and doubled quotes removed.
    ///
    /// # Panics
    /// When `row` is not below [`len`](Self::len).
    pub fn value(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        &self.text[start..self.ends[row] as usize]
    }

    /// The values in row order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let value = &self.text[start..*end as usize];
            start = *end as usize;
            value
        })
    }

    /// All values, one after the other: the buffer that Arrow arrays can be made of.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where in [`text`](Self::text) each value ends.
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    pub(crate) fn repeated(text: &str, rows: usize) -> Self {
        let length = text.len() as u32;
        Self { text: text.repeat(rows), ends: (1..=rows as u32).map(|row| row * length).collect() }
    }
}

impl<'a> FromIterator<&'a str> for TextColumn {
    fn from_iter<I: IntoIterator<Item = &'a str>>(values: I) -> Self {
        let mut builder = TextColumnBuilder::default();
        values.into_iter().for_each(|value| builder.push(value.as_bytes()));
        // The values were text, so their bytes are text.
        Self { text: String::from_utf8_lossy(&builder.bytes).into_owned(), ends: builder.ends }
    }
}

/// Collects bytes that are known to be cut from valid UTF-8 at ASCII bytes.
#[derive(Debug, Default)]
pub(crate) struct TextColumnBuilder {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl TextColumnBuilder {
    /// A builder with room for so much.
    pub(crate) fn with_room(n_bytes: usize, rows: usize) -> Self {
        Self { bytes: Vec::with_capacity(n_bytes), ends: Vec::with_capacity(rows) }
    }

    pub(crate) fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len() as u32);
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The finished column; the builder is empty and keeps no memory.
    pub(crate) fn finish(&mut self) -> Result<TextColumn, std::string::FromUtf8Error> {
        let text = String::from_utf8(std::mem::take(&mut self.bytes))?;
        Ok(TextColumn { text, ends: std::mem::take(&mut self.ends) })
    }
}

/// The record of each row as written; rows made of one record share its text.
///
/// ```
/// use shelfcast_sources::{ReadOptions, TextReader};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("sales.csv");
/// # std::fs::write(&path, "item,sold\nA1,6\n")?;
/// let chunk = TextReader::open(&path, &ReadOptions::default())?.next().expect("one chunk")?;
/// assert_eq!(chunk.row_texts().value(0), "A1,6");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowTexts {
    pub(crate) records: TextColumn,
    /// Which record each row was made of; `None`: row for row.
    pub(crate) record_of: Option<Vec<u32>>,
}

impl RowTexts {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.record_of.as_ref().map_or(self.records.len(), Vec::len)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The record of row `row`, without its line end.
    ///
    /// # Panics
    /// When `row` is not below [`len`](Self::len).
    pub fn value(&self, row: usize) -> &str {
        self.records.value(self.record_of.as_ref().map_or(row, |records| records[row] as usize))
    }

    /// The records in row order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|row| self.value(row))
    }
}

/// A record with more or fewer fields than the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RaggedRow {
    /// Index of the row in its chunk.
    pub row: usize,
    /// Fields of the record.
    pub found: usize,
    /// Fields of the header.
    pub expected: usize,
}

/// A row whose columns of another file are not known, because its key names none of that file's
/// rows, or several that differ; they are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmatchedRow {
    /// Index of the row in its chunk.
    pub row: usize,
    /// Whether a column that every row must have comes from there.
    pub is_needed: bool,
    /// The key, and what is wrong with it.
    pub found: String,
    /// What the key may be.
    pub allowed: String,
}

/// Some consecutive rows of a file as text, each with where it stands.
///
/// Rows with too few fields are filled with empty text and rows with too many
/// are cut; both are listed in [`ragged`](Self::ragged), and the record as
/// written is in [`row_texts`](Self::row_texts).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChunk {
    pub(crate) label: Arc<str>,
    pub(crate) names: Arc<[String]>,
    pub(crate) columns: Vec<TextColumn>,
    pub(crate) row_numbers: Vec<u64>,
    pub(crate) offsets: Vec<u64>,
    pub(crate) row_texts: RowTexts,
    pub(crate) ragged: Vec<RaggedRow>,
    pub(crate) unmatched: Vec<UnmatchedRow>,
    /// The wide header each row was made of; `None` when a row is a whole record.
    pub(crate) parts: Option<TextColumn>,
    pub(crate) has_offsets: bool,
}

impl TextChunk {
    /// What the file is called in messages and lineage.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.row_numbers.len()
    }

    /// Column names: a file's headers, or a feed's columns once mapped.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns, in the order of [`names`](Self::names).
    pub fn columns(&self) -> &[TextColumn] {
        &self.columns
    }

    /// The column called `name`.
    pub fn column(&self, name: &str) -> Option<&TextColumn> {
        let position = self.names.iter().position(|known| known == name)?;
        self.columns.get(position)
    }

    /// For each row the physical line, from 1, on which its record starts: in a
    /// workbook the row of the sheet, in a Parquet file the row of the file.
    pub fn row_numbers(&self) -> &[u64] {
        &self.row_numbers
    }

    /// For each row the byte at which its record starts, counted in the
    /// decompressed text as UTF-8: for a UTF-8 file this is the offset in the
    /// (decompressed) file itself, byte order mark included. Zero for files
    /// that have none, see [`has_offsets`](Self::has_offsets).
    pub fn offsets(&self) -> &[u64] {
        &self.offsets
    }

    /// Whether the file has byte offsets: workbooks and Parquet files have none.
    pub fn has_offsets(&self) -> bool {
        self.has_offsets
    }

    /// The header under which the value of row `row` stands, where a record gives several rows.
    pub fn part(&self, row: usize) -> Option<&str> {
        self.parts.as_ref().map(|parts| parts.value(row))
    }

    /// Each record as written, without its line end; of a workbook or a Parquet
    /// file its fields as a CSV record.
    pub fn row_texts(&self) -> &RowTexts {
        &self.row_texts
    }

    /// The rows whose number of fields differs from the header's.
    pub fn ragged(&self) -> &[RaggedRow] {
        &self.ragged
    }

    /// The rows that find nothing in a file that they are looked up in; of several such files a row
    /// may be listed with each.
    pub fn unmatched(&self) -> &[UnmatchedRow] {
        &self.unmatched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_in_order() {
        let values = ["a", "", "däß", "12"];
        let column: TextColumn = values.into_iter().collect();
        assert_eq!(column.iter().collect::<Vec<_>>(), values);
        assert_eq!(column.len(), 4);
    }

    #[test]
    fn a_repeated_constant_is_every_value() {
        let column = TextColumn::repeated("main", 3);
        assert_eq!(column.iter().collect::<Vec<_>>(), ["main"; 3]);
        assert!(TextColumn::repeated("", 2).iter().all(str::is_empty));
    }
}
