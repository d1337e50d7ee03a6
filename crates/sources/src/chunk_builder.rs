use crate::chunk::{RaggedRow, RowTexts, TextChunk, TextColumn, TextColumnBuilder};
use crate::records::Record;
use crate::wide::WideField;
use crate::{Encoding, SourceError};
use std::sync::Arc;

/// A chunk is closed early when its text grows beyond this, so that memory stays bounded.
const MAX_CHUNK_BYTES: usize = 32 * 1024 * 1024;

/// What a column of a chunk of wide rows is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WideSlot {
    /// A field of the record.
    Field(usize),
    Name,
    Value,
    Position,
}

/// How much a chunk holds, so that the next one need not grow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    column_bytes: Vec<usize>,
    record_bytes: usize,
    rows: usize,
}

impl Room {
    /// Room for a chunk like `chunk`, with a sixteenth more text.
    pub(crate) fn of(chunk: &TextChunk) -> Self {
        let n_bytes = |column: &TextColumn| column.text().len() / 16 * 17;
        Self {
            column_bytes: chunk.columns.iter().map(n_bytes).collect(),
            record_bytes: n_bytes(&chunk.row_texts.records),
            rows: chunk.rows(),
        }
    }
}

/// Collects rows until they are a chunk.
#[derive(Default)]
pub(crate) struct ChunkBuilder {
    columns: Vec<TextColumnBuilder>,
    row_numbers: Vec<u64>,
    offsets: Vec<u64>,
    record_texts: TextColumnBuilder,
    /// The record of each row, and the header it was made of; only of wide rows.
    record_of: Vec<u32>,
    parts: Option<TextColumnBuilder>,
    ragged: Vec<RaggedRow>,
    n_repeated: usize,
}

impl ChunkBuilder {
    pub(crate) fn new(n_columns: usize, is_wide: bool, room: &Room) -> Self {
        let n_bytes = |column: usize| room.column_bytes.get(column).copied().unwrap_or(0);
        let builder = |n_bytes: usize| TextColumnBuilder::with_room(n_bytes, room.rows);
        Self {
            columns: (0..n_columns).map(|column| builder(n_bytes(column))).collect(),
            row_numbers: Vec::with_capacity(room.rows),
            offsets: Vec::with_capacity(room.rows),
            record_texts: builder(room.record_bytes),
            parts: is_wide.then(TextColumnBuilder::default),
            ..Self::default()
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.row_numbers.len()
    }

    pub(crate) fn is_full(&self, chunk_rows: usize) -> bool {
        self.rows() >= chunk_rows
            || self.record_texts.n_bytes() + self.n_repeated >= MAX_CHUNK_BYTES
    }

    /// Adds a record as a row.
    pub(crate) fn push(&mut self, record: &Record<'_>, projection: &[usize], expected: usize) {
        self.note_ragged(record, expected);
        for (column, &field) in self.columns.iter_mut().zip(projection) {
            column.push(record.field(field));
        }
        self.record_texts.push(record.text);
        self.row_numbers.push(record.row);
        self.offsets.push(record.offset);
    }

    /// Adds the text of a record whose rows follow.
    pub(crate) fn push_record_text(&mut self, record: &Record<'_>) {
        self.record_texts.push(record.text);
    }

    /// Adds a row of the record whose text was added last.
    pub(crate) fn push_wide(
        &mut self,
        record: &Record<'_>,
        slots: &[WideSlot],
        header: &WideField,
        value: &[u8],
    ) {
        for (column, slot) in self.columns.iter_mut().zip(slots) {
            let text = match slot {
                WideSlot::Field(field) => record.field(*field),
                WideSlot::Name => header.name.as_bytes(),
                WideSlot::Value => value,
                WideSlot::Position => header.position.as_bytes(),
            };
            self.n_repeated += text.len();
            column.push(text);
        }
        self.push_wide_place(record, header.part.as_bytes());
    }

    /// Adds the one row of a record whose fields cannot be told apart.
    pub(crate) fn push_ragged(&mut self, record: &Record<'_>, slots: &[WideSlot], expected: usize) {
        self.note_ragged(record, expected);
        for (column, slot) in self.columns.iter_mut().zip(slots) {
            match slot {
                WideSlot::Field(field) => column.push(record.field(*field)),
                _ => column.push(b""),
            }
        }
        self.push_wide_place(record, b"");
    }

    fn push_wide_place(&mut self, record: &Record<'_>, part: &[u8]) {
        if let Some(parts) = &mut self.parts {
            parts.push(part);
        }
        self.n_repeated += part.len();
        self.record_of.push((self.record_texts.len() - 1) as u32);
        self.row_numbers.push(record.row);
        self.offsets.push(record.offset);
    }

    fn note_ragged(&mut self, record: &Record<'_>, expected: usize) {
        let found = record.n_fields();
        if found != expected {
            self.ragged.push(RaggedRow { row: self.rows(), found, expected });
        }
    }

    pub(crate) fn finish(
        mut self,
        label: Arc<str>,
        names: Arc<[String]>,
        has_offsets: bool,
    ) -> Result<TextChunk, SourceError> {
        let first = self.offsets.first().copied().unwrap_or(0);
        let finished = |builder: &mut TextColumnBuilder| -> Result<TextColumn, SourceError> {
            // Records are cut from valid UTF-8 at ASCII bytes only.
            builder.finish().map_err(|error| SourceError::Encoding {
                file: label.to_string(),
                encoding: Encoding::Utf8.as_str(),
                offset: first,
                byte: error.as_bytes()[error.utf8_error().valid_up_to()],
            })
        };
        let columns = self.columns.iter_mut().map(finished).collect::<Result<_, _>>()?;
        let is_wide = self.parts.is_some();
        let parts = self.parts.as_mut().map(finished).transpose()?;
        let records = finished(&mut self.record_texts)?;
        let record_of = is_wide.then_some(self.record_of);
        Ok(TextChunk {
            names,
            columns,
            row_numbers: self.row_numbers,
            offsets: self.offsets,
            row_texts: RowTexts { records, record_of },
            ragged: self.ragged,
            unmatched: Vec::new(),
            parts,
            has_offsets,
            label,
        })
    }
}
