//! Which batches and rows stop counting because of what came in now.
//!
//! Nothing is deleted: `raw.retractions` names batches that were replaced or taken back, and
//! `raw.hidden_rows` names rows that do not count while another batch is in force. A row of a
//! batch repeats an earlier one when a batch in force brought the very same text; it hides for as
//! long as that batch stays. So a file may be sent twice, whole or in part, in any order.

use super::set_rules::BrokenRow;
use super::write::NewBatch;
use crate::{PipelineError, raw};
use arrow::array::{
    ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{Decimal128Type, Int64Type};
use shelfcast_contracts::Severity;
use shelfcast_engine::{EngineError, Session};
use shelfcast_retail::{Feed, Money};
use shelfcast_sources::Corrections;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Feeds whose rows add up, so that a row that came twice would count twice. In the others the
/// newest word on a key holds.
const EVENTS: [Feed; 4] = [Feed::Sales, Feed::Movements, Feed::PurchaseOrders, Feed::Receipts];

/// A batch that no longer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Retraction {
    pub(crate) sequence: i64,
    pub(crate) batch_id: String,
    pub(crate) reason: &'static str,
    pub(crate) by_sequence: Option<i64>,
}

/// A row that does not count while the batch `by_sequence` is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HiddenRow {
    pub(crate) feed: Feed,
    pub(crate) sequence: i64,
    pub(crate) ordinal: i64,
    pub(crate) by_sequence: i64,
    pub(crate) reason: &'static str,
}

/// Rows of a new batch that an earlier one had already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Repeats {
    pub(crate) rows: u64,
    pub(crate) money: Money,
}

/// How new rows and earlier ones get in each other's way.
#[derive(Debug, Default)]
pub(crate) struct Overlap {
    pub(crate) hidden: Vec<HiddenRow>,
    /// By the number of the new batch.
    pub(crate) repeats: BTreeMap<i64, Repeats>,
    /// New rows that contradict an earlier one with their key.
    pub(super) conflicts: Vec<BrokenRow>,
}

/// The rows that the batches after `last_sequence` hide or hide from. The session sees the new
/// batches and all retractions.
pub(super) async fn overlap(
    session: &Session,
    new: &[NewBatch],
    last_sequence: i64,
) -> Result<Overlap, PipelineError> {
    let mut overlap = Overlap::default();
    for feed in EVENTS {
        let of_feed: Vec<&NewBatch> = new.iter().filter(|batch| batch.feed == feed).collect();
        if of_feed.is_empty() || n_live(session, feed).await? < 2 {
            continue;
        }
        let by_key = sequences(&of_feed, |batch| batch.corrections == Corrections::ByKey);
        let others = sequences(&of_feed, |batch| batch.corrections != Corrections::ByKey);
        if let Some(others) = others {
            for batch in collect(session, &repeats_sql(feed, &others, last_sequence)).await? {
                overlap.take_repeats(feed, &batch);
            }
        }
        let keyed = |batch: &NewBatch| {
            batch.has_lines && feed == Feed::Sales && batch.corrections == Corrections::None
        };
        if let Some(keyed) = sequences(&of_feed, keyed) {
            for batch in collect(session, &conflicts_sql(feed, &keyed)).await? {
                overlap.take_conflicts(feed, &batch);
            }
        }
        if let Some(by_key) = by_key {
            for batch in collect(session, &corrections_sql(feed, &by_key)).await? {
                overlap.hidden.extend(hidden_rows(feed, &batch, "corrected by key"));
            }
        }
    }
    Ok(overlap)
}

/// The rows that hid from a batch that is gone now, and hide from another one instead.
pub(crate) async fn hidden_again(
    session: &Session,
    gone: &[i64],
) -> Result<Vec<HiddenRow>, PipelineError> {
    let mut rows = Vec::new();
    if gone.is_empty() {
        return Ok(rows);
    }
    let gone: Vec<String> = gone.iter().map(i64::to_string).collect();
    for feed in EVENTS {
        let sql = format!(
            "select hidden._sequence as sequence, hidden._ordinal as ordinal, \
                min(earlier._sequence) as by_sequence \
             from raw.hidden_rows \
             inner join raw.{feed} as hidden on hidden_rows.sequence = hidden._sequence \
                and hidden_rows.ordinal = hidden._ordinal \
             inner join raw.{feed} as earlier on earlier._row_hash = hidden._row_hash \
                and earlier._sequence < hidden._sequence and {same} \
             where hidden_rows.feed = '{feed}' and hidden_rows.reason = '{REPEAT}' \
                and hidden_rows.by_sequence in ({gone}) and {live} \
             group by hidden._sequence, hidden._ordinal order by 1, 2",
            same = same_values(feed, "earlier", "hidden"),
            gone = gone.join(", "),
            live = is_live("earlier"),
        );
        for batch in collect(session, &sql).await? {
            rows.extend(hidden_rows(feed, &batch, REPEAT));
        }
    }
    Ok(rows)
}

const REPEAT: &str = "repeated";

fn repeats_sql(feed: Feed, sequences: &str, last_sequence: i64) -> String {
    let money = match feed {
        Feed::Sales => "coalesce(max(fresh.total), max(fresh.quantity * fresh.unit_price), 0)",
        _ => "0",
    };
    format!(
        "select fresh._sequence as sequence, fresh._ordinal as ordinal, \
            min(earlier._sequence) as by_sequence, cast({money} as decimal(18, 4)) as money \
         from raw.{feed} as fresh \
         inner join raw.{feed} as earlier on earlier._row_hash = fresh._row_hash \
            and earlier._sequence < fresh._sequence and {same} \
         where fresh._sequence > {last_sequence} and fresh._sequence in ({sequences}) and {live} \
         group by fresh._sequence, fresh._ordinal order by 1, 2",
        same = same_values(feed, "earlier", "fresh"),
        live = is_live("earlier"),
    )
}

/// Hashes of 64 bits meet by chance once in a blue moon; these must agree as well.
fn same_values(feed: Feed, left: &str, right: &str) -> String {
    let columns: &[&str] = match feed {
        Feed::Receipts => &["order_id", "quantity"],
        _ => &["product_id", "quantity"],
    };
    let equal = columns.iter().map(|column| format!("{left}.{column} = {right}.{column}"));
    equal.collect::<Vec<_>>().join(" and ")
}

fn corrections_sql(feed: Feed, sequences: &str) -> String {
    let same_key = feed.key().iter().map(|column| {
        format!("(earlier.{column} = fresh.{column} or (earlier.{column} is null and fresh.{column} is null))")
    });
    format!(
        "select earlier._sequence as sequence, earlier._ordinal as ordinal, \
            fresh._sequence as by_sequence \
         from raw.{feed} as fresh \
         inner join raw.{feed} as earlier on earlier.{first} = fresh.{first} \
            and earlier._sequence < fresh._sequence \
         where fresh._sequence in ({sequences}) and {rest} \
         group by earlier._sequence, earlier._ordinal, fresh._sequence order by 1, 2, 3",
        first = feed.key()[0],
        rest = same_key.collect::<Vec<_>>().join(" and "),
    )
}

fn conflicts_sql(feed: Feed, sequences: &str) -> String {
    let same_key = feed.key().iter().map(|column| format!("earlier.{column} = fresh.{column}"));
    format!(
        "select fresh._sequence as sequence, fresh._ordinal as ordinal, \
            min(earlier._sequence) as by_sequence, \
            min('row ' || cast(earlier._row as varchar) || case when earlier._file = fresh._file \
                then ' of this file as it came in before' else ' of ' || earlier._file end) as place \
         from raw.{feed} as fresh \
         inner join raw.{feed} as earlier on {same_key} \
            and earlier._sequence < fresh._sequence and earlier._row_hash <> fresh._row_hash \
         where fresh._sequence in ({sequences}) and {live} \
         group by fresh._sequence, fresh._ordinal order by 1, 2",
        same_key = same_key.collect::<Vec<_>>().join(" and "),
        live = is_live("earlier"),
    )
}

fn is_live(alias: &str) -> String {
    format!("{alias}._sequence not in (select sequence from raw.retractions)")
}

async fn n_live(session: &Session, feed: Feed) -> Result<i64, PipelineError> {
    let sql = format!(
        "select count(*) from raw.batches where feed = '{feed}' \
         and sequence not in (select sequence from raw.retractions)"
    );
    let batches = collect(session, &sql).await?;
    Ok(batches.iter().map(|batch| batch.column(0).as_primitive::<Int64Type>().value(0)).sum())
}

fn sequences(batches: &[&NewBatch], is_meant: impl Fn(&NewBatch) -> bool) -> Option<String> {
    let found: Vec<String> = batches
        .iter()
        .filter(|batch| is_meant(batch))
        .map(|batch| batch.sequence.to_string())
        .collect();
    (!found.is_empty()).then(|| found.join(", "))
}

async fn collect(session: &Session, sql: &str) -> Result<Vec<RecordBatch>, PipelineError> {
    Ok(session.collect(sql).await?.1)
}

fn hidden_rows(feed: Feed, batch: &RecordBatch, reason: &'static str) -> Vec<HiddenRow> {
    let number = |column: usize| batch.column(column).as_primitive::<Int64Type>();
    (0..batch.num_rows())
        .map(|row| HiddenRow {
            feed,
            sequence: number(0).value(row),
            ordinal: number(1).value(row),
            by_sequence: number(2).value(row),
            reason,
        })
        .collect()
}

impl Overlap {
    fn take_repeats(&mut self, feed: Feed, batch: &RecordBatch) {
        let money = batch.column(3).as_primitive::<Decimal128Type>();
        for (index, row) in hidden_rows(feed, batch, REPEAT).into_iter().enumerate() {
            let of_batch = self.repeats.entry(row.sequence).or_default();
            of_batch.rows += 1;
            let more = Money::from_parts(money.value(index));
            of_batch.money = of_batch.money.checked_add(more).unwrap_or(of_batch.money);
            self.hidden.push(row);
        }
    }

    fn take_conflicts(&mut self, feed: Feed, batch: &RecordBatch) {
        let key = feed.key().join(", ");
        let places = batch.column(3).as_string::<i32>();
        for (index, row) in hidden_rows(feed, batch, "contradicts").into_iter().enumerate() {
            self.conflicts.push(BrokenRow {
                sequence: row.sequence,
                ordinal: row.ordinal.unsigned_abs(),
                rule: "unique".to_owned(),
                severity: Severity::RejectRow,
                found: format!("the same {key} as {}, which is kept", places.value(index)),
                allowed: format!("one row per {key}, or corrections = \"by_key\" in the source"),
            });
            self.hidden.push(row);
        }
    }
}

pub(crate) fn retraction_rows(
    retractions: &[Retraction],
    now_millis: i64,
) -> Result<RecordBatch, PipelineError> {
    let instants = TimestampMicrosecondArray::from_value(now_millis * 1_000, retractions.len());
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(retractions.iter().map(|it| it.sequence))),
        Arc::new(StringArray::from_iter_values(retractions.iter().map(|it| &it.batch_id))),
        Arc::new(StringArray::from_iter_values(retractions.iter().map(|it| it.reason))),
        Arc::new(retractions.iter().map(|it| it.by_sequence).collect::<Int64Array>()),
        Arc::new(instants.with_timezone("UTC")),
    ];
    record(raw::retractions_schema(), columns)
}

pub(crate) fn hidden_row_rows(rows: &[HiddenRow]) -> Result<RecordBatch, PipelineError> {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.feed.as_str()))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.sequence))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.ordinal))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.by_sequence))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.reason))),
    ];
    record(raw::hidden_rows_schema(), columns)
}

pub(super) fn record(
    schema: arrow::datatypes::SchemaRef,
    columns: Vec<ArrayRef>,
) -> Result<RecordBatch, PipelineError> {
    RecordBatch::try_new(schema, columns)
        .map_err(|error| EngineError::query("form rows")(error.into()).into())
}
