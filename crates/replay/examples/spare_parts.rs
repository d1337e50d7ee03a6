//! Exchange curves of spare parts:
//! `spare_parts MAN.csv [EVERY] [PATHS] [TRAINING_WEEKS] [WEEKS] [PLANNERS]`.
//!
//! Weekly demand of the file that `benchmarks/stock/prepare.py` writes. Fitted on weeks 1-105,
//! played from week 106 on to week 150; the lead time's weeks are warm-up. With 65 and 105 the
//! same is played inside the training part: there settings may be compared. Each planner is traced
//! at eight settings: value-weighted fill rate against mean stock at cost. PLANNERS, where it is
//! given, has to be in the name of those that are played.
//!
//! What is turned is the same for all parts. For SBA and the normal formula it is the safety factor;
//! for sample paths and for Willemain's bootstrap it is what a unit that waits costs, in shares of
//! its own cost. With stock and service both weighed by cost that is the shadow price of the
//! service: the least stock for any fill rate is on its curve.
//!
//! Such prices are critical ratios of 0.98 and more. They are read from the last few sample paths,
//! so PATHS decides: the default is that of `shelfcast.toml`.

use shelfcast_forecast::Frequency;
use shelfcast_inventory::{
    Constraints, Economics, LeadTimeDistribution, Lot, Rule, Strategy, SupplyCalendar, Target,
    Unmet,
};
use shelfcast_replay::*;
use shelfcast_retail::{Day, Money, Quantity};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::sync::Mutex;

/// Parts of the data.
#[derive(Clone, Copy)]
struct Split {
    training_weeks: usize,
    weeks: usize,
    paths: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: spare_parts MAN.csv [EVERY] [PATHS]")?;
    let every: usize = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let mut number = |otherwise: usize| arguments.next().map_or(Ok(otherwise), |text| text.parse());
    let (paths, training_weeks, weeks) = (number(500)?, number(105)?, number(150)?);
    let split = Split { training_weeks, weeks, paths };
    let asked = arguments.next().unwrap_or_default();
    let skus = read(&path, every)?;
    let mut out = std::io::stdout().lock();
    write_reach(&mut out, &skus, split)?;
    writeln!(out, "planner,setting,fill_rate,stock_value,operating_cost,cycle_service")?;
    let mut curves: Vec<(&str, Vec<ExchangePoint>)> = Vec::new();
    let prices = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 8.0, 20.0];
    let planners = [
        ("SBA and normal", [0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0]),
        ("paths", prices),
        ("paths, not calibrated", prices),
        ("Willemain", prices),
    ];
    for (name, settings) in planners.into_iter().filter(|(name, _)| name.contains(&asked)) {
        let cache = Mutex::new(BTreeMap::new());
        let mut curve = Vec::new();
        for setting in settings {
            let summary = play(&skus, name, setting, split, &cache)?;
            let point = ExchangePoint::new(setting, &summary);
            writeln!(
                out,
                "{name},{setting},{:.4},{:.0},{:.0},{:.4}",
                point.fill_rate,
                point.stock_value,
                point.operating_cost,
                summary.cycle_service_level().unwrap_or(0.0)
            )?;
            out.flush()?;
            curve.push(point);
        }
        curves.push((name, curve));
    }
    writeln!(out, "\nplanner,stock at 0.90,at 0.95,at 0.98")?;
    for (name, curve) in &curves {
        let at = |fill| {
            at_fill_rate(curve, fill, |point| point.stock_value)
                .map_or("-".to_owned(), |value| format!("{value:.0}"))
        };
        writeln!(out, "{name},{},{},{}", at(0.90), at(0.95), at(0.98))?;
    }
    Ok(())
}

/// How far a fill rate can reach whose planner knows no part that has not moved.
fn write_reach(out: &mut impl Write, skus: &[Sku], split: Split) -> Result<(), Box<dyn Error>> {
    let (mut total, mut unknown) = (0.0, 0.0);
    for sku in skus {
        let from = (split.training_weeks + sku.lead_time as usize).min(split.weeks);
        let value = sku.cost * sku.demand[from..split.weeks].iter().sum::<f64>();
        total += value;
        if sku.demand[..split.training_weeks].iter().all(|units| *units == 0.0) {
            unknown += value;
        }
    }
    writeln!(
        out,
        "{} SKUs; of the value wanted {:.4} is of SKUs without demand in training",
        skus.len(),
        unknown / f64::max(total, 1.0)
    )?;
    Ok(())
}

struct Sku {
    id: String,
    cost: f64,
    lead_time: u32,
    minimum: Quantity,
    demand: Vec<f64>,
}

fn read(path: &str, every: usize) -> Result<Vec<Sku>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let mut skus = Vec::new();
    for line in text.lines().step_by(every.max(1)) {
        let cells: Vec<&str> = line.split(',').collect();
        let demand = cells[4..].iter().map(|cell| cell.parse()).collect::<Result<Vec<f64>, _>>()?;
        skus.push(Sku {
            id: cells[0].to_owned(),
            cost: cells[1].parse()?,
            lead_time: cells[2].parse()?,
            minimum: Quantity::from_whole(cells[3].parse()?),
            demand,
        });
    }
    Ok(skus)
}

/// Ordering costs 5 a line and nothing besides; holding 20 % a year.
fn costs() -> Costs {
    Costs {
        order_cost: Money::ZERO,
        order_line_cost: Money::from_whole(5),
        periods_a_year: 52,
        ..Costs::default()
    }
}

fn week(index: usize) -> Day {
    // Weeks are played on the clock's days.
    Day::from_epoch_days(20_000 + index as i32)
}

/// `price_of_waiting` in shares of the unit's cost: the margin by which the economic target is sized.
fn item(sku: &Sku, price_of_waiting: f64, weeks: usize) -> Result<ReplayItem, Box<dyn Error>> {
    let strategy = Strategy {
        rule: Rule::ReorderUpTo(Lot::Economic),
        unmet: Unmet::Backordered,
        ..Strategy::new(Target::Economic { otherwise: "0.95".parse()? })
    };
    let cost = Money::from_parts((sku.cost * 1e4).round().max(1.0) as i128);
    let price = Money::from_parts((sku.cost * (1.0 + price_of_waiting) * 1e4).round() as i128);
    let mean = sku.demand[..weeks].iter().sum::<f64>() / weeks as f64;
    let terms = Terms {
        id: sku.id.clone(),
        frequency: Frequency::Week,
        constraints: Constraints { min_order_quantity: sku.minimum, ..Constraints::default() },
        economics: Economics { unit_cost: Some(cost), unit_price: Some(price) },
        ..Terms::new(
            strategy,
            LeadTimeDistribution::fixed(sku.lead_time)?,
            SupplyCalendar::every(1)?,
        )
    };
    let truth = Truth {
        first_day: week(0),
        demand: sku.demand.clone(),
        availability: vec![],
        // All policies begin with the mean demand of the lead time and a review.
        on_hand: Quantity::from_whole((mean * f64::from(sku.lead_time + 1)).ceil() as i64),
        open_orders: vec![],
        lead_time_days: ActualLeadTimes::Always(sku.lead_time),
    };
    Ok(ReplayItem { terms, truth })
}

type Cache = Mutex<BTreeMap<usize, Vec<Learner>>>;

fn play(
    skus: &[Sku],
    name: &str,
    setting: f64,
    split: Split,
    cache: &Cache,
) -> Result<Summary, Box<dyn Error>> {
    let mut outcomes = Vec::new();
    // Two lead times, two warm-ups.
    for lead_time in [7, 16] {
        let of_lead_time = skus.iter().filter(|sku| sku.lead_time == lead_time);
        let items = of_lead_time
            .map(|sku| item(sku, setting, split.training_weeks))
            .collect::<Result<Vec<_>, _>>()?;
        let options = ReplayOptions {
            measure_from: week(split.training_weeks + lead_time as usize),
            choose_every: 4,
            threads: 2,
            ..ReplayOptions::new(week(split.training_weeks), week(split.weeks - 1))
        };
        outcomes.extend(match name {
            "SBA and normal" => {
                let planner = NormalPlanner {
                    forecaster: Forecaster::SyntetosBoylan { alpha: 0.1 },
                    safety_factor: setting,
                    has_lots: true,
                    costs: costs(),
                };
                replay(&items, &planner, &options)?
            }
            "Willemain" => {
                let planner = BootstrapPlanner {
                    paths: split.paths,
                    seed: 1,
                    target_rate: None,
                    costs: costs(),
                };
                replay(&items, &planner, &options)?
            }
            _ => {
                let learning = Learning {
                    horizon: lead_time as usize + 1,
                    // Two years of parts that move every few months say nothing of a season.
                    season_length: Some(1),
                    is_calibrated: name == "paths",
                    ..Learning::default()
                };
                let inner = PathsPlanner {
                    learning,
                    paths: split.paths,
                    costs: costs(),
                    ..PathsPlanner::default()
                };
                replay(&items, &Shared { inner, cache, lead_time }, &options)?
            }
        });
    }
    Ok(Summary::of(&outcomes, &costs()))
}

/// Backordered demand is all written down, so what is learnt does not depend on the setting.
struct Shared<'a> {
    inner: PathsPlanner,
    cache: &'a Cache,
    lead_time: u32,
}

impl Planner for Shared<'_> {
    type State = Learner;

    fn choose(&self, pasts: &[Past<'_>], threads: usize) -> Result<Vec<Learner>, ReplayError> {
        let weeks = pasts.first().map_or(0, |past| past.units.len());
        let key = weeks * 100 + self.lead_time as usize;
        let known = self.cache.lock().ok().and_then(|cache| cache.get(&key).cloned());
        if let Some(known) = known {
            return Ok(known);
        }
        let learners = self.inner.choose(pasts, threads)?;
        if let Ok(mut cache) = self.cache.lock() {
            cache.insert(key, learners.clone());
        }
        Ok(learners)
    }

    fn learn(&self, state: &mut Learner, past: &Past<'_>) -> Result<(), ReplayError> {
        self.inner.learn(state, past)
    }

    fn order(&self, state: &mut Learner, view: &View<'_>) -> Result<Quantity, ReplayError> {
        self.inner.order(state, view)
    }
}
