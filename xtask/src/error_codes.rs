//! Every stable error id has its entry in the documentation, and every entry an error.

use crate::failure::{Failure, Fault};
use std::collections::BTreeMap;
use std::path::Path;

const PAGE: &str = "docs/errors.md";
const PREFIX: &str = "SC-";
const DIGITS: usize = 4;

pub(crate) fn check(root: &Path) -> Result<Vec<Failure>, Fault> {
    let mut in_code = BTreeMap::new();
    collect(&root.join("crates"), &mut in_code)?;
    let page = read(&root.join(PAGE))?;
    Ok(compare(&in_code, &headings(&page)))
}

fn compare(in_code: &BTreeMap<String, String>, on_page: &[String]) -> Vec<Failure> {
    let missing = in_code.iter().filter(|(code, _)| !on_page.contains(code)).map(|(code, path)| {
        Failure::new(
            format!("{PAGE}: {code} is missing, which {path} gives"),
            "add a heading with the id, then what it means and how to mend it",
        )
    });
    let gone = on_page.iter().filter(|code| !in_code.contains_key(*code)).map(|code| {
        Failure::new(format!("{PAGE}: no error has the id {code}"), "remove its section")
    });
    missing.chain(gone).collect()
}

/// The ids given as string literals in the Rust files below `folder`, each with one such file.
fn collect(folder: &Path, found: &mut BTreeMap<String, String>) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::unusable(folder.display(), error);
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = read(&path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for code in text.split('"').filter(|literal| is_code(literal)) {
                found.entry(code.to_owned()).or_insert_with(|| name.clone());
            }
        }
    }
    Ok(())
}

/// The ids that begin a heading of the page.
fn headings(page: &str) -> Vec<String> {
    let titles = page.lines().filter_map(|line| line.strip_prefix("### "));
    let codes = titles.filter_map(|title| title.split([':', ' ']).next());
    codes.filter(|code| is_code(code)).map(str::to_owned).collect()
}

fn is_code(text: &str) -> bool {
    text.strip_prefix(PREFIX).is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn read(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|error| Fault::unusable(path.display(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_without_an_entry_and_an_entry_without_an_error_are_told() {
        let in_code: BTreeMap<String, String> = [("1001", "error.rs"), ("1002", "error.rs")]
            .map(|(digits, path)| (format!("{PREFIX}{digits}"), path.to_owned()))
            .into();
        let page = format!("### {PREFIX}1001: cannot open\n\ntext\n\n### {PREFIX}9999: gone\n");
        let failures = compare(&in_code, &headings(&page));
        let told: Vec<String> = failures.into_iter().map(|failure| failure.what).collect();
        assert_eq!(
            told,
            [
                "docs/errors.md: SC-1002 is missing, which error.rs gives",
                "docs/errors.md: no error has the id SC-9999",
            ]
        );
    }
}
