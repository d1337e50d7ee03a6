//! How long one order takes to plan and one stock to project, with as many
//! sample paths as a production run draws: 500 of 42 days.

use criterion::{Criterion, criterion_group, criterion_main};
use shelfcast_inventory::{
    Constraints, DemandPaths, Economics, Policy, Position, Unmet, plan_order, project_stock,
};
use shelfcast_retail::{Day, Quantity, Rate};
use std::hint::black_box;

const N_PATHS: usize = 500;
const N_DAYS: usize = 42;

/// Whole units 0 to 6 from a linear congruential generator (Knuth's MMIX).
fn units() -> Vec<f64> {
    let mut state = 7_u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % 7) as f64
    };
    (0..N_PATHS * N_DAYS).map(|_| next()).collect()
}

fn planning(criterion: &mut Criterion) {
    let units = units();
    let paths = DemandPaths::new(&units, N_PATHS, N_DAYS).expect("whole units");
    let stock_day = Day::from_epoch_days(20_000);
    let position = Position { on_hand: Quantity::from_whole(60), ..Position::default() };
    let (constraints, economics) = (Constraints::default(), Economics::default());
    let policy = |unmet| Policy {
        service_target: Rate::from_parts(9_500).expect("0.95"),
        review_days: 14,
        lead_time_days: 28,
        unmet,
        assumptions: Vec::new(),
    };
    criterion.bench_function("demand_paths_500x42", |bencher| {
        bencher.iter(|| DemandPaths::new(black_box(&units), N_PATHS, N_DAYS));
    });
    for unmet in [Unmet::Lost, Unmet::Backordered] {
        let policy = policy(unmet);
        criterion.bench_function(&format!("plan_order_500x42_{}", unmet.as_str()), |bencher| {
            bencher.iter(|| {
                let paths = black_box(&paths);
                plan_order(paths, stock_day, &position, &policy, &constraints, &economics)
            });
        });
    }
    criterion.bench_function("project_stock_500x42", |bencher| {
        bencher.iter(|| {
            project_stock(black_box(&paths), stock_day, &position, None, N_DAYS, Unmet::Lost)
        });
    });
}

criterion_group!(benches, planning);
criterion_main!(benches);
