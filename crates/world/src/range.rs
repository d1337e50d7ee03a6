//! What a place carries.

use crate::assortment::N_CATEGORIES;
use crate::random::{self, Purpose, Streams};
use crate::{Place, Product, QuantityLaw, WorldConfig};
use rand::RngExt;
use std::ops::Range as Span;

/// Products of the best-selling part of the assortment are carried everywhere.
const ALWAYS_CARRIED: f64 = 0.3;
/// How much tastes differ from place to place: standard deviation of the logarithm.
const LOCAL_TASTE: f64 = 0.25;

/// One product in one place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    /// Index of the product.
    pub(crate) product: u32,
    pub(crate) law: QuantityLaw,
    /// Usual demand, relative to the mean product.
    pub(crate) taste: f32,
    /// The slot whose product stands in for this one when it is missing.
    pub(crate) substitute: Option<u32>,
}

/// The products of one place, those of a category side by side.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    slots: Vec<Slot>,
    starts: [u32; N_CATEGORIES + 1],
    /// Mean over the history of the usual demand of all products on sale.
    pub(crate) usual_demand: f64,
}

impl Range {
    pub(crate) fn new(
        config: &WorldConfig,
        streams: Streams,
        products: &[Product],
        place: &Place,
    ) -> Self {
        let mut rng = streams.many(Purpose::Assortment, place.number, 0, 0);
        let share = place.format.assortment_share();
        let mut slots: Vec<Slot> = Vec::with_capacity(products.len());
        for (index, product) in (0..).zip(products) {
            let is_popular =
                f64::from(product.popularity_rank) <= ALWAYS_CARRIED * products.len() as f64;
            let is_carried = rng.random::<f64>() < share || is_popular;
            let local = random::log_normal(&mut rng, LOCAL_TASTE);
            if is_carried {
                slots.push(Slot {
                    product: index,
                    law: product.quantity_law,
                    taste: (product.popularity * local) as f32,
                    substitute: None,
                });
            }
        }
        let of = |slot: &Slot| &products[slot.product as usize];
        slots.sort_by_key(|slot| (of(slot).category_index, of(slot).good, slot.product));
        name_substitutes(&mut slots, products);
        let end =
            |category| slots.partition_point(|slot| of(slot).category_index < category) as u32;
        let starts = std::array::from_fn(end);
        let usual_demand = slots
            .iter()
            .map(|slot| f64::from(slot.taste) * share_on_sale(config, of(slot)))
            .sum::<f64>();
        Self { slots, starts, usual_demand: usual_demand.max(f64::MIN_POSITIVE) }
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    pub(crate) fn of_category(&self, category: usize) -> Span<usize> {
        self.starts[category] as usize..self.starts[category + 1] as usize
    }
}

/// Of the products of one good (all the whole milks, say), the most wanted stands in for the
/// others and the next for it.
fn name_substitutes(slots: &mut [Slot], products: &[Product]) {
    let group = |slot: &Slot| {
        let product = &products[slot.product as usize];
        (product.category_index, product.good)
    };
    let mut start = 0;
    while start < slots.len() {
        let end =
            start + slots[start..].partition_point(|slot| group(slot) <= group(&slots[start]));
        let mut best: Vec<usize> = (start..end).collect();
        best.sort_by(|left, right| {
            slots[*right].taste.total_cmp(&slots[*left].taste).then(left.cmp(right))
        });
        if let [first, second, ..] = best[..] {
            for (index, slot) in (start..).zip(&mut slots[start..end]) {
                slot.substitute = Some(if index == first { second } else { first } as u32);
            }
        }
        start = end;
    }
}

/// Share of the history on which a product is on sale.
fn share_on_sale(config: &WorldConfig, product: &Product) -> f64 {
    let first = product.launched_on.max(config.first_day());
    let last = product.ended_on.map_or(config.last_day, |ended| ended.min(config.last_day));
    f64::from((last.days_since(first) + 1).max(0)) / f64::from(config.days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::World;

    #[test]
    fn substitutes_are_other_products_of_the_same_good() {
        let world = World::new(WorldConfig { places: 6, ..WorldConfig::shop(3) }).unwrap();
        for place in world.places() {
            let range = Range::new(world.config(), world.streams(), world.products(), place);
            let product =
                |slot: u32| &world.products()[range.slots()[slot as usize].product as usize];
            let mut with_substitute = 0;
            for (index, slot) in (0..).zip(range.slots()) {
                if let Some(substitute) = slot.substitute {
                    assert_ne!(index, substitute);
                    assert_eq!(product(index).category, product(substitute).category);
                    assert_eq!(product(index).good, product(substitute).good);
                    with_substitute += 1;
                }
            }
            assert!(with_substitute * 3 > range.slots().len(), "{with_substitute}");
        }
    }

    #[test]
    fn small_stores_carry_less_but_all_that_is_popular() {
        let world = World::new(WorldConfig { places: 20, ..WorldConfig::shop(3) }).unwrap();
        for place in world.places() {
            let range = Range::new(world.config(), world.streams(), world.products(), place);
            let carried = range.slots().len() as f64 / 200.0;
            // Always carried 30 %, of the rest the share of the format.
            let expected = 0.3 + 0.7 * place.format.assortment_share();
            assert!((carried - expected).abs() < 0.15, "{carried} {expected}");
            let popular = range
                .slots()
                .iter()
                .filter(|slot| world.products()[slot.product as usize].popularity_rank <= 60);
            assert_eq!(popular.count(), 60);
        }
    }
}
