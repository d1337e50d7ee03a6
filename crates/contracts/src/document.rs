//! The part of the Open Data Contract Standard v3.1 that is read; its keys that
//! only describe are accepted and carry no meaning here. Unknown ones are
//! refused, and so are promises that nobody here would keep.

use crate::{ContractError, Severity};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::Spanned;

/// The versions of the standard that are read.
pub(crate) const API_VERSIONS: [&str; 1] = ["v3.1.0"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) kind: Spanned<String>,
    pub(crate) api_version: Spanned<String>,
    pub(crate) id: String,
    pub(crate) version: String,
    #[serde(rename = "status")]
    _status: String,
    pub(crate) schema: Vec<Table>,
    #[serde(default)]
    pub(crate) custom_properties: Vec<CustomProperty>,
    #[serde(rename = "name")]
    _name: Option<IgnoredAny>,
    #[serde(rename = "tenant")]
    _tenant: Option<IgnoredAny>,
    #[serde(rename = "tags")]
    _tags: Option<IgnoredAny>,
    #[serde(rename = "servers")]
    _servers: Option<IgnoredAny>,
    #[serde(rename = "dataProduct")]
    _data_product: Option<IgnoredAny>,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
    #[serde(rename = "domain")]
    _domain: Option<IgnoredAny>,
    #[serde(rename = "support")]
    _support: Option<IgnoredAny>,
    #[serde(rename = "price")]
    _price: Option<IgnoredAny>,
    #[serde(rename = "team")]
    _team: Option<IgnoredAny>,
    #[serde(rename = "roles")]
    _roles: Option<IgnoredAny>,
    #[serde(rename = "slaProperties")]
    _sla_properties: Option<IgnoredAny>,
    #[serde(rename = "authoritativeDefinitions")]
    _authoritative_definitions: Option<IgnoredAny>,
    #[serde(rename = "contractCreatedTs")]
    _contract_created: Option<IgnoredAny>,
    #[serde(rename = "slaDefaultElement")]
    _sla_default_element: Option<IgnoredAny>,
}

/// A `SchemaObject` of the standard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Table {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) properties: Vec<Property>,
    #[serde(default)]
    pub(crate) quality: Vec<Quality>,
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(rename = "customProperties")]
    _custom_properties: Option<IgnoredAny>,
    #[serde(rename = "logicalType")]
    _logical_type: Option<IgnoredAny>,
    #[serde(rename = "physicalName")]
    _physical_name: Option<IgnoredAny>,
    #[serde(rename = "physicalType")]
    _physical_type: Option<IgnoredAny>,
    #[serde(rename = "businessName")]
    _business_name: Option<IgnoredAny>,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
    #[serde(rename = "dataGranularityDescription")]
    _granularity: Option<IgnoredAny>,
    #[serde(rename = "tags")]
    _tags: Option<IgnoredAny>,
    #[serde(rename = "relationships")]
    _relationships: Option<IgnoredAny>,
    #[serde(rename = "authoritativeDefinitions")]
    _authoritative_definitions: Option<IgnoredAny>,
}

/// A `SchemaProperty` of the standard: one column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Property {
    pub(crate) name: Spanned<String>,
    pub(crate) logical_type: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) logical_type_options: LogicalTypeOptions,
    pub(crate) required: Option<Spanned<bool>>,
    #[serde(default)]
    pub(crate) quality: Vec<Quality>,
    #[serde(default)]
    pub(crate) custom_properties: Vec<CustomProperty>,
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(rename = "encryptedName")]
    _encrypted_name: Option<IgnoredAny>,
    #[serde(rename = "transformSourceObjects")]
    _transform_source_objects: Option<IgnoredAny>,
    #[serde(rename = "transformLogic")]
    _transform_logic: Option<IgnoredAny>,
    #[serde(rename = "transformDescription")]
    _transform_description: Option<IgnoredAny>,
    #[serde(rename = "primaryKey")]
    _primary_key: Option<IgnoredAny>,
    #[serde(rename = "primaryKeyPosition")]
    _primary_key_position: Option<IgnoredAny>,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
    #[serde(rename = "businessName")]
    _business_name: Option<IgnoredAny>,
    #[serde(rename = "physicalName")]
    _physical_name: Option<IgnoredAny>,
    #[serde(rename = "physicalType")]
    _physical_type: Option<IgnoredAny>,
    #[serde(rename = "classification")]
    _classification: Option<IgnoredAny>,
    #[serde(rename = "criticalDataElement")]
    _critical: Option<IgnoredAny>,
    #[serde(rename = "examples")]
    _examples: Option<IgnoredAny>,
    #[serde(rename = "tags")]
    _tags: Option<IgnoredAny>,
    #[serde(rename = "relationships")]
    _relationships: Option<IgnoredAny>,
    #[serde(rename = "authoritativeDefinitions")]
    _authoritative_definitions: Option<IgnoredAny>,
}

/// Limits of a value, as text so that numbers stay exact.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct LogicalTypeOptions {
    pub(crate) minimum: Option<Spanned<String>>,
    pub(crate) maximum: Option<Spanned<String>>,
    pub(crate) exclusive_minimum: Option<Spanned<String>>,
    pub(crate) exclusive_maximum: Option<Spanned<String>>,
    pub(crate) pattern: Option<Spanned<String>>,
}

/// A `CustomProperty` of the standard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CustomProperty {
    pub(crate) property: Spanned<String>,
    pub(crate) value: Spanned<String>,
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
}

/// A `DataQuality` check of the standard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Quality {
    pub(crate) id: Option<Spanned<String>>,
    pub(crate) description: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Spanned<String>>,
    pub(crate) metric: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) arguments: Arguments,
    pub(crate) query: Option<Spanned<String>>,
    pub(crate) must_be: Option<Spanned<String>>,
    pub(crate) must_not_be: Option<Spanned<String>>,
    pub(crate) must_be_greater_than: Option<Spanned<String>>,
    pub(crate) must_be_greater_or_equal_to: Option<Spanned<String>>,
    pub(crate) must_be_less_than: Option<Spanned<String>>,
    pub(crate) must_be_less_or_equal_to: Option<Spanned<String>>,
    pub(crate) must_be_between: Option<Vec<Spanned<String>>>,
    pub(crate) must_not_be_between: Option<Vec<Spanned<String>>>,
    pub(crate) severity: Option<Spanned<Severity>>,
    pub(crate) engine: Option<Spanned<String>>,
    pub(crate) implementation: Option<Implementation>,
    #[serde(rename = "name")]
    _name: Option<IgnoredAny>,
    #[serde(rename = "dimension")]
    _dimension: Option<IgnoredAny>,
    #[serde(rename = "businessImpact")]
    _business_impact: Option<IgnoredAny>,
    #[serde(rename = "unit")]
    _unit: Option<IgnoredAny>,
    #[serde(rename = "tags")]
    _tags: Option<IgnoredAny>,
    #[serde(rename = "method")]
    _method: Option<IgnoredAny>,
    #[serde(rename = "customProperties")]
    _custom_properties: Option<IgnoredAny>,
    #[serde(rename = "authoritativeDefinitions")]
    _authoritative_definitions: Option<IgnoredAny>,
}

impl Quality {
    pub(crate) fn severity(&self) -> Severity {
        self.severity.as_ref().map_or(Severity::RejectRow, |severity| severity.value)
    }

    /// The operators that are given, each with what it compares with.
    pub(crate) fn operators(&self) -> Vec<(&'static str, Vec<&Spanned<String>>)> {
        let single = [
            ("mustBe", &self.must_be),
            ("mustNotBe", &self.must_not_be),
            ("mustBeGreaterThan", &self.must_be_greater_than),
            ("mustBeGreaterOrEqualTo", &self.must_be_greater_or_equal_to),
            ("mustBeLessThan", &self.must_be_less_than),
            ("mustBeLessOrEqualTo", &self.must_be_less_or_equal_to),
        ];
        let double = [
            ("mustBeBetween", &self.must_be_between),
            ("mustNotBeBetween", &self.must_not_be_between),
        ];
        let single = single
            .into_iter()
            .filter_map(|(name, value)| value.as_ref().map(|value| (name, vec![value])));
        let double = double.into_iter().filter_map(|(name, values)| {
            values.as_ref().map(|values| (name, values.iter().collect()))
        });
        single.chain(double).collect()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Arguments {
    pub(crate) valid_values: Option<Vec<String>>,
    pub(crate) pattern: Option<Spanned<String>>,
    pub(crate) properties: Option<Vec<Spanned<String>>>,
    pub(crate) scope: Option<Spanned<String>>,
}

/// A check of the engine `shelfcast`: a rule and what it needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Implementation {
    pub(crate) rule: Spanned<String>,
    pub(crate) tolerance: Option<Spanned<String>>,
    pub(crate) maximum: Option<Spanned<String>>,
    pub(crate) action: Option<Spanned<String>>,
    pub(crate) column: Option<Spanned<String>>,
    pub(crate) feed: Option<Spanned<String>>,
    pub(crate) feed_column: Option<Spanned<String>>,
    pub(crate) maximum_age: Option<Spanned<String>>,
    pub(crate) not_after: Option<Spanned<String>>,
    pub(crate) minimum_share: Option<Spanned<String>>,
    pub(crate) maximum_share: Option<Spanned<String>>,
    pub(crate) batches: Option<Spanned<String>>,
}

impl Implementation {
    /// The keys that are given besides the rule, each with its value.
    pub(crate) fn given(&self) -> Vec<(&'static str, &Spanned<String>)> {
        let all = [
            ("tolerance", &self.tolerance),
            ("maximum", &self.maximum),
            ("action", &self.action),
            ("column", &self.column),
            ("feed", &self.feed),
            ("feedColumn", &self.feed_column),
            ("maximumAge", &self.maximum_age),
            ("notAfter", &self.not_after),
            ("minimumShare", &self.minimum_share),
            ("maximumShare", &self.maximum_share),
            ("batches", &self.batches),
        ];
        all.into_iter()
            .filter_map(|(key, value)| value.as_ref().map(|value| (key, value)))
            .collect()
    }
}

/// Reads the YAML; every error has a line.
pub(crate) fn parse(text: &str, origin: &str) -> Result<Document, ContractError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let (line, column) =
            error.location().map_or((1, 1), |location| (location.line(), location.column()));
        ContractError::Syntax {
            origin: origin.to_owned(),
            line,
            column,
            message: first_line(&error.to_string()),
        }
    })
}

/// The parser's own text repeats the place at its end; the error names it once.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    // What follows is advice to programmers.
    let line = line.split("; use ").next().unwrap_or(line);
    line.split(" at line ").next().unwrap_or(line).to_owned()
}
