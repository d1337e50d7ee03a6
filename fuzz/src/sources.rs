//! The targets for `sources`: each takes any bytes and panics where a promise is broken.

use crate::{
    Compression, DateFormat, Encoding, Expression, FeedReader, FileFormat, FixedField,
    NumberFormat, ReadOptions, SourceError, SourceSpec, TextChunk, TextReader, propose,
};
use shelfcast_retail::{Day, Feed, Quantity};
use std::path::Path;

/// What a target is called, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// The targets of this module.
pub const TARGETS: [Target; 6] = [
    ("delimited", delimited),
    ("formats", formats),
    ("expression", expression),
    ("values", values),
    ("mapping", mapping),
    ("proposal", proposal),
];

/// Gives `bytes` as a file called `name` to `read`.
fn with_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder for inputs");
    }
    FOLDER.with(|folder| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("room for an input");
        read(&path)
    })
}

/// A row with its place, and its fields.
#[derive(Debug, PartialEq)]
struct Row {
    number: u64,
    offset: u64,
    text: String,
    fields: Vec<String>,
    is_ragged: bool,
}

/// Reads a file to its end or its first error.
fn read_rows(path: &Path, options: &ReadOptions) -> (Vec<Row>, Option<SourceError>) {
    let reader = match TextReader::open(path, options) {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let n_columns = reader.profile().headers.len();
    let mut rows = Vec::new();
    for chunk in reader {
        match chunk {
            Ok(chunk) => add_rows(&chunk, n_columns, options.chunk_rows, &mut rows),
            Err(error) => return (rows, Some(error)),
        }
    }
    (rows, None)
}

fn add_rows(chunk: &TextChunk, n_columns: usize, chunk_rows: usize, rows: &mut Vec<Row>) {
    let n_rows = chunk.rows();
    assert!((1..=chunk_rows).contains(&n_rows), "{n_rows} rows in a chunk of {chunk_rows}");
    assert_eq!((chunk.columns().len(), chunk.names().len()), (n_columns, n_columns));
    assert!(chunk.columns().iter().all(|column| column.len() == n_rows));
    assert_eq!((chunk.offsets().len(), chunk.row_texts().len()), (n_rows, n_rows));
    for row in 0..n_rows {
        let ragged = chunk.ragged().iter().find(|ragged| ragged.row == row);
        assert!(ragged.is_none_or(|it| it.expected == n_columns && it.found != n_columns));
        rows.push(Row {
            number: chunk.row_numbers()[row],
            offset: chunk.offsets()[row],
            text: chunk.row_texts().value(row).to_owned(),
            fields: chunk.columns().iter().map(|column| column.value(row).to_owned()).collect(),
            is_ragged: ragged.is_some(),
        });
    }
}

/// Reads a file in chunks of `few` rows and in large ones, which must be the same rows.
fn read_twice(path: &Path, options: &ReadOptions, few: usize) -> (Vec<Row>, Option<SourceError>) {
    let (rows, error) = read_rows(path, &ReadOptions { chunk_rows: few, ..options.clone() });
    let (larger, same_error) = read_rows(path, options);
    // An error takes the rows of its chunk with it.
    assert_eq!(rows.get(..larger.len()), Some(larger.as_slice()));
    assert!(error.is_some() || rows.len() == larger.len());
    let told = |error: &Option<SourceError>| error.as_ref().map(ToString::to_string);
    assert_eq!(told(&error), told(&same_error));
    let in_order = |pair: &[Row]| pair[0].number < pair[1].number;
    assert!(rows.windows(2).all(in_order), "{rows:?}");
    if let Some(error) = &error {
        assert!(error.code().starts_with("SC-"), "{error}");
        let _ = error.hint();
    }
    (rows, error)
}

/// Delimited text and text of fixed width. Five bytes choose the options, the rest is the file.
pub fn delimited(bytes: &[u8]) {
    let Some((choices, file)) = bytes.split_first_chunk::<5>() else { return };
    let options = delimited_options(*choices);
    let is_plain = with_file("in.csv", file, |path| {
        let reader = TextReader::open(path, &options).ok()?;
        let profile = reader.profile();
        let is_plain = profile.compression == Compression::None;
        Some(is_plain && profile.encoding == Encoding::Utf8)
    });
    let few = usize::from(choices[4] % 7) + 1;
    let (rows, _) = with_file("in.csv", file, |path| read_twice(path, &options, few));
    assert!(rows.windows(2).all(|pair| pair[0].offset < pair[1].offset), "{rows:?}");
    for row in rows.iter().filter(|_| is_plain == Some(true)) {
        let (before, record) = file.split_at(row.offset as usize);
        assert!(record.starts_with(row.text.as_bytes()), "{row:?}");
        assert_eq!(row.number, 1 + n_line_ends(before), "{row:?}");
        assert!(row.text.len() <= options.max_record_bytes, "{row:?}");
    }
}

fn delimited_options([cut, quote, encoding, header, sizes]: [u8; 5]) -> ReadOptions {
    let cuts = [None, Some(b','), Some(b';'), Some(b'\t'), Some(b'|'), Some(b' ')];
    let quotes = [None, Some(b'"'), Some(b'\''), Some(b'^')];
    let encodings = [
        None,
        Some(Encoding::Utf8),
        Some(Encoding::Utf16Le),
        Some(Encoding::Utf16Be),
        Some(Encoding::Windows1252),
    ];
    let headers = [None, Some(vec![]), Some(vec![1]), Some(vec![2]), Some(vec![1, 3])];
    let first_rows = [None, None, Some(2), Some(4)];
    let field = |name: &str, start, width| FixedField { name: name.to_owned(), start, width };
    let is_fixed = cut % 8 == 7;
    ReadOptions {
        format: Some(if is_fixed { FileFormat::FixedWidth } else { FileFormat::Delimited }),
        delimiter: cuts[usize::from(cut) % 6],
        quote: quotes[usize::from(quote) % 4],
        encoding: encodings[usize::from(encoding) % 5],
        header_rows: headers[usize::from(header) % 5].clone(),
        first_row: first_rows[usize::from(header / 5) % 4],
        fixed_width: if is_fixed { vec![field("a", 2, 3), field("b", 6, 1)] } else { vec![] },
        max_record_bytes: if sizes < 128 { 1 << 20 } else { usize::from(sizes - 127) },
        label: Some("in.csv".to_owned()),
        ..ReadOptions::default()
    }
}

fn n_line_ends(text: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n");
    text.chars().filter(|letter| matches!(letter, '\n' | '\r')).count() as u64
}

/// Packed files, workbooks and Parquet files. The first byte chooses the bytes
/// that the file begins with; `s` makes a workbook around the text of a sheet.
pub fn formats(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let magic: &[u8] = match choice {
        b'g' => b"\x1F\x8B\x08",
        b'z' => b"\x28\xB5\x2F\xFD",
        b'x' => b"PK\x03\x04",
        b'o' => b"\xD0\xCF\x11\xE0",
        b'p' => b"PAR1",
        _ => b"",
    };
    let file = match choice {
        b's' => workbook_of(rest),
        _ => [magic, rest].concat(),
    };
    let options = ReadOptions { label: Some("in".to_owned()), ..ReadOptions::default() };
    let (_, error) = with_file("in", &file, |path| read_twice(path, &options, 3));
    assert!(error.is_none_or(|error| error.is_refused_file()));
}

/// A workbook whose one sheet is `sheet`, so that the sheet is what is fuzzed and no checksum.
pub fn workbook_of(sheet: &[u8]) -> Vec<u8> {
    const KINDS: &[u8] = br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    const BOOK: &[u8] = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    const LINKS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    const ROOT: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const STYLES: &[u8] = br#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    const TEXTS: &[u8] = br#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>item</t></si><si><t>sold</t></si></sst>"#;
    zip(&[
        ("[Content_Types].xml", KINDS),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", LINKS),
        ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", TEXTS),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// A zip archive of files that are stored as they are.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut sum = flate2::Crc::new();
        sum.update(content);
        let length = (content.len() as u32).to_le_bytes();
        let name_length = (name.len() as u16).to_le_bytes();
        // Flags, method, time and day are zero: plain, stored, never.
        let mut entry = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        entry.extend([sum.sum().to_le_bytes(), length, length].concat());
        entry.extend([name_length, [0, 0]].concat());
        directory.extend([b"PK\x01\x02", &[20, 0][..], &entry, &[0; 10]].concat());
        directory.extend((archive.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        archive.extend([b"PK\x03\x04", &entry[..], name.as_bytes(), content].concat());
    }
    let count = (files.len() as u16).to_le_bytes();
    let (start, size) = (archive.len() as u32, directory.len() as u32);
    archive.extend(&directory);
    archive.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count].concat());
    archive.extend([&size.to_le_bytes()[..], &start.to_le_bytes(), &[0, 0]].concat());
    archive
}

/// The text of an input; what is no UTF-8 is not for targets of text.
fn text_of(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Computed columns. The first line is an expression, the others are operands.
pub fn expression(bytes: &[u8]) {
    let Some(text) = text_of(bytes) else { return };
    let mut lines = text.split('\n');
    let written = lines.next().unwrap_or_default();
    let expression = match Expression::parse(written) {
        Ok(expression) => expression,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let spaced = Expression::parse(&format!(" \t{written} "));
    assert_eq!(spaced.expect("blanks around it say nothing"), expression);
    let names = expression.operands();
    assert!(names.iter().enumerate().all(|(at, name)| !names[..at].contains(name)));
    let operands: Vec<&str> = lines.collect();
    let continental = NumberFormat { decimal_mark: ',', thousands_mark: Some('.') };
    for numbers in [NumberFormat::default(), continental] {
        let result = expression.evaluate(&operands, numbers);
        assert_eq!(result, expression.evaluate(&operands, numbers));
    }
    if let ([name], [operand]) = (names, operands.as_slice())
        && written.trim() == name
    {
        let result = expression.evaluate(&operands, NumberFormat::default());
        assert_eq!(result, if operand.trim().is_empty() { "" } else { operand });
    }
}

/// Numbers, days and instants. The first line is a date format, the second
/// begins with a decimal and a thousands mark, the rest is the value.
pub fn values(bytes: &[u8]) {
    let Some(text) = text_of(bytes) else { return };
    let mut parts = text.splitn(3, '\n');
    let (Some(dates), Some(marks), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    let mut marks = marks.chars();
    let declared = marks.next().map(|decimal_mark| NumberFormat {
        decimal_mark,
        thousands_mark: marks.next().filter(|mark| *mark != 'x'),
    });
    for numbers in [Some(NumberFormat::default()), declared].into_iter().flatten() {
        check_number(numbers, value);
    }
    check_date(&DateFormat::Iso, value);
    if let Ok(format) = dates.parse::<DateFormat>() {
        assert_eq!(format.to_string().parse::<DateFormat>().expect("as written"), format);
        check_date(&format, value);
    }
}

fn check_number(format: NumberFormat, text: &str) {
    let mut spec = SourceSpec::direct(Feed::Suppliers, Vec::new());
    spec.numbers = format;
    let (parts, rate) = (format.parts(text), format.rate_parts(text));
    if spec.validate().is_err() {
        return;
    }
    if !text.trim_end().ends_with('%') {
        assert_eq!(rate, parts, "{format:?}");
    }
    // A quantity holds less than a number may.
    for parts in [parts, rate].into_iter().flatten().filter(|it| it.abs() < 10_i128.pow(30)) {
        let plain = Quantity::from_parts(parts).to_string();
        let written = plain.replace('.', &format.decimal_mark.to_string());
        assert_eq!(format.parts(&written), Some(parts), "{format:?} {written}");
    }
}

fn check_date(format: &DateFormat, text: &str) {
    const MICROSECONDS: i64 = 86_400_000_000;
    let (day, instant) = (format.day(text), format.instant(text, None));
    assert_eq!(format.day(&format!(" {text}\t")), day);
    if let Some(day) = day {
        assert_eq!(DateFormat::Iso.day(&day.to_string()), Some(day), "{format} {day}");
        let midnight = DateFormat::Iso.instant(&day.to_string(), None);
        assert_eq!(midnight, Some(i64::from(day.epoch_days()) * MICROSECONDS));
    }
    // Texts of the other formats may have an offset, and be the next day in UTC.
    let has_no_offset = !matches!(format, DateFormat::Iso | DateFormat::Pattern(_));
    if has_no_offset && let Some(instant) = instant {
        let days = i32::try_from(instant.div_euclid(MICROSECONDS));
        assert!(day.is_none() || days.ok().map(Day::from_epoch_days) == day, "{format}");
    }
}

/// Sources as configurations have them: TOML text.
pub fn mapping(bytes: &[u8]) {
    let Some(spec) = text_of(bytes).and_then(|text| toml::from_str::<SourceSpec>(text).ok()) else {
        return;
    };
    let written = toml::to_string(&spec).expect("what was read can be written");
    let again: SourceSpec = toml::from_str(&written).expect("what was written can be read");
    assert_eq!(again, spec, "{written}");
    if let Err(error) = spec.validate() {
        assert!(!error.to_string().is_empty());
        return;
    }
    let file = b"item,day,sold,price\nA1,2024-08-26,6,\"1,50\"\nB2,27.08.2024,-1,x\nC3\n";
    with_file("sold 2024-08.csv", file, |path| {
        // What is looked up lies in files of its own, which are none of this target's.
        if spec.lookups.is_empty()
            && let Ok(reader) = FeedReader::open(&spec, path, "in/sold 2024-08.csv")
        {
            // Whether the rows fit is not the question here.
            reader.for_each(drop);
        }
    });
}

/// First descriptions of a file of any bytes.
pub fn proposal(bytes: &[u8]) {
    with_file("sold.csv", bytes, |path| {
        let files = [path.to_owned()];
        let Ok(proposal) = propose(&files) else { return };
        assert_eq!(proposal, propose(&files).expect("it was read before"));
        assert_eq!(proposal.files.len(), 1);
        for source in &proposal.sources {
            let written = toml::to_string(&source.spec).expect("a proposal can be written");
            let again: SourceSpec = toml::from_str(&written).expect("and read");
            assert_eq!(again, source.spec, "{written}");
        }
        for source in proposal.sources.iter().filter(|_| proposal.is_certain()) {
            let reader = FeedReader::open(&source.spec, path, "sold.csv");
            let reader = reader.expect("a certain source can be opened");
            reader.for_each(|chunk| drop(chunk.expect("it was read before")));
        }
    });
}
