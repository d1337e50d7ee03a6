//! The policies that a replay compares.

use super::history::History;
use shelfcast_replay::{
    ExchangePoint, Forecaster, Learning, MinMaxPlanner, NormalPlanner, PathsPlanner, Planner,
    Summary, replay,
};
use shelfcast_retail::Rate;

/// Targets that the exchange curve is traced at, in ten-thousandths.
const TARGETS: [i128; 8] = [7_000, 8_000, 8_500, 9_000, 9_500, 9_700, 9_800, 9_900];
/// Days of safety of min/max.
const SAFETY_DAYS: [f64; 8] = [0.0, 2.0, 4.0, 7.0, 10.0, 14.0, 21.0, 28.0];
/// Safety factors of the normal formula.
const FACTORS: [f64; 8] = [0.0, 0.5, 1.0, 1.3, 1.65, 2.0, 2.5, 3.0];
/// The factor of a cycle service level of 95 %, and its days of safety by rule of thumb.
const USUAL_FACTOR: f64 = 1.65;
const USUAL_DAYS: f64 = 7.0;

/// What one policy came to.
#[derive(Debug, Clone)]
pub struct Replayed {
    pub name: String,
    pub summary: Summary,
    /// Whether it is what really happened, not a replay.
    pub is_past: bool,
}

/// Ours, the two it is compared with, and what happened.
pub fn replay_all(history: &History) -> anyhow::Result<Vec<Replayed>> {
    let mut rows = Vec::new();
    if let Some(summary) = history.happened {
        rows.push(Replayed { name: "what happened".to_owned(), summary, is_past: true });
    }
    let row = |name: &str, summary| Replayed { name: name.to_owned(), summary, is_past: false };
    rows.push(row("shelfcast", played(history, &ours(history, None))?));
    let min_max = MinMaxPlanner { safety_days: USUAL_DAYS, is_bounded: false };
    rows.push(row("min/max, 7 days of safety", played(history, &min_max)?));
    let normal = played(history, &normal(history, USUAL_FACTOR))?;
    rows.push(row("normal formula, k = 1.65", normal));
    Ok(rows)
}

/// Service against stock value for each policy, over eight settings of its knob.
pub fn exchange_curves(history: &History) -> anyhow::Result<Vec<(String, Vec<ExchangePoint>)>> {
    let mut ours_at = Vec::new();
    for target in TARGETS {
        let rate = Rate::from_parts(target)?;
        let summary = played(history, &ours(history, Some(rate)))?;
        ours_at.push(ExchangePoint::new(rate.to_f64(), &summary));
    }
    let mut min_max = Vec::new();
    for days in SAFETY_DAYS {
        let summary = played(history, &MinMaxPlanner { safety_days: days, is_bounded: false })?;
        min_max.push(ExchangePoint::new(days, &summary));
    }
    let mut normals = Vec::new();
    for factor in FACTORS {
        let summary = played(history, &normal(history, factor))?;
        normals.push(ExchangePoint::new(factor, &summary));
    }
    Ok(vec![
        ("shelfcast".to_owned(), ours_at),
        ("min/max".to_owned(), min_max),
        ("normal formula".to_owned(), normals),
    ])
}

fn ours(history: &History, target_rate: Option<Rate>) -> PathsPlanner {
    PathsPlanner {
        paths: history.paths,
        seed: history.seed,
        target_rate,
        costs: history.costs,
        ..PathsPlanner::default()
    }
}

fn normal(history: &History, safety_factor: f64) -> NormalPlanner {
    NormalPlanner {
        forecaster: Forecaster::Models(Learning::default()),
        safety_factor,
        has_lots: false,
        costs: history.costs,
    }
}

fn played<P: Planner>(history: &History, planner: &P) -> anyhow::Result<Summary> {
    let outcomes = replay(&history.items, planner, &history.options())?;
    Ok(Summary::of(&outcomes, &history.costs))
}
