//! What holds for every order.

use super::*;
use crate::{OpenOrder, Unmet, project_stock};
use proptest::prelude::*;
use proptest::strategy::Strategy;
use shelfcast_retail::Rate;

const N_PATHS: usize = 12;
const N_DAYS: usize = 9;

#[derive(Debug, Clone)]
struct Case {
    paths: DemandPaths,
    position: Position,
    policy: Policy,
    constraints: Constraints,
}

impl Case {
    fn plan(&self) -> OrderPlan {
        let Self { paths, position, policy, constraints } = self;
        let economics = Economics::default();
        plan_order(paths, stock_day(), position, policy, constraints, &economics).unwrap()
    }

    fn with_target(&self, parts: i128) -> OrderPlan {
        let mut case = self.clone();
        case.policy.service_target = Rate::from_parts(parts).unwrap();
        case.plan()
    }
}

fn stock_day() -> Day {
    Day::from_epoch_days(20_000)
}

fn quantity(most: i128) -> impl Strategy<Value = Quantity> {
    // Half of them whole units, half with all four decimals.
    prop_oneof![0..most, (0..most).prop_map(|parts| parts / 10_000 * 10_000)]
        .prop_map(Quantity::from_parts)
}

fn demand() -> impl Strategy<Value = DemandPaths> {
    let value = prop_oneof![3 => Just(0.0), 4 => (0_u32..9).prop_map(f64::from), 1 => 0.0..9.0];
    prop::collection::vec(value, N_PATHS * N_DAYS)
        .prop_map(|units| DemandPaths::new(&units, N_PATHS, N_DAYS).unwrap())
}

fn position() -> impl Strategy<Value = Position> {
    let open_order = (-3_i32..14, quantity(300_000))
        .prop_map(|(offset, quantity)| OpenOrder { due_on: stock_day().plus(offset), quantity });
    let open_orders = prop::collection::vec(open_order, 0..4);
    (quantity(600_000), open_orders, quantity(60_000)).prop_map(
        |(on_hand, open_orders, reserved)| {
            let ordered_already = Quantity::ZERO;
            Position { on_hand, open_orders, ordered_already, reserved }
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    (0_i128..=10_000, 0_u32..5, 1_u32..5, any::<bool>()).prop_map(
        |(target, lead_time_days, review_days, lost)| Policy {
            service_target: Rate::from_parts(target).unwrap(),
            review_days,
            lead_time_days,
            unmet: if lost { Unmet::Lost } else { Unmet::Backordered },
            assumptions: Vec::new(),
        },
    )
}

fn constraints() -> impl Strategy<Value = Constraints> {
    (
        (quantity(130_000), quantity(200_000), prop::option::of(quantity(600_000))),
        (prop_oneof![Just(Quantity::ZERO), quantity(90_000)], prop::bool::weighted(0.1)),
        prop::option::weighted(0.2, (-2_i32..12).prop_map(|offset| stock_day().plus(offset))),
    )
        .prop_map(|((pack, minimum, maximum), (display, order_block), ends_on)| Constraints {
            order_multiple: pack,
            min_order_quantity: minimum,
            max_quantity: maximum,
            display_minimum: display,
            order_block,
            ends_on,
        })
}

fn case() -> impl Strategy<Value = Case> {
    (demand(), position(), policy(), constraints()).prop_map(
        |(paths, position, policy, constraints)| Case { paths, position, policy, constraints },
    )
}

proptest! {
    #[test]
    fn the_steps_sum_to_the_quantity_in_order(case in case()) {
        let plan = case.plan();
        let sum: i128 = plan.steps.iter().map(|step| step.quantity.parts()).sum();
        prop_assert_eq!(Quantity::from_parts(sum), plan.quantity);
        prop_assert!(plan.steps.is_sorted_by(|one, next| one.kind < next.kind));
        prop_assert!(plan.steps.iter().all(|step| !step.note.is_empty()));
    }

    #[test]
    fn an_order_is_whole_packs_of_at_least_the_minimum_or_nothing(case in case()) {
        let quantity = case.plan().quantity.parts();
        let pack = match case.constraints.order_multiple.parts() {
            0 => 10_000,
            pack => pack,
        };
        prop_assert!(quantity >= 0);
        prop_assert_eq!(quantity % pack, 0);
        prop_assert!(quantity == 0 || quantity >= case.constraints.min_order_quantity.parts());
    }

    #[test]
    fn more_on_hand_never_orders_more(case in case(), more in quantity(200_000)) {
        let mut richer = case.clone();
        richer.position.on_hand = case.position.on_hand.checked_add(more).unwrap();
        prop_assert!(richer.plan().quantity <= case.plan().quantity);
    }

    #[test]
    fn what_is_ordered_already_is_not_ordered_again(case in case()) {
        let mut again = case.clone();
        again.position.ordered_already = case.plan().quantity;
        prop_assert_eq!(again.plan().quantity, Quantity::ZERO);
    }

    #[test]
    fn a_higher_target_never_orders_less(case in case(), one in 0_i128..=10_000, other in 0_i128..=10_000) {
        let (lower, higher) = (case.with_target(one.min(other)), case.with_target(one.max(other)));
        prop_assert!(lower.quantity <= higher.quantity);
        prop_assert!(lower.order_up_to_level <= higher.order_up_to_level);
    }

    #[test]
    fn an_unlimited_order_reaches_its_target(case in case()) {
        let mut case = case;
        case.constraints.max_quantity = None;
        case.constraints.order_block = false;
        case.constraints.ends_on = None;
        // Packs reach it in the mean of many orders.
        case.constraints.order_multiple = case.constraints.order_multiple.min(Quantity::from_whole(1));
        let reached = case.plan().service_level_reached;
        prop_assert!(reached >= case.policy.service_target.to_f64(), "{}", reached);
    }

    #[test]
    fn the_service_reached_is_the_one_projected(case in case()) {
        // Two ways to one answer: the plan's needs, and stock walked day by
        // day with the order arriving. One path at a time, so that a day's
        // mean unmet is that path's.
        let mut case = case;
        case.constraints.ends_on = None;
        case.position.reserved = Quantity::ZERO;
        let plan = case.plan();
        let from = plan.interval.lead_time_days() as usize;
        let n_days = plan.interval.n_days as usize;
        let proposal = OpenOrder { due_on: plan.interval.sellable_on, quantity: plan.quantity };
        let mut n_met = 0;
        for row in case.paths.rows() {
            let units: Vec<f64> = (0..N_DAYS).map(|day| row.on(day) as f64 / 10_000.0).collect();
            let path = DemandPaths::new(&units, 1, N_DAYS).unwrap();
            let unmet = case.policy.unmet;
            let walked =
                project_stock(&path, stock_day(), &case.position, Some(proposal), n_days, unmet);
            let after = &walked.unwrap().days[from..];
            n_met += usize::from(after.iter().all(|day| day.expected_unmet == 0.0));
        }
        let walked = n_met as f64 / N_PATHS as f64;
        // Units owed are short in the plan even on days without new demand.
        match case.policy.unmet {
            Unmet::Lost => prop_assert_eq!(plan.service_level_reached, walked),
            Unmet::Backordered => prop_assert!(plan.service_level_reached <= walked),
        }
    }
}
