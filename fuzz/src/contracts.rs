//! The targets for `contracts`: each takes any bytes and panics where a promise is broken.

use crate::{Checked, Contract, RowChecker, Tally, arrow_schema};
use shelfcast_retail::Feed;
use shelfcast_sources::{Duplicates, FeedReader, SourceSpec};
use std::path::Path;

/// What a target is called, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// The targets of this module.
pub const TARGETS: [Target; 2] = [("contract", contract), ("rows", rows)];

/// Contracts that take the place of those built in: YAML text.
pub fn contract(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let contract = match Contract::parse(text, "in.yaml") {
        Ok(contract) => contract,
        Err(error) => {
            assert!(error.to_string().starts_with("in.yaml"), "{error}");
            return;
        }
    };
    let again = Contract::parse(contract.text(), "again.yaml").expect("it was read before");
    assert_eq!(format!("{:?}", again.rules()), format!("{:?}", contract.rules()));
    assert_eq!(again.set_rules().len(), contract.set_rules().len());
    let spec = SourceSpec::direct(contract.feed(), vec!["in.csv".to_owned()]);
    assert!(RowChecker::new(&contract, &spec).is_ok());
}

/// What a file of sales came to.
#[derive(Debug, PartialEq)]
struct Outcome {
    batches: Vec<String>,
    n_accepted: u64,
    violations: Vec<String>,
    tally: Tally,
}

/// Judged rows of sales. Two bytes choose how, the rest are the rows below a header.
pub fn rows(bytes: &[u8]) {
    const HEADER: &[u8] =
        b"sale_id,line,sold_at,product_id,quantity,unit_price,discount,total,kind\n";
    let Some(([choice, remembered], rows)) = bytes.split_first_chunk::<2>() else { return };
    let mut spec = SourceSpec::new(Feed::Sales);
    for column in std::str::from_utf8(HEADER).unwrap_or_default().trim().split(',') {
        let is_counted = column == "line" && choice & 1 == 1;
        if !is_counted {
            spec = spec.with_column(column, shelfcast_sources::ColumnSource::header(column));
        }
    }
    spec.duplicates = [None, Some(Duplicates::Keep), Some(Duplicates::Drop), Some(Duplicates::Ask)]
        [usize::from(choice >> 1 & 3)];
    spec.distinct = choice >> 3 & 1 == 1;
    let folder = folder();
    let path = folder.join("in.csv");
    std::fs::write(&path, [HEADER, rows].concat()).expect("room for an input");
    let few = usize::from(choice >> 4) + 1;
    let Some(whole) = judge(&spec, &path, 16_384, usize::MAX / 2) else { return };
    let parts = judge(&spec, &path, few, usize::from(remembered % 8)).expect("it was read before");
    assert_eq!(parts, whole, "chunks and memory make no difference");
}

/// A folder for inputs that lives as long as its thread.
fn folder() -> std::path::PathBuf {
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder for inputs");
    }
    FOLDER.with(|folder| folder.path().to_owned())
}

/// Judges a file in chunks of some rows, remembering so many; `None` where it cannot be read.
fn judge(spec: &SourceSpec, path: &Path, chunk_rows: usize, remembered: usize) -> Option<Outcome> {
    let contract = Contract::builtin(Feed::Sales);
    let start = || RowChecker::new(&contract, spec).expect("a contract and a source that fit");
    let mut checker = start().with_rows_remembered(remembered);
    let mut outcome = pass(&mut checker, spec, path, chunk_rows)?;
    if let Some(late) = checker.late_duplicates().expect("what went to disk comes back") {
        let mut checker = start().with_known_duplicates(late);
        outcome = pass(&mut checker, spec, path, chunk_rows)?;
    } else {
        // Duplicates that are only counted are counted at the end.
        outcome.tally = checker.tally().clone();
    }
    let tally = &outcome.tally;
    assert_eq!(tally.rows, tally.accepted + tally.rejected + tally.repeated, "{tally:?}");
    assert_eq!(tally.accepted, outcome.n_accepted, "{tally:?}");
    assert!(tally.duplicates <= tally.rejected, "{tally:?}");
    let _ = tally.verdict(&contract, "in.csv").map_err(|error| error.to_string());
    Some(outcome)
}

fn pass(
    checker: &mut RowChecker,
    spec: &SourceSpec,
    path: &Path,
    chunk_rows: usize,
) -> Option<Outcome> {
    let reader = FeedReader::open(spec, path, "in.csv").ok()?.with_chunk_rows(chunk_rows);
    let (mut batches, mut violations, mut n_accepted) = (Vec::new(), Vec::new(), 0);
    for chunk in reader {
        let Checked { batch, violations: found } =
            checker.check(&chunk.ok()?).expect("bad rows are no errors");
        assert_eq!(batch.schema(), arrow_schema(spec.feed));
        n_accepted += batch.num_rows() as u64;
        for row in 0..batch.num_rows() {
            batches.push(format!("{:?}", batch.slice(row, 1).columns()));
        }
        violations.extend(found.into_iter().map(|violation| format!("{violation:?}")));
    }
    Some(Outcome { batches, n_accepted, violations, tally: checker.tally().clone() })
}
