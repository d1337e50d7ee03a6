//! Who came back: segments beside those given, and retention by month of first purchase.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use shelfcast_charts::Day;

use super::View;
use super::measures::{number, share, sum};
use super::table::{Cell, Row, Table};
use crate::data::{CohortRow, SegmentRow};
use crate::decimal::Exact;

const NO_CUSTOMERS: &str = "Not known: it needs sales that name their customer.";
/// The most given segments that are columns.
const GIVEN_SHOWN: usize = 8;
/// The most months since the first purchase that are columns.
const MONTHS_SHOWN: u64 = 12;
/// The most cohorts that are rows.
const COHORTS_SHOWN: usize = 24;
/// Mean days of a month: 400 years have 146,097 days and 4,800 months.
const DAYS_A_MONTH: f64 = 146_097.0 / 4_800.0;

/// The customers of one segment.
#[derive(Default)]
struct Segment<'a> {
    rows: Vec<&'a SegmentRow>,
}

impl Segment<'_> {
    fn customers(&self) -> u64 {
        self.rows.iter().map(|row| row.n_customers).sum()
    }

    /// A mean over customers of means over groups of them.
    fn mean(&self, value: fn(&SegmentRow) -> f64) -> Option<f64> {
        let total: f64 = self.rows.iter().map(|row| value(row) * row.n_customers as f64).sum();
        let customers = self.customers();
        (customers > 0).then(|| total / customers as f64)
    }

    fn money(&self) -> Option<Exact> {
        sum(self.rows.iter().map(|row| &row.monetary)).0
    }
}

fn by_segment<'a>(view: &View<'a>) -> Vec<(&'a str, Segment<'a>)> {
    let mut rows: Vec<&SegmentRow> = view.data.customer_segments.iter().collect();
    rows.sort_by_key(|row| (&row.segment, &row.given_segment));
    let mut segments: BTreeMap<&str, Segment<'_>> = BTreeMap::new();
    for row in rows {
        segments.entry(&row.segment).or_default().rows.push(row);
    }
    let mut segments: Vec<_> = segments.into_iter().collect();
    segments.sort_by_key(|(name, segment)| (Reverse(segment.money()), *name));
    segments
}

/// Segments by recency, frequency and money.
pub(super) fn segments(view: &View<'_>) -> Table {
    let segments = by_segment(view);
    let customers: u64 = segments.iter().map(|(_, segment)| segment.customers()).sum();
    let (money, _) = sum(view.data.customer_segments.iter().map(|row| &row.monetary));
    let row = |(name, segment): &(&str, Segment<'_>)| {
        let part = segment.customers() as f64 / customers.max(1) as f64;
        let brought = segment.money().map(|money| money.plain());
        let cells = vec![
            Cell::text(*name),
            Cell::count(segment.customers()),
            Cell::share(Some(part)),
            Cell::money(brought.as_deref()),
            Cell::share(share(segment.money(), money)),
            Cell::share(segment.mean(|row| row.repeat_rate)),
            number(segment.mean(|row| row.mean_recency_days), 0),
            number(segment.mean(|row| row.mean_frequency), 1),
        ];
        Row { cells, ..Row::default() }
    };
    let table = Table {
        id: "segments",
        caption: "Customers by recency, frequency and money, scored by fifths, most money first. \
                  Came back: bought on two days or more."
            .into(),
        empty: NO_CUSTOMERS.into(),
        csv: "customer_segments",
        ..Table::default()
    };
    let brought = format!("#Brought, {}", view.money);
    let columns = [
        "Segment",
        "#Customers",
        "#Share",
        &brought,
        "#Share of money",
        "#Came back",
        "#Days since last purchase",
        "#Days with a purchase",
    ];
    table.with_columns(&columns).with_rows(segments.iter().map(row).collect())
}

/// How many customers of each segment were given which segment.
pub(super) fn given(view: &View<'_>) -> Table {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &view.data.customer_segments {
        *counts.entry(&row.given_segment).or_default() += row.n_customers;
    }
    let none_given = counts.keys().all(|given| *given == "unknown");
    let mut given: Vec<(&str, u64)> = counts.into_iter().collect();
    given.sort_by_key(|(name, count)| (Reverse(*count), *name));
    let left_out = given.split_off(given.len().min(GIVEN_SHOWN));
    let row = |(name, segment): &(&str, Segment<'_>)| {
        let all = segment.customers();
        let cell = |(given, _): &(&str, u64)| {
            let rows = segment.rows.iter().filter(|row| row.given_segment == *given);
            let count: u64 = rows.map(|row| row.n_customers).sum();
            Cell::count(count).shaded(count as f64 / all.max(1) as f64)
        };
        let heading = std::iter::once(Cell::text(*name));
        Row { cells: heading.chain(given.iter().map(cell)).collect(), ..Row::default() }
    };
    let mut table = Table {
        id: "given-segments",
        caption: "Customers of each segment (rows) by the segment that was given with them \
                  (columns). The stronger the shade, the larger its share of the row."
            .into(),
        empty: match view.data.customer_segments.is_empty() {
            true => NO_CUSTOMERS.into(),
            false => "No segment is given with the customers.".into(),
        },
        csv: "customer_segments",
        ..Table::default()
    };
    if !left_out.is_empty() {
        table
            .caption
            .push_str(&format!(" {} smaller given segments are in the CSV table.", left_out.len()));
    }
    let titles: Vec<String> = std::iter::once("Segment".to_owned())
        .chain(given.iter().map(|(name, _)| format!("#{name}")))
        .collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let rows = if none_given { Vec::new() } else { by_segment(view).iter().map(row).collect() };
    table.with_columns(&titles).with_rows(rows)
}

/// One cohort's months by months since the first purchase.
type Months<'a> = BTreeMap<u64, &'a CohortRow>;

/// Retention by month of first purchase.
pub(super) fn cohorts(view: &View<'_>) -> Table {
    let mut cohorts: BTreeMap<Day, Months<'_>> = BTreeMap::new();
    for row in &view.data.customer_cohorts {
        cohorts.entry(row.cohort_month).or_default().insert(row.months_since, row);
    }
    let last = view.data.customer_cohorts.iter().filter_map(|row| row.month_start).max();
    let shown = last.map_or(0, |last| {
        let first = cohorts.keys().next().copied().unwrap_or(last);
        months_between(first, last).min(MONTHS_SHOWN)
    });
    let left_out = cohorts.len().saturating_sub(COHORTS_SHOWN);
    let rows = cohorts.iter().rev().take(COHORTS_SHOWN);
    let later = view.data.customer_cohorts.iter().filter(|row| row.months_since > 0);
    let most = later.map(|row| row.retention).fold(0.0, f64::max);
    let is_running = view.data.customer_cohorts.iter().any(|row| row.is_running);
    let shown_months = Shown { months: shown, most, is_running };
    let rows = rows.map(|(month, months)| cohort(*month, months, last, &shown_months)).collect();
    let mut table = Table {
        id: "cohorts",
        caption:
            "Share of the customers of each month of first purchase (rows) who bought again so \
                  many months later (columns). The stronger the shade, the more."
                .into(),
        empty: NO_CUSTOMERS.into(),
        csv: "customer_cohorts",
        ..Table::default()
    };
    if left_out > 0 {
        table.caption.push_str(&format!(" {left_out} earlier months are in the CSV table."));
    }
    let titles: Vec<String> = ["#First purchase".to_owned(), "#Customers".to_owned()]
        .into_iter()
        .chain((1..=shown).map(|months| format!("#{months}")))
        .collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    table.with_columns(&titles).with_rows(rows)
}

/// What is shown of every cohort.
struct Shown {
    months: u64,
    /// The highest retention, which is shaded most.
    most: f64,
    /// Whether the last month is not over.
    is_running: bool,
}

fn cohort(month: Day, months: &Months<'_>, last: Option<Day>, shown: &Shown) -> Row {
    let elapsed = last.map_or(0, |last| months_between(month, last));
    let cell = |since: u64| match months.get(&since) {
        Some(row) => {
            let mut cell = Cell::share(Some(row.retention)).shaded(row.retention / shown.most);
            if row.is_running {
                cell.small = "so far".into();
            }
            cell
        }
        // The mart has no row for a month in which none of them bought.
        None if since == elapsed && shown.is_running => {
            Cell { small: "so far".into(), ..Cell::share(Some(0.0)) }
        }
        None if since <= elapsed => Cell::share(Some(0.0)),
        None => Cell::text(""),
    };
    let customers = months.values().next().map_or(0, |row| row.n_customers);
    let label = months.values().next().map_or("", |row| row.cohort_label.as_str());
    let month = Cell::number(label, month);
    let heading = [month, Cell::count(customers)];
    Row {
        cells: heading.into_iter().chain((1..=shown.months).map(cell)).collect(),
        ..Row::default()
    }
}

/// Months from the start of one month to that of another; months of whole weeks start close enough
/// to civil ones for the nearest number to be theirs.
fn months_between(from: Day, to: Day) -> u64 {
    (f64::from(to - from) / DAYS_A_MONTH).round().max(0.0) as u64
}

/// What is said about all customers together.
pub(super) fn sentence(view: &View<'_>) -> String {
    let rows = &view.data.customer_segments;
    if rows.is_empty() {
        return String::new();
    }
    let segments = by_segment(view);
    let all =
        Segment { rows: segments.iter().flat_map(|(_, segment)| &segment.rows).copied().collect() };
    let repeat = Cell::share(all.mean(|row| row.repeat_rate));
    let mut sentence = format!(
        "{} customers; {} of them bought on two days or more",
        Exact::from(all.customers()).trimmed(),
        repeat.text
    );
    if let Some(days) = view.data.key_figures.median_days_between {
        sentence.push_str(&format!(", every {days:.0} days (the median of their means)"));
    }
    sentence.push('.');
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ReportData;

    fn row(cohort_month: Day, since: u64, month_start: Day, active: u64) -> CohortRow {
        CohortRow {
            cohort_month,
            cohort_label: ["1970-01", "1970-02"][usize::from(cohort_month > 0)].into(),
            months_since: since,
            month_start: Some(month_start),
            n_customers: 8,
            n_active: active,
            retention: active as f64 / 8.0,
            is_running: month_start == 59,
            ..CohortRow::default()
        }
    }

    #[test]
    fn a_past_month_without_a_purchase_is_zero_and_a_month_to_come_is_blank() {
        // January, February and March 1970 begin on days 0, 31 and 59.
        let customer_cohorts = vec![row(0, 0, 0, 8), row(0, 2, 59, 2), row(31, 0, 31, 8)];
        let data = ReportData { customer_cohorts, ..ReportData::default() };
        let table = cohorts(&View::new(&data, &[]));
        let texts = |row: &Row| row.cells.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&table.rows[0]), ["1970-02", "8", "0\u{a0}%", ""]);
        assert_eq!(texts(&table.rows[1]), ["1970-01", "8", "0\u{a0}%", "25\u{a0}%"]);
        assert_eq!(table.rows[1].cells[3].small, "so far");
        // March is not over: nobody of February's has bought yet.
        assert_eq!(
            (&*table.rows[0].cells[2].text, &*table.rows[0].cells[2].small),
            ("0\u{a0}%", "so far")
        );
    }

    #[test]
    fn cohorts_go_by_the_names_of_the_trading_calendar() {
        // Two months of whole weeks that begin in one civil month, on 2 and 30 November 2025.
        let cohort = |label: &str, start: Day| CohortRow {
            cohort_label: label.into(),
            ..row(start, 0, start, 8)
        };
        let customer_cohorts = vec![cohort("2025-P10", 20_394), cohort("2025-P11", 20_422)];
        let data = ReportData { customer_cohorts, ..ReportData::default() };
        let table = cohorts(&View::new(&data, &[]));
        let names: Vec<&str> = table.rows.iter().map(|row| row.cells[0].text.as_str()).collect();
        assert_eq!(names, ["2025-P11", "2025-P10"]);
    }

    #[test]
    fn months_of_whole_weeks_are_counted_like_civil_ones() {
        // 4-4-5 weeks: the months of a quarter begin after 28, 56 and 91 days.
        assert_eq!([28, 56, 91, 364].map(|days| months_between(0, days)), [1, 2, 3, 12]);
        // 1 January to 1 February and to 1 March of a common year, and five civil years.
        assert_eq!([31, 59, 1826].map(|days| months_between(0, days)), [1, 2, 60]);
    }

    #[test]
    fn a_repeat_rate_of_all_is_weighted_by_customers() {
        let row = |given: &str, n_customers, repeat_rate| SegmentRow {
            segment: "loyal".into(),
            given_segment: given.into(),
            n_customers,
            repeat_rate,
            ..SegmentRow::default()
        };
        let customer_segments = vec![row("retail", 3, 1.0), row("unknown", 1, 0.0)];
        let data = ReportData { customer_segments, ..ReportData::default() };
        // 3 of 4 customers.
        let view = View::new(&data, &[]);
        assert_eq!(sentence(&view), "4 customers; 75\u{a0}% of them bought on two days or more.");
    }
}
