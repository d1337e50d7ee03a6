use crate::document::{Document, Property, Quality, Table};
use crate::rules::{ColumnRules, KeyRule, TotalRule};
use crate::{Contract, ContractError, Severity};
use regex::Regex;
use serde_saphyr::Spanned;
use shelfcast_retail::{ColumnKind, Feed, Money, Rate};
use shelfcast_sources::{DateFormat, NumberFormat};

/// The rules of the engine `shelfcast` that a contract may name.
const COLUMN_RULES: [&str; 1] = ["not_zero"];
const ROW_RULES: [&str; 3] = ["total", "duplicate_row", "ragged_row"];
const COLUMN_METRICS: [&str; 3] = ["nullValues", "missingValues", "invalidValues"];
const ROW_METRICS: [&str; 1] = ["duplicateValues"];

/// The unit in which values of a kind are compared with limits.
fn limit_value(kind: ColumnKind, text: &str) -> Option<i128> {
    match kind {
        ColumnKind::Money | ColumnKind::Quantity | ColumnKind::Rate => {
            NumberFormat::default().parts(text)
        }
        ColumnKind::Integer => text.parse().ok(),
        ColumnKind::Day => DateFormat::Iso.day(text).map(|day| i128::from(day.epoch_days())),
        ColumnKind::Instant => DateFormat::Iso.instant(text, None).map(i128::from),
        ColumnKind::Text | ColumnKind::Id | ColumnKind::Flag => None,
    }
}

fn logical_type(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text | ColumnKind::Id => "string",
        ColumnKind::Money | ColumnKind::Quantity | ColumnKind::Rate => "number",
        ColumnKind::Integer => "integer",
        ColumnKind::Day => "date",
        ColumnKind::Instant => "timestamp",
        ColumnKind::Flag => "boolean",
    }
}

/// Turns the parts of one document into rules, with its name and line in every error.
pub(crate) struct Place<'a> {
    pub(crate) origin: &'a str,
}

impl Place<'_> {
    pub(crate) fn columns(
        &self,
        feed: Feed,
        table: &Table,
    ) -> Result<Vec<ColumnRules>, ContractError> {
        let mut columns: Vec<ColumnRules> = feed.columns().iter().map(ColumnRules::new).collect();
        let names: Vec<&str> = feed.columns().iter().map(|column| column.name).collect();
        for property in &table.properties {
            self.one_of("property", &property.name, &names)?;
            let named = |rules: &&mut ColumnRules| rules.column.name == property.name.value;
            if let Some(rules) = columns.iter_mut().find(named) {
                self.column_rules(rules, property)?;
            }
        }
        Ok(columns)
    }

    fn column_rules(
        &self,
        rules: &mut ColumnRules,
        property: &Property,
    ) -> Result<(), ContractError> {
        if let Some(found) = &property.logical_type {
            self.one_of("logicalType", found, &[logical_type(rules.column.kind)])?;
        }
        for custom in &property.custom_properties {
            self.one_of("custom property", &custom.property, &["severity"])?;
            rules.severity = self.severity(&custom.value)?;
        }
        match &property.required {
            Some(required) if required.value => {
                rules.required = Some(rules.required.unwrap_or(rules.severity));
            }
            Some(required) if rules.column.required => {
                return Err(self.not_allowed(
                    "required",
                    line(required),
                    "false",
                    "true: the pipeline cannot do without this column",
                ));
            }
            _ => {}
        }
        self.range(rules, property)?;
        for quality in &property.quality {
            self.column_rule(rules, quality)?;
        }
        // A row without a column it must have cannot be let in with a warning.
        if rules.column.required {
            rules.required = rules.required.max(Some(Severity::RejectRow));
        }
        Ok(())
    }

    fn range(&self, rules: &mut ColumnRules, property: &Property) -> Result<(), ContractError> {
        let kind = rules.column.kind;
        let options = &property.logical_type_options;
        let limit = |limit: &Option<Spanned<String>>| match limit {
            None => Ok(None),
            Some(limit) => match limit_value(kind, &limit.value) {
                Some(value) => Ok(Some((value, limit.value.clone()))),
                None => {
                    let allowed = format!("a value of logicalType {}", logical_type(kind));
                    Err(self.not_allowed("limit", line(limit), &limit.value, &allowed))
                }
            },
        };
        let range = &mut rules.range;
        range.at_least = limit(&options.minimum)?.or(range.at_least.take());
        range.at_most = limit(&options.maximum)?.or(range.at_most.take());
        range.above = limit(&options.exclusive_minimum)?;
        range.below = limit(&options.exclusive_maximum)?;
        if let Some(pattern) = &options.pattern {
            rules.pattern = Some((self.pattern(pattern)?, rules.severity));
        }
        Ok(())
    }

    fn column_rule(&self, rules: &mut ColumnRules, quality: &Quality) -> Result<(), ContractError> {
        let severity = quality.severity();
        match self.check_name(quality, &COLUMN_METRICS, &COLUMN_RULES)? {
            Some("nullValues" | "missingValues") => rules.required = Some(severity),
            Some("invalidValues") => {
                if let Some(values) = &quality.arguments.valid_values {
                    rules.allowed_values = Some((values.clone(), severity));
                }
                if let Some(pattern) = &quality.arguments.pattern {
                    rules.pattern = Some((self.pattern(pattern)?, severity));
                }
            }
            Some("not_zero") => rules.not_zero = Some(severity),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn row_rule(
        &self,
        contract: &mut Contract,
        quality: &Quality,
    ) -> Result<(), ContractError> {
        let severity = quality.severity();
        match self.check_name(quality, &ROW_METRICS, &ROW_RULES)? {
            Some("duplicateValues") => {
                let properties = quality.arguments.properties.as_deref().unwrap_or_default();
                contract.key = Some(self.key(contract.feed(), properties, severity)?);
            }
            Some("total") => {
                let tolerance =
                    quality.implementation.as_ref().and_then(|it| it.tolerance.as_ref());
                contract.total = Some(TotalRule { tolerance: self.money(tolerance)?, severity });
            }
            Some("duplicate_row") => contract.duplicate_row = Some(severity),
            Some("ragged_row") => contract.ragged_row = severity,
            _ => {}
        }
        Ok(())
    }

    /// The check a quality rule asks for; `None` for text that people read.
    fn check_name<'q>(
        &self,
        quality: &'q Quality,
        metrics: &[&str],
        rules: &[&str],
    ) -> Result<Option<&'q str>, ContractError> {
        let kind = quality.kind.as_ref();
        match (kind.map(|kind| kind.value.as_str()), &quality.metric, &quality.implementation) {
            (Some("text"), ..) => Ok(None),
            (Some("library") | None, Some(metric), _) => {
                self.known_rule(metric, metrics)?;
                if let Some(found) = quality.must_be.as_ref().filter(|must| must.value != "0") {
                    return Err(self.not_allowed("mustBe", line(found), &found.value, "0"));
                }
                Ok(Some(&metric.value))
            }
            (Some("custom"), _, Some(implementation)) => {
                if let Some(engine) = &quality.engine {
                    self.one_of("engine", engine, &["shelfcast"])?;
                }
                self.known_rule(&implementation.rule, rules)?;
                Ok(Some(&implementation.rule.value))
            }
            (found, ..) => Err(self.not_allowed(
                "quality type",
                kind.map_or(0, line),
                found.unwrap_or("nothing"),
                "text, library with a metric, or custom with an implementation",
            )),
        }
    }

    fn known_rule(&self, found: &Spanned<String>, allowed: &[&str]) -> Result<(), ContractError> {
        if allowed.contains(&found.value.as_str()) {
            return Ok(());
        }
        Err(ContractError::UnknownRule {
            origin: self.origin.to_owned(),
            line: line(found),
            found: found.value.clone(),
            allowed: allowed.join(", "),
            nearest: nearest(&found.value, allowed),
        })
    }

    fn key(
        &self,
        feed: Feed,
        properties: &[Spanned<String>],
        severity: Severity,
    ) -> Result<KeyRule, ContractError> {
        let names: Vec<&'static str> = feed.columns().iter().map(|column| column.name).collect();
        let mut columns = Vec::new();
        for property in properties {
            self.one_of("property", property, &names)?;
            columns.extend(names.iter().find(|name| **name == property.value));
        }
        if columns.is_empty() {
            columns = feed.key().to_vec();
        }
        Ok(KeyRule { columns, severity })
    }

    fn money(&self, tolerance: Option<&Spanned<String>>) -> Result<Money, ContractError> {
        let Some(tolerance) = tolerance else { return Ok(Money::from_parts(100)) };
        tolerance.value.parse().map_err(|_| {
            self.not_allowed(
                "tolerance",
                line(tolerance),
                &tolerance.value,
                "an amount such as 0.01",
            )
        })
    }

    fn severity(&self, found: &Spanned<String>) -> Result<Severity, ContractError> {
        let all = [Severity::Warn, Severity::RejectRow, Severity::RejectFile];
        self.one_of("severity", found, &all.map(Severity::as_str))?;
        let known = all.into_iter().find(|severity| severity.as_str() == found.value);
        Ok(known.unwrap_or(Severity::RejectRow))
    }

    fn pattern(&self, found: &Spanned<String>) -> Result<Regex, ContractError> {
        Regex::new(&found.value).map_err(|_| {
            self.not_allowed("pattern", line(found), &found.value, "a regular expression")
        })
    }

    pub(crate) fn max_rejected_share(&self, document: &Document) -> Result<Rate, ContractError> {
        let mut share = Rate::from_parts(500).unwrap_or_default();
        for custom in &document.custom_properties {
            self.one_of("custom property", &custom.property, &["maxRejectedShare"])?;
            let found = &custom.value;
            share = found.value.parse().map_err(|_| {
                self.not_allowed(
                    "maxRejectedShare",
                    line(found),
                    &found.value,
                    "a share from 0 to 1",
                )
            })?;
        }
        Ok(share)
    }

    pub(crate) fn one_of(
        &self,
        what: &'static str,
        found: &Spanned<String>,
        allowed: &[&str],
    ) -> Result<(), ContractError> {
        if allowed.contains(&found.value.as_str()) {
            return Ok(());
        }
        Err(ContractError::NotAllowed {
            origin: self.origin.to_owned(),
            line: line(found),
            what,
            found: found.value.clone(),
            allowed: allowed.join(", "),
            nearest: nearest(&found.value, allowed),
        })
    }

    fn not_allowed(
        &self,
        what: &'static str,
        line: u64,
        found: &str,
        allowed: &str,
    ) -> ContractError {
        ContractError::NotAllowed {
            origin: self.origin.to_owned(),
            line,
            what,
            found: found.to_owned(),
            allowed: allowed.to_owned(),
            nearest: None,
        }
    }
}

fn line<T>(spanned: &Spanned<T>) -> u64 {
    spanned.referenced.line()
}

fn nearest(found: &str, allowed: &[&str]) -> Option<String> {
    let likeness = |candidate: &str| strsim::jaro_winkler(found, candidate);
    let best = allowed.iter().max_by(|left, right| likeness(left).total_cmp(&likeness(right)))?;
    (likeness(best) > 0.8).then(|| (*best).to_owned())
}
