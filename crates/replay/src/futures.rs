use crate::paths::planned;
use crate::{Costs, Past, Planner, ReplayError, View};
use shelfcast_inventory::DemandPaths;
use shelfcast_retail::{Day, Quantity, Rate};

/// Futures of demand that are drawn by someone who knows the truth's law, though not the truth.
pub trait DemandFutures: Sync {
    /// Units of `periods` days from `from` on: `values[path * periods + period]`, and how many
    /// paths there are.
    fn draw(&self, item: usize, from: Day, periods: usize) -> (Vec<f64>, usize);
}

/// The items' own strategies fed with given futures instead of forecasts: the oracle planner.
#[derive(Debug, Clone, PartialEq)]
pub struct FuturesPlanner<F> {
    /// Where the futures come from.
    pub futures: F,
    /// Replaces the rate of every item's target.
    pub target_rate: Option<Rate>,
    /// What keeping and ordering cost.
    pub costs: Costs,
}

impl<F: DemandFutures> Planner for FuturesPlanner<F> {
    type State = ();

    fn choose(&self, pasts: &[Past<'_>], _: usize) -> Result<Vec<()>, ReplayError> {
        Ok(vec![(); pasts.len()])
    }

    fn learn(&self, (): &mut (), _: &Past<'_>) -> Result<(), ReplayError> {
        Ok(())
    }

    fn order(&self, (): &mut (), view: &View<'_>) -> Result<Quantity, ReplayError> {
        planned(view, self.target_rate, &self.costs, |n_days| {
            let (values, paths) = self.futures.draw(view.index, view.past.next_day(), n_days);
            DemandPaths::new(&values, paths, n_days)
        })
    }
}
