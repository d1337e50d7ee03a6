//! From a file to a file, as a user has them.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

use shelfcast_forecast::{Frequency, Level, Method};
use shelfcast_series::{
    Columns, ForecastWriter, Plan, SeriesError, SeriesForecast, SeriesSet, Summary, forecast, read,
};
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, text: &str) -> PathBuf {
        let path = self.0.path().join("series.csv");
        std::fs::write(&path, text).unwrap();
        path
    }

    fn set(&self, text: &str) -> SeriesSet {
        read(&self.file(text), &Columns::default()).unwrap()
    }

    fn refused(&self, text: &str) -> String {
        let set = read(&self.file(text), &Columns::default());
        let failed = set.and_then(|set| all(&set, &monthly(3)).map(|_| ()));
        let message = failed.unwrap_err().to_string();
        message.replace(&self.0.path().join("series.csv").display().to_string(), "FILE")
    }
}

fn all(set: &SeriesSet, plan: &Plan) -> Result<(Vec<SeriesForecast>, Summary), SeriesError> {
    let mut forecasts = vec![];
    let summary = forecast(set, plan, |series| {
        forecasts.extend_from_slice(series);
        Ok(())
    })?;
    Ok((forecasts, summary))
}

fn monthly(horizon: usize) -> Plan {
    Plan::new(Frequency::Month, 12, horizon)
}

fn month(number: usize) -> String {
    format!("{}-{:02}-01", 2015 + number / 12, number % 12 + 1)
}

/// Months of three series that share a season; `line` may change a row or leave it out.
fn three(mut line: impl FnMut(&str, usize, f64) -> Option<String>) -> String {
    let mut text = "unique_id,ds,y\n".to_owned();
    for (position, id) in ["b", "a", "c"].into_iter().enumerate() {
        for number in 0..60 {
            let season = [1.0, 1.2, 0.8, 1.0, 1.1, 0.9, 1.0, 1.3, 0.7, 1.0, 1.0, 1.0][number % 12];
            let units = (100.0 * season + (number * 7919 % 13) as f64) * (position + 1) as f64;
            text += &line(id, number, units).unwrap_or_default();
        }
    }
    text
}

fn row(id: &str, number: usize, units: f64) -> String {
    format!("{id},{},{units}\n", month(number))
}

#[test]
fn neither_the_order_of_rows_nor_threads_change_a_byte() {
    let desk = Desk::new();
    let text = three(|id, number, units| Some(row(id, number, units)));
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_by_key(|row| {
        row.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31) ^ u32::from(byte))
    });
    let shuffled = format!("{header}\n{}\n", rows.join("\n"));
    let bytes = |text: &str, threads| {
        let set = desk.set(text);
        let plan = monthly(6).with_threads(NonZeroUsize::new(threads).unwrap());
        let (forecasts, _) = all(&set, &plan).unwrap();
        let mut out =
            ForecastWriter::csv(vec![], Path::new("-"), set.stamp_kind(), &plan.levels).unwrap();
        out.write(&forecasts).unwrap();
        String::from_utf8(out.into_inner().unwrap()).unwrap()
    };
    let expected = bytes(&text, 1);
    assert!(expected.starts_with(
        "unique_id,ds,mean,median,lo-80,hi-80,lo-95,hi-95,model,status\na,2020-01-01,"
    ));
    assert_eq!(expected.lines().count(), 1 + 3 * 6);
    assert_eq!(bytes(&shuffled, 1), expected);
    assert_eq!(bytes(&shuffled, 3), expected);
}

#[test]
fn intervals_are_nested_and_follow_the_season() {
    let desk = Desk::new();
    let set = desk.set(&three(|id, number, units| Some(row(id, number, units))));
    let (forecasts, summary) = all(&set, &monthly(12)).unwrap();
    for series in &forecasts {
        let [narrow, wide] = &series.forecast.intervals[..] else { panic!("two levels") };
        for step in 0..12 {
            assert!(wide.lower[step] <= narrow.lower[step]);
            assert!(narrow.upper[step] <= wide.upper[step]);
        }
        // August is 1.3, September 0.7.
        assert!(series.forecast.mean[7] > 1.4 * series.forecast.mean[8], "{}", series.id);
        assert_eq!((series.model, series.status), ("combination", "regular"));
    }
    assert_eq!((summary.series, summary.periods, summary.missing), (3, 180, 0));
    let points: usize = summary.coverage.iter().map(|measured| measured.points).sum();
    assert_eq!(points, 3 * 12 * 2, "a year of three series at two levels was held out");
}

#[test]
fn a_period_without_a_row_is_missing_and_not_zero() {
    let desk = Desk::new();
    let is_gap = |id: &str, number: usize| id == "a" && (20..26).contains(&number);
    let mean = |text: &str| {
        let (forecasts, summary) = all(&desk.set(text), &monthly(6)).unwrap();
        (forecasts[0].forecast.mean.clone(), summary.missing)
    };
    let gap = three(|id, number, units| (!is_gap(id, number)).then(|| row(id, number, units)));
    let empty = three(|id, number, units| {
        Some(match is_gap(id, number) {
            true => format!("{id},{},\n", month(number)),
            false => row(id, number, units),
        })
    });
    let zero = three(|id, number, units| {
        Some(row(id, number, if is_gap(id, number) { 0.0 } else { units }))
    });
    assert_eq!(mean(&gap), mean(&empty));
    assert_eq!(mean(&gap).1, 6);
    assert_ne!(mean(&gap).0, mean(&zero).0);
}

#[test]
fn numbers_and_month_ends_go_on_as_they_are() {
    let desk = Desk::new();
    let numbered = three(|id, number, units| Some(format!("{id},{},{units}\n", number + 1)));
    let (forecasts, _) = all(&desk.set(&numbered), &monthly(3)).unwrap();
    assert_eq!(forecasts[0].stamps, [61, 62, 63]);
    let ends = "unique_id,ds,y\nA,2023-11-30,4\nA,2023-12-31,5\n";
    let set = desk.set(ends);
    let (forecasts, _) = all(&set, &monthly(3)).unwrap();
    let stamps: Vec<String> =
        forecasts[0].stamps.iter().map(|stamp| set.stamp_text(*stamp)).collect();
    assert_eq!(stamps, ["2024-01-31", "2024-02-29", "2024-03-31"]);
}

#[test]
fn short_and_empty_series_have_a_status() {
    let desk = Desk::new();
    let mut text = three(|id, number, units| Some(row(id, number, units)));
    text += "empty,2020-01-01,\nshort,2019-11-01,30\nshort,2019-12-01,40\n";
    (0..48).for_each(|number| writeln!(text, "zero,{},0", month(number)).unwrap());
    let (forecasts, summary) = all(&desk.set(&text), &monthly(3)).unwrap();
    let of = |id| forecasts.iter().find(|series| series.id == id).unwrap();
    let told = |id| (of(id).model, of(id).status);
    assert_eq!(told("empty"), ("pooled_shape", "new"));
    assert_eq!(told("short"), ("pooled_shape", "new"));
    assert_eq!(told("zero"), ("no_demand", "no_demand"));
    assert_eq!(of("zero").forecast.mean, [0.0; 3]);
    assert!(of("short").forecast.mean.iter().all(|mean| (20.0..80.0).contains(mean)));
    assert_eq!(summary.statuses["new"], 2);
}

#[test]
fn what_a_row_cannot_be_is_refused_with_its_number() {
    let desk = Desk::new();
    let head = "unique_id,ds,y\nA,2024-01-01,1\n";
    for value in ["NaN", "inf", "-1", "many", "1e16"] {
        assert_eq!(
            desk.refused(&format!("{head}A,2024-02-01,{value}\n")),
            format!(
                "FILE row 3: y is `{value}`; allowed are numbers from 0 to 1e15, and nothing where it is not known"
            )
        );
    }
    assert_eq!(
        desk.refused(&format!("{head}B,2024-01-01,1\nA,2024-01-01,2\n")),
        "series `A` has 2024-01-01 twice: rows 2 and 4"
    );
    assert_eq!(
        desk.refused(&format!("{head}A,2024-02-02,2\n")),
        "series `A` row 2: ds is 2024-01-01, which is not a whole month from 2024-01-01"
    );
    assert!(
        desk.refused(&format!("{head}A,7,2\n"))
            .ends_with("where others are days; allowed is one kind")
    );
    assert!(
        desk.refused(&format!("{head}A,01/02/2024,2\n"))
            .starts_with("FILE row 3: ds is `01/02/2024`")
    );
    assert_eq!(desk.refused(&format!("{head},2024-02-01,2\n")), "FILE row 3: unique_id is empty");
    assert_eq!(
        desk.refused(&format!("{head}A,2024-02-01\n")),
        "FILE row 3: found 2 fields; the header has 3"
    );
    assert!(
        desk.refused(&format!("{head}A,9024-01-01,1\n"))
            .starts_with("series `A` goes from 2024-01-01 to 9024-01-01")
    );
}

#[test]
fn a_column_that_is_not_there_is_named_with_the_likely_one() {
    let desk = Desk::new();
    let error = read(&desk.file("unique_ID,ds,y\nA,1,2\n"), &Columns::default()).unwrap_err();
    assert_eq!(error.code(), "SC-6001");
    assert_eq!(error.hint().unwrap(), "did you mean `unique_ID`?");
    let columns = Columns { drivers: Some(vec!["promo".into()]), prices: vec![] };
    let error = read(&desk.file("unique_id,ds,y,promotion\nA,1,2,1\n"), &columns).unwrap_err();
    assert_eq!(error.hint().unwrap(), "did you mean `promotion`?");
}

/// Days on which a promotion adds half, known a week ahead.
fn promoted(days_ahead: usize) -> String {
    let mut text = "unique_id,ds,y,promotion,region\n".to_owned();
    for id in ["A", "B", "C", "D", "E", "F"] {
        for day in 0..280 + days_ahead {
            let acts = day % 20 < 3;
            let units = 40.0 + (day * 7919 % 11) as f64;
            let y = if day < 280 {
                (units * if acts { 1.5 } else { 1.0 }).round().to_string()
            } else {
                String::new()
            };
            writeln!(text, "{id},{day},{y},{},0", u8::from(acts)).unwrap();
        }
    }
    text
}

#[test]
fn a_promotion_known_ahead_raises_the_forecast() {
    let desk = Desk::new();
    let plan = Plan::new(Frequency::Day, 7, 7);
    let (given, summary) = all(&desk.set(&promoted(7)), &plan).unwrap();
    let (plain, unsaid) = all(&desk.set(&promoted(0)), &plan).unwrap();
    assert_eq!((summary.drivers[0].silent, summary.drivers[0].ahead), (0, 42));
    assert_eq!((unsaid.drivers[0].silent, unsaid.drivers[0].ahead), (42, 42));
    for (given, plain) in given.iter().zip(&plain) {
        // Day 280 begins a promotion of three days.
        for step in 0..7 {
            let ratio = given.forecast.mean[step] / plain.forecast.mean[step];
            let expected = if step < 3 { 1.5 } else { 1.0 };
            assert!((ratio - expected).abs() < 0.08, "step {step}: {ratio}");
        }
    }
    assert_eq!((summary.drivers[0].name.as_str(), summary.drivers[0].used), ("promotion", 6));
    assert_eq!((summary.drivers[1].name.as_str(), summary.drivers[1].used), ("region", 0));
    assert_eq!(summary.drivers[1].unused["never changed while demand was observed"], 6);
}

#[test]
fn a_driver_that_is_no_number_is_refused_and_may_be_left_out() {
    let desk = Desk::new();
    let text = "unique_id,ds,y,place\nA,1,2,north\nA,2,3,north\n";
    let error = read(&desk.file(text), &Columns::default()).unwrap_err();
    assert_eq!(error.code(), "SC-6007");
    let columns = Columns { drivers: Some(vec![]), prices: vec![] };
    assert!(read(&desk.file(text), &columns).unwrap().drivers().is_empty());
}

#[test]
fn parquet_says_what_text_says() {
    let desk = Desk::new();
    let plan = monthly(4).with_levels(vec![Level::new(0.9).unwrap()]);
    let set = desk.set(&three(|id, number, units| Some(row(id, number, units))));
    let path = desk.0.path().join("forecasts.parquet");
    let mut writer = ForecastWriter::create(&path, set.stamp_kind(), &plan.levels).unwrap();
    let (forecasts, _) = all(&set, &plan).unwrap();
    writer.write(&forecasts).unwrap();
    writer.finish().unwrap();
    // The table is long rows itself: its mean, read back as a series.
    let reader = shelfcast_sources::TextReader::open(&path, &Default::default()).unwrap();
    assert_eq!(
        reader.profile().headers,
        ["unique_id", "ds", "mean", "median", "lo-90", "hi-90", "model", "status"]
    );
    let chunk = reader.map(Result::unwrap).next().unwrap();
    assert_eq!(chunk.rows(), 12);
    assert_eq!(chunk.column("ds").unwrap().value(0), "2020-01-01");
    let mean: f64 = chunk.column("mean").unwrap().value(5).parse().unwrap();
    assert_eq!(mean, forecasts[1].forecast.mean[1]);
}

#[test]
fn methods_that_are_named_are_the_only_ones() {
    let desk = Desk::new();
    let set = desk.set(&three(|id, number, units| Some(row(id, number, units))));
    let (forecasts, _) = all(&set, &monthly(2).with_methods(vec![Method::Theta])).unwrap();
    assert!(forecasts.iter().all(|series| series.model == "theta"));
}

#[test]
fn a_plan_that_cannot_be_is_told_before_any_series() {
    let desk = Desk::new();
    let set = desk.set("unique_id,ds,y\nA,1,2\n");
    for plan in [monthly(0), Plan::new(Frequency::Day, 0, 7), monthly(3).with_origins(1000)] {
        assert_eq!(all(&set, &plan).unwrap_err().code(), "SC-6013");
    }
}
