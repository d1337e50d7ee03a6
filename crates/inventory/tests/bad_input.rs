//! Doubtful figures of a line are planned with, and told on it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use shelfcast_inventory::*;
use shelfcast_retail::{Money, Quantity};

/// Two a day for eight days, a lead time of two days, ordered every three.
fn planned(strategy: &Strategy, constraints: &Constraints, economics: &Economics) -> OrderPlan {
    plan_replenishment(&Replenishment {
        paths: &DemandPaths::new(&[2.0; 8], 1, 8).unwrap(),
        stock_day: "2024-08-26".parse().unwrap(),
        position: &Position::default(),
        strategy,
        lead_time: &LeadTimeDistribution::fixed(2).unwrap(),
        calendar: &SupplyCalendar::every(3).unwrap(),
        constraints,
        economics,
        costs: &Costs::default(),
    })
    .unwrap()
}

fn notes(strategy: &Strategy, economics: &Economics) -> Vec<String> {
    planned(strategy, &Constraints::default(), economics).notes
}

fn has(notes: &[String], wanted: &str) -> bool {
    notes.iter().any(|note| note == wanted)
}

#[test]
fn a_target_of_a_hundred_per_cent_is_told() {
    let all = Strategy::new(Target::CycleService("1".parse().unwrap()));
    let told = notes(&all, &Economics::default());
    assert!(has(&told, "a target of 100 % is planned as no sample path left short"), "{told:?}");
}

#[test]
fn without_cost_or_margin_an_economic_target_falls_back_and_says_so() {
    let economic = Strategy::new(Target::Economic { otherwise: "0.9".parse().unwrap() });
    let free = Economics { unit_cost: Some(Money::ZERO), unit_price: Some(Money::from_whole(1)) };
    for economics in [Economics::default(), free] {
        let told = notes(&economic, &economics);
        let wanted = "without a cost and a margin above 0 it is planned for 90 % service";
        assert!(has(&told, wanted), "{told:?}");
    }
}

#[test]
fn a_newsvendor_without_shelf_life_and_a_lot_of_nothing_are_told() {
    let target = Target::CycleService("0.9".parse().unwrap());
    let newsvendor = Strategy { rule: Rule::Newsvendor, ..Strategy::new(target) };
    let told = notes(&newsvendor, &Economics::default());
    assert!(has(&told, "no shelf life is known: planned as order_up_to"), "{told:?}");
    let rule = Rule::ReorderQuantity(Lot::Fixed(Quantity::ZERO));
    let told = notes(&Strategy { rule, ..Strategy::new(target) }, &Economics::default());
    assert!(has(&told, "a lot of 0 is planned as one pack"), "{told:?}");
}

#[test]
fn a_minimum_order_is_told_in_days_of_cover() {
    let strategy = Strategy::new(Target::CycleService("0.9".parse().unwrap()));
    let least = |units| Constraints {
        min_order_quantity: Quantity::from_whole(units),
        ..Constraints::default()
    };
    // 188 units at 2 a day; 8,000 units are 4,000 days.
    let told = planned(&strategy, &least(188), &Economics::default()).notes;
    assert!(has(&told, "the minimum order of 188 is 94 days of cover"), "{told:?}");
    let told = planned(&strategy, &least(8_000), &Economics::default()).notes;
    assert!(has(&told, "this covers more than ten years of expected demand"), "{told:?}");
}

#[test]
fn the_wait_for_an_order_day_takes_off_what_is_needed() {
    let strategy = Strategy::new(Target::CycleService("0.9".parse().unwrap()));
    let plan = plan_replenishment(&Replenishment {
        paths: &DemandPaths::new(&[2.0; 20], 1, 20).unwrap(),
        // A Monday; the supplier takes orders on Thursdays.
        stock_day: "2024-08-26".parse().unwrap(),
        position: &Position::default(),
        strategy: &strategy,
        lead_time: &LeadTimeDistribution::fixed(2).unwrap(),
        calendar: &SupplyCalendar::every(1).unwrap().with_order_days("thu".parse().unwrap()),
        constraints: &Constraints::default(),
        economics: &Economics::default(),
        costs: &Costs::default(),
    })
    .unwrap();
    assert_eq!(plan.quantity, Quantity::ZERO);
    assert_eq!(plan.ordered_on.to_string(), "2024-08-29");
    let last = plan.steps.last().unwrap();
    assert_eq!(last.kind, StepKind::WaitsForOrderDay);
    assert_eq!(last.note, "the supplier takes orders on 2024-08-29");
}
