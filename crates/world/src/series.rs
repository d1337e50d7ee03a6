//! One product in one place, day after day: demand meets the shelf.

use crate::category::CATEGORIES;
use crate::demand::{DemandPattern, DemandProfile};
use crate::random::{self, Purpose, Streams};
use crate::shelf::Shelf;
use crate::supply::{self, Delivery, Planner};
use crate::{Place, Product, Supplier, WorldConfig};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use shelfcast_retail::Day;

/// What truly happened to one product in one place on one day, in units.
///
/// The day runs: delivery before opening, sales, returns, damage, expiry,
/// shrinkage, count at the close. So `on_hand_close` is that of the day before
/// plus `received` and `returned`, less `sold`, `damaged`, `expired` and `shrunk`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayTruth {
    /// Units that customers wanted.
    pub latent: u32,
    /// Units that they found.
    pub sold: u32,
    /// Units received before opening.
    pub received: u32,
    /// Units brought back and put on the shelf again.
    pub returned: u32,
    /// Units written off as damaged.
    pub damaged: u32,
    /// Units written off past their shelf life.
    pub expired: u32,
    /// Units that vanished without a record.
    pub shrunk: u32,
    /// Units on the shelf at the close.
    pub on_hand_close: u32,
    /// Units in the book at the close, after the day's count.
    pub book_close: u32,
    /// Units that the day's count found missing; `None` without a count.
    pub counted_missing: Option<u32>,
}

impl DayTruth {
    /// Units wanted and not found: `latent - sold`.
    pub fn lost(&self) -> u32 {
        self.latent - self.sold
    }
}

/// A purchase order line as placed, with its deliveries, also those after the history.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlacedLine {
    pub(crate) day: usize,
    pub(crate) quantity: u32,
    pub(crate) first: Delivery,
    pub(crate) rest: Option<Delivery>,
}

/// One unit that comes back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlannedReturn {
    pub(crate) sold_on: usize,
    /// Which of the units sold that day, from 0.
    pub(crate) unit: u32,
    pub(crate) day: usize,
}

/// The history of one product in one place.
#[derive(Debug, Clone)]
pub(crate) struct SeriesHistory {
    pub(crate) opening: u32,
    pub(crate) days: Vec<DayTruth>,
    pub(crate) placed: Vec<PlacedLine>,
    pub(crate) returns: Vec<PlannedReturn>,
    pub(crate) pattern: DemandPattern,
}

/// What a series is made from.
#[derive(Clone, Copy)]
pub(crate) struct SeriesInput<'a> {
    pub(crate) config: &'a WorldConfig,
    pub(crate) streams: Streams,
    pub(crate) product: &'a Product,
    pub(crate) place: &'a Place,
    pub(crate) supplier: &'a Supplier,
    pub(crate) days: &'a [Day],
    pub(crate) traffic: &'a [f64],
}

/// Simulates one product in one place over the whole history.
pub(crate) fn simulate(input: SeriesInput<'_>) -> SeriesHistory {
    let mut series = Series::new(input);
    let (product, place) = (input.product.number, input.place.number);
    let mut demand = input.streams.of(Purpose::Demand, product, place);
    let latent = series.profile.latent(&mut demand, input.days, input.traffic);
    for (index, latent) in latent.into_iter().enumerate() {
        series.run_day(index, latent);
    }
    SeriesHistory {
        opening: series.opening,
        days: series.history,
        placed: series.placed,
        returns: series.returns,
        pattern: series.profile.pattern(),
    }
}

struct Series<'a> {
    input: SeriesInput<'a>,
    profile: DemandProfile,
    planner: Planner,
    shelf: Shelf,
    on_order: u32,
    pending: Vec<Delivery>,
    returning: Vec<u32>,
    shelf_rng: ChaCha8Rng,
    return_rng: ChaCha8Rng,
    opening: u32,
    history: Vec<DayTruth>,
    placed: Vec<PlacedLine>,
    returns: Vec<PlannedReturn>,
}

impl<'a> Series<'a> {
    fn new(input: SeriesInput<'a>) -> Self {
        let SeriesInput { config, streams, product, place, supplier, days, .. } = input;
        let profile = DemandProfile::new(config, streams, product, place);
        let mut planner_rng = streams.of(Purpose::Planner, product.number, place.number);
        let belief = profile.daily_units() * random::log_normal(&mut planner_rng, 0.3);
        let planner = Planner::new(&mut planner_rng, product, supplier, belief);
        let mut shelf = Shelf::default();
        if product.launched_on < config.first_day() {
            shelf.receive(0, planner.order_up_to_level());
        }
        Self {
            input,
            profile,
            planner,
            opening: shelf.on_hand(),
            shelf,
            on_order: 0,
            pending: Vec::new(),
            returning: vec![0; days.len()],
            shelf_rng: streams.of(Purpose::Shelf, product.number, place.number),
            return_rng: streams.of(Purpose::Return, product.number, place.number),
            history: Vec::with_capacity(days.len()),
            placed: Vec::new(),
            returns: Vec::new(),
        }
    }

    fn run_day(&mut self, index: usize, latent: u32) {
        self.place_order(index);
        let received = self.receive(index);
        let sold = self.shelf.remove(latent);
        self.plan_returns(index, sold);
        let returned = self.returning[index];
        self.shelf.receive(index, returned);
        let damaged = self.damage();
        let expired = self.expire(index);
        let shrunk = self.shrink();
        if self.profile.life.contains(&index) {
            self.planner.observe(sold);
        }
        let counted_missing = self.is_count_day(index).then(|| self.shelf.count());
        self.history.push(DayTruth {
            latent,
            sold,
            received,
            returned,
            damaged,
            expired,
            shrunk,
            on_hand_close: self.shelf.on_hand(),
            book_close: self.shelf.book(),
            counted_missing,
        });
    }

    /// Before opening, on the supplier's order days, from yesterday's book and the open orders.
    fn place_order(&mut self, index: usize) {
        let SeriesInput { streams, product, place, supplier, days, .. } = self.input;
        let weekday = days[index].weekday();
        if !supplier.order_weekdays.contains(&weekday) || !self.is_orderable(index) {
            return;
        }
        let quantity = self.planner.order_quantity(self.shelf.book() + self.on_order);
        if quantity == 0 {
            return;
        }
        let (first, rest) =
            supply::deliveries(streams, supplier, product, place, (index, quantity));
        self.on_order += quantity;
        self.pending.push(first);
        self.pending.extend(rest);
        self.placed.push(PlacedLine { day: index, quantity, first, rest });
    }

    /// Orders start in time for the launch, fresh goods later than others, and
    /// stop two weeks before the end.
    fn is_orderable(&self, index: usize) -> bool {
        let lead_time = self.input.supplier.stated_lead_time_days as usize;
        let head_start = self.input.product.shelf_life_days.map_or(10, |days| days as usize / 4);
        let life = &self.profile.life;
        let has_end = self.input.product.ended_on.is_some();
        index + lead_time + head_start >= life.start
            && (!has_end || index + lead_time + 14 < life.end)
    }

    fn receive(&mut self, index: usize) -> u32 {
        let due = self.pending.extract_if(.., |delivery| delivery.day == index);
        let units = due.map(|delivery| delivery.units).sum();
        self.on_order -= units;
        self.shelf.receive(index, units);
        units
    }

    /// Decides today which of the units sold today come back, and when.
    fn plan_returns(&mut self, index: usize, sold: u32) {
        let share = CATEGORIES[self.input.product.category_index].return_share;
        for unit in 0..sold {
            if random::chance(&mut self.return_rng, share) {
                let day = index + self.return_rng.random_range(1..=14);
                if let Some(returning) = self.returning.get_mut(day) {
                    *returning += 1;
                    self.returns.push(PlannedReturn { sold_on: index, unit, day });
                }
            }
        }
    }

    /// A unit now and then falls, leaks or loses its label.
    fn damage(&mut self) -> u32 {
        let probability = (0.0003 * f64::from(self.shelf.on_hand())).min(0.2);
        let units = u32::from(random::chance(&mut self.shelf_rng, probability));
        self.shelf.remove(units)
    }

    fn expire(&mut self, index: usize) -> u32 {
        match self.input.product.shelf_life_days {
            Some(days) => self.shelf.expire(index.saturating_sub(days as usize)),
            None => 0,
        }
    }

    /// Theft and mistakes, about 1.5 % of what is sold over a year.
    fn shrink(&mut self) -> u32 {
        let probability = (0.0004 * f64::from(self.shelf.on_hand())).min(0.2);
        if !random::chance(&mut self.shelf_rng, probability) {
            return 0;
        }
        let units = 1 + random::poisson(&mut self.shelf_rng, 0.4);
        self.shelf.vanish(units)
    }

    /// Everything is counted on the first day, then each category on its own day of the month.
    fn is_count_day(&self, index: usize) -> bool {
        let (_, _, day_of_month) = self.input.days[index].ymd();
        let own_day = 1 + (self.input.product.category_index * 3) % 28;
        let is_on_sale = self.profile.life.contains(&index);
        index == 0 || (day_of_month as usize == own_day && (is_on_sale || self.shelf.book() > 0))
    }
}
