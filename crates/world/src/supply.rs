//! Ordering and delivery: a buyer who knows averages, and suppliers who know better.

use crate::random::{self, Purpose, Streams};
use crate::{Place, Product, Supplier};
use rand::{Rng, RngExt};

/// The simulated retailer's own rule of thumb: order up to the average of past
/// sales over the stated lead time, the longest gap between order days and a few
/// days more, in whole packs.
///
/// It sees sales, not demand, and the book, not the shelf; so it underrates what
/// was sold out and overrates what was stolen, as real planners do.
#[derive(Debug, Clone)]
pub(crate) struct Planner {
    average_daily_sales: f64,
    cover_days: f64,
    longest_cover_days: f64,
    pack_size: u32,
}

impl Planner {
    /// Days of sales after which the average has forgotten two thirds of the past.
    const MEMORY_DAYS: f64 = 35.0;
    /// The order-up-to level of a product that hardly sells.
    const SMALLEST_LEVEL: u32 = 2;

    /// `expected_daily_sales` is what the buyer believes before the first sale.
    pub(crate) fn new(
        rng: &mut impl Rng,
        product: &Product,
        supplier: &Supplier,
        expected_daily_sales: f64,
    ) -> Self {
        let interval = supplier.stated_lead_time_days + supplier.longest_review_days();
        let safety_days = random::between(rng, 2.0, 5.0) + 0.5 * f64::from(interval);
        Self {
            average_daily_sales: expected_daily_sales,
            cover_days: f64::from(interval) + safety_days,
            longest_cover_days: product
                .shelf_life_days
                .map_or(f64::INFINITY, |days| 0.8 * f64::from(days)),
            pack_size: product.pack_size.max(1),
        }
    }

    /// Takes in one day's sales.
    pub(crate) fn observe(&mut self, sold: u32) {
        self.average_daily_sales +=
            (f64::from(sold) - self.average_daily_sales) / Self::MEMORY_DAYS;
    }

    /// The level up to which stock and open orders are filled.
    pub(crate) fn order_up_to_level(&self) -> u32 {
        let days = self.cover_days.min(self.longest_cover_days);
        (libm::ceil(self.average_daily_sales * days) as u32).max(Self::SMALLEST_LEVEL)
    }

    /// Units to order at a given inventory position, a multiple of the pack.
    pub(crate) fn order_quantity(&self, position: u32) -> u32 {
        let missing = self.order_up_to_level().saturating_sub(position);
        missing.div_ceil(self.pack_size) * self.pack_size
    }
}

/// Units that are sellable from the opening of a day on; the day may lie after the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) day: usize,
    pub(crate) units: u32,
}

/// Days from order to first delivery of everything a supplier brings to a place
/// for the orders of one day: one van for all lines.
pub(crate) fn actual_lead_time(
    streams: Streams,
    supplier: &Supplier,
    place: &Place,
    day: usize,
) -> u32 {
    let mut rng = streams.on_day(Purpose::Delivery, supplier.number, place.number, day);
    let usual = supplier.stated_lead_time_days + supplier.usual_delay_days;
    if random::chance(&mut rng, supplier.late_share) {
        usual + random::geometric(&mut rng, supplier.mean_lateness_days)
    } else if usual >= 3 && random::chance(&mut rng, 0.08) {
        usual - 1
    } else {
        usual
    }
}

/// The deliveries of one order line: mostly one, sometimes the rest comes later.
pub(crate) fn deliveries(
    streams: Streams,
    supplier: &Supplier,
    product: &Product,
    place: &Place,
    (day, quantity): (usize, u32),
) -> (Delivery, Option<Delivery>) {
    let first_day = day + actual_lead_time(streams, supplier, place, day) as usize;
    let mut rng = streams.on_day(Purpose::PartialDelivery, product.number, place.number, day);
    if quantity < 2 || !random::chance(&mut rng, supplier.split_share) {
        return (Delivery { day: first_day, units: quantity }, None);
    }
    let share = random::between(&mut rng, 0.4, 0.9);
    let first = ((f64::from(quantity) * share) as u32).clamp(1, quantity - 1);
    let rest_day = first_day + rng.random_range(2..=8);
    let rest = Delivery { day: rest_day, units: quantity - first };
    (Delivery { day: first_day, units: first }, Some(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{WorldConfig, catalogue};
    use proptest::prelude::*;

    fn planner(average: f64) -> Planner {
        Planner {
            average_daily_sales: average,
            cover_days: 10.0,
            longest_cover_days: f64::INFINITY,
            pack_size: 6,
        }
    }

    #[test]
    fn orders_fill_up_to_the_level_in_whole_packs() {
        // 2 a day over 10 days is a level of 20; at position 9 there are 11 missing, two packs.
        assert_eq!(planner(2.0).order_up_to_level(), 20);
        assert_eq!(planner(2.0).order_quantity(9), 12);
        assert_eq!(planner(2.0).order_quantity(20), 0);
        assert_eq!(planner(2.0).order_quantity(300), 0);
        assert_eq!(planner(0.0).order_quantity(0), 6);
    }

    #[test]
    fn the_average_follows_sales() {
        let mut planner = planner(1.0);
        for _ in 0..400 {
            planner.observe(5);
        }
        assert!((planner.average_daily_sales - 5.0).abs() < 0.01);
    }

    #[test]
    fn lines_of_one_order_come_together_and_some_suppliers_are_late() {
        let streams = Streams::new(2);
        let config = WorldConfig::shop(2);
        let place = &catalogue::places(&config, streams)[0];
        for supplier in catalogue::suppliers(&config, streams) {
            let leads: Vec<_> =
                (0..500).map(|day| actual_lead_time(streams, &supplier, place, day)).collect();
            let promised = supplier.stated_lead_time_days + supplier.usual_delay_days;
            let late = leads.iter().filter(|lead| **lead > promised).count() as f64 / 500.0;
            // 500 orders: four standard errors of a share of 0.2 are 0.07.
            assert!((late - supplier.late_share).abs() < 0.07, "{late} {supplier:?}");
        }
    }

    proptest! {
        #[test]
        fn deliveries_bring_what_was_ordered(seed: u64, day in 0_usize..900, quantity in 1_u32..500) {
            let streams = Streams::new(seed);
            let config = WorldConfig { products: 10, ..WorldConfig::shop(seed) };
            let place = &catalogue::places(&config, streams)[1];
            let supplier = &catalogue::suppliers(&config, streams)[3];
            let product = &catalogue::products(&config, streams)[3];
            let (first, rest) = deliveries(streams, supplier, product, place, (day, quantity));
            prop_assert!(first.units > 0 && first.day > day);
            prop_assert_eq!(first.units + rest.map_or(0, |rest| rest.units), quantity);
            prop_assert!(rest.is_none_or(|rest| rest.units > 0 && rest.day > first.day));
        }
    }
}
