//! Files with the same header, looked at together.

use super::FileNote;
use super::amounts::AmountEvidence;
use super::dictionary::normalise;
use super::headings::{self, Layout, Table};
use super::kinds::KindEvidence;
use super::patterns::{self, name_of as file_name};
use super::refunds::{self, RefundEvidence};
use super::values::Values;
use crate::header::FIRST_OF_SEVERAL;
use crate::numbers::currency_in_header;
use crate::{
    DateFormat, FileProfile, LookupSpec, NumberFormat, SourceError, SourceSpec, TextChunk,
    delimiter_name,
};
use shelfcast_retail::Feed;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Headers of columns that name a currency, as the dictionary folds them.
const CURRENCY_HEADERS: [&str; 13] = [
    "currency",
    "currencycode",
    "currencyiso",
    "curr",
    "ccy",
    "wahrung",
    "wahrungscode",
    "waehrung",
    "devise",
    "moneda",
    "moeda",
    "divisa",
    "valuta",
];

/// Words in names of files that hold money, as the dictionary folds them.
const MONEY_WORDS: [&str; 10] =
    ["price", "preis", "prix", "precio", "prijs", "preco", "cost", "revenue", "turnover", "umsatz"];

/// Words in names of files of what was ordered from suppliers, as the dictionary folds them.
const PURCHASE_WORDS: [&str; 10] = [
    "purchase",
    "einkauf",
    "bestellung",
    "achat",
    "fournisseur",
    "compra",
    "proveedor",
    "acquist",
    "fornitor",
    "inkoop",
];

#[derive(Clone)]
pub(super) struct Group {
    pub(super) files: Vec<PathBuf>,
    pub(super) headers: Vec<String>,
    /// One per header.
    pub(super) values: Vec<Values>,
    pub(super) kinds: KindEvidence,
    pub(super) amounts: AmountEvidence,
    pub(super) refunds: RefundEvidence,
    pub(super) n_rows: u64,
    pub(super) layout: Layout,
    /// The names that stand more than once.
    pub(super) copied: Vec<String>,
    /// One per header.
    header_notes: Vec<String>,
    delimiter: u8,
    /// Files whose columns stand behind its own.
    lookups: Vec<LookupSpec>,
}

/// Reads every file; those that cannot be are noted and left out.
pub(super) fn look_at(files: &[PathBuf]) -> (Vec<Group>, Vec<FileNote>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut notes = Vec::new();
    for file in files {
        // One that cannot be read must not keep the others out, and tells why when it is looked at.
        let sheets = headings::sheets(file).ok().filter(|sheets| sheets.len() > 1);
        let sheets = sheets.map_or(vec![None], |sheets| sheets.into_iter().map(Some).collect());
        for sheet in sheets {
            let looked = look_at_file(file, sheet.as_deref(), &mut groups);
            let text = looked.unwrap_or_else(|error| error.to_string());
            notes.push(FileNote { file: file.clone(), sheet, used: false, text });
        }
    }
    groups.retain(|group| group.n_rows > 0);
    (groups, notes)
}

fn look_at_file(
    file: &Path,
    sheet: Option<&str>,
    groups: &mut Vec<Group>,
) -> Result<String, SourceError> {
    let Table { reader, layout, header_notes } = headings::open(file, sheet)?;
    let mut profile = reader.profile().clone();
    name_copies(&mut profile);
    let known = groups.iter().position(|group| {
        group.headers == profile.headers
            && group.names_money() == names_money(file)
            && group.names_returns() == refunds::names_returns(&file_name(file))
            && group.delimiter == profile.delimiter
            && group.layout == layout
    });
    // A file that turns out to be broken must leave nothing behind in its group.
    let fresh = || Group { layout: layout.clone(), header_notes, ..Group::new(&profile) };
    let mut group = known.map_or_else(fresh, |index| groups[index].clone());
    let n_before = group.n_rows;
    for chunk in reader {
        group.look_at(&chunk?);
    }
    group.files.push(file.to_owned());
    let n_rows = group.n_rows - n_before;
    match known {
        Some(index) => groups[index] = group,
        None => groups.push(group),
    }
    let note = layout.note().map(|note| format!(", {note}")).unwrap_or_default();
    let sheet = sheet.map(|sheet| format!("sheet `{sheet}`: ")).unwrap_or_default();
    Ok(sheet + &describe(&profile, n_rows) + &note + headless(&profile))
}

fn names_money(file: &Path) -> bool {
    let name = normalise(&file_name(file));
    MONEY_WORDS.iter().any(|word| name.contains(word))
}

/// Calls the first column of a name `name (1)`: bare, it names none of them.
fn name_copies(profile: &mut FileProfile) {
    for name in &profile.duplicate_headers {
        let first = format!("{name}{FIRST_OF_SEVERAL}");
        let is_taken = profile.headers.contains(&first);
        let found = profile.headers.iter_mut().find(|header| *header == name);
        if let (Some(header), false) = (found, is_taken) {
            *header = first;
        }
    }
}

/// What to do about a file whose first row is data.
fn headless(profile: &FileProfile) -> &'static str {
    let is_value = |text: &&String| {
        NumberFormat::default().parts(text).is_some() || DateFormat::Iso.day(text).is_some()
    };
    // A column for each year or store has a number for a header, and a name before it.
    let begins_with_value = profile.headers.first().as_ref().is_some_and(is_value);
    match begins_with_value && profile.headers.iter().filter(is_value).count() > 1 {
        true => {
            "; its first row looks like data: a source that says header_rows = [] reads it, and \
             calls the columns `column 1` and so on"
        }
        false => "",
    }
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
            values: profile.headers.iter().map(|_| Values::new()).collect(),
            kinds: KindEvidence::new(&profile.headers),
            amounts: AmountEvidence::new(&profile.headers),
            refunds: RefundEvidence::new(&profile.headers),
            n_rows: 0,
            layout: Layout::default(),
            copied: profile.duplicate_headers.clone(),
            header_notes: Vec::new(),
            delimiter: profile.delimiter,
            lookups: Vec::new(),
        }
    }

    /// Takes in what the rows of a chunk say.
    pub(super) fn look_at(&mut self, chunk: &TextChunk) {
        self.kinds.look_at(chunk);
        self.amounts.look_at(chunk);
        self.refunds.look_at(chunk);
        self.n_rows += chunk.rows() as u64;
        let columns = self.values.iter_mut().zip(chunk.columns());
        columns.for_each(|(values, column)| values.look_at(column));
    }

    /// Gives each chunk of the files to `look`; `None` where they can be read no more.
    pub(super) fn read_again(&self, mut look: impl FnMut(TextChunk)) -> Option<()> {
        for file in &self.files {
            for chunk in headings::open(file, self.layout.sheet()).ok()?.reader {
                look(chunk.ok()?);
            }
        }
        Some(())
    }

    /// The same files with the columns of a look-up behind their own, and nothing known of any row.
    pub(super) fn with_lookup(&self, lookup: LookupSpec) -> Self {
        let names = lookup.columns.keys().cloned();
        let headers: Vec<String> = self.headers.iter().cloned().chain(names).collect();
        let mut header_notes = self.header_notes.clone();
        header_notes.resize(headers.len(), String::new());
        Self {
            files: self.files.clone(),
            values: headers.iter().map(|_| Values::new()).collect(),
            kinds: KindEvidence::new(&headers),
            amounts: AmountEvidence::new(&headers),
            refunds: RefundEvidence::new(&headers),
            n_rows: 0,
            layout: self.layout.clone(),
            copied: self.copied.clone(),
            header_notes,
            delimiter: self.delimiter,
            lookups: self.lookups.iter().cloned().chain([lookup]).collect(),
            headers,
        }
    }

    /// The codes of the currencies that stand beside amounts, in their headers or in a column of
    /// their own, and how many values say so.
    pub(super) fn currencies(&self) -> BTreeMap<&'static str, u64> {
        let mut found = BTreeMap::new();
        let mut add = |code: &'static str, n_more: u64| *found.entry(code).or_default() += n_more;
        for (header, values) in self.headers.iter().zip(&self.values) {
            // Among codes such as `0cad` some look like an amount.
            if values.are_numeric() {
                values.currencies.iter().for_each(|(code, n_values)| add(code, *n_values));
            }
            if self.is_currency(header) {
                values.currency_codes.iter().for_each(|(code, n_values)| add(code, *n_values));
            }
            if values.are_numeric()
                && let Some((code, _)) = currency_in_header(header)
            {
                add(code, values.n_values);
            }
        }
        found
    }

    /// Whether a header says that currencies stand below it.
    pub(super) fn is_currency(&self, header: &str) -> bool {
        CURRENCY_HEADERS.contains(&normalise(header).as_str())
    }

    /// Whether a source reads it.
    pub(super) fn is_read_by(&self, spec: &SourceSpec) -> bool {
        spec.files == self.file_patterns() && spec.sheet.as_deref() == self.layout.sheet()
    }

    /// The columns that a source looks up in it, and its key.
    pub(super) fn looked_up_by<'s>(&self, spec: &'s SourceSpec) -> Option<Vec<&'s str>> {
        let patterns = self.file_patterns();
        let is_here = |lookup: &&LookupSpec| {
            lookup.files == patterns && lookup.sheet.as_deref() == self.layout.sheet()
        };
        let lookup = spec.lookups.iter().find(is_here)?;
        Some(lookup.key.values().chain(lookup.columns.values()).map(String::as_str).collect())
    }

    /// What messages call the group.
    pub(super) fn label(&self) -> String {
        match self.layout.sheet() {
            Some(sheet) => format!("{}, sheet `{sheet}`", self.files_label()),
            None => self.files_label(),
        }
    }

    fn files_label(&self) -> String {
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

    /// Whether the names of the files speak of prices or other money.
    pub(super) fn names_money(&self) -> bool {
        self.files.first().is_some_and(|file| names_money(file))
    }

    /// Whether the names of the files speak of orders to suppliers.
    pub(super) fn names_purchases(&self) -> bool {
        let name = self.files.first().map(|file| normalise(&file_name(file))).unwrap_or_default();
        PURCHASE_WORDS.iter().any(|word| name.contains(word))
    }

    /// Whether the names of the files say that they hold what was brought back.
    pub(super) fn names_returns(&self) -> bool {
        self.files.first().is_some_and(|file| refunds::names_returns(&file_name(file)))
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

    /// The files as a source names them: by a pattern that takes them and no other, else each.
    pub(super) fn file_patterns(&self) -> Vec<String> {
        patterns::of_files(&self.files).map_or_else(
            || self.files.iter().map(|file| file.display().to_string()).collect(),
            |pattern| vec![pattern],
        )
    }

    /// A source of `feed` that reads the files as they were found to be written.
    pub(super) fn spec(&self, feed: Feed) -> SourceSpec {
        let mut spec = SourceSpec::new(feed);
        spec.files = self.file_patterns();
        self.layout.describe_to(&mut spec);
        spec.lookups.clone_from(&self.lookups);
        // A later delivery may be too short to find these out from.
        spec.delimiter = (self.delimiter != b',').then_some(char::from(self.delimiter));
        spec
    }
}
