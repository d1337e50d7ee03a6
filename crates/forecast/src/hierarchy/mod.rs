//! Forecasts that add up: products, places, regions, totals, days, weeks and months.
//!
//! Each level has forecasts of its own, made by whatever forecasts it best: the flat methods of
//! thin series at the bottom, seasonal ones above. They do not add up. Reconciliation moves all of
//! them to the nearest values that do, each as far as its error variance allows, and so the levels
//! help each other.
//!
//! A [`Hierarchy`] is a number of bottom series and, for each level above them, the group that each
//! belongs to. Levels may nest (product, category, total) or cross (product, place). Values of all
//! *nodes* lie in one slice: the bottom series first, then the groups level by level.
//!
//! - [`Hierarchy::aggregate`]: bottom-up, the sums of the bottom forecasts.
//! - [`MinimumTrace`]: MinT with a diagonal covariance (Wickramasuriya, Athanasopoulos and Hyndman
//!   2019, "Optimal forecast reconciliation for hierarchical and grouped time series through trace
//!   minimization", JASA 114), which weighs each node by its error variance; and the non-negative
//!   version (Wickramasuriya, Turlach and Hyndman 2020, "Optimal non-negative forecast
//!   reconciliation", Statistics and Computing 30).
//!
//! ```
//! use shelfcast_forecast::hierarchy::{Hierarchy, MinimumTrace, group};
//!
//! // Two products in two places: a row for each pair, and the keys of its groups.
//! let (products, product_names) = group(&["tea", "tea", "jam", "jam"]);
//! let (places, _) = group(&["north", "south", "north", "south"]);
//! let hierarchy = Hierarchy::new(4, &[&products, &places, &[0; 4]])?;
//! assert_eq!(product_names, ["jam", "tea"]);
//! assert_eq!(hierarchy.groups(0), 4..6);
//!
//! // Base forecasts of one period: four pairs, jam, tea, north, south, total.
//! let base = [5.0, 3.0, 8.0, 4.0, 13.0, 8.0, 14.0, 8.0, 24.0];
//! // Error variances of the same nodes; infinity for a node without a forecast worth keeping.
//! let variances = [4.0, 2.0, 5.0, 3.0, 6.0, 4.0, 6.0, 4.0, 8.0];
//! let reconciler = MinimumTrace::new(&hierarchy, &variances)?;
//! let coherent = reconciler.reconcile_non_negative(&base)?;
//! assert_eq!(coherent[8], coherent[..4].iter().sum::<f64>());
//! // Between the total's own forecast, 24, and the sum of the bottom's, 20.
//! assert!(coherent[8] > 20.0 && coherent[8] < 24.0);
//! # Ok::<(), shelfcast_forecast::hierarchy::HierarchyError>(())
//! ```
//!
//! # As a table step
//!
//! Sort the bottom series by key, [`group`] each key column, and make the hierarchy once. One
//! [`MinimumTrace`] serves all periods ahead, since relative variances hardly change with the
//! horizon: give it the square of each node's [`rmse`](crate::Accuracy::rmse), at the bottom too.
//! Then reconcile
//! period by period; periods are independent of each other. 100,000 bottom series with seven levels
//! take a fraction of a second a period and some tens of bytes a node.
//!
//! # Time as a hierarchy
//!
//! The periods ahead of one series are a hierarchy as well: days at the bottom, weeks and months
//! above (Athanasopoulos, Hyndman, Kourentzes and Petropoulos 2017, "Forecasting with temporal
//! hierarchies", EJOR 262). Days of a week or month that lies only partly ahead are [`OUTSIDE`].
//! [`Hierarchy::across`] crosses it with a hierarchy of series: then every series, every group and
//! every week of either add up.
//!
//! ```
//! use shelfcast_forecast::hierarchy::{Hierarchy, OUTSIDE};
//! let weeks: Vec<u32> = (0..10).map(|day| if day < 7 { 0 } else { OUTSIDE }).collect();
//! let time = Hierarchy::new(10, &[&weeks])?;
//! let series = Hierarchy::new(3, &[&[0, 0, 0]])?;
//! // (3 series + 1 total) x (10 days + 1 week).
//! assert_eq!(series.across(&time)?.nodes(), 4 * 11);
//! # Ok::<(), shelfcast_forecast::hierarchy::HierarchyError>(())
//! ```

mod elimination;
mod error;
mod minimum_trace;
mod non_negative;

pub use error::HierarchyError;
pub use minimum_trace::MinimumTrace;

use std::ops::Range;

/// The group of a bottom series that a level leaves out.
pub const OUTSIDE: u32 = u32::MAX;

/// Bottom series and the groups that they add up to, level by level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    bottom: usize,
    levels: Vec<Groups>,
    nodes: usize,
}

/// A level above the bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Groups {
    /// The node of each bottom series at this level, or [`OUTSIDE`].
    nodes: Vec<u32>,
    range: Range<usize>,
}

/// Numbers keys: the position of each in the sorted list of all, and that list.
pub fn group<K: Ord + Clone>(keys: &[K]) -> (Vec<u32>, Vec<K>) {
    let mut distinct = keys.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let position = |key| distinct.partition_point(|other| other < key) as u32;
    (keys.iter().map(position).collect(), distinct)
}

impl Hierarchy {
    /// A hierarchy over `bottom` series; each level gives the group of every series, counted from
    /// 0, or [`OUTSIDE`].
    ///
    /// # Errors
    /// [`HierarchyError`] for no series or too many nodes, for a level of another length, and for a
    /// group number below a level's largest that no series has.
    pub fn new(bottom: usize, levels: &[&[u32]]) -> Result<Self, HierarchyError> {
        if bottom == 0 {
            return Err(HierarchyError::Empty);
        }
        let mut hierarchy = Self { bottom, levels: vec![], nodes: bottom };
        for groups in levels {
            hierarchy.push(groups)?;
        }
        Ok(hierarchy)
    }

    fn push(&mut self, groups: &[u32]) -> Result<(), HierarchyError> {
        let (level, bottom) = (self.levels.len(), self.bottom);
        if groups.len() != bottom {
            return Err(HierarchyError::LevelLength { level, found: groups.len(), bottom });
        }
        let inside = || groups.iter().filter(|group| **group != OUTSIDE);
        let count = inside().max().map_or(0, |largest| *largest as usize + 1);
        if count > bottom {
            return Err(HierarchyError::EmptyGroup { level, group: bottom });
        }
        let mut is_used = vec![false; count];
        inside().for_each(|group| is_used[*group as usize] = true);
        if let Some(group) = is_used.iter().position(|used| !used) {
            return Err(HierarchyError::EmptyGroup { level, group });
        }
        let start = self.nodes;
        if start + count >= OUTSIDE as usize {
            return Err(HierarchyError::TooLarge);
        }
        let node = |group: &u32| if *group == OUTSIDE { OUTSIDE } else { start as u32 + group };
        self.levels
            .push(Groups { nodes: groups.iter().map(node).collect(), range: start..start + count });
        self.nodes += count;
        Ok(())
    }

    /// The number of bottom series.
    pub fn bottom(&self) -> usize {
        self.bottom
    }

    /// The number of levels above the bottom.
    pub fn levels(&self) -> usize {
        self.levels.len()
    }

    /// The number of bottom series and groups: the length of every slice of values.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// The nodes of a level's groups.
    ///
    /// # Panics
    /// When there is no such level.
    pub fn groups(&self, level: usize) -> Range<usize> {
        self.levels[level].range.clone()
    }

    /// The number of bottom series in each node; 1 for themselves.
    ///
    /// As variances these make "structural scaling": every bottom series errs alike.
    pub fn sizes(&self) -> Vec<f64> {
        self.sums(&vec![1.0; self.bottom])
    }

    /// Bottom-up: the values of all nodes from those of the bottom series.
    ///
    /// Each group is the sum of its bottom series in their order.
    ///
    /// # Errors
    /// [`HierarchyError::ValueCount`] unless there is one value a bottom series.
    pub fn aggregate(&self, bottom: &[f64]) -> Result<Vec<f64>, HierarchyError> {
        self.check_count(bottom.len(), self.bottom)?;
        Ok(self.sums(bottom))
    }

    /// Every node of this hierarchy crossed with every one of another, such as series with time.
    ///
    /// Bottom series are pairs of bottoms: number `a * other.bottom() + b`. Levels come in the
    /// order: this bottom with each level of the other, then each level of this with the other's
    /// bottom and levels; groups are numbered as pairs too.
    ///
    /// # Errors
    /// [`HierarchyError::TooLarge`] when the nodes would not fit.
    pub fn across(&self, other: &Self) -> Result<Self, HierarchyError> {
        let nodes = self.nodes.saturating_mul(other.nodes);
        if nodes >= OUTSIDE as usize {
            return Err(HierarchyError::TooLarge);
        }
        let bottom = self.bottom * other.bottom;
        let mut crossed = Self { bottom, levels: vec![], nodes: bottom };
        for (first, (of_own, _)) in self.partitions().iter().enumerate() {
            for (second, (of_other, count)) in other.partitions().iter().enumerate() {
                if first + second == 0 {
                    continue;
                }
                let pair = |own: u32, other: u32| {
                    let inside = own != OUTSIDE && other != OUTSIDE;
                    if inside { own * *count as u32 + other } else { OUTSIDE }
                };
                let groups: Vec<u32> = of_own
                    .iter()
                    .flat_map(|own| of_other.iter().map(move |other| pair(*own, *other)))
                    .collect();
                crossed.push(&groups)?;
            }
        }
        Ok(crossed)
    }

    /// The bottom and all levels as groups counted from 0, with their numbers.
    fn partitions(&self) -> Vec<(Vec<u32>, usize)> {
        let mut partitions = vec![((0..self.bottom as u32).collect(), self.bottom)];
        for level in &self.levels {
            let start = level.range.start as u32;
            let group = |node: &u32| if *node == OUTSIDE { OUTSIDE } else { node - start };
            partitions.push((level.nodes.iter().map(group).collect(), level.range.len()));
        }
        partitions
    }

    fn sums(&self, bottom: &[f64]) -> Vec<f64> {
        let mut values = bottom.to_vec();
        values.resize(self.nodes, 0.0);
        self.sum_into(&mut values);
        values
    }

    /// Sets every group to the sum of its bottom series.
    fn sum_into(&self, values: &mut [f64]) {
        let (bottom, groups) = values.split_at_mut(self.bottom);
        groups.fill(0.0);
        for level in &self.levels {
            for (node, value) in level.nodes.iter().zip(bottom.iter()) {
                if *node != OUTSIDE {
                    groups[*node as usize - self.bottom] += value;
                }
            }
        }
    }

    /// Adds to every bottom series the values of the groups it is in.
    fn spread_into(&self, values: &[f64], bottom: &mut [f64]) {
        for level in &self.levels {
            for (node, sum) in level.nodes.iter().zip(bottom.iter_mut()) {
                if *node != OUTSIDE {
                    *sum += values[*node as usize];
                }
            }
        }
    }

    fn check_count(&self, found: usize, allowed: usize) -> Result<(), HierarchyError> {
        if found == allowed { Ok(()) } else { Err(HierarchyError::ValueCount { found, allowed }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_of_another_length_or_with_a_gap_is_refused() {
        assert_eq!(Hierarchy::new(0, &[]), Err(HierarchyError::Empty));
        assert_eq!(
            Hierarchy::new(3, &[&[0, 0]]),
            Err(HierarchyError::LevelLength { level: 0, found: 2, bottom: 3 })
        );
        assert_eq!(
            Hierarchy::new(3, &[&[0, 0, 0], &[0, 2, 2]]),
            Err(HierarchyError::EmptyGroup { level: 1, group: 1 })
        );
        assert!(matches!(
            Hierarchy::new(3, &[&[0, 0, OUTSIDE - 1]]),
            Err(HierarchyError::EmptyGroup { level: 0, .. })
        ));
    }

    #[test]
    fn groups_are_sums_and_leave_out_what_is_outside() {
        let hierarchy = Hierarchy::new(4, &[&[0, 1, 1, OUTSIDE], &[0, 0, 0, 0]]).unwrap();
        let values = hierarchy.aggregate(&[1.0, 2.0, 4.0, 8.0]).unwrap();
        assert_eq!(values, [1.0, 2.0, 4.0, 8.0, 1.0, 6.0, 15.0]);
        assert_eq!(hierarchy.sizes()[4..], [1.0, 2.0, 4.0]);
    }

    #[test]
    fn crossing_with_time_adds_up_both_ways() {
        let series = Hierarchy::new(2, &[&[0, 0]]).unwrap();
        let time = Hierarchy::new(3, &[&[0, 0, OUTSIDE]]).unwrap();
        let both = series.across(&time).unwrap();
        // Days of both series; the week of each; the total by day; the week of the total.
        let values = both.aggregate(&[1.0, 2.0, 3.0, 10.0, 20.0, 30.0]).unwrap();
        assert_eq!(values[6..], [3.0, 30.0, 11.0, 22.0, 33.0, 33.0]);
    }
}
