//! The next file comes in by itself, and a file that no source takes is not passed over in silence.

use crate::support::Desk;

const HEADER: &str = "Invoice,Invoice Date,SKU,Qty,Price,Flavour\n";

fn write(desk: &Desk, name: &str, rows: &str) {
    desk.write(&format!("in/{name}"), format!("{HEADER}{rows}\n"));
}

fn n_sales(desk: &Desk) -> String {
    desk.value("shop", "select count(*) as value from staging.sales")
}

#[test]
fn a_file_of_the_next_month_is_taken_by_the_pattern_of_its_source() {
    let desk = Desk::new();
    write(&desk, "sales-2024-05.csv", "1,2024-05-13,TEA,2,3.50,sour");
    let proposed = desk.done(&["init", "shop", "--from", "in/*.csv"]);
    assert!(
        proposed.stderr.contains("not used of sales-2024-05.csv: `Flavour`: no usual names"),
        "{}",
        proposed.stderr
    );
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    assert!(config.contains("files = [\"../in/sales-*-*.csv\"]"), "{config}");
    desk.done(&["-C", "shop", "ingest"]);
    write(&desk, "sales-2024-06.csv", "2,2024-06-13,TEA,2,3.50,sweet");
    let ended = desk.done(&["-C", "shop", "ingest"]);
    assert_eq!(n_sales(&desk), "2");
    assert!(!ended.stderr.contains("taken by no source"), "{}", ended.stderr);
    write(&desk, "returns.csv", "3,2024-06-13,TEA,-2,3.50,sweet");
    let ended = desk.done(&["-C", "shop", "ingest"]);
    let told = "1 file beside them taken by no source: ../in/returns.csv";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert_eq!(n_sales(&desk), "2");
}

#[test]
fn files_that_cannot_be_read_are_left_out_by_init_and_remembered() {
    let desk = Desk::new();
    write(&desk, "sales.csv", "1,2024-05-13,TEA,2,3.50,sour");
    desk.write("in/empty.csv", "");
    let proposed = desk.done(&["init", "shop", "--from", "in"]);
    assert!(proposed.stderr.contains("not used: in/empty.csv"), "{}", proposed.stderr);
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    assert!(config.contains("# Files that no source reads:\n# in/empty.csv: "), "{config}");
    let ended = desk.done(&["-C", "shop", "ingest"]);
    assert!(ended.stderr.contains("taken by no source: ../in/empty.csv"), "{}", ended.stderr);
    // A name that is nowhere is a slip of the hand.
    let ended = desk.run(&["init", "other", "--from", "in/sales.csv", "in/nowhere.csv"]);
    assert!(ended.code == 2 && ended.stderr.contains("SC-1001"), "{}", ended.stderr);
}

#[test]
fn sales_that_an_answer_declined_are_told_as_declined() {
    let desk = Desk::new();
    write(&desk, "sales.csv", "1,2024-05-13,TEA,2,3.50,sour");
    let ended = desk.run(&["init", "shop", "--from", "in", "--answer", "sales=no"]);
    assert_eq!(ended.code, 1);
    let told = "which file holds the sales? sales.csv could be, and was declined by an answer";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
}
