//! Latent demand: who comes to a place on a day, and what they want to take home.

use crate::alias::Alias;
use crate::assortment::{N_CATEGORIES, category, companions};
use crate::market::{Market, first_day_of, week_of};
use crate::missions::{MISSIONS, Mission, Quantities, mission_on};
use crate::patrons::Patrons;
use crate::random::{self, FastRng, Purpose, Streams};
use crate::range::Range;
use crate::trading::{Clock, TradingDay, visitor_days};
use crate::{Place, Product, World};
use rand::Rng;
use shelfcast_retail::Day;

/// How much a category's demand on a day varies beyond its season: standard deviation of
/// the logarithm.
const CATEGORY_NOISE: f64 = 0.10;
/// Shares of lines, of 2^16: what goes with the line before, a favourite category of a known
/// customer, a product out of habit.
const COMPANION: u16 = 10_000;
const FAVOURITE: u16 = 16_000;
const HABIT: u16 = 26_000;
/// A basket holds at most so many lines.
const MOST_LINES: u32 = 80;

/// How much is going on in a place over the history.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic {
    /// Visits, of known and unknown customers.
    pub(crate) visits: f64,
    /// Days of the history, each counted by its expected visitors relative to a usual day.
    pub(crate) visitor_days: f64,
    /// Baskets are smaller where the assortment is small.
    basket_scale: f64,
}

impl Traffic {
    /// The traffic that makes about `lines` lines of sales.
    pub(crate) fn new(world: &World, place: &Place, lines: f64) -> Self {
        let n_products = world.products().len() as f64 * place.format.assortment_share();
        let basket_scale = libm::pow(n_products / 2_000.0, 0.25).clamp(0.35, 1.0);
        let mean_lines = Mission::mean_lines() * basket_scale * Self::KEPT;
        Self {
            visits: lines / mean_lines,
            visitor_days: visitor_days(world.config(), place).max(1.0),
            basket_scale,
        }
    }

    /// Lines in a basket as they come out, relative to its intended size: promotions and
    /// hypes add some, products that are in the basket already fall away.
    const KEPT: f64 = 1.17;
}

/// One visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visit {
    /// Seconds since local midnight.
    pub(crate) second: u32,
    /// Index among the place's patrons.
    pub(crate) patron: Option<u32>,
    mission: u8,
}

/// What a visitor wants: one line of the basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Want {
    pub(crate) slot: u32,
    pub(crate) units: u32,
}

/// The demand side of one place, day after day. It knows nothing of shelves.
#[derive(Debug, Clone)]
pub(crate) struct Shoppers<'a> {
    world: &'a World,
    place: &'a Place,
    streams: Streams,
    traffic: Traffic,
    patrons: Patrons,
    market: Market,
    range: Range,
    clock: Clock,
    quantities: Quantities,
    companions: [usize; N_CATEGORIES],
    weights: Vec<f64>,
    is_promoted: Vec<bool>,
    by_product: Vec<Alias>,
    attraction: [f64; N_CATEGORIES],
    by_category: [Alias; MISSIONS.len()],
    basket_lines: [f64; MISSIONS.len()],
}

impl<'a> Shoppers<'a> {
    /// The shoppers of a place before its first day.
    pub(crate) fn new(world: &'a World, place_index: usize) -> Self {
        let place = &world.places()[place_index];
        let traffic = world.traffic(place_index);
        let range = Range::new(world.config(), world.streams(), world.products(), place);
        let mut shoppers = Self {
            world,
            place,
            streams: world.streams(),
            traffic,
            patrons: world.patrons(place_index, &traffic),
            market: Market::new(world.config(), world.streams(), world.products()),
            weights: vec![0.0; range.slots().len()],
            is_promoted: vec![false; range.slots().len()],
            range,
            clock: Clock::new(),
            quantities: Quantities::new(),
            companions: companions(),
            by_product: vec![Alias::default(); N_CATEGORIES],
            attraction: [0.0; N_CATEGORIES],
            by_category: Default::default(),
            basket_lines: [1.0; MISSIONS.len()],
        };
        shoppers.weigh();
        shoppers
    }

    pub(crate) fn range(&self) -> &Range {
        &self.range
    }

    pub(crate) fn market(&self) -> &Market {
        &self.market
    }

    pub(crate) fn patrons(&self) -> &Patrons {
        &self.patrons
    }

    /// From here on, chance and fate are those of another future.
    pub(crate) fn set_future(&mut self, streams: Streams) {
        self.streams = streams;
        self.market.set_fate(streams);
    }

    /// Whether a slot's product is launched and not ended this week.
    pub(crate) fn is_on_sale(&self, slot: u32) -> bool {
        self.weights[slot as usize] > 0.0
    }

    /// Usual units a day of a slot's product in this place.
    pub(crate) fn usual_units(&self, slot: usize) -> f64 {
        let days = f64::from(self.world.config().days);
        let lines = self.traffic.visits * Mission::mean_lines() * self.traffic.basket_scale / days;
        let slot = &self.range.slots()[slot];
        lines * f64::from(slot.taste) / self.range.usual_demand * Quantities::mean(slot.law)
    }

    /// Takes the market to the week of `day`; says whether it is a new one.
    pub(crate) fn turn_week(&mut self, day: Day) -> bool {
        let is_new = self.market.week() < week_of(day);
        while self.market.week() < week_of(day) {
            self.market.next_week(self.world.products());
        }
        if is_new {
            self.weigh();
        }
        is_new
    }

    /// What each product weighs against the others of its category this week.
    fn weigh(&mut self) {
        let first_day = first_day_of(self.market.week());
        let region = self.place.region_index;
        for (index, slot) in self.range.slots().iter().enumerate() {
            let product = &self.world.products()[slot.product as usize];
            let offer = &self.market.offers()[slot.product as usize];
            self.is_promoted[index] =
                offer.promotion.is_some_and(|promotion| promotion.holds_in(region));
            self.weights[index] = f64::from(slot.taste)
                * presence(product, first_day, self.world.config().first_day())
                * offer.demand(product, region);
        }
        for category in 0..N_CATEGORIES {
            let weights = &self.weights[self.range.of_category(category)];
            self.attraction[category] = weights.iter().sum();
            self.by_product[category].rebuild(weights);
        }
    }

    /// The day's visits by time, into `visits`; and the stream that fills their baskets.
    pub(crate) fn visits(&mut self, trading: &TradingDay, visits: &mut Vec<Visit>) -> FastRng {
        visits.clear();
        let when = trading.day.epoch_days() as u64;
        let mut rng = self.streams.many(Purpose::Visit, self.place.number, 0, when);
        if trading.is_closed {
            return rng;
        }
        self.set_mood(trading);
        let visitors = trading.visitors * trading.weather(self.streams, self.place);
        let missions = mission_on(trading.day);
        let mut come = |rng: &mut FastRng, patron| {
            let bits = rng.next_u64();
            let second = self.clock.second(trading.hours, (bits >> 32) as u32);
            let mission = missions[(bits & 0xff) as usize];
            visits.push(Visit { second, patron, mission });
        };
        for patron in self.patrons.joining(trading.day) {
            come(&mut rng, Some(patron));
        }
        let known = random::poisson(&mut rng, self.patrons.mean_visits(visitors));
        for _ in 0..known {
            if let Some(patron) = self.patrons.visitor(trading.day, rng.next_u64()) {
                come(&mut rng, Some(patron));
            }
        }
        let unknown =
            (1.0 - crate::places::KNOWN_SHARE) * self.traffic.visits / self.traffic.visitor_days;
        for _ in 0..random::poisson(&mut rng, unknown * visitors) {
            come(&mut rng, None);
        }
        // Equal seconds keep the order in which they were drawn.
        visits.sort_by_key(|visit| visit.second);
        rng
    }

    /// How much categories are wanted today, and how full baskets get.
    fn set_mood(&mut self, trading: &TradingDay) {
        let when = trading.day.epoch_days() as u64;
        let mut rng = self.streams.many(Purpose::Traffic, self.place.number, 1, when);
        let wanted: [f64; N_CATEGORIES] = std::array::from_fn(|index| {
            let noise = random::log_normal(&mut rng, CATEGORY_NOISE);
            self.attraction[index] * category(index).pull_on(trading.day) * noise
        });
        let fullness = wanted.iter().sum::<f64>() / self.range.usual_demand / trading.weekday;
        let scale = self.traffic.basket_scale * fullness.clamp(0.25, 4.0);
        for (index, mission) in MISSIONS.iter().enumerate() {
            let tilted: [f64; N_CATEGORIES] =
                std::array::from_fn(|index| wanted[index] * mission.tilt(category(index)));
            self.by_category[index].rebuild(&tilted);
            self.basket_lines[index] = (mission.mean_lines * scale).max(1.02);
        }
    }

    /// What one visitor wants, into `basket`: no product twice.
    pub(crate) fn fill(&self, rng: &mut FastRng, visit: &Visit, basket: &mut Vec<Want>) {
        basket.clear();
        let mean_lines = self.basket_lines[usize::from(visit.mission)];
        let lines = random::geometric(rng, mean_lines).min(MOST_LINES);
        let mut before = None;
        for _ in 0..lines {
            // A product that is in the basket is put back twice, then the line is dropped.
            for _ in 0..3 {
                let Some((category, slot)) = self.choose(rng, visit, before) else { break };
                if basket.iter().all(|want| want.slot != slot) {
                    let law = self.range.slots()[slot as usize].law;
                    basket.push(Want { slot, units: self.quantities.pick(law, rng.next_u32()) });
                    before = Some((category, slot));
                    break;
                }
            }
        }
    }

    /// One category and one of its products.
    fn choose(
        &self,
        rng: &mut FastRng,
        visit: &Visit,
        before: Option<(usize, u32)>,
    ) -> Option<(usize, u32)> {
        let whim = rng.next_u64();
        let mut product_bits = rng.next_u64();
        let patron = visit.patron.map(|patron| self.patrons.get(patron));
        let share = |index: u32| (whim >> (16 * index)) as u16;
        let category = match (before, patron) {
            (Some((category, slot)), _) if share(0) < COMPANION => {
                product_bits = mix(u64::from(slot));
                self.companions[category]
            }
            (_, Some(patron)) if share(1) < FAVOURITE => {
                usize::from(patron.favourites[usize::from(share(0) & 1)])
            }
            _ => self.by_category[usize::from(visit.mission)].pick(rng.next_u64())? as usize,
        };
        if let Some(patron) = patron.filter(|_| share(2) < HABIT) {
            // One of three habits a category.
            let habit = u64::from(patron.habit) << 16 | (category as u64) << 8;
            product_bits = mix(habit | (u64::from(share(2)) % 3));
        }
        let start = self.range.of_category(category).start as u32;
        let mut slot = start + self.by_product[category].pick(product_bits)?;
        if let Some(patron) = patron
            && !self.is_promoted[slot as usize]
            && f32::from(share(3)) < patron.price_sensitivity * 65_536.0
        {
            let other = start + self.by_product[category].pick(rng.next_u64())?;
            slot = if self.is_promoted[other as usize] { other } else { slot };
        }
        Some((category, slot))
    }
}

/// A fixed scrambling of 64 bits (the finalizer of SplitMix64; Steele, Lea and Flood 2014).
fn mix(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// 0 before the launch and after the end; a product launched within the history is tried by
/// ever more people over about two months.
fn presence(product: &Product, week_begins: Day, history_begins: Day) -> f64 {
    let age = week_begins.days_since(product.launched_on);
    if age < 0 || product.ended_on.is_some_and(|ended| ended < week_begins) {
        return 0.0;
    }
    if product.launched_on < history_begins {
        return 1.0;
    }
    1.0 - 0.6 * libm::exp(-f64::from(age) / 20.0)
}
