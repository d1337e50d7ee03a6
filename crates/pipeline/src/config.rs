mod calendar;
mod policy;

pub use calendar::CalendarConfig;
pub use policy::{ClassPolicy, CostsConfig, PolicyConfig, ProductPolicy};

use crate::PipelineError;
use serde::{Deserialize, Serialize};
use shelfcast_retail::{Feed, PublicHolidays, RetailError, Weekday};
use shelfcast_sources::SourceSpec;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The file that makes a folder a project.
pub(crate) const CONFIG_FILE: &str = "shelfcast.toml";

/// What `shelfcast.toml` says. Every section but `[project]` may be left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The project.
    pub project: ProjectConfig,
    /// How stock is ordered where the data does not say.
    #[serde(default)]
    pub policy: PolicyConfig,
    /// What keeping, ordering and throwing away cost.
    #[serde(default)]
    pub costs: CostsConfig,
    /// How far and how surely demand is forecast.
    #[serde(default)]
    pub forecast: ForecastConfig,
    /// Where the classes of the ABC analysis are cut.
    #[serde(default)]
    pub abc: AbcConfig,
    /// When periods begin, and which days are holidays.
    #[serde(default)]
    pub calendar: CalendarConfig,
    /// What the engine may use.
    #[serde(default)]
    pub engine: EngineConfig,
    /// Contracts that stand in for the built-in ones: feed name to path.
    #[serde(default)]
    pub contracts: BTreeMap<String, String>,
    /// The files that come in.
    #[serde(default)]
    pub sources: Vec<SourceSpec>,
}

/// `[project]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectConfig {
    /// Its name, shown in reports.
    pub name: String,
    /// The one currency of every price, cost and total.
    #[serde(default = "default_currency")]
    pub currency: String,
    /// The folder of the lake, relative to this file.
    #[serde(default = "default_lake")]
    pub lake: String,
}

/// `[forecast]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ForecastConfig {
    /// Days that daily series are forecast ahead; weekly and monthly ones cover the same
    /// span, but at least 13 weeks and 6 months.
    pub horizon_days: u32,
    /// Rolling origins on which models are judged.
    pub origins: u32,
    /// Sample paths behind each order.
    pub paths: u32,
    /// Seed of the sample paths.
    pub seed: u64,
}

impl Default for ForecastConfig {
    fn default() -> Self {
        Self { horizon_days: 42, origins: 4, paths: 500, seed: 1 }
    }
}

/// `[abc]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AbcConfig {
    /// Cumulative share of value up to which products are class A.
    pub a: f64,
    /// Cumulative share of value up to which products are class B.
    pub b: f64,
}

impl Default for AbcConfig {
    fn default() -> Self {
        Self { a: 0.80, b: 0.95 }
    }
}

/// `[engine]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EngineConfig {
    /// Threads; all of the machine's when left out.
    pub threads: Option<usize>,
    /// MiB that queries may hold before they spill to disk.
    pub memory_mib: usize,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self { threads: None, memory_mib: 2048 }
    }
}

/// Less than this cannot hold the batches of a query.
const MIN_MEMORY_MIB: usize = 64;

fn default_currency() -> String {
    "EUR".to_owned()
}

fn default_lake() -> String {
    "lake".to_owned()
}

impl Config {
    /// Reads and checks `folder`/shelfcast.toml.
    pub fn load(folder: &Path) -> Result<Self, PipelineError> {
        let path = folder.join(CONFIG_FILE);
        let text = std::fs::read_to_string(&path).map_err(|source| {
            if source.kind() == std::io::ErrorKind::NotFound {
                PipelineError::NoProject { folder: folder.display().to_string() }
            } else {
                PipelineError::Io { action: "read", path: path.display().to_string(), source }
            }
        })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads and checks the text of a configuration; `origin` is what messages call it.
    pub fn parse(text: &str, origin: &str) -> Result<Self, PipelineError> {
        let refused = |error: toml::de::Error| PipelineError::Config {
            path: origin.to_owned(),
            line: line_of(text, error.span()),
            message: format!("{}{}", in_words(error.message()), shown_line(text, error.span())),
            hint: None,
        };
        let table = DeTable::parse(text).map_err(refused)?;
        check_keys(text, origin, table.get_ref())?;
        let config: Self = toml::from_str(text).map_err(refused)?;
        config.check_values(text, origin)?;
        Ok(config)
    }

    fn check_values(&self, text: &str, origin: &str) -> Result<(), PipelineError> {
        let refuse = |section: &str, key: &str, message: String, hint: &str| {
            let refusal = Refusal {
                header: format!("[{section}]"),
                nth: 0,
                key: key.to_owned(),
                message,
                hint: hint.to_owned(),
            };
            Err(refusal.into_error(text, origin))
        };
        let currency = &self.project.currency;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let message = format!("currency is `{currency}`, allowed is a code of three letters");
            return refuse("project", "currency", message, "the euro is EUR, the dollar USD");
        }
        if self.engine.memory_mib < MIN_MEMORY_MIB {
            let found = self.engine.memory_mib;
            let message = format!("memory_mib is {found}, allowed is at least {MIN_MEMORY_MIB}");
            return refuse("engine", "memory_mib", message, "2048 is the default");
        }
        for found in [self.policy.check(), self.costs.check()] {
            if let Err(refusal) = found {
                return Err(refusal.into_error(text, origin));
            }
        }
        if !(0.0 < self.abc.a && self.abc.a < self.abc.b && self.abc.b < 1.0) {
            let message =
                format!("a is {} and b is {}, allowed is 0 < a < b < 1", self.abc.a, self.abc.b);
            return refuse("abc", "a", message, "the usual cuts are a = 0.8 and b = 0.95");
        }
        if !(1..=730).contains(&self.forecast.horizon_days) {
            let message =
                format!("horizon_days is {}, allowed is 1 to 730", self.forecast.horizon_days);
            return refuse("forecast", "horizon_days", message, "42 days cover most lead times");
        }
        if !(1..=100_000).contains(&self.forecast.paths) {
            let message = format!("paths is {}, allowed is 1 to 100000", self.forecast.paths);
            return refuse(
                "forecast",
                "paths",
                message,
                "500 paths settle a 95 % target well enough",
            );
        }
        if let Err(error) = self.calendar.trading_calendar(Weekday::Monday) {
            let key = match error {
                RetailError::Weekday { .. } => "first_weekday",
                RetailError::YearPattern { .. } => "year",
                _ => "year_starts_near",
            };
            return refuse("calendar", key, format!("{key}: {error}"), "see docs/configuration.md");
        }
        if let Err(error) = self.calendar.holidays() {
            let key = if self.calendar.country.is_some() { "country" } else { "countries" };
            let countries = PublicHolidays::countries();
            let names: Vec<&str> = countries.iter().map(String::as_str).collect();
            let found = self.calendar.country.as_deref().unwrap_or_default();
            let hint = match nearest(found, &names) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("countries are {}", names.join(", ")),
            };
            return refuse("calendar", key, error.to_string(), &hint);
        }
        for feed in self.contracts.keys() {
            if let Err(error) = feed.parse::<Feed>() {
                return refuse("contracts", feed, error.to_string(), "name a feed");
            }
        }
        Ok(())
    }

    /// Whether the setting `name` of `[policy]` is assumed rather than confirmed.
    pub fn is_assumed(&self, name: &str) -> bool {
        self.policy.assumed.iter().any(|assumed| assumed == name)
    }
}

const ROOT_KEYS: &[&str] = &[
    "project",
    "policy",
    "costs",
    "forecast",
    "abc",
    "calendar",
    "engine",
    "contracts",
    "sources",
];

fn section_keys(section: &str) -> &'static [&'static str] {
    match section {
        "project" => &["name", "currency", "lake"],
        "policy" => policy::POLICY_KEYS,
        "costs" => policy::COSTS_KEYS,
        "forecast" => &["horizon_days", "origins", "paths", "seed"],
        "abc" => &["a", "b"],
        "calendar" => &["first_weekday", "year", "year_starts_near", "country", "countries"],
        "engine" => &["threads", "memory_mib"],
        "sources" => &[
            "feed",
            "files",
            "format",
            "delimiter",
            "quote",
            "sheet",
            "header_rows",
            "first_row",
            "fixed_width",
            "max_record_kib",
            "encoding",
            "numbers",
            "null_texts",
            "time_zone",
            "period",
            "corrections",
            "duplicates",
            "distinct",
            "columns",
            "wide",
            "kinds",
            "lookups",
        ],
        _ => &[],
    }
}

fn check_keys(text: &str, origin: &str, root: &DeTable<'_>) -> Result<(), PipelineError> {
    check_table(text, origin, "the file", ROOT_KEYS, root)?;
    for (section, value) in root {
        let section: &str = section.get_ref();
        let keys = section_keys(section);
        if keys.is_empty() {
            continue;
        }
        match value.get_ref() {
            DeValue::Table(table) => {
                check_table(text, origin, &format!("[{section}]"), keys, table)?;
                check_policies(text, origin, table)?;
            }
            DeValue::Array(tables) => {
                for table in tables.iter().filter_map(|value| value.get_ref().as_table()) {
                    check_table(text, origin, &format!("[[{section}]]"), keys, table)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The inner tables of `[policy]`; no other section has tables of these names.
fn check_policies(text: &str, origin: &str, policy: &DeTable<'_>) -> Result<(), PipelineError> {
    let inner = |name: &str| policy.get(name).map(|value| value.get_ref());
    if let Some(DeValue::Table(classes)) = inner("classes") {
        for (class, keys) in classes {
            if let DeValue::Table(keys) = keys.get_ref() {
                let section = format!("[policy.classes.{}]", class.get_ref());
                check_table(text, origin, &section, policy::CLASS_KEYS, keys)?;
            }
        }
    }
    if let Some(DeValue::Array(products)) = inner("products") {
        for keys in products.iter().filter_map(|value| value.get_ref().as_table()) {
            check_table(text, origin, "[[policy.products]]", policy::PRODUCT_KEYS, keys)?;
        }
    }
    Ok(())
}

fn check_table(
    text: &str,
    origin: &str,
    section: &str,
    allowed: &[&str],
    table: &DeTable<'_>,
) -> Result<(), PipelineError> {
    let unknown = table.keys().find(|key| !allowed.contains(&key.get_ref().as_ref()));
    let Some(key) = unknown else { return Ok(()) };
    let found = key.get_ref().to_string();
    let nearest = nearest(&found, allowed);
    Err(PipelineError::UnknownKey {
        path: origin.to_owned(),
        line: line_of(text, Some(key.span())),
        key: found,
        section: section.to_owned(),
        allowed: allowed.join(", "),
        nearest: nearest.map(str::to_owned),
    })
}

/// The word that looks most like `found`, where one looks like it at all.
fn nearest<'a>(found: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let distances = allowed.iter().map(|name| (strsim::damerau_levenshtein(name, found), *name));
    let near = distances.filter(|(distance, name)| *distance <= name.len().max(found.len()) / 2);
    near.min().map(|(_, name)| name)
}

/// A value that cannot be meant, and the table that it stands in.
#[derive(Debug)]
struct Refusal {
    /// The table's header as written, `[policy]` or `[[policy.products]]`.
    header: String,
    /// Which of several tables of this header, from 0.
    nth: usize,
    /// The key; empty where the table itself is meant.
    key: String,
    message: String,
    hint: String,
}

impl Refusal {
    fn into_error(self, text: &str, origin: &str) -> PipelineError {
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        let headers = lines.iter().enumerate().filter(|(_, line)| line.starts_with(&self.header));
        let header = headers.map(|(index, _)| index).nth(self.nth);
        let within = |header: usize| {
            let rest = lines[header + 1..].iter().take_while(|line| !line.starts_with('['));
            let is_key = |line: &str| {
                let rest = line.strip_prefix(&self.key);
                rest.is_some_and(|rest| rest.trim_start().starts_with('='))
            };
            let mut rest = rest.enumerate().filter(|(_, line)| is_key(line));
            rest.next().map_or(header + 1, |(index, _)| header + index + 2)
        };
        let line = match header {
            Some(header) if self.key.is_empty() => header + 1,
            Some(header) => within(header),
            None => line_with(text, &self.key),
        };
        let path = origin.to_owned();
        PipelineError::Config { path, line, message: self.message, hint: Some(self.hint) }
    }
}

fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let before = span.map_or(0, |span| span.start.min(text.len()));
    text.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// What the reader of the file says, with numbers called what they are to people.
fn in_words(message: &str) -> String {
    let kinds = [
        ("expected u32", "allowed is a whole number from 0 to 4294967295"),
        ("expected u64", "allowed is a whole number from 0 on"),
        ("expected usize", "allowed is a whole number from 0 on"),
        ("expected i64", "allowed is a whole number"),
        ("expected f64", "allowed is a number"),
    ];
    let found = kinds.iter().find(|(kind, _)| message.ends_with(kind));
    found.map_or_else(|| message.to_owned(), |(kind, words)| message.replace(kind, words))
}

/// The line of an error, for messages that do not name its key.
fn shown_line(text: &str, span: Option<Range<usize>>) -> String {
    let Some(line) = text.lines().nth(line_of(text, span) - 1) else { return String::new() };
    let line: String = line.trim().chars().take(100).collect();
    if line.is_empty() { line } else { format!(", in `{line}`") }
}

fn line_with(text: &str, key: &str) -> usize {
    let found = text.lines().position(|line| line.trim_start().starts_with(key));
    found.map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_the_wrong_kind_is_told_in_words() {
        let refused = |text: &str| Config::parse(text, "shelfcast.toml").unwrap_err().to_string();
        let project = "[project]\nname = \"x\"\n";
        let message = refused(&format!("{project}[forecast]\nhorizon_days = -5\n"));
        assert!(message.contains("allowed is a whole number from 0"), "{message}");
        assert!(message.contains("in `horizon_days = -5`"), "{message}");
        let message = refused(&format!("{project}[engine]\nmemory_mib = \"much\"\n"));
        assert!(message.contains("allowed is a whole number from 0 on"), "{message}");
    }

    #[test]
    fn a_country_may_be_named_by_its_code() {
        let project = "[project]\nname = \"x\"\n";
        let config = format!("{project}[calendar]\ncountry = \"DE\"\n");
        let config = Config::parse(&config, "shelfcast.toml").unwrap();
        assert_eq!(config.calendar.holidays().unwrap()["DE"].country(), "Germany");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_its_neighbour() {
        let text = "[project]\nname = \"shop\"\n\n[policy]\nlead_time_dais = 3\n";
        let error = Config::parse(text, "shelfcast.toml").unwrap_err();
        assert_eq!(
            error.to_string(),
            "shelfcast.toml:5: unknown key `lead_time_dais` in [policy]; allowed are \
             lead_time_days, measured_lead_times, review_days, kind, target, service_target, \
             budget, supplier_cover_days, excess_days, dead_after_days, commitment_days, \
             hold_doubtful_stock, assumed, classes, products"
        );
        assert_eq!(error.hint().unwrap(), "did you mean `lead_time_days`?");
    }

    #[test]
    fn a_service_target_in_percent_is_refused() {
        let text = "[project]\nname = \"shop\"\n[policy]\nservice_target = 95\n";
        let error = Config::parse(text, "shelfcast.toml").unwrap_err();
        assert_eq!(
            error.to_string(),
            "shelfcast.toml:4: service_target is 95, allowed is above 0 to 1"
        );
        assert_eq!(error.hint().unwrap(), "write 95 % as 0.95");
    }

    #[test]
    fn a_value_is_told_with_the_line_of_its_own_table() {
        let head = "[project]\nname = \"shop\"\n";
        for (rest, expected) in [
            (
                "[policy]\nassumed = []\n[abc]\na = 0.99\n",
                "shelfcast.toml:6: a is 0.99 and b is 0.95, allowed is 0 < a < b < 1",
            ),
            (
                "currency = \"Euro\"\n",
                "shelfcast.toml:3: currency is `Euro`, allowed is a code of three letters",
            ),
            (
                "[engine]\nthreads = 2\nmemory_mib = 10\n",
                "shelfcast.toml:5: memory_mib is 10, allowed is at least 64",
            ),
        ] {
            let error = Config::parse(&format!("{head}{rest}"), "shelfcast.toml").unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let text = format!("{head}[calendar]\ncountry = \"Germani\"\n");
        let error = Config::parse(&text, "shelfcast.toml").unwrap_err();
        assert_eq!(error.hint().unwrap(), "did you mean `Germany`?");
    }

    #[test]
    fn every_key_that_is_written_is_a_key_that_is_known() {
        let config = Config::parse("[project]\nname = \"shop\"\n", "shelfcast.toml").unwrap();
        let config = Config {
            policy: PolicyConfig { lead_time_days: Some(14), ..PolicyConfig::default() },
            engine: EngineConfig { threads: Some(2), ..EngineConfig::default() },
            sources: vec![SourceSpec::new(Feed::Sales)],
            ..config
        };
        let written = toml::to_string(&config).unwrap();
        assert_eq!(Config::parse(&written, "shelfcast.toml").unwrap(), config);
    }
}
