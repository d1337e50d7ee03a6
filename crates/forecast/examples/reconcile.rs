//! Times the reconciliation of many bottom series.
//!
//! `reconcile [SERIES]`: products in 50 places with categories, departments, regions and a total,
//! places crossing products; many bottom series near 0.
#![expect(clippy::print_stdout, reason = "it prints its measurements")]

use shelfcast_forecast::hierarchy::{Hierarchy, HierarchyError, MinimumTrace};
use std::time::Instant;

const PLACES: usize = 50;

fn main() -> Result<(), HierarchyError> {
    let argument = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let bottom: usize = argument.unwrap_or(100_000);
    let by = |key: &dyn Fn(usize, usize) -> usize| -> Vec<u32> {
        (0..bottom).map(|at| key(at / PLACES, at % PLACES) as u32).collect()
    };
    let products = bottom.div_ceil(PLACES);
    let category = |product: usize| product * 40 / products;
    let levels = [
        by(&|product, _| product),
        by(&|product, place| category(product) * PLACES + place),
        by(&|product, _| category(product)),
        by(&|product, _| category(product) / 8),
        by(&|_, place| place),
        by(&|_, place| place / 10),
        by(&|_, _| 0),
    ];
    let slices: Vec<&[u32]> = levels.iter().map(Vec::as_slice).collect();
    let hierarchy = Hierarchy::new(bottom, &slices)?;
    // A number from 0 to 1 that looks random.
    let noise = |seed: usize| {
        let mixed = (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / 2_f64.powi(53)
    };
    let demand: Vec<f64> = (0..bottom).map(|at| 10.0 * noise(at).powi(3)).collect();
    let truth = hierarchy.aggregate(&demand)?;
    // Forecasts are 40 % wrong at the bottom and 5 % above, and never negative.
    let share = |node: usize| if node < bottom { 0.4 } else { 0.05 };
    let variances: Vec<f64> =
        truth.iter().enumerate().map(|(node, mean)| (share(node) * mean).powi(2) + 1e-4).collect();
    let base: Vec<f64> = (0..truth.len())
        .map(|node| {
            let twelve: f64 = (0..12).map(|draw| noise(node * 12 + draw + 1)).sum();
            (truth[node] + variances[node].sqrt() * (twelve - 6.0)).max(0.0)
        })
        .collect();
    let started = Instant::now();
    let reconciler = MinimumTrace::new(&hierarchy, &variances)?;
    println!("{} nodes, set up {:.3} s", hierarchy.nodes(), started.elapsed().as_secs_f64());
    let started = Instant::now();
    let free = reconciler.reconcile(&base)?;
    println!("reconciled in {:.3} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    let held = reconciler.reconcile_non_negative(&base)?;
    println!("non-negative in {:.3} s", started.elapsed().as_secs_f64());
    for (name, values) in [("base", &base), ("free", &free), ("non-negative", &held)] {
        let error = |nodes: std::ops::Range<usize>| {
            let count = nodes.len() as f64;
            let sum: f64 = nodes.map(|node| (values[node] - truth[node]).powi(2)).sum();
            (sum / count).sqrt()
        };
        let negative = values.iter().filter(|value| **value < 0.0).count();
        println!(
            "{name}: rms error bottom {:.3} places {:.1} total {:.1}, {negative} below 0",
            error(0..bottom),
            error(hierarchy.groups(4)),
            error(hierarchy.groups(6)),
        );
    }
    Ok(())
}
