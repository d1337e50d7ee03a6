//! The rows of real retailers, against the control totals that come with them.

use super::{Outcome, check_file, decimals, messages, run};
use crate::{Contract, RowChecker};
use arrow::array::RecordBatch;
use shelfcast_retail::Feed;
use shelfcast_sources::propose;
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
            assert_eq!((tally.rows, tally.rejected), (10_194, 0), "{:?}", tally.by_rule);
            let total = sum(&outcomes[0].batch, "total");
            assert_eq!((total + 50).div_euclid(100), 232_653_435);
        }
    }
    // 2,012 exact duplicates among 245,903 rows and 3,651 codes; over all rows the sum of
    // quantity x price is 4,397,950.761, returns and adjustments included.
    let Some(folder) = data("online-retail") else { return };
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let spec = propose(&files[..1]).unwrap().sources.pop().unwrap().spec;
    let mut checker = RowChecker::new(&Contract::builtin(Feed::Sales), &spec).unwrap();
    let (mut n_rows, mut n_duplicates, mut amount) = (0, 0, 0);
    for file in &files {
        let (batches, violations) = run(&mut checker, &spec, file, "file", 16_384);
        for batch in &batches {
            let prices = decimals(batch, "unit_price").into_iter();
            amount += prices
                .zip(decimals(batch, "quantity"))
                .map(|(price, quantity)| price.unwrap() * quantity.unwrap())
                .sum::<i128>();
        }
        amount += violations.iter().map(|it| it.money.unwrap().parts() * 10_000).sum::<i128>();
        let tally = checker.next_file();
        n_rows += tally.rows;
        n_duplicates += tally.duplicates;
        assert_eq!(tally.rejected, tally.duplicates);
    }
    assert_eq!((n_rows, n_duplicates, amount), (245_903, 2_012, 439_795_076_100_000));
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
