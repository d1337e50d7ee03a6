//! The rules of contracts about many rows at once, asked in SQL before anything is published.

use super::file;
use super::overlap::{HiddenRow, Retraction};
use super::summary::FileOutcome;
use super::write::NewBatch;
use crate::{Environment, PipelineError, Project};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::Int64Type;
use shelfcast_contracts::{Contract, ContractError, SetRule, SetRuleKind, Severity};
use shelfcast_engine::{EngineError, Session};
use shelfcast_lake::TableName;
use shelfcast_retail::Feed;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Violations of one rule that are named one by one in a warning.
const NAMED: usize = 5;

/// What the rules say.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) warnings: Vec<String>,
    /// Files that may not come in, by batch id.
    pub(super) refused: Vec<(String, FileOutcome)>,
    pub(super) retractions: Vec<Retraction>,
    pub(super) hidden: Vec<HiddenRow>,
    pub(super) rows: Vec<BrokenRow>,
}

/// A row that broke a rule about many rows.
#[derive(Debug, Clone)]
pub(super) struct BrokenRow {
    pub(super) sequence: i64,
    pub(super) ordinal: u64,
    pub(super) rule: String,
    pub(super) severity: Severity,
    pub(super) found: String,
    pub(super) allowed: String,
}

/// One row of a rule's answer.
struct Broken {
    sequence: Option<i64>,
    ordinal: Option<u64>,
    found: String,
    allowed: String,
}

/// Asks every rule of the contracts that the new batches are held to.
pub(super) async fn judge(
    project: &Project,
    session: &Session,
    batches: &[NewBatch],
    environment: &Environment,
) -> Result<Verdict, PipelineError> {
    let mut verdict = Verdict::default();
    let feeds: BTreeSet<Feed> = batches.iter().map(|batch| batch.feed).collect();
    let in_force = in_force(session).await?;
    let live = |feed: Feed| format!("select * from raw.{feed} where {in_force}");
    for feed in Feed::ALL {
        define(session, feed.as_str(), &live(feed)).await?;
    }
    let now = TimestampMicrosecondArray::from_value(environment.now_millis * 1_000, 1);
    let now = RecordBatch::try_from_iter([("now", Arc::new(now.with_timezone("UTC")) as ArrayRef)]);
    let now = now.map_err(|error| EngineError::query("tell the time")(error.into()))?;
    session.register_rows(&TableName::new(RULES, "clock")?, now.schema(), vec![now])?;
    for feed in feeds {
        let of_feed: BTreeMap<i64, &NewBatch> = batches
            .iter()
            .filter(|batch| batch.feed == feed)
            .map(|batch| (batch.sequence, batch))
            .collect();
        let first = batches.iter().map(|batch| batch.sequence).min().unwrap_or(i64::MAX);
        define(session, "new", &format!("{} and _sequence >= {first}", live(feed))).await?;
        define(session, "live", &format!("{} and _sequence < {first}", live(feed))).await?;
        define(session, "batches", &files(feed, first)).await?;
        let contract = file::contract(project, feed)?;
        for rule in contract.set_rules() {
            // Nothing is asked while there is no list.
            if let SetRuleKind::References(listed) = rule.kind
                && !has_rows(session, listed).await?
            {
                continue;
            }
            let (_, found) =
                session.collect(&rule.sql).await.map_err(|error| PipelineError::Model {
                    model: format!("contract {}, rule {}", contract.id(), rule.id),
                    message: error.to_string(),
                })?;
            let broken: Vec<Broken> = found.iter().flat_map(broken_rows).collect();
            verdict.take(&contract, rule, broken, &of_feed);
        }
    }
    Ok(verdict)
}

/// Where rules look up the tables they name.
const RULES: &str = "marts";

/// The condition that a row's batch is in force. The batches that are not are written out: a
/// join would hold all rows in memory to tell them apart.
async fn in_force(session: &Session) -> Result<String, PipelineError> {
    let (_, gone) = session.collect("select sequence from raw.retractions order by 1").await?;
    let gone: Vec<String> = gone
        .iter()
        .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values())
        .map(i64::to_string)
        .collect();
    Ok(match gone.is_empty() {
        true => "true".to_owned(),
        false => format!("_sequence not in ({})", gone.join(", ")),
    })
}

async fn has_rows(session: &Session, feed: Feed) -> Result<bool, PipelineError> {
    let (_, found) = session.collect(&format!("select _sequence from {feed} limit 1")).await?;
    Ok(found.iter().any(|batch| batch.num_rows() > 0))
}

fn files(feed: Feed, first: i64) -> String {
    format!(
        "select sequence as _sequence, source, sequence >= {first} as is_new, \
            rows_accepted as rows \
         from raw.batches where feed = '{feed}' \
            and sequence not in (select sequence from raw.retractions)"
    )
}

/// Rules name their tables without a schema.
async fn define(session: &Session, name: &str, sql: &str) -> Result<(), PipelineError> {
    Ok(session.register_view(&TableName::new(RULES, name)?, sql).await?)
}

fn broken_rows(batch: &RecordBatch) -> Vec<Broken> {
    let number = |column: usize, row: usize| {
        let numbers = batch.column(column).as_primitive_opt::<Int64Type>()?;
        numbers.is_valid(row).then(|| numbers.value(row))
    };
    let text = |column: usize, row: usize| {
        let texts = batch.column(column).as_string_opt::<i32>();
        texts.filter(|texts| texts.is_valid(row)).map_or("", |texts| texts.value(row)).to_owned()
    };
    (0..batch.num_rows())
        .map(|row| Broken {
            sequence: number(0, row),
            ordinal: number(1, row).and_then(|ordinal| u64::try_from(ordinal).ok()),
            found: text(2, row),
            allowed: text(3, row),
        })
        .collect()
}

impl Verdict {
    fn take(
        &mut self,
        contract: &Contract,
        rule: &SetRule,
        broken: Vec<Broken>,
        batches: &BTreeMap<i64, &NewBatch>,
    ) {
        if broken.is_empty() {
            return;
        }
        if rule.severity == Severity::RejectFile {
            return self.refuse(contract, rule, &broken, batches);
        }
        let of_rows = broken.iter().filter_map(|it| {
            Some(BrokenRow {
                sequence: it.sequence.filter(|sequence| batches.contains_key(sequence))?,
                ordinal: it.ordinal?,
                rule: rule.id.clone(),
                severity: rule.severity,
                found: it.found.clone(),
                allowed: it.allowed.clone(),
            })
        });
        let of_rows: Vec<BrokenRow> = of_rows.collect();
        if rule.severity == Severity::RejectRow {
            let feed = contract.feed();
            self.hidden.extend(of_rows.iter().map(|row| HiddenRow {
                feed,
                sequence: row.sequence,
                ordinal: row.ordinal as i64,
                by_sequence: row.sequence,
                reason: "refused",
            }));
            self.rows.extend(of_rows);
        }
        self.warnings.push(warning(contract, rule, &broken));
    }

    fn refuse(
        &mut self,
        contract: &Contract,
        rule: &SetRule,
        broken: &[Broken],
        batches: &BTreeMap<i64, &NewBatch>,
    ) {
        let named = |it: &Broken| it.sequence.filter(|sequence| batches.contains_key(sequence));
        let all: Vec<i64> = match broken.iter().any(|it| named(it).is_none()) {
            // What is said of no batch is said of all that came in now.
            true => batches.keys().copied().collect(),
            false => broken.iter().filter_map(named).collect::<BTreeSet<_>>().into_iter().collect(),
        };
        for sequence in all {
            let batch = batches[&sequence];
            let first = broken.iter().find(|it| named(it).is_none_or(|it| it == sequence));
            let (found, allowed) = first.map_or(("", ""), |it| (&it.found, &it.allowed));
            let error = ContractError::FileRefused {
                contract: contract.id().to_owned(),
                rule: rule.id.clone(),
                message: format!("{}: found {found}, allowed is {allowed}", batch.file),
            };
            self.retractions.push(Retraction {
                sequence,
                batch_id: batch.batch_id.clone(),
                reason: "refused by a rule",
                by_sequence: None,
            });
            let outcome = super::summary::refusal(&error.into());
            self.refused.push((batch.batch_id.clone(), outcome));
        }
    }
}

fn warning(contract: &Contract, rule: &SetRule, broken: &[Broken]) -> String {
    let mut found: Vec<&str> = broken.iter().map(|it| it.found.as_str()).collect();
    found.sort_unstable();
    found.dedup();
    let named = found.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = if found.len() > NAMED { ", ..." } else { "" };
    let done = match (rule.severity, rule.kind) {
        (Severity::Warn, SetRuleKind::References(feed)) => {
            format!("the rows are let in and heal when the {feed} arrive")
        }
        (Severity::Warn, _) => "the rows are let in".to_owned(),
        _ => "the rows are refused".to_owned(),
    };
    format!(
        "{}: {} ({}): found {named}{more}; allowed is {}; {done}",
        contract.feed(),
        rule.id,
        match broken.len() {
            1 => "1 case".to_owned(),
            n_broken => format!("{n_broken} cases"),
        },
        broken.first().map_or("", |it| it.allowed.as_str()),
    )
}
