//! Chores of the repository: `check` holds the house rules, `docs` writes what is generated.
//!
//! Every rule stands in a table with its reason, and every failure says what to do.

mod dependencies;
mod error_codes;
mod failure;
mod licences;
mod metadata;
mod models;
mod tree;
mod versions;

use failure::{Failure, Fault};
use metadata::Metadata;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -p xtask -- check | docs";

fn main() -> ExitCode {
    let task: Option<String> = std::env::args().nth(1);
    let root = root();
    let done = match task.as_deref() {
        Some("check") => check(&root),
        Some("docs") => models::write(&root).map(|path| vec![format!("wrote {path}")]),
        _ => Err(Fault::Usage(USAGE)),
    };
    let mut terminal = std::io::stderr().lock();
    match done {
        Ok(lines) => {
            lines.iter().for_each(|line| say(&mut terminal, line));
            ExitCode::SUCCESS
        }
        Err(fault) => {
            say(&mut terminal, &fault.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Holds every rule and tells of all that are broken, not only of the first.
fn check(root: &Path) -> Result<Vec<String>, Fault> {
    let metadata = Metadata::load(root)?;
    let rooms: [(&str, Vec<Failure>); 6] = [
        ("versions", versions::check(root)?),
        ("licences", licences::check(&metadata)),
        ("dependencies", dependencies::check(&metadata)),
        ("tree", tree::check(root)?),
        ("error codes", error_codes::check(root)?),
        ("models", models::check(root)?),
    ];
    let lines = rooms.iter().map(|(name, failures)| format!("{name}: {} broken", failures.len()));
    let lines: Vec<String> = lines.collect();
    let failures: Vec<Failure> = rooms.into_iter().flat_map(|(_, failures)| failures).collect();
    if failures.is_empty() { Ok(lines) } else { Err(Fault::Broken(failures)) }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

fn say(terminal: &mut impl Write, line: &str) {
    // A closed terminal is no reason to fail.
    let _ = writeln!(terminal, "{line}");
}
