use crate::records::{Record, Records, Span};
use crate::text::{TextBuffer, is_line_end};
use crate::{FixedField, SourceError};

/// Cuts lines into fields that have their places in the line.
///
/// Places are counted in characters, and blanks around a field are padding.
/// Writers often drop the blanks at the end of a line, so fields beyond its end
/// are empty; a line that ends before its first field does has no field at all,
/// and is told as ragged. Text between and after the fields is left alone.
pub(crate) struct FixedRecords {
    buffer: TextBuffer,
    fields: Vec<FixedField>,
    spans: Vec<Span>,
    row: u64,
    offset: u64,
    length: usize,
    max_record_bytes: usize,
}

impl FixedRecords {
    pub(crate) fn new(
        buffer: TextBuffer,
        fields: Vec<FixedField>,
        max_record_bytes: usize,
    ) -> Self {
        let spans = Vec::new();
        Self { buffer, fields, spans, row: 0, offset: 0, length: 0, max_record_bytes }
    }

    /// The bytes of the line at the start of the rest.
    fn line_length(&mut self) -> Result<usize, SourceError> {
        loop {
            let rest = self.buffer.rest();
            let length = rest.iter().position(|byte| is_line_end(*byte));
            let found = length.unwrap_or(rest.len());
            if found > self.max_record_bytes {
                return Err(self.too_long(found));
            }
            if length.is_some() || self.buffer.at_end() {
                return Ok(found);
            }
            self.buffer.grow()?;
        }
    }

    fn too_long(&self, found: usize) -> SourceError {
        let excerpt = &self.buffer.rest()[..found.min(4 * 1024)];
        SourceError::RecordTooLong {
            file: self.buffer.label().to_owned(),
            row: self.buffer.line(),
            offset: self.buffer.offset(),
            limit: self.max_record_bytes,
            quote_row: None,
            excerpt: String::from_utf8_lossy(excerpt).into(),
        }
    }

    fn cut(&mut self) {
        self.spans.clear();
        let line = self.buffer.last(self.length);
        let n_before_first = self.fields.iter().map(|field| field.start - 1).min().unwrap_or(0);
        let starts = (!line.is_ascii()).then(|| character_starts(line));
        let byte_of = |character: usize| match &starts {
            None => character.min(line.len()),
            Some(starts) => starts.get(character).copied().unwrap_or(line.len()),
        };
        if byte_of(n_before_first) == line.len() {
            return;
        }
        for field in &self.fields {
            let start = byte_of(field.start - 1);
            let end = byte_of((field.start - 1).saturating_add(field.width));
            let text = &line[start..end];
            let start = start + text.len() - text.trim_ascii_start().len();
            let length = text.trim_ascii().len();
            let (start, end) = (start as u32, (start + length) as u32);
            self.spans.push(Span { start, end, is_unquoted: false });
        }
    }
}

/// The byte at which each character of UTF-8 text starts.
fn character_starts(line: &[u8]) -> Vec<usize> {
    let starts = line.iter().enumerate().filter(|(_, byte)| **byte & 0b1100_0000 != 0b1000_0000);
    starts.map(|(at, _)| at).collect()
}

impl Records for FixedRecords {
    fn advance(&mut self) -> Result<bool, SourceError> {
        loop {
            if !self.buffer.skip_line_ends()? {
                return Ok(false);
            }
            self.length = self.line_length()?;
            self.row = self.buffer.line();
            self.offset = self.buffer.offset();
            self.buffer.consume(self.length, 0);
            if !self.buffer.last(self.length).trim_ascii().is_empty() {
                self.cut();
                return Ok(true);
            }
        }
    }

    fn record(&self) -> Record<'_> {
        Record {
            text: self.buffer.last(self.length),
            unquoted: b"",
            spans: &self.spans,
            row: self.row,
            offset: self.offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Encoding;
    use crate::text::Utf8Text;
    use proptest::prelude::*;

    /// Fields of the characters 2-3 and 5-6, with the place of each line.
    fn records(text: &str, block_bytes: usize) -> Vec<(u64, u64, Vec<String>)> {
        let bytes = Box::new(std::io::Cursor::new(text.to_owned().into_bytes()));
        let text = Utf8Text::in_blocks(bytes, Encoding::Utf8, "in.txt", block_bytes);
        let field = |name: &str, start| FixedField { name: name.to_owned(), start, width: 2 };
        let fields = vec![field("a", 2), field("b", 5)];
        let mut records = FixedRecords::new(TextBuffer::new(text), fields, 1 << 20);
        let mut found = Vec::new();
        while records.advance().unwrap() {
            let record = records.record();
            let text = |at| String::from_utf8(record.field(at).to_vec()).unwrap();
            found.push((record.row, record.offset, vec![text(0), text(1)]));
        }
        found
    }

    proptest! {
        #[test]
        fn fields_are_characters_in_blocks_of_any_size(text in "[a-c \u{e9}\n\r]{0,60}", block in 1_usize..9) {
            let found = records(&text, 1 << 16);
            prop_assert_eq!(&records(&text, block), &found);
            let lines: Vec<&str> =
                text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).collect();
            prop_assert_eq!(found.len(), lines.len());
            for ((_, offset, fields), line) in found.iter().zip(lines) {
                prop_assert!(text[*offset as usize..].starts_with(line));
                let part = |start| {
                    line.chars().skip(start).take(2).collect::<String>().trim().to_owned()
                };
                prop_assert_eq!(fields, &[part(1), part(4)]);
            }
        }
    }
}
