//! Sales without a sale number: equal rows are sales of their own, and known again in other files.

use crate::support::Desk;

const HEADER: &str = "Date,SKU,Qty,Price\n";

/// Two equal teas and a cup on the first day.
const DAY_1: [&str; 3] = ["2024-05-01,TEA,1,3.50", "2024-05-01,TEA,1,3.50", "2024-05-01,CUP,1,9"];
/// What the first day's list lacked, and the second day.
const LATER: [&str; 3] =
    ["2024-05-01,TEA,1,3.50", "2024-05-02,TEA,1,3.50", "2024-05-02,TEA,1,3.50"];

fn write(desk: &Desk, name: &str, rows: &[&str]) {
    desk.write(&format!("in/{name}"), format!("{HEADER}{}\n", rows.join("\n")));
}

fn units(desk: &Desk) -> String {
    let sql = "select product_id, cast(sum(quantity) as bigint) as units from staging.sales \
               group by product_id order by product_id";
    let rows = desk.rows("shop", sql);
    let texts = rows.iter().map(|row| format!("{} {}", row["product_id"], row["units"]));
    texts.collect::<Vec<_>>().join(", ").replace('"', "")
}

/// A project that takes every list in `in`, of which the first has come in.
fn shop(corrections: &str) -> Desk {
    let desk = Desk::new();
    project(&desk, corrections);
    desk.done(&["-C", "shop", "ingest"]);
    desk
}

fn project(desk: &Desk, corrections: &str) {
    write(desk, "may.csv", &DAY_1);
    let proposed = desk.done(&["init", "shop", "--from", "in/may.csv"]);
    assert!(
        proposed.stderr.contains("every row counts, of equal ones each"),
        "{}",
        proposed.stderr
    );
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    assert!(config.contains("duplicates = \"keep\""), "{config}");
    let config = config.replace("../in/may.csv", "../in/*");
    desk.write("shop/shelfcast.toml", config.replace("by_file_name", corrections));
}

#[test]
fn equal_sales_without_a_number_all_count() {
    let desk = shop("by_file_name");
    assert_eq!(units(&desk), "CUP 1, TEA 2");
    assert_eq!(desk.value("shop", "select count(*) as value from raw.rejected"), "0");
}

#[test]
fn a_list_that_grows_or_overlaps_counts_each_sale_once() {
    let all = [&DAY_1[..], &LATER[..]].concat();
    for corrections in ["by_file_name", "none"] {
        // By hand: three teas on the first day, two on the second, one cup.
        let grown = shop(corrections);
        write(&grown, "may.csv", &all);
        grown.done(&["-C", "shop", "ingest"]);
        assert_eq!(units(&grown), "CUP 1, TEA 5", "{corrections}");
        let overlapping = shop(corrections);
        write(&overlapping, "until-june.csv", &all);
        let ended = overlapping.done(&["-C", "shop", "ingest"]);
        assert!(ended.stderr.contains("3 rows, 3 repeated"), "{}", ended.stderr);
        assert_eq!(units(&overlapping), "CUP 1, TEA 5", "{corrections}");
        // Taken back, the first list leaves what the second brought: all of it.
        overlapping.done(&["-C", "shop", "retract", "../in/may.csv"]);
        assert_eq!(units(&overlapping), "CUP 1, TEA 5", "{corrections}");
    }
}

#[test]
fn a_copy_of_a_list_does_not_outlive_its_correction() {
    let desk = shop("by_file_name");
    write(&desk, "may.csv.bak", &DAY_1);
    desk.done(&["-C", "shop", "ingest"]);
    assert_eq!(units(&desk), "CUP 1, TEA 2");
    write(
        &desk,
        "may.csv",
        &DAY_1.map(|row| row.replace(",1,", ",7,")).each_ref().map(String::as_str),
    );
    for _ in 0..2 {
        desk.done(&["-C", "shop", "ingest"]);
        assert_eq!(units(&desk), "CUP 7, TEA 14");
    }
    // Back to what it was: the file itself may come in again.
    write(&desk, "may.csv", &DAY_1);
    desk.done(&["-C", "shop", "ingest"]);
    assert_eq!(units(&desk), "CUP 1, TEA 2");
}

/// A copy of the first list whose name comes before its own, brought with it or before it.
fn with_copy(arrive_apart: bool) -> Desk {
    let desk = Desk::new();
    project(&desk, "by_file_name");
    write(&desk, "copy-of-may.csv", &DAY_1);
    if arrive_apart {
        desk.done(&["-C", "shop", "ingest", "in/copy-of-may.csv"]);
    }
    desk.done(&["-C", "shop", "ingest"]);
    assert_eq!(units(&desk), "CUP 1, TEA 2");
    desk
}

#[test]
fn a_copy_whose_name_comes_first_does_not_outlive_the_correction_either() {
    let mended = DAY_1.map(|row| row.replace(",1,", ",7,"));
    for arrive_apart in [false, true] {
        let desk = with_copy(arrive_apart);
        write(&desk, "may.csv", &mended.each_ref().map(String::as_str));
        desk.done(&["-C", "shop", "ingest"]);
        assert_eq!(units(&desk), "CUP 7, TEA 14");
        let ended = desk.done(&["-C", "shop", "ingest"]);
        assert_eq!(units(&desk), "CUP 7, TEA 14");
        let told = "left out ../in/copy-of-may.csv (sales): it is what ../in/may.csv was before";
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
        // Back to what it was: the file itself may come in again, and its copy adds nothing.
        write(&desk, "may.csv", &DAY_1);
        desk.done(&["-C", "shop", "ingest"]);
        assert_eq!(units(&desk), "CUP 1, TEA 2");
    }
}

#[test]
fn a_copy_that_is_asked_for_counts_until_the_file_is_one_again() {
    let desk = with_copy(false);
    let mended = DAY_1.map(|row| row.replace(",1,", ",7,"));
    write(&desk, "may.csv", &mended.each_ref().map(String::as_str));
    desk.done(&["-C", "shop", "ingest"]);
    desk.done(&["-C", "shop", "ingest", "in/copy-of-may.csv"]);
    for _ in 0..2 {
        assert_eq!(units(&desk), "CUP 8, TEA 16");
        desk.done(&["-C", "shop", "ingest"]);
    }
    write(&desk, "may.csv", &DAY_1);
    let ended = desk.done(&["-C", "shop", "ingest"]);
    assert_eq!(units(&desk), "CUP 1, TEA 2");
    assert!(ended.stderr.contains("1 batch replaced by what came in"), "{}", ended.stderr);
}
