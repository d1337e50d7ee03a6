//! Rows of feeds: columns that become rows, computed ones, parts of names.

use super::{data, rows};
use crate::{
    ColumnSource, FeedReader, FixedField, HeaderSource, NumberFormat, SourceError, SourceSpec,
    TextChunk, WideBlank, WideColumns,
};
use proptest::prelude::*;
use shelfcast_retail::Feed;

fn wide(headers: &str, blank: WideBlank) -> Option<WideColumns> {
    Some(WideColumns { headers: headers.to_owned(), ignore: Vec::new(), blank })
}

fn computed(text: &str) -> ColumnSource {
    ColumnSource::Computed(text.to_owned())
}

/// Sales of wide columns: product `item`, the day in the header.
fn wide_sales(headers: &str, blank: WideBlank) -> SourceSpec {
    let mut spec = SourceSpec::new(Feed::Sales)
        .with_column("sale_id", ColumnSource::RowKey)
        .with_column("sold_at", ColumnSource::header("name"))
        .with_column("product_id", ColumnSource::header("item"))
        .with_column("quantity", ColumnSource::header("value"));
    spec.wide = wide(headers, blank);
    spec
}

fn read_named(
    name: &str,
    text: &str,
    spec: &SourceSpec,
    chunk_rows: usize,
) -> Result<Vec<TextChunk>, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    FeedReader::open(spec, &path, name)?.with_chunk_rows(chunk_rows).collect()
}

fn read(text: &str, spec: &SourceSpec) -> Vec<Vec<String>> {
    rows(&read_named("in.csv", text, spec, 1000).unwrap())
}

const WEEKS: &str = "item,w1,note,w2,w1\nA,1,x,,NA\nB,,y,4,5\n";

#[test]
fn each_matched_header_gives_a_row() {
    let mut spec = wide_sales(r"^w(\d+)$", WideBlank::Skip);
    spec.null_texts = vec!["NA".to_owned()];
    let skipped = read(WEEKS, &spec);
    assert_eq!(
        skipped,
        [
            ["in.csv:2:w1", "1", "A", "1"],
            ["in.csv:3:w2", "2", "B", "4"],
            ["in.csv:3:w1 (2)", "1", "B", "5"]
        ]
    );
    spec.wide = wide("^w", WideBlank::Zero);
    let zeros: Vec<String> = read(WEEKS, &spec).into_iter().map(|row| row[3].clone()).collect();
    assert_eq!(zeros, ["1", "0", "0", "0", "4", "5"]);
    spec.wide = wide("^w", WideBlank::Keep);
    let kept: Vec<String> = read(WEEKS, &spec).into_iter().map(|row| row[3].clone()).collect();
    assert_eq!(kept, ["1", "", "NA", "", "4", "5"]);
}

#[test]
fn rows_of_a_record_share_its_place_and_text() {
    let mut spec = wide_sales("^w", WideBlank::Keep)
        .with_column("line", ColumnSource::header("position"))
        .with_column("kind", ColumnSource::header("note"));
    spec.wide.as_mut().unwrap().ignore = vec!["w2".to_owned()];
    let chunks = read_named("in.csv", WEEKS, &spec, 3).unwrap();
    assert_eq!(chunks.iter().map(TextChunk::rows).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(chunks[0].row_numbers(), [2, 2, 3]);
    assert_eq!(chunks[0].offsets(), [19, 19, 29]);
    assert_eq!(
        chunks[0].row_texts().iter().collect::<Vec<_>>(),
        ["A,1,x,,NA", "A,1,x,,NA", "B,,y,4,5"]
    );
    assert_eq!(chunks[1].row_texts().value(0), "B,,y,4,5");
    assert_eq!((chunks[0].part(0), chunks[0].part(1)), (Some("w1"), Some("w1 (2)")));
    assert_eq!(chunks[0].column("line").unwrap().iter().collect::<Vec<_>>(), ["1", "2", "1"]);
    assert_eq!(chunks[0].column("kind").unwrap().value(2), "y");
}

#[test]
fn a_ragged_record_gives_one_row() {
    let spec = wide_sales("^w", WideBlank::Skip);
    let chunks = read_named("in.csv", "item,w1,w2\nA,1,2\nB,,\nC,3\n", &spec, 10).unwrap();
    let found: Vec<_> = chunks[0].ragged().iter().map(|row| (row.row, row.found)).collect();
    assert_eq!((chunks[0].rows(), found), (3, vec![(2, 2)]));
    assert_eq!(rows(&chunks)[2], ["in.csv:4:", "", "C", ""]);
}

#[test]
fn headers_that_match_nothing_are_told() {
    let spec = wide_sales("^month", WideBlank::Skip);
    let error = read_named("in.csv", WEEKS, &spec, 10).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("SC-1030", "in.csv has no column that `^month` matches: found item, w1, note, w2, w1")
    );
    let spec = wide_sales("^w", WideBlank::Skip).with_column("kind", ColumnSource::header("nota"));
    let error = read_named("in.csv", WEEKS, &spec, 10).unwrap_err();
    assert!(error.to_string().ends_with("found item, note, name, value, position"), "{error}");
    assert_eq!(error.hint().unwrap(), "did you mean `note`?");
}

fn long_sales() -> SourceSpec {
    SourceSpec::new(Feed::Sales)
        .with_column("sale_id", ColumnSource::RowKey)
        .with_column("sold_at", ColumnSource::header("day"))
        .with_column("product_id", ColumnSource::header("item"))
        .with_column("quantity", ColumnSource::header("qty"))
}

#[test]
fn a_header_that_stands_twice_is_refused_where_it_is_needed() {
    let text = "day,item,qty,note,note\n1,A,2,x,y\n";
    assert_eq!(read(text, &long_sales()), [["in.csv:2", "1", "A", "2"]]);
    let message = |spec: &SourceSpec| read_named("in.csv", text, spec, 10).unwrap_err().to_string();
    let twice = "in.csv names a column twice: found `note` as column 4 and column 5, \
                 allowed is one column a name";
    assert_eq!(message(&long_sales().with_column("kind", ColumnSource::header("note"))), twice);
    assert_eq!(message(&long_sales().with_column("kind", computed("note"))), twice);
    let second = long_sales().with_column("kind", ColumnSource::header("note (2)"));
    assert_eq!(read(text, &second)[0][4], "y");
}

#[test]
fn fields_may_be_cut_and_blanks_filled() {
    let header = |header: &str, extract: Option<&str>, blank: Option<&str>| {
        ColumnSource::Column(HeaderSource {
            header: header.to_owned(),
            extract: extract.map(str::to_owned),
            blank: blank.map(str::to_owned),
            ..HeaderSource::default()
        })
    };
    let mut spec = long_sales()
        .with_column("product_id", header("item", Some(r"^(\w+)-"), None))
        .with_column("quantity", header("qty", None, Some("0")));
    spec.null_texts = vec!["-".to_owned()];
    let found = read("day,item,qty\n1,A1-x,\n2,B2,-\n3,C3-,5\n", &spec);
    let cut: Vec<[&str; 2]> = found.iter().map(|row| [row[2].as_str(), row[3].as_str()]).collect();
    assert_eq!(cut, [["A1", "0"], ["B2", "0"], ["C3", "5"]]);
}

#[test]
fn the_name_of_the_file_may_say_the_day() {
    let spec = SourceSpec::new(Feed::Stock)
        .with_column("product_id", ColumnSource::header("item"))
        .with_column("on_hand", ColumnSource::header("units"))
        .with_column(
            "counted_on",
            ColumnSource::FileName { pattern: r"(\d{4}-\d\d-\d\d)".to_owned(), format: None },
        );
    let text = "item,units\nA,3\n";
    let found = read_named("stock_2024-08-26.csv", text, &spec, 10).unwrap();
    assert_eq!(found[0].column("counted_on").unwrap().value(0), "2024-08-26");
    let error = read_named("stock.csv", text, &spec, 10).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the name of stock.csv does not say stock.counted_on: found `stock.csv`, \
         allowed is what `(\\d{4}-\\d\\d-\\d\\d)` matches"
    );
    assert!(error.is_refused_file());
}

#[test]
fn computed_columns_take_the_feeds_columns_before_headers() {
    let mut spec = long_sales()
        .with_column("unit_price", ColumnSource::Constant("2.5".to_owned()))
        .with_column("total", computed("quantity * unit_price - discount"))
        .with_column("discount", computed("`Rebate %` / 100"))
        .with_column("sale_id", computed("concat(day, '-', item)"))
        .with_column("quantity", computed("-quantity"));
    spec.numbers = NumberFormat { decimal_mark: ',', thousands_mark: None };
    // The header `quantity` is the file's, the column of that name its negative.
    let found = read("day,item,quantity,Rebate %\n7,A,-1,50\n8,B,\"-0,5\",\n9,C,x,0\n", &spec);
    let column = |at: usize| found.iter().map(|row| row[at].as_str()).collect::<Vec<_>>();
    assert_eq!(column(0), ["7-A", "8-B", "9-C"]);
    assert_eq!(column(3), ["1", "0.5", "x"]);
    assert_eq!(column(5), ["0.5", "", "0"]);
    assert_eq!(column(6), ["2", "", "x"]);
    let missing = spec.with_column("total", computed("quantty * 2"));
    let error = read_named("in.csv", "day,item,quantity,Rebate %\n", &missing, 10).unwrap_err();
    assert_eq!(
        (error.code(), error.hint().unwrap()),
        ("SC-1010", "did you mean `quantity`?".to_owned())
    );
}

#[test]
fn fixed_width_feeds_are_mapped_by_their_fields() {
    let mut spec = long_sales();
    let field = |name: &str, start| FixedField { name: name.to_owned(), start, width: 3 };
    spec.fixed_width = vec![field("day", 1), field("item", 4), field("qty", 7)];
    assert_eq!(read("  1 A1  5\n  2 B2  6\n", &spec)[1], ["in.csv:2", "2", "B2", "6"]);
}

fn counts(spec: &SourceSpec, file: &str) -> Option<(u64, u64, f64)> {
    let path = data(file)?;
    let (mut n_rows, mut n_blank, mut sum) = (0, 0, 0.0);
    for chunk in FeedReader::open(spec, &path, file).unwrap() {
        let chunk = chunk.unwrap();
        assert!(chunk.rows() <= 16_384);
        n_rows += chunk.rows() as u64;
        for text in chunk.column("quantity").unwrap().iter() {
            n_blank += u64::from(text.is_empty());
            sum += text.parse().unwrap_or(0.0);
        }
    }
    Some((n_rows, n_blank, sum))
}

#[test]
fn wide_columns_of_real_files_are_all_there() {
    let long = |key: &str| {
        let mut spec = wide_sales(r"^\d+$", WideBlank::Keep);
        spec.columns.insert("product_id".to_owned(), ColumnSource::header(key));
        spec
    };
    let parts = long("name").with_column("sold_at", ColumnSource::header("t"));
    // 51 months of 2,674 parts, as the data's own README counts them.
    let Some((n_rows, n_blank, _)) = counts(&parts, "carparts/carparts.csv") else { return };
    assert_eq!(n_rows, 51 * 2_674);
    let mut known = parts.clone();
    known.wide = wide(r"^\d+$", WideBlank::Skip);
    let Some((n_known, no_blank, _)) = counts(&known, "carparts/carparts.csv") else { return };
    assert_eq!((n_known, no_blank), (n_rows - n_blank, 0));
    let mut days = long("dept_id");
    days.wide = wide("^d_", WideBlank::Keep);
    let Some((n_days, ..)) = counts(&days, "m5/store_dept_daily.csv") else { return };
    assert_eq!(n_days, 70 * 1_913);
}

#[test]
fn weeks_of_the_m4_series_end_where_their_values_do() {
    let mut spec = wide_sales(r"^V([2-9]|\d{2,})$", WideBlank::Skip);
    spec.null_texts = vec!["NA".to_owned()];
    spec.columns.insert("product_id".to_owned(), ColumnSource::header("V1"));
    // 359 series of 13 weeks.
    let Some((n_rows, ..)) = counts(&spec, "m4/Weekly-test.csv.gz") else { return };
    assert_eq!(n_rows, 359 * 13);
    let Some((n_rows, n_blank, _)) = counts(&spec, "m4/Weekly-train.csv.gz") else { return };
    assert!(n_blank == 0 && n_rows > 359 * 80 && n_rows < 359 * 2_597, "{n_rows}");
}

#[test]
fn units_are_computed_from_their_logarithms() {
    let mut spec = SourceSpec::new(Feed::Sales)
        .with_column("sale_id", ColumnSource::RowKey)
        .with_column("sold_at", ColumnSource::header("week"))
        .with_column("product_id", ColumnSource::header("brand"))
        .with_column("location_id", ColumnSource::header("store"))
        .with_column("unit_price", computed("round(64 * price1, 4)"))
        .with_column("quantity", computed("round(exp(logmove))"));
    spec.null_texts = vec!["NA".to_owned()];
    // Rows and units as a script in another language counts them.
    let Some(found) = counts(&spec, "orange-juice/orange_juice.csv.gz") else { return };
    assert_eq!(found, (106_139, 0, 1_000_392_608.0));
}

#[test]
fn months_of_a_real_workbook_become_days() {
    let mut spec = wide_sales(r"^\d{4}-\d\d-\d\d$", WideBlank::Skip);
    spec.sheet = Some("Data 1b".to_owned());
    spec.columns.insert("product_id".to_owned(), ColumnSource::RowKey);
    let Some(path) = data("spare-parts/oil-1b.xls") else { return };
    let mut reader = FeedReader::open(&spec, &path, "oil-1b.xls").unwrap();
    let chunk = reader.next().unwrap().unwrap();
    assert!(!chunk.has_offsets());
    assert!(chunk.column("sold_at").unwrap().iter().all(|day| day.len() == 10));
    let n_rows = chunk.rows() + reader.map(|chunk| chunk.unwrap().rows()).sum::<usize>();
    assert!(n_rows > 7_024 && n_rows <= 7_024 * 56, "{n_rows}");
}

proptest! {
    #[test]
    fn rows_are_records_times_matched_headers(
        table in proptest::collection::vec(proptest::collection::vec("[0-9]{0,2}", 5), 1..12),
        chunk_rows in 1_usize..9,
    ) {
        let mut text = "item,w1,w2,w3,w4\n".to_owned();
        for row in &table {
            text.push_str(&format!("x{}\n", row.join(",")));
        }
        let spec = wide_sales("^w", WideBlank::Keep);
        let chunks = read_named("in.csv", &text, &spec, chunk_rows).unwrap();
        prop_assert!(chunks.iter().all(|chunk| chunk.rows() <= chunk_rows));
        let values: Vec<String> = rows(&chunks).into_iter().map(|row| row[3].clone()).collect();
        let expected: Vec<String> = table.iter().flat_map(|row| row[1..].to_vec()).collect();
        prop_assert_eq!(values, expected);
        let skipping = wide_sales("^w", WideBlank::Skip);
        let known = read_named("in.csv", &text, &skipping, chunk_rows).unwrap();
        let n_known = table.iter().flat_map(|row| &row[1..]).filter(|text| !text.is_empty()).count();
        prop_assert_eq!(known.iter().map(TextChunk::rows).sum::<usize>(), n_known);
    }
}

#[test]
fn a_name_in_backticks_is_a_header_before_it_is_a_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, "id,day,item,quantity,unit_price\n1,2024-01-01,A,2,-2.50\n").unwrap();
    let spec = SourceSpec::new(Feed::Sales)
        .with_column("sale_id", ColumnSource::header("id"))
        .with_column("sold_at", ColumnSource::header("day"))
        .with_column("product_id", ColumnSource::header("item"))
        .with_column("quantity", computed("decode(sign(`unit_price`), -1, -quantity, quantity)"))
        .with_column("unit_price", computed("abs(unit_price)"))
        .with_column("total", computed("quantity * unit_price"));
    let chunk = FeedReader::open(&spec, &path, "in.csv").unwrap().next().unwrap().unwrap();
    let value = |name: &str| chunk.column(name).unwrap().value(0);
    assert_eq!(["quantity", "unit_price", "total"].map(value), ["-2", "2.5", "-5"]);
}
