use crate::SourceError;
use crate::reader::Utf8Text;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// One record: its fields without quotes, its text as written, its place.
pub(crate) struct Record<'a> {
    fields: &'a [u8],
    ends: &'a [usize],
    /// Without the line end.
    pub(crate) text: &'a [u8],
    /// Physical line on which it starts, from 1.
    pub(crate) row: u64,
    /// Byte at which it starts.
    pub(crate) offset: u64,
}

impl<'a> Record<'a> {
    pub(crate) fn n_fields(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn field(&self, index: usize) -> &'a [u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.fields[start..self.ends[index]]
    }
}

/// Cuts text into records, refusing the ones that grow too long.
pub(crate) struct RecordSplitter {
    text: Utf8Text,
    splitter: Reader,
    /// Text that is not yet cut, from `consumed` on.
    buffer: Vec<u8>,
    consumed: usize,
    /// Bytes of text before the buffer.
    n_before: u64,
    /// Physical line at `consumed`, from 1.
    line: u64,
    at_end: bool,
    fields: Vec<u8>,
    ends: Vec<usize>,
    max_record_bytes: usize,
}

/// A record within the buffer.
struct Cut {
    start: usize,
    end: usize,
    n_fields: usize,
    row: u64,
}

impl RecordSplitter {
    pub(crate) fn new(text: Utf8Text, delimiter: u8, max_record_bytes: usize) -> Self {
        Self {
            text,
            splitter: ReaderBuilder::new().delimiter(delimiter).build(),
            buffer: Vec::new(),
            consumed: 0,
            n_before: 0,
            line: 1,
            at_end: false,
            fields: vec![0; 4096],
            ends: vec![0; 64],
            max_record_bytes,
        }
    }

    /// The next record that is not a blank line.
    pub(crate) fn next_record(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        let Some(cut) = self.cut_record()? else { return Ok(None) };
        let ends = &self.ends[..cut.n_fields];
        let n_bytes = ends.last().copied().unwrap_or(0);
        Ok(Some(Record {
            fields: &self.fields[..n_bytes],
            ends,
            text: &self.buffer[cut.start..cut.end],
            row: cut.row,
            offset: self.offset_of(cut.start),
        }))
    }

    fn cut_record(&mut self) -> Result<Option<Cut>, SourceError> {
        self.skip_line_ends()?;
        if self.consumed == self.buffer.len() {
            return Ok(None);
        }
        let row = self.line;
        // Where the splitter stands; the record itself starts at `consumed`.
        let mut position = self.consumed;
        let (mut n_bytes, mut n_fields) = (0, 0);
        loop {
            // The end of the text closes a record as a line end does.
            let at_end = self.at_end && position == self.buffer.len();
            let input = if at_end { b"\n" } else { &self.buffer[position..] };
            let (outcome, n_read, n_written, n_ended) = self.splitter.read_record(
                input,
                &mut self.fields[n_bytes..],
                &mut self.ends[n_fields..],
            );
            position += if at_end { 0 } else { n_read };
            n_bytes += n_written;
            n_fields += n_ended;
            if position - self.consumed > self.max_record_bytes {
                return Err(self.too_long(row));
            }
            match outcome {
                ReadRecordResult::Record => return Ok(Some(self.take(position, n_fields, row))),
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                // Inside quotes a line end is text like any other.
                ReadRecordResult::InputEmpty if at_end => return Err(self.unclosed(row)),
                ReadRecordResult::InputEmpty => {
                    position -= self.consumed;
                    self.refill()?;
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    /// Marks the record that ends at `position` as consumed.
    fn take(&mut self, position: usize, n_fields: usize, row: u64) -> Cut {
        let start = self.consumed;
        let text = &self.buffer[start..position];
        self.line = self.splitter.line();
        let n_line_end = text.iter().rev().take_while(|byte| is_line_end(**byte)).count();
        self.consumed = position;
        Cut { start, end: position - n_line_end, n_fields, row }
    }

    /// Drops line ends before a record, so that its place is where its text starts.
    fn skip_line_ends(&mut self) -> Result<(), SourceError> {
        loop {
            let rest = &self.buffer[self.consumed..];
            let n_skipped = rest.iter().take_while(|byte| is_line_end(**byte)).count();
            let skipped = &rest[..n_skipped];
            self.line += skipped.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.splitter.set_line(self.line);
            self.consumed += n_skipped;
            if self.consumed < self.buffer.len() || self.at_end {
                return Ok(());
            }
            self.refill()?;
        }
    }

    /// Moves the open record to the start of the buffer and appends text until some arrives.
    fn refill(&mut self) -> Result<(), SourceError> {
        self.buffer.drain(..self.consumed);
        self.n_before += self.consumed as u64;
        self.consumed = 0;
        let n_held = self.buffer.len();
        while self.buffer.len() == n_held {
            if !self.text.append(&mut self.buffer)? {
                self.at_end = true;
                break;
            }
        }
        Ok(())
    }

    fn offset_of(&self, index: usize) -> u64 {
        self.text.n_marked + self.n_before + index as u64
    }

    fn unclosed(&self, row: u64) -> SourceError {
        SourceError::UnclosedQuote {
            file: self.text.label().to_owned(),
            row,
            offset: self.offset_of(self.consumed),
        }
    }

    fn too_long(&self, row: u64) -> SourceError {
        SourceError::RecordTooLong {
            file: self.text.label().to_owned(),
            row,
            offset: self.offset_of(self.consumed),
            limit: self.max_record_bytes,
        }
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
