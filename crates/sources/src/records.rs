use crate::SourceError;

/// One record: its fields without quotes, its text as written, its place.
pub(crate) struct Record<'a> {
    /// Without the line end.
    pub(crate) text: &'a [u8],
    /// Fields that are no part of the text as it stands.
    pub(crate) unquoted: &'a [u8],
    pub(crate) spans: &'a [Span],
    /// Physical line on which it starts, from 1.
    pub(crate) row: u64,
    /// Byte at which it starts.
    pub(crate) offset: u64,
}

impl<'a> Record<'a> {
    pub(crate) fn n_fields(&self) -> usize {
        self.spans.len()
    }

    /// A field; nothing where the record has none.
    pub(crate) fn field(&self, index: usize) -> &'a [u8] {
        match self.spans.get(index) {
            Some(span) if span.is_unquoted => {
                &self.unquoted[span.start as usize..span.end as usize]
            }
            Some(span) => &self.text[span.start as usize..span.end as usize],
            None => b"",
        }
    }
}

/// Where a field stands: in the record's text, or in what was unquoted. Records
/// are below 4 GiB by [`MAX_RECORD_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) is_unquoted: bool,
}

/// No limit for a record may be above this.
pub(crate) const MAX_RECORD_BYTES: usize = 1 << 30;

/// The records of a file, one after the other.
pub(crate) trait Records: Send {
    /// Moves on to the next record that is not blank; `false` at the end.
    fn advance(&mut self) -> Result<bool, SourceError>;

    /// The record that was moved to.
    fn record(&self) -> Record<'_>;

    /// Whether a record's place is known to the byte.
    fn has_offsets(&self) -> bool {
        true
    }
}

/// A record that is put together rather than read: its text is its CSV form.
#[derive(Debug, Default)]
pub(crate) struct MadeRecord {
    fields: Vec<u8>,
    spans: Vec<Span>,
    text: Vec<u8>,
    pub(crate) row: u64,
}

impl MadeRecord {
    pub(crate) fn clear(&mut self) {
        self.fields.clear();
        self.spans.clear();
        self.text.clear();
    }

    /// Whether a field of so many bytes leaves the record below the limit of all records.
    pub(crate) fn has_room(&self, n_bytes: usize) -> bool {
        self.fields.len().saturating_add(n_bytes) <= MAX_RECORD_BYTES
    }

    pub(crate) fn push(&mut self, field: &[u8]) {
        if !self.spans.is_empty() {
            self.text.push(b',');
        }
        push_csv_field(&mut self.text, field);
        let start = self.fields.len() as u32;
        self.fields.extend_from_slice(field);
        self.spans.push(Span { start, end: self.fields.len() as u32, is_unquoted: true });
    }

    pub(crate) fn record(&self) -> Record<'_> {
        Record {
            text: &self.text,
            unquoted: &self.fields,
            spans: &self.spans,
            row: self.row,
            offset: 0,
        }
    }
}

/// Appends a field, in quotes where it needs them (RFC 4180).
fn push_csv_field(text: &mut Vec<u8>, field: &[u8]) {
    let needs_quotes = field.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
    if !needs_quotes {
        text.extend_from_slice(field);
        return;
    }
    text.push(b'"');
    for byte in field {
        if *byte == b'"' {
            text.push(b'"');
        }
        text.push(*byte);
    }
    text.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_put_together_is_a_csv_record() {
        let mut made = MadeRecord::default();
        for field in ["a", "", "b,c", "d\"e"] {
            made.push(field.as_bytes());
        }
        let record = made.record();
        assert_eq!(record.text, b"a,,\"b,c\",\"d\"\"e\"");
        assert_eq!(
            (record.n_fields(), record.field(3), record.field(4)),
            (4, &b"d\"e"[..], &b""[..])
        );
    }
}
