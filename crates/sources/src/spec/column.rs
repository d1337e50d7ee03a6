use crate::DateFormat;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Where one column of a feed comes from.
///
/// In a configuration: `"Transaction ID"` (a header), `{ column = "Date",
/// format = "%d/%m/%Y" }`, `{ column = "Qty", blank = "0" }`, `{ column = "id",
/// extract = '^(\w+)-' }`, `{ constant = "main" }`, `{ row_key = true }`,
/// `{ compute = "quantity * unit_price" }` or `{ file_name = '(\d{4}-\d{2}-\d{2})' }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnSource {
    /// A column of the file.
    Column(HeaderSource),
    /// The same text for every row.
    Constant(String),
    /// A key made of the file's label and the row's number, `train.csv:17`,
    /// for files whose rows have none; of a wide header also of that,
    /// `train.csv:17:week 3`.
    RowKey,
    /// Arithmetic over other columns, see [`Expression`](crate::Expression). Its
    /// names are the feed's columns that the source maps, else headers; its own
    /// name is a header.
    Computed(String),
    /// The part of the file's name that the first group of a regular expression
    /// matches: the day of a stock list called `stock_2024-08-26.csv`.
    FileName {
        /// The regular expression.
        pattern: String,
        /// How the part writes days or instants; `None`: ISO 8601.
        format: Option<DateFormat>,
    },
}

/// A column of the file, and how its text is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderSource {
    /// Its name in the header.
    pub header: String,
    /// How it writes days or instants; `None`: ISO 8601.
    pub format: Option<DateFormat>,
    /// A regular expression; the text of its first group is the value, and text
    /// that it does not match is left as it stands.
    pub extract: Option<String>,
    /// What an empty field means; `None`: nothing.
    pub blank: Option<String>,
}

impl ColumnSource {
    /// The column with this header.
    pub fn header(name: impl Into<String>) -> Self {
        Self::Column(HeaderSource { header: name.into(), ..HeaderSource::default() })
    }

    /// The column with this header, which writes days or instants so.
    pub fn dates(name: impl Into<String>, format: DateFormat) -> Self {
        Self::Column(HeaderSource {
            header: name.into(),
            format: Some(format),
            ..HeaderSource::default()
        })
    }

    /// The declared date format.
    pub fn date_format(&self) -> Option<&DateFormat> {
        match self {
            Self::Column(source) => source.format.as_ref(),
            Self::FileName { format, .. } => format.as_ref(),
            Self::Constant(_) | Self::RowKey | Self::Computed(_) => None,
        }
    }

    /// The header it is read from, if it is read from one.
    pub fn header_name(&self) -> Option<&str> {
        match self {
            Self::Column(source) => Some(&source.header),
            _ => None,
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<DateFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extract: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blank: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    constant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row_key: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compute: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
}

impl Serialize for ColumnSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = match self.clone() {
            Self::Column(HeaderSource { header, format: None, extract: None, blank: None }) => {
                return serializer.serialize_str(&header);
            }
            Self::Column(HeaderSource { header, format, extract, blank }) => {
                Table { column: Some(header), format, extract, blank, ..Table::default() }
            }
            Self::Constant(text) => Table { constant: Some(text), ..Table::default() },
            Self::RowKey => Table { row_key: Some(true), ..Table::default() },
            Self::Computed(text) => Table { compute: Some(text), ..Table::default() },
            Self::FileName { pattern, format } => {
                Table { file_name: Some(pattern), format, ..Table::default() }
            }
        };
        table.serialize(serializer)
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
            "a header, { column = \"Header\", format = \"%d/%m/%Y\", extract = '^(.*)-', \
             blank = \"0\" }, { constant = \"text\" }, { row_key = true }, \
             { compute = \"quantity * unit_price\" } or { file_name = '(\\d{4}-\\d{2}-\\d{2})' }",
        )
    }

    fn visit_str<E: de::Error>(self, header: &str) -> Result<ColumnSource, E> {
        Ok(ColumnSource::header(header))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ColumnSource, A::Error> {
        let Table { column, format, extract, blank, constant, row_key, compute, file_name } =
            Table::deserialize(MapAccessDeserializer::new(map))?;
        let plain = format.is_none() && extract.is_none() && blank.is_none();
        match (column, constant, row_key, compute, file_name) {
            (Some(header), None, None, None, None) => {
                Ok(ColumnSource::Column(HeaderSource { header, format, extract, blank }))
            }
            (None, Some(text), None, None, None) if plain => Ok(ColumnSource::Constant(text)),
            (None, None, Some(true), None, None) if plain => Ok(ColumnSource::RowKey),
            (None, None, None, Some(text), None) if plain => Ok(ColumnSource::Computed(text)),
            (None, None, None, None, Some(pattern)) if extract.is_none() && blank.is_none() => {
                Ok(ColumnSource::FileName { pattern, format })
            }
            _ => Err(de::Error::custom(format_args!(
                "a column comes from exactly one place: {ExpectedForms}"
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
