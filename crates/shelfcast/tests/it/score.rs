//! Faults put in on purpose and found again; stock and forecasts against the truth.

use crate::support::Desk;
use std::collections::BTreeMap;

/// The lines below a header of `score`'s output, by their first word.
fn section(text: &str, header: &str) -> BTreeMap<String, Vec<String>> {
    let from = text.lines().skip_while(|line| !line.starts_with(header)).skip(1);
    from.take_while(|line| !line.is_empty())
        .map(|line| {
            let mut fields = line.split('\t').map(str::to_owned);
            (fields.next().unwrap(), fields.collect())
        })
        .collect()
}

#[test]
fn faults_that_can_be_seen_are_found_and_nothing_else_is_blamed() {
    let desk = Desk::new();
    let size = ["--size", "shop", "--seed", "11", "--days", "200", "--sales", "60000"];
    let to = ["--out", "shop/data", "--truth", "truth", "--dirt", "0.02"];
    desk.done(&[&["simulate"][..], &size, &to].concat());
    crate::support::shop_from(&desk, &desk.path("shop/data"));
    let scored = desk.done(&["-C", "shop", "score", "--truth", "truth"]).stdout;
    let faults = section(&scored, "fault\t");
    let mut seen = 0;
    for (fault, fields) in &faults {
        let [expected, _, _, recall, precision] = &fields[..] else { panic!("{scored}") };
        if ["rejected", "hidden", "told"].contains(&expected.as_str()) {
            let share = |text: &str| text.parse::<f64>().unwrap();
            assert!(share(recall) >= 0.98 && share(precision) >= 0.98, "{fault}: {scored}");
            seen += 1;
        } else {
            assert_eq!(recall, "-", "{fault}: {scored}");
        }
    }
    assert_eq!(seen, 9, "{scored}");
    // A count is what lies on the shelf, but for the counts that were spoilt.
    let counted: f64 = section(&scored, "stock\t")["counted"][1].parse().unwrap();
    assert!(counted > 0.95, "{scored}");
    assert!(section(&scored, "demand\t").contains_key("all"), "{scored}");
}

/// The rows of a CSV file whose fields hold no comma, each by its columns' names.
fn rows(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines.map(|line| names.iter().copied().zip(line.split(',')).collect()).collect()
}

#[test]
fn with_full_movements_the_ledger_is_the_shops_own_book_to_the_unit() {
    let desk = Desk::new();
    let size = ["--size", "shop", "--seed", "23", "--days", "150", "--sales", "30000"];
    desk.done(&[&["simulate"][..], &size, &["--out", "data", "--truth", "truth"]].concat());
    crate::support::shop_from(&desk, &desk.path("data"));
    let sql = "select product_id || ' ' || location_id || ' ' || day as cell, \
               cast(on_hand_low as bigint) as low, cast(on_hand_high as bigint) as high, basis \
               from marts.stock_ledger where basis in ('counted', 'derived')";
    let ledger = desk.done(&["-C", "shop", "query", sql, "--format", "csv"]).stdout;
    let known: BTreeMap<&str, [&str; 2]> =
        rows(&ledger).iter().map(|row| (row["cell"], [row["low"], row["high"]])).collect();
    let truth = std::fs::read_to_string(desk.path("truth/latent_demand.csv")).unwrap();
    let mut compared = 0;
    for day in rows(&truth) {
        let cell = format!("{} {} {}", day["product_id"], day["location_id"], day["day"]);
        if let Some(stock) = known.get(cell.as_str()) {
            assert_eq!(*stock, [day["book_close"]; 2], "{cell}");
            compared += 1;
        }
    }
    // Days on which nothing happened are not in the truth; those before the first count are not
    // in the ledger as known.
    assert!(compared > 10_000, "{compared} of {}", known.len());
}

#[test]
fn a_folder_without_truth_is_told() {
    let desk = Desk::new();
    desk.done(&["simulate", "--size", "sample", "--seed", "7", "--out", "data"]);
    crate::support::shop_from(&desk, &desk.path("data"));
    std::fs::create_dir(desk.path("empty")).unwrap();
    let ended = desk.run(&["-C", "shop", "score", "--truth", "empty"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("latent_demand.csv"), "{}", ended.stderr);
}

#[test]
fn impossible_worlds_are_refused_before_any_work() {
    let desk = Desk::new();
    for (arguments, told) in [
        (&["--customers", "0"][..], "setting `customers` is 0"),
        (&["--customers", "900000"], "setting `customers` is 900000; allowed are 1 to 50000"),
        (&["--sales", "1000000000000"], "setting `sales` is 1000000000000"),
        (&["--part", "3/2"], "part 3 of 2"),
        (&["--last-day", "tomorrow"], "--last-day is `tomorrow`"),
    ] {
        let shop = ["simulate", "--size", "shop", "--seed", "7", "--out", "data"];
        let ended = desk.run(&[&shop[..], arguments].concat());
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
        assert!(!desk.path("data").exists());
    }
    for arguments in [["--days=-4", "--seed=7"], ["--days=4", "--seed=seven"]] {
        let ended =
            desk.run(&[&["simulate", "--size", "shop", "--out", "data"][..], &arguments].concat());
        assert_eq!(ended.code, 2, "{}", ended.stderr);
    }
}
