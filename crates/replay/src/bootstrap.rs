use crate::paths::{bounded, planned};
use crate::random::{hash, uniform};
use crate::{Costs, Past, Planner, ReplayError, View};
use shelfcast_inventory::DemandPaths;
use shelfcast_retail::{Quantity, Rate};

/// Willemain's bootstrap: periods with and without demand follow a two-state Markov chain
/// estimated on the history; sizes are drawn from it and jittered. Willemain, Smart and Schwarz,
/// "A new approach to forecasting intermittent demand for service parts inventories",
/// International Journal of Forecasting 20 (2004).
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrapPlanner {
    /// Bootstrapped paths an order.
    pub paths: usize,
    /// Seed of the paths; each item and day has its own.
    pub seed: u64,
    /// Replaces the rate of every item's target.
    pub target_rate: Option<Rate>,
    /// What keeping and ordering cost.
    pub costs: Costs,
}

impl Planner for BootstrapPlanner {
    type State = ();

    fn choose(&self, pasts: &[Past<'_>], _: usize) -> Result<Vec<()>, ReplayError> {
        Ok(vec![(); pasts.len()])
    }

    fn learn(&self, (): &mut (), _: &Past<'_>) -> Result<(), ReplayError> {
        Ok(())
    }

    fn order(&self, (): &mut (), view: &View<'_>) -> Result<Quantity, ReplayError> {
        let seed = self.seed ^ hash(&view.past.terms.id) ^ (view.past.units.len() as u64) << 32;
        planned(view, self.target_rate, &self.costs, |n_days| {
            let values = bootstrapped(view.past.units, n_days, self.paths, seed);
            DemandPaths::new(&values, self.paths, n_days)
        })
    }
}

/// `values[path * periods + period]`.
fn bootstrapped(history: &[f64], periods: usize, paths: usize, seed: u64) -> Vec<f64> {
    let sizes: Vec<f64> = history.iter().copied().filter(|units| *units > 0.0).collect();
    let (Some(last), false) = (history.last(), sizes.is_empty()) else {
        return vec![0.0; periods * paths];
    };
    let chain = chances(history);
    let mut values = Vec::with_capacity(periods * paths);
    for path in 0..paths as u64 {
        let mut is_on = *last > 0.0;
        for period in 0..periods as u64 {
            let draw = |purpose| uniform(seed, path, period * 4 + purpose);
            is_on = draw(0) < chain[usize::from(is_on)];
            let size = sizes[(draw(1) * sizes.len() as f64) as usize];
            values.push(if is_on { jittered(size, (draw(2), draw(3))) } else { 0.0 });
        }
    }
    values
}

/// P(demand) after a period without and after one with demand; one of each is added to what was
/// counted, so that nothing is impossible.
fn chances(history: &[f64]) -> [f64; 2] {
    let mut counts = [[1.0, 1.0]; 2];
    for pair in history.windows(2) {
        counts[usize::from(pair[0] > 0.0)][usize::from(pair[1] > 0.0)] += 1.0;
    }
    counts.map(|[without, with]| with / (without + with))
}

/// `1 + INT(X + Z sqrt(X))`, and X itself where that is not above 0.
fn jittered(size: f64, (one, other): (f64, f64)) -> f64 {
    // Box and Muller.
    let normal = libm::sqrt(-2.0 * libm::log(1.0 - one)) * libm::cos(std::f64::consts::TAU * other);
    let moved = 1.0 + libm::floor(size + normal * libm::sqrt(size));
    bounded(if moved > 0.0 { moved } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_the_share_of_periods_with_demand_and_about_their_size() {
        let history: Vec<f64> = (0..200).map(|at| if at % 4 == 0 { 8.0 } else { 0.0 }).collect();
        let values = bootstrapped(&history, 20, 2_000, 3);
        let with_demand = values.iter().filter(|units| **units > 0.0).count() as f64;
        // Never two in a row: shares settle at p / (1 + p), p = 50 of 150 and one of each.
        assert!((with_demand / values.len() as f64 - 0.25).abs() < 0.02);
        let mean = values.iter().sum::<f64>() / with_demand;
        // 1 + floor adds half a unit to the mean of 8.
        assert!((mean - 8.5).abs() < 0.15, "{mean}");
    }

    #[test]
    fn no_demand_stays_none() {
        assert_eq!(bootstrapped(&[0.0; 9], 2, 2, 1), [0.0; 4]);
        assert_eq!(bootstrapped(&[], 1, 1, 1), [0.0]);
    }
}
