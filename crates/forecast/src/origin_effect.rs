//! What the series of a date have in common: errors of many series at one origin are not many draws.
//!
//! A promotion week, a warm spring or a holiday moves all series of an origin alike. Pooled over a
//! handful of origins, quantiles are then those of a mixture of few draws, and the next origin is
//! another draw. How much too narrow that makes them is measured by leaving each origin out: bands
//! of the others are to hold it as often as they claim, in the mean over origins (two-layer
//! conformal prediction: Dunn, Wasserman and Ramdas 2023).

use crate::calibration::{BINS, Histogram};

/// Origins that are told apart; what came before them says nothing of this.
pub(crate) const ORIGINS: usize = 8;

/// Errors that an origin needs to be judged by.
const FEWEST_ERRORS: f64 = 40.0;

/// Shares that bands of the others are to hold.
const LEVELS: [f64; 2] = [0.80, 0.95];

/// Bands are not widened by more than this factor.
const WIDEST: f64 = 3.0;

/// What a class's origins say of bands that are pooled over them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Widening {
    /// Logarithms of factors, one a level.
    pub(crate) factors: [f64; LEVELS.len()],
}

impl Widening {
    /// The mean of several; no widening where there are none.
    pub(crate) fn mean(several: &[Self]) -> Self {
        if several.is_empty() {
            return Self::default();
        }
        let sum = |level: usize| several.iter().map(|one| one.factors[level]).sum::<f64>();
        Self { factors: std::array::from_fn(|level| sum(level) / several.len() as f64) }
    }

    /// The factor of the error at a probability: bands are never narrowed, and outer ones are
    /// widened at least as much as inner ones.
    pub(crate) fn factor(&self, probability: f64) -> f64 {
        let tails = LEVELS.map(|level| 0.5 * (1.0 - level));
        let [inner, outer] = self.factors;
        let (inner, outer) = (inner.max(0.0), outer.max(inner).max(0.0));
        let tail = probability.min(1.0 - probability).clamp(tails[1], tails[0]);
        let share = libm::log(tails[0] / tail) / libm::log(tails[0] / tails[1]);
        libm::exp(inner + share * (outer - inner))
    }
}

/// An origin's errors as running counts.
struct Origin {
    /// Weighted counts through each bin.
    through: Vec<f64>,
}

impl Origin {
    fn of(counts: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let through = counts.map(|count| {
            sum += count;
            sum
        });
        Self { through: through.collect() }
    }

    fn total(&self) -> f64 {
        self.through.last().copied().unwrap_or(0.0)
    }

    /// The mean place, in bins.
    fn mean(&self) -> f64 {
        // What lies beyond each bin's end, summed, is the mean of the ends.
        let beyond: f64 = self.through.iter().map(|through| self.total() - through).sum();
        beyond / self.total() + 0.5
    }

    /// Counts below a place, in bins.
    fn below(&self, place: f64) -> f64 {
        let place = place.clamp(0.0, BINS as f64);
        let bin = (place as usize).min(BINS - 1);
        let before = if bin == 0 { 0.0 } else { self.through[bin - 1] };
        before + (place - bin as f64) * (self.through[bin] - before)
    }

    /// The place, in bins, below which a share of all counts lies.
    fn quantile(&self, share: f64) -> f64 {
        let wanted = share * self.total();
        let bin = self.through.partition_point(|through| *through < wanted).min(BINS - 1);
        let before = if bin == 0 { 0.0 } else { self.through[bin - 1] };
        let count = self.through[bin] - before;
        bin as f64 + if count > 0.0 { ((wanted - before) / count).clamp(0.0, 1.0) } else { 0.5 }
    }
}

/// Median and ends of a band of the other origins.
struct Band {
    median: f64,
    lower: f64,
    upper: f64,
}

impl Band {
    /// Of errors that are put where their mean is none, as a forecast's are.
    fn of(others: &Origin, level: f64) -> Self {
        let tail = 0.5 * (1.0 - level);
        let moved = others.mean() - BINS as f64 / 2.0;
        let at = |share: f64| others.quantile(share) - moved;
        Self { median: at(0.5), lower: at(tail), upper: at(1.0 - tail) }
    }

    /// The share of an origin's errors in the band, made wider by a factor.
    fn share(&self, origin: &Origin, factor: f64) -> f64 {
        let at = |end: f64| origin.below(self.median + factor * (end - self.median));
        (at(self.upper) - at(self.lower)) / origin.total()
    }
}

/// Logarithms of the factors by which bands of 80 % and of 95 % have to be wider, given each
/// origin's errors and weights; `None` where fewer than three origins have enough of them.
pub(crate) fn widening(origins: &[(&Histogram, f64)]) -> Option<Widening> {
    let counts = |at: usize| origins[at].0.iter().map(|count| *count as f64);
    let known: Vec<usize> =
        (0..origins.len()).filter(|at| counts(*at).sum::<f64>() >= FEWEST_ERRORS).collect();
    if known.len() < 3 {
        return None;
    }
    let left_out: Vec<(Origin, Origin, f64)> = known
        .iter()
        .map(|out| {
            let others = (0..BINS).map(|bin| {
                let others = known.iter().filter(|other| *other != out);
                others.map(|other| origins[*other].1 * origins[*other].0[bin] as f64).sum()
            });
            (Origin::of(counts(*out)), Origin::of(others), origins[*out].1)
        })
        .collect();
    let fewer = with_one_more(known.len());
    let factors = LEVELS.map(|level| fewer * libm::log(factor(&left_out, level)));
    Some(Widening { factors })
}

/// What is left of a widening when the bands are those of all `origins`, not of all but one: n draws of
/// what an origin has in common spread around their own mean with (n - 1) / n of the variance that the
/// next one has.
fn with_one_more(origins: usize) -> f64 {
    let n = origins as f64;
    libm::log(n / (n - 1.0)) / libm::log((n - 1.0) / (n - 2.0))
}

/// The factor at which origins are held as often as the level claims, in their mean.
fn factor(left_out: &[(Origin, Origin, f64)], level: f64) -> f64 {
    let bands: Vec<(&Origin, Band, f64)> = left_out
        .iter()
        .map(|(origin, others, weight)| (origin, Band::of(others, level), *weight))
        .collect();
    let weights: f64 = bands.iter().map(|(_, _, weight)| weight).sum();
    let share = |factor: f64| {
        let shares = bands.iter().map(|(origin, band, weight)| weight * band.share(origin, factor));
        shares.sum::<f64>() / weights
    };
    let (mut low, mut high) = (1.0 / WIDEST, WIDEST);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if share(middle) < level { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Normal errors of many series at five origins, moved by what the origin has in common.
    fn origins(common: f64, count: u64, seed: u64) -> Vec<Histogram> {
        (0..5)
            .map(|origin| {
                let shift =
                    common * crate::normal::quantile(crate::random::uniform(seed, origin, 0));
                let mut counts = [0; BINS];
                for series in 1..=count {
                    let own = crate::normal::quantile(crate::random::uniform(seed, origin, series));
                    let bin = ((shift + own) * 32.0 + BINS as f64 / 2.0) as usize;
                    counts[bin.min(BINS - 1)] += 1;
                }
                counts
            })
            .collect()
    }

    fn widening_of(common: f64, seed: u64) -> Widening {
        let histograms = origins(common, 2_000, seed);
        let weighted: Vec<(&Histogram, f64)> =
            histograms.iter().map(|counts| (counts, 1.0)).collect();
        widening(&weighted).unwrap()
    }

    #[test]
    fn origins_that_are_alike_widen_nothing() {
        for seed in 0..20 {
            let found = widening_of(0.0, seed);
            assert!(found.factors.iter().all(|log| log.abs() < 0.03), "{found:?}");
        }
    }

    #[test]
    fn bands_of_few_common_draws_hold_the_next_one() {
        // Errors of standard deviation 1 around a shift of standard deviation 2. Four draws spread
        // around their mean with a variance of 1 + 4 (3/4), the next one around none with 1 + 4: an 80 %
        // band of the four holds about 75 % of it. Over 1,000 worlds the standard error is 1 %; at least
        // half of what lacks is made up.
        let (mut plain, mut widened) = (0.0, 0.0);
        for seed in 0..1_000 {
            let histograms = origins(2.0, 200, seed);
            let all = Origin::of(
                (0..BINS).map(|bin| histograms[..4].iter().map(|counts| counts[bin] as f64).sum()),
            );
            let weighted: Vec<(&Histogram, f64)> =
                histograms[..4].iter().map(|counts| (counts, 1.0)).collect();
            let next = Origin::of(histograms[4].iter().map(|count| *count as f64));
            let band = Band::of(&all, 0.8);
            plain += band.share(&next, 1.0) / 1_000.0;
            widened += band.share(&next, widening(&weighted).unwrap().factor(0.1)) / 1_000.0;
        }
        assert!((plain - 0.75).abs() < 0.03, "{plain}");
        assert!(widened - plain > 0.5 * (0.8 - plain) && widened < 0.83, "{plain} {widened}");
    }

    #[test]
    fn outer_bands_are_widened_at_least_as_much() {
        let widening = Widening { factors: [0.2, 0.1] };
        assert_eq!(widening.factor(0.5), widening.factor(0.999));
        assert_eq!(Widening { factors: [-0.1, -0.2] }.factor(0.3), 1.0);
        let rising = Widening { factors: [0.0, 0.3] };
        assert!((rising.factor(0.975) - libm::exp(0.3)).abs() < 1e-12);
        assert!(rising.factor(0.95) < rising.factor(0.975) && rising.factor(0.9) == 1.0);
    }

    #[test]
    fn two_origins_tell_nothing() {
        let histograms = origins(1.0, 200, 1);
        assert_eq!(widening(&[(&histograms[0], 1.0), (&histograms[1], 1.0)]), None);
    }
}
