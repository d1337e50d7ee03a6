//! Random streams that are addressed, not shared, and portable draws from them.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_pcg::Pcg64Dxsm;

/// What a stream of random numbers is for: streams of different purposes are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Ranking = 1,
    Article,
    Product,
    Supplier,
    Place,
    Assortment,
    Person,
    Patron,
    Market,
    MarketEvent,
    Traffic,
    Visit,
    Buyer,
    Delivery,
    PartialDelivery,
    Shelf,
    Till,
    SampleCustomer,
    SampleProduct,
    SampleSale,
    Dirt,
    SampleHistory,
}

/// The source of every random number of one seed.
///
/// A stream is addressed by what it is for, by two numbers that say of which
/// thing, and by when. The address is the key and the block counter of a ChaCha8
/// stream, so what one cell draws never depends on how much another drew, nor on
/// the order or the thread in which they are drawn. `path` is 0 in the one world
/// that happened and counts the futures that might have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Streams {
    seed: u64,
    path: u32,
}

impl Streams {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, path: 0 }
    }

    /// The same seed in another future, numbered from 1.
    pub(crate) const fn on_path(self, path: u32) -> Self {
        Self { path, ..self }
    }

    /// The stream of one thing, such as a product in a place.
    pub(crate) fn of(self, purpose: Purpose, first: u32, second: u32) -> ChaCha8Rng {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..12].copy_from_slice(&(purpose as u32).to_le_bytes());
        key[12..16].copy_from_slice(&first.to_le_bytes());
        key[16..20].copy_from_slice(&second.to_le_bytes());
        key[20..24].copy_from_slice(&self.path.to_le_bytes());
        ChaCha8Rng::from_seed(key)
    }

    /// A stream for many draws, such as all visits of a place on a day: the address
    /// seeds a PCG generator, which costs a fifth of ChaCha8 a number.
    pub(crate) fn many(self, purpose: Purpose, first: u32, second: u32, when: u64) -> FastRng {
        let mut stream = self.of(purpose, first, second);
        stream.set_stream(when);
        FastRng::from_rng(&mut stream)
    }
}

/// The generator of streams with many draws (O'Neill 2014, "PCG"; the DXSM variant).
pub(crate) type FastRng = Pcg64Dxsm;

/// True with the given probability.
pub(crate) fn chance(rng: &mut impl Rng, probability: f64) -> bool {
    rng.random::<f64>() < probability
}

/// Uniform between `low` and `high`.
pub(crate) fn between(rng: &mut impl Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.random::<f64>()
}

/// One of `choices`, each as likely as another; the list must not be empty.
pub(crate) fn one_of<T: Copy>(rng: &mut impl Rng, choices: &[T]) -> T {
    choices[rng.random_range(0..choices.len())]
}

/// Mean 0, variance 1 (Box and Muller 1958).
pub(crate) fn standard_normal(rng: &mut impl Rng) -> f64 {
    // 1 - u lies in (0, 1], where the logarithm is finite.
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - rng.random::<f64>()));
    radius * libm::cos(std::f64::consts::TAU * rng.random::<f64>())
}

/// Mean 1, with standard deviation `sigma` of its logarithm.
pub(crate) fn log_normal(rng: &mut impl Rng, sigma: f64) -> f64 {
    libm::exp(sigma * standard_normal(rng) - sigma * sigma / 2.0)
}

/// Gamma with scale 1 (Marsaglia and Tsang 2000, "A simple method for generating gamma variables").
pub(crate) fn gamma(rng: &mut impl Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        let boost = libm::pow(1.0 - rng.random::<f64>(), 1.0 / shape);
        return gamma(rng, shape + 1.0) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let x = standard_normal(rng);
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        let log_u = libm::log(1.0 - rng.random::<f64>());
        if log_u < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

/// Poisson by inversion; a large mean is drawn as a sum of smaller ones.
pub(crate) fn poisson(rng: &mut impl Rng, mean: f64) -> u32 {
    const CHUNK: f64 = 32.0;
    let mut left = mean.max(0.0);
    let mut count = 0;
    while left > CHUNK {
        count += poisson_by_inversion(rng, CHUNK);
        left -= CHUNK;
    }
    count + poisson_by_inversion(rng, left)
}

fn poisson_by_inversion(rng: &mut impl Rng, mean: f64) -> u32 {
    let mut left = rng.random::<f64>();
    let mut probability = libm::exp(-mean);
    let mut count = 0;
    // Past the 200th term the probability of a mean of 32 is below f64's resolution.
    while left >= probability && count < 200 {
        left -= probability;
        count += 1;
        probability *= mean / f64::from(count);
    }
    count
}

/// 1, 2, 3, ... with the given mean, which must be above 1.
pub(crate) fn geometric(rng: &mut impl Rng, mean: f64) -> u32 {
    let tail = libm::log(1.0 - 1.0 / mean);
    1 + (libm::log(1.0 - rng.random::<f64>()) / tail).min(10_000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_and_variance(draws: &[f64]) -> (f64, f64) {
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let squares = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum::<f64>();
        (mean, squares / draws.len() as f64)
    }

    /// The law's own mean and variance, within 5 standard errors of 40 000 draws.
    fn check(name: &str, mean: f64, variance: f64, mut draw: impl FnMut(&mut ChaCha8Rng) -> f64) {
        let mut rng = Streams::new(1).of(Purpose::Visit, 0, 0);
        let draws: Vec<f64> = (0..40_000).map(|_| draw(&mut rng)).collect();
        let (found_mean, found_variance) = mean_and_variance(&draws);
        let error = (variance / 40_000.0).sqrt();
        assert!((found_mean - mean).abs() < 5.0 * error, "{name}: mean {found_mean}, not {mean}");
        let ratio = found_variance / variance;
        assert!((0.9..1.1).contains(&ratio), "{name}: variance {found_variance}, not {variance}");
    }

    #[test]
    fn draws_have_the_mean_and_variance_of_their_law() {
        check("normal", 0.0, 1.0, standard_normal);
        check("gamma(0.5)", 0.5, 0.5, |rng| gamma(rng, 0.5));
        check("gamma(4)", 4.0, 4.0, |rng| gamma(rng, 4.0));
        check("poisson(0.3)", 0.3, 0.3, |rng| f64::from(poisson(rng, 0.3)));
        check("poisson(90)", 90.0, 90.0, |rng| f64::from(poisson(rng, 90.0)));
        // Variance of the geometric: (1 - p) / p^2.
        check("geometric(4)", 4.0, 12.0, |rng| f64::from(geometric(rng, 4.0)));
        check("log normal", 1.0, 0.2_f64.powi(2).exp() - 1.0, |rng| log_normal(rng, 0.2));
    }

    #[test]
    fn streams_differ_by_each_part_of_their_address() {
        let first = |streams: Streams, purpose, first, second, when| {
            streams.many(purpose, first, second, when).random::<u64>()
        };
        let base = first(Streams::new(7), Purpose::Visit, 1, 2, 3);
        assert_eq!(base, first(Streams::new(7), Purpose::Visit, 1, 2, 3));
        assert_ne!(base, first(Streams::new(8), Purpose::Visit, 1, 2, 3));
        assert_ne!(base, first(Streams::new(7), Purpose::Shelf, 1, 2, 3));
        assert_ne!(base, first(Streams::new(7), Purpose::Visit, 2, 1, 3));
        assert_ne!(base, first(Streams::new(7), Purpose::Visit, 1, 2, 4));
        assert_ne!(base, first(Streams::new(7).on_path(1), Purpose::Visit, 1, 2, 3));
    }
}
