use serde::{Deserialize, Serialize};
use std::fmt;

/// How the bytes of a text file stand for characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8", alias = "utf8")]
    Utf8,
    /// UTF-16, low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Windows code page 1252, which contains ISO 8859-1 (Latin-1), as browsers read it (WHATWG).
    #[serde(
        rename = "windows-1252",
        alias = "cp1252",
        alias = "latin1",
        alias = "latin-1",
        alias = "iso-8859-1"
    )]
    Windows1252,
}

impl Encoding {
    /// The name in configurations and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The encoding that a byte order mark at the start of `bytes` announces, and the mark's length.
    pub(crate) fn of_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Some((Self::Utf8, 3)),
            [0xFF, 0xFE, ..] => Some((Self::Utf16Le, 2)),
            [0xFE, 0xFF, ..] => Some((Self::Utf16Be, 2)),
            _ => None,
        }
    }

    fn decoder(self) -> Option<encoding_rs::Decoder> {
        let encoding = match self {
            Self::Utf8 => return None,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        };
        Some(encoding.new_decoder_without_bom_handling())
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A byte that the encoding does not allow where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidByte {
    /// Offset in the bytes given since the start.
    pub(crate) offset: u64,
    pub(crate) byte: u8,
}

/// Turns blocks of bytes into UTF-8, one after the other.
pub(crate) struct Transcoder {
    decoder: Option<encoding_rs::Decoder>,
    /// The start of a character whose rest is in the next block (UTF-8 only).
    carry: Vec<u8>,
    n_read: u64,
}

impl Transcoder {
    pub(crate) fn new(encoding: Encoding) -> Self {
        Self { decoder: encoding.decoder(), carry: Vec::new(), n_read: 0 }
    }

    /// Appends the text of `block` to `text`; `last` says that nothing follows.
    pub(crate) fn push(
        &mut self,
        block: &[u8],
        last: bool,
        text: &mut Vec<u8>,
    ) -> Result<(), InvalidByte> {
        let outcome = match self.decoder.take() {
            None => self.push_utf8(block, last, text),
            Some(mut decoder) => {
                let outcome = decode(&mut decoder, block, last, text);
                self.decoder = Some(decoder);
                outcome.map_err(|at| InvalidByte {
                    offset: self.n_read + at as u64,
                    byte: block.get(at).copied().unwrap_or(0),
                })
            }
        };
        self.n_read += block.len() as u64;
        outcome
    }

    fn push_utf8(
        &mut self,
        block: &[u8],
        last: bool,
        text: &mut Vec<u8>,
    ) -> Result<(), InvalidByte> {
        let n_carried = self.carry.len();
        let start = text.len();
        text.append(&mut self.carry);
        text.extend_from_slice(block);
        let Err(error) = std::str::from_utf8(&text[start..]) else { return Ok(()) };
        let valid = start + error.valid_up_to();
        if error.error_len().is_none() && !last {
            self.carry = text.split_off(valid);
            return Ok(());
        }
        let offset = self.n_read + error.valid_up_to() as u64 - n_carried as u64;
        Err(InvalidByte { offset, byte: text[valid] })
    }
}

/// Decodes one block; the error is the index of the byte at which decoding failed.
fn decode(
    decoder: &mut encoding_rs::Decoder,
    block: &[u8],
    last: bool,
    text: &mut Vec<u8>,
) -> Result<(), usize> {
    let mut done = 0;
    loop {
        let rest = &block[done..];
        let room = decoder
            .max_utf8_buffer_length_without_replacement(rest.len())
            .unwrap_or(rest.len().saturating_mul(3) + 16);
        let start = text.len();
        text.resize(start + room, 0);
        let (outcome, n_read, n_written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut text[start..], last);
        text.truncate(start + n_written);
        done += n_read;
        match outcome {
            encoding_rs::DecoderResult::InputEmpty => return Ok(()),
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => return Err(done.saturating_sub(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn transcode(encoding: Encoding, bytes: &[u8], block: usize) -> Result<String, InvalidByte> {
        let mut transcoder = Transcoder::new(encoding);
        let mut text = Vec::new();
        for part in bytes.chunks(block) {
            transcoder.push(part, false, &mut text)?;
        }
        transcoder.push(&[], true, &mut text)?;
        Ok(String::from_utf8(text).unwrap())
    }

    #[test]
    fn the_bytes_of_cp1252_are_the_characters_of_its_table() {
        // WHATWG index windows-1252: 0x80 is the euro sign, 0xE9 e with acute accent.
        assert_eq!(transcode(Encoding::Windows1252, b"\x80 caf\xE9", 2).unwrap(), "€ café");
    }

    #[test]
    fn an_invalid_byte_is_named_with_its_offset() {
        let error = transcode(Encoding::Utf8, b"abc\xC3(", 2).unwrap_err();
        assert_eq!(error, InvalidByte { offset: 3, byte: 0xC3 });
        // A character cut off by the end of the file.
        let error = transcode(Encoding::Utf8, b"ab\xE2\x82", 3).unwrap_err();
        assert_eq!(error, InvalidByte { offset: 2, byte: 0xE2 });
        assert!(transcode(Encoding::Utf16Le, b"a\x00\x00\xD8a\x00", 2).is_err());
    }

    proptest! {
        #[test]
        fn blocks_of_any_size_give_the_same_text(text in "\\PC*", block in 1_usize..9) {
            prop_assert_eq!(transcode(Encoding::Utf8, text.as_bytes(), block).unwrap(), text.clone());
            let low_first: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            prop_assert_eq!(transcode(Encoding::Utf16Le, &low_first, block).unwrap(), text.clone());
            let high_first: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            prop_assert_eq!(transcode(Encoding::Utf16Be, &high_first, block).unwrap(), text);
        }
    }
}
