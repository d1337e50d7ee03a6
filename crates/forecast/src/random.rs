//! A counter-based generator: a draw depends on its key only, never on the draws before it.

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's finaliser (Steele, Lea, Flood 2014) over a key of three words.
pub(crate) fn hash(seed: u64, row: u64, column: u64) -> u64 {
    Row::new(seed, row).word(column)
}

/// The first two words of a key, for many columns of one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row(u64);

impl Row {
    pub(crate) fn new(seed: u64, row: u64) -> Self {
        let keyed = finalise(seed.wrapping_add(GAMMA));
        Self(finalise(keyed ^ row.wrapping_mul(GAMMA).wrapping_add(GAMMA)))
    }

    /// 64 random bits.
    pub(crate) fn word(self, column: u64) -> u64 {
        finalise(self.0 ^ column.wrapping_mul(GAMMA).wrapping_add(GAMMA))
    }
}

/// A uniform number strictly between 0 and 1.
pub(crate) fn uniform(seed: u64, row: u64, column: u64) -> f64 {
    let bits = hash(seed, row, column) >> 11;
    (bits as f64 + 0.5) / (1_u64 << 53) as f64
}

fn finalise(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finaliser_is_splitmix64() {
        // First output of SplitMix64 for seed 0, as published with the xoshiro generators.
        assert_eq!(finalise(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn rows_and_columns_are_uniform_and_uncorrelated() {
        let n = 10_000_u64;
        let (mut sum, mut product) = (0.0, 0.0);
        for row in 0..n {
            let (a, b) = (uniform(7, row, 0) - 0.5, uniform(7, row, 1) - 0.5);
            sum += a;
            product += a * b;
        }
        // Standard errors: sqrt(1/12/n) = 0.0029 and 1/12/sqrt(n) = 0.00083.
        assert!((sum / n as f64).abs() < 4.0 * 0.0029);
        assert!((product / n as f64).abs() < 4.0 * 0.00083);
    }
}
