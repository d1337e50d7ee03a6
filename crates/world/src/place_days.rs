use crate::assortment::category;
use crate::buying::Buying;
use crate::diary::Diary;
use crate::random::{self, FastRng, Purpose};
use crate::selling::Selling;
use crate::shoppers::Shoppers;
use crate::stockroom::Stockroom;
use crate::supply::Buyer;
use crate::trading::TradingDay;
use crate::{Place, PlaceDay, PriceStart, PromotionStart, World};
use shelfcast_retail::Day;

/// One place, day after day, in memory that does not grow with the days.
///
/// ```
/// use shelfcast_world::{World, WorldConfig};
///
/// let config = WorldConfig { products: 30, days: 40, sales: 5_000, ..WorldConfig::shop(7) };
/// let world = World::new(config)?;
/// let mut days = world.days_of(1).with_truth();
/// while let Some(day) = days.next_day() {
///     for truth in &day.truth {
///         assert_eq!(truth.latent, truth.sold - truth.stood_in + truth.substituted + truth.lost);
///     }
/// }
/// # Ok::<(), shelfcast_world::WorldError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PlaceDays<'a> {
    pub(crate) world: &'a World,
    pub(crate) place: &'a Place,
    pub(crate) next: u32,
    pub(crate) shoppers: Shoppers<'a>,
    pub(crate) stockroom: Stockroom,
    pub(crate) buying: Buying,
    pub(crate) selling: Selling,
    pub(crate) tags: Vec<Tag>,
    pub(crate) diary: Diary,
    pub(crate) rows: PlaceDay,
}

/// What a slot's product costs here this week.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tag {
    pub(crate) price_cents: u32,
    pub(crate) cost_cents: u32,
    /// In ten-thousandths; 0 without a promotion.
    pub(crate) discount: u16,
    /// Share of the lines that come back, of 2^16.
    pub(crate) return_share: u16,
}

impl World {
    /// The days of the place with index `place`, simulated as they are asked for.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn days_of(&self, place: usize) -> PlaceDays<'_> {
        PlaceDays::new(self, place)
    }
}

impl<'a> PlaceDays<'a> {
    fn new(world: &'a World, place_index: usize) -> Self {
        let place = &world.places()[place_index];
        let shoppers = Shoppers::new(world, place_index);
        let slots = shoppers.range().slots();
        let product = |slot: usize| &world.products()[slots[slot].product as usize];
        let lives = (0..slots.len()).map(|slot| product(slot).shelf_life_days);
        let mut stockroom = Stockroom::new(lives);
        let mut rng = world.streams().many(Purpose::Buyer, place.number, 0, 0);
        let mut buyers = Vec::with_capacity(slots.len());
        for slot in 0..slots.len() {
            let product = product(slot);
            let belief = shoppers.usual_units(slot) * random::log_normal(&mut rng, 0.3);
            let buyer = Buyer::new(&mut rng, product, &world.suppliers()[product.supplier], belief);
            if product.launched_on < world.config().first_day() {
                stockroom.receive(slot as u32, 0, buyer.order_up_to_level(false));
            }
            buyers.push(buyer);
        }
        Self {
            world,
            place,
            next: 0,
            stockroom,
            buying: Buying::new(world, slots, buyers),
            selling: Selling::default(),
            tags: vec![Tag::default(); slots.len()],
            diary: Diary::new(slots.iter().map(|slot| slot.product)),
            rows: PlaceDay { place: place_index, ..PlaceDay::default() },
            shoppers,
        }
    }

    /// Also tells what only the simulation knows: [`PlaceDay::truth`], `lead_times`, `returns`.
    #[must_use]
    pub fn with_truth(mut self) -> Self {
        self.diary.keep();
        self
    }

    /// Units of each product on the shelf before the first day; of no use later.
    pub fn opening(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let slots = self.shoppers.range().slots().iter();
        self.stockroom
            .slots()
            .zip(slots)
            .map(|(slot, of)| (of.product, self.stockroom.get(slot).on_hand))
    }

    /// Indices of the products that the place carries.
    pub fn carried(&self) -> impl Iterator<Item = u32> + '_ {
        self.shoppers.range().slots().iter().map(|slot| slot.product)
    }

    /// What happened on the next day; `None` after the last.
    pub fn next_day(&mut self) -> Option<&PlaceDay> {
        if self.next >= self.world.config().days {
            return None;
        }
        let day = self.world.config().first_day().plus(self.next as i32);
        let trading = TradingDay::new(self.place, day);
        self.rows.clear();
        self.rows.epoch_days = day.epoch_days();
        self.rows.hours_from_utc = trading.hours_from_utc;
        self.rows.notice = trading.notice().map(|name| (name, trading.is_closed));
        if self.shoppers.turn_week(day) || self.next == 0 {
            self.write_tags(day);
        }
        self.receive(&trading);
        self.place_orders(&trading);
        let mut rng = self.stream(Purpose::Till, day);
        self.sell(&trading, &mut rng);
        self.close(&trading);
        self.next += 1;
        Some(&self.rows)
    }

    /// The day's stream for what has nothing to do with demand.
    pub(crate) fn stream(&self, purpose: Purpose, day: Day) -> FastRng {
        self.world.streams().many(purpose, self.place.number, 0, day.epoch_days() as u64)
    }

    /// Prices and promotions of a new week; on the first day, of the week under way.
    fn write_tags(&mut self, day: Day) {
        let is_first = self.next == 0;
        let market = self.shoppers.market();
        for (tag, slot) in self.tags.iter_mut().zip(self.shoppers.range().slots()) {
            let product = &self.world.products()[slot.product as usize];
            let offer = &market.offers()[slot.product as usize];
            let ends_before = product.ended_on.is_some_and(|ended| ended < day);
            let returns = category(product.category_index).return_share;
            tag.return_share = (returns * 65_536.0) as u16;
            tag.price_cents = offer.price_cents;
            tag.cost_cents = offer.cost_cents;
            tag.discount = 0;
            if (is_first || offer.is_repriced) && !ends_before {
                self.rows.prices.push(PriceStart {
                    product: slot.product,
                    unit_price_cents: offer.price_cents,
                    unit_cost_cents: offer.cost_cents,
                });
            }
            let here =
                |promotion: &crate::market::Promotion| promotion.holds_in(self.place.region_index);
            let Some(promotion) = offer.promotion.filter(here) else { continue };
            tag.discount = promotion.discount;
            let starts = is_first || promotion.first_week == market.week();
            if starts && product.launched_on <= day && !ends_before {
                let kept = 10_000 - u64::from(promotion.discount);
                self.rows.promotions.push(PromotionStart {
                    product: slot.product,
                    starts_on: promotion.first_day(),
                    ends_on: promotion.last_day(),
                    discount_parts: promotion.discount,
                    price_parts: u64::from(offer.price_cents) * kept / 100,
                });
            }
        }
    }
}
