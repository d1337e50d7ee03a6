//! Lines that are looked up in another file.

use super::{Outcome, messages, texts};
use crate::{Contract, RowChecker, Severity, arrow_schema};
use arrow::compute::concat_batches;
use shelfcast_retail::{Feed, Money};
use shelfcast_sources::{ColumnSource, FeedReader, LookupSpec, Lookups, SourceSpec};

/// Judges lines of sales that are looked up in another file for what `columns` names.
fn check_lines(columns: &[&str], head: &str, lines: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("heads.csv"), head).unwrap();
    std::fs::write(path("in.csv"), lines).unwrap();
    let contract = Contract::builtin(Feed::Sales);
    let mut spec = SourceSpec::new(Feed::Sales);
    for header in lines.lines().next().unwrap().split(',').chain(columns.iter().copied()) {
        spec = spec.with_column(header, ColumnSource::header(header));
    }
    spec.lookups = vec![LookupSpec::new("heads.csv", &["sale_id"], columns)];
    let lookups = Lookups::read(&spec, folder.path()).unwrap();
    let reader = FeedReader::open_with(&spec, &path("in.csv"), "in.csv", &lookups).unwrap();
    let mut checker = RowChecker::new(&contract, &spec).unwrap();
    let (mut batches, mut violations) = (Vec::new(), Vec::new());
    for chunk in reader {
        let checked = checker.check(&chunk.unwrap()).unwrap();
        batches.push(checked.batch);
        violations.extend(checked.violations);
    }
    let batch = concat_batches(&arrow_schema(spec.feed), &batches).unwrap();
    Outcome { batch, violations, tally: checker.tally().clone() }
}

#[test]
fn a_line_without_its_head_is_refused_once_with_its_money() {
    let head = "sale_id,sold_at\n1,2024-05-13\n2,\n";
    let lines = "sale_id,product_id,quantity,unit_price\n1,A,2,3.50\n9,A,3,3.50\n2,B,1,1\n";
    let outcome = check_lines(&["sold_at"], head, lines);
    assert_eq!(
        messages(&outcome),
        [
            "lookup: in.csv row 3: found `sale_id` `9`, which stands nowhere in heads.csv, \
             allowed is what stands below `sale_id` there",
            // The head is there and says nothing: that is another matter.
            "required: in.csv row 4: sold_at is empty, allowed is a value",
        ]
    );
    assert_eq!(outcome.violations[0].money, Some(Money::from_parts(105_000)));
    assert_eq!((outcome.tally.accepted, outcome.tally.rejected), (1, 2));
}

#[test]
fn a_line_that_only_lacks_what_it_can_do_without_comes_in_with_a_warning() {
    let lines = "sale_id,sold_at,product_id,quantity\n1,2024-05-13,A,2\n9,2024-05-13,A,3\n";
    let outcome = check_lines(&["customer_id"], "sale_id,customer_id\n1,C7\n", lines);
    assert_eq!(texts(&outcome.batch, "customer_id"), ["C7", ""]);
    let told: Vec<_> =
        outcome.violations.iter().map(|it| (it.rule.as_str(), it.severity)).collect();
    assert_eq!(told, [("lookup", Severity::Warn)]);
}
