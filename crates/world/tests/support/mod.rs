//! Worlds written to temporary folders, and read again.
#![allow(dead_code, reason = "each test binary uses its own part")]

use shelfcast_world::{Watcher, World, WorldConfig, WorldError, WriteOptions, Written};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

pub type Files = BTreeMap<String, Vec<u8>>;
pub type Rows = Vec<BTreeMap<String, String>>;

pub fn small(seed: u64) -> WorldConfig {
    let shop = WorldConfig::shop(seed);
    WorldConfig { products: 60, places: 3, days: 150, customers: 120, sales: 20_000, ..shop }
}

pub fn read_folder(folder: &Path) -> Files {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
        })
        .collect()
}

pub fn rows(bytes: &[u8]) -> Rows {
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(|row| row.unwrap()).collect()
}

pub fn write(world: &World, options: &WriteOptions<'_>) -> Result<Written, WorldError> {
    world.write(options, Watcher { progress: &|_| (), stop: &AtomicBool::new(false) })
}

/// Feeds and truth of a world, by file name, written as `change` says.
pub fn written(
    config: WorldConfig,
    change: impl for<'a> FnOnce(WriteOptions<'a>) -> WriteOptions<'a>,
) -> (Files, Files) {
    let outside = tempfile::tempdir().unwrap();
    let (out, truth) = (outside.path().join("feeds"), outside.path().join("truth"));
    let options = WriteOptions { truth: Some(&truth), ..WriteOptions::new(&out) };
    write(&World::new(config).unwrap(), &change(options)).unwrap();
    (read_folder(&out), read_folder(&truth))
}

/// The whole number in a column.
pub fn number(row: &BTreeMap<String, String>, column: &str) -> i64 {
    row[column].parse().unwrap()
}
