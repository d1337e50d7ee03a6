//! Real stock: 7,024 materials of a refinery with their own reorder levels and maxima.

use shelfcast_inventory::*;
use shelfcast_retail::Quantity;

/// Stocks as the file has them, and what the rule makes of them: case, Min, Max, stock, ordered.
/// The whole file is counted by `examples/refinery.rs`.
const MATERIALS: [(&str, i64, i64, i64, i64); 5] = [
    ("at the minimum", 1, 1, 1, 0),
    ("above it", 8, 14, 12, 0),
    ("below it", 8, 14, 7, 7),
    ("nothing left", 2, 3, 0, 3),
    ("never stocked", 0, 0, 0, 0),
];

#[test]
fn min_and_max_of_a_refinery_order_what_is_below_the_minimum_up_to_the_maximum() {
    for (material, minimum, maximum, stock, ordered) in MATERIALS {
        let rule = Rule::min_max(Quantity::from_whole(minimum), Quantity::from_whole(maximum));
        let strategy = Strategy {
            rule: rule.unwrap(),
            ..Strategy::new(Target::CycleService("0.95".parse().unwrap()))
        };
        let plan = plan_replenishment(&Replenishment {
            paths: &DemandPaths::new(&[0.1; 45], 1, 45).unwrap(),
            stock_day: "2001-08-31".parse().unwrap(),
            position: &Position { on_hand: Quantity::from_whole(stock), ..Position::default() },
            strategy: &strategy,
            lead_time: &LeadTimeDistribution::fixed(44).unwrap(),
            calendar: &SupplyCalendar::every(1).unwrap(),
            constraints: &Constraints::default(),
            economics: &Economics::default(),
            costs: &Costs::default(),
        })
        .unwrap();
        assert_eq!(plan.quantity, Quantity::from_whole(ordered), "{material}");
        let sum: i128 = plan.steps.iter().map(|step| step.quantity.parts()).sum();
        assert_eq!(sum, plan.quantity.parts());
    }
}
