//! The part of the Open Data Contract Standard v3.1 that is read; its other
//! keys are accepted and carry no meaning here, unknown ones are refused.

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
    #[serde(rename = "type")]
    pub(crate) kind: Option<Spanned<String>>,
    pub(crate) metric: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) arguments: Arguments,
    pub(crate) must_be: Option<Spanned<String>>,
    pub(crate) severity: Option<Severity>,
    pub(crate) engine: Option<Spanned<String>>,
    pub(crate) implementation: Option<Implementation>,
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(rename = "name")]
    _name: Option<IgnoredAny>,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
    #[serde(rename = "dimension")]
    _dimension: Option<IgnoredAny>,
    #[serde(rename = "businessImpact")]
    _business_impact: Option<IgnoredAny>,
    #[serde(rename = "unit")]
    _unit: Option<IgnoredAny>,
    #[serde(rename = "tags")]
    _tags: Option<IgnoredAny>,
    #[serde(rename = "query")]
    _query: Option<IgnoredAny>,
}

impl Quality {
    pub(crate) fn severity(&self) -> Severity {
        self.severity.unwrap_or(Severity::RejectRow)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Arguments {
    pub(crate) valid_values: Option<Vec<String>>,
    pub(crate) pattern: Option<Spanned<String>>,
    pub(crate) properties: Option<Vec<Spanned<String>>>,
}

/// A check of the engine `shelfcast`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Implementation {
    pub(crate) rule: Spanned<String>,
    pub(crate) tolerance: Option<Spanned<String>>,
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
    line.split(" at line ").next().unwrap_or(line).to_owned()
}
