//! Runs the program as a user would.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder that goes away, and the program to run in it.
pub struct Desk {
    folder: TempDir,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shelfcast"));
        command.current_dir(self.folder.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command().args(arguments).output().unwrap())
    }

    /// Runs a command that must be done without complaint.
    pub fn done(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}\n{}\n{}", ended.stdout, ended.stderr);
        ended
    }

    /// The rows of a query of the project `shop`, each an object.
    pub fn rows(&self, project: &str, sql: &str) -> Vec<Value> {
        let ended = self.done(&["-C", project, "query", sql, "--format", "json"]);
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The one value of a query with one row and the column `value`, as text.
    pub fn value(&self, project: &str, sql: &str) -> String {
        let rows = self.rows(project, sql);
        assert_eq!(rows.len(), 1, "{sql}");
        match &rows[0]["value"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

pub fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of the real data, or `None` where it is not there; in CI it must be.
pub fn real_data(folder: &str) -> Option<PathBuf> {
    let root = std::env::var("SHELFCAST_TEST_DATA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let folder = root.join(folder);
    if folder.is_dir() {
        return Some(folder.canonicalize().unwrap());
    }
    assert!(std::env::var("CI").is_err(), "{} is not there", folder.display());
    println!("skipped: {} is not there", folder.display());
    None
}

/// Copies a folder with all that is in it.
pub fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_files(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The files of a folder with a given ending, as command line arguments.
pub fn files(folder: &Path, ending: &str) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| path.display().to_string())
        .collect();
    files.sort();
    files
}

/// Proposes, ingests and builds the project `shop` from all CSV files of a folder.
pub fn shop_from(desk: &Desk, folder: &Path) {
    let files = files(folder, "csv");
    let mut arguments = vec!["init", "shop", "--from"];
    arguments.extend(files.iter().map(String::as_str));
    desk.done(&arguments);
    desk.done(&["-C", "shop", "run"]);
}
