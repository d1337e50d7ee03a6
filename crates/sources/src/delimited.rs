use crate::SourceError;
use crate::records::{Record, Records, Span};
use crate::text::{TextBuffer, count_line_ends, is_line_end};

/// Bytes of a refused record that its error keeps.
const EXCERPT_BYTES: usize = 4 * 1024;

/// Cuts delimited text into records, refusing the ones that grow too long.
///
/// Quotes follow RFC 4180; where a file does not, they are read as the `csv`
/// crate reads them: a quote inside a field that does not begin with one is text,
/// and so is what follows a closing quote.
pub(crate) struct DelimitedRecords {
    buffer: TextBuffer,
    delimiter: u8,
    quote: u8,
    /// The bytes that end a field without quotes.
    ends_field: [bool; 256],
    spans: Vec<Span>,
    unquoted: Vec<u8>,
    row: u64,
    offset: u64,
    length: usize,
    max_record_bytes: usize,
}

/// What the start of the rest is.
enum Cut {
    /// A record of so many bytes, line end excluded.
    Whole { length: usize, has_quotes: bool },
    /// More text is needed; the quote that is open starts at a byte.
    Open { quote: Option<usize> },
}

impl DelimitedRecords {
    pub(crate) fn new(
        buffer: TextBuffer,
        delimiter: u8,
        quote: u8,
        max_record_bytes: usize,
    ) -> Self {
        let mut ends_field = [false; 256];
        for byte in [delimiter, b'\n', b'\r'] {
            ends_field[usize::from(byte)] = true;
        }
        Self {
            buffer,
            delimiter,
            quote,
            ends_field,
            spans: Vec::new(),
            unquoted: Vec::new(),
            row: 0,
            offset: 0,
            length: 0,
            max_record_bytes,
        }
    }

    /// Looks for the end of the record at the start of the rest.
    fn cut(&mut self) -> Cut {
        let text = self.buffer.rest();
        let at_end = self.buffer.at_end();
        self.spans.clear();
        self.unquoted.clear();
        let mut has_quotes = false;
        let mut start = 0;
        loop {
            let end = if text.get(start) == Some(&self.quote) {
                has_quotes = true;
                let field = Quoted { text, start, quote: self.quote, ends_field: &self.ends_field };
                let Some((span, end)) = field.read(at_end, &mut self.unquoted) else {
                    return Cut::Open { quote: Some(start) };
                };
                self.spans.push(span);
                end
            } else {
                let Some(end) = field_end(text, start, &self.ends_field, at_end) else {
                    return Cut::Open { quote: None };
                };
                self.spans.push(Span { start: start as u32, end: end as u32, is_unquoted: false });
                end
            };
            if text.get(end) != Some(&self.delimiter) {
                return Cut::Whole { length: end, has_quotes };
            }
            start = end + 1;
        }
    }

    fn take(&mut self, length: usize, has_quotes: bool) {
        self.row = self.buffer.line();
        self.offset = self.buffer.offset();
        self.length = length;
        // Only between quotes can a record hold a line end.
        let n_lines = if has_quotes { count_line_ends(&self.buffer.rest()[..length]) } else { 0 };
        self.buffer.consume(length, n_lines);
    }

    fn excerpt(&self) -> Box<str> {
        let rest = self.buffer.rest();
        String::from_utf8_lossy(&rest[..rest.len().min(EXCERPT_BYTES)]).into()
    }

    fn line_of(&self, position: usize) -> u64 {
        self.buffer.line() + count_line_ends(&self.buffer.rest()[..position])
    }

    fn unclosed(&self, quote: usize) -> SourceError {
        SourceError::UnclosedQuote {
            file: self.buffer.label().to_owned(),
            row: self.buffer.line(),
            offset: self.buffer.offset(),
            quote_row: self.line_of(quote),
            excerpt: self.excerpt(),
        }
    }

    fn too_long(&self, quote: Option<usize>) -> SourceError {
        SourceError::RecordTooLong {
            file: self.buffer.label().to_owned(),
            row: self.buffer.line(),
            offset: self.buffer.offset(),
            limit: self.max_record_bytes,
            quote_row: quote.map(|position| self.line_of(position)),
            excerpt: self.excerpt(),
        }
    }
}

impl Records for DelimitedRecords {
    fn advance(&mut self) -> Result<bool, SourceError> {
        if !self.buffer.skip_line_ends()? {
            return Ok(false);
        }
        loop {
            match self.cut() {
                Cut::Whole { length, .. } if length > self.max_record_bytes => {
                    return Err(self.too_long(None));
                }
                Cut::Whole { length, has_quotes } => {
                    self.take(length, has_quotes);
                    return Ok(true);
                }
                Cut::Open { quote } if self.buffer.rest().len() > self.max_record_bytes => {
                    return Err(self.too_long(quote));
                }
                // The end of the text ends a field, so only a quote can be open there.
                Cut::Open { quote } if self.buffer.at_end() => {
                    return Err(self.unclosed(quote.unwrap_or(0)));
                }
                Cut::Open { .. } => self.buffer.grow()?,
            }
        }
    }

    fn record(&self) -> Record<'_> {
        Record {
            text: self.buffer.last(self.length),
            unquoted: &self.unquoted,
            spans: &self.spans,
            row: self.row,
            offset: self.offset,
        }
    }
}

/// Where the field without quotes that starts at `start` ends.
fn field_end(text: &[u8], start: usize, ends_field: &[bool; 256], at_end: bool) -> Option<usize> {
    let length = text[start..].iter().position(|byte| ends_field[usize::from(*byte)]);
    match length {
        Some(length) => Some(start + length),
        None => at_end.then_some(text.len()),
    }
}

/// A field that begins with a quote.
struct Quoted<'a> {
    text: &'a [u8],
    start: usize,
    quote: u8,
    ends_field: &'a [bool; 256],
}

impl Quoted<'_> {
    /// Its value and where it ends; `None` when the text ends before it.
    fn read(&self, at_end: bool, unquoted: &mut Vec<u8>) -> Option<(Span, usize)> {
        let made_from = unquoted.len();
        let mut from = self.start + 1;
        loop {
            let length = self.text[from..].iter().position(|byte| *byte == self.quote)?;
            let close = from + length;
            match self.text.get(close + 1) {
                None if !at_end => return None,
                Some(next) if *next == self.quote => {
                    unquoted.extend_from_slice(&self.text[from..=close]);
                    from = close + 2;
                }
                Some(next) if !self.ends_field[usize::from(*next)] => {
                    unquoted.extend_from_slice(&self.text[from..close]);
                    let end = field_end(self.text, close + 1, self.ends_field, at_end)?;
                    unquoted.extend_from_slice(&self.text[close + 1..end]);
                    return Some((span(made_from, unquoted.len(), true), end));
                }
                // Nothing was doubled, so the value stands in the text as it is.
                _ if unquoted.len() == made_from => {
                    return Some((span(from, close, false), close + 1));
                }
                _ => {
                    unquoted.extend_from_slice(&self.text[from..close]);
                    return Some((span(made_from, unquoted.len(), true), close + 1));
                }
            }
        }
    }
}

fn span(start: usize, end: usize, is_unquoted: bool) -> Span {
    Span { start: start as u32, end: end as u32, is_unquoted }
}

/// The bytes of the first lines of `text` before line `line`, from 1.
pub(crate) fn bytes_before_line(text: &[u8], line: u64) -> usize {
    let mut at = 0;
    for _ in 1..line {
        let Some(length) = text[at..].iter().position(|byte| is_line_end(*byte)) else { break };
        at += length + 1;
        if text[at - 1] == b'\r' && text.get(at) == Some(&b'\n') {
            at += 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Encoding;
    use crate::text::Utf8Text;
    use csv_core::{ReadRecordResult, ReaderBuilder};
    use proptest::prelude::*;

    fn records(text: &str, block_bytes: usize) -> Result<Vec<Vec<String>>, SourceError> {
        let bytes = Box::new(std::io::Cursor::new(text.to_owned().into_bytes()));
        let text = Utf8Text::in_blocks(bytes, Encoding::Utf8, "in.csv", block_bytes);
        let mut records = DelimitedRecords::new(TextBuffer::new(text), b',', b'"', 1 << 20);
        let mut rows = Vec::new();
        while records.advance()? {
            let record = records.record();
            let fields = (0..record.n_fields()).map(|field| record.field(field).to_vec());
            rows.push(fields.map(|field| String::from_utf8(field).unwrap()).collect());
        }
        Ok(rows)
    }

    /// The same by the splitter under the `csv` crate.
    fn by_csv_core(text: &str) -> Vec<Vec<String>> {
        let mut splitter = ReaderBuilder::new().build();
        let (mut fields, mut ends) = (vec![0; 4096], vec![0; 4096]);
        let mut rest = text.as_bytes();
        let mut rows = Vec::new();
        let (mut n_bytes, mut n_ends) = (0, 0);
        loop {
            let (outcome, n_read, n_written, n_new) =
                splitter.read_record(rest, &mut fields[n_bytes..], &mut ends[n_ends..]);
            rest = &rest[n_read..];
            (n_bytes, n_ends) = (n_bytes + n_written, n_ends + n_new);
            match outcome {
                ReadRecordResult::Record => {
                    let mut start = 0;
                    let mut row = Vec::new();
                    for end in &ends[..n_ends] {
                        row.push(String::from_utf8(fields[start..*end].to_vec()).unwrap());
                        start = *end;
                    }
                    rows.push(row);
                    (n_bytes, n_ends) = (0, 0);
                }
                ReadRecordResult::End => return rows,
                _ => {}
            }
        }
    }

    proptest! {
        #[test]
        fn records_are_those_of_the_csv_crate(text in "[ab,\"\n\ré]{0,40}", block in 1_usize..9) {
            // csv-core takes a quote that is open at the end for closed; here it is an error.
            if let Ok(rows) = records(&text, 1 << 16) {
                prop_assert_eq!(&rows, &by_csv_core(&text));
                prop_assert_eq!(&rows, &records(&text, block).unwrap());
            } else {
                prop_assert!(records(&text, block).is_err());
            }
        }
    }

    #[test]
    fn title_lines_are_measured_in_bytes() {
        let text = b"ab\r\nc\rd\ne";
        let found: Vec<usize> = (1..7).map(|line| bytes_before_line(text, line)).collect();
        assert_eq!(found, [0, 4, 6, 8, 8, 8]);
    }
}
