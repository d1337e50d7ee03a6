//! Faults and their key: every row that differs from the clean files is listed, and no other.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its world should stop")]

mod support;

use shelfcast_world::{Expected, Fault, Part, Split, World, WorldError, WriteOptions};
use std::collections::{BTreeMap, BTreeSet};
use support::{Files, rows, small, write, written};

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}

fn soiled(split: Split) -> (Files, Files, Files) {
    let clean = written(small(7), |options| WriteOptions { split, ..options });
    let dirty = written(small(7), |options| WriteOptions { split, dirt: 0.04, ..options });
    (clean.0, dirty.0, dirty.1)
}

#[test]
fn every_fault_occurs_and_stands_where_the_key_says() {
    for split in [Split::No, Split::Month, Split::Place] {
        let (clean, dirty, truth) = soiled(split);
        let known: BTreeSet<String> = clean.values().flat_map(|bytes| lines(bytes)).collect();
        let mut found: BTreeMap<String, u32> = BTreeMap::new();
        for row in rows(&truth["dirt.csv"]) {
            *found.entry(row["kind"].clone()).or_default() += 1;
            if row["kind"] == "missing_day" {
                let is_gone = lines(&dirty[&row["file"]]);
                let at = format!("-{}-", row["clean"].replace('-', ""));
                let of_day = is_gone.iter().filter(|line| line[..16].contains(&at)).count();
                let before = lines(&clean[&row["file"]]);
                assert!(of_day < before.iter().filter(|line| line[..16].contains(&at)).count());
                continue;
            }
            let number: usize = row["row"].parse().unwrap();
            let file = lines(&dirty[&row["file"]]);
            let line = &file[number - 1];
            match row["kind"].as_str() {
                "duplicate" => assert_eq!(&file[number - 2], line),
                "late" | "resent" => assert!(known.contains(line), "{row:?}"),
                _ => {
                    assert!(!known.contains(line), "{row:?} {line}");
                    assert!(line.contains(&row["dirty"]), "{row:?} {line}");
                }
            }
        }
        let names: BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.as_str().to_owned()).collect();
        assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), names, "{found:?}");
    }
}

#[test]
fn what_the_key_does_not_list_is_clean() {
    let (clean, dirty, truth) = soiled(Split::No);
    let mut listed: BTreeSet<(String, usize)> = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for row in rows(&truth["dirt.csv"]) {
        match row["row"].parse() {
            Ok(number) => drop(listed.insert((row["file"].clone(), number))),
            Err(_) => drop(missing.insert(row["clean"].replace('-', ""))),
        }
    }
    for (name, bytes) in &clean {
        let mut rest: BTreeMap<String, i32> = BTreeMap::new();
        for line in lines(bytes) {
            *rest.entry(line).or_default() += 1;
        }
        let mut n_listed = 0;
        for (index, line) in lines(&dirty[name]).into_iter().enumerate() {
            if listed.contains(&(name.clone(), index + 1)) {
                n_listed += 1;
            } else {
                *rest.get_mut(&line).unwrap_or_else(|| panic!("{name}: {line}")) -= 1;
            }
        }
        let gone: Vec<_> = rest.iter().filter(|(_, left)| **left != 0).collect();
        let lost = gone.iter().filter(|(line, _)| !missing.iter().any(|day| line.contains(day)));
        // Each line that was changed or held back is listed once under its new row.
        assert!(lost.count() <= n_listed, "{name}");
    }
}

#[test]
fn dirt_needs_a_key_and_knows_no_parts() {
    let outside = tempfile::tempdir().unwrap();
    let (out, truth) = (outside.path().join("feeds"), outside.path().join("truth"));
    let world = World::new(small(7)).unwrap();
    let options = WriteOptions { dirt: 0.02, ..WriteOptions::new(&out) };
    let with_truth = WriteOptions { truth: Some(&truth), ..options };
    let part = Part::new(1, 2).unwrap();
    for refused in [
        options,
        WriteOptions { part, ..with_truth },
        WriteOptions { dirt: 0.3, ..with_truth },
        WriteOptions { dirt: f64::NAN, ..with_truth },
    ] {
        let error = write(&world, &refused).unwrap_err();
        assert!(matches!(error, WorldError::Options { .. }), "{error}");
        assert!(!out.exists() && !truth.exists());
    }
}

#[test]
fn what_is_expected_is_said_in_every_line_of_the_key() {
    let (_, _, truth) = soiled(Split::No);
    let expected: BTreeMap<_, _> = Fault::ALL
        .iter()
        .map(|fault| (fault.as_str(), Expected::as_str(fault.expected())))
        .collect();
    for row in rows(&truth["dirt.csv"]) {
        assert_eq!(expected[row["kind"].as_str()], row["expected"]);
    }
}
