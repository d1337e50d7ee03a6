use crate::encoding::Transcoder;
use crate::{Encoding, SourceError};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Bytes read at a time.
pub(crate) const BLOCK_BYTES: usize = 256 * 1024;
/// Decoded bytes that delimiter and header are judged by.
const SAMPLE_BYTES: usize = 64 * 1024;
/// Share of control characters above which a file is no text.
const MAX_CONTROL_SHARE: f64 = 0.01;

/// Whether the file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Plain text.
    None,
    /// gzip, recognised by its first two bytes whatever the file is called.
    Gzip,
    /// Zstandard, recognised by its first four bytes.
    Zstd,
}

/// What the first bytes of a file say that it is.
pub(crate) enum Container {
    /// Nothing else: text, packed or not.
    Text,
    Workbook,
    Parquet,
    /// A ZIP archive that begins with this file and is no workbook.
    Archive(String),
}

/// Looks at the first bytes of a file.
pub(crate) fn recognise(path: &Path) -> Result<Container, SourceError> {
    let (mut file, magic, n_magic) = open_magic(path)?;
    Ok(match &magic[..n_magic] {
        b"PK\x03\x04" => match first_member(&mut file) {
            Some(name) if !is_of_workbook(&name) => Container::Archive(name),
            _ => Container::Workbook,
        },
        b"\xD0\xCF\x11\xE0" => Container::Workbook,
        b"PAR1" => Container::Parquet,
        _ => Container::Text,
    })
}

/// The name of the first file of a ZIP archive, behind its first four bytes (APPNOTE.TXT 6.3,
/// section 4.3.7: the length of the name stands at byte 26, the name at byte 30).
fn first_member(file: &mut File) -> Option<String> {
    let mut header = [0; 26];
    file.read_exact(&mut header).ok()?;
    let mut name = vec![0; usize::from(u16::from_le_bytes([header[22], header[23]]))];
    file.read_exact(&mut name).ok()?;
    Some(String::from_utf8_lossy(&name).into_owned())
}

/// Whether a file is one of those that a workbook is packed of.
fn is_of_workbook(name: &str) -> bool {
    let folders = ["xl/", "_rels/", "docProps/", "customXml/", "META-INF/"];
    folders.iter().any(|folder| name.starts_with(folder))
        || ["[Content_Types].xml", "mimetype"].contains(&name)
}

/// What the first look at a file found out.
pub(crate) struct Survey {
    pub(crate) compression: Compression,
    pub(crate) encoding: Encoding,
    pub(crate) encoding_reason: String,
    /// The first bytes of the file, decoded.
    pub(crate) sample: String,
    /// Whether the sample is the whole file.
    pub(crate) sample_is_all: bool,
    /// Bytes that are best read at a time: of a small file there are many.
    pub(crate) block_bytes: usize,
}

/// The unpacked bytes of a file.
pub(crate) fn open_bytes(path: &Path) -> Result<(Box<dyn Read + Send>, Compression), SourceError> {
    let (file, magic, n_magic) = open_magic(path)?;
    let whole = std::io::Cursor::new(magic).take(n_magic as u64).chain(file);
    let buffered = |bytes| BufReader::with_capacity(BLOCK_BYTES, bytes);
    match &magic[..n_magic] {
        [0x1F, 0x8B, ..] => Ok((Box::new(MultiGzDecoder::new(buffered(whole))), Compression::Gzip)),
        [0x28, 0xB5, 0x2F, 0xFD] => {
            let unpacked = zstd::stream::read::Decoder::with_buffer(buffered(whole))
                .map_err(|source| SourceError::Open { path: path.to_owned(), source })?;
            Ok((Box::new(unpacked), Compression::Zstd))
        }
        _ => Ok((Box::new(whole), Compression::None)),
    }
}

/// A file after its first four bytes, those bytes and how many there are.
fn open_magic(path: &Path) -> Result<(File, [u8; 4], usize), SourceError> {
    let failed = |source| SourceError::Open { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut magic = [0; 4];
    let n_magic = read_block(&mut file, &mut magic).map_err(failed)?;
    Ok((file, magic, n_magic))
}

/// Fills `block` as far as the reader has bytes; fewer means the end.
pub(crate) fn read_block(reader: &mut dyn Read, block: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match reader.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(n_read) => filled += n_read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Looks at a file: packed or not, text or not, in which encoding.
///
/// Without a declared encoding or a byte order mark the *whole* file is read
/// once, because one late byte decides between UTF-8 and windows-1252.
pub(crate) fn survey(
    path: &Path,
    label: &str,
    declared: Option<Encoding>,
) -> Result<Survey, SourceError> {
    let (mut reader, compression) = open_bytes(path)?;
    let mut block = vec![0; first_block_bytes(path, compression)];
    let n_first = read(&mut *reader, &mut block, label, 0)?;
    let first = block[..n_first.min(SAMPLE_BYTES)].to_vec();
    if first.is_empty() {
        return Err(SourceError::Empty { file: label.to_owned() });
    }
    refuse_known_binary(&first, label)?;
    let mark = Encoding::of_mark(&first);
    let (encoding, encoding_reason) = match (declared, mark) {
        (Some(encoding), _) => (encoding, "declared".to_owned()),
        (None, Some((encoding, _))) => (encoding, "byte order mark".to_owned()),
        (None, None) => {
            refuse_zero_bytes(&block[..n_first], label)?;
            sniff(&mut *reader, block, n_first, label)?
        }
    };
    let start = mark.filter(|(marked, _)| *marked == encoding).map_or(0, |(_, length)| length);
    let sample_is_all = n_first <= SAMPLE_BYTES;
    let sample = decode_sample(&first[start..], encoding);
    refuse_control_characters(&sample, label)?;
    if sample.trim().is_empty() && sample_is_all {
        return Err(SourceError::Empty { file: label.to_owned() });
    }
    let block_bytes = (n_first + 1).min(BLOCK_BYTES);
    Ok(Survey { compression, encoding, encoding_reason, sample, sample_is_all, block_bytes })
}

/// As many bytes as a small file has, and one to see its end.
fn first_block_bytes(path: &Path, compression: Compression) -> usize {
    let n_bytes = std::fs::metadata(path).map_or(0, |known| known.len());
    match usize::try_from(n_bytes) {
        Ok(n_bytes @ 1..BLOCK_BYTES) if compression == Compression::None => n_bytes + 1,
        _ => BLOCK_BYTES,
    }
}

fn read(
    reader: &mut dyn Read,
    block: &mut [u8],
    label: &str,
    offset: u64,
) -> Result<usize, SourceError> {
    read_block(reader, block).map_err(|source| SourceError::Read {
        file: label.to_owned(),
        offset,
        source,
    })
}

/// UTF-8 when every byte of the file fits it, else windows-1252. The first
/// `n_held` bytes of the file are in the block.
fn sniff(
    reader: &mut dyn Read,
    mut block: Vec<u8>,
    n_held: usize,
    label: &str,
) -> Result<(Encoding, String), SourceError> {
    let (mut n_held, mut offset) = (n_held, 0);
    loop {
        // The start of a character whose rest is in the next block stays in this one.
        let (n_valid, is_cut) = match std::str::from_utf8(&block[..n_held]) {
            Ok(text) => (text.len(), true),
            Err(error) => (error.valid_up_to(), error.error_len().is_none()),
        };
        if !is_cut {
            return Ok(windows_1252(block[n_valid], offset + n_valid as u64));
        }
        block.copy_within(n_valid..n_held, 0);
        n_held -= n_valid;
        offset += n_valid as u64;
        let n_read = read(reader, &mut block[n_held..], label, offset)?;
        if n_read == 0 {
            return Ok(match n_held {
                0 => (Encoding::Utf8, "every byte is valid UTF-8".to_owned()),
                _ => windows_1252(block[0], offset),
            });
        }
        n_held += n_read;
    }
}

fn windows_1252(byte: u8, offset: u64) -> (Encoding, String) {
    let reason = format!("byte 0x{byte:02X} at byte {offset} is not UTF-8, so windows-1252");
    (Encoding::Windows1252, reason)
}

fn decode_sample(bytes: &[u8], encoding: Encoding) -> String {
    let mut text = Vec::with_capacity(bytes.len());
    // An invalid byte is reported with its place when the rows are read.
    let _ = Transcoder::new(encoding).push(bytes, false, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn refuse_known_binary(first: &[u8], label: &str) -> Result<(), SourceError> {
    const KINDS: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "a zip archive or an Office workbook (.xlsx)"),
        (b"\xD0\xCF\x11\xE0", "an old Office file (.xls)"),
        (b"PAR1", "a Parquet file"),
        (b"%PDF", "a PDF file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\x1F\x8B", "a file packed twice"),
        (b"\x28\xB5\x2F\xFD", "a file packed twice"),
    ];
    match KINDS.iter().find(|(magic, _)| first.starts_with(magic)) {
        Some((_, kind)) => Err(binary(label, (*kind).to_owned())),
        None => Ok(()),
    }
}

fn refuse_zero_bytes(first: &[u8], label: &str) -> Result<(), SourceError> {
    match first.iter().position(|byte| *byte == 0) {
        Some(at) => {
            let n_zero = first.iter().filter(|byte| **byte == 0).count();
            let is_utf_16 = n_zero * 4 > first.len();
            let hint = match is_utf_16 {
                true => "if it is UTF-16 text, say encoding = \"utf-16le\" in the source",
                false => "take the zero bytes out, or ask the sender for the file again",
            };
            let found = match n_zero {
                1 => format!("a zero byte at byte {at}"),
                _ => format!("{n_zero} zero bytes, the first at byte {at}"),
            };
            Err(SourceError::Binary { file: label.to_owned(), found, hint })
        }
        None => Ok(()),
    }
}

fn refuse_control_characters(sample: &str, label: &str) -> Result<(), SourceError> {
    let n_control = sample
        .bytes()
        .filter(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A))
        .count();
    let share = n_control as f64 / sample.len().max(1) as f64;
    if share <= MAX_CONTROL_SHARE {
        return Ok(());
    }
    Err(binary(label, format!("{:.1} % control characters", share * 100.0)))
}

fn binary(label: &str, found: String) -> SourceError {
    SourceError::Binary { file: label.to_owned(), found, hint: "save it as CSV" }
}
