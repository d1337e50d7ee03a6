//! `shelfcast series`: from a file to a file, without a project.

use crate::support::Desk;
use std::fmt::Write;

/// Two weekly shapes over 20 weeks of days, the second with a promotion now and then.
fn days() -> String {
    let mut text = "unique_id,ds,y,promotion\n".to_owned();
    let first = 19_723; // 2024-01-01, a Monday, in days since 1970.
    for (id, level) in [("milk", 20), ("bread", 35)] {
        for day in 0..147 {
            let acts = day % 17 < 2;
            let weekend = if day % 7 >= 5 { 10 } else { 0 };
            let units = (level + weekend + day * 13 % 5) * if acts { 2 } else { 1 };
            let y = if day < 140 { units.to_string() } else { String::new() };
            let date = civil(first + day);
            writeln!(text, "{id},{date},{y},{}", u8::from(acts)).unwrap();
        }
    }
    text
}

fn civil(days: i64) -> String {
    let (mut year, mut left) = (2024, days - 19_723);
    loop {
        let length = if year % 4 == 0 { 366 } else { 365 };
        if left < length {
            break;
        }
        (year, left) = (year + 1, left - length);
    }
    let february = if year % 4 == 0 { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month = lengths.iter().take_while(|length| {
        let fits = left >= **length;
        if fits {
            left -= **length;
        }
        fits
    });
    format!("{year}-{:02}-{:02}", month.count() + 1, left + 1)
}

#[test]
fn series_of_a_file_are_forecast_without_a_project() {
    let desk = Desk::new();
    desk.write("sales.csv", days());
    let plan = ["series", "sales.csv", "--horizon", "7", "--freq", "day", "--levels", "80,95"];
    let ended = desk.done(&plan);
    let rows: Vec<Vec<&str>> = ended.stdout.lines().map(|row| row.split(',').collect()).collect();
    assert_eq!(
        rows[0],
        [
            "unique_id",
            "ds",
            "mean",
            "median",
            "lo-80",
            "hi-80",
            "lo-95",
            "hi-95",
            "model",
            "status"
        ]
    );
    assert_eq!(rows.len(), 1 + 2 * 7);
    assert_eq!(rows[1][..2], ["bread", "2024-05-20"]);
    assert!(ended.stderr.contains("driver promotion: used by 2 series"), "{}", ended.stderr);
    assert!(ended.stderr.contains("2 series with 280 days: 2 regular"), "{}", ended.stderr);
    // The same on one thread, to a file, and from the same rows read backwards.
    let text = days();
    let (header, rows) = text.split_once('\n').unwrap();
    let backwards: Vec<&str> = rows.lines().rev().collect();
    desk.write("backwards.csv", format!("{header}\n{}\n", backwards.join("\n")));
    let mut plan = plan.to_vec();
    plan[1] = "backwards.csv";
    plan.extend(["--threads", "1", "--out", "out.csv"]);
    desk.done(&plan);
    assert_eq!(std::fs::read_to_string(desk.path("out.csv")).unwrap(), ended.stdout);
}

#[test]
fn a_row_at_fault_refuses_the_file_and_leaves_no_output() {
    let desk = Desk::new();
    desk.write("sales.csv", "unique_id,ds,y\nmilk,2024-01-01,3\nmilk,2024-01-02,NaN\n");
    let ended =
        desk.run(&["series", "sales.csv", "--horizon", "7", "--freq", "day", "--out", "out.csv"]);
    assert_eq!(ended.code, 1);
    assert_eq!(
        ended.stderr,
        "error[SC-6006]: sales.csv row 3: y is `NaN`; allowed are numbers from 0 to 1e15, and nothing \
         where it is not known\nhint: leave y empty where it is not known; move series that fall below 0 \
         up by a constant\n"
    );
    assert!(!desk.path("out.csv").exists());
    let ended = desk.run(&["series", "sales.csv", "--horizon", "0", "--freq", "day"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "the file is read first");
    let ended = desk.run(&["series", "sales.csv", "--horizon", "7", "--freq", "hour"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("allowed are day, week, month"), "{}", ended.stderr);
}
