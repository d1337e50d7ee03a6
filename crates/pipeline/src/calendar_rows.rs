//! The trading calendar and its holidays, as tables that the models read.

use crate::{CalendarConfig, PipelineError};
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Date32Type;
use arrow::error::ArrowError;
use shelfcast_engine::{EngineError, Session};
use shelfcast_lake::TableName;
use shelfcast_retail::{Day, Frequency, RetailError, TradingCalendar, Weekday};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Forecasts and projected stock reach at most this far beyond the last known day.
const DAYS_AHEAD: i32 = 1_130;

/// Registers `config.calendar` (one row per day), `config.periods` (one row per period),
/// `config.holidays` (one row per country and holiday) and `config.place_countries`, from the
/// start of the first known year to where forecasts end.
pub(crate) async fn register(
    session: &Session,
    config: &CalendarConfig,
    business_date: Option<Day>,
) -> Result<(), PipelineError> {
    let refused = |error: RetailError| PipelineError::Task { message: error.to_string() };
    let calendar = config.trading_calendar(usual_weekday(session).await?).map_err(refused)?;
    let days = known_days(session, calendar, business_date).await?;
    let failed = |error: ArrowError| EngineError::query("lay out the calendar")(error.into());
    let holidays = config.holidays().map_err(refused)?;
    let mut holiday_rows: Vec<(&str, Day, &str)> = Vec::new();
    for (country, holidays) in &holidays {
        for year in days.start().ymd().0..=days.end().ymd().0 {
            let in_year = holidays.in_year(year);
            holiday_rows.extend(in_year.into_iter().map(|(day, name)| (*country, day, name)));
        }
    }
    // Two holidays on one day are one day off.
    holiday_rows.sort();
    holiday_rows.dedup_by_key(|(country, day, _)| (*country, *day));
    for (name, rows) in [
        ("calendar", day_rows(calendar, &days).map_err(failed)?),
        ("periods", period_rows(calendar, &days).map_err(failed)?),
        ("holidays", named_days(&holiday_rows).map_err(failed)?),
        ("place_countries", countries(config).map_err(failed)?),
    ] {
        session.register_rows(&TableName::new("config", name)?, rows.schema(), vec![rows])?;
    }
    Ok(())
}

/// The day on which the weeks of weekly sales start, else Monday.
async fn usual_weekday(session: &Session) -> Result<Weekday, PipelineError> {
    let weekly = "select sequence from raw.batches where feed = 'sales' and source_period = 'week'";
    let (_, batches) = session.collect(weekly).await?;
    if batches.iter().all(|batch| batch.num_rows() == 0) {
        return Ok(Weekday::Monday);
    }
    let first = format!(
        "select min(cast(sold_at as date)) as day from raw.sales where _sequence in ({weekly})"
    );
    let (_, batches) = session.collect(&first).await?;
    let days = batches.first().and_then(|batch| batch.column(0).as_primitive_opt::<Date32Type>());
    let first = days.filter(|days| days.is_valid(0)).map(|days| days.value(0));
    Ok(first.map_or(Weekday::Monday, |day| {
        Weekday::ALL[usize::from(Day::from_epoch_days(day).weekday())]
    }))
}

/// From the first day of the year of the first known day to the end of the forecasts.
async fn known_days(
    session: &Session,
    calendar: TradingCalendar,
    business_date: Option<Day>,
) -> Result<RangeInclusive<Day>, PipelineError> {
    let sql = "select min(day) as first_day, max(day) as last_day from (\
               select min(cast(sold_at as date)) as day from raw.sales \
               union all select max(cast(sold_at as date)) from raw.sales \
               union all select min(counted_on) from raw.stock \
               union all select max(counted_on) from raw.stock \
               union all select min(cast(moved_at as date)) from raw.movements \
               union all select min(received_on) from raw.receipts \
               union all select min(ordered_on) from raw.purchase_orders)";
    let (_, batches) = session.collect(sql).await?;
    let day = |column: usize| {
        let days = batches.first()?.column(column).as_primitive_opt::<Date32Type>()?;
        days.is_valid(0).then(|| Day::from_epoch_days(days.value(0)))
    };
    let today = business_date.unwrap_or(Day::from_epoch_days(0));
    let (first, last) = (day(0).unwrap_or(today), day(1).unwrap_or(today).max(today));
    Ok(calendar.place(first.min(last)).year_start.plus(-7)..=last.plus(DAYS_AHEAD))
}

fn days_column(days: impl Iterator<Item = Day>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(days.map(Day::epoch_days)))
}

fn numbers(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn texts<T: AsRef<str>>(values: impl Iterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn day_rows(
    calendar: TradingCalendar,
    days: &RangeInclusive<Day>,
) -> Result<RecordBatch, ArrowError> {
    let days: Vec<Day> = (0..=days.end().days_since(*days.start()))
        .map(|offset| days.start().plus(offset))
        .collect();
    let places: Vec<_> = days.iter().map(|day| calendar.place(*day)).collect();
    RecordBatch::try_from_iter([
        ("day", days_column(days.iter().copied())),
        ("weekday", numbers(days.iter().map(|day| i64::from(day.weekday()) + 1))),
        ("week_start", days_column(places.iter().map(|place| place.week_start))),
        ("week", numbers(places.iter().map(|place| i64::from(place.week)))),
        ("week_year", numbers(places.iter().map(|place| i64::from(place.week_year)))),
        ("month_start", days_column(places.iter().map(|place| place.month_start))),
        ("month", numbers(places.iter().map(|place| i64::from(place.month)))),
        ("quarter", numbers(places.iter().map(|place| i64::from(place.quarter)))),
        ("year_start", days_column(places.iter().map(|place| place.year_start))),
        ("year", numbers(places.iter().map(|place| i64::from(place.year)))),
    ])
}

/// One period of the calendar and those it is compared with.
struct Period {
    frequency: &'static str,
    label: String,
    start: Day,
    end: Day,
    previous: Day,
    last_year: Day,
}

fn period_rows(
    calendar: TradingCalendar,
    days: &RangeInclusive<Day>,
) -> Result<RecordBatch, ArrowError> {
    let mut periods: Vec<Period> = Vec::new();
    for frequency in Frequency::ALL {
        let mut start = calendar.period_start(*days.start(), frequency);
        while start <= *days.end() {
            periods.push(Period {
                frequency: frequency.as_str(),
                label: label(calendar, start, frequency),
                start,
                end: calendar.period_after(start, frequency, 1).plus(-1),
                previous: calendar.period_after(start, frequency, -1),
                last_year: calendar.year_before(start, frequency),
            });
            start = calendar.period_after(start, frequency, 1);
        }
    }
    let mut start = calendar.place(*days.start()).year_start;
    while start <= *days.end() {
        let next = calendar.period_after(start, Frequency::Month, 12);
        let previous = calendar.period_after(start, Frequency::Month, -12);
        periods.push(Period {
            frequency: "year",
            label: calendar.place(start).year.to_string(),
            start,
            end: next.plus(-1),
            previous,
            last_year: previous,
        });
        start = next;
    }
    RecordBatch::try_from_iter([
        ("frequency", texts(periods.iter().map(|period| period.frequency))),
        ("period_start", days_column(periods.iter().map(|period| period.start))),
        ("period_end", days_column(periods.iter().map(|period| period.end))),
        ("label", texts(periods.iter().map(|period| &period.label))),
        (
            "n_days",
            numbers(
                periods.iter().map(|period| i64::from(period.end.days_since(period.start)) + 1),
            ),
        ),
        ("previous_start", days_column(periods.iter().map(|period| period.previous))),
        ("last_year_start", days_column(periods.iter().map(|period| period.last_year))),
    ])
}

/// `2024-08-26`, `2024-W35`, `2024-08`; months of whole weeks are `2024-P07`.
fn label(calendar: TradingCalendar, start: Day, frequency: Frequency) -> String {
    let place = calendar.place(start);
    match frequency {
        Frequency::Day => start.to_string(),
        Frequency::Week => format!("{}-W{:02}", place.week_year, place.week),
        Frequency::Month if calendar.pattern() == shelfcast_retail::YearPattern::Calendar => {
            format!("{}-{:02}", place.year, place.month)
        }
        Frequency::Month => format!("{}-P{:02}", place.year, place.month),
    }
}

fn named_days(rows: &[(&str, Day, &str)]) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_from_iter([
        ("country", texts(rows.iter().map(|row| row.0))),
        ("day", days_column(rows.iter().map(|row| row.1))),
        ("name", texts(rows.iter().map(|row| row.2))),
    ])
}

fn countries(config: &CalendarConfig) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_from_iter([
        ("location_id", texts(config.countries.keys())),
        ("country", texts(config.countries.values())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use shelfcast_retail::YearPattern;

    fn days() -> RangeInclusive<Day> {
        "2023-01-01".parse().unwrap()..="2025-12-31".parse().unwrap()
    }

    #[test]
    fn a_retail_year_is_laid_out_day_by_day() {
        let calendar = TradingCalendar::new(Weekday::Sunday)
            .with_year(YearPattern::FourFiveFour, 2, 1)
            .unwrap();
        let rows = day_rows(calendar, &days()).unwrap();
        assert_eq!(rows.num_rows(), 365 + 366 + 365);
        let periods = period_rows(calendar, &days()).unwrap();
        let labels = periods.column_by_name("label").unwrap().as_string::<i32>().clone();
        assert!(labels.iter().flatten().any(|label| label == "2023-W53"));
        assert!(labels.iter().flatten().any(|label| label == "2024-P12"));
    }

    #[test]
    fn periods_of_a_frequency_follow_one_another() {
        let periods = period_rows(TradingCalendar::default(), &days()).unwrap();
        let column = |name: &str| periods.column_by_name(name).unwrap().clone();
        let frequencies = column("frequency");
        let frequencies = frequencies.as_string::<i32>();
        let (starts, ends) = (column("period_start"), column("period_end"));
        let starts = starts.as_primitive::<Date32Type>();
        let ends = ends.as_primitive::<Date32Type>();
        for row in 1..periods.num_rows() {
            if frequencies.value(row) == frequencies.value(row - 1) {
                assert_eq!(ends.value(row - 1) + 1, starts.value(row));
            }
        }
    }
}
