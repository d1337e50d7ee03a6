use super::*;
use crate::{ColumnSource, DateFormat, FeedReader, TextChunk};
use shelfcast_retail::Feed;
use std::collections::BTreeMap;

const ORDERS: &str = "id,placed,state\n1,13.05.2024,paid\n 2 ,14.05.2024,\n3,14.05.2024,paid\n";
const LINES: &str = "order,item,qty\n1,TEA,2\n1,CUP,1\n2,TEA,1\n9,TEA,4\n,TEA,1\n";

fn spec(lookup: LookupSpec) -> SourceSpec {
    let mut spec = SourceSpec::new(Feed::Sales)
        .with_column("sale_id", ColumnSource::header("order"))
        .with_column("sold_at", ColumnSource::dates("placed", "%d.%m.%Y".parse().unwrap()))
        .with_column("product_id", ColumnSource::header("item"))
        .with_column("quantity", ColumnSource::header("qty"));
    spec.lookups = vec![lookup];
    spec
}

fn orders() -> LookupSpec {
    LookupSpec {
        key: BTreeMap::from([("order".to_owned(), "id".to_owned())]),
        ..LookupSpec::new("orders*.csv", &[], &["placed"])
    }
}

/// The chunks of `lines.csv` beside other files.
fn read(
    spec: &SourceSpec,
    files: &[(&str, &str)],
    chunk_rows: usize,
) -> Result<Vec<TextChunk>, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let lookups = Lookups::read(spec, folder.path())?;
    let path = folder.path().join("lines.csv");
    let reader = FeedReader::open_with(spec, &path, "lines.csv", &lookups)?;
    reader.with_chunk_rows(chunk_rows).collect()
}

fn values<'c>(chunks: &'c [TextChunk], column: &str) -> Vec<&'c str> {
    chunks.iter().flat_map(|chunk| chunk.column(column).unwrap().iter()).collect()
}

/// The rows of the file that found nothing, with what was found.
fn unmatched(chunks: &[TextChunk]) -> Vec<(u64, &str)> {
    let told = chunks.iter().flat_map(|chunk| {
        chunk.unmatched().iter().map(|it| (chunk.row_numbers()[it.row], it.found.as_str()))
    });
    told.collect()
}

#[test]
fn lines_take_the_day_of_their_order_and_keep_their_place() {
    for chunk_rows in [1, 2, 100] {
        let files = [("orders.csv", ORDERS), ("lines.csv", LINES)];
        let chunks = read(&spec(orders()), &files, chunk_rows).unwrap();
        let days = values(&chunks, "sold_at");
        assert_eq!(days, ["13.05.2024", "13.05.2024", "14.05.2024", "", ""]);
        assert_eq!(values(&chunks, "quantity"), ["2", "1", "1", "4", "1"]);
        let rows: Vec<u64> = chunks.iter().flat_map(|it| it.row_numbers().to_vec()).collect();
        assert_eq!(rows, [2, 3, 4, 5, 6]);
        assert_eq!(
            unmatched(&chunks),
            [
                (5, "`order` `9`, which stands nowhere in orders.csv"),
                (6, "no key to look up in orders.csv: `order` ``"),
            ]
        );
    }
}

#[test]
fn a_key_that_says_two_things_says_nothing() {
    let later = "placed,id,state\n14.05.2024,2,\n15.05.2024,1,paid\n";
    let files = [("orders-1.csv", ORDERS), ("orders-2.csv", later), ("lines.csv", LINES)];
    let chunks = read(&spec(orders()), &files, 100).unwrap();
    // The second order stands twice with one day, and is known.
    assert_eq!(values(&chunks, "sold_at"), ["", "", "14.05.2024", "", ""]);
    let found = "`order` `1`, which stands in row 2 of orders-1.csv and, with other values, in \
                 row 3 of orders-2.csv";
    assert_eq!(unmatched(&chunks)[..2], [(2, found), (3, found)]);
    assert_eq!(chunks[0].unmatched()[0].allowed, "one placed a key");
}

#[test]
fn a_row_without_what_it_can_do_without_is_told_and_not_needed() {
    let mut lookup = orders();
    lookup.columns = BTreeMap::from([("order state".to_owned(), "state".to_owned())]);
    let mut spec = spec(lookup)
        .with_column("sold_at", ColumnSource::dates("qty", DateFormat::ExcelSerial))
        .with_column(
            "kind",
            ColumnSource::Computed("decode(`order state`, 'paid', 'sale', '')".to_owned()),
        );
    let files = [("orders.csv", ORDERS), ("lines.csv", LINES)];
    let chunks = read(&spec, &files, 100).unwrap();
    assert_eq!(values(&chunks, "kind"), ["sale", "sale", "", "", ""]);
    assert_eq!(unmatched(&chunks).len(), 2);
    assert!(!chunks[0].unmatched()[0].is_needed);
    // A column that every row must have may be computed from it, too.
    spec = spec
        .with_column("discount", ColumnSource::header("order state"))
        .with_column("quantity", ColumnSource::Computed("qty * discount".to_owned()));
    let chunks = read(&spec, &files, 100).unwrap();
    assert!(chunks[0].unmatched()[0].is_needed);
}

#[test]
fn keys_of_several_columns_do_not_run_together() {
    let text = "shop,no,placed\n1,23,13.05.2024\n12,3,14.05.2024\n1,3,15.05.2024\n";
    let spec = spec(LookupSpec::new("tickets.csv", &["shop", "no"], &["placed"]))
        .with_column("sale_id", ColumnSource::Computed("concat(shop, '-', no)".to_owned()));
    let lines = "shop,no,item,qty\n12,3,TEA,1\n1,23,TEA,1\n1,3,TEA,1\n3,12,TEA,1\n";
    let chunks = read(&spec, &[("tickets.csv", text), ("lines.csv", lines)], 100).unwrap();
    assert_eq!(values(&chunks, "sold_at"), ["14.05.2024", "13.05.2024", "15.05.2024", ""]);
    let found = "`no` `12` and `shop` `3`, which stands nowhere in tickets.csv";
    assert_eq!(unmatched(&chunks), [(5, found)]);
}

#[test]
fn rows_that_cannot_be_read_are_left_out_and_told() {
    let text = "id,placed,state\n1,13.05.2024\n2,14.05.2024,\n";
    let chunks = read(&spec(orders()), &[("orders.csv", text), ("lines.csv", LINES)], 100).unwrap();
    let found = "`order` `1`, which stands nowhere in orders.csv (of which 1 with more or fewer \
                 fields than the header are left out, the first row 2 of orders.csv)";
    assert_eq!(unmatched(&chunks)[0], (2, found));
}

#[test]
fn what_cannot_be_looked_up_is_named() {
    let refused = |spec: &SourceSpec, files: &[(&str, &str)]| {
        let error = read(spec, files, 100).unwrap_err();
        (error.code(), error.to_string())
    };
    let files = [("orders.csv", ORDERS), ("lines.csv", LINES)];
    let mut lookup = orders();
    lookup.columns = BTreeMap::from([("placed".to_owned(), "Placed".to_owned())]);
    let (code, message) = refused(&spec(lookup), &files);
    assert_eq!(code, "SC-1010");
    assert!(message.starts_with("orders.csv has no column `Placed`"), "{message}");
    let mut lookup = orders();
    lookup.key = BTreeMap::from([("ordre".to_owned(), "id".to_owned())]);
    let (code, message) = refused(&spec(lookup), &files);
    assert_eq!(code, "SC-1010");
    let told = "lines.csv has no column `ordre`, which the look-up in orders.csv is read from";
    assert!(message.starts_with(told), "{message}");
    // A column of the file itself is not passed over for one of the same name.
    let lines = "order,item,qty,placed\n1,TEA,2,01.01.2024\n";
    let (code, _) = refused(&spec(orders()), &[("orders.csv", ORDERS), ("lines.csv", lines)]);
    assert_eq!(code, "SC-1033");
    assert_eq!(refused(&spec(orders()), &[("lines.csv", LINES)]).0, "SC-1013");
}

#[test]
fn a_look_up_holds_only_so_much() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("orders.csv"), ORDERS).unwrap();
    // Keys and days of three orders: 3 + 30 bytes.
    assert!(Table::read(&orders(), &[], folder.path(), 33).is_ok());
    let error = Table::read(&orders(), &[], folder.path(), 32).unwrap_err();
    assert_eq!(error.code(), "SC-1034");
}
