//! What no file of the tree may hold, and how long a file may be.

use crate::failure::{Failure, Fault};
use std::path::{Path, PathBuf};

const MAXIMUM_LINES: usize = 600;

/// A text that may not stand in a file, and what to do where it does.
struct Forbidden {
    text: &'static str,
    mend: &'static str,
}

// In two parts each, so that this file does not break its own rule.
const IN_RUST: &[Forbidden] = &[
    Forbidden { text: concat!("todo", "!("), mend: "write it, or leave the room out" },
    Forbidden { text: concat!("unimplemented", "!("), mend: "write it, or leave the room out" },
    Forbidden {
        text: concat!("#[", "ignore"),
        mend: "make the test quick enough to run, or remove it",
    },
    Forbidden { text: concat!("dbg", "!("), mend: "remove it" },
];

const MACHINE_PATH: &str = "write paths relative to the project's folder";

const EVERYWHERE: &[Forbidden] = &[
    Forbidden { text: concat!("/", "home/"), mend: MACHINE_PATH },
    Forbidden { text: concat!("/", "root/"), mend: MACHINE_PATH },
    Forbidden { text: concat!("/", "work/"), mend: MACHINE_PATH },
    Forbidden { text: concat!("/", "Users/"), mend: MACHINE_PATH },
];

/// Endings of the files that people write; others (fonts, pictures, packed scripts) are not read.
const TEXT_ENDINGS: &[&str] =
    &["rs", "sql", "toml", "yaml", "yml", "md", "sh", "txt", "html", "css", "js", "csv", "json"];

/// Folders at the root that hold no sources.
const SKIPPED: &[&str] = &[".git", "target"];

pub(crate) fn check(root: &Path) -> Result<Vec<Failure>, Fault> {
    let mut failures = Vec::new();
    for path in files(root)? {
        let bytes = std::fs::read(&path).map_err(|error| Fault::unusable(path.display(), error))?;
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        failures.extend(judge(&shown, &text));
    }
    Ok(failures)
}

fn judge(path: &str, text: &str) -> Vec<Failure> {
    let is_rust = path.ends_with(".rs");
    let in_rust = if is_rust { IN_RUST } else { &[] };
    let mut failures = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for forbidden in in_rust.iter().chain(EVERYWHERE).filter(|rule| line.contains(rule.text)) {
            failures.push(Failure::new(
                format!("{path}:{}: found `{}`", index + 1, forbidden.text),
                forbidden.mend,
            ));
        }
    }
    let n_lines = text.lines().count();
    if is_rust && n_lines > MAXIMUM_LINES {
        failures.push(Failure::new(
            format!("{path}: found {n_lines} lines, allowed are at most {MAXIMUM_LINES}"),
            "give each idea in it a file of its own",
        ));
    }
    failures
}

/// Every file that people write, sorted by path.
fn files(root: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error: std::io::Error| Fault::unusable(folder.display(), error);
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                let name = entry.file_name();
                let is_skipped = folder == root && SKIPPED.iter().any(|skipped| name == *skipped);
                if !is_skipped {
                    folders.push(path);
                }
            } else if kind.is_file() && is_text(root, &path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_text(root: &Path, path: &Path) -> bool {
    let is_packed = path.to_string_lossy().ends_with(".min.js");
    match path.extension().and_then(|ending| ending.to_str()) {
        Some(ending) => TEXT_ENDINGS.contains(&ending) && !is_packed,
        // Scripts have no ending; at the root such files are licences and notices.
        None => path.parent() != Some(root),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_and_silenced_code_is_told_by_line() {
        let text = format!("fn main() {{\n    {}\n}}\n", IN_RUST[0].text);
        let failures = judge("src/main.rs", &text);
        assert_eq!(failures.len(), 1);
        assert!(failures[0].what.starts_with("src/main.rs:2: found `todo"), "{}", failures[0].what);
        assert!(judge("docs/style.md", &text).is_empty());
    }

    #[test]
    fn a_path_of_one_machine_is_found_in_any_file() {
        let text = format!("cd {}shop\n", EVERYWHERE[0].text);
        assert_eq!(judge("scripts/test", &text).len(), 1);
    }

    #[test]
    fn long_rust_files_are_refused_and_long_tables_are_not() {
        let text = "x\n".repeat(MAXIMUM_LINES + 1);
        assert_eq!(
            judge("src/lib.rs", &text)[0].what,
            "src/lib.rs: found 601 lines, allowed are at most 600"
        );
        assert!(judge("Cargo.lock.md", &text).is_empty());
        assert!(judge("src/lib.rs", &"x\n".repeat(MAXIMUM_LINES)).is_empty());
    }

    #[test]
    fn sources_are_read_and_builds_are_not() {
        let folder = tempfile::tempdir().unwrap();
        for path in
            ["target/a.rs", ".ci/run", "crates/a/src/lib.rs", "LICENSE", "a.min.js", "b.png"]
        {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let found = files(folder.path()).unwrap();
        let shown =
            |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().display().to_string();
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), [".ci/run", "crates/a/src/lib.rs"]);
    }
}
