use crate::{SourceError, SourceSpec};
use serde::{Deserialize, Serialize};
use shelfcast_retail::Feed;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Columns that each row takes from another file, by a key: the day and the customer of an
/// order, for its lines.
///
/// Under their names these columns stand beside the headers of the source's own files, wherever a
/// header may be named. Keys are compared as texts, blanks around them left out.
///
/// ```
/// use shelfcast_retail::Feed;
/// use shelfcast_sources::{ColumnSource, LookupSpec, SourceSpec};
///
/// let orders = LookupSpec::new("orders.csv", &["OrderID"], &["OrderDate"]);
/// let mut spec = SourceSpec::new(Feed::Sales)
///     .with_column("sale_id", ColumnSource::header("OrderID"))
///     .with_column("sold_at", ColumnSource::header("OrderDate"))
///     .with_column("product_id", ColumnSource::header("ProductID"))
///     .with_column("quantity", ColumnSource::header("Quantity"));
/// spec.files = vec!["order_details.csv".to_owned()];
/// spec.lookups = vec![orders];
/// spec.validate()?;
/// # Ok::<(), shelfcast_sources::SourceError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupSpec {
    /// Paths or glob patterns, relative to the folder of the configuration.
    pub files: Vec<String>,
    /// The character between fields; `None`: found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The sheet of a workbook; `None`: the one with the most cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The rows, from 1, that hold the headers; `None`: the first row that is not blank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<Vec<u64>>,
    /// The first row, from 1, that holds data; `None`: the one after the headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_row: Option<u64>,
    /// Headers of the source's files, each with the header in these files that has its values; in
    /// a configuration a list where both are the same.
    #[serde(with = "header_pairs")]
    pub key: BTreeMap<String, String>,
    /// What the columns taken are called, each with its header in these files; in a configuration a
    /// list where both are the same.
    #[serde(with = "header_pairs")]
    pub columns: BTreeMap<String, String>,
}

impl LookupSpec {
    /// A look-up in one file, whose headers keep their names.
    pub fn new(file: &str, key: &[&str], columns: &[&str]) -> Self {
        let same = |names: &[&str]| {
            names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect()
        };
        let (key, columns) = (same(key), same(columns));
        Self { files: vec![file.to_owned()], key, columns, ..Self::default() }
    }

    /// The files, sorted and each once; patterns are taken relative to `folder`.
    ///
    /// # Errors
    /// A pattern that no file matches, or that is no pattern.
    pub fn expand(&self, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
        self.as_source().expand(folder)
    }

    /// A source that reads the files as they are read here.
    pub(crate) fn as_source(&self) -> SourceSpec {
        SourceSpec {
            files: self.files.clone(),
            delimiter: self.delimiter,
            sheet: self.sheet.clone(),
            header_rows: self.header_rows.clone(),
            first_row: self.first_row,
            ..SourceSpec::new(Feed::Sales)
        }
    }
}

impl SourceSpec {
    pub(super) fn check_lookups(&self) -> Result<(), SourceError> {
        let refused = |found: String, allowed: &str, hint| {
            let (setting, allowed) = ("lookups", allowed.to_owned());
            Err(SourceError::Setting { setting, found, allowed, hint })
        };
        let mut names = BTreeSet::new();
        for lookup in &self.lookups {
            lookup.as_source().check_reading()?;
            let files = lookup.files.join(", ");
            if lookup.files.is_empty() || lookup.key.is_empty() || lookup.columns.is_empty() {
                return refused(
                    format!("`{files}` without files, key or columns"),
                    "a look-up with all three",
                    "write files = [\"orders.csv\"], key = [\"OrderID\"], columns = [\"OrderDate\"]",
                );
            }
            if let Some(name) = lookup.columns.keys().find(|name| !names.insert(name.trim())) {
                return refused(
                    format!("`{name}` of `{files}`, which an earlier look-up gives as well"),
                    "one column a name",
                    "give it another name: columns = { \"order status\" = \"status\" }",
                );
            }
        }
        Ok(())
    }
}

/// A list of headers, or a table of names and headers.
mod header_pairs {
    use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
    use serde::de::{MapAccess, SeqAccess, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;
    use std::fmt;

    type Pairs = BTreeMap<String, String>;

    pub(super) fn serialize<S: Serializer>(
        pairs: &Pairs,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match pairs.iter().all(|(name, header)| name == header) {
            true => serializer.collect_seq(pairs.keys()),
            false => pairs.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<Pairs, D::Error> {
        source.deserialize_any(PairsVisitor)
    }

    struct PairsVisitor;

    impl<'de> Visitor<'de> for PairsVisitor {
        type Value = Pairs;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list of headers, or a table such as { \"Order\" = \"OrderID\" }")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, headers: A) -> Result<Pairs, A::Error> {
            let headers = Vec::<String>::deserialize(SeqAccessDeserializer::new(headers))?;
            Ok(headers.into_iter().map(|header| (header.clone(), header)).collect())
        }

        fn visit_map<A: MapAccess<'de>>(self, pairs: A) -> Result<Pairs, A::Error> {
            Pairs::deserialize(MapAccessDeserializer::new(pairs))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ColumnSource;

    fn lines() -> SourceSpec {
        let mut spec = SourceSpec::new(Feed::Sales)
            .with_column("sale_id", ColumnSource::header("order"))
            .with_column("sold_at", ColumnSource::header("placed"))
            .with_column("product_id", ColumnSource::header("item"))
            .with_column("quantity", ColumnSource::header("qty"));
        spec.lookups = vec![LookupSpec::new("orders.csv", &["order"], &["placed"])];
        spec
    }

    #[test]
    fn a_look_up_survives_its_configuration_in_either_form() {
        let mut spec = lines();
        let text = toml::to_string(&spec).unwrap();
        assert!(text.contains("key = [\"order\"]\ncolumns = [\"placed\"]"), "{text}");
        assert_eq!(toml::from_str::<SourceSpec>(&text).unwrap(), spec, "{text}");
        spec.lookups[0].key = BTreeMap::from([("order".to_owned(), "id".to_owned())]);
        let text = toml::to_string(&spec).unwrap();
        assert!(text.contains("order = \"id\""), "{text}");
        assert_eq!(toml::from_str::<SourceSpec>(&text).unwrap(), spec, "{text}");
    }

    #[test]
    fn a_look_up_that_cannot_be_says_what_is_allowed() {
        let refused = |change: &dyn Fn(&mut SourceSpec)| {
            let mut spec = lines();
            change(&mut spec);
            let error = spec.validate().unwrap_err();
            (error.code(), error.to_string())
        };
        for change in [
            &|spec: &mut SourceSpec| spec.lookups[0].key.clear(),
            &|spec: &mut SourceSpec| spec.lookups[0].columns.clear(),
            &|spec: &mut SourceSpec| spec.lookups[0].files.clear(),
        ] as [&dyn Fn(&mut SourceSpec); 3]
        {
            let (code, message) = refused(change);
            assert_eq!(code, "SC-1019");
            assert!(message.contains("allowed is a look-up with all three"), "{message}");
        }
        let twice = refused(&|spec| spec.lookups.push(spec.lookups[0].clone()));
        assert!(twice.1.contains("which an earlier look-up gives as well"), "{}", twice.1);
        assert_eq!(refused(&|spec| spec.lookups[0].header_rows = Some(vec![0])).0, "SC-1019");
    }
}
