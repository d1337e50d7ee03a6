//! What happens to products week by week, in all places alike: prices, promotions, and
//! changes of demand that no one announced.

use crate::catalogue::shelf_price;
use crate::random::{self, FastRng, Purpose, Streams};
use crate::{Product, WorldConfig};
use rand::{Rng, RngExt};
use shelfcast_retail::Day;

/// Regions a promotion may be limited to.
const N_REGIONS: u8 = 4;
/// Weeks that the market runs before the history, so that promotions are under way.
const WARM_UP_WEEKS: i32 = 6;
/// Weeks between two promotions of a product, at least.
const REST_WEEKS: u8 = 4;

/// Chances of a product in a week, as shares of 2^16.
mod chance {
    pub(super) const PROMOTION: u64 = 3_300; // 5 %
    pub(super) const PRICE_CHANGE: u64 = 1_680; // once in 39 weeks
    pub(super) const LEVEL_SHIFT: u64 = 330; // once in 200 weeks
    pub(super) const HYPE: u64 = 200; // once in 330 weeks
    pub(super) const SPORADIC_ON: u64 = 13_100; // 20 %
    pub(super) const SPORADIC_OFF: u64 = 26_200; // 40 %
}

/// A sporadic product is wanted in a third of the weeks, then so much more.
const SPORADIC_DEMAND: [f64; 2] = [0.06, 2.88];

/// A promotion under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Promotion {
    /// The week in which it began.
    pub(crate) first_week: i32,
    pub(crate) weeks: u8,
    /// Share taken off the regular price, in ten-thousandths.
    pub(crate) discount: u16,
    /// The only region it holds in; `None`: in all.
    region: Option<u8>,
}

impl Promotion {
    pub(crate) fn holds_in(&self, region: u8) -> bool {
        self.region.is_none_or(|only| only == region)
    }

    pub(crate) fn first_day(&self) -> Day {
        first_day_of(self.first_week)
    }

    pub(crate) fn last_day(&self) -> Day {
        first_day_of(self.first_week + i32::from(self.weeks)).plus(-1)
    }
}

/// One product this week.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer {
    pub(crate) price_cents: u32,
    pub(crate) cost_cents: u32,
    pub(crate) is_repriced: bool,
    pub(crate) promotion: Option<Promotion>,
    /// Level of demand after all that happened to it.
    level: f32,
    hype: f32,
    is_on: bool,
    /// Weeks since the last promotion ended.
    rested: u8,
    ended_region: Option<u8>,
    /// What the regular price does to demand.
    price_effect: f32,
    /// What price and display of the promotion do to it, besides.
    promotion_effect: f32,
}

impl Offer {
    /// Demand relative to the product's usual demand, in a region this week.
    pub(crate) fn demand(&self, product: &Product, region: u8) -> f64 {
        let promoted = self.promotion.is_some_and(|promotion| promotion.holds_in(region));
        let was_promoted = self.ended_region.is_none_or(|only| only == region);
        let offer = match self.rested {
            _ if promoted => f64::from(self.promotion_effect),
            0 if was_promoted => 1.0 - product.dip,
            1 if was_promoted => 1.0 - 0.4 * product.dip,
            _ => 1.0,
        };
        let sporadic =
            if product.is_sporadic { SPORADIC_DEMAND[usize::from(self.is_on)] } else { 1.0 };
        f64::from(self.level)
            * f64::from(self.hype)
            * f64::from(self.price_effect)
            * offer
            * sporadic
    }
}

/// The state of all products in one week.
///
/// Weeks begin on Thursday, as weeks since 1970-01-01 do. What the retailer plans
/// (promotions, prices) and what befalls it (levels, hypes, sporadic weeks) are drawn from
/// two streams, so that a future can keep the plans and redraw the rest.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    plans: Streams,
    fate: Streams,
    week: i32,
    first_week: i32,
    offers: Vec<Offer>,
}

pub(crate) fn week_of(day: Day) -> i32 {
    day.epoch_days().div_euclid(7)
}

pub(crate) fn first_day_of(week: i32) -> Day {
    Day::from_epoch_days(week * 7)
}

impl Market {
    /// The market in the first week of the history.
    pub(crate) fn new(config: &WorldConfig, streams: Streams, products: &[Product]) -> Self {
        let first_week = week_of(config.first_day());
        let offer = |product: &Product| Offer {
            price_cents: product.first_price_cents,
            cost_cents: product.first_cost_cents,
            is_repriced: false,
            promotion: None,
            level: 1.0,
            hype: 1.0,
            is_on: false,
            rested: u8::MAX,
            ended_region: None,
            price_effect: 1.0,
            promotion_effect: 1.0,
        };
        let mut market = Self {
            plans: streams,
            fate: streams,
            week: first_week - WARM_UP_WEEKS,
            first_week,
            offers: products.iter().map(offer).collect(),
        };
        for _ in 0..WARM_UP_WEEKS {
            market.next_week(products);
        }
        market
    }

    pub(crate) fn week(&self) -> i32 {
        self.week
    }

    pub(crate) fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// From here on, what befalls the products is that of another future.
    pub(crate) fn set_fate(&mut self, streams: Streams) {
        self.fate = streams;
    }

    /// Moves on by a week.
    pub(crate) fn next_week(&mut self, products: &[Product]) {
        self.week += 1;
        let when = self.week as u64;
        let mut plans = self.plans.many(Purpose::Market, 0, 0, when);
        let mut fate = self.fate.many(Purpose::Market, 1, 0, when);
        let (streams, fates) = (self.plans, self.fate);
        let years = f64::from(self.week - self.first_week) / 52.18;
        for (offer, product) in self.offers.iter_mut().zip(products) {
            let (plan, fate) = (plans.random::<u64>(), fate.random::<u64>());
            offer.is_repriced = false;
            Plans { bits: plan, streams }.apply(offer, product, self.week, years);
            befall(offer, product, fate, || {
                fates.many(Purpose::MarketEvent, product.number, 1, when)
            });
        }
    }
}

/// A product's share of the week's plans.
struct Plans {
    bits: u64,
    streams: Streams,
}

impl Plans {
    fn apply(&self, offer: &mut Offer, product: &Product, week: i32, years: f64) {
        let events = || self.streams.many(Purpose::MarketEvent, product.number, 0, week as u64);
        match offer.promotion {
            Some(promotion) if week < promotion.first_week + i32::from(promotion.weeks) => {}
            Some(promotion) => {
                offer.promotion = None;
                offer.rested = 0;
                offer.ended_region = promotion.region;
            }
            None => offer.rested = offer.rested.saturating_add(1),
        }
        let may_begin = offer.promotion.is_none() && offer.rested >= REST_WEEKS;
        if may_begin && self.bits & 0xffff < chance::PROMOTION {
            begin_promotion(offer, product, week, &mut events());
        } else if offer.promotion.is_none() && self.bits >> 16 & 0xffff < chance::PRICE_CHANGE {
            reprice(offer, product, years, &mut events());
        }
    }
}

fn begin_promotion(offer: &mut Offer, product: &Product, week: i32, rng: &mut FastRng) {
    let discount = random::one_of(rng, &[1_000, 1_500, 2_000, 2_000, 2_500, 3_000, 4_000]);
    let region = random::chance(rng, 0.2).then(|| rng.random_range(0..N_REGIONS));
    let weeks = if random::chance(rng, 0.7) { 1 } else { 2 };
    offer.promotion = Some(Promotion { first_week: week, weeks, discount, region });
    let kept = 1.0 - f64::from(discount) / 10_000.0;
    offer.promotion_effect = (product.display_lift * libm::pow(kept, -product.elasticity)) as f32;
}

/// Prices follow costs, which rise by about two percent a year.
fn reprice(offer: &mut Offer, product: &Product, years: f64, rng: &mut impl Rng) {
    let inflation = libm::pow(1.02, years);
    let usual = f64::from(product.first_price_cents) * inflation;
    offer.price_cents = shelf_price(usual * random::log_normal(rng, 0.06));
    let cost = f64::from(product.first_cost_cents) * inflation * random::log_normal(rng, 0.03);
    offer.cost_cents = (cost as u32).clamp(1, offer.price_cents - 1);
    offer.is_repriced = true;
    let relative = f64::from(offer.price_cents) / usual;
    offer.price_effect = libm::pow(relative, -product.elasticity) as f32;
}

/// Levels shift for good, hypes come and fade, sporadic products turn on and off.
fn befall(offer: &mut Offer, product: &Product, bits: u64, events: impl Fn() -> FastRng) {
    let growth = product.yearly_growth / 52.18;
    offer.level *= (1.0 + growth) as f32;
    offer.hype = 1.0 + (offer.hype - 1.0) * 0.75;
    if bits & 0xffff < chance::LEVEL_SHIFT {
        let shift = libm::exp(0.5 * random::standard_normal(&mut events()));
        offer.level = (f64::from(offer.level) * shift).clamp(0.05, 8.0) as f32;
    }
    if bits >> 16 & 0xffff < chance::HYPE {
        offer.hype = random::between(&mut events(), 1.6, 3.2) as f32;
    }
    let turn = if offer.is_on { chance::SPORADIC_OFF } else { chance::SPORADIC_ON };
    if bits >> 32 & 0xffff < turn {
        offer.is_on = !offer.is_on;
    }
}

/// Regular price and cost of every product on the last day of the history, in cents.
pub(crate) fn last_prices(
    config: &WorldConfig,
    streams: Streams,
    products: &[Product],
) -> Vec<(u32, u32)> {
    let mut market = Market::new(config, streams, products);
    while market.week < week_of(config.last_day) {
        market.next_week(products);
    }
    market.offers.iter().map(|offer| (offer.price_cents, offer.cost_cents)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::World;

    fn market(world: &World) -> Market {
        Market::new(world.config(), world.streams(), world.products())
    }

    #[test]
    fn weeks_begin_on_thursdays() {
        let thursday: Day = "2025-12-25".parse().unwrap();
        assert_eq!(first_day_of(week_of(thursday)), thursday);
        assert_eq!(week_of(thursday.plus(6)), week_of(thursday));
        assert_eq!(week_of(thursday.plus(-1)), week_of(thursday) - 1);
    }

    #[test]
    fn promotions_are_cheaper_lift_demand_and_rest_afterwards() {
        let world = World::new(WorldConfig::shop(3)).unwrap();
        let mut market = market(&world);
        let mut begun = 0;
        let mut rest = vec![u8::MAX; world.products().len()];
        for _ in 0..104 {
            market.next_week(world.products());
            for (index, offer) in market.offers().iter().enumerate() {
                match offer.promotion {
                    Some(promotion) if promotion.first_week == market.week() => {
                        assert!(rest[index] >= REST_WEEKS, "{index}");
                        assert!(offer.promotion_effect > 1.0);
                        assert_eq!(promotion.first_day().weekday(), 3);
                        begun += 1;
                        rest[index] = 0;
                    }
                    Some(_) => rest[index] = 0,
                    None => rest[index] = rest[index].saturating_add(1),
                }
            }
        }
        // 5 % of 200 products in 104 weeks, less about a quarter of the weeks in which a
        // product is promoted or rests.
        assert!((600..1_040).contains(&begun), "{begun}");
    }

    #[test]
    fn another_future_keeps_the_plans() {
        let world = World::new(WorldConfig::shop(3)).unwrap();
        let (mut one, mut other) = (market(&world), market(&world));
        other.set_fate(world.streams().on_path(1));
        for _ in 0..52 {
            one.next_week(world.products());
            other.next_week(world.products());
        }
        let plans = |market: &Market| -> Vec<_> {
            market.offers.iter().map(|offer| (offer.price_cents, offer.promotion)).collect()
        };
        assert_eq!(plans(&one), plans(&other));
        let levels =
            |market: &Market| market.offers.iter().map(|offer| offer.level).collect::<Vec<_>>();
        assert_ne!(levels(&one), levels(&other));
    }
}
