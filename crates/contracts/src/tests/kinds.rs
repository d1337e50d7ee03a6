//! The kinds of sales: told by a column, by rules of the source, by numbers.

use super::{check_with, texts};
use crate::{Contract, ContractError, RowChecker};
use shelfcast_retail::Feed;
use shelfcast_sources::{KindRule, SourceSpec};

const HEADER: &str = "sale_id,sold_at,product_id,quantity,unit_price";

fn rule(kind: &str, column: &str, pattern: &str) -> KindRule {
    KindRule { kind: kind.to_owned(), column: column.to_owned(), pattern: pattern.to_owned() }
}

fn kinds(rules: &[KindRule], rows: &[&str]) -> Vec<String> {
    let text = format!("{HEADER}\n{}\n", rows.join("\n"));
    let adapt = |spec: &mut SourceSpec| spec.kinds = rules.to_vec();
    texts(&check_with(&Contract::builtin(Feed::Sales), adapt, &text).batch, "kind")
}

#[test]
fn without_rules_the_sign_and_the_price_tell() {
    let rows = [
        "1,2024-08-26,A,2,5",
        "2,2024-08-26,A,-2,5",
        "3,2024-08-26,A,0,5",
        "4,2024-08-26,A,7,0",
        "5,2024-08-26,A,-7,0.00",
        "6,2024-08-26,A,0,0",
        "7,2024-08-26,A,-1,",
    ];
    let expected = ["sale", "return", "sale", "adjustment", "adjustment", "sale", "return"];
    assert_eq!(kinds(&[], &rows), expected);
}

#[test]
fn the_first_rule_that_matches_names_the_kind() {
    let rules = [
        rule("fee", "product_id", "^(POST|BANK CHARGES)$"),
        rule("cancellation", "sale_id", "^C"),
        rule("sale", "sale_id", "^C9"),
    ];
    let rows = [
        "1,2024-08-26,A,2,5",
        "C2,2024-08-26,A,-2,5",
        "C3,2024-08-26,POST,-1,18",
        "4,2024-08-26,POST,1,0",
        "5,2024-08-26,A,-3,5",
        "6,2024-08-26,A,-3,0",
        "C9,2024-08-26,A,1,0",
    ];
    // A cancelled fee stays a fee; what is negative and no cancellation corrects something.
    let expected =
        ["sale", "cancellation", "fee", "fee", "adjustment", "adjustment", "cancellation"];
    assert_eq!(kinds(&rules, &rows), expected);
}

#[test]
fn a_column_that_says_the_kind_is_believed() {
    let text = format!("{HEADER},kind\nC1,2024-08-26,A,-1,5,return\nC2,2024-08-26,A,-1,5,\n");
    let adapt = |spec: &mut SourceSpec| spec.kinds = vec![rule("cancellation", "sale_id", "^C")];
    let outcome = check_with(&Contract::builtin(Feed::Sales), adapt, &text);
    assert_eq!(texts(&outcome.batch, "kind"), ["return", "cancellation"]);
}

#[test]
fn rules_that_cannot_be_are_refused_with_what_is_allowed() {
    let refuse = |feed: Feed, rule: KindRule| -> ContractError {
        let mut spec = SourceSpec::direct(feed, vec!["in.csv".to_owned()]);
        spec.kinds = vec![rule];
        RowChecker::new(&Contract::builtin(feed), &spec).err().unwrap()
    };
    let error = refuse(Feed::Sales, rule("cancelation", "sale_id", "^C"));
    assert_eq!(
        error.to_string(),
        "`cancelation` is not a kind of sale: allowed are sale, return, cancellation, adjustment, fee"
    );
    assert_eq!(error.hint().unwrap(), "did you mean `cancellation`?");
    for (feed, rule, code) in [
        (Feed::Sales, rule("fee", "product", "x"), "SC-1011"),
        (Feed::Sales, rule("fee", "product_id", "("), "SC-1020"),
        (Feed::Sales, rule("fee", "product_id", "(x{1000}){1000}"), "SC-1020"),
        (Feed::Stock, rule("fee", "product_id", "x"), "SC-1019"),
    ] {
        let error = refuse(feed, rule);
        assert_eq!((error.code(), error.is_refused_file()), (code, false), "{error}");
    }
}
