//! Contracts as documents: the ones built in, wrong ones, own ones.

use super::check_with;
use crate::{Contract, ContractError};
use shelfcast_retail::Feed;

#[test]
fn every_builtin_contract_is_read_and_knows_its_feed() {
    for feed in Feed::ALL {
        let contract = Contract::builtin(feed);
        assert_eq!(contract.feed(), feed);
        assert_eq!(contract.id(), format!("shelfcast.{feed}"));
        assert_eq!(contract.key.as_ref().unwrap().columns, feed.key(), "{feed}");
        for column in feed.columns() {
            assert!(
                contract.text().contains(&format!("- name: {}\n", column.name)),
                "{feed}.{}",
                column.name
            );
        }
        let ids: Vec<_> = contract.rules().iter().map(|rule| rule.id).collect();
        assert!(ids.contains(&"duplicate_row") && ids.contains(&"ragged_row"), "{feed}: {ids:?}");
    }
}

/// A contract for stock with `lines` in place of some of its own.
fn contract_with(replaced: &str, by: &str) -> Result<Contract, ContractError> {
    let text = Contract::builtin(Feed::Stock).text().to_owned();
    assert!(text.contains(replaced), "{replaced}");
    Contract::parse(&text.replacen(replaced, by, 1), "mine.yaml")
}

#[test]
fn wrong_contracts_name_the_line_and_what_is_allowed() {
    let message = |replaced, by| contract_with(replaced, by).unwrap_err().to_string();
    assert_eq!(
        message("metric: duplicateValues", "metric: duplicates"),
        "mine.yaml:63: found the quality rule `duplicates`, which is unknown; \
         allowed are duplicateValues, rowCount"
    );
    assert_eq!(
        message("rule: ragged_row", "rule: raged_row"),
        "mine.yaml:83: found the quality rule `raged_row`, which is unknown; \
         allowed are total, amount, duplicate_row, ragged_row, references, freshness, future, \
         row_count_change, sum_change"
    );
    assert_eq!(
        contract_with("rule: ragged_row", "rule: raged_row").unwrap_err().hint().unwrap(),
        "did you mean `ragged_row`?"
    );
    let unknown = message("    properties:\n", "    propertys:\n");
    assert!(unknown.starts_with("mine.yaml:17:5: unknown field `propertys`"), "{unknown}");
    let kind = message("required: true", "required: 7");
    assert!(kind.contains("found `7`, allowed is a value of type boolean"), "{kind}");
    let feed = message("name: stock\n    logicalType", "name: stocks\n    logicalType");
    assert!(
        feed.starts_with("mine.yaml:14: found schema name `stocks`, allowed is products, "),
        "{feed}"
    );
    let column = message("name: on_hand", "name: onhand");
    assert!(
        column.contains("found property `onhand`, allowed is product_id, location_id"),
        "{column}"
    );
    assert!(message("logicalType: date", "logicalType: string").contains("allowed is date"));
    assert!(message("required: true", "required: false").contains("cannot do without this column"));
    assert!(
        message("minimum: 0", "minimum: none")
            .contains("found limit `none`, allowed is a value of logicalType number")
    );
    assert!(
        message("value: '0.05'", "value: '5'")
            .contains("found maxRejectedShare `5`, allowed is a share from 0 to 1")
    );
    assert!(message("severity: reject_row", "severity: drop").contains("`drop`"));
    assert!(message("mustBe: 0", "mustBe: 3").contains("found mustBe `3`, allowed is mustBe 0"));
    assert!(
        message("apiVersion: v3.1.0", "apiVersion: v2.2.2").contains("found apiVersion `v2.2.2`")
    );
    assert!(message("kind: DataContract", "kind: [").starts_with("mine.yaml:"));
}

#[test]
fn an_own_contract_can_forbid_more_and_refuse_the_file() {
    let strict =
        contract_with("          minimum: 0\n", "          minimum: 0\n          maximum: 500\n");
    let strict = strict.unwrap();
    assert!(strict.rules().iter().any(|rule| rule.allowed == "at least 0 and at most 500"));
    let fatal = contract_with("            value: warn", "            value: reject_file").unwrap();
    let outcome = check_with(&fatal, |_| {}, "product_id,counted_on,on_hand\nA,2024-08-26,-3\n");
    assert_eq!(
        outcome.tally.verdict(&fatal, "in.csv").unwrap_err().to_string(),
        "in.csv row 2: on_hand is `-3`, allowed is at least 0: \
         rule range of the contract shelfcast.stock refuses the whole file"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stock.odcs.yaml");
    std::fs::write(&path, fatal.text()).unwrap();
    assert_eq!(Contract::load(&path).unwrap().text(), fatal.text());
    let message = Contract::load(&folder.path().join("none.yaml")).unwrap_err().to_string();
    assert!(message.starts_with("cannot open the contract "), "{message}");
}
