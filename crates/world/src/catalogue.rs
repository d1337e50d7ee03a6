//! What is sold: products with names, prices, lives and the laws of their demand.

use crate::assortment::{N_CATEGORIES, category};
use crate::category::Category;
use crate::random::{self, Purpose, Streams};
use crate::{Product, QuantityLaw, WorldConfig};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use shelfcast_retail::{Day, Money};

/// Products without a launch within the history started before it, at most this many days.
const LONGEST_EARLIER_LIFE: i32 = 3_000;

/// Product ranges and their price relative to the first.
const RANGES: [(&str, f64); 7] = [
    ("", 1.0),
    ("Everyday ", 0.80),
    ("Finest ", 1.45),
    ("Kitchen ", 1.10),
    ("Harvest ", 1.05),
    ("Heritage ", 1.30),
    ("Simple ", 0.90),
];

/// Every product; each belongs to one category and one supplier of that category.
pub(crate) fn products(config: &WorldConfig, streams: Streams) -> Vec<Product> {
    let ranks = popularity_ranks(config, streams);
    let articles = shuffled_articles(streams);
    let popularity = Popularity::new(config.products);
    (0..config.products)
        .map(|index| {
            let articles = &articles[index as usize % N_CATEGORIES];
            let turn = index as usize / N_CATEGORIES;
            let article = articles[turn % articles.len()];
            let edition = turn / articles.len() + 1;
            let rank = ranks[index as usize];
            product(config, streams, index, (rank, popularity.of(rank)), (article, edition))
        })
        .collect()
}

/// The products' ranks by popularity, 1 is the most wanted; fresh goods tend to the front.
fn popularity_ranks(config: &WorldConfig, streams: Streams) -> Vec<u32> {
    let mut rng = streams.of(Purpose::Ranking, 0, 0);
    let mut order: Vec<(f64, u32)> = (0..config.products)
        .map(|index| (rng.random::<f64>() / category(index as usize).pull, index))
        .collect();
    order.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let mut ranks = vec![0; order.len()];
    for (rank, (_, index)) in (1..).zip(order) {
        ranks[index as usize] = rank;
    }
    ranks
}

/// Demand of a rank relative to the mean product.
///
/// A Zipf-Mandelbrot law of the relative rank x = rank / n with a cut-off,
/// `(x + 0.04)^-0.8 exp(-1.5 x)`: a law of x instead of the rank keeps its shape for
/// any number of products. The constants give the quartiles of the mean daily sales
/// of M5's series relative to their median (0.45, 2.24 there; 0.43, 2.40 in a world of 1 000 products).
pub(crate) struct Popularity {
    mean: f64,
    n_products: u32,
}

impl Popularity {
    pub(crate) fn new(n_products: u32) -> Self {
        // The mean over (0, 1), by Simpson's rule in steps of 1/64.
        const STEPS: u32 = 64;
        let term = |step: u32| {
            let factor = match step {
                0 | STEPS => 1.0,
                step if step % 2 == 1 => 4.0,
                _ => 2.0,
            };
            factor * Self::weight(f64::from(step) / f64::from(STEPS))
        };
        let total: f64 = (0..=STEPS).map(term).sum();
        Self { mean: total / (3.0 * f64::from(STEPS)), n_products }
    }

    fn weight(x: f64) -> f64 {
        libm::pow(x + 0.04, -0.8) * libm::exp(-1.5 * x)
    }

    pub(crate) fn of(&self, rank: u32) -> f64 {
        Self::weight((f64::from(rank) - 0.5) / f64::from(self.n_products)) / self.mean
    }
}

fn product(
    config: &WorldConfig,
    streams: Streams,
    index: u32,
    (rank, popularity): (u32, f64),
    (article, edition): (Article, usize),
) -> Product {
    let category_index = index as usize % N_CATEGORIES;
    let category = category(category_index);
    let mut rng = streams.of(Purpose::Product, index, 0);
    let (mut name, brand, typical_price) = describe(category, article);
    if edition > 1 {
        name = format!("{name} No. {edition}");
    }
    let price = shelf_price(typical_price * random::log_normal(&mut rng, 0.08));
    let margin = random::between(&mut rng, category.margin.0, category.margin.1);
    let cost = ((f64::from(price) * (1.0 - margin)) as u32).clamp(1, price - 1);
    let (launched_on, ended_on) = life(config, &mut rng);
    Product {
        number: index + 1,
        name,
        department: category.department,
        category: category.name,
        brand,
        unit: category.unit,
        supplier: supplier_of(config, category_index, &mut rng),
        unit_cost: cents(cost),
        unit_price: cents(price),
        pack_size: random::one_of(&mut rng, category.pack_sizes),
        shelf_life_days: category.shelf_life_days,
        launched_on,
        ended_on,
        popularity_rank: rank,
        popularity,
        elasticity: (category.elasticity * random::log_normal(&mut rng, 0.25)).clamp(0.4, 5.0),
        display_lift: random::between(&mut rng, 1.05, 1.8),
        dip: random::between(&mut rng, 0.0, 0.35),
        yearly_growth: random::between(&mut rng, -0.12, 0.15),
        is_sporadic: random::chance(&mut rng, 0.05),
        quantity_law: quantity_law(&mut rng),
        category_index,
        good: article % category.goods.len(),
        first_price_cents: price,
        first_cost_cents: cost,
    }
}

fn quantity_law(rng: &mut impl Rng) -> QuantityLaw {
    match rng.random_range(0..100) {
        0..60 => QuantityLaw::Single,
        60..94 => QuantityLaw::Few,
        _ => QuantityLaw::Bulk,
    }
}

/// One combination of good, variant, brand and range of a category.
type Article = usize;

/// Each category's combinations in a shuffled order, so that none repeats until all are used.
fn shuffled_articles(streams: Streams) -> Vec<Vec<Article>> {
    (0..N_CATEGORIES)
        .map(|index| {
            let category = category(index);
            let plain = category.goods.len() * category.variants.len() * category.brands.len();
            let mut order: Vec<Article> = (0..plain * RANGES.len()).collect();
            order.shuffle(&mut streams.of(Purpose::Article, index as u32, 0));
            order
        })
        .collect()
}

/// Name, brand and typical price in cents.
fn describe(category: &Category, article: Article) -> (String, &'static str, f64) {
    let (n_goods, n_variants) = (category.goods.len(), category.variants.len());
    let (good, size, price) = category.goods[article % n_goods];
    let rest = article / n_goods;
    let variant = category.variants[rest % n_variants];
    let rest = rest / n_variants;
    let brand = category.brands[rest % category.brands.len()];
    let (range, dearer) = RANGES[rest / category.brands.len()];
    (format!("{range}{variant} {good} {size}"), brand, f64::from(price) * dearer)
}

/// Rounds to a price that ends in 9 cents.
pub(crate) fn shelf_price(price_cents: f64) -> u32 {
    let tens = libm::round(price_cents / 10.0).max(3.0) as u32;
    tens * 10 - 1
}

/// Launch and end: one product in five starts within the history, one in twenty of the
/// others ends within it. Lives begin and end with the trading week, on Thursdays.
fn life(config: &WorldConfig, rng: &mut impl Rng) -> (Day, Option<Day>) {
    let days = f64::from(config.days);
    let thursday = |offset: i32| {
        let day = config.first_day().plus(offset);
        day.plus(-day.epoch_days().rem_euclid(7))
    };
    if random::chance(rng, 0.20) {
        return (thursday(random::between(rng, 0.15 * days, 0.90 * days) as i32), None);
    }
    let launched = -rng.random_range(30..=LONGEST_EARLIER_LIFE);
    let ended = random::chance(rng, 0.05)
        .then(|| thursday(random::between(rng, 0.40 * days, 0.95 * days) as i32).plus(-1));
    (thursday(launched), ended)
}

fn supplier_of(config: &WorldConfig, category_index: usize, rng: &mut impl Rng) -> usize {
    let n_suppliers = config.suppliers as usize;
    let first = category_index % n_suppliers;
    let of_category: Vec<usize> = (first..n_suppliers).step_by(N_CATEGORIES).collect();
    random::one_of(rng, &of_category)
}

pub(crate) fn cents(amount: u32) -> Money {
    Money::from_parts(i128::from(amount) * 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_repeat_never() {
        // The smallest category has 6 x 4 x 5 x 7 = 840 combinations, which 20 000 products
        // in 16 categories use up: then editions are numbered.
        let config = WorldConfig::chain(5);
        let products = products(&config, Streams::new(5));
        let names: BTreeSet<_> =
            products.iter().map(|product| (product.name.clone(), product.brand)).collect();
        assert_eq!(names.len(), products.len());
    }

    #[test]
    fn popularity_ranks_are_a_permutation() {
        let config = WorldConfig::shop(5);
        let mut ranks = popularity_ranks(&config, Streams::new(5));
        ranks.sort_unstable();
        assert!(ranks.into_iter().eq(1..=config.products));
    }

    #[test]
    fn popularity_averages_to_one_and_keeps_its_shape_for_any_number() {
        for n_products in [50, 200, 20_000] {
            let popularity = Popularity::new(n_products);
            let shares: Vec<f64> = (1..=n_products).map(|rank| popularity.of(rank)).collect();
            let mean = shares.iter().sum::<f64>() / f64::from(n_products);
            assert!((mean - 1.0).abs() < 0.02, "{n_products}: {mean}");
            assert!(shares.is_sorted_by(|left, right| left > right));
        }
    }

    proptest! {
        #[test]
        fn prices_end_in_nine_and_lie_above_costs(seed: u64, suppliers in 1_u32..40) {
            let config = WorldConfig { suppliers, products: 40, ..WorldConfig::shop(seed) };
            for product in products(&config, Streams::new(seed)) {
                prop_assert!(product.unit_price > product.unit_cost);
                prop_assert!(product.unit_cost > Money::ZERO);
                prop_assert_eq!(product.unit_price.parts() % 1_000, 900);
                prop_assert!(product.supplier < suppliers as usize);
                prop_assert_eq!(product.launched_on.weekday(), 3);
                prop_assert!(product.ended_on.is_none_or(|day| day.weekday() == 2));
                let within = product.launched_on.days_since(config.first_day()) < 730;
                prop_assert!(within);
            }
        }
    }
}
