//! Columns of another file, found by a key.

use crate::chunk::{TextColumn, TextColumnBuilder};
use crate::error::{nearest, shortened};
use crate::header::Header;
use crate::origin::is_blank;
use crate::{LookupSpec, SourceError, SourceSpec, TextReader};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of keys and values that one look-up may hold.
pub(crate) const MAX_TEXT_BYTES: usize = 1 << 30;

/// The files that the rows of a source are looked up in, read and held in memory: the texts of their
/// keys and of the columns that are taken, at most 1 GiB a look-up.
///
/// ```
/// use shelfcast_retail::Feed;
/// use shelfcast_sources::{ColumnSource, FeedReader, LookupSpec, Lookups, SourceSpec};
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// std::fs::write(folder.join("orders.csv"), "order,placed\n1,2024-05-13\n")?;
/// std::fs::write(folder.join("lines.csv"), "order,item,qty\n1,TEA,2\n9,CUP,1\n")?;
/// let mut spec = SourceSpec::new(Feed::Sales)
///     .with_column("sale_id", ColumnSource::header("order"))
///     .with_column("sold_at", ColumnSource::header("placed"))
///     .with_column("product_id", ColumnSource::header("item"))
///     .with_column("quantity", ColumnSource::header("qty"));
/// spec.lookups = vec![LookupSpec::new("orders.csv", &["order"], &["placed"])];
/// let lookups = Lookups::read(&spec, folder)?;
/// let mut reader =
///     FeedReader::open_with(&spec, &folder.join("lines.csv"), "lines.csv", &lookups)?;
/// let chunk = reader.next().expect("one chunk")?;
/// assert_eq!(chunk.column("sold_at").expect("mapped").value(0), "2024-05-13");
/// assert_eq!(chunk.unmatched()[0].found, "`order` `9`, which stands nowhere in orders.csv");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lookups {
    tables: Vec<Arc<Table>>,
}

/// What one look-up holds.
#[derive(Debug)]
pub(crate) struct Table {
    spec: LookupSpec,
    /// What messages call each of its files.
    files: Vec<String>,
    null_texts: Vec<String>,
    /// The number of each key.
    keys: HashMap<Box<str>, u32>,
    /// Where each key stands first.
    places: Vec<Place>,
    /// Where a key stands with other values.
    contradictions: HashMap<u32, Place>,
    /// The values of each key, one after the other, and where each ends.
    texts: String,
    ends: Vec<u32>,
    n_key_bytes: usize,
    /// Rows whose fields cannot be told apart.
    ragged: Option<(Place, u64)>,
    limit: usize,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    file: usize,
    row: u64,
}

/// What a row finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Key(u32),
    Nothing,
    Contradiction(u32),
}

impl Lookups {
    /// Reads all files that the rows of `spec` are looked up in; patterns are taken relative to
    /// `folder`.
    ///
    /// # Errors
    /// Those of [`TextReader`], files without a column that is named, or more text than is held.
    pub fn read(spec: &SourceSpec, folder: &Path) -> Result<Self, SourceError> {
        spec.validate()?;
        let tables = spec.lookups.iter().map(|lookup| {
            Table::read(lookup, &spec.null_texts, folder, MAX_TEXT_BYTES).map(Arc::new)
        });
        Ok(Self { tables: tables.collect::<Result<_, _>>()? })
    }

    pub(crate) fn tables(&self) -> &[Arc<Table>] {
        &self.tables
    }
}

impl Table {
    pub(crate) fn read(
        spec: &LookupSpec,
        null_texts: &[String],
        folder: &Path,
        limit: usize,
    ) -> Result<Self, SourceError> {
        let paths = spec.expand(folder)?;
        let label =
            |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).display().to_string();
        let mut table = Self {
            spec: spec.clone(),
            files: paths.iter().map(label).collect(),
            null_texts: null_texts.to_vec(),
            keys: HashMap::new(),
            places: Vec::new(),
            contradictions: HashMap::new(),
            texts: String::new(),
            ends: Vec::new(),
            n_key_bytes: 0,
            ragged: None,
            limit,
        };
        for (file, path) in paths.iter().enumerate() {
            table.read_file(file, path)?;
        }
        Ok(table)
    }

    /// What the columns that are taken are called.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.spec.columns.keys().map(|name| name.trim())
    }

    /// The headers of the source's files that are the key.
    pub(crate) fn key_headers(&self) -> impl Iterator<Item = &str> {
        self.spec.key.keys().map(|header| header.trim())
    }

    fn read_file(&mut self, file: usize, path: &Path) -> Result<(), SourceError> {
        let label = &self.files[file];
        let mut reader = TextReader::open(path, &self.spec.as_source().read_options(label)?)?;
        let wanted = || self.spec.key.values().chain(self.spec.columns.values());
        let header = reader.header();
        let places = wanted().map(|name| place_of(header, name.trim(), label));
        let places = places.collect::<Result<Vec<usize>, _>>()?;
        reader.project(wanted().cloned().collect(), places);
        let n_key = self.spec.key.len();
        let mut key = String::new();
        for chunk in reader {
            let chunk = chunk?;
            let mut ragged = chunk.ragged().iter().map(|it| it.row).peekable();
            let (keys, values) = chunk.columns().split_at(n_key);
            for row in 0..chunk.rows() {
                let place = Place { file, row: chunk.row_numbers()[row] };
                if ragged.next_if_eq(&row).is_some() {
                    self.ragged = Some(self.ragged.map_or((place, 1), |(first, n)| (first, n + 1)));
                    continue;
                }
                let parts = keys.iter().map(|column| column.value(row).trim());
                if self.write_key(parts, &mut key) {
                    self.add(&key, place, values.iter().map(|column| column.value(row).trim()))?;
                }
            }
        }
        Ok(())
    }

    /// Writes a key of these parts; `false` where one of them is blank.
    fn write_key<'t>(
        &self,
        parts: impl ExactSizeIterator<Item = &'t str>,
        key: &mut String,
    ) -> bool {
        key.clear();
        let is_alone = parts.len() == 1;
        for part in parts {
            if is_blank(part, &self.null_texts) {
                return false;
            }
            if !is_alone {
                // With its length before it no part can run over into the next.
                key.push_str(&part.len().to_string());
                key.push(':');
            }
            key.push_str(part);
        }
        true
    }

    fn add<'t>(
        &mut self,
        key: &str,
        place: Place,
        values: impl Iterator<Item = &'t str>,
    ) -> Result<(), SourceError> {
        if let Some(&number) = self.keys.get(key) {
            let is_same = values.enumerate().all(|(at, value)| self.value(number, at) == value);
            if !is_same {
                self.contradictions.entry(number).or_insert(place);
            }
            return Ok(());
        }
        self.keys.insert(key.into(), self.places.len() as u32);
        self.places.push(place);
        self.n_key_bytes += key.len();
        for value in values {
            self.texts.push_str(value);
            self.ends.push(self.texts.len() as u32);
        }
        match self.n_key_bytes + self.texts.len() > self.limit {
            true => Err(SourceError::LookupTooLarge { files: self.label(), limit: self.limit }),
            false => Ok(()),
        }
    }

    fn value(&self, number: u32, column: usize) -> &str {
        let at = number as usize * self.spec.columns.len() + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.texts[start..self.ends[at] as usize]
    }

    /// The columns that are taken, for rows with these keys; `miss` is told of each row that finds
    /// nothing, with what is found and what is allowed.
    pub(crate) fn join(
        &self,
        keys: &[&TextColumn],
        rows: usize,
        mut miss: impl FnMut(usize, String, String),
    ) -> Vec<TextColumn> {
        let mut columns: Vec<TextColumnBuilder> =
            self.spec.columns.iter().map(|_| TextColumnBuilder::default()).collect();
        // Neighbours mostly have the same key: one order, many lines.
        let (mut key, mut last, mut found) = (String::new(), String::new(), Found::Nothing);
        for row in 0..rows {
            let has_key =
                self.write_key(keys.iter().map(|column| column.value(row).trim()), &mut key);
            if !has_key {
                key.clear();
            }
            if row == 0 || key != last {
                found = if has_key { self.find(&key) } else { Found::Nothing };
                std::mem::swap(&mut key, &mut last);
            }
            for (at, column) in columns.iter_mut().enumerate() {
                let value =
                    if let Found::Key(number) = found { self.value(number, at) } else { "" };
                column.push(value.as_bytes());
            }
            if !matches!(found, Found::Key(_)) {
                let parts: Vec<&str> = keys.iter().map(|column| column.value(row).trim()).collect();
                let (found, allowed) = self.told(found, &parts, has_key);
                miss(row, found, allowed);
            }
        }
        // Values are text, so the builders hold text.
        columns.iter_mut().map(|column| column.finish().unwrap_or_default()).collect()
    }

    fn find(&self, key: &str) -> Found {
        match self.keys.get(key) {
            None => Found::Nothing,
            Some(number) if self.contradictions.contains_key(number) => {
                Found::Contradiction(*number)
            }
            Some(number) => Found::Key(*number),
        }
    }

    fn told(&self, found: Found, parts: &[&str], has_key: bool) -> (String, String) {
        let label = self.label();
        let named = self.spec.key.keys().zip(parts);
        let key: Vec<String> =
            named.map(|(header, part)| format!("`{}` `{part}`", header.trim())).collect();
        let key = key.join(" and ");
        let theirs: Vec<String> =
            self.spec.key.values().map(|header| format!("`{}`", header.trim())).collect();
        let allowed = format!("what stands below {} there", theirs.join(" and "));
        match found {
            Found::Contradiction(number) => {
                let first = self.place(self.places[number as usize]);
                let other = self.contradictions.get(&number).map(|place| self.place(*place));
                let other = other.unwrap_or_default();
                let values: Vec<&str> = self.names().collect();
                (
                    format!("{key}, which stands in {first} and, with other values, in {other}"),
                    format!("one {} a key", values.join(", ")),
                )
            }
            _ if !has_key => (format!("no key to look up in {label}: {key}"), allowed),
            _ => (format!("{key}, which stands nowhere in {label}{}", self.left_out()), allowed),
        }
    }

    fn place(&self, place: Place) -> String {
        format!("row {} of {}", place.row, self.files[place.file])
    }

    /// Rows that cannot be read may have been those that were looked for.
    fn left_out(&self) -> String {
        self.ragged.map_or_else(String::new, |(first, n_rows)| {
            format!(
                " (of which {n_rows} with more or fewer fields than the header are left out, the \
                 first {})",
                self.place(first)
            )
        })
    }

    /// What messages call the files.
    pub(crate) fn label(&self) -> String {
        match self.files.as_slice() {
            [first, _, .., last] => format!("{first} to {last} ({} files)", self.files.len()),
            files => files.join(" and "),
        }
    }
}

fn place_of(header: &Header, name: &str, label: &str) -> Result<usize, SourceError> {
    let place = header.only_place_of(name, label)?;
    place.ok_or_else(|| SourceError::MissingHeader {
        file: label.to_owned(),
        target: "what is looked up there".to_owned(),
        header: name.to_owned(),
        found: shortened(&header.names),
        nearest: nearest(name, header.names.iter().map(String::as_str)),
    })
}

#[cfg(test)]
mod tests;
