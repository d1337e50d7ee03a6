//! The policies that a replay compares.

use super::history::History;
use shelfcast_replay::{
    ExchangePoint, Forecaster, Learning, MinMaxPlanner, NormalPlanner, PathsPlanner, Planner,
    Summary, at_stock_value, replay,
};
use shelfcast_retail::Rate;

/// What one policy came to.
#[derive(Debug, Clone)]
pub struct Replayed {
    pub name: String,
    pub summary: Summary,
    /// Whether it is what really happened, not a replay.
    pub is_past: bool,
}

/// Service against stock value of one policy, over eight settings of its knob.
pub struct Curve {
    policy: Policy,
    pub points: Vec<ExchangePoint>,
}

impl Curve {
    pub fn name(&self) -> &'static str {
        self.policy.name()
    }
}

/// A policy and what is turned to trace its exchange curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Policy {
    /// By service target.
    Ours,
    /// By days of mean sales held for safety.
    MinMax,
    /// By safety factor.
    Normal,
}

impl Policy {
    const ALL: [Self; 3] = [Self::Ours, Self::MinMax, Self::Normal];

    fn name(self) -> &'static str {
        match self {
            Self::Ours => "shelfcast",
            Self::MinMax => "min/max",
            Self::Normal => "normal formula",
        }
    }

    fn settings(self) -> [f64; 8] {
        match self {
            Self::Ours => [0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99],
            Self::MinMax => [0.0, 2.0, 4.0, 7.0, 10.0, 14.0, 21.0, 28.0],
            Self::Normal => [0.0, 0.5, 1.0, 1.3, 1.65, 2.0, 2.5, 3.0],
        }
    }

    /// What stands in for a knob that nobody turned: the rule of thumb, and the factor of a cycle
    /// service level of 95 %. Ours has the targets of each item.
    fn usual(self) -> Option<f64> {
        match self {
            Self::Ours => None,
            Self::MinMax => Some(7.0),
            Self::Normal => Some(1.65),
        }
    }

    fn described(self, setting: Option<f64>) -> String {
        match (self, setting) {
            (_, None) => self.name().to_owned(),
            (Self::Ours, Some(target)) => format!("shelfcast, target {:.1} %", target * 100.0),
            (Self::MinMax, Some(days)) => {
                format!("min/max, {} days of safety", (days * 10.0).round() / 10.0)
            }
            (Self::Normal, Some(factor)) => {
                format!("normal formula, k = {}", (factor * 100.0).round() / 100.0)
            }
        }
    }

    fn played(self, history: &History, setting: Option<f64>) -> anyhow::Result<Summary> {
        let costs = history.costs;
        match self {
            Self::Ours => {
                let parts = setting.map(|target| (target * 10_000.0).round() as i128);
                let ours = PathsPlanner {
                    paths: history.paths,
                    seed: history.seed,
                    target_rate: parts.map(Rate::from_parts).transpose()?,
                    costs,
                    ..PathsPlanner::default()
                };
                played(history, &ours)
            }
            Self::MinMax => played(
                history,
                &MinMaxPlanner { safety_days: setting.unwrap_or_default(), is_bounded: false },
            ),
            Self::Normal => {
                let normal = NormalPlanner {
                    forecaster: Forecaster::Models(Learning::default()),
                    safety_factor: setting.unwrap_or_default(),
                    has_lots: false,
                    costs,
                };
                played(history, &normal)
            }
        }
    }
}

/// What happened, ours, and the two it is compared with.
pub fn replay_all(history: &History) -> anyhow::Result<Vec<Replayed>> {
    let mut rows = Vec::new();
    if let Some(summary) = history.happened {
        rows.push(Replayed { name: "what happened".to_owned(), summary, is_past: true });
    }
    for policy in Policy::ALL {
        let mut name = policy.described(policy.usual());
        if policy == Policy::Ours {
            name.push_str(&history.what_if);
        }
        let summary = policy.played(history, policy.usual())?;
        rows.push(Replayed { name, summary, is_past: false });
    }
    Ok(rows)
}

/// The exchange curve of each policy.
pub fn exchange_curves(history: &History) -> anyhow::Result<Vec<Curve>> {
    let traced = |policy: Policy| {
        let point = |setting| {
            let summary = policy.played(history, Some(setting))?;
            Ok(ExchangePoint::new(setting, &summary))
        };
        let points: anyhow::Result<_> = policy.settings().into_iter().map(point).collect();
        Ok(Curve { policy, points: points? })
    };
    Policy::ALL.into_iter().map(traced).collect()
}

/// Each policy at the setting with which its mean stock is worth `budget`, replayed; those whose
/// curve does not reach it are named.
pub fn within_budget(
    history: &History,
    curves: &[Curve],
    budget: f64,
) -> anyhow::Result<(Vec<Replayed>, Vec<&'static str>)> {
    let (mut rows, mut out_of_reach) = (Vec::new(), Vec::new());
    for curve in curves {
        match at_stock_value(&curve.points, budget, |point| point.setting) {
            Some(setting) => rows.push(Replayed {
                name: format!("{}, stock of {budget}", curve.policy.described(Some(setting))),
                summary: curve.policy.played(history, Some(setting))?,
                is_past: false,
            }),
            None => out_of_reach.push(curve.name()),
        }
    }
    Ok((rows, out_of_reach))
}

fn played<P: Planner>(history: &History, planner: &P) -> anyhow::Result<Summary> {
    let outcomes = replay(&history.items, planner, &history.options())?;
    Ok(Summary::of(&outcomes, &history.costs))
}
