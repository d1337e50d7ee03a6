//! How far the numbers can be trusted: coverage, refused rows, limits, statuses, assumptions.

use shelfcast_charts::Period;

use super::measures::number;
use super::table::{Cell, Row, Table, per_cent, words};
use crate::data::{
    AssumptionRow, CoverageRow, CoverageStepRow, RejectedRow, ReportData, RunLimitRow,
    SeriesStatusRow,
};
use crate::decimal::Exact;

/// How often intervals held what happened, by pool of series.
pub(super) fn coverage(data: &ReportData) -> Table {
    let mut rows: Vec<&CoverageRow> = data.coverage.iter().collect();
    rows.sort_by_key(|row| (row.measure, order(row.frequency), &row.demand_class));
    let row = |row: &&CoverageRow| {
        let share = |covered: u64| (row.points > 0).then(|| covered as f64 / row.points as f64);
        let steps: Vec<&CoverageStepRow> = data
            .coverage_by_step
            .iter()
            .filter(|step| {
                (step.measure, step.frequency, &step.demand_class)
                    == (row.measure, row.frequency, &row.demand_class)
            })
            .collect();
        plain(vec![
            Cell::text(&row.demand_class),
            Cell::text(row.measure.word()),
            Cell::text(row.frequency.name()),
            Cell::count(row.series),
            Cell::count(row.points),
            beside(share(row.covered_80), claimed(&steps, |step| step.claimed_80)),
            beside(share(row.covered_95), claimed(&steps, |step| step.claimed_95)),
        ])
    };
    let table = Table {
        id: "coverage",
        caption: "Held-out periods inside the intervals, by pool of series of one demand class, \
                  over what the intervals claimed to hold."
            .into(),
        empty: "Coverage is not known: no series is long enough to hold periods out.".into(),
        csv: "forecast_coverage",
        ..Table::default()
    };
    let columns = [
        "Demand class",
        "Measure",
        "Period",
        "#Series",
        "#Held-out periods",
        "#In 80 % interval",
        "#In 95 % interval",
    ];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect())
}

/// What intervals claimed to hold, over all periods held out; `None` where some did not say.
pub(super) fn claimed(
    steps: &[&CoverageStepRow],
    of: fn(&CoverageStepRow) -> Option<f64>,
) -> Option<f64> {
    let points: u64 = steps.iter().map(|step| step.points).sum();
    let held: Option<f64> =
        steps.iter().map(|step| of(step).map(|share| share * step.points as f64)).sum();
    held.filter(|_| points > 0).map(|held| held / points as f64)
}

/// A measured share over the one that was claimed.
fn beside(covered: Option<f64>, claimed: Option<f64>) -> Cell {
    Cell {
        small: claimed.map_or_else(String::new, |share| format!("claimed {}", per_cent(share))),
        ..Cell::share(covered)
    }
}

/// The same by steps ahead, with what the intervals claimed, their width and their loss.
pub(super) fn coverage_by_step(data: &ReportData) -> Table {
    let mut rows: Vec<&CoverageStepRow> = data.coverage_by_step.iter().collect();
    rows.sort_by_key(|row| (row.measure, order(row.frequency), &row.demand_class, row.first_step));
    let row = |row: &&CoverageStepRow| {
        let share = |covered: u64| (row.points > 0).then(|| covered as f64 / row.points as f64);
        plain(vec![
            Cell::text(&row.demand_class),
            Cell::text(row.measure.word()),
            Cell::text(row.frequency.name()),
            Cell { value: Some(row.first_step.to_string()), ..Cell::text(&row.steps) },
            Cell::count(row.points),
            beside(share(row.covered_80), row.claimed_80),
            beside(share(row.covered_95), row.claimed_95),
            number(row.relative_width_80, 2),
            number(row.relative_pinball_loss, 3),
        ])
    };
    let table = Table {
        id: "coverage-by-step",
        caption: "The same by periods ahead. Width of the 80 % interval and pinball loss are over \
                  mean demand."
            .into(),
        csv: "forecast_coverage_by_step",
        ..Table::default()
    };
    let columns = [
        "Demand class",
        "Measure",
        "Period",
        "#Periods ahead",
        "#Held-out periods",
        "#In 80 % interval",
        "#In 95 % interval",
        "#Width of 80 %",
        "#Pinball loss",
    ];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect())
}

/// What was refused, most money first.
pub(super) fn rejected(data: &ReportData, money: &str) -> Table {
    let mut rows: Vec<&RejectedRow> = data.rejected.iter().collect();
    let lost = |row: &RejectedRow| row.money.as_deref().and_then(Exact::parse);
    rows.sort_by(|one, other| {
        let by_size = (lost(other), other.rows).cmp(&(lost(one), one.rows));
        by_size.then_with(|| {
            (&one.feed, &one.rule, &one.column_name).cmp(&(
                &other.feed,
                &other.rule,
                &other.column_name,
            ))
        })
    });
    let row = |row: &&RejectedRow| {
        plain(vec![
            Cell::text(&row.feed),
            Cell::text(&row.rule),
            Cell::text(&row.column_name),
            Cell::text(&row.allowed),
            Cell::count(row.rows),
            Cell { small: row.first_file.clone(), ..Cell::count(row.files) },
            Cell::money(row.money.as_deref()),
        ])
    };
    let table = Table {
        id: "rejected",
        caption: "Rows that broke a rule of their feed's contract, by rule. They are kept in \
                  raw.rejected with their text."
            .into(),
        empty: "No row was rejected.".into(),
        csv: "rejected",
        ..Table::default()
    };
    let value = format!("#Money, {money}");
    let columns = ["Feed", "Rule", "Column", "Allowed", "#Rows", "#Files", &value];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect())
}

/// What could not be done.
pub(super) fn limits(data: &ReportData) -> Table {
    let mut rows: Vec<&RunLimitRow> = data.run_limits.iter().collect();
    rows.sort_by_key(|row| (&row.capability, &row.missing_feed));
    let row = |row: &&RunLimitRow| {
        plain(vec![
            Cell::text(words(&row.capability)),
            Cell::text(&row.message),
            Cell::text(needed(&row.missing_feed)),
        ])
    };
    let table = Table {
        id: "limits",
        caption: "What the data did not allow.".into(),
        empty: "Everything was possible with the data given.".into(),
        csv: "run_limits",
        ..Table::default()
    };
    let columns = ["Not possible", "Why", "What would make it possible"];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect())
}

/// A feed in words; a column of a feed as it is written.
fn needed(feed: &str) -> String {
    if feed.contains('.') { feed.to_owned() } else { words(feed) }
}

/// How many series have which status.
pub(super) fn statuses(data: &ReportData) -> Table {
    let mut rows: Vec<&SeriesStatusRow> = data.series_status.iter().collect();
    rows.sort_by_key(|row| {
        (&row.series_level, &row.measure, &row.frequency, &row.status, &row.reason, &row.fallback)
    });
    let row = |row: &&SeriesStatusRow| {
        plain(vec![
            Cell::text(words(&row.series_level)),
            Cell::text(&row.measure),
            Cell::text(&row.frequency),
            Cell::text(words(&row.status)),
            Cell::text(&row.reason),
            Cell::text(&row.fallback),
            Cell::count(row.series),
        ])
    };
    let table = Table {
        id: "series-status",
        caption: "Series by the status of their forecast.".into(),
        empty: "No series was forecast.".into(),
        csv: "series_status",
        ..Table::default()
    };
    let columns = ["Level", "Measure", "Period", "Status", "Reason", "Done instead", "#Series"];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect())
}

/// What was assumed.
pub(super) fn assumptions(data: &ReportData) -> Table {
    let mut rows: Vec<&AssumptionRow> = data.assumptions.iter().collect();
    rows.sort_by_key(|row| (&row.subject, &row.statement));
    let row = |row: &&AssumptionRow| {
        let items = row.items.map_or_else(|| Cell::number("all", u64::MAX), Cell::count);
        plain(vec![Cell::text(words(&row.subject)), Cell::text(&row.statement), items])
    };
    let table = Table {
        id: "assumptions",
        caption: "What was assumed where the data is silent.".into(),
        empty: "Nothing was assumed.".into(),
        csv: "assumptions",
        ..Table::default()
    };
    let columns = ["About", "Assumed", "#Products and places"];
    table.with_columns(&columns).with_rows(rows.iter().map(row).collect())
}

fn plain(cells: Vec<Cell>) -> Row {
    Row { cells, ..Row::default() }
}

fn order(frequency: Period) -> u8 {
    match frequency {
        Period::Day => 0,
        Period::Week => 1,
        Period::Month => 2,
    }
}
