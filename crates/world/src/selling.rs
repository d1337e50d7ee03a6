//! Opening to closing: what visitors want meets what stands on the shelves.

use crate::place_days::PlaceDays;
use crate::random::{self, FastRng};
use crate::shoppers::{Visit, Want};
use crate::till::{self, LONGEST_RETURN_DAYS, PlannedReturn};
use crate::trading::TradingDay;
use crate::{Movement, MovementKind, Payment, ReturnReason, SaleKind, SaleLine, Segment};
use rand::{Rng, RngExt};

/// Share of those who find a shelf empty who take the product that stands beside it.
const SUBSTITUTION: f64 = 0.40;
/// Chance that staff looks into an empty shelf whose book says otherwise, when asked.
const SHELF_CHECK: f64 = 0.15;

/// What selling needs between days, and room that is used again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selling {
    visits: Vec<Visit>,
    basket: Vec<Want>,
    /// Slots of the sale under way.
    taken: Vec<u32>,
    /// Slots to count tonight.
    pub(crate) to_check: Vec<u32>,
    returns: Vec<Vec<PlannedReturn>>,
}

/// The sale under way.
struct Sale {
    number: u32,
    line: u32,
    second: u32,
    customer: Option<u32>,
    segment: Option<Segment>,
    payment: Payment,
}

impl PlaceDays<'_> {
    pub(crate) fn sell(&mut self, trading: &TradingDay, rng: &mut FastRng) {
        let mut selling = std::mem::take(&mut self.selling);
        let mut demand = self.shoppers.visits(trading, &mut selling.visits);
        let mut number = 0;
        for index in 0..selling.visits.len() {
            let visit = selling.visits[index];
            self.shoppers.fill(&mut demand, &visit, &mut selling.basket);
            let mut sale = self.greet(&visit, number + 1, rng);
            selling.taken.clear();
            for index in 0..selling.basket.len() {
                self.serve(&mut selling, index, &mut sale, rng);
            }
            number += u32::from(sale.line > 0);
        }
        self.take_back(trading, &mut selling, number, rng);
        self.selling = selling;
    }

    fn greet(&self, visit: &Visit, number: u32, rng: &mut FastRng) -> Sale {
        Sale {
            number,
            line: 0,
            second: visit.second,
            customer: visit.patron.map(|patron| self.place.first_customer + patron),
            segment: visit.patron.map(|patron| self.shoppers.patrons().get(patron).segment),
            payment: till::payment(rng),
        }
    }

    /// Gives what is there; the rest is substituted or lost.
    fn serve(&mut self, selling: &mut Selling, index: usize, sale: &mut Sale, rng: &mut FastRng) {
        let Want { slot, units } = selling.basket[index];
        // A product that stood in for another is not put into the basket a second time.
        let is_taken = selling.taken.contains(&slot);
        let found = if is_taken { 0 } else { self.stockroom.remove(slot, units) };
        self.diary.note(slot, |note| note.latent += units);
        if found > 0 {
            self.hand_over(selling, sale, slot, found, rng);
        }
        let missing = units - found;
        if missing == 0 {
            return;
        }
        let stock = self.stockroom.get(slot);
        if stock.on_hand == 0 && stock.book > 0 && random::chance(rng, SHELF_CHECK) {
            selling.to_check.push(slot);
        }
        let substituted = self.substitute(selling, sale, slot, missing, rng);
        self.diary.note(slot, |note| {
            note.substituted += substituted;
            note.lost += missing - substituted;
        });
    }

    fn substitute(
        &mut self,
        selling: &mut Selling,
        sale: &mut Sale,
        slot: u32,
        missing: u32,
        rng: &mut FastRng,
    ) -> u32 {
        let is_willing = random::chance(rng, SUBSTITUTION);
        let other = self.shoppers.range().slots()[slot as usize].substitute;
        let Some(other) = other.filter(|_| is_willing) else { return 0 };
        let is_wanted = selling.basket.iter().any(|want| want.slot == other);
        if is_wanted || selling.taken.contains(&other) || !self.shoppers.is_on_sale(other) {
            return 0;
        }
        let units = self.stockroom.remove(other, missing);
        if units > 0 {
            self.diary.note(other, |note| note.stood_in += units);
            self.hand_over(selling, sale, other, units, rng);
        }
        units
    }

    fn hand_over(
        &mut self,
        selling: &mut Selling,
        sale: &mut Sale,
        slot: u32,
        units: u32,
        rng: &mut FastRng,
    ) {
        let tag = self.tags[slot as usize];
        let bits = rng.next_u64();
        let discount_parts = match tag.discount {
            0 => till::coupon(bits as u32, sale.segment),
            promoted => promoted,
        };
        sale.line += 1;
        let line = SaleLine {
            sale: sale.number,
            line: sale.line,
            second: sale.second,
            product: self.shoppers.range().slots()[slot as usize].product,
            customer: sale.customer,
            quantity: units as i32,
            unit_price_cents: tag.price_cents,
            discount_parts,
            total_cents: till::total_cents(tag.price_cents, units as i32, discount_parts),
            payment: sale.payment,
            kind: SaleKind::Sale,
        };
        self.rows.sales.push(line);
        self.stockroom.get_mut(slot).sold_since_review += units;
        self.diary.note(slot, |note| note.sold += units);
        selling.taken.push(slot);
        if ((bits >> 32) as u16) < tag.return_share {
            let (lag, planned) = till::plan_return(rng, line, slot, self.next);
            selling.schedule(self.next + lag, planned);
        }
    }

    /// Returns of the day; on a closed day they wait for the next.
    fn take_back(
        &mut self,
        trading: &TradingDay,
        selling: &mut Selling,
        mut number: u32,
        rng: &mut FastRng,
    ) {
        for planned in selling.due(self.next) {
            if trading.is_closed {
                selling.schedule(self.next + 1, planned);
                continue;
            }
            number += 1;
            let (opens, closes) = trading.hours;
            let second = rng.random_range(opens..closes);
            let line = SaleLine { sale: number, second, ..planned.line };
            let units = line.quantity.unsigned_abs();
            self.rows.sales.push(line);
            self.stockroom.receive(planned.slot, self.next, units);
            self.diary.note(planned.slot, |note| note.returned += units);
            if !planned.is_resold {
                self.write_off(planned.slot, units, MovementKind::ReturnedFaulty(number));
            }
            if self.diary.is_kept() {
                self.rows.returns.push(ReturnReason {
                    sale: number,
                    lag_days: self.next - planned.sold_on,
                    reason: planned.reason,
                    is_resold: planned.is_resold,
                });
            }
        }
    }

    /// Takes at most `units` off shelf and book and records it.
    pub(crate) fn write_off(&mut self, slot: u32, units: u32, kind: MovementKind) {
        let units = self.stockroom.remove(slot, units);
        if units == 0 {
            return;
        }
        let product = self.shoppers.range().slots()[slot as usize].product;
        self.rows.movements.push(Movement { product, kind, quantity: units as i32 });
        self.diary.note(slot, |note| match kind {
            MovementKind::Expired => note.expired += units,
            _ => note.damaged += units,
        });
    }
}

impl Selling {
    const HORIZON: usize = LONGEST_RETURN_DAYS as usize + 2;

    fn schedule(&mut self, day: u32, planned: PlannedReturn) {
        self.returns.resize_with(Self::HORIZON, Vec::new);
        self.returns[day as usize % Self::HORIZON].push(planned);
    }

    fn due(&mut self, day: u32) -> Vec<PlannedReturn> {
        self.returns.get_mut(day as usize % Self::HORIZON).map(std::mem::take).unwrap_or_default()
    }
}
