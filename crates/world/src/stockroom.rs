//! A place's stock: what stands on the shelves, and what the book says stands there.

use std::collections::VecDeque;

/// Units that came in on one day.
#[derive(Debug, Clone, Copy)]
struct Layer {
    day: u32,
    units: u32,
}

/// The stock of one product.
///
/// Shrinkage takes units off the shelf but not out of the book, so the book is never below
/// the shelf; a count makes them equal.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stock {
    pub(crate) on_hand: u32,
    pub(crate) book: u32,
    /// Units ordered and not yet received.
    pub(crate) on_order: u32,
    /// Units sold since the buyer last looked.
    pub(crate) sold_since_review: u32,
    /// Where its layers are, one more than the index; 0: its goods keep.
    layers: u32,
}

/// All products of a place, by slot.
#[derive(Debug, Clone)]
pub(crate) struct Stockroom {
    stocks: Vec<Stock>,
    /// Units by age of products that expire; they leave in the order in which they came.
    layers: Vec<VecDeque<Layer>>,
    /// Slots whose goods expire, with the days they keep.
    perishable: Vec<(u32, u32)>,
}

impl Stockroom {
    /// Empty shelves for products that keep so many days.
    pub(crate) fn new(shelf_lives: impl Iterator<Item = Option<u32>>) -> Self {
        let mut room = Self { stocks: Vec::new(), layers: Vec::new(), perishable: Vec::new() };
        for (slot, days) in (0..).zip(shelf_lives) {
            let mut stock = Stock::default();
            if let Some(days) = days {
                room.layers.push(VecDeque::new());
                room.perishable.push((slot, days));
                stock.layers = room.layers.len() as u32;
            }
            room.stocks.push(stock);
        }
        room
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> &Stock {
        &self.stocks[slot as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Stock {
        &mut self.stocks[slot as usize]
    }

    pub(crate) fn slots(&self) -> std::ops::Range<u32> {
        0..self.stocks.len() as u32
    }

    pub(crate) fn perishable(&self) -> &[(u32, u32)] {
        &self.perishable
    }

    /// Puts units of `day` on the shelf and in the book.
    pub(crate) fn receive(&mut self, slot: u32, day: u32, units: u32) {
        let stock = &mut self.stocks[slot as usize];
        stock.on_hand += units;
        stock.book += units;
        if stock.layers > 0 && units > 0 {
            self.layers[stock.layers as usize - 1].push_back(Layer { day, units });
        }
    }

    /// Takes at most `wanted` units from shelf and book; returns how many.
    #[inline]
    pub(crate) fn remove(&mut self, slot: u32, wanted: u32) -> u32 {
        let units = self.vanish(slot, wanted);
        self.stocks[slot as usize].book -= units;
        units
    }

    /// Takes at most `wanted` units from the shelf alone; returns how many.
    #[inline]
    pub(crate) fn vanish(&mut self, slot: u32, wanted: u32) -> u32 {
        let stock = &mut self.stocks[slot as usize];
        let units = wanted.min(stock.on_hand);
        stock.on_hand -= units;
        if stock.layers > 0 {
            take_oldest(&mut self.layers[stock.layers as usize - 1], units);
        }
        units
    }

    /// Takes the units received before `oldest_kept` from shelf and book; returns how many.
    pub(crate) fn expire(&mut self, slot: u32, oldest_kept: u32) -> u32 {
        let layers = self.stocks[slot as usize].layers;
        if layers == 0 {
            return 0;
        }
        let old =
            self.layers[layers as usize - 1].iter().take_while(|layer| layer.day < oldest_kept);
        let units = old.map(|layer| layer.units).sum();
        self.remove(slot, units)
    }

    /// Sets the book to what is there; returns the units found missing.
    pub(crate) fn count(&mut self, slot: u32) -> u32 {
        let stock = &mut self.stocks[slot as usize];
        let missing = stock.book - stock.on_hand;
        stock.book = stock.on_hand;
        missing
    }
}

fn take_oldest(layers: &mut VecDeque<Layer>, mut units: u32) {
    while let Some(oldest) = layers.front_mut() {
        let taken = units.min(oldest.units);
        oldest.units -= taken;
        units -= taken;
        if oldest.units > 0 {
            break;
        }
        layers.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn room() -> Stockroom {
        Stockroom::new([Some(3), None].into_iter())
    }

    #[test]
    fn the_oldest_units_leave_first() {
        let mut room = room();
        room.receive(0, 1, 5);
        room.receive(0, 3, 4);
        assert_eq!(room.remove(0, 3), 3);
        // Two units of day 1 are left; they expire when day 3 is the oldest kept.
        assert_eq!(room.expire(0, 3), 2);
        assert_eq!((room.get(0).on_hand, room.get(0).book), (4, 4));
        room.receive(1, 1, 5);
        assert_eq!(room.expire(1, 300), 0);
    }

    #[test]
    fn a_count_finds_what_vanished() {
        let mut room = room();
        room.receive(1, 0, 10);
        room.vanish(1, 3);
        assert_eq!((room.get(1).on_hand, room.get(1).book), (7, 10));
        assert_eq!(room.count(1), 3);
        assert_eq!(room.get(1).book, 7);
    }

    proptest! {
        #[test]
        fn layers_add_up_and_the_book_is_never_below_the_shelf(
            steps in prop::collection::vec((0_u8..5, 0_u32..2, 0_u32..20), 0..60)
        ) {
            let mut room = room();
            for (day, (kind, slot, units)) in (0_u32..).zip(steps) {
                match kind {
                    0 => room.receive(slot, day, units),
                    1 => prop_assert!(room.remove(slot, units) <= units),
                    2 => prop_assert!(room.vanish(slot, units) <= units),
                    3 => { room.expire(slot, day.saturating_sub(5)); }
                    _ => { room.count(slot); }
                }
                let layered: u32 = room.layers[0].iter().map(|layer| layer.units).sum();
                prop_assert_eq!(layered, room.get(0).on_hand);
                prop_assert!(room.stocks.iter().all(|stock| stock.book >= stock.on_hand));
            }
        }
    }
}
