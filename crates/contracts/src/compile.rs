use crate::compile_sets::SET_RULES;
use crate::document::{Document, Implementation, Property, Quality, Table};
use crate::error::nearest;
use crate::kinds::PATTERN_BYTES;
use crate::rules::{AmountRule, ColumnRules, DuplicateRule, KeyRule, TotalRule};
use crate::{Contract, ContractError, Severity};
use regex::{Regex, RegexBuilder};
use serde_saphyr::Spanned;
use shelfcast_retail::{ColumnKind, Feed, Money, Rate};
use shelfcast_sources::{DateFormat, Duplicates, NumberFormat};

/// The rules of the engine `shelfcast` that a contract may name.
const COLUMN_RULES: [&str; 2] = ["not_zero", "limit"];
/// Those about rows and their repeats, with the keys each may have.
const ROW_RULES: [(&str, &[&str]); 4] = [
    ("total", &["tolerance"]),
    ("amount", &["maximum"]),
    ("duplicate_row", &["action"]),
    ("ragged_row", &[]),
];
const COLUMN_METRICS: [&str; 3] = ["nullValues", "missingValues", "invalidValues"];
const SCHEMA_METRICS: [&str; 2] = ["duplicateValues", "rowCount"];

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
            Some("not_zero") => {
                self.only_keys_of(quality, &[])?;
                rules.not_zero = Some(severity);
            }
            Some("limit") => {
                self.only_keys_of(quality, &["maximum"])?;
                rules.limit = Some((self.limit(rules.column.kind, quality)?, severity));
            }
            _ => {}
        }
        Ok(())
    }

    /// How far from 0 a value of `kind` may be.
    fn limit(&self, kind: ColumnKind, quality: &Quality) -> Result<(i128, String), ContractError> {
        let found = self.maximum(quality)?;
        match limit_value(kind, &found.value).filter(|limit| *limit >= 0) {
            Some(limit) => Ok((limit, found.value.clone())),
            None => {
                Err(self.not_allowed("maximum", line(found), &found.value, "a number from 0 on"))
            }
        }
    }

    fn maximum<'q>(&self, quality: &'q Quality) -> Result<&'q Spanned<String>, ContractError> {
        let custom = quality.implementation.as_ref();
        custom.and_then(|custom| custom.maximum.as_ref()).ok_or_else(|| {
            let line = custom.map_or(0, |custom| line(&custom.rule));
            self.not_allowed("maximum", line, "nothing", "an amount")
        })
    }

    /// A check of the schema: of sets of rows, or of single rows and their repeats.
    pub(crate) fn schema_rule(
        &self,
        contract: &mut Contract,
        quality: &Quality,
    ) -> Result<(), ContractError> {
        let is_query = quality.kind.as_ref().is_some_and(|kind| kind.value == "sql");
        let rules = ROW_RULES.iter().chain(&SET_RULES).map(|(name, _)| *name);
        let rules: Vec<&str> = rules.collect();
        let name = if is_query { None } else { self.check_name(quality, &SCHEMA_METRICS, &rules)? };
        if let Some(rule) = self.set_rule(contract.feed(), quality)? {
            if contract.set_rules.iter().any(|other| other.id == rule.id) {
                let line = quality.id.as_ref().or(quality.kind.as_ref()).map_or(0, line);
                let allowed = "an id that no other rule has";
                return Err(self.not_allowed("id of a rule", line, &rule.id, allowed));
            }
            contract.set_rules.push(rule);
            return Ok(());
        }
        self.row_rule(contract, quality, name)
    }

    fn row_rule(
        &self,
        contract: &mut Contract,
        quality: &Quality,
        name: Option<&str>,
    ) -> Result<(), ContractError> {
        let severity = quality.severity();
        let keys = ROW_RULES.iter().find(|(rule, _)| Some(*rule) == name);
        if let Some((_, keys)) = keys {
            self.only_keys_of(quality, keys)?;
        }
        match name {
            Some("duplicateValues") => {
                let properties = quality.arguments.properties.as_deref().unwrap_or_default();
                let columns = self.key_columns(contract.feed(), properties)?;
                contract.key = Some(KeyRule { columns, severity });
            }
            Some("total") => {
                let found = quality.implementation.as_ref().and_then(|it| it.tolerance.as_ref());
                let tolerance = match found {
                    Some(found) => self.amount("tolerance", found)?,
                    None => Money::from_parts(100),
                };
                contract.total = Some(TotalRule { tolerance, severity, is_rate_rounded: false });
            }
            Some("amount") => {
                let maximum = self.amount("maximum", self.maximum(quality)?)?;
                contract.amount = Some(AmountRule { maximum, severity });
            }
            Some("duplicate_row") => {
                let action = quality.implementation.as_ref().and_then(|it| it.action.as_ref());
                contract.duplicate_row =
                    Some(DuplicateRule { action: self.action(action)?, severity });
            }
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
                if metric.value != "rowCount" {
                    self.must_be_none(quality)?;
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
                "text, library with a metric, custom with an implementation, or, for a schema, sql with a query",
            )),
        }
    }

    /// Broken rows are judged one by one: none may be there, however many there are.
    fn must_be_none(&self, quality: &Quality) -> Result<(), ContractError> {
        for (operator, values) in quality.operators() {
            let found = values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>();
            if operator != "mustBe" || found != ["0"] {
                let line = values.first().map_or(0, |value| line(value));
                return Err(self.not_allowed(operator, line, &found.join(" and "), "mustBe 0"));
            }
        }
        Ok(())
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

    /// Columns that name one row; the feed's own key where a check names none.
    pub(crate) fn key_columns(
        &self,
        feed: Feed,
        properties: &[Spanned<String>],
    ) -> Result<Vec<&'static str>, ContractError> {
        let names: Vec<&'static str> = feed.columns().iter().map(|column| column.name).collect();
        let mut columns = Vec::new();
        for property in properties {
            self.one_of("property", property, &names)?;
            columns.extend(names.iter().find(|name| **name == property.value));
        }
        if columns.is_empty() {
            columns = feed.key().to_vec();
        }
        Ok(columns)
    }

    fn only_keys_of(&self, quality: &Quality, keys: &[&str]) -> Result<(), ContractError> {
        quality.implementation.as_ref().map_or(Ok(()), |custom| self.only_keys(custom, keys))
    }

    /// Refuses keys that a rule does not read: they would promise what nobody keeps.
    pub(crate) fn only_keys(
        &self,
        custom: &Implementation,
        keys: &[&str],
    ) -> Result<(), ContractError> {
        for (key, value) in custom.given() {
            if !keys.contains(&key) {
                let allowed = match keys {
                    [] => format!("nothing besides the rule {}", custom.rule.value),
                    _ => format!("{} for the rule {}", keys.join(", "), custom.rule.value),
                };
                return Err(self.not_allowed("key", line(value), key, &allowed));
            }
        }
        Ok(())
    }

    fn amount(&self, what: &'static str, found: &Spanned<String>) -> Result<Money, ContractError> {
        let amount = found.value.parse().ok().filter(|amount: &Money| amount.parts() >= 0);
        amount.ok_or_else(|| {
            self.not_allowed(what, line(found), &found.value, "an amount such as 0.01")
        })
    }

    fn action(&self, found: Option<&Spanned<String>>) -> Result<Duplicates, ContractError> {
        let Some(found) = found else { return Ok(Duplicates::Drop) };
        self.one_of("action", found, &["keep", "drop", "ask"])?;
        Ok(match found.value.as_str() {
            "keep" => Duplicates::Keep,
            "ask" => Duplicates::Ask,
            _ => Duplicates::Drop,
        })
    }

    fn severity(&self, found: &Spanned<String>) -> Result<Severity, ContractError> {
        let all = [Severity::Warn, Severity::RejectRow, Severity::RejectFile];
        self.one_of("severity", found, &all.map(Severity::as_str))?;
        let known = all.into_iter().find(|severity| severity.as_str() == found.value);
        Ok(known.unwrap_or(Severity::RejectRow))
    }

    fn pattern(&self, found: &Spanned<String>) -> Result<Regex, ContractError> {
        RegexBuilder::new(&found.value).size_limit(PATTERN_BYTES).build().map_err(|_| {
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

    pub(crate) fn not_allowed(
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

pub(crate) fn line<T>(spanned: &Spanned<T>) -> u64 {
    spanned.referenced.line()
}
