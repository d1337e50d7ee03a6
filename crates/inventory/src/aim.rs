//! The level that meets a target, read from samples of what is needed.

use crate::curve::Curve;
use crate::reorder::Positions;
use crate::text::percent;
use crate::{Costs, Economics, Rule, Strategy, Target, Unmet};
use shelfcast_retail::{Quantity, Rate};

/// What a level is sized for, in whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Aim {
    CycleService(Rate),
    FillRate(Rate),
    /// Money a unit, in any one unit of money: what it brings, what it costs to keep until the
    /// next order, what is lost when it is written off.
    Economic {
        underage: f64,
        overage: f64,
        write_off: f64,
    },
    /// A level set by hand, in ten-thousandths.
    Level(i64),
}

impl Aim {
    /// The aim of a strategy; what had to be assumed goes to `notes`.
    pub(crate) fn new(
        strategy: &Strategy,
        economics: &Economics,
        costs: &Costs,
        review_days: u32,
        notes: &mut Vec<String>,
    ) -> Self {
        if let Rule::MinMax { minimum, .. } = strategy.rule {
            return Self::Level(i64::try_from(minimum.parts()).unwrap_or(i64::MAX));
        }
        let target = strategy.target;
        if target.rate() == Rate::from_parts(10_000).unwrap_or_default() {
            notes.push("a target of 100 % is planned as no sample path left short".to_owned());
        }
        let is_newsvendor = strategy.rule == Rule::Newsvendor && strategy.shelf_life_days.is_some();
        match target {
            Target::CycleService(rate) if !is_newsvendor => Self::CycleService(rate),
            Target::FillRate(rate) if !is_newsvendor => Self::FillRate(rate),
            _ => match Self::economic(strategy, economics, costs, review_days, is_newsvendor) {
                Some(aim) => aim,
                None => {
                    let service = percent(target.rate());
                    notes.push(format!(
                        "without a cost and a margin above 0 it is planned for {service} service"
                    ));
                    Self::CycleService(target.rate())
                }
            },
        }
    }

    fn economic(
        strategy: &Strategy,
        economics: &Economics,
        costs: &Costs,
        review_days: u32,
        is_newsvendor: bool,
    ) -> Option<Self> {
        let cost = economics.cost().filter(|cost| cost.parts() > 0)?;
        let margin = economics.unit_margin().filter(|margin| margin.parts() > 0)?;
        let underage = costs.underage(margin);
        let write_off = costs.write_off_cost(cost);
        let kept = costs.holding_cost_a_day(cost) * f64::from(review_days);
        // What is left of one shelf life is written off; else what keeps is sold later.
        Some(match (is_newsvendor, strategy.shelf_life_days) {
            (true, _) => Self::Economic { underage, overage: write_off, write_off: 0.0 },
            (false, Some(_)) => Self::Economic { underage, overage: kept, write_off },
            (false, None) => Self::Economic { underage, overage: kept, write_off: 0.0 },
        })
    }

    /// The rate that is aimed at in ten-thousandths, one half where it is none.
    pub(crate) fn share(&self) -> i128 {
        match self {
            Self::CycleService(rate) | Self::FillRate(rate) => rate.parts(),
            Self::Economic { .. } | Self::Level(_) => 5_000,
        }
    }

    /// After "safety at".
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::CycleService(rate) => format!("{} service", percent(*rate)),
            Self::FillRate(rate) => format!("{} fill rate", percent(*rate)),
            Self::Economic { .. } => "the cheapest level".to_owned(),
            Self::Level(_) => "the level set by hand".to_owned(),
        }
    }

    /// Why the level is what it is; `is_rounded` where what packs add is counted on.
    pub(crate) fn reason(&self, level: Quantity, is_rounded: bool) -> String {
        match self {
            Self::CycleService(rate) if is_rounded => format!(
                "{level} and what whole packs add in the mean are enough for {} of the sample paths",
                percent(*rate)
            ),
            Self::CycleService(rate) => {
                format!("{} of the sample paths want at most {level} in all", percent(*rate))
            }
            Self::FillRate(rate) => {
                format!("{level} in all serve {} of the demand at once", percent(*rate))
            }
            Self::Economic { .. } => {
                format!("a unit above {level} would cost more to keep than it brings")
            }
            Self::Level(_) => format!("the level of {level} is set by hand"),
        }
    }
}

/// What each sample path needs, in ten-thousandths.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Needs {
    /// The smallest quantity that leaves nothing unmet.
    pub(crate) units: Vec<i64>,
    /// Units owed before the quantity arrives; empty where unmet demand is lost.
    pub(crate) owed: Vec<i64>,
    /// The most that sells before it is written off; empty for goods that keep.
    pub(crate) sellable: Vec<i64>,
}

impl Needs {
    /// Adds a path.
    pub(crate) fn add(&mut self, units: i64, owed: i64, unmet: Unmet) {
        self.units.push(units);
        if unmet == Unmet::Backordered {
            self.owed.push(owed);
        }
    }
}

impl Curve {
    /// The smallest quantity that meets the aim; `demand` is what is wanted after the quantity
    /// arrived, summed over paths; `positions` are where reviews leave the position, if it is not
    /// at the level or if what is owed counts.
    pub(crate) fn level(&self, aim: &Aim, demand: i128, positions: Option<&Positions>) -> i64 {
        match (*aim, positions) {
            (Aim::FillRate(rate), Some(positions)) => {
                positions.level_for_unmet(self, demand * (10_000 - rate.parts()) / 10_000)
            }
            (Aim::CycleService(rate), Some(packs)) if packs.is_rounded => {
                packs.level_for_cycles(self, rate.parts())
            }
            (Aim::Economic { underage, overage, write_off }, Some(packs))
                if packs.is_rounded && !self.is_owed() =>
            {
                packs.balanced_level(self, (underage, overage, write_off))
            }
            (Aim::Economic { underage, overage, write_off }, Some(positions)) => {
                positions.cheapest_level(self, (underage, overage, write_off))
            }
            _ => self.level_at_once(aim, demand),
        }
    }

    /// The same where every review orders up to the level.
    fn level_at_once(&self, aim: &Aim, demand: i128) -> i64 {
        match *aim {
            Aim::CycleService(rate) => self.needed.quantile(rate.parts()),
            Aim::FillRate(rate) => {
                let allowed = demand * (10_000 - rate.parts()) / 10_000;
                self.smallest(|quantity| self.unmet(quantity) <= allowed)
            }
            Aim::Economic { underage, overage, write_off: 0.0 } => {
                let ratio = underage / (underage + overage);
                self.needed.quantile(libm::ceil(ratio * 10_000.0) as i128)
            }
            Aim::Economic { underage, overage, write_off } => {
                let n_paths = self.n_paths() as f64;
                self.smallest(|quantity| {
                    let enough = self.needed.count_through(quantity) as f64;
                    let spoilt = self.sellable.count_through(quantity) as f64;
                    underage * (n_paths - enough) <= overage * enough + write_off * spoilt
                })
            }
            Aim::Level(level) => level,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(parts: i128) -> Rate {
        Rate::from_parts(parts).unwrap()
    }

    #[test]
    fn a_fill_rate_is_met_by_the_smallest_quantity() {
        // Needs 1 to 10, 55 in all. At 7 the rest is 1 + 2 + 3 = 6 of 55, at 8 it is 3.
        let needs = Needs { units: (1..=10).collect(), ..Needs::default() };
        assert_eq!(Curve::new(&needs).level(&Aim::FillRate(rate(9_000)), 55, None), 8);
        assert_eq!(Curve::new(&needs).level(&Aim::FillRate(rate(8_900)), 55, None), 7);
        assert_eq!(Curve::new(&needs).level(&Aim::FillRate(rate(10_000)), 55, None), 10);
    }

    #[test]
    fn the_cheapest_level_is_the_critical_quantile() {
        // Cu = 3, Co = 1: 75 % of 1 to 20.
        let needs = Needs { units: (1..=20).collect(), ..Needs::default() };
        let aim = Aim::Economic { underage: 3.0, overage: 1.0, write_off: 0.0 };
        assert_eq!(Curve::new(&needs).level(&aim, 0, None), 15);
        // What spoils lowers it: at most 12 sell in time on every path.
        let spoiling = Needs { sellable: vec![12; 20], ..needs };
        let aim = Aim::Economic { underage: 3.0, overage: 0.0, write_off: 9.0 };
        assert_eq!(Curve::new(&spoiling).level(&aim, 0, None), 12);
    }

    proptest! {
        #[test]
        fn the_cheapest_level_has_the_least_expected_cost(
            units in prop::collection::vec(0_i64..40, 1..30),
            underage in 1_i32..9, overage in 1_i32..9,
        ) {
            let needs = Needs { units: units.clone(), ..Needs::default() };
            let (under, over) = (f64::from(underage), f64::from(overage));
            let cost = |level: i64| -> f64 {
                units.iter().map(|need| {
                    under * (need - level).max(0) as f64 + over * (level - need).max(0) as f64
                }).sum()
            };
            let aim = Aim::Economic { underage: under, overage: over, write_off: 0.0 };
            let least = (0..=40).map(cost).fold(f64::INFINITY, f64::min);
            prop_assert!((cost(Curve::new(&needs).level(&aim, 0, None)) - least).abs() < 1e-6 * least.max(1.0) + 0.02 * under);
        }
    }
}
