//! Non-negative reconciliation by block principal pivoting (Júdice and Pires 1994).
//!
//! Bottom series are free or held at 0. All that break the conditions of an optimum (a free one
//! below 0, a held one that the sum would rather see above 0) change sides at once, while that
//! brings their number down; when it has not for a while, one at a time does, which always ends.

use super::HierarchyError;
use super::minimum_trace::MinimumTrace;

/// Exchanges of all at once that may fail to bring the number down.
const PATIENCE: usize = 5;

/// Exchanges in all.
const MOST_EXCHANGES: usize = 1_000;

/// What counts as below 0, relative to the size of the forecasts.
const TOLERANCE: f64 = 1e-9;

pub(super) struct Pivots<'a> {
    problem: &'a MinimumTrace<'a>,
    base: &'a [f64],
    is_held: Vec<bool>,
    tolerance: f64,
    /// The bottom values of the last solution.
    values: Vec<f64>,
}

impl<'a> Pivots<'a> {
    pub(super) fn new(problem: &'a MinimumTrace<'a>, base: &'a [f64]) -> Self {
        let bottom = problem.hierarchy().bottom();
        let size = base[..bottom].iter().map(|value| value.abs()).sum::<f64>() / bottom as f64;
        Self {
            problem,
            base,
            // One that may not move is held where its forecast is below 0.
            is_held: vec![false; bottom],
            tolerance: TOLERANCE * size,
            values: base[..bottom].iter().map(|value| value.max(0.0)).collect(),
        }
    }

    pub(super) fn solve(mut self) -> Result<Vec<f64>, HierarchyError> {
        let (mut fewest, mut patience) = (usize::MAX, PATIENCE);
        for _ in 0..MOST_EXCHANGES {
            self.free_solution()?;
            let wrong = self.wrong();
            let Some(last) = wrong.last().copied() else {
                return Ok(self.values.into_iter().map(|value| value.max(0.0)).collect());
            };
            if wrong.len() < fewest {
                (fewest, patience) = (wrong.len(), PATIENCE);
            } else {
                patience = patience.saturating_sub(1);
            }
            let exchanged = if patience > 0 { wrong } else { vec![last] };
            exchanged.into_iter().for_each(|at| self.is_held[at] = !self.is_held[at]);
        }
        Err(HierarchyError::NotSettled { iterations: MOST_EXCHANGES })
    }

    /// The optimum with the held series at 0.
    fn free_solution(&mut self) -> Result<(), HierarchyError> {
        let variances: Vec<f64> = self
            .is_held
            .iter()
            .zip(self.problem.variances())
            .map(|(held, variance)| if *held { 0.0 } else { *variance })
            .collect();
        let start: Vec<f64> = (0..self.values.len()).map(|at| self.start(at)).collect();
        let moves = (0..start.len())
            .map(|at| if variances[at] > 0.0 { self.values[at] - start[at] } else { 0.0 })
            .collect();
        let factors = self.problem.factors(&variances);
        let moves = self.problem.solver(&variances, &factors).moves(&start, self.base, moves)?;
        self.values = start.iter().zip(moves).map(|(start, by)| start + by).collect();
        Ok(())
    }

    /// From where a series moves: its base forecast, 0 where it is held.
    fn start(&self, at: usize) -> f64 {
        let is_fixed = self.problem.variances()[at] <= 0.0;
        match self.base[at] {
            _ if self.is_held[at] => 0.0,
            base if is_fixed => base.max(0.0),
            base => base,
        }
    }

    /// Series on the wrong side.
    fn wrong(&self) -> Vec<usize> {
        let pull = self.problem.pull(&self.values, self.base);
        let variances = self.problem.variances();
        (0..self.values.len())
            .filter(|at| {
                if self.is_held[*at] {
                    self.base[*at] + variances[*at] * pull[*at] > self.tolerance
                } else {
                    self.values[*at] < -self.tolerance
                }
            })
            .collect()
    }
}
