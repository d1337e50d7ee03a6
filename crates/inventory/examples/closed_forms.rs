//! Closed forms on random instances, as CSV for `benchmarks/stock/peer.py`: a name, the
//! parameters, the answers.

use shelfcast_inventory::*;
use std::error::Error;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let mut state = 20_240_826_u64;
    // Knuth's MMIX generator.
    let mut between = |low: f64, high: f64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * ((state >> 11) as f64 / (1_u64 << 53) as f64)
    };
    for _ in 0..200 {
        let (order, holding) = (between(1.0, 200.0), between(0.05, 5.0));
        let (rate, shortage) = (between(100.0, 9_000.0), between(8.0, 60.0));
        let quantity = economic_order_quantity(order, rate, holding)?;
        writeln!(out, "eoq,{order},{holding},{rate},{quantity}")?;
        let (mean, deviation) = (between(20.0, 500.0), between(1.0, 6.0) * 3.0);
        let newsvendor = normal_newsvendor(mean, deviation, shortage, holding)?;
        writeln!(
            out,
            "newsvendor,{holding},{shortage},{mean},{deviation},{},{}",
            newsvendor.quantity, newsvendor.expected_cost
        )?;
        let k = between(-3.0, 4.0);
        writeln!(out, "loss,{k},{}", normal_loss(k))?;
        let (spread, lead_time) = (rate * between(0.05, 0.25), between(0.02, 0.3));
        let found = normal_reorder_point(order, holding, shortage, rate, spread, lead_time)?;
        writeln!(
            out,
            "reorder_point,{order},{holding},{shortage},{rate},{spread},{lead_time},{},{},{}",
            found.reorder_level, found.quantity, found.expected_cost
        )?;
    }
    Ok(())
}
