use crate::compile::{Place, line};
use crate::document::{Implementation, Quality};
use crate::set_sql::{self, Condition, Size};
use crate::{ContractError, SetRule, SetRuleKind, Severity};
use serde_saphyr::Spanned;
use shelfcast_retail::{ColumnKind, Feed, Quantity};

/// The rules of the engine `shelfcast` about sets of rows, with the keys each may have.
pub(crate) const SET_RULES: [(&str, &[&str]); 5] = [
    ("references", &["column", "feed", "feedColumn"]),
    ("freshness", &["column", "maximumAge"]),
    ("future", &["column", "notAfter"]),
    ("row_count_change", &["minimumShare", "maximumShare", "batches"]),
    ("sum_change", &["column", "minimumShare", "maximumShare", "batches"]),
];

/// Files that a change is measured by, unless the rule says so.
const BATCHES: u32 = 8;

/// What a check asks for, before it has an id and a severity.
struct Draft {
    id: String,
    kind: SetRuleKind,
    severity: Severity,
    column: Option<String>,
    description: String,
    sql: String,
}

impl Place<'_> {
    /// The rule about sets of rows that a quality check of the schema is; `None` for other checks.
    pub(crate) fn set_rule(
        &self,
        feed: Feed,
        quality: &Quality,
    ) -> Result<Option<SetRule>, ContractError> {
        let kind = quality.kind.as_ref().map_or("library", |kind| kind.value.as_str());
        let metric = quality.metric.as_ref().map(|metric| metric.value.as_str());
        let draft = match (kind, metric, &quality.implementation) {
            ("sql", ..) => self.query(quality)?,
            ("library", Some("rowCount"), _) => self.row_count(quality)?,
            ("library", Some("duplicateValues"), _) if self.is_of_all_files(quality)? => {
                self.unique(feed, quality)?
            }
            ("custom", _, Some(custom)) => match self.custom(feed, quality, custom)? {
                Some(draft) => draft,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.finish(quality, draft).map(Some)
    }

    fn finish(&self, quality: &Quality, draft: Draft) -> Result<SetRule, ContractError> {
        let severity = quality.severity.as_ref().map_or(draft.severity, |given| given.value);
        if draft.kind.is_about_files() && severity == Severity::RejectRow {
            let line = quality.severity.as_ref().map_or(0, line);
            let allowed = "warn, reject_file: the rule is about whole files";
            return Err(self.not_allowed("severity", line, severity.as_str(), allowed));
        }
        Ok(SetRule {
            id: quality.id.as_ref().map_or(draft.id, |id| id.value.clone()),
            severity,
            column: draft.column,
            description: quality.description.clone().unwrap_or(draft.description),
            sql: draft.sql,
            kind: draft.kind,
        })
    }

    fn is_of_all_files(&self, quality: &Quality) -> Result<bool, ContractError> {
        let Some(scope) = &quality.arguments.scope else { return Ok(false) };
        self.one_of("scope", scope, &["file", "all_files"])?;
        Ok(scope.value == "all_files")
    }

    fn unique(&self, feed: Feed, quality: &Quality) -> Result<Draft, ContractError> {
        let properties = quality.arguments.properties.as_deref().unwrap_or_default();
        let columns = self.key_columns(feed, properties)?;
        let names = columns.join(", ");
        Ok(Draft {
            id: "unique_in_all_files".to_owned(),
            kind: SetRuleKind::Unique,
            severity: Severity::RejectRow,
            column: None,
            description: format!("In all files together there is one row per {names}."),
            sql: set_sql::unique(&columns),
        })
    }

    fn row_count(&self, quality: &Quality) -> Result<Draft, ContractError> {
        let condition = self.condition(quality)?;
        Ok(Draft {
            id: "row_count".to_owned(),
            kind: SetRuleKind::RowCount,
            severity: Severity::RejectFile,
            column: None,
            description: format!("A file has a number of rows that is {}.", condition.text),
            sql: set_sql::row_count(&condition),
        })
    }

    fn query(&self, quality: &Quality) -> Result<Draft, ContractError> {
        let kind_line = quality.kind.as_ref().map_or(0, line);
        let Some(id) = &quality.id else {
            let allowed = "an id, by which its violations are known";
            return Err(self.not_allowed(
                "id of a check of type sql",
                kind_line,
                "nothing",
                allowed,
            ));
        };
        let found = quality.query.as_ref().map_or("", |query| query.value.as_str());
        let query = found.trim().trim_end_matches(';').replace("${table}", "new");
        let first_word = query.split_whitespace().next().unwrap_or("nothing");
        if !["select", "with"].iter().any(|word| first_word.eq_ignore_ascii_case(word)) {
            let line = quality.query.as_ref().map_or(kind_line, line);
            let allowed = "one SELECT over new, live, batches, clock and the feeds";
            return Err(self.not_allowed("query", line, first_word, allowed));
        }
        let condition = self.condition(quality)?;
        Ok(Draft {
            id: id.value.clone(),
            kind: SetRuleKind::Query,
            severity: Severity::Warn,
            column: None,
            description: format!("The query gives a value that is {}.", condition.text),
            sql: set_sql::query(&query, &condition),
        })
    }

    fn custom(
        &self,
        feed: Feed,
        quality: &Quality,
        custom: &Implementation,
    ) -> Result<Option<Draft>, ContractError> {
        let rule = custom.rule.value.as_str();
        let Some((_, keys)) = SET_RULES.iter().find(|(name, _)| *name == rule) else {
            return Ok(None);
        };
        self.only_keys(custom, keys)?;
        Ok(Some(match rule {
            "references" => self.references(feed, quality, custom)?,
            "freshness" => self.freshness(feed, custom)?,
            "future" => self.future(feed, custom)?,
            _ => self.change(feed, custom)?,
        }))
    }

    fn references(
        &self,
        feed: Feed,
        quality: &Quality,
        custom: &Implementation,
    ) -> Result<Draft, ContractError> {
        let column = self.column(feed, custom, "column", custom.column.as_ref(), &[])?;
        let named = self.needed(custom, "feed", custom.feed.as_ref())?;
        self.one_of("feed", named, &Feed::ALL.map(Feed::as_str))?;
        let other = Feed::ALL.into_iter().find(|feed| feed.as_str() == named.value);
        let other = other.unwrap_or(Feed::Products);
        let other_column = custom.feed_column.as_ref().or(custom.column.as_ref());
        let other_column = self.column(other, custom, "feedColumn", other_column, &[])?;
        let severity = quality.severity.as_ref().map_or(Severity::Warn, |given| given.value);
        Ok(Draft {
            id: format!("references_{column}"),
            kind: SetRuleKind::References(other),
            severity: Severity::Warn,
            column: Some(column.to_owned()),
            description: format!("Each {column} is a {other_column} of {other}, if there are any."),
            sql: set_sql::references(column, other.as_str(), other_column, severity.rejects()),
        })
    }

    fn freshness(&self, feed: Feed, custom: &Implementation) -> Result<Draft, ContractError> {
        let column = self.column(feed, custom, "column", custom.column.as_ref(), &DATED)?;
        let age = self.duration(custom, "maximumAge", custom.maximum_age.as_ref())?;
        Ok(Draft {
            id: "freshness".to_owned(),
            kind: SetRuleKind::Freshness,
            severity: Severity::Warn,
            column: Some(column.to_owned()),
            description: format!("The newest {column} is at most {age} before the ingest."),
            sql: set_sql::freshness(column, &age),
        })
    }

    fn future(&self, feed: Feed, custom: &Implementation) -> Result<Draft, ContractError> {
        let column = self.column(feed, custom, "column", custom.column.as_ref(), &DATED)?;
        let lead = self.duration(custom, "notAfter", custom.not_after.as_ref())?;
        Ok(Draft {
            id: "future".to_owned(),
            kind: SetRuleKind::Future,
            severity: Severity::RejectRow,
            column: Some(column.to_owned()),
            description: format!("No {column} is later than {lead} after the ingest."),
            sql: set_sql::future(column, &lead),
        })
    }

    fn change(&self, feed: Feed, custom: &Implementation) -> Result<Draft, ContractError> {
        let minimum = self.share(custom, "minimumShare", custom.minimum_share.as_ref())?;
        let maximum = self.share(custom, "maximumShare", custom.maximum_share.as_ref())?;
        let n_batches = match &custom.batches {
            None => BATCHES,
            Some(found) => found.value.parse().ok().filter(|n| *n > 0).ok_or_else(|| {
                self.not_allowed("batches", line(found), &found.value, "a number of files")
            })?,
        };
        let (kind, column) = match custom.rule.value.as_str() {
            "sum_change" => {
                let column =
                    self.column(feed, custom, "column", custom.column.as_ref(), &SUMMED)?;
                (SetRuleKind::SumChange, Some(column))
            }
            _ => (SetRuleKind::RowCountChange, None),
        };
        let size = column.map_or(Size::Rows, Size::SumOf);
        let what = column.map_or("number of rows".to_owned(), |column| format!("sum of {column}"));
        Ok(Draft {
            id: custom.rule.value.clone(),
            kind,
            severity: Severity::Warn,
            column: column.map(str::to_owned),
            description: format!(
                "The {what} is {minimum} to {maximum} times that of the last {n_batches} files."
            ),
            sql: set_sql::change(&size, &minimum, &maximum, n_batches),
        })
    }

    /// A column of `feed`, of one of `kinds` if there are some.
    fn column(
        &self,
        feed: Feed,
        custom: &Implementation,
        what: &'static str,
        found: Option<&Spanned<String>>,
        kinds: &[ColumnKind],
    ) -> Result<&'static str, ContractError> {
        let found = self.needed(custom, what, found)?;
        let fits = |kind: ColumnKind| kinds.is_empty() || kinds.contains(&kind);
        let columns = feed.columns().iter().filter(|column| fits(column.kind));
        let names: Vec<&'static str> = columns.map(|column| column.name).collect();
        self.one_of(what, found, &names)?;
        Ok(names.into_iter().find(|name| *name == found.value).unwrap_or_default())
    }

    fn needed<'q>(
        &self,
        custom: &Implementation,
        what: &'static str,
        found: Option<&'q Spanned<String>>,
    ) -> Result<&'q Spanned<String>, ContractError> {
        found.ok_or_else(|| {
            let allowed = format!("a value, for the rule {} needs one", custom.rule.value);
            self.not_allowed(what, line(&custom.rule), "nothing", &allowed)
        })
    }

    /// A number and a unit of time, as SQL writes an interval.
    fn duration(
        &self,
        custom: &Implementation,
        what: &'static str,
        found: Option<&Spanned<String>>,
    ) -> Result<String, ContractError> {
        let found = self.needed(custom, what, found)?;
        let units = ["hour", "hours", "day", "days", "week", "weeks"];
        let words: Vec<&str> = found.value.split_whitespace().collect();
        match words.as_slice() {
            [number, unit] if number.parse::<u16>().is_ok() && units.contains(unit) => {
                Ok(format!("{number} {unit}"))
            }
            _ => Err(self.not_allowed(
                what,
                line(found),
                &found.value,
                "hours, days or weeks such as `3 days`",
            )),
        }
    }

    fn share(
        &self,
        custom: &Implementation,
        what: &'static str,
        found: Option<&Spanned<String>>,
    ) -> Result<String, ContractError> {
        let found = self.needed(custom, what, found)?;
        let share = found.value.parse().ok().filter(|share: &Quantity| share.parts() >= 0);
        let refused = || self.not_allowed(what, line(found), &found.value, "a number such as 0.5");
        Ok(share.ok_or_else(refused)?.to_string())
    }

    /// The one operator of a check, as SQL.
    fn condition(&self, quality: &Quality) -> Result<Condition, ContractError> {
        let given = quality.operators();
        let [(name, values)] = given.as_slice() else {
            let found = given.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            let found = if found.is_empty() { "nothing" } else { &found };
            let line = quality.metric.as_ref().or(quality.kind.as_ref()).map_or(0, line);
            let allowed = "one operator such as mustBe or mustBeBetween";
            return Err(self.not_allowed("operators", line, found, allowed));
        };
        let mut sql_values = Vec::new();
        for value in values {
            sql_values.push(self.operand(name, value)?);
        }
        let (word, template) = match (*name, sql_values.as_slice()) {
            ("mustBe", [value]) => ("", format!("{{}} is not distinct from {value}")),
            ("mustNotBe", [value]) => ("not ", format!("{{}} is distinct from {value}")),
            ("mustBeGreaterThan", [value]) => {
                ("more than ", format!("coalesce({{}} > {value}, false)"))
            }
            ("mustBeGreaterOrEqualTo", [value]) => {
                ("at least ", format!("coalesce({{}} >= {value}, false)"))
            }
            ("mustBeLessThan", [value]) => {
                ("less than ", format!("coalesce({{}} < {value}, false)"))
            }
            ("mustBeLessOrEqualTo", [value]) => {
                ("at most ", format!("coalesce({{}} <= {value}, false)"))
            }
            ("mustBeBetween", [from, to]) => {
                ("between ", format!("coalesce({{}} between {from} and {to}, false)"))
            }
            (_, [from, to]) => {
                ("not between ", format!("coalesce({{}} not between {from} and {to}, false)"))
            }
            _ => {
                let line = values.first().map_or(0, |value| line(value));
                return Err(self.not_allowed(name, line, "other than two values", "two numbers"));
            }
        };
        let texts: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
        Ok(Condition { text: format!("{word}{}", texts.join(" and ")), template })
    }

    /// A number as it stands; text only where equality is asked.
    fn operand(
        &self,
        name: &'static str,
        value: &Spanned<String>,
    ) -> Result<String, ContractError> {
        let is_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        if value.value.parse::<f64>().is_ok() && value.value.bytes().all(is_number) {
            return Ok(value.value.clone());
        }
        match name {
            "mustBe" | "mustNotBe" => Ok(set_sql::literal(&value.value)),
            _ => Err(self.not_allowed(name, line(value), &value.value, "a number")),
        }
    }
}

const DATED: [ColumnKind; 2] = [ColumnKind::Day, ColumnKind::Instant];
const SUMMED: [ColumnKind; 2] = [ColumnKind::Money, ColumnKind::Quantity];
