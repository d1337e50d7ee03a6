use crate::PlanError;
use crate::clock::MAX_INTERVAL_DAYS;
use crate::parts::UNIT;

/// The largest demand of one product on one day, in units.
pub const MAX_DAILY_DEMAND: f64 = 1_000_000_000.0;

/// Sample paths of daily demand from the order day on.
///
/// One row a path, one column a day, units sold if there were always stock.
/// Planning is exact after this point: every value is rounded once, to four
/// decimals, and all arithmetic on it is on whole numbers.
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
    parts: Vec<i64>,
    n_days: usize,
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
        // A fold without an early exit is several times faster than a search.
        if !units.iter().fold(true, |all, unit| all & is_demand(*unit)) {
            return Err(first_fault(units, n_days));
        }
        Ok(Self { parts: units.iter().map(|unit| to_parts(*unit)).collect(), n_days })
    }

    /// How many paths there are.
    pub fn n_paths(&self) -> usize {
        self.parts.len() / self.n_days
    }

    /// How many days each path has, the order day included.
    pub fn n_days(&self) -> usize {
        self.n_days
    }

    /// Mean demand of one of the first `n_days` days, in units.
    pub(crate) fn mean_daily(&self, n_days: usize) -> f64 {
        let n_days = n_days.clamp(1, self.n_days);
        let total: i128 = self.rows().flat_map(|row| &row[..n_days]).map(|d| i128::from(*d)).sum();
        total as f64 / (UNIT as f64 * (self.n_paths() * n_days) as f64)
    }

    /// The smallest unit that demand comes in, in ten-thousandths: a whole one, or one of these.
    pub(crate) fn smallest_unit(&self) -> i64 {
        if self.parts.iter().all(|parts| parts % UNIT == 0) { UNIT } else { 1 }
    }

    /// The paths as rows of ten-thousandths.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[i64]> {
        self.parts.chunks_exact(self.n_days)
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

/// The nearest count of ten-thousandths, ties to even.
///
/// Adding 2^52 leaves no bits below 1, so that the sum's low bits are the
/// rounded number. A cast does the same, but one value at a time.
fn to_parts(units: f64) -> i64 {
    const SHIFT: f64 = (1_u64 << 52) as f64;
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
        assert_eq!(paths.rows().next().unwrap(), [1_000, 20_000, 10_001, 0, 10_000_000_000_000]);
    }
}
