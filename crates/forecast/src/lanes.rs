//! Several candidates side by side: a recursion's steps wait for one another, candidates do not.

/// Candidates that are evaluated in one pass.
pub(crate) const LANES: usize = 8;

/// One number a candidate.
pub(crate) type Lanes = [f64; LANES];

/// The candidate with the smallest finite value; the first of equals, 0 where none is finite.
pub(crate) fn smallest(values: &Lanes) -> usize {
    let mut best = 0;
    for lane in 1..LANES {
        let better = values[lane] < values[best] || !values[best].is_finite();
        if values[lane].is_finite() && better {
            best = lane;
        }
    }
    best
}

/// `LANES` numbers evenly spaced from `low` to `high`, both included.
pub(crate) fn spaced(low: f64, high: f64) -> Lanes {
    std::array::from_fn(|lane| low + (high - low) * lane as f64 / (LANES - 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_finite_value_wins() {
        let values = [f64::NAN, 3.0, 1.0, f64::INFINITY, 1.0, 2.0, 9.0, f64::NAN];
        assert_eq!(smallest(&values), 2);
        assert_eq!(smallest(&[f64::NAN; LANES]), 0);
    }
}
