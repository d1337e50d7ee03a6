use crate::SourceError;
use serde::{Deserialize, Serialize};

/// How a file holds its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Text with a delimiter between fields, packed (gzip, zstd) or not.
    Delimited,
    /// Text with every field at its place in the line.
    FixedWidth,
    /// A workbook, `.xls` or `.xlsx`.
    Excel,
    /// A Parquet file.
    Parquet,
}

/// A field of a line of fixed width; places are counted in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedField {
    /// What the column is called.
    pub name: String,
    /// Its first character, from 1.
    pub start: usize,
    /// Its characters.
    pub width: usize,
}

/// One column a period (or a product, or a place) made into one row each.
///
/// Of every record one row is made for each header that `headers` matches. Under
/// the name `name` the row has what the first group matched (the whole header
/// without a group), under `value` the field, under `position` the place of the
/// header among the ones matched, from 1. All other columns are repeated. Headers
/// that `headers` matches may repeat. Other headers called `name`, `value` or
/// `position` give way to these three. A record with more or fewer fields than the
/// header cannot be told apart: it gives one row without a value, to be refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WideColumns {
    /// A regular expression for the headers that become rows.
    pub headers: String,
    /// Headers that are left out all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// What an empty field means.
    #[serde(default)]
    pub blank: WideBlank,
}

impl WideColumns {
    /// The column that holds what the header says.
    pub const NAME: &'static str = "name";
    /// The column that holds the field.
    pub const VALUE: &'static str = "value";
    /// The column that holds the place of the header among those matched, from 1.
    pub const POSITION: &'static str = "position";
}

/// What an empty field under a wide header means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WideBlank {
    /// Nothing is known: no row.
    #[default]
    Skip,
    /// A zero.
    Zero,
    /// A row with an empty value, to be judged by the contract.
    Keep,
}

/// What becomes of a row that came in before when a later file says otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corrections {
    /// The first word holds; another row with its key is refused.
    #[default]
    None,
    /// The last word on a key holds.
    ByKey,
    /// A file takes the place of an earlier file of the same name.
    ByFileName,
}

impl Corrections {
    /// The word in configurations and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ByKey => "by_key",
            Self::ByFileName => "by_file_name",
        }
    }
}

/// What is done with rows of the very same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// They are let in: two equal rows are two sales.
    Keep,
    /// The first is kept, the others are refused and listed with their money.
    Drop,
    /// A file that has some is refused until its source says `keep` or `drop`.
    Ask,
}

/// A kind that rows of this source have when a column says so.
///
/// Rules are tried in order; the first that matches names the kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// `sale`, `return`, `cancellation`, `adjustment` or `fee`.
    pub kind: String,
    /// The feed's column that is looked at.
    pub column: String,
    /// A regular expression that its text must match.
    pub pattern: String,
}

impl KindRule {
    /// The pattern, ready to match.
    ///
    /// # Errors
    /// A pattern that is no regular expression, or too large a one.
    pub fn regex(&self) -> Result<regex::Regex, SourceError> {
        super::pattern::compile("kinds.pattern", &self.pattern)
    }
}
