//! What is broken is told so that a stranger can act on it, and leaves nothing behind.

use crate::support::{Desk, Ended};

const SALES: &str = "sale_id,line,sold_at,product_id,quantity,unit_price,total\n\
                     s1,1,2024-01-02T10:00:00,p1,2,3.00,6.00\n\
                     s2,1,2024-01-03T10:00:00,p2,1,5.00,5.00\n";

const CONFIG: &str = "[project]\nname = \"shop\"\n\n[[sources]]\nfeed = \"sales\"\nfiles = [\"sales.csv\"]\n\
                      [sources.columns]\nsale_id = \"sale_id\"\nline = \"line\"\nsold_at = \"sold_at\"\n\
                      product_id = \"product_id\"\nquantity = \"quantity\"\nunit_price = \"unit_price\"\ntotal = \"total\"\n";

fn shop(sales: impl AsRef<[u8]>) -> Desk {
    let desk = Desk::new();
    desk.write("shop/shelfcast.toml", CONFIG);
    desk.write("shop/sales.csv", sales);
    desk
}

fn ingest(sales: impl AsRef<[u8]>) -> Ended {
    shop(sales).run(&["-C", "shop", "ingest"])
}

#[track_caller]
fn assert_told(ended: &Ended, code: i32, parts: &[&str]) {
    assert_eq!(ended.code, code, "{}", ended.stderr);
    for part in parts {
        assert!(ended.stderr.contains(part), "no `{part}` in:\n{}", ended.stderr);
    }
}

#[test]
fn good_rows_come_in() {
    let desk = shop(SALES);
    desk.done(&["-C", "shop", "run"]);
    assert_eq!(desk.value("shop", "select count(*) as value from raw.sales"), "2");
}

#[test]
fn a_missing_column_is_named_with_what_was_found() {
    let ended = ingest(SALES.replace("product_id", "produkt"));
    assert_told(&ended, 1, &["refused sales.csv", "product_id", "produkt"]);
}

#[test]
fn an_empty_file_and_a_bare_header_are_told_apart() {
    assert_told(&ingest(""), 1, &["refused sales.csv", "empty"]);
    let header = SALES.lines().next().unwrap();
    assert_told(&ingest(format!("{header}\n")), 1, &["refused sales.csv", "header"]);
}

#[test]
fn a_binary_file_is_no_text() {
    assert_told(&ingest(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0"), 1, &["refused sales.csv"]);
}

#[test]
fn ragged_and_wrong_rows_are_kept_aside_with_their_reason() {
    let mut sales = SALES.to_owned();
    for number in 3..100 {
        sales += &format!("s{number},1,2024-01-04T10:00:00,p1,1,3.00,3.00\n");
    }
    sales += "s100,1,2024-01-05\ns101,1,2024-01-05T10:00:00,p1,\"13,75\",3.00,3.00\n";
    let desk = shop(sales);
    desk.done(&["-C", "shop", "run"]);
    assert_eq!(desk.value("shop", "select count(*) as value from raw.sales"), "99");
    let rejected = desk.rows("shop", "select rule, row, file from raw.rejected order by row");
    assert_eq!(rejected.len(), 2);
    assert_eq!((&rejected[0]["rule"], &rejected[0]["row"]), (&"ragged_row".into(), &101.into()));
    assert_eq!((&rejected[1]["rule"], &rejected[1]["row"]), (&"type".into(), &102.into()));
    assert_eq!(rejected[1]["file"], "sales.csv");
    let listed = desk.done(&["-C", "shop", "rejects"]).stdout;
    assert!(listed.contains("ragged_row") && listed.contains("13,75"), "{listed}");
}

#[test]
fn too_many_wrong_rows_refuse_the_file_and_leave_nothing() {
    let desk = shop(SALES.replace("6.00", "60.00"));
    let ended = desk.run(&["-C", "shop", "ingest"]);
    assert_told(&ended, 1, &["refused sales.csv"]);
    let built = desk.run(&["-C", "shop", "build"]);
    assert_eq!(built.code, 2, "{}", built.stderr);
}

#[test]
fn duplicate_keys_are_told() {
    let mut sales = SALES.to_owned();
    for number in 3..100 {
        sales += &format!("s{number},1,2024-01-04T10:00:00,p1,1,3.00,3.00\n");
    }
    sales += "s3,1,2024-01-06T10:00:00,p1,7,3.00,21.00\n";
    let desk = shop(sales);
    desk.done(&["-C", "shop", "run"]);
    assert_eq!(desk.value("shop", "select rule as value from raw.rejected"), "unique");
}

#[test]
fn a_sale_of_an_unknown_product_is_kept_and_told() {
    let desk = shop(SALES);
    let products = "\n[[sources]]\nfeed = \"products\"\nfiles = [\"products.csv\"]\n\
                    [sources.columns]\nproduct_id = \"product_id\"\nname = \"name\"\n";
    desk.write("shop/shelfcast.toml", format!("{CONFIG}{products}"));
    desk.write("shop/products.csv", "product_id,name\np1,Milk\n");
    let ended = desk.done(&["-C", "shop", "run"]);
    assert!(
        ended.stderr.contains("found p2 (1 row); allowed is a product_id of products")
            && ended.stderr.contains("heal when the products arrive"),
        "{}",
        ended.stderr
    );
    assert_eq!(desk.value("shop", "select count(*) as value from raw.sales"), "2");
}

#[test]
fn an_unknown_key_is_told_with_its_line_and_its_neighbour() {
    let desk = shop(SALES);
    desk.write("shop/shelfcast.toml", CONFIG.replace("name = ", "nmae = "));
    let ended = desk.run(&["-C", "shop", "run"]);
    assert_told(&ended, 2, &["shelfcast.toml:2: unknown key `nmae`", "hint: did you mean `name`?"]);
}

#[test]
fn a_folder_without_a_project_is_told() {
    let ended = Desk::new().run(&["run"]);
    assert_told(&ended, 2, &["error[SC-4001]", "hint: run `shelfcast init"]);
}

#[test]
fn a_query_changes_nothing() {
    let desk = shop(SALES);
    desk.done(&["-C", "shop", "run"]);
    for sql in [
        "drop table marts.abc",
        "create table marts.x as select 1",
        "insert into raw.sales select * from raw.sales",
        "copy (select 1) to 'x.csv'",
        "set datafusion.execution.batch_size = 1",
        "create external table t stored as csv location '/etc/passwd'",
    ] {
        let ended = desk.run(&["-C", "shop", "query", sql]);
        assert_told(&ended, 2, &["error[SC-3002]", "only queries are allowed"]);
    }
    assert!(!desk.path("x.csv").exists());
}

#[test]
fn a_second_run_says_who_runs() {
    let desk = shop(SALES);
    desk.done(&["-C", "shop", "run"]);
    let lock = std::fs::OpenOptions::new()
        .write(true)
        .open(desk.path("shop/lake/_shelfcast/lock"))
        .unwrap();
    lock.lock().unwrap();
    std::fs::write(desk.path("shop/lake/_shelfcast/lock"), "`shelfcast run` (process 4711)")
        .unwrap();
    let ended = desk.run(&["-C", "shop", "run"]);
    assert_told(
        &ended,
        2,
        &["error[SC-4007]", "in use by `shelfcast run` (process 4711)", "hint: wait"],
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let desk = shop(SALES);
    // Root may write everywhere, so the folder is put where nobody may: under a file.
    desk.write("shop/lake", "not a folder");
    let ended = desk.run(&["-C", "shop", "run"]);
    assert_told(&ended, 2, &["error[SC-2006]", "hint: check that the folder"]);
}

#[test]
fn leftovers_of_a_killed_run_are_never_seen() {
    let desk = shop(SALES);
    desk.done(&["-C", "shop", "run"]);
    // A run that was killed after it committed a table and before it published.
    let publications = desk.path("shop/lake/_shelfcast/publications");
    let mut names: Vec<_> =
        std::fs::read_dir(&publications).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 2);
    for name in names {
        std::fs::remove_file(name).unwrap();
    }
    desk.done(&["-C", "shop", "run"]);
    assert_eq!(desk.value("shop", "select count(*) as value from raw.sales"), "2");
    assert_eq!(desk.value("shop", "select count(*) as value from raw.batches"), "1");
}
