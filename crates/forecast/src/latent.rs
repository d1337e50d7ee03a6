//! Latent normal scores of sample paths: how the periods of a path hang together.

use std::sync::LazyLock;

use crate::dependence::Dependence;
use crate::{normal, random};

/// Paths that are drawn together: their scores fit a processor's nearest cache.
pub(crate) const BLOCK: usize = 64;

/// Draws that one random word gives, of 16 bits each.
const LANES: usize = 4;

/// What one draw can be.
const STRIPS: usize = 1 << 16;

/// Equally likely scores: the middles of as many strips of the normal distribution.
static SCORES: LazyLock<Box<[f32; STRIPS]>> = LazyLock::new(|| {
    let middle = |strip: usize| (strip as f64 + 0.5) / STRIPS as f64;
    Box::new(std::array::from_fn(|strip| normal::quantile(middle(strip)) as f32))
});

/// Independent draws of a word for each path of a block, lane by lane.
type Draws = [[f32; BLOCK]; LANES];

/// A Gaussian copula over the periods of a path: a common factor and a first-order
/// autoregression.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latent {
    common_share: f64,
    own_share: f64,
    decay: f64,
    renewal: f64,
}

impl Latent {
    pub(crate) fn new(dependence: Dependence) -> Self {
        let (common, decay) = (dependence.common(), dependence.decay());
        Self {
            common_share: libm::sqrt(common),
            own_share: libm::sqrt(1.0 - common),
            decay,
            renewal: libm::sqrt(1.0 - decay * decay),
        }
    }

    /// The scores of [`BLOCK`] paths from `first_path` on, `scores[step * BLOCK + path]`, each
    /// standard normal.
    ///
    /// Draws are functions of seed, path and place: of the 16-bit lanes of a path's random words
    /// the first is the common factor's, the others are the steps'.
    pub(crate) fn draw(&self, seed: u64, first_path: u64, horizon: usize, scores: &mut Vec<f64>) {
        // What is left in it from the block before is overwritten.
        scores.resize(horizon * BLOCK, 0.0);
        let rows: [random::Row; BLOCK] =
            std::array::from_fn(|path| random::Row::new(seed, first_path + path as u64));
        let table = &**SCORES;
        let mut draws = [[0.0; BLOCK]; LANES];
        draw_word(table, &rows, 0, &mut draws);
        let common = draws[0].map(|score| f64::from(score) * self.common_share);
        let mut passing = [0.0; BLOCK];
        for (step, scores) in scores.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
            let lane = (step + 1) % LANES;
            if lane == 0 {
                draw_word(table, &rows, ((step + 1) / LANES) as u64, &mut draws);
            }
            let (decay, renewal) = if step == 0 { (0.0, 1.0) } else { (self.decay, self.renewal) };
            for path in 0..BLOCK {
                passing[path] = decay * passing[path] + renewal * f64::from(draws[lane][path]);
                scores[path] = common[path] + self.own_share * passing[path];
            }
        }
    }
}

fn draw_word(table: &[f32; STRIPS], rows: &[random::Row; BLOCK], word: u64, draws: &mut Draws) {
    for (path, row) in rows.iter().enumerate() {
        let bits = row.word(word);
        for (lane, draws) in draws.iter_mut().enumerate() {
            let strip = (bits >> (16 * lane)) as u16;
            draws[path] = table[usize::from(strip)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths enough for a standard error of 1 / sqrt(51200) = 0.0044 of a correlation.
    const BLOCKS: usize = 800;
    const FOUR_STANDARD_ERRORS: f64 = 4.0 * 0.0044;

    fn scores_of(latent: &Latent, horizon: usize) -> Vec<Vec<f64>> {
        let mut by_step = vec![Vec::new(); horizon];
        let mut scores = Vec::new();
        for block in 0..BLOCKS {
            latent.draw(5, (block * BLOCK) as u64, horizon, &mut scores);
            for (step, values) in scores.chunks_exact(BLOCK).enumerate() {
                by_step[step].extend_from_slice(values);
            }
        }
        by_step
    }

    fn mean_product(left: &[f64], right: &[f64]) -> f64 {
        left.iter().zip(right).map(|(left, right)| left * right).sum::<f64>() / left.len() as f64
    }

    #[test]
    fn scores_are_standard_normal_and_correlated_as_said() {
        for (neighbour, common) in [(0.0, 0.0), (0.5, 0.2), (0.75, 0.6)] {
            let dependence = Dependence::with(neighbour, common);
            let (common, decay) = (dependence.common(), dependence.decay());
            let scores = scores_of(&Latent::new(dependence), 9);
            for (first, left) in scores.iter().enumerate() {
                let mean = left.iter().sum::<f64>() / left.len() as f64;
                assert!(mean.abs() < FOUR_STANDARD_ERRORS, "{mean}");
                for (lag, right) in scores[first..].iter().enumerate() {
                    // correlation(lag) = common + (1 - common) decay^lag; of a variance the
                    // standard error is sqrt(2) times that of a correlation of 0.
                    let expected = common + (1.0 - common) * decay.powi(lag as i32);
                    let found = mean_product(left, right);
                    let allowed = FOUR_STANDARD_ERRORS * (1.0 + expected * expected).sqrt();
                    assert!((found - expected).abs() < allowed, "lag {lag}: {found}, {expected}");
                }
            }
        }
    }

    #[test]
    fn the_tabulated_scores_have_the_tails_of_a_normal() {
        let share = |bound: f32| {
            SCORES.iter().filter(|score| **score > bound).count() as f64 / SCORES.len() as f64
        };
        // Upper tails of the standard normal: tables of any textbook.
        for (bound, tail) in [(0.0, 0.5), (1.0, 0.158_655), (2.0, 0.022_750), (3.0, 0.001_350)] {
            assert!((share(bound) - tail).abs() < 1.0 / 65_536.0 + 1e-6, "{bound}");
        }
        let variance = SCORES.iter().map(|score| f64::from(*score).powi(2)).sum::<f64>();
        assert!((variance / SCORES.len() as f64 - 1.0).abs() < 1e-3);
    }

    #[test]
    fn seeds_and_paths_are_independent() {
        let latent = Latent::new(Dependence::with(0.4, 0.2));
        let (mut one, mut other) = (Vec::new(), Vec::new());
        let mut sums = [0.0; 2];
        for block in 0..BLOCKS as u64 {
            latent.draw(1, block * BLOCK as u64, 4, &mut one);
            latent.draw(2, block * BLOCK as u64, 4, &mut other);
            sums[0] += mean_product(&one[..BLOCK], &other[..BLOCK]);
            sums[1] += mean_product(&one[..BLOCK - 1], &one[1..BLOCK]);
        }
        assert!(sums.iter().all(|sum| (sum / BLOCKS as f64).abs() < FOUR_STANDARD_ERRORS));
    }
}
