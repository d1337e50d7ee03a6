//! Drawing in proportion to weights in constant time.

/// An alias table over the indices `0..len` (Walker 1977; built as in Vose 1991,
/// "A linear algorithm for generating random numbers with a given distribution").
///
/// One 64-bit number makes one draw: its upper half names a column, its lower
/// half decides between the column's own index and its alias.
#[derive(Debug, Clone, Default)]
pub(crate) struct Alias {
    columns: Vec<Column>,
    scaled: Vec<f64>,
    small: Vec<u32>,
    large: Vec<u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Column {
    /// Below this, of 2^32, the column's own index is drawn.
    keep: u32,
    alias: u32,
}

impl Alias {
    /// A table over `weights`, which are finite and not negative.
    pub(crate) fn new(weights: &[f64]) -> Self {
        let mut alias = Self::default();
        alias.rebuild(weights);
        alias
    }

    /// Replaces the weights, reusing memory. Without any positive weight nothing can be drawn.
    pub(crate) fn rebuild(&mut self, weights: &[f64]) {
        self.columns.clear();
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return;
        }
        let scale = weights.len() as f64 / total;
        self.scaled.clear();
        self.scaled.extend(weights.iter().map(|weight| weight * scale));
        self.small.clear();
        self.large.clear();
        for (index, share) in (0..).zip(&self.scaled) {
            if *share < 1.0 { self.small.push(index) } else { self.large.push(index) }
        }
        self.columns
            .extend((0..weights.len() as u32).map(|alias| Column { keep: u32::MAX, alias }));
        self.fill();
    }

    /// Gives each column short of its height the rest from one that has too much.
    fn fill(&mut self) {
        while let (Some(&small), Some(&large)) = (self.small.last(), self.large.last()) {
            self.small.pop();
            let share = self.scaled[small as usize];
            // 2^32 as a float; a share below 1 stays below it.
            self.columns[small as usize] =
                Column { keep: (share * 4_294_967_296.0) as u32, alias: large };
            let rest = self.scaled[large as usize] - (1.0 - share);
            self.scaled[large as usize] = rest;
            if rest < 1.0 {
                self.large.pop();
                self.small.push(large);
            }
        }
    }

    /// The index that `bits` stand for; `None` when there is nothing to draw.
    #[inline]
    pub(crate) fn pick(&self, bits: u64) -> Option<u32> {
        let column = ((bits >> 32) * self.columns.len() as u64) >> 32;
        let Column { keep, alias } = *self.columns.get(column as usize)?;
        Some(if (bits as u32) < keep { column as u32 } else { alias })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Streams};
    use proptest::prelude::*;
    use rand::RngExt;

    #[test]
    fn nothing_is_drawn_without_weights() {
        assert_eq!(Alias::default().pick(7), None);
        assert_eq!(Alias::new(&[0.0, 0.0]).pick(7), None);
        assert_eq!(Alias::new(&[0.0, 2.0]).pick(u64::MAX), Some(1));
        assert_eq!(Alias::new(&[0.0, 2.0]).pick(0), Some(1));
    }

    proptest! {
        #[test]
        fn columns_hold_exactly_the_weights(weights in prop::collection::vec(0.0..9.0_f64, 1..40)) {
            let total: f64 = weights.iter().sum();
            prop_assume!(total > 0.01);
            let alias = Alias::new(&weights);
            let mut shares = vec![0.0; weights.len()];
            for (index, column) in alias.columns.iter().enumerate() {
                let kept = f64::from(column.keep) / 4_294_967_296.0;
                shares[index] += kept;
                shares[column.alias as usize] += 1.0 - kept;
            }
            for (share, weight) in shares.iter().zip(&weights) {
                let expected = weight * weights.len() as f64 / total;
                // 2^-32 a column is lost to the integer threshold.
                prop_assert!((share - expected).abs() < 1e-7, "{share} {expected}");
            }
        }
    }

    #[test]
    fn draws_come_in_proportion() {
        let alias = Alias::new(&[1.0, 0.0, 3.0]);
        let mut rng = Streams::new(3).many(Purpose::Visit, 0, 0, 0);
        let mut counts = [0; 3];
        for _ in 0..4_000 {
            counts[alias.pick(rng.random()).unwrap() as usize] += 1;
        }
        assert_eq!(counts[1], 0);
        // 1000 expected, four standard errors are 110.
        assert!((890..1_110).contains(&counts[0]), "{counts:?}");
    }
}
