use crate::error::nearest;
use crate::{DateFormat, Encoding, NumberFormat, ReadOptions, SourceError, ZoneRules};
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shelfcast_retail::{ColumnKind, Feed};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// Where one column of a feed comes from.
///
/// In a configuration: `"Transaction ID"` (a header), `{ column = "Date",
/// format = "%d/%m/%Y" }`, `{ constant = "main" }` or `{ row_key = true }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnSource {
    /// A column of the file.
    Column {
        /// Its name in the header.
        header: String,
        /// How it writes days or instants; `None`: ISO 8601.
        format: Option<DateFormat>,
    },
    /// The same text for every row.
    Constant(String),
    /// A key made of the file's label and the row's number, `train.csv:17`,
    /// for files whose rows have none.
    RowKey,
}

impl ColumnSource {
    /// The column with this header.
    pub fn header(name: impl Into<String>) -> Self {
        Self::Column { header: name.into(), format: None }
    }

    /// The column with this header, which writes days or instants so.
    pub fn dates(name: impl Into<String>, format: DateFormat) -> Self {
        Self::Column { header: name.into(), format: Some(format) }
    }

    /// The declared date format.
    pub fn date_format(&self) -> Option<&DateFormat> {
        match self {
            Self::Column { format, .. } => format.as_ref(),
            Self::Constant(_) | Self::RowKey => None,
        }
    }
}

/// Some files, and how they become rows of one feed.
///
/// The same file may stand in several sources: an inventory list gives
/// products, stock and suppliers.
///
/// ```
/// use shelfcast_retail::Feed;
/// use shelfcast_sources::{ColumnSource, SourceSpec};
///
/// let mut spec = SourceSpec::new(Feed::Suppliers)
///     .with_column("supplier_id", ColumnSource::header("Supplier ID"));
/// spec.files = vec!["inventory_data.csv".to_owned()];
/// spec.distinct = true;
/// spec.validate()?;
/// # Ok::<(), shelfcast_sources::SourceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// What the rows are.
    #[serde(with = "feed_name")]
    pub feed: Feed,
    /// Paths or glob patterns, relative to the folder of the configuration.
    pub files: Vec<String>,
    /// The character between fields; `None`: found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// `None`: found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// How numbers are written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub numbers: NumberFormat,
    /// Texts that stand for nothing, besides the empty one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub null_texts: Vec<String>,
    /// The zone of date-times that name none (IANA name); `None`: UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The first row of each key is taken and its repeats are no violation:
    /// suppliers read out of a list of products.
    #[serde(default, skip_serializing_if = "is_default")]
    pub distinct: bool,
    /// The feed's columns and where they come from.
    pub columns: BTreeMap<String, ColumnSource>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl SourceSpec {
    /// A source of `feed` without files or columns.
    pub fn new(feed: Feed) -> Self {
        Self {
            feed,
            files: Vec::new(),
            delimiter: None,
            encoding: None,
            numbers: NumberFormat::default(),
            null_texts: Vec::new(),
            time_zone: None,
            distinct: false,
            columns: BTreeMap::new(),
        }
    }

    /// A source whose header has exactly the feed's own column names.
    pub fn direct(feed: Feed, files: Vec<String>) -> Self {
        let columns = feed.columns().iter();
        let columns =
            columns.map(|column| (column.name.to_owned(), ColumnSource::header(column.name)));
        Self { files, columns: columns.collect(), ..Self::new(feed) }
    }

    /// Adds or replaces a column.
    #[must_use]
    pub fn with_column(mut self, column: &str, source: ColumnSource) -> Self {
        self.columns.insert(column.to_owned(), source);
        self
    }

    /// The files, sorted and each once; patterns are taken relative to `folder`.
    ///
    /// # Errors
    /// A pattern that no file matches, or that is no pattern.
    pub fn expand(&self, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
        let mut found = BTreeSet::new();
        for pattern in &self.files {
            let whole = Path::new(&glob::Pattern::escape(&folder.to_string_lossy())).join(pattern);
            let matches = glob::glob(&whole.to_string_lossy()).map_err(|error| {
                SourceError::FilePattern { pattern: pattern.clone(), reason: error.msg.to_owned() }
            })?;
            // A name with brackets in it is first of all a name.
            let plain = folder.join(pattern);
            let matched: Vec<PathBuf> = match plain.is_file() {
                true => vec![plain],
                false => matches.flatten().filter(|path| path.is_file()).collect(),
            };
            if matched.is_empty() {
                return Err(SourceError::NoFiles {
                    pattern: pattern.clone(),
                    folder: folder.to_owned(),
                });
            }
            found.extend(matched);
        }
        Ok(found.into_iter().collect())
    }

    /// The rules of [`time_zone`](Self::time_zone).
    ///
    /// # Errors
    /// A zone that the time zone database does not know.
    pub fn zone_rules(&self) -> Result<Option<ZoneRules>, SourceError> {
        self.time_zone.as_deref().map(ZoneRules::named).transpose()
    }

    /// Checks what can be checked without a file.
    ///
    /// # Errors
    /// A column the feed does not have, one every row needs that is missing, a
    /// date format on a column of another kind, marks, zones or delimiters that
    /// cannot be.
    pub fn validate(&self) -> Result<(), SourceError> {
        for (name, source) in &self.columns {
            let Some(column) = self.feed.column(name) else { return Err(self.unknown(name)) };
            let dated = matches!(column.kind, ColumnKind::Day | ColumnKind::Instant);
            if let (Some(format), false) = (source.date_format(), dated) {
                return Err(SourceError::DateFormat {
                    found: format.to_string(),
                    reason: format!("{}.{name} is neither a day nor an instant", self.feed),
                });
            }
        }
        let unmapped = |column: &&shelfcast_retail::Column| {
            column.required && !self.columns.contains_key(column.name)
        };
        if let Some(column) = self.feed.columns().iter().find(unmapped) {
            return Err(SourceError::UnmappedColumn {
                feed: self.feed.as_str(),
                column: column.name,
                found: self.columns.keys().cloned().collect::<Vec<_>>().join(", "),
            });
        }
        self.numbers.validate()?;
        self.zone_rules()?;
        self.delimiter_byte().map(|_| ())
    }

    /// How to read the files.
    pub(crate) fn read_options(&self, label: &str) -> Result<ReadOptions, SourceError> {
        Ok(ReadOptions {
            delimiter: self.delimiter_byte()?,
            encoding: self.encoding,
            label: Some(label.to_owned()),
            ..ReadOptions::default()
        })
    }

    fn delimiter_byte(&self) -> Result<Option<u8>, SourceError> {
        let Some(delimiter) = self.delimiter else { return Ok(None) };
        let usable = delimiter.is_ascii()
            && !delimiter.is_ascii_alphanumeric()
            && !matches!(delimiter, '"' | '\n' | '\r' | '\0');
        if usable {
            Ok(Some(delimiter as u8))
        } else {
            Err(SourceError::Delimiter { found: delimiter })
        }
    }

    fn unknown(&self, name: &str) -> SourceError {
        let names = || self.feed.columns().iter().map(|column| column.name);
        SourceError::UnknownColumn {
            feed: self.feed.as_str(),
            column: name.to_owned(),
            allowed: names().collect::<Vec<_>>().join(", "),
            nearest: nearest(name, names()),
        }
    }
}

mod feed_name {
    use super::{Deserialize, Deserializer, Feed, Serializer, de};

    pub(super) fn serialize<S: Serializer>(feed: &Feed, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(feed.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<Feed, D::Error> {
        String::deserialize(source)?.parse().map_err(de::Error::custom)
    }
}

impl Serialize for ColumnSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = match self {
            Self::Column { header, format: None } => return serializer.serialize_str(header),
            _ => serializer.serialize_map(None)?,
        };
        match self {
            Self::Column { header, format } => {
                map.serialize_entry("column", header)?;
                map.serialize_entry("format", format)?;
            }
            Self::Constant(text) => map.serialize_entry("constant", text)?,
            Self::RowKey => map.serialize_entry("row_key", &true)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for ColumnSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnSourceVisitor)
    }
}

struct ColumnSourceVisitor;

impl<'de> Visitor<'de> for ColumnSourceVisitor {
    type Value = ColumnSource;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "a header, { column = \"Header\", format = \"%d/%m/%Y\" }, \
             { constant = \"text\" } or { row_key = true }",
        )
    }

    fn visit_str<E: de::Error>(self, header: &str) -> Result<ColumnSource, E> {
        Ok(ColumnSource::header(header))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ColumnSource, A::Error> {
        let (mut header, mut format, mut constant, mut row_key) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "column" => header = Some(map.next_value()?),
                "format" => format = Some(map.next_value()?),
                "constant" => constant = Some(map.next_value()?),
                "row_key" => row_key = Some(map.next_value()?),
                _ => {
                    const ALLOWED: &[&str] = &["column", "format", "constant", "row_key"];
                    return Err(de::Error::unknown_field(&key, ALLOWED));
                }
            }
        }
        match (header, format, constant, row_key) {
            (Some(header), format, None, None) => Ok(ColumnSource::Column { header, format }),
            (None, None, Some(text), None) => Ok(ColumnSource::Constant(text)),
            (None, None, None, Some(true)) => Ok(ColumnSource::RowKey),
            _ => Err(de::Error::custom(format_args!(
                "a column comes from exactly one place: {}",
                ExpectedForms
            ))),
        }
    }
}

struct ExpectedForms;

impl fmt::Display for ExpectedForms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        ColumnSourceVisitor.expecting(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sales() -> SourceSpec {
        SourceSpec::new(Feed::Sales)
            .with_column("sale_id", ColumnSource::RowKey)
            .with_column("sold_at", ColumnSource::dates("date", DateFormat::Iso))
            .with_column("product_id", ColumnSource::header("item"))
            .with_column("location_id", ColumnSource::Constant("main".to_owned()))
            .with_column("quantity", ColumnSource::header("sales"))
    }

    #[test]
    fn a_source_survives_its_configuration() {
        let mut spec = sales();
        spec.files = vec!["in/*.csv".to_owned()];
        spec.numbers = NumberFormat { decimal_mark: ',', thousands_mark: None };
        spec.encoding = Some(Encoding::Windows1252);
        let text = toml::to_string(&spec).unwrap();
        assert_eq!(toml::from_str::<SourceSpec>(&text).unwrap(), spec, "{text}");
    }

    #[test]
    fn wrong_configurations_say_where_and_what_is_allowed() {
        let read = |text: &str| toml::from_str::<SourceSpec>(text).unwrap_err().to_string();
        let message = read("feed = \"sale\"\nfiles = []\n[columns]\n");
        assert!(message.contains("`sale` is not a feed; the feeds are products"), "{message}");
        let message =
            read("feed = \"sales\"\nfiles = []\n[columns]\nsale_id = { colum = \"a\" }\n");
        assert!(message.contains("unknown field `colum`, expected one of `column`"), "{message}");
        assert!(message.contains("line 4"), "{message}");
        let message = read("feed = \"sales\"\nfiles = []\nencodin = \"x\"\n[columns]\n");
        assert!(message.contains("unknown field `encodin`"), "{message}");
    }

    #[test]
    fn a_missing_or_unknown_column_is_named() {
        assert!(sales().validate().is_ok());
        let mut spec = sales();
        spec.columns.remove("quantity");
        assert_eq!(
            spec.validate().unwrap_err().to_string(),
            "the source of sales says nothing of quantity, which every row needs: \
             found location_id, product_id, sale_id, sold_at"
        );
        let error = sales().with_column("unit_prise", ColumnSource::RowKey).validate().unwrap_err();
        assert_eq!(error.hint().as_deref(), Some("did you mean `unit_price`?"));
        let dated = ColumnSource::dates("x", DateFormat::Iso);
        let message = sales().with_column("total", dated).validate().unwrap_err().to_string();
        assert!(message.contains("sales.total is neither a day nor an instant"), "{message}");
    }

    #[test]
    fn patterns_name_each_file_once_and_never_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a.csv", "c.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let mut spec = sales();
        spec.files = vec!["*.csv".to_owned(), "b*.csv".to_owned()];
        // The second pattern adds nothing new, but it does match.
        let names = |spec: &SourceSpec| {
            let files = spec.expand(folder.path()).unwrap();
            files.iter().map(|path| path.file_name().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&spec), ["a.csv", "b.csv"]);
        spec.files = vec!["*.tsv".to_owned()];
        let message = spec.expand(folder.path()).unwrap_err().to_string();
        assert!(message.starts_with("no file matches `*.tsv` in "), "{message}");
    }
}
