//! What is unmet and left over at any quantity, read from sorted samples and their running sums.

use crate::aim::Needs;
use crate::parts::quantile_index;

/// Sums over all paths.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curve {
    pub(crate) needed: Sorted,
    owed: Sorted,
    pub(crate) sellable: Sorted,
}

impl Curve {
    pub(crate) fn new(needs: &Needs) -> Self {
        // A receipt of the same day can serve what is owed.
        let owed = needs.owed.iter().zip(&needs.units).map(|(owed, need)| *owed.min(need));
        Self {
            needed: Sorted::new(needs.units.clone()),
            owed: Sorted::new(owed.collect()),
            sellable: Sorted::new(needs.sellable.clone()),
        }
    }

    /// Units newly unmet after a quantity arrived.
    pub(crate) fn unmet(&self, quantity: i64) -> i128 {
        self.needed.short(quantity) - self.owed.short(quantity)
    }

    /// Whether some path may owe units before the quantity arrives.
    pub(crate) fn is_owed(&self) -> bool {
        !self.owed.values.is_empty()
    }

    pub(crate) fn n_paths(&self) -> usize {
        self.needed.values.len()
    }

    pub(crate) fn least(&self) -> i64 {
        self.needed.values.first().copied().unwrap_or(0)
    }

    pub(crate) fn most(&self) -> i64 {
        self.needed.values.last().copied().unwrap_or(0)
    }

    /// The smallest quantity that is enough, where more is always enough too and the most that any
    /// path needs is.
    pub(crate) fn smallest(&self, is_enough: impl Fn(i64) -> bool) -> i64 {
        let (mut low, mut high) = (self.least(), self.most());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_enough(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// Values ascending, with their running sums.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sorted {
    values: Vec<i64>,
    below: Vec<i128>,
}

impl Sorted {
    fn new(mut values: Vec<i64>) -> Self {
        values.sort_unstable();
        let mut sum = 0;
        let running = values.iter().map(|value| {
            sum += i128::from(*value);
            sum
        });
        let below = std::iter::once(0).chain(running).collect();
        Self { values, below }
    }

    /// As [`quantile`](crate::parts::quantile) has it.
    pub(crate) fn quantile(&self, share: i128) -> i64 {
        self.values[quantile_index(self.values.len(), share)]
    }

    /// How many values are at most `quantity`.
    pub(crate) fn count_through(&self, quantity: i64) -> usize {
        self.values.partition_point(|value| *value <= quantity)
    }

    /// The sum of what values are above `quantity`.
    fn short(&self, quantity: i64) -> i128 {
        let count = self.count_through(quantity);
        let above = self.below[self.values.len()] - self.below[count];
        above - (self.values.len() - count) as i128 * i128::from(quantity)
    }

    /// The sum of what values are below `quantity`.
    pub(crate) fn left(&self, quantity: i64) -> i128 {
        let count = self.values.partition_point(|value| *value < quantity);
        count as i128 * i128::from(quantity) - self.below[count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_owed_from_before_are_not_unmet_a_second_time() {
        let curve = Curve::new(&Needs { units: vec![7], owed: vec![3], sellable: vec![] });
        assert_eq!([0, 3, 5, 7].map(|quantity| curve.unmet(quantity)), [4, 4, 2, 0]);
    }
}
