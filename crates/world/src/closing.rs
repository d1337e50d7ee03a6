//! After closing: write-offs, what vanished, and counts.

use crate::assortment::N_CATEGORIES;
use crate::place_days::PlaceDays;
use crate::random::{self, FastRng, Purpose};
use crate::trading::TradingDay;
use crate::{Count, Movement, MovementKind};
use rand::RngExt;

/// Chance of a unit on the shelf to be damaged on a day, and to vanish: about one and two
/// percent of what is sold.
const DAMAGE: f64 = 0.000_3;
const SHRINKAGE: f64 = 0.000_4;
/// A shelf with more units is not damaged or robbed more often.
const FULL_SHELF: u32 = 64;

impl PlaceDays<'_> {
    pub(crate) fn close(&mut self, trading: &TradingDay) {
        let mut rng = self.stream(Purpose::Shelf, trading.day);
        let mut damaged = self.mishaps(DAMAGE, &mut rng);
        damaged.sort_unstable();
        // One row a product: two rows alike would be taken for a copy.
        for slots in damaged.chunk_by(|left, right| left == right) {
            self.write_off(slots[0], slots.len() as u32, MovementKind::Damaged);
        }
        self.throw_away_old();
        for slot in self.mishaps(SHRINKAGE, &mut rng) {
            let units = 1 + random::poisson(&mut rng, 0.4);
            let units = self.stockroom.vanish(slot, units);
            self.diary.note(slot, |note| note.shrunk += units);
        }
        if !trading.is_closed || self.next == 0 {
            self.count(trading);
        }
        let stockroom = &self.stockroom;
        self.diary.close(
            |slot, note| {
                note.on_hand_close = stockroom.get(slot).on_hand;
                note.book_close = stockroom.get(slot).book;
            },
            &mut self.rows.truth,
        );
    }

    /// Slots on which something happens that befalls each unit with a small probability.
    ///
    /// Drawn as the mishaps of full shelves, of which those of missing units fall away: the
    /// cost is that of the mishaps, not of the shelves.
    fn mishaps(&self, probability: f64, rng: &mut FastRng) -> Vec<u32> {
        let slots = self.stockroom.slots().end;
        let mean = probability * f64::from(FULL_SHELF) * f64::from(slots);
        (0..random::poisson(rng, mean))
            .filter_map(|_| {
                let slot = rng.random_range(0..slots.max(1));
                let place = rng.random_range(0..FULL_SHELF);
                (slot < slots && place < self.stockroom.get(slot).on_hand).then_some(slot)
            })
            .collect()
    }

    fn throw_away_old(&mut self) {
        for index in 0..self.stockroom.perishable().len() {
            let (slot, days) = self.stockroom.perishable()[index];
            let Some(oldest_kept) = self.next.checked_sub(days) else { continue };
            let old = self.stockroom.expire(slot, oldest_kept);
            if old > 0 {
                let product = self.shoppers.range().slots()[slot as usize].product;
                let kind = MovementKind::Expired;
                self.rows.movements.push(Movement { product, kind, quantity: old as i32 });
                self.diary.note(slot, |note| note.expired += old);
            }
        }
    }

    /// Everything is counted on the first day, then each category on its own day of the
    /// month, and shelves that staff found empty against the book.
    fn count(&mut self, trading: &TradingDay) {
        let mut to_check = std::mem::take(&mut self.selling.to_check);
        let day_of_month = trading.day.ymd().2 as usize;
        for category in 0..N_CATEGORIES {
            let is_due = day_of_month == 1 + (category * 5) % 28;
            if self.next == 0 || is_due {
                let slots = self.shoppers.range().of_category(category);
                to_check.extend(slots.start as u32..slots.end as u32);
            }
        }
        to_check.sort_unstable();
        to_check.dedup();
        for slot in to_check.drain(..) {
            self.count_one(slot, trading);
        }
        self.selling.to_check = to_check;
    }

    fn count_one(&mut self, slot: u32, trading: &TradingDay) {
        let index = self.shoppers.range().slots()[slot as usize].product;
        let product = &self.world.products()[index as usize];
        let is_on_sale = product.launched_on <= trading.day
            && product.ended_on.is_none_or(|ended| trading.day <= ended);
        if self.next > 0 && !is_on_sale && self.stockroom.get(slot).book == 0 {
            return;
        }
        let missing = self.stockroom.count(slot);
        self.diary.note(slot, |_| ());
        self.rows.counts.push(Count { product: index, on_hand: self.stockroom.get(slot).on_hand });
        if missing > 0 {
            let kind = MovementKind::CountAdjustment;
            let quantity = -(missing as i32);
            self.rows.movements.push(Movement { product: index, kind, quantity });
        }
    }
}
