use crate::min_max::year;
use crate::random::hash;
use crate::{Costs, Learner, Learning, Past, Planner, ReplayError, View};
use shelfcast_inventory::{
    DemandPaths, MAX_DAILY_DEMAND, PlanError, Replenishment, Strategy, Target, plan_replenishment,
    replenishment_days,
};
use shelfcast_retail::{Quantity, Rate};

/// Orders as `plan_order` proposes them: demand models refitted as time passes, sample paths over
/// the interval, the item's own strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct PathsPlanner {
    /// How forecasts are learnt.
    pub learning: Learning,
    /// Sample paths an order.
    pub paths: usize,
    /// Seed of the paths; each item has its own.
    pub seed: u64,
    /// Replaces the rate of every item's target: what an exchange curve turns. An economic target
    /// weighs lost units by [`Costs::moved`].
    pub target_rate: Option<Rate>,
    /// What keeping and ordering cost; the year's length is that of each item's periods.
    pub costs: Costs,
}

impl Default for PathsPlanner {
    /// 300 paths, the items' own targets, the usual costs.
    fn default() -> Self {
        Self {
            learning: Learning::default(),
            paths: 300,
            seed: 1,
            target_rate: None,
            costs: Costs::default(),
        }
    }
}

impl Planner for PathsPlanner {
    type State = Learner;

    fn choose(&self, pasts: &[Past<'_>], threads: usize) -> Result<Vec<Learner>, ReplayError> {
        self.learning.learn_all(pasts, threads)
    }

    fn learn(&self, state: &mut Learner, past: &Past<'_>) -> Result<(), ReplayError> {
        self.learning.move_on(state, past)
    }

    fn order(&self, state: &mut Learner, view: &View<'_>) -> Result<Quantity, ReplayError> {
        planned(view, self.target_rate, &self.costs, |n_days| {
            let seed = self.seed ^ hash(&view.past.terms.id);
            let drawn = state.sample_paths(&view.past, n_days, self.paths, seed);
            DemandPaths::new(drawn.values(), self.paths, n_days)
        })
    }
}

/// A strategy with another rate in its target, and the costs that it is sized by.
fn retargeted(strategy: &Strategy, costs: &Costs, rate: Option<Rate>) -> (Strategy, Costs) {
    let (mut strategy, mut costs) = (strategy.clone(), *costs);
    if let Some(rate) = rate {
        strategy.target = match strategy.target {
            Target::CycleService(_) => Target::CycleService(rate),
            Target::FillRate(_) => Target::FillRate(rate),
            Target::Economic { otherwise } => {
                costs = costs.moved(otherwise, rate);
                Target::Economic { otherwise: rate }
            }
        };
    }
    (strategy, costs)
}

/// The quantity that [`plan_replenishment`] proposes over paths that are drawn for it.
pub(crate) fn planned(
    view: &View<'_>,
    rate: Option<Rate>,
    costs: &Costs,
    draw: impl FnOnce(usize) -> Result<DemandPaths, PlanError>,
) -> Result<Quantity, ReplayError> {
    let terms = view.past.terms;
    let stock_day = view.stock_day();
    let (strategy, costs) = retargeted(&terms.strategy, costs, rate);
    let costs = Costs { periods_a_year: year(terms), ..costs };
    let strategy = &strategy;
    let plan = || {
        let days = replenishment_days(stock_day, &terms.lead_time, &terms.calendar, strategy)?;
        plan_replenishment(&Replenishment {
            paths: &draw(days as usize)?,
            stock_day,
            position: view.position,
            strategy,
            lead_time: &terms.lead_time,
            calendar: &terms.calendar,
            constraints: &terms.constraints,
            economics: &terms.economics,
            costs: &costs,
        })
    };
    let refused =
        |source| ReplayError::Plan { id: terms.id.clone(), order_on: view.past.next_day(), source };
    Ok(plan().map_err(refused)?.quantity)
}

/// Values as paths may hold them.
pub(crate) fn bounded(value: f64) -> f64 {
    value.clamp(0.0, MAX_DAILY_DEMAND)
}
