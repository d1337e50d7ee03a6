use crate::encoding::Transcoder;
use crate::input::read_block;
use crate::{Encoding, SourceError};
use std::io::Read;

/// The text of a file as UTF-8, block by block.
pub(crate) struct Utf8Text {
    bytes: Box<dyn Read + Send>,
    transcoder: Transcoder,
    encoding: Encoding,
    block: Vec<u8>,
    label: String,
    n_read: u64,
    /// Bytes of a mark at the start that are no text but count in offsets.
    n_marked: u64,
    finished: bool,
}

impl Utf8Text {
    pub(crate) fn in_blocks(
        bytes: Box<dyn Read + Send>,
        encoding: Encoding,
        label: &str,
        block_bytes: usize,
    ) -> Self {
        Self {
            bytes,
            transcoder: Transcoder::new(encoding),
            encoding,
            block: vec![0; block_bytes],
            label: label.to_owned(),
            n_read: 0,
            n_marked: 0,
            finished: false,
        }
    }

    /// Appends the next block to `text`; `false` when there is none.
    fn append(&mut self, text: &mut Vec<u8>) -> Result<bool, SourceError> {
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

/// The part of a text that is being cut: it starts at the record that is open
/// and knows the place of its start.
pub(crate) struct TextBuffer {
    text: Utf8Text,
    bytes: Vec<u8>,
    consumed: usize,
    /// Bytes of text before the buffer.
    n_before: u64,
    /// Physical line of the first byte that is not consumed, from 1.
    line: u64,
    /// A line feed that comes next belongs to a line end that was counted.
    after_return: bool,
    at_end: bool,
}

impl TextBuffer {
    pub(crate) fn new(text: Utf8Text) -> Self {
        Self {
            text,
            bytes: Vec::new(),
            consumed: 0,
            n_before: 0,
            line: 1,
            after_return: false,
            at_end: false,
        }
    }

    pub(crate) fn label(&self) -> &str {
        &self.text.label
    }

    /// The text from the open record on, as far as it is read.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.bytes[self.consumed..]
    }

    /// The bytes `length` back from the first byte that is not consumed.
    pub(crate) fn last(&self, length: usize) -> &[u8] {
        &self.bytes[self.consumed - length..self.consumed]
    }

    /// Whether nothing follows the [`rest`](Self::rest).
    pub(crate) fn at_end(&self) -> bool {
        self.at_end
    }

    /// Physical line on which the rest starts.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Byte of the text at which the rest starts.
    pub(crate) fn offset(&self) -> u64 {
        self.text.n_marked + self.n_before + self.consumed as u64
    }

    /// Marks bytes as done; they stand until more text is read.
    pub(crate) fn consume(&mut self, n_bytes: usize, n_lines: u64) {
        self.consumed += n_bytes;
        self.line += n_lines;
        self.after_return = false;
    }

    /// Drops line ends, so that the rest starts where a record does; `false` at the end.
    pub(crate) fn skip_line_ends(&mut self) -> Result<bool, SourceError> {
        loop {
            while let Some(byte) = self.bytes.get(self.consumed).filter(|byte| is_line_end(**byte))
            {
                let belongs = *byte == b'\n' && self.after_return;
                self.after_return = *byte == b'\r';
                self.line += u64::from(!belongs);
                self.consumed += 1;
            }
            if self.consumed < self.bytes.len() {
                return Ok(true);
            }
            if self.at_end {
                return Ok(false);
            }
            self.grow()?;
        }
    }

    /// Reads on: as much again as the rest holds, so that cutting it anew costs
    /// no more than reading it did. Nothing more may come, see [`at_end`](Self::at_end).
    pub(crate) fn grow(&mut self) -> Result<(), SourceError> {
        self.bytes.drain(..self.consumed);
        self.n_before += self.consumed as u64;
        self.consumed = 0;
        let enough = self.bytes.len() * 2 + 1;
        while self.bytes.len() < enough {
            if !self.text.append(&mut self.bytes)? {
                self.at_end = true;
                break;
            }
        }
        Ok(())
    }
}

pub(crate) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Line ends in `text`: LF, CRLF or CR.
pub(crate) fn count_line_ends(text: &[u8]) -> u64 {
    let mut n_ends = 0;
    let mut after_return = false;
    for byte in text {
        n_ends += u64::from(*byte == b'\r' || (*byte == b'\n' && !after_return));
        after_return = *byte == b'\r';
    }
    n_ends
}
