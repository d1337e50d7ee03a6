//! The reader against whole files: broken ones, real ones, arbitrary ones.

mod formats;
mod replay;
mod wide;

use crate::{Encoding, ReadOptions, SourceError, TextChunk, TextReader};
use proptest::prelude::*;
use std::io::Write;
use std::path::PathBuf;

/// Writes `bytes` to a file called `name` and reads it.
fn read_bytes(
    name: &str,
    bytes: &[u8],
    options: ReadOptions,
) -> Result<Vec<TextChunk>, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let options = ReadOptions { label: Some(name.to_owned()), ..options };
    TextReader::open(&path, &options)?.collect()
}

fn read(bytes: &[u8]) -> Result<Vec<TextChunk>, SourceError> {
    read_bytes("in.csv", bytes, ReadOptions::default())
}

fn message(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

/// The rows as lists of fields.
fn rows(chunks: &[TextChunk]) -> Vec<Vec<String>> {
    let row = |chunk: &TextChunk, row| {
        chunk.columns().iter().map(|column| column.value(row).to_owned()).collect()
    };
    chunks.iter().flat_map(|chunk| (0..chunk.rows()).map(move |index| row(chunk, index))).collect()
}

#[test]
fn broken_files_are_refused_with_what_and_where() {
    assert_eq!(message(b""), "in.csv is empty: found no text, allowed is a header line and rows");
    assert!(message(b"\xEF\xBB\xBF\r\n\r\n").starts_with("in.csv is empty"));
    assert_eq!(
        message(b"a,b\r\n"),
        "in.csv has a header and no rows: found 2 column names, allowed is at least one row"
    );
    assert_eq!(
        message(b"a,b\0c\n1,2\n"),
        "in.csv is not a text file: found a zero byte at byte 3, \
         allowed is delimited text (CSV, TSV), packed with gzip or zstd or not, .xlsx, .xls or Parquet"
    );
    assert!(message(b"PK\x03\x04abc").starts_with("in.csv cannot be read as a workbook: "));
    assert!(message(b"\xD0\xCF\x11\xE0abc").starts_with("in.csv cannot be read as a workbook: "));
    assert!(message(b"PAR1abcPAR1").starts_with("in.csv cannot be read as a Parquet file: "));
    assert!(message(b"a\x01\x02\x03,b\n1,2\n").contains("% control characters"));
    assert_eq!(
        message(b"a,b\n1,2\n3,\"open\n4,5\n"),
        "in.csv ends inside quotes: the record that starts on row 3, byte 8, opens a quote on \
         row 3 that nothing closes; it begins `3,\"open 4,5 `"
    );
}

#[test]
fn a_declared_encoding_that_does_not_hold_names_the_byte() {
    let options = ReadOptions { encoding: Some(Encoding::Utf8), ..ReadOptions::default() };
    let error = read_bytes("in.csv", b"a,b\n1,caf\xE9\n", options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "in.csv is not utf-8: found byte 0xE9 at byte 9, which no utf-8 text has there"
    );
    assert_eq!((error.code(), error.is_refused_file()), ("SC-1009", true));
}

#[test]
fn an_archive_that_is_broken_is_a_refused_file() {
    let text = b"item,sold\nA1,6\n".repeat(64);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&text).unwrap();
    let packed = [packed.finish().unwrap(), zstd::encode_all(&text[..], 0).unwrap()];
    for whole in packed {
        assert!(read(&whole).is_ok());
        let error = read(&whole[..whole.len() - 6]).unwrap_err();
        assert_eq!((error.code(), error.is_refused_file()), ("SC-1002", true), "{error}");
    }
}

#[test]
fn a_record_that_is_too_long_is_refused_with_its_start() {
    // A field of two lines in quotes, then on the next line a quote that nothing closes.
    let mut bytes = b"a,b,c\n1,2,3\n\"x\ny\",\"z\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 3_000_000));
    let error = read(&bytes).unwrap_err();
    let shown = format!("\"x y\",\"z {}...", "x".repeat(191));
    assert_eq!(
        error.to_string(),
        format!(
            "in.csv has a record that is too long: row 3, byte 12, found more than 1048576 bytes \
             inside a quote that opens on row 4, allowed are at most 1048576; it begins `{shown}`"
        )
    );
    assert_eq!(error.hint().unwrap(), "close the quote on line 4");
    let SourceError::RecordTooLong { excerpt, .. } = &error else { panic!("{error}") };
    assert_eq!((excerpt.len(), excerpt.as_bytes()), (4096, &bytes[12..12 + 4096]));
    let small = ReadOptions { max_record_bytes: 10, ..ReadOptions::default() };
    let error = read_bytes("in.csv", b"a,b\n1,234567890\n", small).unwrap_err();
    assert!(error.hint().unwrap().contains("max_record_kib"));
}

#[test]
fn a_gzip_that_is_cut_short_is_told() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(b"a,b\n1,2\n").unwrap();
    let packed = packer.finish().unwrap();
    assert_eq!(rows(&read_bytes("in.csv.gz", &packed, ReadOptions::default()).unwrap()).len(), 1);
    let cut = &packed[..packed.len() - 9];
    let error = read_bytes("in.csv.gz", cut, ReadOptions::default()).unwrap_err();
    assert_eq!(error.code(), "SC-1002");
    assert_eq!(error.hint().unwrap(), "the archive may be cut short: copy the file again");
}

#[test]
fn ragged_rows_travel_on_with_a_note() {
    let chunks = read(b"a,b,c\n1,2,3\n4,5\n\n6,7,8,9\n").unwrap();
    assert_eq!(rows(&chunks), [["1", "2", "3"], ["4", "5", ""], ["6", "7", "8"]]);
    let ragged: Vec<_> =
        chunks[0].ragged().iter().map(|row| (row.row, row.found, row.expected)).collect();
    assert_eq!(ragged, [(1, 2, 3), (2, 4, 3)]);
    assert_eq!(chunks[0].row_texts().value(2), "6,7,8,9");
}

#[test]
fn rows_and_offsets_are_those_of_the_file() {
    // A record of two physical lines, a blank line, CRLF: line and byte counted by hand.
    let chunks = read(b"a,b\r\n1,\"x\r\ny\"\"z\"\r\n\r\n2,w\r\n3,v").unwrap();
    assert_eq!(chunks[0].row_numbers(), [2, 5, 6]);
    assert_eq!(chunks[0].offsets(), [5, 20, 25]);
    assert_eq!(chunks[0].column("b").unwrap().value(0), "x\r\ny\"z");
    assert_eq!(chunks[0].row_texts().value(0), "1,\"x\r\ny\"\"z\"");
    let marked = read(b"\xEF\xBB\xBFa,b\n1,2\n").unwrap();
    assert_eq!(
        (marked[0].offsets(), marked[0].names()),
        (&[7_u64][..], &["a".to_owned(), "b".to_owned()][..])
    );
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let text = "name;price\nCafé;2,50\nÄpfel;1,00\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2]| {
        let marked = std::iter::once(0xFEFF).chain(text.encode_utf16());
        marked.flat_map(bytes).collect::<Vec<u8>>()
    };
    let latin: Vec<u8> = text.chars().map(|letter| letter as u32 as u8).collect();
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for bytes in
        [text.as_bytes().to_vec(), marked, latin, utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)]
    {
        assert_eq!(rows(&read(&bytes).unwrap()), [["Café", "2,50"], ["Äpfel", "1,00"]]);
    }
}

#[test]
fn a_late_byte_decides_the_encoding_of_the_whole_file() {
    let mut bytes = b"id,name\n".to_vec();
    for row in 0..60_000 {
        bytes.extend_from_slice(format!("{row},plain\n").as_bytes());
    }
    bytes.extend_from_slice(b"60000,caf\xE9\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("late.csv");
    std::fs::write(&path, &bytes).unwrap();
    let reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
    assert_eq!(reader.profile().encoding, Encoding::Windows1252);
    let at = bytes.len() - 2;
    assert_eq!(
        reader.profile().encoding_reason,
        format!("byte 0xE9 at byte {at} is not UTF-8, so windows-1252")
    );
    let last = reader.last().unwrap().unwrap();
    assert_eq!(last.column("name").unwrap().value(last.rows() - 1), "café");
}

#[test]
fn characters_may_lie_across_blocks() {
    // Blocks are 256 KiB long; one of three bytes is split in each of three ways.
    for n_before in 262_141..262_144 {
        let mut bytes = b"id,name\n1,".to_vec();
        bytes.resize(n_before, b'x');
        bytes.extend_from_slice("\u{20ac}\n2,y\n".as_bytes());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, &bytes).unwrap();
        let reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
        assert_eq!(reader.profile().encoding, Encoding::Utf8);
        let chunk = reader.last().unwrap().unwrap();
        assert!(chunk.column("name").unwrap().value(0).ends_with("x\u{20ac}"));
        // Cut within the character the file is no UTF-8.
        std::fs::write(&path, &bytes[..n_before + 2]).unwrap();
        let reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
        let reason = format!("byte 0xE2 at byte {n_before} is not UTF-8, so windows-1252");
        assert_eq!(reader.profile().encoding_reason, reason);
    }
}

/// A file of the data for development; `None`, and told, where the data is absent.
pub(crate) fn data(relative: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SHELFCAST_TEST_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let path = folder.join(relative);
    if path.exists() {
        return Some(path);
    }
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!in_ci, "{} is missing and CI=true", path.display());
    println!("skipped: {} is missing", path.display());
    None
}

#[test]
fn the_dialects_of_real_files_are_found() {
    // Rows and columns as the data's own README counts them.
    for (file, delimiter, encoding, columns, n_rows) in [
        ("original/sales_data.csv", b',', Encoding::Utf8, 9, 100),
        ("superstore/superstore.csv", b',', Encoding::Utf8, 21, 10_194),
        ("bibitor/InvoicePurchases12312016.csv", b',', Encoding::Utf8, 10, 5_543),
        ("bibitor/2017PurchasePricesDec.csv", b',', Encoding::Utf8, 9, 12_261),
        ("completejourney/transactions_sample.csv.gz", b',', Encoding::Utf8, 11, 75_000),
        ("carparts/carparts.csv", b',', Encoding::Utf8, 2_675, 51),
        ("m4/Weekly-train.csv.gz", b',', Encoding::Utf8, 2_598, 359),
    ] {
        let Some(path) = data(file) else { return };
        let reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
        let profile = reader.profile().clone();
        assert_eq!(
            (profile.delimiter, profile.encoding, profile.headers.len()),
            (delimiter, encoding, columns),
            "{file}"
        );
        let chunks = reader.collect::<Result<Vec<_>, _>>().unwrap();
        let (found, ragged) = chunks.iter().fold((0, 0), |(found, ragged), chunk| {
            (found + chunk.rows(), ragged + chunk.ragged().len())
        });
        assert_eq!((found, ragged), (n_rows, 0), "{file}");
    }
}

/// Fields that need quotes, and plain ones.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let field = "[a-z0-9]{1,4}|[ -~\n]{1,8}|\\PC{1,3}";
    proptest::collection::vec(proptest::collection::vec(field, 3), 1..20)
}

proptest! {
    #[test]
    fn what_is_written_is_read_in_chunks_of_any_size(table in table(), chunk_rows in 1_usize..7) {
        let mut text = "a,b,c\n".to_owned();
        for row in &table {
            let quoted = row.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
            text.push_str(&quoted.collect::<Vec<_>>().join(","));
            text.push_str("\r\n");
        }
        let options = || ReadOptions { delimiter: Some(b','), ..ReadOptions::default() };
        let whole = read_bytes("in.csv", text.as_bytes(), options()).unwrap();
        prop_assert_eq!(rows(&whole), table);
        let small = ReadOptions { chunk_rows, ..options() };
        let split = read_bytes("in.csv", text.as_bytes(), small).unwrap();
        prop_assert!(split.iter().all(|chunk| chunk.rows() <= chunk_rows));
        prop_assert_eq!(rows(&split), rows(&whole));
        let places = |chunks: &[TextChunk]| chunks.iter()
            .flat_map(|chunk| chunk.offsets().iter().copied().zip(chunk.row_numbers().to_vec()))
            .collect::<Vec<_>>();
        prop_assert_eq!(places(&split), places(&whole));
        for (offset, _) in places(&whole) {
            prop_assert_eq!(&text[offset as usize..=offset as usize], "\"");
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-c,;\"\n\r\t|]{0,60}") {
        if let Ok(chunks) = read(text.as_bytes()) {
            for chunk in &chunks {
                for (offset, record) in chunk.offsets().iter().zip(chunk.row_texts().iter()) {
                    prop_assert!(text[*offset as usize..].starts_with(record));
                }
            }
        }
    }
}
