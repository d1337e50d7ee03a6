use super::elimination::{Factors, Forest};
use super::non_negative::Pivots;
use super::{Hierarchy, HierarchyError};

/// Iterations after which the equations are given up.
const MOST_ITERATIONS: usize = 500;

/// Squared errors, relative to the first, at which the equations are solved, and at which what was
/// reached in [`MOST_ITERATIONS`] is still good.
const SOLVED: f64 = 1e-22;
const GOOD: f64 = 1e-12;

/// A group whose variance is below this share of its bottom series' together is as good as certain.
const SMALLEST_SHARE: f64 = 1e-8;

/// MinT reconciliation with a diagonal covariance of the base forecasts' errors.
///
/// The bottom values b minimise
///
/// `sum over nodes i of (base_i - (S b)_i)^2 / variance_i`
///
/// where S sums them to all nodes (Wickramasuriya, Athanasopoulos and Hyndman 2019, with W
/// diagonal: "WLS with variance scaling"). Nothing of size n x n is formed: the equations are
/// solved by conjugate gradients whose preconditioner eliminates the longest chain of nested
/// levels exactly, so levels that nest take one step and levels that cross them a few. The same
/// input gives the same bits.
#[derive(Debug, Clone)]
pub struct MinimumTrace<'a> {
    hierarchy: &'a Hierarchy,
    /// Error variances of the bottom series.
    variances: Vec<f64>,
    /// Reciprocal variances of all nodes; of the bottom series unused.
    precisions: Vec<f64>,
    forest: Forest,
    factors: Factors,
}

impl<'a> MinimumTrace<'a> {
    /// For base forecasts whose errors have these variances, one a node, in squared units.
    ///
    /// A bottom series of variance 0 stays as it is. A group of infinite variance has no say; with
    /// all of them infinite the result is bottom-up.
    ///
    /// # Errors
    /// [`HierarchyError::ValueCount`] unless there is one variance a node, and
    /// [`HierarchyError::InvalidVariance`] for one that is negative or no number, or infinite at the
    /// bottom.
    pub fn new(hierarchy: &'a Hierarchy, variances: &[f64]) -> Result<Self, HierarchyError> {
        hierarchy.check_count(variances.len(), hierarchy.nodes)?;
        let is_wrong = |(node, variance): &(usize, &f64)| {
            variance.is_nan()
                || **variance < 0.0
                || (*node < hierarchy.bottom && variance.is_infinite())
        };
        if let Some((node, found)) = variances.iter().enumerate().find(is_wrong) {
            return Err(HierarchyError::InvalidVariance { node, found: *found });
        }
        let bottom = variances[..hierarchy.bottom].to_vec();
        let below = hierarchy.sums(&bottom);
        let precision = |(variance, below): (&f64, &f64)| {
            let variance = variance.max(SMALLEST_SHARE * below);
            if variance > 0.0 { 1.0 / variance } else { 0.0 }
        };
        let precisions: Vec<f64> = variances.iter().zip(&below).map(precision).collect();
        let forest = Forest::of(hierarchy, &precisions);
        let factors = forest.factors(&bottom);
        Ok(Self { hierarchy, variances: bottom, precisions, forest, factors })
    }

    /// Coherent values of all nodes from the base forecasts of one period.
    ///
    /// Groups are summed anew from the bottom, so that they add up to the last bit. The base
    /// forecast of a node with infinite variance is not read.
    ///
    /// # Errors
    /// [`HierarchyError`] unless there is one finite forecast for each node that counts.
    pub fn reconcile(&self, base: &[f64]) -> Result<Vec<f64>, HierarchyError> {
        self.check(base)?;
        let mut values = base[..self.hierarchy.bottom].to_vec();
        let solver = self.solver(&self.variances, &self.factors);
        let moves = solver.moves(&values, base, vec![0.0; values.len()])?;
        values.iter_mut().zip(moves).for_each(|(value, by)| *value += by);
        Ok(self.hierarchy.sums(&values))
    }

    /// As [`reconcile`](Self::reconcile), with no value below 0.
    ///
    /// The same sum is minimised over non-negative bottom values (Wickramasuriya, Turlach and
    /// Hyndman 2020), by block principal pivoting.
    ///
    /// # Errors
    /// As [`reconcile`](Self::reconcile).
    pub fn reconcile_non_negative(&self, base: &[f64]) -> Result<Vec<f64>, HierarchyError> {
        self.check(base)?;
        let bottom = Pivots::new(self, base).solve()?;
        Ok(self.hierarchy.sums(&bottom))
    }

    fn check(&self, base: &[f64]) -> Result<(), HierarchyError> {
        self.hierarchy.check_count(base.len(), self.hierarchy.nodes)?;
        let is_wrong = |(node, value): &(usize, &f64)| {
            let is_read = *node < self.hierarchy.bottom || self.precisions[*node] > 0.0;
            is_read && !value.is_finite()
        };
        match base.iter().enumerate().find(is_wrong) {
            Some((node, found)) => Err(HierarchyError::InvalidForecast { node, found: *found }),
            None => Ok(()),
        }
    }

    pub(super) fn hierarchy(&self) -> &Hierarchy {
        self.hierarchy
    }

    pub(super) fn variances(&self) -> &[f64] {
        &self.variances
    }

    pub(super) fn factors(&self, variances: &[f64]) -> Factors {
        self.forest.factors(variances)
    }

    pub(super) fn solver<'s>(&'s self, variances: &'s [f64], factors: &'s Factors) -> Solver<'s> {
        Solver { problem: self, variances, factors }
    }

    /// How far the sums of bottom values miss the base forecasts, over the variances: the gradient
    /// of the groups' part of the sum, for each bottom series.
    pub(super) fn pull(&self, bottom: &[f64], base: &[f64]) -> Vec<f64> {
        let mut values = self.hierarchy.sums(bottom);
        for node in self.hierarchy.bottom..self.hierarchy.nodes {
            let precision = self.precisions[node];
            // The base of a node without a say may be anything.
            values[node] =
                if precision > 0.0 { precision * (base[node] - values[node]) } else { 0.0 };
        }
        let mut pull = vec![0.0; self.hierarchy.bottom];
        self.hierarchy.spread_into(&values, &mut pull);
        pull
    }
}

/// The equations for bottom series of given variances; those of variance 0 do not move.
pub(super) struct Solver<'a> {
    problem: &'a MinimumTrace<'a>,
    variances: &'a [f64],
    factors: &'a Factors,
}

impl Solver<'_> {
    /// How far each bottom series moves from `bottom`, by preconditioned conjugate gradients from
    /// `moves` on.
    pub(super) fn moves(
        &self,
        bottom: &[f64],
        base: &[f64],
        mut moves: Vec<f64>,
    ) -> Result<Vec<f64>, HierarchyError> {
        let mut residuals = self.problem.pull(bottom, base);
        let mut scratch = vec![];
        let mut steps = vec![0.0; bottom.len()];
        self.precondition(&residuals, &mut scratch, &mut steps);
        let scale = dot(&residuals, &steps);
        let mut product = vec![0.0; self.problem.hierarchy.nodes];
        self.multiply(&moves, &mut product);
        residuals.iter_mut().zip(&product).for_each(|(residual, by)| *residual -= by);
        self.precondition(&residuals, &mut scratch, &mut steps);
        let mut size = dot(&residuals, &steps);
        let mut direction = steps.clone();
        for _ in 0..MOST_ITERATIONS {
            if size <= SOLVED * scale {
                return Ok(moves);
            }
            self.multiply(&direction, &mut product);
            let length = size / dot(&direction, &product);
            moves.iter_mut().zip(&direction).for_each(|(value, by)| *value += length * by);
            residuals.iter_mut().zip(&product).for_each(|(value, by)| *value -= length * by);
            self.precondition(&residuals, &mut scratch, &mut steps);
            let next = dot(&residuals, &steps);
            let turn = next / size;
            direction.iter_mut().zip(&steps).for_each(|(value, by)| *value = by + turn * *value);
            size = next;
        }
        let is_good = size <= GOOD * scale;
        is_good.then_some(moves).ok_or(HierarchyError::NotSettled { iterations: MOST_ITERATIONS })
    }

    fn precondition(&self, residuals: &[f64], scratch: &mut Vec<f64>, steps: &mut [f64]) {
        self.problem.forest.solve(self.factors, self.variances, residuals, scratch, steps);
    }

    /// The matrix of the equations times `direction`, in the first values of `product`.
    fn multiply(&self, direction: &[f64], product: &mut [f64]) {
        let (hierarchy, precisions) = (self.problem.hierarchy, &self.problem.precisions);
        product[..hierarchy.bottom].copy_from_slice(direction);
        hierarchy.sum_into(product);
        let (bottom, groups) = product.split_at_mut(hierarchy.bottom);
        for (value, precision) in groups.iter_mut().zip(&precisions[hierarchy.bottom..]) {
            *value *= precision;
        }
        for (value, variance) in bottom.iter_mut().zip(self.variances) {
            *value = if *variance > 0.0 { *value / variance } else { 0.0 };
        }
        for level in &hierarchy.levels {
            for (node, value) in level.nodes.iter().zip(bottom.iter_mut()) {
                if *node != super::OUTSIDE {
                    *value += groups[*node as usize - hierarchy.bottom];
                }
            }
        }
    }
}

/// Bottom series that do not move have a residual but no step, so they add nothing.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
