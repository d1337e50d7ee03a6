//! One version of each library whose types cross from one crate to another.

use crate::failure::{Failure, Fault};
use std::collections::BTreeMap;
use std::path::Path;

/// Families of packages: the name itself, or the name and a dash.
const FAMILIES: &[&str] = &["arrow", "parquet", "datafusion", "object_store", "deltalake"];

pub(crate) fn check(root: &Path) -> Result<Vec<Failure>, Fault> {
    let path = root.join("Cargo.lock");
    let text =
        std::fs::read_to_string(&path).map_err(|error| Fault::unusable(path.display(), error))?;
    let lock: toml::Table =
        toml::from_str(&text).map_err(|error| Fault::unusable(path.display(), error))?;
    Ok(second_versions(&lock))
}

fn second_versions(lock: &toml::Table) -> Vec<Failure> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in lock.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
        let field = |key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        if is_in_a_family(field("name")) {
            versions.entry(field("name")).or_default().push(field("version"));
        }
    }
    versions.retain(|_, found| found.len() > 1);
    let told = versions.iter().map(|(name, found)| {
        Failure::new(
            format!("Cargo.lock: found {name} in versions {}, allowed is one", found.join(" and ")),
            format!(
                "run `cargo tree -i {name}@{}` to see who asks for it, and choose releases that agree",
                found[0]
            ),
        )
    });
    told.collect()
}

fn is_in_a_family(name: &str) -> bool {
    FAMILIES.iter().any(|family| {
        name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(packages: &[(&str, &str)]) -> toml::Table {
        let entry = |(name, version): &(&str, &str)| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n")
        };
        toml::from_str(&packages.iter().map(entry).collect::<String>()).unwrap()
    }

    #[test]
    fn a_second_arrow_is_refused_and_named() {
        let failures = second_versions(&lock(&[
            ("arrow-array", "58.0.0"),
            ("arrow-array", "59.3.2"),
            ("parquet", "59.3.2"),
        ]));
        assert_eq!(failures.len(), 1);
        assert_eq!(
            failures[0].what,
            "Cargo.lock: found arrow-array in versions 58.0.0 and 59.3.2, allowed is one"
        );
    }

    #[test]
    fn libraries_that_no_crate_shares_may_come_twice() {
        let packages = [
            ("base64", "0.21.0"),
            ("base64", "0.22.0"),
            ("arrowhead", "1.0.0"),
            ("arrowhead", "2.0.0"),
        ];
        assert!(second_versions(&lock(&packages)).is_empty());
    }
}
