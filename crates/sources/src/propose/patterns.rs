//! Patterns for files whose names count or say a day, so that the next one is taken as well.

use std::path::{Path, PathBuf};

/// More files than this are given as a pattern of their ending, where one fits.
const MAX_LISTED_FILES: usize = 3;
/// The digits of a number within a date: `05` of `2024-05`, `1` of `2023_Q1`.
const MAX_DATE_DIGITS: usize = 2;
/// What stands between the numbers of a date.
const BETWEEN: [&str; 10] = ["-", "_", ".", "-Q", "_Q", "Q", "-W", "_W", "W", "_KW"];

/// The pattern that takes these files and no other of their folder; `None` where their names do
/// not tell one.
pub(super) fn of_files(files: &[PathBuf]) -> Option<String> {
    let folder = files.first()?.parent()?;
    let is_elsewhere = |file: &PathBuf| file.parent() != Some(folder);
    if files.iter().any(is_elsewhere) || folder.to_string_lossy().contains(['*', '?', '[']) {
        return None;
    }
    let names: Vec<String> = files.iter().map(|file| name_of(file)).collect();
    let by_number = numbered(&names).filter(|pattern| takes_only(folder, pattern, &names));
    let by_ending = || {
        let (_, ending) =
            names.first().filter(|_| names.len() > MAX_LISTED_FILES)?.split_once('.')?;
        let pattern = format!("*.{}", glob::Pattern::escape(ending));
        takes_only(folder, &pattern, &names).then_some(pattern)
    };
    Some(folder.join(by_number.or_else(by_ending)?).display().to_string())
}

pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn takes_only(folder: &Path, pattern: &str, names: &[String]) -> bool {
    let (Ok(pattern), Ok(entries)) = (glob::Pattern::new(pattern), std::fs::read_dir(folder))
    else {
        return false;
    };
    let entries = entries.flatten().filter(|entry| entry.path().is_file());
    let mut taken: Vec<String> = entries.map(|entry| name_of(&entry.path())).collect();
    taken.retain(|name| pattern.matches(name));
    taken.sort();
    let mut names = names.to_vec();
    names.sort();
    taken == names
}

/// The name with `*` in place of the numbers that differ or belong to a date.
fn numbered(names: &[String]) -> Option<String> {
    let names: Vec<Parts<'_>> = names.iter().map(|name| Parts::new(name)).collect();
    let first = names.first()?;
    if names.iter().any(|name| name.texts != first.texts) {
        return None;
    }
    let differs = |at: usize| names.iter().any(|name| name.numbers[at] != first.numbers[at]);
    let dated = first.dated();
    let is_open: Vec<bool> = (0..first.numbers.len()).map(|at| dated[at] || differs(at)).collect();
    if !is_open.contains(&true) {
        return None;
    }
    let mut pattern = glob::Pattern::escape(first.texts[0]);
    for (at, text) in first.texts.iter().enumerate().skip(1) {
        pattern.push_str(if is_open[at - 1] { "*" } else { first.numbers[at - 1] });
        pattern.push_str(&glob::Pattern::escape(text));
    }
    Some(pattern)
}

/// A name cut into texts and the numbers between them.
struct Parts<'a> {
    /// One more than numbers; the first and the last may be empty.
    texts: Vec<&'a str>,
    numbers: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    fn new(name: &'a str) -> Self {
        let (mut texts, mut numbers, mut rest) = (Vec::new(), Vec::new(), name);
        while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
            let (text, from) = rest.split_at(start);
            let end = from.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from.len());
            texts.push(text);
            numbers.push(&from[..end]);
            rest = &from[end..];
        }
        texts.push(rest);
        Self { texts, numbers }
    }

    /// Which numbers are of a date: a year, or one with month and day, and what stands beside it.
    fn dated(&self) -> Vec<bool> {
        let is_year = |number: &&str| {
            matches!(number.len(), 4 | 6 | 8)
                && (number.starts_with("19") || number.starts_with("20"))
        };
        let mut dated: Vec<bool> = self.numbers.iter().map(is_year).collect();
        let joins = |left: usize| BETWEEN.contains(&self.texts[left + 1].to_uppercase().as_str());
        let is_short = |at: usize| self.numbers[at].len() <= MAX_DATE_DIGITS;
        for at in 1..dated.len() {
            dated[at] |= dated[at - 1] && joins(at - 1) && is_short(at);
        }
        for at in (1..dated.len()).rev() {
            // `7` of `shop7-2024-05` is the shop's.
            let is_named = self.texts[at - 1].ends_with(char::is_alphabetic);
            dated[at - 1] |= dated[at] && joins(at - 1) && is_short(at - 1) && !is_named;
        }
        dated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(names: &[&str], others: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        for name in names.iter().chain(others) {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let files: Vec<PathBuf> = names.iter().map(|name| folder.path().join(name)).collect();
        of_files(&files).map_or(String::new(), |pattern| name_of(Path::new(&pattern)))
    }

    #[test]
    fn numbers_that_differ_and_dates_are_left_open() {
        for (names, expected) in [
            (vec!["sales-2024-05.csv"], "sales-*-*.csv"),
            (vec!["sales_20240531.csv"], "sales_*.csv"),
            (vec!["Verkauf_2023_Q1.csv", "Verkauf_2023_Q2.csv"], "Verkauf_*_Q*.csv"),
            (vec!["01.05.2024 till.csv"], "*.*.* till.csv"),
            (vec!["week1.csv", "week2.csv"], "week*.csv"),
            (vec!["shop7-2024-05.csv"], "shop7-*-*.csv"),
            (vec!["north.csv", "south.csv", "east.csv", "west.csv"], "*.csv"),
            (vec!["sales.csv"], ""),
            (vec!["orders1.csv"], ""),
            (vec!["north.csv", "south.csv"], ""),
        ] {
            assert_eq!(pattern(&names, &["notes.txt"]), expected, "{names:?}");
        }
    }

    #[test]
    fn a_pattern_that_would_take_another_file_is_none() {
        assert_eq!(pattern(&["sales-2024-05.csv"], &["sales-2024-06.csv"]), "");
        assert_eq!(pattern(&["a.csv", "b.csv", "c.csv", "d.csv"], &["e.csv"]), "");
    }
}
