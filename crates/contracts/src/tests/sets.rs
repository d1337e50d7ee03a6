//! Rules about sets of rows, as contracts write them.

use crate::{Contract, ContractError, SetRule, SetRuleKind, Severity};
use shelfcast_retail::Feed;

/// The contract of sales with one more check of its schema.
fn sales_with(check: &str) -> Result<Contract, ContractError> {
    let text = Contract::builtin(Feed::Sales).text().to_owned();
    let lines: Vec<String> = check.lines().map(|line| format!("        {line}\n")).collect();
    let check = lines.concat().replacen("        ", "      - ", 1);
    Contract::parse(&format!("{text}{check}"), "mine.yaml")
}

fn last_rule(check: &str) -> SetRule {
    sales_with(check).unwrap().set_rules().last().unwrap().clone()
}

fn custom(implementation: &str) -> String {
    format!("type: custom\nengine: shelfcast\nimplementation: {{{implementation}}}")
}

fn message(check: &str) -> String {
    sales_with(check).unwrap_err().to_string()
}

#[test]
fn the_builtin_rules_refer_to_feeds_and_keep_the_future_out() {
    let mut referred = Vec::new();
    for feed in Feed::ALL {
        for rule in Contract::builtin(feed).set_rules() {
            match rule.kind {
                SetRuleKind::References(other) => {
                    assert_eq!(rule.severity, Severity::Warn, "{feed}.{}", rule.id);
                    referred.push((feed.as_str(), other.as_str()));
                }
                SetRuleKind::Future => {
                    assert_eq!((feed, rule.severity), (Feed::Sales, Severity::RejectRow));
                    assert_eq!(
                        (rule.id.as_str(), rule.column.as_deref()),
                        ("future", Some("sold_at"))
                    );
                }
                other => panic!("{feed} has {other:?}"),
            }
        }
    }
    assert!(referred.contains(&("sales", "products")), "{referred:?}");
    assert!(referred.contains(&("sales", "customers")), "{referred:?}");
    assert!(referred.contains(&("purchase_orders", "suppliers")), "{referred:?}");
}

#[test]
fn each_kind_of_rule_is_read_with_its_defaults() {
    let unique = last_rule(
        "metric: duplicateValues\narguments: {scope: all_files, properties: [sale_id]}\nmustBe: 0",
    );
    assert_eq!(
        (unique.id.as_str(), unique.kind, unique.severity),
        ("unique_in_all_files", SetRuleKind::Unique, Severity::RejectRow)
    );
    let fresh = last_rule(&custom("rule: freshness, column: sold_at, maximumAge: 3 days"));
    assert_eq!((fresh.kind, fresh.severity), (SetRuleKind::Freshness, Severity::Warn));
    assert!(fresh.sql.contains("clock.now - interval '3 days'"), "{}", fresh.sql);
    let count = last_rule("metric: rowCount\nmustBeBetween: [1, 5000]");
    assert_eq!((count.kind, count.severity), (SetRuleKind::RowCount, Severity::RejectFile));
    assert_eq!(count.description, "A file has a number of rows that is between 1 and 5000.");
    assert!(count.sql.contains("coalesce(rows between 1 and 5000, false)"), "{}", count.sql);
    let change = last_rule(&custom(
        "rule: sum_change, column: total, minimumShare: 0.5, maximumShare: 2, batches: 4",
    ));
    assert_eq!((change.id.as_str(), change.kind), ("sum_change", SetRuleKind::SumChange));
    assert!(change.sql.contains("where place <= 4"), "{}", change.sql);
    let rows = last_rule(&custom("rule: row_count_change, minimumShare: 0.5, maximumShare: 2"));
    assert!(rows.sql.contains("size < 0.5 * usual_size or size > 2 * usual_size"), "{}", rows.sql);
    let places = last_rule(&format!(
        "id: places\nseverity: reject_row\n{}",
        custom("rule: references, column: location_id, feed: locations")
    ));
    assert_eq!(
        (places.id.as_str(), places.kind, places.severity),
        ("places", SetRuleKind::References(Feed::Locations), Severity::RejectRow)
    );
    assert!(places.sql.contains("n._ordinal as ordinal"), "{}", places.sql);
}

#[test]
fn a_query_of_ones_own_is_compared_by_its_operator() {
    let check = |operator: &str| {
        format!(
            "id: free\ntype: sql\nquery: select count(*) from ${{table}} where total = 0;\n{operator}"
        )
    };
    let rule = last_rule(&check("mustBe: 0"));
    assert_eq!((rule.id.as_str(), rule.kind), ("free", SetRuleKind::Query));
    assert!(
        rule.sql.contains("from (\nselect count(*) from new where total = 0\n) as answer(value)")
    );
    for (operator, holds) in [
        ("mustBe: 0", "answer.value is not distinct from 0"),
        ("mustBe: o'k", "answer.value is not distinct from 'o''k'"),
        ("mustNotBe: -1.5", "answer.value is distinct from -1.5"),
        ("mustBeGreaterThan: 1", "coalesce(answer.value > 1, false)"),
        ("mustBeGreaterOrEqualTo: 1", "coalesce(answer.value >= 1, false)"),
        ("mustBeLessThan: 1", "coalesce(answer.value < 1, false)"),
        ("mustBeLessOrEqualTo: 1", "coalesce(answer.value <= 1, false)"),
        ("mustBeBetween: [1, 2]", "coalesce(answer.value between 1 and 2, false)"),
        ("mustNotBeBetween: [1, 2]", "coalesce(answer.value not between 1 and 2, false)"),
    ] {
        let sql = last_rule(&check(operator)).sql;
        assert!(sql.ends_with(&format!("where not ({holds})")), "{operator}: {sql}");
    }
}

#[test]
fn wrong_rules_name_what_is_allowed() {
    for (check, expected) in [
        (custom("rule: freshnes, column: sold_at"), "quality rule `freshnes`, which is unknown"),
        (
            custom("rule: references, column: product_id, feed: product"),
            "found feed `product`, allowed is products, item_settings",
        ),
        (
            custom("rule: references, column: product_id"),
            "found feed `nothing`, allowed is a value, for the rule references needs one",
        ),
        (
            custom("rule: references, column: product, feed: products"),
            "found column `product`, allowed is sale_id, line, ",
        ),
        (
            custom("rule: freshness, column: total, maximumAge: 3 days"),
            "found column `total`, allowed is sold_at",
        ),
        (
            custom("rule: freshness, column: sold_at, maximumAge: 3 fortnights"),
            "found maximumAge `3 fortnights`, allowed is hours, days or weeks such as `3 days`",
        ),
        (
            custom("rule: freshness, column: sold_at, maximumAge: 3 days, tolerance: 1"),
            "found key `tolerance`, allowed is column, maximumAge for the rule freshness",
        ),
        (custom("rule: ragged_row, maximum: 1"), "allowed is nothing besides the rule ragged_row"),
        (
            custom("rule: sum_change, column: sold_at, minimumShare: 0, maximumShare: 1"),
            "found column `sold_at`, allowed is quantity, unit_price, total",
        ),
        (
            custom("rule: row_count_change, minimumShare: half, maximumShare: 1"),
            "found minimumShare `half`, allowed is a number such as 0.5",
        ),
        (
            custom("rule: row_count_change, minimumShare: 0, maximumShare: 1, batches: 0"),
            "found batches `0`, allowed is a number of files",
        ),
        (custom("rule: future, column: sold_at, notAfter: 1 day"), "found id of a rule `future`"),
        ("metric: rowCount".to_owned(), "found operators `nothing`, allowed is one operator"),
        ("metric: rowCount\nmustBeGreaterThan: x".to_owned(), "`x`, allowed is a number"),
        (
            "metric: rowCount\nmustBeLessThan: 9\nseverity: reject_row".to_owned(),
            "found severity `reject_row`, allowed is warn, reject_file: the rule is about whole files",
        ),
        (
            "metric: duplicateValues\nmustBe: 0\narguments: {scope: world}".to_owned(),
            "found scope `world`, allowed is file, all_files",
        ),
        (
            "type: sql\nquery: select 1\nmustBe: 1".to_owned(),
            "found id of a check of type sql `nothing`",
        ),
        (
            "id: mine\ntype: sql\nquery: drop table new\nmustBe: 1".to_owned(),
            "found query `drop`, allowed is one SELECT over new, live, batches, clock",
        ),
    ] {
        let message = message(&check);
        assert!(message.contains(expected), "{check}\n{message}\n{expected}");
        assert!(message.starts_with("mine.yaml:1"), "{message}");
    }
}
