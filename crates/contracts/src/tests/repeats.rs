//! Exact duplicates and repeated keys: what is done with them, in memory and on disk.

use super::{check, check_file, check_remembering, check_with, integers, messages, texts};
use crate::{Contract, Severity};
use proptest::prelude::*;
use shelfcast_retail::Feed;
use shelfcast_sources::{ColumnSource, Duplicates, SourceSpec};

const HEADER: &str = "sale_id,sold_at,product_id,quantity,unit_price";

fn sales(action: Duplicates, rows: &[&str]) -> super::Outcome {
    let text = format!("{HEADER}\n{}\n", rows.join("\n"));
    let adapt = |spec: &mut SourceSpec| spec.duplicates = Some(action);
    check_with(&Contract::builtin(Feed::Sales), adapt, &text)
}

const TWICE: [&str; 4] =
    ["7,2024-08-26,A,2,5", "8,2024-08-26,A,1,5", "7,2024-08-26,A,2,5", "7,2024-08-26,A,2,5"];

#[test]
fn duplicates_that_are_kept_are_rows_like_others_and_counted() {
    let outcome = sales(Duplicates::Keep, &TWICE);
    assert_eq!(messages(&outcome), [""; 0]);
    assert_eq!(integers(&outcome.batch, "line"), [Some(1), Some(1), Some(2), Some(3)]);
    let tally = &outcome.tally;
    assert_eq!((tally.accepted, tally.duplicates, tally.duplicates_kept), (4, 0, 2));
    let hashes = integers(&outcome.batch, "_row_hash");
    let apart: std::collections::BTreeSet<_> = hashes.iter().collect();
    assert_eq!(apart.len(), 4, "the second and the third of equal rows are known by their number");
}

#[test]
fn duplicates_that_are_dropped_are_named_with_their_worth() {
    let outcome = sales(Duplicates::Drop, &TWICE);
    let found = messages(&outcome);
    assert_eq!(
        found[0],
        "duplicate_row: in.csv row 4: found the same text as row 2, which is kept, \
         allowed is one row of the same text"
    );
    assert_eq!((found.len(), outcome.violations[1].ordinal), (2, 3));
    let tally = &outcome.tally;
    assert_eq!((tally.duplicates, tally.duplicates_kept), (2, 0));
    assert_eq!(tally.duplicates_money.to_string(), "20");
    assert_eq!(tally.refused_by_rule["duplicate_row"], 2);
    assert!(tally.verdict(&Contract::builtin(Feed::Sales), "in.csv").is_ok());
}

#[test]
fn duplicates_that_are_asked_about_refuse_the_file_and_say_how_many() {
    let contract = Contract::builtin(Feed::Sales);
    let outcome = sales(Duplicates::Ask, &TWICE);
    let error = outcome.tally.verdict(&contract, "in.csv").unwrap_err();
    assert_eq!(
        error.to_string(),
        "in.csv is refused: found 2 rows with the text of an earlier row, worth 20, such as \
         row 4, which is row 2 again; allowed is none until its source says what they are"
    );
    assert!(error.hint().unwrap().starts_with("say `duplicates = \"keep\"` in the source"));
    assert_eq!((error.code(), error.is_refused_file()), ("SC-1111", true));
    let clean = sales(Duplicates::Ask, &TWICE[..2]);
    assert!(clean.tally.verdict(&contract, "in.csv").is_ok());
}

#[test]
fn the_contract_says_what_is_done_where_the_source_is_silent() {
    let text = Contract::builtin(Feed::Sales).text().to_owned();
    let rule = "action: drop";
    let asking = text.replace(rule, "action: ask");
    let asking = Contract::parse(&asking, "mine.yaml").unwrap();
    let mut spec = SourceSpec::new(Feed::Sales);
    assert_eq!(asking.duplicates_action(&spec), Some(Duplicates::Ask));
    assert_eq!(Contract::builtin(Feed::Sales).duplicates_action(&spec), Some(Duplicates::Drop));
    spec.duplicates = Some(Duplicates::Keep);
    assert_eq!(asking.duplicates_action(&spec), Some(Duplicates::Keep));
    let wrong = text.replace(rule, "action: dorp");
    let error = Contract::parse(&wrong, "mine.yaml").unwrap_err();
    assert!(error.to_string().contains("found action `dorp`, allowed is keep, drop, ask"));
    assert_eq!(error.hint().unwrap(), "did you mean `drop`?");
}

#[test]
fn equal_rows_that_share_a_key_are_not_kept() {
    let outcome = check_with(
        &Contract::builtin(Feed::Products),
        |spec| spec.duplicates = Some(Duplicates::Keep),
        "product_id,name\nA,Pick\nA,Pick\n",
    );
    assert_eq!(
        messages(&outcome),
        ["unique: in.csv row 3: found the same product_id as row 2, which is kept, \
          allowed is one row per product_id"]
    );
}

#[test]
fn a_row_is_compared_with_the_row_of_its_key_that_was_kept() {
    let outcome = check(Feed::Products, "product_id,name\nA,Pick\nA,Pickaxe\nA,Pickaxe\nA,Pick\n");
    let rules: Vec<&str> = outcome.violations.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(rules, ["unique", "unique", "duplicate_row"]);
    assert!(outcome.violations.iter().all(|it| it.message.contains("as row 2, which is kept")));
}

#[test]
fn repeated_keys_that_are_possible_are_told_and_let_in() {
    let header = "order_id,line,received_on,quantity";
    let text = format!("{header}\nO1,1,2024-08-26,5\nO1,1,2024-08-26,6\nO1,1,2024-08-26,5\n");
    let outcome = check(Feed::Receipts, &text);
    let found: Vec<(&str, Severity)> =
        outcome.violations.iter().map(|it| (it.rule.as_str(), it.severity)).collect();
    assert_eq!(found, [("unique", Severity::Warn), ("duplicate_row", Severity::RejectRow)]);
    assert_eq!(integers(&outcome.batch, "_ordinal"), [Some(0), Some(1)]);
    assert_eq!(outcome.tally.warned_by_rule["unique"], 1);
    assert_eq!(outcome.tally.refused_by_rule["duplicate_row"], 1);
}

/// A till's list without sale numbers.
fn till() -> SourceSpec {
    SourceSpec::new(Feed::Sales)
        .with_column("sale_id", ColumnSource::RowKey)
        .with_column("sold_at", ColumnSource::header("date"))
        .with_column("product_id", ColumnSource::header("item"))
        .with_column("quantity", ColumnSource::header("sales"))
}

#[test]
fn equal_rows_without_a_sale_number_all_count_and_are_known_again_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str, rows: &[&str]| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("date,item,sales\n{}\n", rows.join("\n"))).unwrap();
        check_file(&Contract::builtin(Feed::Sales), &till(), &path, name, 2)
    };
    let (tea, cup) = ("2013-01-01,TEA,1", "2013-01-01,CUP,1");
    let noon = read("noon.csv", &[tea, cup, tea]);
    assert_eq!((noon.tally.accepted, noon.tally.duplicates_kept), (3, 1));
    assert_eq!(texts(&noon.batch, "sale_id"), ["noon.csv:2", "noon.csv:3", "noon.csv:4"]);
    let night = read("night.csv", &[cup, tea, tea, cup, tea]);
    let (noon, night) = (integers(&noon.batch, "_row_hash"), integers(&night.batch, "_row_hash"));
    // By hand: TEA 1, CUP 1, TEA 2 at noon; CUP 1, TEA 1, TEA 2, CUP 2, TEA 3 at night.
    assert_eq!([noon[0], noon[1], noon[2]], [night[1], night[0], night[2]]);
    assert!(!noon.contains(&night[3]) && !noon.contains(&night[4]) && night[3] != night[4]);
}

#[test]
fn a_source_may_say_that_equal_rows_without_a_number_are_one() {
    let contract = Contract::builtin(Feed::Sales);
    assert_eq!(contract.duplicates_action(&till()), Some(Duplicates::Keep));
    let spec = SourceSpec { duplicates: Some(Duplicates::Drop), ..till() };
    assert_eq!(contract.duplicates_action(&spec), Some(Duplicates::Drop));
}

/// The text of a file of `feed` with many repeats.
fn any_file(feed: Feed, rows: &[(u8, u8, u8)]) -> String {
    let header = match feed {
        Feed::Sales => HEADER,
        Feed::Receipts => "order_id,line,received_on,quantity",
        _ => "product_id,name",
    };
    let mut text = format!("{header}\n");
    for (id, second, third) in rows {
        text.push_str(&match feed {
            Feed::Sales => {
                format!("S{id},2024-08-26,P{second},{},5\n", if *third == 0 { -1 } else { 1 })
            }
            Feed::Receipts => format!("O{id},{second},2024-08-26,{third}\n"),
            _ => format!("{},N{third}\n", id * 7),
        });
    }
    text
}

#[test]
fn rows_that_are_kept_get_no_warning_however_late_they_are_found() {
    // Found by the property below: the key is in memory, the text is not.
    let text = "order_id,line,received_on,quantity\nO1,1,2024-08-26,5\nO1,1,2024-08-26,6\nO1,1,2024-08-26,6\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, text).unwrap();
    let mut spec = SourceSpec::new(Feed::Receipts);
    for header in text.lines().next().unwrap().split(',') {
        spec = spec.with_column(header, ColumnSource::header(header));
    }
    spec.duplicates = Some(Duplicates::Keep);
    let contract = Contract::builtin(Feed::Receipts);
    let outcome = check_remembering(&contract, &spec, &path, "in.csv", 100, 1);
    assert_eq!(outcome.violations.len(), 1);
    assert_eq!((outcome.tally.accepted, outcome.tally.duplicates_kept), (3, 1));
}

proptest! {
    #[test]
    fn a_tiny_memory_gives_what_a_large_one_gives(
        rows in proptest::collection::vec((0_u8..6, 0_u8..3, 0_u8..2), 1..60),
        feed in proptest::sample::select(vec![Feed::Sales, Feed::Receipts, Feed::Products]),
        action in proptest::sample::select(vec![Duplicates::Keep, Duplicates::Drop, Duplicates::Ask]),
        is_distinct in proptest::bool::weighted(0.2),
        rows_remembered in 0_usize..12,
        chunk_rows in 1_usize..20,
    ) {
        let text = any_file(feed, &rows);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, &text).unwrap();
        let mut spec = SourceSpec::new(feed);
        for header in text.lines().next().unwrap().split(',') {
            spec = spec.with_column(header, ColumnSource::header(header));
        }
        spec.duplicates = Some(action);
        spec.distinct = is_distinct && feed == Feed::Products;
        let contract = Contract::builtin(feed);
        let large = check_file(&contract, &spec, &path, "in.csv", chunk_rows);
        let tiny =
            check_remembering(&contract, &spec, &path, "in.csv", chunk_rows, rows_remembered);
        prop_assert_eq!(&large.batch, &tiny.batch);
        prop_assert_eq!(&large.violations, &tiny.violations);
        prop_assert_eq!(&large.tally, &tiny.tally);
    }
}
