//! Before opening: goods come in, orders go out.

use crate::place_days::PlaceDays;
use crate::random::Purpose;
use crate::range::Slot;
use crate::supply::{self, Buyer};
use crate::trading::TradingDay;
use crate::{LeadTime, Movement, MovementKind, OrderKey, OrderLine, Receipt, World};

/// Orders stop so many days before a product's end, besides the lead time.
const LAST_ORDER_DAYS: i32 = 14;

/// What is on its way, and who decides what to order.
#[derive(Debug, Clone)]
pub(crate) struct Buying {
    buyers: Vec<Buyer>,
    last_review: Vec<u32>,
    by_supplier: Vec<Vec<u32>>,
    /// By day, modulo their number.
    arrivals: Vec<Vec<Arrival>>,
}

/// Part of an order line on its way.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    slot: u32,
    units: u32,
    line: u32,
    order: OrderKey,
}

impl Buying {
    /// More days than any delivery takes: a fortnight promised and a quarter more, lateness
    /// of at most 60, a closure, the rest of a split delivery, days on which the place is
    /// closed.
    const HORIZON: usize = 192;

    pub(crate) fn new(world: &World, slots: &[Slot], buyers: Vec<Buyer>) -> Self {
        let mut by_supplier = vec![Vec::new(); world.suppliers().len()];
        for (index, slot) in (0..).zip(slots) {
            by_supplier[world.products()[slot.product as usize].supplier].push(index);
        }
        Self {
            last_review: vec![0; buyers.len()],
            buyers,
            by_supplier,
            arrivals: vec![Vec::new(); Self::HORIZON],
        }
    }

    fn on_its_way(&mut self, day: u32, arrival: Arrival) {
        self.arrivals[day as usize % Self::HORIZON].push(arrival);
    }
}

impl PlaceDays<'_> {
    /// Deliveries of the day; a closed place takes them on the next day.
    pub(crate) fn receive(&mut self, trading: &TradingDay) {
        let mut arrivals =
            std::mem::take(&mut self.buying.arrivals[self.next as usize % Buying::HORIZON]);
        if trading.is_closed {
            for arrival in arrivals.drain(..) {
                self.buying.on_its_way(self.next + 1, arrival);
            }
        }
        arrivals.sort_unstable_by_key(|arrival| (arrival.order, arrival.line));
        for Arrival { slot, units, line, order } in arrivals.drain(..) {
            self.stockroom.receive(slot, self.next, units);
            self.stockroom.get_mut(slot).on_order -= units;
            self.diary.note(slot, |note| note.received += units);
            let product = self.shoppers.range().slots()[slot as usize].product;
            self.rows.receipts.push(Receipt { order, line, product, quantity: units });
            let kind = MovementKind::Receipt(order);
            self.rows.movements.push(Movement { product, kind, quantity: units as i32 });
        }
        self.buying.arrivals[self.next as usize % Buying::HORIZON] = arrivals;
    }

    /// Orders from the book at the closing of yesterday, on the suppliers' order days.
    pub(crate) fn place_orders(&mut self, trading: &TradingDay) {
        if trading.is_closed {
            return;
        }
        let weekday = trading.day.weekday();
        for (index, supplier) in (0..).zip(self.world.suppliers()) {
            let takes_orders = supplier.order_weekdays.contains(&weekday);
            if takes_orders && !supplier.is_closed(trading.day) {
                self.order_from(index, trading);
            }
        }
    }

    fn order_from(&mut self, index: u32, trading: &TradingDay) {
        let slots = std::mem::take(&mut self.buying.by_supplier[index as usize]);
        let order = OrderKey { ordered_on: trading.day.epoch_days(), supplier: index };
        let mut line = 0;
        let mut lead_time = 0;
        for &slot in &slots {
            let quantity = self.review(slot, trading);
            if quantity == 0 {
                continue;
            }
            if line == 0 {
                lead_time = self.lead_time(order, trading);
            }
            line += 1;
            self.order(order, line, slot, quantity, lead_time);
        }
        self.buying.by_supplier[index as usize] = slots;
    }

    /// Lets the buyer look at one product: units to order.
    fn review(&mut self, slot: u32, trading: &TradingDay) -> u32 {
        let index = slot as usize;
        let product = &self.world.products()[self.shoppers.range().slots()[index].product as usize];
        let lead_time = self.world.suppliers()[product.supplier].stated_lead_time_days as i32;
        // Fresh goods are ordered for the launch, others ten days ahead of it.
        let head_start = product.shelf_life_days.map_or(10, |days| days as i32 / 4);
        let is_early = trading.day.plus(lead_time + head_start) < product.launched_on;
        let is_late = product
            .ended_on
            .is_some_and(|ended| trading.day.plus(lead_time + LAST_ORDER_DAYS) > ended);
        if is_early || is_late {
            return 0;
        }
        let stock = self.stockroom.get_mut(slot);
        let sold = std::mem::take(&mut stock.sold_since_review);
        let position = stock.book + stock.on_order;
        let days = self.next - std::mem::replace(&mut self.buying.last_review[index], self.next);
        let buyer = &mut self.buying.buyers[index];
        if days > 0 && product.launched_on <= trading.day {
            buyer.observe(sold, days);
        }
        buyer.order_quantity(position, self.tags[index].discount > 0)
    }

    fn lead_time(&mut self, order: OrderKey, trading: &TradingDay) -> u32 {
        let supplier = &self.world.suppliers()[order.supplier as usize];
        let streams = self.world.streams();
        let actual_days = supply::actual_lead_time(streams, supplier, self.place, trading.day);
        if self.diary.is_kept() {
            let stated_days = supplier.stated_lead_time_days;
            self.rows.lead_times.push(LeadTime { order, stated_days, actual_days });
        }
        actual_days
    }

    fn order(&mut self, order: OrderKey, line: u32, slot: u32, quantity: u32, lead_time: u32) {
        let supplier = &self.world.suppliers()[order.supplier as usize];
        let product = self.shoppers.range().slots()[slot as usize].product;
        let ordered_on = shelfcast_retail::Day::from_epoch_days(order.ordered_on);
        let when = u64::from(self.next) << 32 | u64::from(product);
        let place = self.place.number;
        let mut rng = self.world.streams().many(Purpose::PartialDelivery, place, 0, when);
        let (first, rest) = supply::split(&mut rng, supplier, quantity);
        let day = self.next + lead_time;
        self.stockroom.get_mut(slot).on_order += quantity;
        self.buying.on_its_way(day, Arrival { slot, units: first, line, order });
        if let Some((units, days_later)) = rest {
            self.buying.on_its_way(day + days_later, Arrival { slot, units, line, order });
        }
        self.rows.order_lines.push(OrderLine {
            order,
            line,
            product,
            expected_on: ordered_on.plus(supplier.stated_lead_time_days as i32),
            quantity,
            unit_cost_cents: self.tags[slot as usize].cost_cents,
        });
    }
}
