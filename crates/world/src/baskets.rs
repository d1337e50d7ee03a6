//! Groups the units sold in a place on a day into sales at the till.

use crate::demand::DemandPattern;
use crate::random::{self, Purpose, Streams, Wheel};
use crate::series::{PlannedReturn, SeriesHistory};
use crate::{Customer, LocalInstant, Place, Product, SaleKind, SaleLine, SaleNumber};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use shelfcast_retail::{Day, Money, Quantity, Rate};

/// Mean lines of a sale.
const MEAN_LINES: f64 = 2.6;
/// Share of the sales whose customer is known, while there are customers to know.
const KNOWN_SHARE: f64 = 0.65;

/// The till of one place: turns units sold into sales, day by day from the first.
pub(crate) struct Till<'a> {
    streams: Streams,
    place: &'a Place,
    products: &'a [Product],
    customers: &'a [Customer],
    members: Vec<usize>,
    wheel: Wheel,
    series: &'a [SeriesHistory],
    /// By the day on which the goods were sold: product and planned return.
    planned: Vec<Vec<(usize, PlannedReturn)>>,
    /// By the day on which they come back: the line they were sold on.
    returning: Vec<Vec<SaleLine>>,
}

/// Units of one product that one customer takes.
#[derive(Debug, Clone, Copy)]
struct Pick {
    product: usize,
    quantity: u32,
    /// Where these units stand among the product's units of the day.
    first_unit: u32,
}

/// One customer's way to the till.
struct Basket {
    second: u32,
    picks: Vec<Pick>,
}

impl<'a> Till<'a> {
    /// `series` holds one history a product, in the order of `products`.
    pub(crate) fn new(
        streams: Streams,
        place: &'a Place,
        products: &'a [Product],
        customers: &'a [Customer],
        series: &'a [SeriesHistory],
    ) -> Self {
        let n_days = series.first().map_or(0, |series| series.days.len());
        let members: Vec<usize> = (0..customers.len())
            .filter(|customer| customers[*customer].place + 1 == place.number as usize)
            .collect();
        let mut planned = vec![Vec::new(); n_days];
        for (product, series) in series.iter().enumerate() {
            for planned_return in &series.returns {
                planned[planned_return.sold_on].push((product, *planned_return));
            }
        }
        Self {
            streams,
            place,
            products,
            customers,
            // Some come often, most come rarely.
            wheel: Wheel::new((1..=members.len()).map(|rank| 1.0 / (rank as f64 + 20.0))),
            members,
            series,
            planned,
            returning: vec![Vec::new(); n_days],
        }
    }

    /// Appends the sales of one day in the order of the till, then its returns.
    pub(crate) fn sell_day(&mut self, index: usize, day: Day, sales: &mut Vec<SaleLine>) {
        let mut rng = self.streams.on_day(Purpose::Basket, self.place.number, 0, index);
        let picks = picks(&mut rng, index, self.series);
        let baskets = fill_baskets(&mut rng, picks);
        let mut ordinal = 0;
        for basket in &baskets {
            ordinal += 1;
            let sale = SaleNumber { place: self.place.number, day, ordinal };
            self.check_out(&mut rng, index, sale, basket, sales);
        }
        for original in std::mem::take(&mut self.returning[index]) {
            ordinal += 1;
            let sale = SaleNumber { place: self.place.number, day, ordinal };
            sales.push(taken_back(original, sale, time_of_day(&mut rng)));
        }
    }

    fn check_out(
        &mut self,
        rng: &mut ChaCha8Rng,
        index: usize,
        sale: SaleNumber,
        basket: &Basket,
        sales: &mut Vec<SaleLine>,
    ) {
        let customer = self.customer(rng, sale.day);
        let payment_method = payment_method(rng);
        for (line, pick) in (1..).zip(&basket.picks) {
            let discount = discount(rng);
            let unit_price = self.products[pick.product].unit_price;
            let quantity = pick.quantity as i32;
            let sold = SaleLine {
                sale,
                line,
                sold_at: LocalInstant { day: sale.day, second: basket.second },
                product: pick.product,
                customer,
                quantity,
                unit_price,
                discount,
                total: total(unit_price, quantity, discount),
                payment_method,
                kind: SaleKind::Sale,
            };
            sales.push(sold);
            self.remember_returns(index, pick, sold);
        }
    }

    fn remember_returns(&mut self, index: usize, pick: &Pick, sold: SaleLine) {
        let units = pick.first_unit..pick.first_unit + pick.quantity;
        for (product, planned) in &self.planned[index] {
            if *product == pick.product && units.contains(&planned.unit) {
                self.returning[planned.day].push(sold);
            }
        }
    }

    fn customer(&self, rng: &mut ChaCha8Rng, day: Day) -> Option<usize> {
        let is_known = random::chance(rng, KNOWN_SHARE);
        let customer = self.members[self.wheel.spin(rng)?];
        (is_known && self.customers[customer].joined_on <= day).then_some(customer)
    }
}

/// Splits each product's units of the day into what single customers take.
fn picks(rng: &mut ChaCha8Rng, index: usize, series: &[SeriesHistory]) -> Vec<Pick> {
    let mut picks = Vec::new();
    for (product, series) in series.iter().enumerate() {
        let sold = series.days[index].sold;
        let mut first_unit = 0;
        while first_unit < sold {
            let quantity = units_taken(rng, series.pattern).min(sold - first_unit);
            picks.push(Pick { product, quantity, first_unit });
            first_unit += quantity;
        }
    }
    picks
}

fn units_taken(rng: &mut ChaCha8Rng, pattern: DemandPattern) -> u32 {
    match pattern {
        DemandPattern::Lumpy => random::geometric(rng, 4.0),
        _ => match rng.random_range(0..100) {
            0..74 => 1,
            74..92 => 2,
            92..97 => 3,
            _ => rng.random_range(4..=6),
        },
    }
}

/// Shuffles the picks into baskets that hold a product at most once, by time of day.
fn fill_baskets(rng: &mut ChaCha8Rng, mut picks: Vec<Pick>) -> Vec<Basket> {
    picks.shuffle(rng);
    let mut baskets: Vec<Basket> = Vec::new();
    let mut room = 0;
    for pick in picks {
        let is_in = |basket: &Basket| basket.picks.iter().any(|had| had.product == pick.product);
        match baskets.last_mut() {
            Some(basket) if room > 0 && !is_in(basket) => basket.picks.push(pick),
            _ => {
                baskets.push(Basket { second: time_of_day(rng), picks: vec![pick] });
                room = random::geometric(rng, MEAN_LINES);
            }
        }
        room -= 1;
    }
    baskets.sort_by_key(|basket| basket.second);
    baskets
}

/// Seconds since midnight, between 8 and 20 o'clock, busiest before noon and after work.
fn time_of_day(rng: &mut ChaCha8Rng) -> u32 {
    let centre = if random::chance(rng, 0.45) { 11.4 } else { 16.6 };
    let hours = centre + 3.35 * (rng.random::<f64>() + rng.random::<f64>() - 1.0);
    (hours * 3_600.0) as u32
}

fn payment_method(rng: &mut ChaCha8Rng) -> &'static str {
    match rng.random_range(0..100) {
        0..58 => "Card",
        58..82 => "Cash",
        82..96 => "Mobile",
        _ => "Gift Card",
    }
}

/// One line in fourteen is marked down.
fn discount(rng: &mut ChaCha8Rng) -> Rate {
    if !random::chance(rng, 0.07) {
        return Rate::ZERO;
    }
    let parts = random::one_of(rng, &[500, 1_000, 1_500, 2_000, 2_500]);
    Rate::from_parts(parts).expect("the parts lie between 0 and 10 000")
}

fn total(unit_price: Money, quantity: i32, discount: Rate) -> Money {
    unit_price
        .line_total(Quantity::from_whole(i64::from(quantity)), discount)
        .expect("prices and quantities are far below 10^12")
}

/// One unit of `original` comes back for what was paid.
fn taken_back(original: SaleLine, sale: SaleNumber, second: u32) -> SaleLine {
    SaleLine {
        sale,
        line: 1,
        sold_at: LocalInstant { day: sale.day, second },
        quantity: -1,
        total: total(original.unit_price, -1, original.discount),
        kind: SaleKind::Return,
        ..original
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn baskets_hold_every_pick_once_and_no_product_twice() {
        let mut rng = Streams::new(4).of(Purpose::Basket, 1, 0);
        let all: Vec<Pick> = (0..400)
            .map(|number| Pick { product: number % 9, quantity: 1, first_unit: number as u32 / 9 })
            .collect();
        let baskets = fill_baskets(&mut rng, all);
        let mut seen = BTreeSet::new();
        for basket in &baskets {
            let products: BTreeSet<_> = basket.picks.iter().map(|pick| pick.product).collect();
            assert_eq!(products.len(), basket.picks.len());
            assert!((8 * 3_600..20 * 3_600).contains(&basket.second), "{}", basket.second);
            seen.extend(basket.picks.iter().map(|pick| (pick.product, pick.first_unit)));
        }
        assert_eq!(seen.len(), 400);
        assert!(baskets.is_sorted_by_key(|basket| basket.second));
    }
}
