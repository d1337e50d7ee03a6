use crate::PlanError;
use crate::clock::MAX_INTERVAL_DAYS;
use crate::parts::UNIT;
use std::ops::Range;

/// The largest demand of one product on one day, in units.
pub const MAX_DAILY_DEMAND: f64 = 1_000_000_000.0;

/// Sample paths of daily demand from the order day on.
///
/// One row a path, one column a day, units sold if there were always stock.
/// Planning is exact after this point: every value is rounded once, to four
/// decimals, and all arithmetic on it is on whole numbers. Running sums are
/// kept: between two receipts only the sum of demand matters.
///
/// ```
/// use shelfcast_inventory::DemandPaths;
/// // Two paths of three days.
/// let paths = DemandPaths::new(&[1.0, 0.0, 2.0, 0.0, 0.0, 1.0], 2, 3)?;
/// assert_eq!((paths.n_paths(), paths.n_days()), (2, 3));
/// # Ok::<(), shelfcast_inventory::PlanError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandPaths {
    /// Of each path the demand before each day, and of all its days at last.
    sums: Vec<i64>,
    n_days: usize,
    is_whole: bool,
}

/// The demand of one path, in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Path<'a> {
    /// Demand before each day, and of all days at last.
    sums: &'a [i64],
}

impl Path<'_> {
    pub(crate) fn n_days(self) -> usize {
        self.sums.len() - 1
    }

    /// Demand of these days together.
    pub(crate) fn demand(self, days: Range<usize>) -> i64 {
        self.sums[days.end] - self.sums[days.start]
    }

    /// Demand of one day.
    pub(crate) fn on(self, day: usize) -> i64 {
        self.demand(day..day + 1)
    }
}

impl DemandPaths {
    /// From `units[path * n_days + day]`, each 0 to [`MAX_DAILY_DEMAND`].
    ///
    /// # Errors
    /// No path or no day, more days than [`MAX_INTERVAL_DAYS`], a length that
    /// is not `n_paths * n_days`, or a value that is negative, not a number or
    /// too large: the first such value is named by path and day.
    pub fn new(units: &[f64], n_paths: usize, n_days: usize) -> Result<Self, PlanError> {
        if n_paths == 0 || n_days == 0 {
            return Err(PlanError::EmptyPaths { n_paths, n_days });
        }
        if n_days > MAX_INTERVAL_DAYS as usize {
            return Err(PlanError::Days {
                what: "the length of the sample paths",
                found: n_days as u64,
                least: 1,
                most: u64::from(MAX_INTERVAL_DAYS),
            });
        }
        if n_paths.checked_mul(n_days) != Some(units.len()) {
            return Err(PlanError::PathsShape { found: units.len(), n_paths, n_days });
        }
        let mut is_whole = true;
        let mut sums = Vec::with_capacity(n_paths * (n_days + 1));
        for path in units.chunks_exact(n_days) {
            // A fold without an early exit is several times faster than a search.
            if !path.iter().fold(true, |all, unit| all & is_demand(*unit)) {
                return Err(first_fault(units, n_days));
            }
            is_whole &= path.iter().fold(true, |all, unit| all & (*unit + SHIFT - SHIFT == *unit));
            sums.push(0);
            let first = sums.len();
            sums.extend(path.iter().map(|unit| to_parts(*unit)));
            sums[first..].iter_mut().fold(0, |sum, parts| {
                *parts += sum;
                *parts
            });
        }
        Ok(Self { sums, n_days, is_whole })
    }

    /// How many paths there are.
    pub fn n_paths(&self) -> usize {
        self.sums.len() / (self.n_days + 1)
    }

    /// How many days each path has, the order day included.
    pub fn n_days(&self) -> usize {
        self.n_days
    }

    /// Mean demand of one of the first `n_days` days, in units.
    pub(crate) fn mean_daily(&self, n_days: usize) -> f64 {
        let n_days = n_days.clamp(1, self.n_days);
        let total: i128 = self.rows().map(|path| i128::from(path.demand(0..n_days))).sum();
        total as f64 / (UNIT as f64 * (self.n_paths() * n_days) as f64)
    }

    /// The smallest unit that demand comes in, in ten-thousandths: a whole one, or one of these.
    pub(crate) fn smallest_unit(&self) -> i64 {
        if self.is_whole { UNIT } else { 1 }
    }

    /// The paths, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Path<'_>> {
        self.sums.chunks_exact(self.n_days + 1).map(|sums| Path { sums })
    }

    /// Refuses to answer for days that the paths do not reach.
    pub(crate) fn require_days(&self, needed: usize) -> Result<(), PlanError> {
        if self.n_days < needed {
            return Err(PlanError::PathsTooShort { found: self.n_days, needed });
        }
        Ok(())
    }
}

fn is_demand(units: f64) -> bool {
    (0.0..=MAX_DAILY_DEMAND).contains(&units)
}

fn first_fault(units: &[f64], n_days: usize) -> PlanError {
    let index = units.iter().position(|unit| !is_demand(*unit)).unwrap_or(0);
    PlanError::DemandValue {
        path: index / n_days,
        day: index % n_days,
        found: units[index],
        allowed: MAX_DAILY_DEMAND,
    }
}

/// Adding 2^52 leaves no bits below 1, so that the sum's low bits are the
/// rounded number. A cast does the same, but one value at a time.
const SHIFT: f64 = (1_u64 << 52) as f64;

/// The nearest count of ten-thousandths, ties to even.
fn to_parts(units: f64) -> i64 {
    (units * UNIT as f64 + SHIFT).to_bits().cast_signed() - SHIFT.to_bits().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_no_demand_is_named_by_path_and_day() {
        for (found, shown) in [(f64::NAN, "NaN"), (-0.5, "-0.5"), (f64::INFINITY, "inf")] {
            let mut units = [1.0; 6];
            units[5] = found;
            let message = DemandPaths::new(&units, 2, 3).unwrap_err().to_string();
            let expected =
                format!("demand of path 1, day 2 is `{shown}`; allowed are 0 to 1000000000");
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn empty_and_misshapen_paths_are_refused() {
        assert_eq!(
            DemandPaths::new(&[], 0, 7).unwrap_err(),
            PlanError::EmptyPaths { n_paths: 0, n_days: 7 }
        );
        assert_eq!(
            DemandPaths::new(&[1.0; 5], 2, 3).unwrap_err().to_string(),
            "5 values are not 2 sample paths of 3 days; allowed is their product"
        );
        assert!(matches!(
            DemandPaths::new(&[0.0; 4000], 1, 4000),
            Err(PlanError::Days { found: 4000, .. })
        ));
    }

    #[test]
    fn values_are_kept_to_four_decimals() {
        let paths = DemandPaths::new(&[0.1, 2.0, 1.000_06, 0.0, MAX_DAILY_DEMAND], 1, 5).unwrap();
        let path = paths.rows().next().unwrap();
        let days = [0, 1, 2, 3, 4].map(|day| path.on(day));
        assert_eq!(days, [1_000, 20_000, 10_001, 0, 10_000_000_000_000]);
        assert_eq!((path.n_days(), path.demand(1..4)), (5, 30_001));
    }
}
