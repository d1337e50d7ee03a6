//! The sample world, the version and the manners of the command line.

use crate::support::Desk;

#[test]
fn the_sample_has_the_original_columns_and_the_same_bytes_for_the_same_seed() {
    let desk = Desk::new();
    for out in ["one", "two"] {
        desk.done(&["simulate", "--size", "sample", "--seed", "7", "--out", out]);
    }
    desk.done(&["simulate", "--size", "sample", "--seed", "8", "--out", "other"]);
    for file in ["customer_data.csv", "inventory_data.csv", "sales_data.csv"] {
        let read = |out: &str| std::fs::read(desk.path(out).join(file)).unwrap();
        assert_eq!(read("one"), read("two"), "{file}");
        assert_ne!(read("one"), read("other"), "{file}");
    }
}

#[test]
fn a_sample_runs_like_the_original() {
    let desk = Desk::new();
    desk.done(&["simulate", "--size", "sample", "--seed", "7", "--out", "data"]);
    crate::support::shop_from(&desk, &desk.path("data"));
    assert_eq!(desk.value("shop", "select count(*) as value from raw.rejected"), "0");
    assert_eq!(desk.value("shop", "select count(*) as value from raw.sales"), "100");
}

#[test]
fn the_version_names_the_build() {
    let desk = Desk::new();
    let version: serde_json::Value =
        serde_json::from_str(&desk.done(&["version", "--json"]).stdout).unwrap();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(version["build_id"].as_str().unwrap().len(), 12);
}

#[test]
fn help_shows_examples_and_exit_codes() {
    let help = Desk::new().done(&["--help"]).stdout;
    assert!(help.contains("Examples:") && help.contains("Exit codes: 0 done"), "{help}");
}
