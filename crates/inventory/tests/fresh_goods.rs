//! Orders of goods that spoil, played over many cycles with every unit's date known.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use shelfcast_inventory::*;
use shelfcast_retail::{Day, Quantity};
use std::collections::VecDeque;

const REVIEW_DAYS: i32 = 2;
const LEAD_TIME_DAYS: i32 = 1;
const CYCLES: i32 = 3_000;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    /// By inversion of the distribution function.
    fn poisson(&mut self, mean: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mut left = ((word ^ (word >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        let (mut probability, mut count) = ((-mean).exp(), 0.0);
        while left > probability && count < 10.0 * mean + 50.0 {
            left -= probability;
            count += 1.0;
            probability *= mean / count;
        }
        count
    }
}

/// A shelf whose units have dates; oldest are sold first.
#[derive(Default)]
struct Shelf {
    lots: VecDeque<(i32, i64)>,
    coming: Vec<OpenOrder>,
}

impl Shelf {
    fn position(&self) -> Position {
        let on_hand: i64 = self.lots.iter().map(|lot| lot.1).sum();
        Position {
            on_hand: Quantity::from_whole(on_hand),
            open_orders: self.coming.clone(),
            ..Position::default()
        }
    }

    /// Opening to closing; whether demand was met.
    fn pass(&mut self, day: Day, life: i32, demand: f64) -> bool {
        let arriving = self.coming.iter().filter(|order| order.due_on <= day);
        let units: f64 = arriving.map(|order| order.quantity.to_f64()).sum();
        self.coming.retain(|order| order.due_on > day);
        self.lots.push_back((day.plus(life - 1).epoch_days(), units as i64));
        let mut missing = demand as i64;
        for lot in &mut self.lots {
            let sold = missing.min(lot.1);
            lot.1 -= sold;
            missing -= sold;
        }
        self.lots.retain(|lot| lot.0 > day.epoch_days() && lot.1 > 0);
        missing == 0
    }
}

/// The share of cycles without unmet demand that orders for a cycle service level of 0.9 reach.
fn cycle_service_reached(daily: f64, life: i32) -> f64 {
    let mut random = Random(17);
    let strategy = Strategy {
        shelf_life_days: Some(life as u32),
        ..Strategy::new(Target::CycleService("0.9".parse().unwrap()))
    };
    let lead_time = LeadTimeDistribution::fixed(LEAD_TIME_DAYS as u32).unwrap();
    let calendar = SupplyCalendar::every(REVIEW_DAYS as u32).unwrap();
    let first = Day::from_epoch_days(20_000);
    let days =
        replenishment_days(first.plus(-1), &lead_time, &calendar, &strategy).unwrap() as usize;
    let values: Vec<f64> = (0..500 * days).map(|_| random.poisson(daily)).collect();
    let paths = DemandPaths::new(&values, 500, days).unwrap();
    let mut shelf = Shelf::default();
    let (mut served, mut is_served) = (0, true);
    for at in 0..CYCLES * REVIEW_DAYS {
        let day = first.plus(at);
        if at % REVIEW_DAYS == 0 {
            let plan = plan_replenishment(&Replenishment {
                paths: &paths,
                stock_day: day.plus(-1),
                position: &shelf.position(),
                strategy: &strategy,
                lead_time: &lead_time,
                calendar: &calendar,
                constraints: &Constraints::default(),
                economics: &Economics::default(),
                costs: &Costs::default(),
            })
            .unwrap();
            if plan.quantity > Quantity::ZERO {
                let due_on = day.plus(LEAD_TIME_DAYS);
                shelf.coming.push(OpenOrder { due_on, quantity: plan.quantity });
            }
        }
        if at % REVIEW_DAYS == LEAD_TIME_DAYS {
            served += i32::from(is_served && at > REVIEW_DAYS);
            is_served = true;
        }
        is_served &= shelf.pass(day, life, random.poisson(daily));
    }
    f64::from(served) / f64::from(CYCLES)
}

#[test]
fn fresh_goods_reach_their_cycle_service() {
    for (daily, life) in [(0.4, 4), (0.8, 4), (2.0, 3), (2.0, 6), (12.0, 4)] {
        let reached = cycle_service_reached(daily, life);
        // 1.5 points, and three standard errors of 3,000 cycles.
        let allowed = 0.015 + 3.0 * (0.09_f64 / f64::from(CYCLES)).sqrt();
        assert!(reached > 0.9 - allowed, "{daily} a day, {life} days: {reached}");
    }
}

#[test]
fn what_sells_in_time_does_so_on_nine_of_ten_paths() {
    // Twenty paths of 1 to 20 a day; the order comes tomorrow and is sold on two days: 2 to 40 units.
    // The tenth part of the paths, two, sell up to 4; all others sell more.
    let values: Vec<f64> = (1..=20).flat_map(|daily| [f64::from(daily); 4]).collect();
    let paths = DemandPaths::new(&values, 20, 4).unwrap();
    let plan = |target, shelf_life_days| {
        plan_replenishment(&Replenishment {
            paths: &paths,
            stock_day: Day::from_epoch_days(20_000),
            position: &Position::default(),
            strategy: &Strategy { shelf_life_days, ..Strategy::new(target) },
            lead_time: &LeadTimeDistribution::fixed(1).unwrap(),
            calendar: &SupplyCalendar::every(1).unwrap(),
            constraints: &Constraints::default(),
            economics: &Economics {
                unit_cost: Some("1".parse().unwrap()),
                unit_price: Some("2".parse().unwrap()),
            },
            costs: &Costs::default(),
        })
        .unwrap()
        .sells_in_time
    };
    let service = Target::CycleService("0.9".parse().unwrap());
    let economic = Target::Economic { otherwise: "0.9".parse().unwrap() };
    for target in [service, economic] {
        assert_eq!(plan(target, Some(2)), Some(Quantity::from_whole(4)), "{target:?}");
        assert_eq!(plan(target, None), None);
    }
}
