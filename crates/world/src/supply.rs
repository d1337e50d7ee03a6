//! Ordering and delivery: a buyer who knows averages, and suppliers who know better.

use crate::random::{self, Purpose, Streams};
use crate::{Place, Product, Supplier};
use rand::{Rng, RngExt};
use shelfcast_retail::Day;

/// The simulated retailer's own rule of thumb for one product in one place: order up to the
/// average of past sales over the stated lead time and the gap to the next order day, and
/// some more, in whole packs.
///
/// It sees sales, not demand, and the book, not the shelf; so it underrates what was sold
/// out and overrates what was stolen, as real planners do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buyer {
    daily_sales: f32,
    cover_days: f32,
    longest_cover_days: f32,
    /// Standard deviations of sales over the cover that are held besides.
    safety: f32,
    pack_size: u32,
}

impl Buyer {
    /// Days of sales after which the average has forgotten two thirds of the past.
    const MEMORY_DAYS: f32 = 35.0;
    /// The order-up-to level of a product that hardly sells.
    const SMALLEST_LEVEL: u32 = 2;
    /// Variance of a day's sales over its mean, as the buyer believes.
    const DISPERSION: f32 = 2.6;
    /// How much more is held of what is on promotion.
    const PROMOTION: f32 = 1.6;

    /// `daily_sales` is what the buyer believes before the first sale.
    pub(crate) fn new(
        rng: &mut impl Rng,
        product: &Product,
        supplier: &Supplier,
        daily_sales: f64,
    ) -> Self {
        let cover = supplier.stated_lead_time_days + supplier.longest_review_days();
        let life = product.shelf_life_days;
        Self {
            daily_sales: daily_sales as f32,
            cover_days: cover as f32 + random::between(rng, 0.5, 2.0) as f32,
            longest_cover_days: life.map_or(f32::INFINITY, |days| 0.8 * days as f32),
            safety: random::between(rng, 0.9, 2.2) as f32,
            pack_size: product.pack_size.max(1),
        }
    }

    /// Takes in the sales since the last look.
    pub(crate) fn observe(&mut self, sold: u32, days: u32) {
        let days = days.max(1) as f32;
        let weight = (days / Self::MEMORY_DAYS).min(1.0);
        self.daily_sales += (sold as f32 / days - self.daily_sales) * weight;
    }

    /// The level up to which stock and open orders are filled.
    pub(crate) fn order_up_to_level(&self, is_promoted: bool) -> u32 {
        let usual = self.daily_sales * if is_promoted { Self::PROMOTION } else { 1.0 };
        let cover = usual * self.cover_days;
        let safety = self.safety * (cover * Self::DISPERSION).sqrt();
        let most = usual * self.longest_cover_days;
        ((cover + safety).min(most.max(1.0)).ceil() as u32).max(Self::SMALLEST_LEVEL)
    }

    /// Units to order at a given inventory position, a multiple of the pack.
    pub(crate) fn order_quantity(&self, position: u32, is_promoted: bool) -> u32 {
        let missing = self.order_up_to_level(is_promoted).saturating_sub(position);
        missing.div_ceil(self.pack_size) * self.pack_size
    }
}

/// Lateness beyond this is cut off, so that a delivery is always within sight.
const LONGEST_LATENESS: u32 = 60;

/// Days from an order to its first delivery: one van for all that a supplier brings to a
/// place for the orders of one day. While the supplier is closed, nothing comes.
pub(crate) fn actual_lead_time(
    streams: Streams,
    supplier: &Supplier,
    place: &Place,
    ordered_on: Day,
) -> u32 {
    let when = ordered_on.epoch_days() as u64;
    let mut rng = streams.many(Purpose::Delivery, supplier.number, place.number, when);
    let usual = supplier.stated_lead_time_days + supplier.usual_delay_days;
    let mut days = if random::chance(&mut rng, supplier.late_share) {
        usual + random::geometric(&mut rng, supplier.mean_lateness_days).min(LONGEST_LATENESS)
    } else if usual >= 3 && random::chance(&mut rng, supplier.early_share) {
        usual - 1
    } else {
        usual
    };
    while supplier.is_closed(ordered_on.plus(days as i32)) {
        days += 1;
    }
    days
}

/// How an order line comes: most of it first, and sometimes the rest some days later.
pub(crate) fn split(
    rng: &mut impl Rng,
    supplier: &Supplier,
    quantity: u32,
) -> (u32, Option<(u32, u32)>) {
    if quantity < 2 || !random::chance(rng, supplier.split_share) {
        return (quantity, None);
    }
    let share = random::between(rng, 0.4, 0.9);
    let first = ((f64::from(quantity) * share) as u32).clamp(1, quantity - 1);
    let days_later = rng.random_range(2..=8);
    (first, Some((quantity - first, days_later)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::World;
    use crate::WorldConfig;
    use proptest::prelude::*;

    fn buyer(daily_sales: f32) -> Buyer {
        Buyer {
            daily_sales,
            cover_days: 10.0,
            longest_cover_days: f32::INFINITY,
            safety: 0.0,
            pack_size: 6,
        }
    }

    #[test]
    fn orders_fill_up_to_the_level_in_whole_packs() {
        // 2 a day over 10 days is a level of 20; at position 9 there are 11 missing, two packs.
        assert_eq!(buyer(2.0).order_up_to_level(false), 20);
        assert_eq!(buyer(2.0).order_quantity(9, false), 12);
        assert_eq!(buyer(2.0).order_quantity(20, false), 0);
        assert_eq!(buyer(2.0).order_quantity(300, false), 0);
        assert_eq!(buyer(0.0).order_quantity(0, false), 6);
        assert_eq!(buyer(2.0).order_up_to_level(true), 32);
    }

    #[test]
    fn the_average_follows_sales() {
        let mut buyer = buyer(1.0);
        for _ in 0..100 {
            buyer.observe(15, 3);
        }
        assert!((buyer.daily_sales - 5.0).abs() < 0.01);
    }

    #[test]
    fn some_orders_are_late_and_none_comes_while_the_supplier_is_closed() {
        let world = World::new(WorldConfig::shop(2)).unwrap();
        let place = &world.places()[0];
        for supplier in world.suppliers() {
            let promised = supplier.stated_lead_time_days + supplier.usual_delay_days;
            let (mut late, mut orders) = (0.0, 0.0);
            for day in world.days() {
                let lead = actual_lead_time(world.streams(), supplier, place, day);
                let arrival = day.plus(lead as i32);
                assert!(!supplier.is_closed(arrival) && lead > 0);
                if !supplier.closures.iter().any(|(first, last)| day <= *last && arrival >= *first)
                {
                    orders += 1.0;
                    late += f64::from(u8::from(lead > promised));
                }
            }
            // At least 600 orders: four standard errors of a share of 0.2 are 0.065.
            assert!((late / orders - supplier.late_share).abs() < 0.065, "{supplier:?}");
        }
    }

    proptest! {
        #[test]
        fn deliveries_bring_what_was_ordered(seed: u64, quantity in 1_u32..500) {
            let world = World::new(WorldConfig::shop(2)).unwrap();
            let mut rng = Streams::new(seed).of(Purpose::PartialDelivery, 0, 0);
            let (first, rest) = split(&mut rng, &world.suppliers()[3], quantity);
            prop_assert!(first > 0);
            prop_assert_eq!(first + rest.map_or(0, |rest| rest.0), quantity);
        }
    }
}
