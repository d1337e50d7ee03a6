//! Contracts and row rules against real, broken and arbitrary rows.

mod documents;
mod kinds;
mod lookups;
mod repeats;
mod replay;
mod retailers;
mod sets;

use crate::{Checked, Contract, RowChecker, Severity, Tally, Violation, arrow_schema};
use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use proptest::prelude::*;
use shelfcast_retail::{Day, Feed};
use shelfcast_sources::{ColumnSource, DateFormat, FeedReader, NumberFormat, SourceSpec};
use std::path::Path;

struct Outcome {
    batch: RecordBatch,
    violations: Vec<Violation>,
    tally: Tally,
}

/// Reads a file as a source describes it and judges its rows.
fn check_file(
    contract: &Contract,
    spec: &SourceSpec,
    path: &Path,
    label: &str,
    rows: usize,
) -> Outcome {
    check_remembering(contract, spec, path, label, rows, usize::MAX / 2)
}

/// As [`check_file`], remembering so many rows: a second reading may be needed.
fn check_remembering(
    contract: &Contract,
    spec: &SourceSpec,
    path: &Path,
    label: &str,
    rows: usize,
    rows_remembered: usize,
) -> Outcome {
    let mut checker =
        RowChecker::new(contract, spec).unwrap().with_rows_remembered(rows_remembered);
    let (mut batches, mut violations) = run(&mut checker, spec, path, label, rows);
    if let Some(late) = checker.late_duplicates().unwrap() {
        checker = RowChecker::new(contract, spec).unwrap().with_known_duplicates(late);
        (batches, violations) = run(&mut checker, spec, path, label, rows);
    }
    let batch = concat_batches(&arrow_schema(spec.feed), &batches).unwrap();
    Outcome { batch, violations, tally: checker.tally().clone() }
}

fn run(
    checker: &mut RowChecker,
    spec: &SourceSpec,
    path: &Path,
    label: &str,
    rows: usize,
) -> (Vec<RecordBatch>, Vec<Violation>) {
    let (mut batches, mut violations) = (Vec::new(), Vec::new());
    for chunk in FeedReader::open(spec, path, label).unwrap().with_chunk_rows(rows) {
        let Checked { batch, violations: found } = checker.check(&chunk.unwrap()).unwrap();
        batches.push(batch);
        violations.extend(found);
    }
    (batches, violations)
}

/// Judges the text of a file whose headers are a feed's own.
fn check(feed: Feed, text: &str) -> Outcome {
    check_with(&Contract::builtin(feed), |_| {}, text)
}

fn check_with(contract: &Contract, adapt: impl Fn(&mut SourceSpec), text: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, text).unwrap();
    let mut spec = SourceSpec::new(contract.feed());
    for header in text.lines().next().unwrap().split(',') {
        spec = spec.with_column(header, ColumnSource::header(header));
    }
    adapt(&mut spec);
    check_file(contract, &spec, &path, "in.csv", 16_384)
}

/// `rule: message` of every violation.
fn messages(outcome: &Outcome) -> Vec<String> {
    outcome.violations.iter().map(|it| format!("{}: {}", it.rule, it.message)).collect()
}

fn texts(batch: &RecordBatch, column: &str) -> Vec<String> {
    let values = batch.column_by_name(column).unwrap().as_string::<i32>();
    values.iter().map(|value| value.unwrap_or("").to_owned()).collect()
}

fn decimals(batch: &RecordBatch, column: &str) -> Vec<Option<i128>> {
    batch.column_by_name(column).unwrap().as_primitive::<Decimal128Type>().iter().collect()
}

fn integers(batch: &RecordBatch, column: &str) -> Vec<Option<i64>> {
    batch.column_by_name(column).unwrap().as_primitive::<Int64Type>().iter().collect()
}

const SALES: &str = "sale_id,sold_at,product_id,quantity,unit_price,discount,total";

fn sales(rows: &[&str]) -> Outcome {
    check(Feed::Sales, &format!("{SALES}\n{}\n", rows.join("\n")))
}

#[test]
fn a_good_row_becomes_typed_values_with_their_origin() {
    let outcome = sales(&["7,2024-08-26 16:56:11, A1 ,2,177.25,0.07,329.68"]);
    assert_eq!(messages(&outcome), [""; 0]);
    let batch = &outcome.batch;
    assert_eq!(batch.schema(), arrow_schema(Feed::Sales));
    assert_eq!(texts(batch, "product_id"), ["A1"]);
    assert_eq!(texts(batch, "location_id"), ["main"]);
    assert_eq!(texts(batch, "kind"), ["sale"]);
    assert_eq!(decimals(batch, "unit_price"), [Some(1_772_500)]);
    assert_eq!(decimals(batch, "discount"), [Some(700)]);
    assert_eq!(integers(batch, "line"), [Some(1)]);
    // `date -u -d "2024-08-26 16:56:11" +%s` prints 1724691371.
    let sold_at = batch.column_by_name("sold_at").unwrap();
    assert_eq!(sold_at.as_primitive::<TimestampMicrosecondType>().value(0), 1_724_691_371_000_000);
    assert_eq!(texts(batch, "_file"), ["in.csv"]);
    let lineage = ["_row", "_offset", "_ordinal"].map(|name| integers(batch, name)[0]);
    assert_eq!(lineage, [Some(2), Some(62), Some(0)]);
}

#[test]
fn each_broken_rule_says_what_and_where() {
    for (row, expected) in [
        (
            "7,2024-08-26,A,abc,1,0,1",
            "type: in.csv row 2: quantity is `abc`, allowed is a number of at most 4 decimals with decimal mark `.`",
        ),
        (
            "7,2024-08-26,A,\"13,75\",1,0,1",
            "type: in.csv row 2: quantity is `13,75`, allowed is a number of at most 4 decimals with decimal mark `.`",
        ),
        (
            "7,26/08/2024,A,1,1,0,1",
            "type: in.csv row 2: sold_at is `26/08/2024`, allowed is a day or date-time written as iso",
        ),
        (
            "7,2024-08-26,,1,1,0,1",
            "required: in.csv row 2: product_id is empty, allowed is a value",
        ),
        (
            "7,2024-08-26,A,1,1,1.5,1",
            "range: in.csv row 2: discount is `1.5`, allowed is at least 0 and at most 1",
        ),
        (
            "7,2024-08-26,A,1,-1,0,-1",
            "range: in.csv row 2: unit_price is `-1`, allowed is at least 0 and at most 1000000000",
        ),
        (
            "7,1024-08-26,A,1,1,0,1",
            "range: in.csv row 2: sold_at is `1024-08-26`, allowed is at least 1970-01-01 and at most 2100-01-01",
        ),
        (
            "7,2024-08-26,A,1,1000000000000000,0,",
            "out_of_scale: in.csv row 2: unit_price is `1000000000000000`, allowed is a number of at most 14 digits before the decimal mark",
        ),
        (
            "7,2024-08-26,A,2,177.25,0.07,329.70",
            "total: in.csv row 2: total is `329.7`, allowed is 2 x 177.25 x (1 - 0.07) = 329.685, give or take 0.01",
        ),
        (
            "7,2024-08-26,A,10000000.0001,1,0,",
            "range: in.csv row 2: quantity is `10000000.0001`, allowed is at least -10000000 and at most 10000000",
        ),
        (
            "7,2024-08-26,A,1,1000000001,0,",
            "range: in.csv row 2: unit_price is `1000000001`, allowed is at least 0 and at most 1000000000",
        ),
        (
            "7,2024-08-26,A,0,1,0,-100000000",
            "range: in.csv row 2: total is `-100000000`, allowed is at least -99999999 and at most 99999999",
        ),
        (
            "7,2024-08-26,A,-10000000,1000000000,0,",
            "amount: in.csv row 2: found an amount of -10000000000000000, allowed is at most 99999999 either way",
        ),
        (
            "7,2024-08-26,A,100000,1000,1,0",
            "amount: in.csv row 2: found an amount of 100000000, allowed is at most 99999999 either way",
        ),
        (
            "7,2024-08-26,A,1,1",
            "ragged_row: in.csv row 2: found 5 fields, allowed is 7 fields, as the header has",
        ),
        (
            "7,2024-08-26,A,1,1,0,1,9",
            "ragged_row: in.csv row 2: found 8 fields, allowed is 7 fields, as the header has",
        ),
    ] {
        let outcome = sales(&[row, "8,2024-08-27,B,1,1,0,1"]);
        assert_eq!(messages(&outcome), [expected]);
        assert_eq!((outcome.tally.rows, outcome.tally.accepted, outcome.tally.rejected), (2, 1, 1));
        assert_eq!(outcome.violations[0].text, row);
        let first = &outcome.violations[0];
        assert_eq!((first.row, first.ordinal, first.offset), (2, 0, Some(62)));
    }
}

#[test]
fn totals_may_be_a_cent_off_and_no_more() {
    // 2 x 177.25 x 0.93 = 329.685 exactly.
    for (total, let_in) in
        [("329.675", true), ("329.695", true), ("329.6749", false), ("329.6951", false)]
    {
        let outcome = sales(&[&format!("7,2024-08-26,A,2,177.25,0.07,{total}")]);
        assert_eq!(outcome.tally.accepted == 1, let_in, "{total}");
    }
}

#[test]
fn returns_are_known_by_their_sign_and_zero_is_a_sale() {
    let outcome =
        sales(&["7,2024-08-26,A,-2,5,0,-10", "7,2024-08-26,B,0,5,0,0", "8,2024-08-26,B,3,5,0,15"]);
    assert_eq!(texts(&outcome.batch, "kind"), ["return", "sale", "sale"]);
    assert_eq!(integers(&outcome.batch, "line"), [Some(1), Some(2), Some(1)]);
    let wrong =
        check(Feed::Sales, "sale_id,sold_at,product_id,quantity,kind\n1,2024-08-26,A,1,gift\n");
    assert_eq!(
        messages(&wrong),
        [
            "allowed_values: in.csv row 2: kind is `gift`, allowed is one of sale, return, cancellation, adjustment, fee"
        ]
    );
}

#[test]
fn a_refused_row_counts_as_a_line_so_that_mending_it_renumbers_nothing() {
    let outcome = sales(&["7,2024-08-26,A,x,5,0,5", "7,2024-08-26,B,1,5,0,5"]);
    assert_eq!(integers(&outcome.batch, "line"), [Some(2)]);
}

#[test]
fn exact_duplicates_and_repeated_keys_name_the_row_that_is_kept() {
    let outcome = check(
        Feed::Products,
        "product_id,name,unit_cost\nA,Pick,1\nB,Spade,x\nA,Pick,1\nA,Pickaxe,2\nB,Spade,3\n",
    );
    assert_eq!(
        messages(&outcome),
        [
            "type: in.csv row 3: unit_cost is `x`, allowed is a number of at most 4 decimals with decimal mark `.`",
            "duplicate_row: in.csv row 4: found the same text as row 2, which is kept, allowed is one row of the same text",
            "unique: in.csv row 5: found the same product_id as row 2, which is kept, allowed is one row per product_id",
        ]
    );
    // The refused B does not stand in the way of the good one.
    assert_eq!(texts(&outcome.batch, "product_id"), ["A", "B"]);
    assert_eq!(integers(&outcome.batch, "_row"), [Some(2), Some(6)]);
}

#[test]
fn a_distinct_source_takes_the_first_of_each_key_in_silence() {
    let outcome = check_with(
        &Contract::builtin(Feed::Suppliers),
        |spec| spec.distinct = true,
        "supplier_id,name\nS1,One\nS2,Two\nS1,Other\n",
    );
    assert_eq!(messages(&outcome), [""; 0]);
    assert_eq!(texts(&outcome.batch, "name"), ["One", "Two"]);
    let tally = outcome.tally;
    assert_eq!((tally.rows, tally.accepted, tally.rejected, tally.repeated), (3, 2, 0, 1));
}

#[test]
fn declared_formats_nulls_and_zones_are_used() {
    let outcome = check_with(
        &Contract::builtin(Feed::Sales),
        |spec| {
            spec.numbers = NumberFormat { decimal_mark: ',', thousands_mark: Some('.') };
            spec.null_texts = vec!["NA".to_owned()];
            spec.time_zone = Some("Europe/Berlin".to_owned());
            let format: DateFormat = "%d.%m.%Y %H:%M".parse().unwrap();
            spec.columns.insert("sold_at".to_owned(), ColumnSource::dates("sold_at", format));
        },
        "sale_id,sold_at,product_id,quantity,unit_price\n1,01.07.2024 12:00,A,\"1.013,75\",NA\n",
    );
    assert_eq!(messages(&outcome), [""; 0]);
    assert_eq!(decimals(&outcome.batch, "quantity"), [Some(10_137_500)]);
    assert_eq!(decimals(&outcome.batch, "unit_price"), [None]);
    let sold_at = outcome.batch.column_by_name("sold_at").unwrap();
    // 12:00 in Berlin is 10:00 UTC in July; `date -u -d "2024-07-01 10:00" +%s` prints 1719828000.
    assert_eq!(sold_at.as_primitive::<TimestampMicrosecondType>().value(0), 1_719_828_000_000_000);
}

/// The days that rows of sales belong to.
fn days(time_zone: Option<&str>, sold_at: &[&str]) -> Vec<String> {
    let rows = sold_at.iter().enumerate().map(|(sale, at)| format!("{sale},{at},A,1\n"));
    let text = format!("sale_id,sold_at,product_id,quantity\n{}", rows.collect::<String>());
    let zone = time_zone.map(str::to_owned);
    let contract = Contract::builtin(Feed::Sales);
    let outcome = check_with(&contract, |spec| spec.time_zone = zone.clone(), &text);
    assert_eq!(messages(&outcome), [""; 0]);
    let days = outcome.batch.column_by_name(crate::DAY_COLUMN).unwrap().clone();
    let days = days.as_primitive::<Date32Type>().clone();
    days.values().iter().map(|day| Day::from_epoch_days(*day).to_string()).collect()
}

#[test]
fn a_sale_belongs_to_the_day_that_the_clocks_of_its_place_showed() {
    let at =
        ["2024-03-01", "2024-03-01 00:30", "2024-03-01T23:30:00-05:00", "2024-03-01T23:30:00Z"];
    // 23:30 in New York is 05:30 in Berlin, and 23:30 UTC is 00:30 there.
    let berlin = ["2024-03-01", "2024-03-01", "2024-03-02", "2024-03-02"];
    assert_eq!(days(Some("Europe/Berlin"), &at), berlin);
    assert_eq!(days(None, &at), ["2024-03-01"; 4]);
    let new_york = days(Some("America/New_York"), &at);
    assert_eq!(new_york, ["2024-03-01"; 4]);
}

#[test]
fn a_warning_lets_the_row_in_and_is_told() {
    let outcome =
        check(Feed::Stock, "product_id,counted_on,on_hand\nA,2024-08-26,-3\nB,2024-08-26,x\n");
    assert_eq!(outcome.violations[0].severity, Severity::Warn);
    assert_eq!(decimals(&outcome.batch, "on_hand"), [Some(-30_000)]);
    // What must be there cannot be left out with a warning.
    assert_eq!(
        (outcome.violations[1].rule.as_str(), outcome.violations[1].severity),
        ("type", Severity::RejectRow)
    );
    let far = check(Feed::Stock, "product_id,counted_on,on_hand\nA,2024-08-26,-10000001\n");
    assert_eq!(
        messages(&far),
        [
            "range: in.csv row 2: on_hand is `-10000001`, allowed is at least 0",
            "limit: in.csv row 2: on_hand is `-10000001`, allowed is at most 10000000 either way"
        ]
    );
    assert_eq!((far.tally.rejected, far.tally.warned_by_rule["range"]), (1, 1));
    let days = outcome.batch.column_by_name("counted_on").unwrap();
    // 2024-08-26 is day 19961 after 1970-01-01.
    assert_eq!(days.as_primitive::<Date32Type>().values(), &[19_961]);
}

#[test]
fn the_worth_of_refused_rows_is_added_up() {
    let outcome =
        sales(&["7,2024-08-26,,2,5,0,10", "7,2024-08-26,,2,1.5,0,", "8,2024-08-26,A,1,1,0,1"]);
    assert_eq!(outcome.violations[0].money.unwrap().to_string(), "10");
    assert_eq!(outcome.tally.rejected_money.to_string(), "13");
    assert_eq!(outcome.tally.refused_by_rule["required"], 2);
}

#[test]
fn a_file_with_too_many_refused_rows_is_refused() {
    let good: Vec<String> = (0..95).map(|row| format!("{row},2024-08-26,A,1,1,0,1")).collect();
    let verdict = |n_bad: usize| {
        let bad: Vec<String> =
            (0..n_bad).map(|row| format!("b{row},2024-08-26,A,x,1,0,1")).collect();
        let rows: Vec<&str> = good.iter().chain(&bad).map(String::as_str).collect();
        sales(&rows).tally.verdict(&Contract::builtin(Feed::Sales), "in.csv")
    };
    assert!(verdict(5).is_ok());
    let error = verdict(6).unwrap_err();
    assert_eq!(
        error.to_string(),
        "in.csv is refused: 6 of 101 rows (5.9 %) break its contract shelfcast.sales, \
         allowed is a share of 0.05; broken most often: type 6 (as in in.csv row 97: quantity \
         is `x`, allowed is a number of at most 4 decimals with decimal mark `.`)"
    );
    assert_eq!((error.code(), error.is_refused_file()), ("SC-1108", true));
}

#[test]
fn a_refused_file_names_the_rules_broken_most_often() {
    let outcome = sales(&[
        "1,2024-08-26,A,x,1,0,1",
        "2,2024-08-26,A,x,1,0,1",
        "3,2024-08-26,,1,1,0,1",
        "4,2024-08-26,,1,1,0,1",
        "5,2024-08-26,A,1,1,2,1",
        "6,2024-08-26,A,1,1,0,7",
        "7,2024-08-26,A,1,-1,0,",
    ]);
    let error = outcome.tally.verdict(&Contract::builtin(Feed::Sales), "in.csv").unwrap_err();
    let message = error.to_string();
    let (_, rules) = message.split_once("broken most often: ").unwrap();
    assert_eq!(
        rules,
        "range 2 (as in in.csv row 6: discount is `2`, allowed is at least 0 and at most 1); \
         required 2 (as in in.csv row 4: product_id is empty, allowed is a value); \
         type 2 (as in in.csv row 2: quantity is `x`, allowed is a number of at most 4 decimals \
         with decimal mark `.`)"
    );
}

#[test]
fn exact_duplicates_alone_do_not_refuse_a_file() {
    let outcome = sales(&["7,2024-08-26,A,1,5,0,5"; 10]);
    let tally = outcome.tally;
    assert_eq!((tally.accepted, tally.rejected, tally.duplicates), (1, 9, 9));
    assert!(tally.verdict(&Contract::builtin(Feed::Sales), "in.csv").is_ok());
}

#[test]
fn a_contract_for_another_feed_is_refused() {
    let error =
        RowChecker::new(&Contract::builtin(Feed::Stock), &SourceSpec::new(Feed::Sales)).err();
    assert_eq!(
        error.unwrap().to_string(),
        "the contract shelfcast.stock is for stock, and the source is for sales"
    );
}

proptest! {
    #[test]
    fn any_split_into_chunks_gives_the_same_rows(
        rows in proptest::collection::vec((0_u8..4, "[A-C]", "-?[0-9]{1,3}|x", "[0-9]{1,2}\\.[0-9]{2}|"), 1..30),
        chunk_rows in 1_usize..8,
    ) {
        let mut text = "sale_id,sold_at,product_id,quantity,unit_price\n".to_owned();
        for (sale, product, quantity, price) in &rows {
            text.push_str(&format!("{sale},2024-08-26,{product},{quantity},{price}\n"));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, &text).unwrap();
        let mut spec = SourceSpec::new(Feed::Sales);
        for header in ["sale_id", "sold_at", "product_id", "quantity", "unit_price"] {
            spec = spec.with_column(header, ColumnSource::header(header));
        }
        let contract = Contract::builtin(Feed::Sales);
        let whole = check_file(&contract, &spec, &path, "in.csv", 1_000);
        let split = check_file(&contract, &spec, &path, "in.csv", chunk_rows);
        prop_assert_eq!(&whole.batch, &split.batch);
        prop_assert_eq!(&whole.violations, &split.violations);
        prop_assert_eq!(&whole.tally, &split.tally);
        let tally = whole.tally;
        prop_assert_eq!(tally.rows, tally.accepted + tally.rejected + tally.repeated);
        prop_assert_eq!(tally.rows as usize, rows.len());
    }

    #[test]
    fn any_fields_are_judged_without_panic(fields in proptest::collection::vec("\\PC{0,6}|-?[0-9.]{1,40}", 7)) {
        let quoted: Vec<String> = fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        let outcome = sales(&[&quoted.join(",")]);
        prop_assert_eq!(outcome.tally.rows, 1);
    }

    #[test]
    fn any_text_is_a_contract_or_an_error(text in "\\PC{0,40}|(kind|schema|version): ?[\\[{a-z]{0,4}\n") {
        prop_assert!(Contract::parse(&text, "any").is_err());
    }
}
