//! `speed plan [N]`: N product x places planned with 1,000 sample paths of 28 + 14 days, models
//! fitted before. `speed replay [N]`: one year's replay of N product x places, models moved daily,
//! chosen every four weeks, ordered weekly.

use shelfcast_forecast::Availability;
use shelfcast_inventory::{
    Constraints, DemandPaths, Economics, LeadTimeDistribution, Position, Replenishment, Strategy,
    SupplyCalendar, Target, plan_replenishment,
};
use shelfcast_replay::*;
use shelfcast_retail::{Day, Quantity};
use std::error::Error;
use std::io::Write;
use std::time::Instant;

const HISTORY: usize = 365;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().ok_or("usage: speed plan|replay [N]")?;
    let mut out = std::io::stdout().lock();
    if what == "plan" {
        let n: usize = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
        let seconds = plan(n)?;
        writeln!(out, "{n} planned in {seconds:.1} s on two threads")?;
    } else {
        let n: usize = arguments.next().map_or(Ok(1_000), |text| text.parse())?;
        let items: Vec<ReplayItem> =
            (0..n).map(|index| item(index, 2 * HISTORY)).collect::<Result<_, _>>()?;
        let first = day(HISTORY);
        let options =
            ReplayOptions { threads: 2, ..ReplayOptions::new(first, day(2 * HISTORY - 1)) };
        let planner = PathsPlanner { paths: 200, ..PathsPlanner::default() };
        let started = Instant::now();
        let outcomes = replay(&items, &planner, &options)?;
        let sum = Summary::of(&outcomes, &Costs::default());
        writeln!(
            out,
            "{n} items x 365 days replayed in {:.1} s on two threads, fill rate {:.4}",
            started.elapsed().as_secs_f64(),
            sum.fill_rate().unwrap_or(1.0)
        )?;
    }
    Ok(())
}

fn day(index: usize) -> Day {
    Day::from_epoch_days(19_723 + index as i32)
}

/// Whole units with a weekly pattern: slow, usual and fast products by turns.
fn item(index: usize, days: usize) -> Result<ReplayItem, Box<dyn Error>> {
    let mut state = index as u64 + 1;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 1_000
    };
    let most = [1, 4, 20][index % 3];
    let demand = (0..days).map(|at| {
        let weekend = if at % 7 >= 5 { 2 } else { 1 };
        ((next() * next() * (most + 1) * weekend) / 1_000_000) as f64
    });
    let demand = demand.collect();
    let terms = Terms {
        id: format!("item {index}"),
        ..Terms::new(
            Strategy::new(Target::FillRate("0.97".parse()?)),
            LeadTimeDistribution::fixed(7)?,
            SupplyCalendar::every(7)?,
        )
    };
    let truth = Truth {
        first_day: day(0),
        demand,
        availability: vec![],
        on_hand: Quantity::from_whole(most as i64 * 10),
        open_orders: vec![],
        lead_time_days: ActualLeadTimes::Always(7),
    };
    Ok(ReplayItem { terms, truth })
}

/// Seconds to plan `n` items; a hundred fitted models are asked by turns, each time with another
/// seed, as a run asks stored models.
fn plan(n: usize) -> Result<f64, Box<dyn Error>> {
    let items: Vec<ReplayItem> =
        (0..100).map(|index| item(index, HISTORY)).collect::<Result<_, _>>()?;
    let availability = vec![Availability::Observed; HISTORY];
    let pasts: Vec<Past<'_>> = items
        .iter()
        .map(|item| Past {
            terms: &item.terms,
            first_day: day(0),
            units: &item.truth.demand,
            availability: &availability,
        })
        .collect();
    let learners = Learning::default().learn_all(&pasts, 2)?;
    let lead_time = LeadTimeDistribution::fixed(28)?;
    let calendar = SupplyCalendar::every(14)?;
    let started = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (pasts, learners, items) = (&pasts, &learners, &items);
            let (lead_time, calendar) = (&lead_time, &calendar);
            scope.spawn(move || {
                for index in (thread..n).step_by(2) {
                    let which = index % 100;
                    let drawn =
                        learners[which].sample_paths(&pasts[which], 42, 1_000, index as u64);
                    let Ok(paths) = DemandPaths::new(drawn.values(), 1_000, 42) else { return };
                    let plan = plan_replenishment(&Replenishment {
                        paths: &paths,
                        stock_day: day(HISTORY - 1),
                        position: &Position::default(),
                        strategy: &items[which].terms.strategy,
                        lead_time,
                        calendar,
                        constraints: &Constraints::default(),
                        economics: &Economics::default(),
                        costs: &Costs::default(),
                    });
                    std::hint::black_box(&plan);
                }
            });
        }
    });
    Ok(started.elapsed().as_secs_f64())
}
