use crate::SourceError;
use crate::records::{Record, Records};
use std::collections::{HashMap, HashSet};

/// The names of a file's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// As the file has them, blanks around them removed; a blank one is `column N`.
    pub(crate) written: Vec<String>,
    /// Each name once: the second `name` is called `name (2)`.
    pub(crate) names: Vec<String>,
    /// The header's records as written.
    pub(crate) text: String,
    /// The first row that may hold data.
    pub(crate) first_row: u64,
    /// The reader stands on a record that is no header.
    pub(crate) is_ahead: bool,
}

impl Header {
    pub(crate) fn named(written: Vec<String>, first_row: u64) -> Self {
        let names = unique(&written);
        Self { written, names, text: String::new(), first_row, is_ahead: false }
    }

    /// The names that stand more than once, in the order of the file.
    pub(crate) fn duplicates(&self) -> Vec<String> {
        let mut n_seen: HashMap<&str, usize> = HashMap::new();
        let mut repeated = Vec::new();
        for name in &self.written {
            let n_seen = n_seen.entry(name).or_default();
            *n_seen += 1;
            if *n_seen == 2 {
                repeated.push(name.clone());
            }
        }
        repeated
    }

    /// The two first places, from 1, of a name that stands more than once.
    pub(crate) fn places_of_duplicate(&self, name: &str) -> Option<(usize, usize)> {
        let mut places = (1..).zip(&self.written).filter(|(_, known)| *known == name);
        Some((places.next()?.0, places.next()?.0))
    }

    /// The place, from 0, of a name that stands at most once.
    ///
    /// # Errors
    /// A name that stands more than once.
    pub(crate) fn only_place_of(
        &self,
        name: &str,
        label: &str,
    ) -> Result<Option<usize>, SourceError> {
        match self.places_of_duplicate(name) {
            None => Ok(self.place_of(name)),
            Some((first, second)) => Err(SourceError::DuplicateHeader {
                file: label.to_owned(),
                header: name.to_owned(),
                first,
                second,
                second_name: self.names[second - 1].as_str().into(),
            }),
        }
    }

    /// The place, from 0, of a name; `name (1)` is the first of several.
    pub(crate) fn place_of(&self, name: &str) -> Option<usize> {
        let found = self.names.iter().position(|known| known == name);
        found.or_else(|| {
            let first = name.strip_suffix(FIRST_OF_SEVERAL)?;
            self.places_of_duplicate(first).map(|(place, _)| place - 1)
        })
    }
}

/// What tells the first column of a name from the others.
pub(crate) const FIRST_OF_SEVERAL: &str = " (1)";

/// Reads the header from the rows that hold it; `None`: the first one.
///
/// # Errors
/// A file without records, or without one on a row that is to hold headers.
pub(crate) fn read(
    records: &mut dyn Records,
    rows: Option<&[u64]>,
    first_row: Option<u64>,
    label: &str,
) -> Result<Header, SourceError> {
    match rows {
        None => {
            if !records.advance()? {
                return Err(SourceError::Empty { file: label.to_owned() });
            }
            let row = records.record().row;
            let mut parts = HeaderParts::default();
            parts.add(&records.record());
            Ok(parts.finish(first_row.unwrap_or(row + 1)))
        }
        Some([]) => numbered(records, first_row.unwrap_or(1), label),
        Some(rows) => joined(records, rows, first_row, label),
    }
}

/// A header of a file that has none.
fn numbered(records: &mut dyn Records, first_row: u64, label: &str) -> Result<Header, SourceError> {
    loop {
        if !records.advance()? {
            return Err(SourceError::Empty { file: label.to_owned() });
        }
        if records.record().row >= first_row {
            break;
        }
    }
    let n_fields = records.record().n_fields();
    let names = (1..=n_fields).map(|place| format!("column {place}")).collect();
    Ok(Header { is_ahead: true, ..Header::named(names, first_row) })
}

fn joined(
    records: &mut dyn Records,
    rows: &[u64],
    first_row: Option<u64>,
    label: &str,
) -> Result<Header, SourceError> {
    let mut parts = HeaderParts::default();
    let mut last = 0;
    for row in rows {
        while last < *row && records.advance()? {
            last = records.record().row;
        }
        if last != *row {
            return Err(SourceError::HeaderRow { file: label.to_owned(), row: *row, found: last });
        }
        parts.add(&records.record());
    }
    Ok(parts.finish(first_row.unwrap_or(last + 1)))
}

#[derive(Default)]
struct HeaderParts {
    names: Vec<String>,
    texts: Vec<String>,
}

impl HeaderParts {
    fn add(&mut self, record: &Record<'_>) {
        self.texts.push(String::from_utf8_lossy(record.text).into_owned());
        self.names.resize(self.names.len().max(record.n_fields()), String::new());
        for (field, name) in self.names.iter_mut().enumerate() {
            let part = String::from_utf8_lossy(record.field(field));
            let part = part.trim();
            if !name.is_empty() && !part.is_empty() {
                name.push(' ');
            }
            name.push_str(part);
        }
    }

    fn finish(mut self, first_row: u64) -> Header {
        for (field, name) in self.names.iter_mut().enumerate() {
            if name.is_empty() {
                *name = format!("column {}", field + 1);
            }
        }
        Header { text: self.texts.join("\n"), ..Header::named(self.names, first_row) }
    }
}

fn unique(written: &[String]) -> Vec<String> {
    let all: HashSet<&str> = written.iter().map(String::as_str).collect();
    let mut n_seen: HashMap<&str, usize> = HashMap::new();
    let mut names = Vec::with_capacity(written.len());
    for name in written {
        let n_seen = n_seen.entry(name).or_default();
        *n_seen += 1;
        let mut unique = name.clone();
        while *n_seen > 1 {
            unique = format!("{name} ({n_seen})");
            if !all.contains(unique.as_str()) {
                break;
            }
            *n_seen += 1;
        }
        names.push(unique);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let written = ["a", "b", "a", "a (2)", "a"].map(str::to_owned).to_vec();
        let header = Header::named(written, 2);
        assert_eq!(header.names, ["a", "b", "a (3)", "a (2)", "a (4)"]);
        assert_eq!(header.duplicates(), ["a"]);
        assert_eq!(header.places_of_duplicate("a"), Some((1, 3)));
        assert_eq!(header.places_of_duplicate("b"), None);
        let places = ["a", "a (1)", "a (3)", "b (1)", "a (2)"].map(|name| header.place_of(name));
        assert_eq!(places, [Some(0), Some(0), Some(2), None, Some(3)]);
    }
}
