//! How fast a replay plays: `item_days PERIODS MEAN LEAD_TIME BASE_STOCK` plays one item under
//! base stock with Poisson demand and backorders, and prints item-days a
//! second, mean on hand and fill rate. `benchmarks/stock/peer.py` runs stockpyl on the same.

use shelfcast_inventory::{LeadTimeDistribution, Strategy, SupplyCalendar, Target, Unmet};
use shelfcast_replay::*;
use shelfcast_retail::{Day, Quantity};
use std::error::Error;
use std::io::Write;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<f64>());
    let mut next = || numbers.next().ok_or("usage: item_days PERIODS MEAN LEAD_TIME BASE_STOCK");
    let (periods, mean, lead_time, base) = (next()??, next()??, next()??, next()??);
    let mut state = 7_u64;
    let mut uniform = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    // By inversion of the distribution function.
    let mut poisson = || {
        let (mut left, mut probability, mut count) = (uniform(), (-mean).exp(), 0.0);
        while left > probability && count < 10.0 * mean + 50.0 {
            left -= probability;
            count += 1.0;
            probability *= mean / count;
        }
        count
    };
    let first = Day::from_epoch_days(0);
    let demand: Vec<f64> = (0..periods as usize).map(|_| poisson()).collect();
    let strategy = Strategy {
        unmet: Unmet::Backordered,
        ..Strategy::new(Target::CycleService("0.9".parse()?))
    };
    let lead_time = lead_time as u32;
    let terms =
        Terms::new(strategy, LeadTimeDistribution::fixed(lead_time)?, SupplyCalendar::every(1)?);
    let truth = Truth {
        first_day: first,
        demand,
        availability: vec![],
        on_hand: Quantity::from_whole(base as i64),
        open_orders: vec![],
        lead_time_days: ActualLeadTimes::Always(lead_time),
    };
    let levels = vec![(Quantity::from_whole(base as i64 - 1), Quantity::from_whole(base as i64))];
    let items = [ReplayItem { terms, truth }];
    let options = ReplayOptions {
        choose_every: u32::MAX / 4,
        ..ReplayOptions::new(first, first.plus(periods as i32 - 1))
    };
    let started = Instant::now();
    let outcome = replay(&items, &GivenLevels { levels }, &options)?.remove(0);
    let seconds = started.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "{:.0} item-days a second, mean on hand {:.4}, fill rate {:.5}",
        periods / seconds,
        outcome.stock_unit_days / periods,
        outcome.fill_rate().unwrap_or(1.0)
    )?;
    Ok(())
}
