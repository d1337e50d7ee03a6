//! Files with the same header, looked at together.

use super::FileNote;
use super::headings::{self, Layout, Table};
use super::kinds::KindEvidence;
use super::values::Values;
use crate::{DateFormat, FileProfile, SourceError, SourceSpec, delimiter_name};
use shelfcast_retail::Feed;
use std::path::{Path, PathBuf};

/// More files than this are given as a pattern, where one fits.
const MAX_LISTED_FILES: usize = 3;

#[derive(Clone)]
pub(super) struct Group {
    pub(super) files: Vec<PathBuf>,
    pub(super) headers: Vec<String>,
    /// One per header.
    pub(super) values: Vec<Values>,
    pub(super) kinds: KindEvidence,
    pub(super) n_rows: u64,
    pub(super) layout: Layout,
    /// One per header.
    header_notes: Vec<String>,
    delimiter: u8,
}

/// Reads every file; those that are refused are noted and left out.
pub(super) fn look_at(files: &[PathBuf]) -> Result<(Vec<Group>, Vec<FileNote>), SourceError> {
    let mut groups: Vec<Group> = Vec::new();
    let mut notes = Vec::new();
    for file in files {
        let note = match look_at_file(file, &mut groups) {
            Ok(text) => FileNote { file: file.clone(), used: false, text },
            Err(error) if error.is_refused_file() => {
                FileNote { file: file.clone(), used: false, text: error.to_string() }
            }
            Err(error) => return Err(error),
        };
        notes.push(note);
    }
    groups.retain(|group| group.n_rows > 0);
    Ok((groups, notes))
}

fn look_at_file(file: &Path, groups: &mut Vec<Group>) -> Result<String, SourceError> {
    let Table { reader, layout, header_notes } = headings::open(file)?;
    let profile = reader.profile().clone();
    let fresh = || profile.headers.iter().map(|_| Values::new()).collect::<Vec<_>>();
    let known = groups.iter().position(|group| {
        group.headers == profile.headers
            && group.delimiter == profile.delimiter
            && group.layout == layout
    });
    // A file that turns out to be broken must leave nothing behind in its group.
    let mut values = known.map_or_else(fresh, |index| groups[index].values.clone());
    let fresh = || KindEvidence::new(&profile.headers);
    let mut kinds = known.map_or_else(fresh, |index| groups[index].kinds.clone());
    let mut n_rows = 0;
    for chunk in reader {
        let chunk = chunk?;
        kinds.look_at(&chunk);
        n_rows += chunk.rows() as u64;
        values.iter_mut().zip(chunk.columns()).for_each(|(values, column)| values.look_at(column));
    }
    let index = known.unwrap_or_else(|| {
        groups.push(Group { layout: layout.clone(), header_notes, ..Group::new(&profile) });
        groups.len() - 1
    });
    let group = &mut groups[index];
    group.files.push(file.to_owned());
    group.values = values;
    group.kinds = kinds;
    group.n_rows += n_rows;
    let note = layout.note().map(|note| format!(", {note}")).unwrap_or_default();
    Ok(describe(&profile, n_rows) + &note)
}

fn describe(profile: &FileProfile, n_rows: u64) -> String {
    format!(
        "{n_rows} rows of {} columns, {} ({}), delimiter {}",
        profile.headers.len(),
        profile.encoding,
        profile.encoding_reason,
        delimiter_name(profile.delimiter)
    )
}

impl Group {
    fn new(profile: &FileProfile) -> Self {
        Self {
            files: Vec::new(),
            headers: profile.headers.clone(),
            values: Vec::new(),
            kinds: KindEvidence::new(&profile.headers),
            n_rows: 0,
            layout: Layout::default(),
            header_notes: Vec::new(),
            delimiter: profile.delimiter,
        }
    }

    /// What messages call the group.
    pub(super) fn label(&self) -> String {
        match self.files.as_slice() {
            [] => String::new(),
            [file] => file_name(file),
            [first, .., last] => {
                format!("{} to {} ({} files)", file_name(first), file_name(last), self.files.len())
            }
        }
    }

    /// The file's name without its extensions, of the first file.
    pub(super) fn stem(&self) -> String {
        let name = self.files.first().map(|file| file_name(file)).unwrap_or_default();
        name.split('.').next().unwrap_or_default().to_lowercase()
    }

    pub(super) fn values_of(&self, header: &str) -> Option<&Values> {
        let position = self.headers.iter().position(|known| known == header)?;
        self.values.get(position)
    }

    /// What stands between a heading and its data.
    pub(super) fn note_of(&self, header: &str) -> &str {
        let position = self.headers.iter().position(|known| known == header);
        position.and_then(|place| self.header_notes.get(place)).map_or("", String::as_str)
    }

    /// The same files without some of their columns.
    pub(super) fn without(&self, places: &[usize]) -> Self {
        let mut rest = self.clone();
        let mut place = 0..;
        rest.headers.retain(|_| place.next().is_none_or(|it| !places.contains(&it)));
        let mut place = 0..;
        rest.values.retain(|_| place.next().is_none_or(|it| !places.contains(&it)));
        let mut place = 0..;
        rest.header_notes.retain(|_| place.next().is_none_or(|it| !places.contains(&it)));
        rest
    }

    /// What each file's name says of its day, if all of them say one.
    pub(super) fn dated_name(&self) -> Option<&'static str> {
        let dated = |file: &PathBuf| {
            let name = file_name(file);
            let places = (0..name.len()).filter(|start| name.is_char_boundary(*start));
            places.filter_map(|start| name.get(start..start + 10)).any(|part| {
                part.as_bytes().iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
                    && DateFormat::Iso.day(part).is_some()
            })
        };
        self.files.iter().all(dated).then_some(r"(\d{4}-\d{2}-\d{2})")
    }

    /// The files as a source names them: one pattern when they are many and
    /// all of their kind in their folder, else each.
    pub(super) fn file_patterns(&self) -> Vec<String> {
        self.pattern().map_or_else(
            || self.files.iter().map(|file| file.display().to_string()).collect(),
            |pattern| vec![pattern],
        )
    }

    fn pattern(&self) -> Option<String> {
        if self.files.len() <= MAX_LISTED_FILES {
            return None;
        }
        let folder = self.files.first()?.parent()?;
        let extension = file_name(self.files.first()?).split_once('.')?.1.to_owned();
        let ending = format!(".{extension}");
        let mut of_their_kind: Vec<PathBuf> = std::fs::read_dir(folder)
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| file_name(path).ends_with(&ending))
            .collect();
        of_their_kind.sort();
        (of_their_kind == self.files)
            .then(|| folder.join(format!("*{ending}")).display().to_string())
    }

    /// A source of `feed` that reads the files as they were found to be written.
    pub(super) fn spec(&self, feed: Feed) -> SourceSpec {
        let mut spec = SourceSpec::new(feed);
        spec.files = self.file_patterns();
        self.layout.describe_to(&mut spec);
        // A later delivery may be too short to find these out from.
        spec.delimiter = (self.delimiter != b',').then_some(char::from(self.delimiter));
        spec
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
