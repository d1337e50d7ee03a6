use thiserror::Error;

/// Why a hierarchy, or a reconciliation over it, was refused.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum HierarchyError {
    /// No bottom series.
    #[error("hierarchy has no bottom series; allowed are one or more")]
    Empty,
    /// More nodes than can be numbered.
    #[error("hierarchy has too many nodes; allowed are up to {}", u32::MAX - 1)]
    TooLarge,
    /// A level that does not give every bottom series a group.
    #[error("level {level} has {found} groups; allowed are {bottom}, one a bottom series")]
    LevelLength {
        /// The level, from 0.
        level: usize,
        /// Groups found.
        found: usize,
        /// Bottom series.
        bottom: usize,
    },
    /// A group number that no bottom series has, below the level's largest.
    #[error("group {group} of level {level} is empty; allowed are groups counted from 0")]
    EmptyGroup {
        /// The level, from 0.
        level: usize,
        /// The group.
        group: usize,
    },
    /// Not one value a node, or a bottom series.
    #[error("values are {found}; allowed are {allowed}")]
    ValueCount {
        /// Values found.
        found: usize,
        /// Values needed.
        allowed: usize,
    },
    /// A variance that has no meaning.
    #[error(
        "variance of node {node} is {found}; allowed are numbers from 0, above the bottom also infinity"
    )]
    InvalidVariance {
        /// The node.
        node: usize,
        /// The value found.
        found: f64,
    },
    /// A base forecast that is no number, of a node that counts.
    #[error("forecast of node {node} is {found}; allowed are finite numbers")]
    InvalidForecast {
        /// The node.
        node: usize,
        /// The value found.
        found: f64,
    },
    /// Variances so far apart that the values could not be found to six digits.
    #[error("reconciliation did not settle in {iterations} iterations")]
    NotSettled {
        /// Iterations made.
        iterations: usize,
    },
}
