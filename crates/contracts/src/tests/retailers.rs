//! The rows of real retailers, against the control totals that come with them.

use super::{Outcome, check_file, decimals, messages, texts};
use crate::Contract;
use arrow::array::RecordBatch;
use shelfcast_retail::Feed;
use shelfcast_sources::{Duplicates, KindRule, SourceSpec, propose};
use std::path::{Path, PathBuf};

/// A file of the data for development; `None`, and told, where the data is absent.
fn data(relative: &str) -> Option<PathBuf> {
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

/// What the proposal for `files` lets in and refuses, by feed.
fn check_proposed(files: &[PathBuf]) -> Vec<(Feed, Vec<Outcome>)> {
    let sources = propose(files).unwrap().sources;
    let outcomes = sources.iter().map(|source| {
        let contract = Contract::builtin(source.spec.feed);
        let paths = source.spec.expand(Path::new("")).unwrap();
        let outcomes = paths
            .iter()
            .map(|path| check_file(&contract, &source.spec, path, "file", 16_384))
            .collect();
        (source.spec.feed, outcomes)
    });
    outcomes.collect()
}

fn sum(batch: &RecordBatch, column: &str) -> i128 {
    decimals(batch, column).into_iter().flatten().sum()
}

#[test]
fn nothing_of_the_original_is_refused() {
    let names = ["customer_data.csv", "inventory_data.csv", "sales_data.csv"];
    let paths: Option<Vec<PathBuf>> =
        names.iter().map(|name| data(&format!("original/{name}"))).collect();
    let Some(paths) = paths else { return };
    let mut n_rows = Vec::new();
    for (feed, outcomes) in check_proposed(&paths) {
        for outcome in outcomes {
            assert_eq!(messages(&outcome), [""; 0], "{feed}");
            n_rows.push((feed, outcome.batch.num_rows()));
            if feed == Feed::Sales {
                // The data's README: sum of Total Amount 55,384.22.
                assert_eq!(sum(&outcome.batch, "total"), 553_842_200);
            }
        }
    }
    let (five, twenty) = (Feed::Sales, 20);
    assert_eq!(
        n_rows,
        [
            (Feed::Products, twenty),
            (Feed::Suppliers, twenty),
            (Feed::Customers, twenty),
            (five, 100),
            (Feed::Stock, twenty)
        ]
    );
}

#[test]
fn the_control_totals_of_other_retailers_are_met() {
    // The data's README: rows and sums of the sample orders and of the daily totals.
    let Some(path) = data("superstore/superstore.csv") else { return };
    for (feed, outcomes) in check_proposed(&[path]) {
        if feed == Feed::Sales {
            let tally = &outcomes[0].tally;
            assert_eq!((tally.rows, tally.rejected), (10_194, 0), "{:?}", tally.refused_by_rule);
            let total = sum(&outcomes[0].batch, "total");
            assert_eq!((total + 50).div_euclid(100), 232_653_435);
        }
    }
    let Some(path) = data("completejourney/transactions_sample.csv.gz") else { return };
    for (feed, outcomes) in check_proposed(&[path]) {
        // The one value that is no amount: what a subtraction of floats left over.
        let found: Vec<_> = outcomes[0].violations.iter().map(|it| it.found.as_str()).collect();
        assert_eq!(
            (feed, outcomes[0].tally.rows, found),
            (Feed::Sales, 75_000, vec!["4.440892e-16"])
        );
    }
}

/// Counts and sums of rows, let in or refused, by what the data's README counts.
#[derive(Debug, Default, PartialEq)]
struct Totals {
    rows: u64,
    duplicates: u64,
    cancellations: u64,
    adjustments: u64,
    /// Quantity x price of the rows let in, in ten-thousandths.
    accepted_money: i128,
    rejected_money: i128,
}

/// A cancelled invoice has a C before its number.
fn with_cancellations(mut spec: SourceSpec) -> SourceSpec {
    spec.kinds = vec![KindRule {
        kind: "cancellation".to_owned(),
        column: "sale_id".to_owned(),
        pattern: "^C".to_owned(),
    }];
    spec
}

#[test]
fn the_control_totals_of_the_online_retailer_are_met() {
    let Some(folder) = data("online-retail") else { return };
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let spec = propose(&files[..1]).unwrap().sources.pop().unwrap().spec;
    let read = |action: Duplicates| {
        let spec = SourceSpec { duplicates: Some(action), ..with_cancellations(spec.clone()) };
        let mut totals = Totals::default();
        for file in &files {
            let outcome = check_file(&Contract::builtin(Feed::Sales), &spec, file, "file", 16_384);
            let tally = &outcome.tally;
            assert_eq!(tally.rows, tally.accepted + tally.rejected);
            assert_eq!(tally.rejected, tally.duplicates, "{:?}", tally.examples);
            assert_eq!(tally.rejected_money, tally.duplicates_money);
            let prices = decimals(&outcome.batch, "unit_price").into_iter().flatten();
            let quantities = decimals(&outcome.batch, "quantity").into_iter().flatten();
            let worth: i128 = prices.zip(quantities).map(|(price, units)| price * units).sum();
            assert_eq!(worth % 10_000, 0, "four decimals hold every product");
            let kinds = texts(&outcome.batch, "kind");
            let n_kind = |kind: &str| kinds.iter().filter(|it| *it == kind).count() as u64;
            totals.rows += tally.rows;
            totals.duplicates += tally.duplicates + tally.duplicates_kept;
            totals.cancellations += n_kind("cancellation");
            totals.adjustments += n_kind("adjustment");
            totals.accepted_money += worth / 10_000;
            totals.rejected_money += tally.rejected_money.parts();
        }
        totals
    };
    // The README's totals are those of all rows, duplicates included.
    let all = read(Duplicates::Keep);
    assert_eq!((all.rows, all.duplicates, all.cancellations), (245_903, 2_012, 4_494));
    assert_eq!((all.accepted_money, all.rejected_money), (43_979_507_610, 0));
    let dropped = read(Duplicates::Drop);
    assert_eq!((dropped.rows, dropped.duplicates), (245_903, 2_012));
    assert_eq!(dropped.accepted_money + dropped.rejected_money, 43_979_507_610);
    assert!(dropped.rejected_money != 0);
    // The 1,478 rows at price 0 are the adjustments: every one of the 758 rows with a negative
    // quantity that is no cancellation is among them (counted apart with Python's csv).
    assert_eq!(all.adjustments, 1478);
}
