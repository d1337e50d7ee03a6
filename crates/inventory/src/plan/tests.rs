//! Orders worked by hand.

use super::*;
use crate::textbook::normal_safety_stock;
use crate::{OpenOrder, StepKind, Unmet};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn units(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn policy(target: &str, lead_time_days: u32, review_days: u32, unmet: Unmet) -> Policy {
    let service_target = target.parse().unwrap();
    Policy { service_target, review_days, lead_time_days, unmet, assumptions: Vec::new() }
}

fn on_hand(text: &str) -> Position {
    Position { on_hand: units(text), ..Position::default() }
}

fn flat(daily: f64, n_days: usize) -> DemandPaths {
    DemandPaths::new(&vec![daily; n_days], 1, n_days).unwrap()
}

/// Twenty paths of one day that want 1 to 20.
fn one_to_twenty() -> DemandPaths {
    let units: Vec<f64> = (1..=20).map(f64::from).collect();
    DemandPaths::new(&units, 20, 1).unwrap()
}

fn plan(
    paths: &DemandPaths,
    position: &Position,
    policy: &Policy,
    constraints: &Constraints,
) -> OrderPlan {
    let economics = Economics {
        unit_cost: Some("6.10".parse().unwrap()),
        unit_price: Some("9.95".parse().unwrap()),
    };
    plan_order(paths, day("2024-08-26"), position, policy, constraints, &economics).unwrap()
}

fn steps(plan: &OrderPlan) -> Vec<(StepKind, String)> {
    plan.steps.iter().map(|step| (step.kind, step.quantity.to_string())).collect()
}

fn expected(lines: &[(StepKind, &str)]) -> Vec<(StepKind, String)> {
    lines.iter().map(|(kind, quantity)| (*kind, (*quantity).to_owned())).collect()
}

#[test]
fn the_steps_show_how_a_level_becomes_packs() {
    // 3 a day for 14 + 7 days want 63; less 20 and 10 leaves 33: 3 packs of 12.
    let position = Position {
        open_orders: vec![OpenOrder { due_on: day("2024-09-02"), quantity: units("10") }],
        ..on_hand("20")
    };
    let constraints = Constraints { order_multiple: units("12"), ..Constraints::default() };
    let plan =
        plan(&flat(3.0, 30), &position, &policy("0.95", 14, 7, Unmet::Backordered), &constraints);
    assert_eq!(
        steps(&plan),
        expected(&[
            (StepKind::ForecastOverLeadTime, "42"),
            (StepKind::ForecastOverReview, "21"),
            (StepKind::SafetyStock, "0"),
            (StepKind::OnHand, "-20"),
            (StepKind::OnOrder, "-10"),
            (StepKind::Pack, "3"),
        ])
    );
    assert_eq!(plan.quantity, units("36"));
    assert_eq!(plan.inventory_position, units("30"));
    // 36 x 6.10; 30 + 36 units at 3 a day.
    assert_eq!(plan.order_value, Some("219.60".parse().unwrap()));
    assert_eq!(plan.days_of_cover_forced, Some(22));
    assert_eq!(
        plan.sentence,
        "Order 36 (3 packs of 12): 3 a day expected for the 21 days until 2024-09-16, 63 in all, \
         nothing more for 95 % service; 20 on hand and 10 on order taken off; rounded up to packs \
         of 12."
    );
}

#[test]
fn lost_demand_is_not_ordered_for_and_its_margin_is_at_risk() {
    // 4 on hand, 3 a day, two days of lead time: 2 lost. Three more want 9.
    let plan = plan(
        &flat(3.0, 5),
        &on_hand("4"),
        &policy("0.95", 2, 3, Unmet::Lost),
        &Constraints::default(),
    );
    assert_eq!(
        steps(&plan),
        expected(&[
            (StepKind::ForecastOverLeadTime, "6"),
            (StepKind::ForecastOverReview, "9"),
            (StepKind::SafetyStock, "0"),
            (StepKind::OnHand, "-4"),
            (StepKind::LostBeforeReceipt, "-2"),
        ])
    );
    assert_eq!(plan.quantity, units("9"));
    assert_eq!(plan.expected_unmet_before_receipt, units("2"));
    assert_eq!(plan.probability_of_stockout_before_receipt, 1.0);
    // 2 x 3.85 before the receipt; without an order 15 - 4 = 11 x 3.85.
    assert_eq!(plan.lost_margin_at_risk, Some("7.70".parse().unwrap()));
    assert_eq!(plan.lost_margin_without_order, Some("42.35".parse().unwrap()));
    assert_eq!(plan.service_level_reached, 1.0);
}

#[test]
fn an_open_order_that_comes_too_late_is_bridged() {
    // 2 a day for four days; 10 arrive on the last. Three days want 6 before.
    let position = Position {
        open_orders: vec![OpenOrder { due_on: day("2024-08-30"), quantity: units("10") }],
        ..Position::default()
    };
    let policy = policy("0.95", 0, 4, Unmet::Backordered);
    let plan = plan(&flat(2.0, 4), &position, &policy, &Constraints::default());
    assert_eq!(
        steps(&plan),
        expected(&[
            (StepKind::ForecastOverReview, "8"),
            (StepKind::SafetyStock, "0"),
            (StepKind::OnHand, "0"),
            (StepKind::OnOrder, "-10"),
            (StepKind::LateArrivals, "8"),
        ])
    );
    assert_eq!(plan.quantity, units("6"));
}

#[test]
fn the_level_is_the_quantile_of_the_sums() {
    let level = |target| {
        let policy = policy(target, 0, 1, Unmet::Lost);
        let plan = plan(&one_to_twenty(), &Position::default(), &policy, &Constraints::default());
        assert_eq!(plan.order_up_to_level, plan.quantity);
        (plan.quantity.to_string(), plan.safety_stock.to_string(), plan.service_level_reached)
    };
    // The mean is 10.5; 19 of 20 paths are at most 19; all of them at most 20.
    assert_eq!(level("0.95"), ("19".to_owned(), "8.5".to_owned(), 0.95));
    assert_eq!(level("1"), ("20".to_owned(), "9.5".to_owned(), 1.0));
    assert_eq!(level("0"), ("1".to_owned(), "-9.5".to_owned(), 0.05));
}

#[test]
fn normal_demand_gives_the_textbook_safety_stock() {
    // 2000 paths at the midpoints of equal shares of a normal distribution
    // with mean 50 and deviation 8; z * 8 at 95 % is 13.159.
    let above = |share: f64| normal_safety_stock(share, 1.0, 50.0, 8.0, 0.0).unwrap();
    let units: Vec<f64> =
        (0..2000).map(|path| 50.0 + above((f64::from(path) + 0.5) / 2000.0)).collect();
    let paths = DemandPaths::new(&units, 2000, 1).unwrap();
    let policy = policy("0.95", 0, 1, Unmet::Lost);
    let plan = plan(&paths, &Position::default(), &policy, &Constraints::default());
    let difference = plan.safety_stock.to_f64() - above(0.95);
    assert!(difference.abs() < 0.03, "{difference}");
}

#[test]
fn weighed_goods_are_ordered_to_the_last_gram() {
    // 0.3501 kg a day for seven days: 2.4507 kg in packs of 0.005 kg.
    let constraints = Constraints { order_multiple: units("0.005"), ..Constraints::default() };
    let policy = policy("0.95", 0, 7, Unmet::Lost);
    let plan = plan(&flat(0.3501, 7), &Position::default(), &policy, &constraints);
    assert_eq!(plan.quantity, units("2.455"));
}

#[test]
fn enough_stock_orders_nothing_and_still_shows_why() {
    let policy = policy("0.95", 2, 3, Unmet::Lost);
    let plan = plan(&flat(3.0, 5), &on_hand("22.5"), &policy, &Constraints::default());
    assert_eq!(plan.quantity, Quantity::ZERO);
    assert_eq!(plan.steps.last().unwrap().kind, StepKind::AlreadyCovered);
    assert_eq!(plan.steps.last().unwrap().quantity, units("7.5"));
    assert_eq!(plan.order_value, Some(Money::ZERO));
    assert_eq!(
        plan.sentence,
        "Order nothing: 3 a day expected for the 5 days until 2024-08-31, 15 in all, nothing more \
         for 95 % service; 22.5 on hand taken off; that is 7.5 more than is needed."
    );
}

#[test]
fn the_display_stays_filled_without_demand() {
    let constraints = Constraints { display_minimum: units("8"), ..Constraints::default() };
    let policy = policy("0.95", 2, 5, Unmet::Lost);
    let plan = plan(&flat(0.0, 7), &on_hand("5"), &policy, &constraints);
    assert_eq!(plan.quantity, units("3"));
    assert_eq!(
        plan.sentence,
        "Order 3: no demand is expected for the 7 days until 2024-09-02, nothing more for 95 % \
         service; 5 on hand taken off; 8 added to keep 8 on display."
    );
}

#[test]
fn a_minimum_order_of_many_years_is_told() {
    // 1 unit in ten days; 500 units last 5000 days.
    let mut daily = vec![0.0; 10];
    daily[4] = 1.0;
    let paths = DemandPaths::new(&daily, 1, 10).unwrap();
    let constraints = Constraints { min_order_quantity: units("500"), ..Constraints::default() };
    let policy = policy("0.95", 0, 10, Unmet::Lost);
    let plan = plan(&paths, &Position::default(), &policy, &constraints);
    assert_eq!((plan.quantity, plan.days_of_cover_forced), (units("500"), Some(5000)));
    assert!(plan.sentence.contains("raised to the minimum order of 500"), "{}", plan.sentence);
    assert!(
        plan.sentence.ends_with(" This covers more than ten years of expected demand."),
        "{}",
        plan.sentence
    );
}

#[test]
fn a_maximum_lowers_the_order_and_the_service_reached() {
    let constraints = Constraints { max_quantity: Some(units("12")), ..Constraints::default() };
    let policy = policy("0.95", 0, 1, Unmet::Lost);
    let plan = plan(&one_to_twenty(), &on_hand("2"), &policy, &constraints);
    // Room for 10: 12 in all, which 12 of the 20 paths do not exceed.
    assert_eq!(plan.quantity, units("10"));
    assert_eq!(plan.service_level_reached, 0.6);
    assert!(plan.sentence.ends_with("lowered to stay within the maximum of 12."));
}

#[test]
fn blocked_products_are_not_ordered() {
    let constraints = Constraints { order_block: true, ..Constraints::default() };
    let policy = policy("0.95", 2, 3, Unmet::Backordered);
    let plan = plan(&flat(3.0, 5), &on_hand("4"), &policy, &constraints);
    assert_eq!(plan.quantity, Quantity::ZERO);
    assert!(plan.sentence.ends_with("; 11 would be needed, but orders are blocked."));
}

#[test]
fn no_demand_is_covered_after_the_last_day_of_sale() {
    let until = |ends_on: &str| {
        let constraints = Constraints { ends_on: Some(day(ends_on)), ..Constraints::default() };
        let policy = policy("0.95", 2, 3, Unmet::Backordered);
        plan(&flat(3.0, 5), &on_hand("4"), &policy, &constraints)
    };
    // Sold from 2024-08-29 on: one day of it remains, then none.
    assert_eq!(until("2024-08-29").quantity, units("5"));
    assert_eq!(until("2024-08-29").expected_demand, units("9"));
    let too_late = until("2024-08-28");
    assert_eq!(too_late.quantity, Quantity::ZERO);
    assert!(
        too_late.sentence.ends_with(
            "; 2 would be needed, but sale ends on 2024-08-28; the order could be sold from \
             2024-08-29 on."
        ),
        "{}",
        too_late.sentence
    );
    let ended = until("2024-01-31");
    assert_eq!(ended.quantity, Quantity::ZERO);
    assert!(ended.sentence.starts_with("Order nothing: sale has ended; 4 on hand taken off;"));
}

#[test]
fn repairs_and_assumptions_are_in_notes_and_sentence() {
    let position = Position { reserved: units("2"), ..on_hand("-3") };
    let constraints = Constraints { order_multiple: Quantity::ZERO, ..Constraints::default() };
    let policy = Policy {
        assumptions: vec!["lead time of 1 day is assumed".to_owned()],
        ..policy("0.95", 1, 1, Unmet::Backordered)
    };
    let plan = plan(&flat(3.0, 2), &position, &policy, &constraints);
    // Two days of 3, and 2 owed.
    assert_eq!(plan.quantity, units("8"));
    assert_eq!(
        plan.notes,
        [
            "lead time of 1 day is assumed",
            "stock of -3 is negative and planned as 0",
            "pack of 0 is planned as 1"
        ]
    );
    assert_eq!(
        plan.sentence,
        "Order 8: 3 a day expected for the 2 days until 2024-08-28, 6 in all, nothing more for 95 \
         % service; nothing is on hand or on order; 2 added for the customers they are promised \
         to. Lead time of 1 day is assumed. Stock of -3 is negative and planned as 0. Pack of 0 \
         is planned as 1."
    );
}

#[test]
fn money_is_unknown_without_cost_or_price() {
    let policy = policy("0.95", 2, 3, Unmet::Lost);
    let planned = |economics: Economics| {
        let constraints = Constraints::default();
        let stock_day = day("2024-08-26");
        plan_order(&flat(3.0, 5), stock_day, &on_hand("4"), &policy, &constraints, &economics)
            .unwrap()
    };
    let nothing_known = planned(Economics::default());
    assert_eq!((nothing_known.lost_margin_at_risk, nothing_known.order_value), (None, None));
    assert_eq!(nothing_known.notes, ["no unit cost is known", "no unit price is known"]);
    let free = planned(Economics {
        unit_cost: Some(Money::ZERO),
        unit_price: Some("9.95".parse().unwrap()),
    });
    assert_eq!(free.lost_margin_at_risk, Some("19.90".parse().unwrap()));
    assert_eq!(free.order_value, Some(Money::ZERO));
    assert_eq!(free.notes, ["unit cost is 0, so the whole price counts as margin"]);
}

#[test]
fn paths_shorter_than_the_interval_are_refused() {
    let refused = plan_order(
        &flat(3.0, 20),
        day("2024-08-26"),
        &Position::default(),
        &policy("0.95", 14, 7, Unmet::Lost),
        &Constraints::default(),
        &Economics::default(),
    );
    assert_eq!(
        refused.unwrap_err().to_string(),
        "sample paths of 20 days are too short; 21 days are needed"
    );
}
