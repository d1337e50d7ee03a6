//! Who and what the simulated retailer deals with: products, places, suppliers.

use crate::category::{CATEGORIES, Category};
use crate::random::{self, Purpose, Streams};
use crate::{Place, Product, Supplier, WorldConfig};
use fake::Fake;
use fake::faker::name::raw::LastName;
use fake::locales::EN;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use shelfcast_retail::Money;

/// Products without a launch within the history started before it, at most this many days.
const LONGEST_EARLIER_LIFE: i32 = 3_000;

/// Every product; each belongs to one category and one supplier of that category.
pub(crate) fn products(config: &WorldConfig, streams: Streams) -> Vec<Product> {
    let ranks = popularity_ranks(config, streams);
    let articles = shuffled_articles(streams);
    (0..config.products)
        .map(|index| {
            let articles = &articles[index as usize % CATEGORIES.len()];
            let article = articles[index as usize / CATEGORIES.len() % articles.len()];
            product(config, streams, index, ranks[index as usize], article)
        })
        .collect()
}

/// The products' ranks by popularity, 1 is the most wanted; fresh goods tend to the front.
fn popularity_ranks(config: &WorldConfig, streams: Streams) -> Vec<u32> {
    let mut rng = streams.of(Purpose::Ranking, 0, 0);
    let mut order: Vec<(f64, u32)> = (0..config.products)
        .map(|index| (rng.random::<f64>() / category_of(index).1.pull, index))
        .collect();
    order.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let mut ranks = vec![0; order.len()];
    for (rank, (_, index)) in (1..).zip(order) {
        ranks[index as usize] = rank;
    }
    ranks
}

fn category_of(product: u32) -> (usize, &'static Category) {
    let index = product as usize % CATEGORIES.len();
    (index, &CATEGORIES[index])
}

fn product(
    config: &WorldConfig,
    streams: Streams,
    index: u32,
    rank: u32,
    article: Article,
) -> Product {
    let (category_index, category) = category_of(index);
    let mut rng = streams.of(Purpose::Product, index, 0);
    let (name, brand, typical_price) = describe(category, article);
    let unit_price = shelf_price(f64::from(typical_price) * random::log_normal(&mut rng, 0.08));
    let margin = random::between(&mut rng, category.margin.0, category.margin.1);
    let unit_cost = ((f64::from(unit_price) * (1.0 - margin)) as u32).clamp(1, unit_price - 1);
    let (launched, ended) = life(config, &mut rng);
    Product {
        number: index + 1,
        name,
        category: category.name,
        brand,
        unit: category.unit,
        supplier: supplier_of(config, category_index, &mut rng),
        unit_cost: cents(unit_cost),
        unit_price: cents(unit_price),
        pack_size: random::one_of(&mut rng, category.pack_sizes),
        shelf_life_days: category.shelf_life_days,
        launched_on: config.first_day().plus(launched),
        ended_on: ended.map(|day| config.first_day().plus(day)),
        popularity_rank: rank,
        category_index,
    }
}

/// One combination of good, variant and brand of a category.
type Article = usize;

/// Each category's combinations in a shuffled order, so that none repeats until all are used.
fn shuffled_articles(streams: Streams) -> Vec<Vec<Article>> {
    (0..CATEGORIES.len())
        .map(|index| {
            let category = &CATEGORIES[index];
            let count = category.goods.len() * category.variants.len() * category.brands.len();
            let mut order: Vec<Article> = (0..count).collect();
            order.shuffle(&mut streams.of(Purpose::Article, index as u32, 0));
            order
        })
        .collect()
}

/// Name, brand and typical price in cents.
fn describe(category: &Category, article: Article) -> (String, &'static str, u32) {
    let (n_goods, n_variants) = (category.goods.len(), category.variants.len());
    let (good, size, price) = category.goods[article % n_goods];
    let variant = category.variants[article / n_goods % n_variants];
    let brand = category.brands[article / n_goods / n_variants];
    (format!("{variant} {good} {size}"), brand, price)
}

/// Rounds to a price that ends in 9 cents.
fn shelf_price(price_cents: f64) -> u32 {
    let tens = libm::round(price_cents / 10.0).max(3.0) as u32;
    tens * 10 - 1
}

/// Launch and end as days since the first day of history: one product in five
/// starts within the history, one in twenty of the others ends within it.
fn life(config: &WorldConfig, rng: &mut impl Rng) -> (i32, Option<i32>) {
    let days = f64::from(config.days);
    if random::chance(rng, 0.20) {
        return (random::between(rng, 0.15 * days, 0.90 * days) as i32, None);
    }
    let launched = -rng.random_range(30..=LONGEST_EARLIER_LIFE);
    let ended =
        random::chance(rng, 0.05).then(|| random::between(rng, 0.40 * days, 0.95 * days) as i32);
    (launched, ended)
}

fn supplier_of(config: &WorldConfig, category_index: usize, rng: &mut impl Rng) -> usize {
    let n_suppliers = config.suppliers as usize;
    let first = category_index % n_suppliers;
    let of_category: Vec<usize> = (first..n_suppliers).step_by(CATEGORIES.len()).collect();
    random::one_of(rng, &of_category)
}

/// Every supplier, with what it promises and how it keeps it.
pub(crate) fn suppliers(config: &WorldConfig, streams: Streams) -> Vec<Supplier> {
    (0..config.suppliers).map(|index| supplier(streams, index)).collect()
}

fn supplier(streams: Streams, index: u32) -> Supplier {
    let category = &CATEGORIES[index as usize % CATEGORIES.len()];
    let mut rng = streams.of(Purpose::Supplier, index, 0);
    let (shortest, longest) = category.lead_time_days;
    let stated = rng.random_range(shortest..=longest);
    // One supplier in four promises more than it keeps, on every order.
    let optimism = if index % 4 == 2 { stated.div_ceil(4) } else { 0 };
    Supplier {
        number: index + 1,
        name: company_name(&mut rng),
        stated_lead_time_days: stated,
        order_weekdays: category.order_weekdays.to_vec(),
        usual_delay_days: optimism,
        late_share: random::between(&mut rng, 0.04, 0.20),
        mean_lateness_days: random::between(&mut rng, 1.3, 1.0 + f64::from(stated) * 0.5),
        split_share: random::between(&mut rng, 0.01, 0.06),
    }
}

fn company_name(rng: &mut impl Rng) -> String {
    let family: String = LastName(EN).fake_with_rng(rng);
    let trade = random::one_of(rng, &["Wholesale", "Trading", "& Sons", "Supply", "Distribution"]);
    format!("{family} {trade}")
}

/// Every place; the first is the largest.
pub(crate) fn places(config: &WorldConfig, streams: Streams) -> Vec<Place> {
    const STREETS: [&str; 8] = [
        "Market Square",
        "Harbour Street",
        "Station Road",
        "Mill Lane",
        "Castle Hill",
        "Riverside",
        "Park Avenue",
        "Old Town",
    ];
    const REGIONS: [&str; 4] = ["North", "South", "West", "East"];
    (0..config.places)
        .map(|index| {
            let mut rng = streams.of(Purpose::Place, index, 0);
            let street = STREETS[index as usize % STREETS.len()];
            let round = index as usize / STREETS.len();
            let size = random::between(&mut rng, 0.55, 0.80);
            Place {
                number: index + 1,
                name: if round == 0 { street.into() } else { format!("{street} {}", round + 1) },
                kind: "store",
                region: REGIONS[index as usize % REGIONS.len()],
                time_zone: "Europe/London",
                unmet: "lost",
                size: if index == 0 { 1.0 } else { size },
            }
        })
        .collect()
}

fn cents(amount: u32) -> Money {
    Money::from_parts(i128::from(amount) * 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_repeat_only_when_every_combination_is_used() {
        let config = WorldConfig { products: 1_500, ..WorldConfig::shop(5) };
        let products = products(&config, Streams::new(5));
        let names: BTreeSet<_> =
            products.iter().map(|product| (product.name.clone(), product.brand)).collect();
        // The smallest category, Bakery, has 8 x 4 x 5 = 160 combinations; 1500 products need 150.
        assert_eq!(names.len(), products.len());
    }

    #[test]
    fn popularity_ranks_are_a_permutation() {
        let config = WorldConfig::shop(5);
        let mut ranks = popularity_ranks(&config, Streams::new(5));
        ranks.sort_unstable();
        assert!(ranks.into_iter().eq(1..=config.products));
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
                let within = product.launched_on.days_since(config.first_day()) < 730;
                prop_assert!(within);
            }
        }
    }
}
