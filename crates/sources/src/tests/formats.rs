//! Every format through the one door.

use super::{data, read_bytes, rows};
use crate::{Compression, FileFormat, FixedField, ReadOptions, TextChunk, TextReader};

fn fields(fields: &[(&str, usize, usize)]) -> Vec<FixedField> {
    let field = |&(name, start, width): &(&str, usize, usize)| FixedField {
        name: name.to_owned(),
        start,
        width,
    };
    fields.iter().map(field).collect()
}

fn names_and_rows(bytes: &[u8], options: ReadOptions) -> (Vec<String>, Vec<Vec<String>>) {
    let chunks = read_bytes("in.csv", bytes, options).unwrap();
    (chunks[0].names().to_vec(), rows(&chunks))
}

#[test]
fn packed_text_is_read_whatever_it_is_called() {
    let packed = zstd::encode_all(&b"a,b\n1,2\n"[..], 1).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    // Two packed parts one after the other are one text.
    let more = zstd::encode_all(&b"3,4\n"[..], 1).unwrap();
    std::fs::write(&path, [packed.clone(), more].concat()).unwrap();
    let reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
    assert_eq!(reader.profile().compression, Compression::Zstd);
    let chunks = reader.collect::<Result<Vec<TextChunk>, _>>().unwrap();
    assert_eq!(rows(&chunks), [["1", "2"], ["3", "4"]]);
    let cut = &packed[..packed.len() - 3];
    let error = read_bytes("in.csv.zst", cut, ReadOptions::default()).unwrap_err();
    assert_eq!(error.hint().unwrap(), "the archive may be cut short: copy the file again");
    let inside = zstd::encode_all(&b"PAR1...."[..], 1).unwrap();
    let error = read_bytes("in.csv", &inside, ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("found a Parquet file"), "{error}");
}

#[test]
fn titles_and_several_header_rows_are_told_from_data() {
    let text =
        b"Stock list;;\n\"a; b\";\n;Week 1;\nItem;Units;\n(code);(pieces);\nA1;3;x\nB2;4;y\n";
    let options = |header_rows: Option<Vec<u64>>, first_row| ReadOptions {
        header_rows,
        first_row,
        ..ReadOptions::default()
    };
    let (names, found) = names_and_rows(text, options(Some(vec![3, 4]), Some(6)));
    assert_eq!(names, ["Item", "Week 1 Units", "column 3"]);
    assert_eq!(found, [["A1", "3", "x"], ["B2", "4", "y"]]);
    let (names, found) = names_and_rows(text, options(Some(Vec::new()), Some(6)));
    assert_eq!((names.len(), found.len()), (3, 2));
    assert_eq!(names[0], "column 1");
    let (_, found) = names_and_rows(text, options(None, Some(7)));
    assert_eq!(found, [["B2", "4", "y"]]);
    let error = read_bytes("in.csv", text, options(Some(vec![9]), None)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "in.csv has no header on row 9: found text on row 7 only, allowed is a row with text"
    );
    assert_eq!((error.code(), error.is_refused_file()), ("SC-1023", true));
}

#[test]
fn the_header_is_kept_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, "x\r\n\" a \",b\r\nc,\r\n1,2\r\n").unwrap();
    let options = ReadOptions {
        header_rows: Some(vec![2, 3]),
        delimiter: Some(b','),
        ..ReadOptions::default()
    };
    let reader = TextReader::open(&path, &options).unwrap();
    assert_eq!(reader.profile().header_text, "\" a \",b\nc,");
    assert_eq!(reader.profile().headers, ["a c", "b"]);
}

#[test]
fn any_mark_may_stand_between_or_around_fields() {
    let options =
        ReadOptions { delimiter: Some(b'^'), quote: Some(b'\''), ..ReadOptions::default() };
    let (_, found) = names_and_rows(b"a^b\n'1^2'^\"3\"\n'it''s'^4\n", options);
    assert_eq!(found, [["1^2", "\"3\""], ["it's", "4"]]);
    let quoted = ReadOptions { quote: Some(b'\''), ..ReadOptions::default() };
    let (_, found) = names_and_rows(b"a;b\n'1;2';3\n'4;5';6\n", quoted);
    assert_eq!(found, [["1;2", "3"], ["4;5", "6"]]);
}

#[test]
fn a_name_may_stand_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, "id, name ,qty,name\n1,2,3,4\n").unwrap();
    let reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
    assert_eq!(reader.profile().headers, ["id", "name", "qty", "name (2)"]);
    assert_eq!(reader.profile().duplicate_headers, ["name"]);
}

#[test]
fn rows_are_counted_by_any_line_end() {
    let chunks = read_bytes("in.csv", b"a,b\r1,2\r\r\n\n3,4\r", ReadOptions::default()).unwrap();
    assert_eq!(chunks[0].row_numbers(), [2, 5]);
}

#[test]
fn fixed_width_is_cut_by_characters() {
    let options = ReadOptions {
        fixed_width: fields(&[("item", 3, 4), ("name", 7, 5), ("units", 14, 4)]),
        ..ReadOptions::default()
    };
    // Places 1-2 and 12-13 belong to no field.
    let text = "##A1  K\u{e4}se xx  12\r\n\n##B2  Milk\n  \n##C3    Tea--3   rest\n#\n";
    let chunks = read_bytes("in.txt", text.as_bytes(), options).unwrap();
    assert_eq!(
        rows(&chunks),
        [["A1", "K\u{e4}se", "12"], ["B2", "Milk", ""], ["C3", "Tea", "3"], ["", "", ""]]
    );
    assert_eq!(chunks[0].row_numbers(), [1, 3, 5, 6]);
    let ragged: Vec<_> = chunks[0].ragged().iter().map(|row| (row.row, row.found)).collect();
    assert_eq!(ragged, [(3, 0)]);
    assert_eq!(chunks[0].row_texts().value(1), "##B2  Milk");
    assert_eq!(chunks[0].offsets()[1], 21);
}

#[test]
fn fixed_width_may_have_headers_and_a_limit() {
    let options = |header_rows, max_record_bytes| ReadOptions {
        fixed_width: fields(&[("a", 1, 2), ("b", 3, 2)]),
        header_rows,
        max_record_bytes,
        ..ReadOptions::default()
    };
    let (names, found) = names_and_rows(b"AABB\n1 2 \n", options(Some(vec![1]), 100));
    assert_eq!(
        (names, found),
        (vec!["a".to_owned(), "b".to_owned()], vec![vec!["1".to_owned(), "2".to_owned()]])
    );
    let error = read_bytes("in.txt", b"1 2\n123456789\n", options(None, 5)).unwrap_err();
    assert!(error.to_string().contains("row 2, byte 4, found more than 5 bytes"), "{error}");
}

#[test]
fn a_sheet_that_is_not_there_is_told_with_those_that_are() {
    let Some(path) = data("spare-parts/man.xlsx") else { return };
    let options =
        |sheet: &str| ReadOptions { sheet: Some(sheet.to_owned()), ..ReadOptions::default() };
    let error = TextReader::open(&path, &options("Dat")).err().unwrap();
    assert_eq!(
        (error.code(), error.hint().unwrap()),
        ("SC-1025", "did you mean `Data`?".to_owned())
    );
    // Text is no workbook, whatever is declared.
    let error = read_bytes("in.csv", b"a,b\n1,2\n", options("Data")).unwrap_err();
    assert_eq!((error.code(), error.is_refused_file()), ("SC-1024", true));
}

#[test]
fn an_old_workbook_is_read_as_its_readme_counts_it() {
    let Some(path) = data("spare-parts/oil-1b.xls") else { return };
    let reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
    let profile = reader.profile().clone();
    assert_eq!((profile.format, profile.sheet.as_deref()), (FileFormat::Excel, Some("Data 1b")));
    assert!(profile.sheets.len() > 1, "{:?}", profile.sheets);
    assert_eq!(profile.headers.len(), 66);
    let months = profile.headers.iter().filter(|header| header.ends_with("-01")).count();
    assert_eq!(months, 56, "{:?}", profile.headers);
    let chunks = reader.collect::<Result<Vec<_>, _>>().unwrap();
    let n_rows: usize = chunks.iter().map(TextChunk::rows).sum();
    assert_eq!(n_rows, 7_024);
    assert!(chunks.iter().all(|chunk| chunk.ragged().is_empty() && !chunk.has_offsets()));
    assert_eq!(chunks[0].row_numbers()[0], 2);
}

#[test]
fn a_new_workbook_with_heading_rows_is_read_as_its_readme_counts_it() {
    let Some(path) = data("spare-parts/man.xlsx") else { return };
    let options = ReadOptions {
        sheet: Some("Data".to_owned()),
        header_rows: Some(vec![1, 2]),
        first_row: Some(7),
        ..ReadOptions::default()
    };
    let reader = TextReader::open(&path, &options).unwrap();
    let headers = reader.profile().headers.clone();
    let weeks = headers.iter().filter(|header| header.to_lowercase().contains("week")).count();
    assert!(weeks >= 150, "{weeks} {headers:?}");
    let chunks = reader.collect::<Result<Vec<_>, _>>().unwrap();
    let numbers: Vec<&str> = chunks.iter().flat_map(|chunk| chunk.columns()[0].iter()).collect();
    // The sheet counts its items itself; three rows of sums below have no number.
    let counted: Vec<String> = (1..=3_451).map(|number| number.to_string()).collect();
    assert_eq!(numbers[..3_451], counted);
    assert_eq!(numbers[3_451..], ["", "", ""]);
    assert_eq!(chunks[0].row_numbers()[0], 7);
}

#[test]
fn a_parquet_file_is_read_as_its_readme_counts_it() {
    let Some(path) = data("m5/items_daily.parquet") else { return };
    let mut reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
    assert_eq!(reader.profile().headers, ["id", "date", "quantity"]);
    assert_eq!(reader.profile().header_text, "id,date,quantity");
    let first = reader.next().unwrap().unwrap();
    let (mut n_rows, mut last_row) = (first.rows() as u64, 0);
    assert_eq!(first.rows(), 16_384);
    assert_eq!(first.column("date").unwrap().value(0).get(..10).map(str::len), Some(10));
    for chunk in reader {
        let chunk = chunk.unwrap();
        n_rows += chunk.rows() as u64;
        last_row = chunk.row_numbers()[chunk.rows() - 1];
    }
    assert_eq!((n_rows, last_row), (3_740_596, 3_740_596));
}

#[test]
fn a_workbook_that_is_cut_short_is_refused() {
    let seed =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/formats/xls");
    let mut bytes = std::fs::read(seed).unwrap();
    // The seed has a letter in place of the four bytes that every workbook begins with.
    bytes.splice(..1, *b"\xD0\xCF\x11\xE0");
    let chunks = read_bytes("in.xls", &bytes, ReadOptions::default()).unwrap();
    assert_eq!(chunks[0].names(), ["item", "day", "sold"]);
    bytes.truncate(4096);
    let error = read_bytes("in.xls", &bytes, ReadOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.is_refused_file()), ("SC-1024", true));
    assert!(
        error.to_string().contains("refers to sector 8, but sector count is only 7"),
        "{error}"
    );
}
