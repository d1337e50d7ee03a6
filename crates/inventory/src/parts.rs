//! Ten-thousandths of a unit, the exact whole numbers that planning computes with.

use crate::PlanError;
use shelfcast_retail::{Quantity, SCALE};

/// Parts in one unit.
pub(crate) const UNIT: i64 = 10_i64.pow(SCALE);

/// The largest quantity that can be planned with. Ten years of the largest
/// daily demand and this much stock together stay far inside an `i64`.
const LARGEST: Quantity = Quantity::from_whole(1_000_000_000_000);

/// The parts of a quantity that is near enough to zero to be planned with.
pub(crate) fn bounded(what: &'static str, found: Quantity) -> Result<i64, PlanError> {
    match i64::try_from(found.parts()) {
        Ok(parts) if parts.unsigned_abs() <= LARGEST.parts().unsigned_abs() as u64 => Ok(parts),
        _ => Err(PlanError::QuantityRange { what, found, allowed: LARGEST }),
    }
}

/// The mean of `count` values with this sum, half to even.
pub(crate) fn mean(sum: i128, count: usize) -> i128 {
    let count = count.max(1) as i128;
    let (quotient, remainder) = (sum.div_euclid(count), sum.rem_euclid(count));
    match (remainder * 2).cmp(&count) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + (quotient & 1),
    }
}

/// The smallest value that at least `share` of the values do not exceed: the
/// inverse of the empirical distribution function (type 1 of Hyndman and Fan,
/// "Sample Quantiles in Statistical Packages", 1996). The share is in
/// ten-thousandths: 0 is the smallest value, 10 000 the largest. Reorders
/// `values`, which must not be empty.
pub(crate) fn quantile(values: &mut [i64], share: i128) -> i64 {
    *values.select_nth_unstable(quantile_index(values.len(), share)).1
}

/// The place of that value among `count` ascending ones.
pub(crate) fn quantile_index(count: usize, share: i128) -> usize {
    let rank = (share * count as i128 + 9_999) / 10_000;
    (rank.max(1) - 1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_the_smallest_value_that_reaches_the_share() {
        let quantile_of = |share| quantile(&mut [40, 10, 30, 20, 50], share);
        // 20 % each: 0.6 is reached by the third value, 0.6001 only by the fourth.
        assert_eq!(quantile_of(6_000), 30);
        assert_eq!(quantile_of(6_001), 40);
        assert_eq!(quantile_of(0), 10);
        assert_eq!(quantile_of(10_000), 50);
    }

    #[test]
    fn means_round_half_to_even() {
        assert_eq!([mean(5, 2), mean(7, 2), mean(-5, 2), mean(10, 3)], [2, 4, -2, 3]);
    }

    #[test]
    fn a_quantity_beyond_counting_is_refused() {
        assert_eq!(
            bounded("on hand", Quantity::from_whole(2_000_000_000_000)).unwrap_err().to_string(),
            "on hand is 2000000000000; allowed are at most 1000000000000 units"
        );
    }
}
