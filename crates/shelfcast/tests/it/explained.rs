//! Orders explained for ever, and compared with those of another build.

use crate::commitments::planned;
use crate::support::Desk;

const LINE: &str = "2024-04-01/L1/TEA";

fn explain(desk: &Desk, more: &[&str]) -> String {
    let mut arguments = vec!["-C", "shop", "explain", "order", LINE];
    arguments.extend(more);
    desk.done(&arguments).stdout
}

#[test]
fn a_line_is_told_in_sentences_and_steps_that_sum_to_it() {
    let desk = planned(None);
    let told = explain(&desk, &["--recompute"]);
    assert!(
        told.starts_with("Tea at L1: order 18 on 2024-04-01, on sale from 2024-04-08"),
        "{told}"
    );
    assert!(told.contains("Order 18 (3 packs of 6): 2 a day expected for the 14 days"), "{told}");
    // The second column is the running total; the last is the quantity.
    let totals: Vec<&str> = told
        .lines()
        .filter(|line| line.contains(" [") && line.contains(" v"))
        .map(|line| line.split_whitespace().nth(1).unwrap())
        .collect();
    assert_eq!(totals.last(), Some(&"18"), "{told}");
    assert!(told.contains("          18  = quantity"), "{told}");
    assert!(told.contains("[marts.demand_models v"), "{told}");
    assert!(told.contains("the same, to the last digit"), "{told}");
}

#[test]
fn what_was_approved_is_explained_for_ever() {
    let desk = planned(None);
    let before = explain(&desk, &[]);
    desk.write("approved.csv", format!("order_line_id,quantity,reference\n{LINE},24,PO-7\n"));
    desk.done(&["-C", "shop", "orders", "approve", "approved.csv"]);
    desk.done(&["-C", "shop", "build"]);
    desk.done(&["-C", "shop", "maintain", "--keep-days", "0"]);
    let after = explain(&desk, &[]);
    assert!(
        after.contains("24 approved for 2024-04-01, on sale from 2024-04-08, purchase order PO-7")
    );
    assert!(after.contains("18 were proposed, 24 approved"), "{after}");
    // Every step of the proposal stands there as it did, with the version it came from.
    for step in before.lines().filter(|line| line.contains(" [")) {
        assert!(after.contains(step), "{step}\n{after}");
    }
}

#[test]
fn an_earlier_build_is_explained_as_of_then() {
    let desk = planned(None);
    let at = desk.done(&["-C", "shop", "query", "select now() as value", "--format", "csv"]).stdout;
    let at = format!("{}Z", at.lines().last().unwrap());
    desk.done(&["-C", "shop", "build", "--business-date", "2024-04-03"]);
    let gone = desk.run(&["-C", "shop", "explain", "order", LINE]);
    assert_eq!(gone.code, 2, "{}", gone.stdout);
    assert!(gone.stderr.contains("--as-of finds those of an earlier build"), "{}", gone.stderr);
    assert!(explain(&desk, &["--as-of", &at]).contains("order 18 on 2024-04-01"));
}

#[test]
fn a_change_of_an_order_is_laid_to_the_input_that_changed() {
    let desk = planned(None);
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(config.contains(from));
        desk.write("shop/shelfcast.toml", config.replace(from, to));
        desk.done(&["-C", "shop", "build"]);
        desk.done(&["-C", "shop", "diff-orders"]).stdout
    };
    // Two a day: a week more between reviews is 14 units more: 28 + 0, in sixes 30.
    let told = changed("review_days = 7", "review_days = 14");
    assert_eq!(told, "Tea at L1: 18 -> 30 (+12): policy +12\n");
    // 21 days of lead time lose all demand before the order; the review asks for the same 14.
    let told = changed("lead_time_days = 7", "lead_time_days = 7\nhold_doubtful_stock = true");
    assert_eq!(told, "Tea at L1: 30 -> 18 (-12): policy -12\n");
    let csv = desk.done(&["-C", "shop", "diff-orders", "2", "3", "--format", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let none = desk.run(&["-C", "shop", "diff-orders", "2001-01-01", "2024-04-01"]);
    assert!(
        none.stderr.contains("error[SC-4017]: no build is kept as `2001-01-01`"),
        "{}",
        none.stderr
    );
}

#[test]
fn an_order_that_is_on_its_way_is_told_as_a_change_of_the_position() {
    let desk = planned(None);
    desk.done(&["-C", "shop", "orders", "approve", LINE]);
    desk.done(&["-C", "shop", "build"]);
    let told = desk.done(&["-C", "shop", "diff-orders"]).stdout;
    assert_eq!(told, "Tea at L1: 18 -> 0 (-18): position -18 (on order 0 -> 18)\n");
}
