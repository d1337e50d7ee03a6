//! However the rows arrive, the lake says the same: split, repeated, late, mended, taken back.

use crate::support::{Desk, Ended};
use std::fmt::Write as _;

const HEADER: &str = "sale_id,sold_at,product_id,customer_id,quantity,unit_price";

/// Sales of a few weeks; every seventh row stands twice, as some exports have it.
fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for number in 0..60_u32 {
        let row = format!(
            "s{},2024-01-{:02}T10:{:02}:00,p{},c{},{},{}.50",
            number / 3,
            1 + number / 3,
            number % 60,
            number % 5,
            number % 4,
            1 + number % 3,
            1 + number % 7
        );
        rows.push(row.clone());
        if number % 7 == 0 {
            rows.push(row);
        }
    }
    rows
}

fn config(corrections: &str) -> String {
    let mut columns = String::new();
    for column in HEADER.split(',') {
        let _ = writeln!(columns, "{column} = \"{column}\"");
    }
    format!(
        "[project]\nname = \"shop\"\n\n[[sources]]\nfeed = \"sales\"\nfiles = [\"in/*.csv\"]\n\
         corrections = \"{corrections}\"\n[sources.columns]\n{columns}"
    )
}

fn shop(corrections: &str) -> Desk {
    let desk = Desk::new();
    desk.write("shop/shelfcast.toml", config(corrections));
    desk
}

fn file<'r>(desk: &Desk, name: &str, rows: impl IntoIterator<Item = &'r String>) {
    let rows: Vec<&str> = rows.into_iter().map(String::as_str).collect();
    desk.write(&format!("shop/in/{name}.csv"), format!("{HEADER}\n{}\n", rows.join("\n")));
}

fn ingest(desk: &Desk) -> Ended {
    desk.done(&["-C", "shop", "ingest"])
}

/// What the models see; a line that no file names is counted within its file, and no part of it.
fn sales(desk: &Desk) -> String {
    let sql = format!("select {HEADER}, kind from staging.sales order by {HEADER}, kind");
    desk.done(&["-C", "shop", "query", &sql, "--format", "csv"]).stdout
}

/// A little generator, so that every run tries the same splits.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

#[test]
fn any_split_any_order_and_any_repetition_give_the_same_sales() {
    let rows = rows();
    let whole = shop("none");
    file(&whole, "all", &rows);
    ingest(&whole);
    let expected = sales(&whole);
    assert_eq!(expected.lines().count(), 61);
    let mut dice = Dice(7);
    for _ in 0..6 {
        let desk = shop("none");
        let n_files = 2 + dice.roll(3);
        // Every row goes to one file or, like rows of an overlapping delivery, to two.
        let mut parts: Vec<Vec<&String>> = vec![Vec::new(); n_files];
        for row in &rows {
            let first = dice.roll(n_files);
            parts[first].push(row);
            if dice.roll(3) == 0 {
                parts[dice.roll(n_files)].push(row);
            }
        }
        let mut order: Vec<usize> = (0..n_files).collect();
        order.sort_by_key(|_| dice.roll(1_000));
        for part in order.iter().chain(&order[..1]) {
            if !parts[*part].is_empty() {
                file(&desk, &format!("part{part}"), parts[*part].iter().copied());
                ingest(&desk);
            }
        }
        assert_eq!(sales(&desk), expected);
    }
}

#[test]
fn a_file_sent_again_under_another_name_changes_nothing() {
    let desk = shop("none");
    file(&desk, "monday", &rows());
    ingest(&desk);
    let before = sales(&desk);
    file(&desk, "monday (1)", &rows());
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("came in before"), "{}", ended.stderr);
    assert_eq!(sales(&desk), before);
}

#[test]
fn rows_of_an_overlapping_file_are_counted_once_and_told_with_their_money() {
    let desk = shop("none");
    let rows = rows();
    file(&desk, "week1", &rows[..40]);
    ingest(&desk);
    file(&desk, "week2", &rows[20..]);
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("repeated"), "{}", ended.stderr);
    let batches = desk.rows(
        "shop",
        "select rows_read, rows_accepted, rows_rejected, rows_repeated from raw.batches \
         order by sequence",
    );
    for batch in &batches {
        let number = |name: &str| batch[name].as_i64().unwrap();
        assert_eq!(
            number("rows_read"),
            number("rows_accepted") + number("rows_rejected") + number("rows_repeated")
        );
    }
    let whole = shop("none");
    file(&whole, "all", &rows);
    ingest(&whole);
    assert_eq!(sales(&desk), sales(&whole));
    let listed = desk.done(&["-C", "shop", "rejects"]).stdout;
    assert!(listed.contains("does not count"), "{listed}");
}

#[test]
fn taking_a_batch_back_brings_back_what_hid_behind_it() {
    let desk = shop("none");
    let rows = rows();
    file(&desk, "a", &rows[..30]);
    ingest(&desk);
    file(&desk, "b", &rows[10..40]);
    ingest(&desk);
    file(&desk, "c", &rows[20..]);
    ingest(&desk);
    desk.done(&["-C", "shop", "retract", "in/a.csv"]);
    let others = shop("none");
    file(&others, "all", &rows[10..]);
    ingest(&others);
    assert_eq!(sales(&desk), sales(&others));
    desk.done(&["-C", "shop", "retract", "2"]);
    let others = shop("none");
    file(&others, "all", &rows[20..]);
    ingest(&others);
    assert_eq!(sales(&desk), sales(&others));
    // What was taken back stays out until it is asked for.
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("left out in/a.csv"), "{}", ended.stderr);
    desk.done(&["-C", "shop", "ingest", "shop/in/a.csv", "shop/in/b.csv"]);
    let whole = shop("none");
    file(&whole, "all", &rows);
    ingest(&whole);
    assert_eq!(sales(&desk), sales(&whole));
    let ended = desk.run(&["-C", "shop", "retract", "nothing"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("error[SC-4012]"), "{}", ended.stderr);
}

#[test]
fn a_new_mapping_takes_the_place_of_the_old_one() {
    let desk = shop("none");
    file(&desk, "a", &rows());
    ingest(&desk);
    let n_rows = desk.value("shop", "select count(*) as value from staging.sales");
    let config = config("none").replace("unit_price = \"unit_price\"", "total = \"unit_price\"");
    desk.write("shop/shelfcast.toml", config);
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("1 batch replaced"), "{}", ended.stderr);
    assert_eq!(desk.value("shop", "select count(*) as value from staging.sales"), n_rows);
    let sql = "select count(*) as value from staging.sales where total is null";
    assert_eq!(desk.value("shop", sql), "0");
}

#[test]
fn a_file_of_the_same_name_corrects_the_earlier_one_where_the_source_says_so() {
    let desk = shop("by_file_name");
    let rows = rows();
    file(&desk, "month", &rows[..30]);
    ingest(&desk);
    file(&desk, "month", &rows[25..50]);
    ingest(&desk);
    let others = shop("none");
    file(&others, "all", &rows[25..50]);
    ingest(&others);
    assert_eq!(sales(&desk), sales(&others));
}

#[test]
fn a_file_that_is_refused_by_a_rule_replaces_nothing() {
    let desk = shop("by_file_name");
    let rows = rows();
    let contract = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/sales.odcs.yaml"),
    )
    .unwrap();
    let band = "    quality:\n      - name: row_count\n        metric: rowCount\n        \
                mustBeGreaterThan: 9\n        severity: reject_file\n      - name: total\n";
    let contract = contract.replacen("    quality:\n      - name: total\n", band, 1);
    assert!(contract.contains("mustBeGreaterThan"));
    desk.write("shop/sales.odcs.yaml", contract);
    let config = format!("{}\n[contracts]\nsales = \"sales.odcs.yaml\"\n", config("by_file_name"));
    desk.write("shop/shelfcast.toml", config);
    file(&desk, "month", &rows[..30]);
    ingest(&desk);
    let before = sales(&desk);
    file(&desk, "month", &rows[..3]);
    let ended = desk.run(&["-C", "shop", "ingest"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("error[SC-1107]"), "{}", ended.stderr);
    assert_eq!(sales(&desk), before);
    // What was refused is tried again, and may come in when it is whole.
    assert_eq!(desk.run(&["-C", "shop", "ingest"]).code, 1);
    file(&desk, "month", &rows[..20]);
    ingest(&desk);
    let others = shop("none");
    file(&others, "all", &rows[..20]);
    ingest(&others);
    assert_eq!(sales(&desk), sales(&others));
}

#[test]
fn a_wide_file_that_grows_by_a_column_counts_once() {
    let desk = Desk::new();
    let wide = |weeks: &str, units: &str| {
        desk.write("in/weeks.csv", format!("SKU,{weeks}\nTEA,{units}\n"));
    };
    wide("2024-01-01,2024-01-08,2024-01-15,2024-01-22,2024-01-29,2024-02-05", "1,2,3,4,5,6");
    let proposed = desk.run(&["init", "shop", "--from", "in/weeks.csv"]);
    desk.done(&["-C", "shop", "ingest"]);
    let units = "select cast(sum(quantity) as bigint) as value from staging.sales";
    assert_eq!(desk.value("shop", units), "21", "{}", proposed.stderr);
    wide(
        "2024-01-01,2024-01-08,2024-01-15,2024-01-22,2024-01-29,2024-02-05,2024-02-12",
        "1,2,3,4,5,6,7",
    );
    desk.done(&["-C", "shop", "ingest"]);
    assert_eq!(desk.value("shop", units), "28");
}

#[test]
fn the_last_word_on_a_key_holds_where_the_source_says_so() {
    let desk = Desk::new();
    let config =
        config("by_key").replace("[sources.columns]\n", "[sources.columns]\nline = \"line\"\n");
    desk.write("shop/shelfcast.toml", &config);
    let first = "sale_id,line,sold_at,product_id,customer_id,quantity,unit_price\n\
                 s1,1,2024-01-02,p1,c1,2,3.00\ns1,2,2024-01-02,p2,c1,1,5.00\n";
    desk.write("shop/in/a.csv", first);
    ingest(&desk);
    desk.write("shop/in/b.csv", first.replace("p1,c1,2,", "p1,c1,7,"));
    ingest(&desk);
    let units = "select cast(sum(quantity) as bigint) as value from staging.sales";
    assert_eq!(desk.value("shop", units), "8");
    desk.done(&["-C", "shop", "retract", "in/b.csv"]);
    assert_eq!(desk.value("shop", units), "3");

    // Without the rule the first word holds and the second is refused with its reason.
    let desk = Desk::new();
    desk.write("shop/shelfcast.toml", config.replace("by_key", "none"));
    desk.write("shop/in/a.csv", first);
    ingest(&desk);
    desk.write("shop/in/b.csv", first.replace("p1,c1,2,", "p1,c1,7,"));
    let ended = ingest(&desk);
    assert_eq!(desk.value("shop", units), "3");
    assert!(ended.stderr.contains("refused by unique: 1 row"), "{}", ended.stderr);
    let refused = desk.rows("shop", "select message, text from raw.rejected");
    let message = refused[0]["message"].as_str().unwrap();
    assert!(message.contains("the same sale_id, line as row 2 of in/a.csv"), "{message}");
    assert!(refused[0]["text"].as_str().unwrap().contains("p1,c1,7"));
}

#[test]
fn refused_rows_are_written_out_mended_and_let_in() {
    let desk = shop("none");
    let mut rows = rows();
    rows[4] = rows[4].replace(",p", ",");
    rows[4] = format!("{},2024-01-02T10:00:00,p1,c1,\"13,75\",1.50", "s99");
    file(&desk, "a", &rows);
    ingest(&desk);
    desk.done(&["-C", "shop", "rejects", "--export", "mend"]);
    let exported = std::fs::read_to_string(desk.path("mend/sales/in__a.csv")).unwrap();
    assert_eq!(exported, format!("{HEADER}\n{}\n", rows[4]));
    let reasons = std::fs::read_to_string(desk.path("mend/reasons.csv")).unwrap();
    assert!(reasons.contains("in/a.csv,6,") && reasons.contains("quantity"), "{reasons}");
    desk.write("shop/in/mended.csv", exported.replace("\"13,75\"", "13.75"));
    ingest(&desk);
    let sql = "select quantity as value from staging.sales where sale_id = 's99'";
    assert_eq!(desk.value("shop", sql), "13.75");
    let ended = desk.run(&["-C", "shop", "rejects", "--export", "mend"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("error[SC-5009]"), "{}", ended.stderr);
}

#[test]
fn upkeep_changes_nothing_that_can_be_seen() {
    let desk = shop("none");
    let rows = rows();
    for (number, part) in rows.chunks(10).enumerate() {
        file(&desk, &format!("part{number}"), part);
        ingest(&desk);
    }
    let before = sales(&desk);
    let ended = desk.done(&["-C", "shop", "maintain", "--keep-days", "0"]);
    assert!(ended.stderr.contains("raw.sales: its files are one now"), "{}", ended.stderr);
    assert_eq!(sales(&desk), before);
    ingest(&desk);
    assert_eq!(sales(&desk), before);
    let ended = desk.run(&["-C", "shop", "query", "select 1", "--as-of", "2020-01-01T00:00:00Z"]);
    assert!(ended.stderr.contains("error[SC-4011]"), "{}", ended.stderr);
}
