//! Exact elimination over levels that nest.
//!
//! The normal equations of reconciliation over nested levels form a tree: each group adds a
//! rank-one term to the matrix of its members. By the formula of Sherman and Morrison, group by
//! group from the bottom up and down again, they are solved in one pass over the nodes.

use super::{Groups, Hierarchy, OUTSIDE};

/// A chain of nested levels as a forest.
#[derive(Debug, Clone)]
pub(super) struct Forest {
    /// The finest group of each bottom series, numbered within the forest, or [`OUTSIDE`].
    of_bottom: Vec<u32>,
    /// The next coarser group of each group; groups come from fine to coarse.
    of_group: Vec<u32>,
    /// Reciprocal variances of the groups.
    precisions: Vec<f64>,
}

/// A forest with the weights of one problem.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    /// The sum of 1' P^-1 1 over a group's members, P their own part of the matrix.
    masses: Vec<f64>,
}

impl Forest {
    /// The longest chain of nested levels; `precisions` are those of all nodes.
    pub(super) fn of(hierarchy: &Hierarchy, precisions: &[f64]) -> Self {
        let chain = longest_chain(hierarchy, precisions);
        let mut forest = Self { of_bottom: vec![], of_group: vec![], precisions: vec![] };
        let mut starts = vec![];
        for level in &chain {
            starts.push(forest.precisions.len() as u32);
            forest.precisions.extend_from_slice(&precisions[level.range.clone()]);
        }
        forest.of_group = vec![OUTSIDE; forest.precisions.len()];
        let mut finest = vec![OUTSIDE; hierarchy.bottom];
        // The group in the forest that holds each bottom series so far.
        let mut holder = finest.clone();
        for (level, start) in chain.iter().zip(starts) {
            for (bottom, node) in level.nodes.iter().enumerate() {
                if *node == OUTSIDE {
                    continue;
                }
                let group = start + (*node - level.range.start as u32);
                match holder[bottom] {
                    OUTSIDE => finest[bottom] = group,
                    below => forest.of_group[below as usize] = group,
                }
                holder[bottom] = group;
            }
        }
        forest.of_bottom = finest;
        forest
    }

    /// Prepares solving for bottom series of these variances.
    pub(super) fn factors(&self, variances: &[f64]) -> Factors {
        let mut masses = vec![0.0; self.precisions.len()];
        for (group, variance) in self.of_bottom.iter().zip(variances) {
            if *group != OUTSIDE {
                masses[*group as usize] += variance;
            }
        }
        for group in 0..masses.len() {
            let mass = masses[group] / (1.0 + self.precisions[group] * masses[group]);
            if let Some(sum) = masses.get_mut(self.of_group[group] as usize) {
                *sum += mass;
            }
        }
        Factors { masses }
    }

    /// Solves for the right-hand side `residuals`, into `solution`; `scratch` is reused.
    pub(super) fn solve(
        &self,
        factors: &Factors,
        variances: &[f64],
        residuals: &[f64],
        scratch: &mut Vec<f64>,
        solution: &mut [f64],
    ) {
        scratch.clear();
        scratch.resize(self.precisions.len(), 0.0);
        for (bottom, group) in self.of_bottom.iter().enumerate() {
            if *group != OUTSIDE {
                scratch[*group as usize] += variances[bottom] * residuals[bottom];
            }
        }
        for group in 0..scratch.len() {
            let sum = scratch[group] / (1.0 + self.precisions[group] * factors.masses[group]);
            if let Some(above) = scratch.get_mut(self.of_group[group] as usize) {
                *above += sum;
            }
        }
        // From sums to what each group takes off its members, itself and all above it.
        for group in (0..scratch.len()).rev() {
            let above = scratch.get(self.of_group[group] as usize).copied().unwrap_or(0.0);
            let (precision, mass) = (self.precisions[group], factors.masses[group]);
            let own = precision * (scratch[group] - above * mass) / (1.0 + precision * mass);
            scratch[group] = above + own;
        }
        for (bottom, group) in self.of_bottom.iter().enumerate() {
            let above = scratch.get(*group as usize).copied().unwrap_or(0.0);
            solution[bottom] = variances[bottom] * (residuals[bottom] - above);
        }
    }
}

/// Levels that count, each nested in all that follow, with the most groups together.
fn longest_chain<'a>(hierarchy: &'a Hierarchy, precisions: &[f64]) -> Vec<&'a Groups> {
    let counts = |level: &&Groups| precisions[level.range.clone()].iter().any(|p| *p > 0.0);
    let mut levels: Vec<&Groups> = hierarchy.levels.iter().filter(counts).collect();
    levels.sort_by_key(|level| std::cmp::Reverse(level.range.len()));
    let nests: Vec<Vec<bool>> = levels
        .iter()
        .map(|fine| levels.iter().map(|coarse| is_nested(fine, coarse)).collect())
        .collect();
    let chain_from = |first: usize| {
        let mut chain = vec![first];
        (first + 1..levels.len()).for_each(|level| {
            if chain.iter().all(|finer: &usize| nests[*finer][level]) {
                chain.push(level);
            }
        });
        chain
    };
    let groups = |chain: &Vec<usize>| chain.iter().map(|at| levels[*at].range.len()).sum::<usize>();
    let chains = (0..levels.len()).rev().map(chain_from);
    let longest = chains.max_by_key(groups).unwrap_or_default();
    longest.into_iter().map(|at| levels[at]).collect()
}

/// Whether all members of each fine group are in one coarse group, or all in none.
fn is_nested(fine: &Groups, coarse: &Groups) -> bool {
    let start = fine.range.start;
    let mut above: Vec<Option<u32>> = vec![None; fine.range.len()];
    fine.nodes
        .iter()
        .zip(&coarse.nodes)
        .filter(|(node, _)| **node != OUTSIDE)
        .all(|(node, coarse)| *above[*node as usize - start].get_or_insert(*coarse) == *coarse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_with_the_most_groups_is_eliminated() {
        // Products nest in categories, places cross both.
        let products = [0, 0, 1, 1, 2, 2];
        let categories = [0, 0, 0, 0, 1, 1];
        let places = [0, 1, 0, 1, 0, 1];
        let hierarchy = Hierarchy::new(6, &[&[0; 6], &places, &categories, &products]).unwrap();
        let chain = longest_chain(&hierarchy, &[1.0; 14]);
        assert_eq!(chain.iter().map(|level| level.range.len()).collect::<Vec<_>>(), [3, 2, 1]);
    }

    #[test]
    fn a_level_without_precision_is_left_out() {
        let hierarchy = Hierarchy::new(2, &[&[0, 1], &[0, 0]]).unwrap();
        let chain = longest_chain(&hierarchy, &[1.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(chain.len(), 1);
    }

    #[test]
    fn elimination_inverts_a_tree() {
        // P = diag(1 / w) + 1/2 [1 1; 1 1] over the first two + 1/4 over all three.
        let hierarchy = Hierarchy::new(3, &[&[0, 0, OUTSIDE], &[0, 0, 0]]).unwrap();
        let variances = [1.0, 2.0, 3.0];
        let forest = Forest::of(&hierarchy, &[0.0, 0.0, 0.0, 0.5, 0.25]);
        let factors = forest.factors(&variances);
        let x = [3.0, -1.0, 2.0];
        let (pair, all) = (0.5 * (x[0] + x[1]), 0.25 * (x[0] + x[1] + x[2]));
        let residuals = [x[0] + pair + all, x[1] / 2.0 + pair + all, x[2] / 3.0 + all];
        let mut solution = [0.0; 3];
        forest.solve(&factors, &variances, &residuals, &mut vec![], &mut solution);
        for (found, expected) in solution.iter().zip(x) {
            assert!((found - expected).abs() < 1e-12, "{solution:?}");
        }
    }
}
