//! Statuses worked by hand.

use super::*;
use crate::{Constraints, plan_order};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn units(whole: i64) -> Quantity {
    Quantity::from_whole(whole)
}

fn due(due_on: &str, quantity: i64) -> OpenOrder {
    OpenOrder { due_on: day(due_on), quantity: units(quantity) }
}

fn stock(on_hand: i64, open_orders: &[OpenOrder]) -> Position {
    Position { on_hand: units(on_hand), open_orders: open_orders.to_vec(), ..Position::default() }
}

/// Statuses of 2024-08-26 at 90 % service, two days of lead time, three of review.
fn statuses(paths: &DemandPaths, position: &Position, history: &SalesHistory) -> Vec<StockStatus> {
    let policy = Policy {
        service_target: "0.9".parse().unwrap(),
        review_days: 3,
        lead_time_days: 2,
        unmet: Unmet::Lost,
        assumptions: Vec::new(),
    };
    let economics = Economics { unit_cost: Some("2.50".parse().unwrap()), unit_price: None };
    let constraints = Constraints::default();
    let stock_day = day("2024-08-26");
    let plan = plan_order(paths, stock_day, position, &policy, &constraints, &economics).unwrap();
    let thresholds = StatusThresholds::default();
    status(&plan, paths, position, &policy, &economics, history, &thresholds).unwrap()
}

fn flat(daily: f64, n_days: usize) -> DemandPaths {
    DemandPaths::new(&vec![daily; n_days], 1, n_days).unwrap()
}

#[test]
fn nothing_on_hand_is_a_stockout_only_where_demand_is_expected() {
    let history = SalesHistory::default();
    // 2 a day for two days of lead time.
    assert_eq!(
        statuses(&flat(2.0, 10), &stock(0, &[]), &history),
        [StockStatus::StockedOut { expected_unmet: units(4) }]
    );
    assert_eq!(statuses(&flat(0.0, 10), &stock(0, &[]), &history), [StockStatus::Healthy]);
}

#[test]
fn stock_that_may_not_last_the_lead_time_will_run_out() {
    // Two of ten paths want 3 a day, the others 2; 5 last two days of 2 only.
    let mut daily = [[2.0; 5]; 10];
    daily[3] = [3.0; 5];
    daily[7] = [3.0; 5];
    let paths = DemandPaths::new(daily.as_flattened(), 10, 5).unwrap();
    assert_eq!(
        statuses(&paths, &stock(5, &[]), &SalesHistory::default()),
        [StockStatus::WillRunOut {
            probability: 0.2,
            allowed: 0.1,
            sellable_on: day("2024-08-29")
        }]
    );
    assert_eq!(statuses(&paths, &stock(6, &[]), &SalesHistory::default()), [StockStatus::Healthy]);
}

#[test]
fn excess_is_what_half_a_year_does_not_sell() {
    // 2 a day for 180 days are 360, scaled up from 10 days or simulated.
    for n_days in [10, 200] {
        let found = statuses(&flat(2.0, n_days), &stock(400, &[]), &SalesHistory::default());
        let expected = StockStatus::Excess {
            position: units(400),
            limit: units(360),
            excess: units(40),
            value: Some("100".parse().unwrap()),
            days_simulated: n_days.min(180),
        };
        assert_eq!(found, [expected]);
    }
    assert_eq!(
        statuses(&flat(2.0, 10), &stock(360, &[]), &SalesHistory::default()),
        [StockStatus::Healthy]
    );
}

#[test]
fn stock_is_dead_after_half_a_year_without_sale_if_it_was_for_sale() {
    let found = |launched: Option<&str>, last_sale: Option<&str>| {
        let history =
            SalesHistory { launched_on: launched.map(day), last_sale_on: last_sale.map(day) };
        let found = statuses(&flat(1.0, 10), &stock(9, &[]), &history);
        found.contains(&StockStatus::Dead {
            on_hand: units(9),
            days_without_sale: 180,
            value: Some("22.50".parse().unwrap()),
        })
    };
    // 2024-02-28 is 180 days before 2024-08-26 (leap year: 2 + 31 + 30 + 31 + 30 + 31 + 26 - 1).
    assert!(found(None, Some("2024-02-28")));
    assert!(found(Some("2023-01-01"), Some("2024-02-28")));
    assert!(found(Some("2024-02-28"), None));
    assert!(!found(None, Some("2024-02-29")));
    assert!(!found(Some("2024-06-01"), Some("2024-02-28")));
    assert!(!found(None, None));
}

#[test]
fn surplus_orders_can_be_cancelled_together() {
    // 2 a day until 2024-08-31: 10. With 6 on hand one order of 5 is needed:
    // the last goes, and the one before it has to stay.
    let orders = [due("2024-08-28", 5), due("2024-08-29", 5)];
    let paths = flat(2.0, 5);
    assert_eq!(
        statuses(&paths, &stock(6, &orders), &SalesHistory::default()),
        [StockStatus::SurplusOrder { order: due("2024-08-29", 5), probability: 0.0 }]
    );
    let both = statuses(&paths, &stock(10, &orders), &SalesHistory::default());
    assert_eq!(both.iter().filter(|status| status.as_str() == "surplus_order").count(), 2);
    assert_eq!(
        statuses(&paths, &stock(4, &orders), &SalesHistory::default()),
        [StockStatus::Healthy]
    );
}

#[test]
fn an_order_beyond_the_simulated_days_is_not_judged() {
    let found =
        statuses(&flat(2.0, 5), &stock(10, &[due("2024-09-01", 5)]), &SalesHistory::default());
    assert_eq!(found, [StockStatus::Healthy]);
}

#[test]
fn an_order_that_should_be_here_is_late() {
    // Due on the day of the stock and not in it.
    let order = due("2024-08-26", 8);
    assert_eq!(
        statuses(&flat(2.0, 5), &stock(4, &[order]), &SalesHistory::default()),
        [StockStatus::LateOrder { order, days_late: 1 }]
    );
}
