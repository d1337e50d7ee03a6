mod check;
mod column;
mod files;
mod layout;
mod lookup;
mod pattern;

pub use column::{ColumnSource, HeaderSource};
pub use layout::{
    Corrections, Duplicates, FileFormat, FixedField, KindRule, WideBlank, WideColumns,
};

pub use lookup::LookupSpec;

pub(crate) use pattern::{compile, first_group};

use crate::{Encoding, NumberFormat, SourceError};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use shelfcast_retail::{Feed, Frequency, ZoneRules};
use std::collections::BTreeMap;

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
    /// How the files hold their rows; `None`: found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<FileFormat>,
    /// The character between fields; `None`: found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The character around fields that hold a delimiter; `None`: `"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<char>,
    /// The sheet of a workbook; `None`: the one with the most cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The rows, from 1, that hold the headers; the texts of several are joined by a blank.
    /// `None`: the first row that is not blank. An empty list: there are none, and the columns
    /// are called `column 1` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<Vec<u64>>,
    /// The first row, from 1, that holds data; `None`: the one after the headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_row: Option<u64>,
    /// The fields of a line of fixed width.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed_width: Vec<FixedField>,
    /// KiB of a record at most; `None`: 1024.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_record_kib: Option<u32>,
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
    /// The period that one row stands for.
    #[serde(default = "day", with = "frequency_name", skip_serializing_if = "is_day")]
    pub period: Frequency,
    /// What becomes of earlier rows when a later file says otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub corrections: Corrections,
    /// What is done with rows of the very same text; `None`: what the contract says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicates: Option<Duplicates>,
    /// The first row of each key is taken and its repeats are no violation:
    /// suppliers read out of a list of products.
    #[serde(default, skip_serializing_if = "is_default")]
    pub distinct: bool,
    /// The feed's columns and where they come from.
    pub columns: BTreeMap<String, ColumnSource>,
    /// Columns that become rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wide: Option<WideColumns>,
    /// How the kind of a sale is told where no column says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<KindRule>,
    /// Columns that are taken from other files, by a key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lookups: Vec<LookupSpec>,
}

const fn day() -> Frequency {
    Frequency::Day
}

fn is_day(period: &Frequency) -> bool {
    *period == Frequency::Day
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
            format: None,
            delimiter: None,
            quote: None,
            sheet: None,
            header_rows: None,
            first_row: None,
            fixed_width: Vec::new(),
            max_record_kib: None,
            encoding: None,
            numbers: NumberFormat::default(),
            null_texts: Vec::new(),
            time_zone: None,
            period: Frequency::Day,
            corrections: Corrections::None,
            duplicates: None,
            distinct: false,
            columns: BTreeMap::new(),
            wide: None,
            kinds: Vec::new(),
            lookups: Vec::new(),
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

    /// How numbers of a feed's column are written: computed ones and constants have a decimal
    /// point, whatever the file has.
    pub fn numbers_of(&self, column: &str) -> NumberFormat {
        match self.columns.get(column) {
            Some(ColumnSource::Computed(_) | ColumnSource::Constant(_)) => NumberFormat::default(),
            _ => self.numbers,
        }
    }

    /// Whether a row is named by nothing but its place, so that of two equal ones neither repeats
    /// the other: sales without a number, movements without a reference. Not so in wide files: their
    /// records name product and place.
    pub fn has_row_keys(&self) -> bool {
        let is_row_key =
            |name: &&str| matches!(self.columns.get(*name), Some(ColumnSource::RowKey));
        let has_no_reference =
            self.feed == Feed::Movements && !self.columns.contains_key("reference");
        self.wide.is_none() && (has_no_reference || self.feed.key().iter().any(is_row_key))
    }

    /// The rules of [`time_zone`](Self::time_zone).
    ///
    /// # Errors
    /// A zone that the time zone database does not know.
    pub fn zone_rules(&self) -> Result<Option<ZoneRules>, SourceError> {
        let named = |name: &str| {
            ZoneRules::named(name).map_err(|_| SourceError::TimeZone { found: name.to_owned() })
        };
        self.time_zone.as_deref().map(named).transpose()
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

mod frequency_name {
    use super::{Deserialize, Deserializer, Frequency, Serializer, de};

    pub(super) fn serialize<S: Serializer>(
        period: &Frequency,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(period.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<Frequency, D::Error> {
        String::deserialize(source)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DateFormat;

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
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        for name in ["deep/d.csv", ".hidden.csv", "deep/.e.csv"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        spec.files = vec!["deep".to_owned()];
        assert_eq!(names(&spec), ["d.csv"]);
        spec.files = vec!["**/[a-d].csv".to_owned()];
        assert_eq!(names(&spec), ["a.csv", "b.csv", "d.csv"]);
        spec.files = vec!["*.tsv".to_owned()];
        let message = spec.expand(folder.path()).unwrap_err().to_string();
        assert!(message.starts_with("no file matches `*.tsv` in "), "{message}");
    }
}
