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
fn what_would_be_ordered_waits_for_the_order_day() {
    let strategy = Strategy::new(Target::CycleService("0.9".parse().unwrap()));
    let plan = plan_replenishment(&Replenishment {
        paths: &DemandPaths::new(&[2.0; 20], 1, 20).unwrap(),
        // A Monday; the supplier takes orders on Thursdays.
        stock_day: "2024-08-26".parse().unwrap(),
        position: &Position::default(),
        strategy: &strategy,
        lead_time: &LeadTimeDistribution::fixed(2).unwrap(),
        calendar: &SupplyCalendar::every(1).unwrap().with_order_days("thu".parse().unwrap()),
        constraints: &Constraints {
            order_multiple: Quantity::from_whole(4),
            ..Constraints::default()
        },
        economics: &Economics::default(),
        costs: &Costs::default(),
    })
    .unwrap();
    assert_eq!(plan.quantity, Quantity::ZERO);
    assert_eq!(plan.ordered_on.to_string(), "2024-08-29");
    let last = plan.steps.last().unwrap();
    assert_eq!(last.kind, StepKind::WaitsForOrderDay);
    assert_eq!(last.note, "the supplier takes orders on 2024-08-29");
    // Sold from the 31st until the next Thursday's order comes: seven days of two, in packs of four.
    assert_eq!(plan.waiting_quantity, Quantity::from_whole(16));
    assert_eq!(last.quantity, Quantity::from_whole(-16));
    let sum: i128 = plan.steps.iter().map(|step| step.quantity.parts()).sum();
    assert_eq!(sum, 0);
    assert_eq!(plan.next_order_day.to_string(), "2024-09-05");
    assert!(plan.sentence.starts_with("Order nothing before 2024-08-29: "), "{}", plan.sentence);
    assert!(
        plan.sentence.ends_with(
            "rounded up to packs of 4; 16 would be ordered, but the supplier takes orders on \
             2024-08-29."
        ),
        "{}",
        plan.sentence
    );
}
