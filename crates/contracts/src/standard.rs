//! Contracts held against the JSON schema of the standard, as published.

use crate::ContractError;
use crate::error::nearest;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::Spanned;
use std::fmt;
use std::sync::LazyLock;

/// The schema of the Open Data Contract Standard v3.1.0; see `schema/README.md`.
const SCHEMA: &str = include_str!("../schema/odcs-3.1.0.schema.json");

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(SCHEMA).expect("the published schema is JSON");
    jsonschema::validator_for(&schema).expect("the published schema is a schema")
});

/// Refuses a contract that the standard would not call one.
pub(crate) fn check(text: &str, origin: &str) -> Result<(), ContractError> {
    check_those(text, origin, |_| true)
}

/// Refuses values of the wrong kind alone, such as a number in place of a list.
pub(crate) fn check_kinds(text: &str, origin: &str) -> Result<(), ContractError> {
    check_those(text, origin, |error| matches!(error.kind(), ValidationErrorKind::Type { .. }))
}

fn check_those(
    text: &str,
    origin: &str,
    is_meant: impl Fn(&ValidationError<'_>) -> bool,
) -> Result<(), ContractError> {
    let document = serde_saphyr::from_str::<Value>(text).map_err(|error| {
        let error = error.without_snippet();
        ContractError::Syntax {
            origin: origin.to_owned(),
            line: error.location().map_or(1, |location| location.line()),
            column: error.location().map_or(1, |location| location.column()),
            message: error.to_string(),
        }
    })?;
    // The innermost violation says most; keys that nothing allows may only seem
    // unknown because something else beside them is wrong.
    let errors = VALIDATOR.iter_errors(&document);
    let rank = |error: &ValidationError<'_>| {
        (unexpected(error).is_none(), error.instance_path().as_str().split('/').count())
    };
    match errors.filter(is_meant).max_by_key(rank) {
        None => Ok(()),
        Some(error) => Err(refusal(&error, text, origin)),
    }
}

fn refusal(error: &ValidationError<'_>, text: &str, origin: &str) -> ContractError {
    let path = error.instance_path().as_str();
    let mut steps: Vec<&str> = path.split('/').skip(1).collect();
    let (found, allowed, nearest) = describe(error);
    if let Some(unexpected) = unexpected(error) {
        steps.push(unexpected);
    }
    ContractError::Standard {
        origin: origin.to_owned(),
        line: line_of(text, &steps),
        path: if path.is_empty() { "the contract".to_owned() } else { path[1..].replace('/', ".") },
        found,
        allowed,
        nearest,
    }
}

/// What was found, what is allowed, and the allowed word most like what was found.
fn describe(error: &ValidationError<'_>) -> (String, String, Option<String>) {
    let instance = shown(error.instance());
    match error.kind() {
        ValidationErrorKind::Enum { options } => {
            let words: Vec<String> = options.as_array().into_iter().flatten().map(shown).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            (
                format!("`{instance}`"),
                format!("one of {}", words.join(", ")),
                nearest(&instance, &words),
            )
        }
        ValidationErrorKind::Required { property } => {
            let property = shown(property);
            (format!("no `{property}`"), format!("only with `{property}`"), None)
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            (format!("`{}`", unexpected.join("`, `")), "a key of the standard".to_owned(), None)
        }
        ValidationErrorKind::Type { kind } => {
            let kind = match kind {
                jsonschema::error::TypeKind::Single(kind) => kind.to_string(),
                jsonschema::error::TypeKind::Multiple(_) => "another type".to_owned(),
            };
            (format!("`{instance}`"), format!("a value of type {kind}"), None)
        }
        ValidationErrorKind::Pattern { pattern } => {
            (format!("`{instance}`"), format!("text that matches {pattern}"), None)
        }
        kind => (format!("`{instance}`"), format!("what its `{}` says", kind.keyword()), None),
    }
}

fn unexpected<'e>(error: &'e ValidationError<'_>) -> Option<&'e str> {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            unexpected.first().map(String::as_str)
        }
        _ => None,
    }
}

/// A value for a message: text as it stands, lists and objects by their kind.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// The line on which the thing at the end of `steps` stands, or the last thing before it.
fn line_of(text: &str, steps: &[&str]) -> u64 {
    let Ok(root) = serde_saphyr::from_str::<Spanned<Node>>(text) else { return 1 };
    let mut line = root.referenced.line();
    let mut node = &root.value;
    for step in steps {
        let next = match node {
            Node::Map(entries) => {
                let entry = entries.iter().find(|(key, _)| key.value == *step);
                entry.map(|(key, value)| (key.referenced.line(), value))
            }
            Node::List(items) => {
                let item = step.parse().ok().and_then(|index: usize| items.get(index));
                item.map(|item| (item.referenced.line(), item))
            }
            Node::Leaf => None,
        };
        let Some((found, value)) = next else { break };
        (line, node) = (found, &value.value);
    }
    line
}

/// A document of which only the shape and the places are read.
enum Node {
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
    List(Vec<Spanned<Node>>),
    Leaf,
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Node, D::Error> {
        IgnoredAny::deserialize(inner).map(|_| Node::Leaf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contract;
    use shelfcast_retail::Feed;

    #[test]
    fn every_builtin_contract_keeps_the_standard() {
        for feed in Feed::ALL {
            let contract = Contract::builtin(feed);
            assert_eq!(check(contract.text(), feed.as_str()).map_err(|it| it.to_string()), Ok(()));
        }
    }

    fn refused(replaced: &str, by: &str) -> ContractError {
        let text = Contract::builtin(Feed::Sales).text().to_owned();
        assert!(text.contains(replaced), "{replaced}");
        check(&text.replacen(replaced, by, 1), "mine.yaml").unwrap_err()
    }

    #[test]
    fn what_breaks_the_standard_is_named_with_its_line() {
        let error = refused("dimension: conformity", "dimension: conformty");
        assert_eq!(
            error.to_string(),
            "mine.yaml:89: schema.0.properties.12.quality.0.dimension breaks the Open Data \
             Contract Standard v3.1.0: found `conformty`, allowed is one of accuracy, \
             completeness, conformity, consistency, coverage, timeliness, uniqueness"
        );
        assert_eq!(error.hint().unwrap(), "did you mean `conformity`?");
        assert_eq!((error.code(), error.is_refused_file()), ("SC-1110", false));
        for (replaced, by, expected) in [
            (
                "version: 1.0.0",
                "version: 1",
                "mine.yaml:5: version breaks the Open Data Contract \
              Standard v3.1.0: found `1`, allowed is a value of type string",
            ),
            (
                "status: active\n",
                "",
                "mine.yaml:1: the contract breaks the Open Data Contract \
              Standard v3.1.0: found no `status`, allowed is only with `status`",
            ),
            (
                "status: active\n",
                "status: active\nowner: me\n",
                "mine.yaml:7: the contract breaks \
              the Open Data Contract Standard v3.1.0: found `owner`, allowed is a key of the standard",
            ),
            (
                "- name: total\n        description: The total is",
                "- id: a b\n        description: The total is",
                "found `a b`, allowed is text that matches ^[A-Za-z0-9_-]+$",
            ),
            ("        engine: shelfcast\n", "", "found no `engine`, allowed is only with `engine`"),
        ] {
            let message = refused(replaced, by).to_string();
            assert!(message.contains(expected), "{message}\n{expected}");
        }
        assert!(refused("status: active\n", "").hint().unwrap().contains("open-data-contract"));
    }
}
