//! One shelf: what stands there, and what the book says stands there.

use std::collections::VecDeque;

/// Units that came in on one day.
#[derive(Debug, Clone, Copy)]
struct Layer {
    day: usize,
    units: u32,
}

/// The stock of one product in one place.
///
/// Units leave in the order in which they came. Shrinkage takes units off the
/// shelf but not out of the book, so the book is never below the shelf; a
/// count makes them equal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    layers: VecDeque<Layer>,
    on_hand: u32,
    book: u32,
}

impl Shelf {
    pub(crate) fn on_hand(&self) -> u32 {
        self.on_hand
    }

    pub(crate) fn book(&self) -> u32 {
        self.book
    }

    /// Puts units of `day` on the shelf and in the book.
    pub(crate) fn receive(&mut self, day: usize, units: u32) {
        if units > 0 {
            self.layers.push_back(Layer { day, units });
            self.on_hand += units;
            self.book += units;
        }
    }

    /// Removes at most `wanted` units from shelf and book; returns how many.
    pub(crate) fn remove(&mut self, wanted: u32) -> u32 {
        let units = self.vanish(wanted);
        self.book -= units;
        units
    }

    /// Removes at most `wanted` units from the shelf alone; returns how many.
    pub(crate) fn vanish(&mut self, wanted: u32) -> u32 {
        let units = wanted.min(self.on_hand);
        self.on_hand -= units;
        let mut left = units;
        while let Some(oldest) = self.layers.front_mut() {
            let taken = left.min(oldest.units);
            oldest.units -= taken;
            left -= taken;
            if oldest.units > 0 {
                break;
            }
            self.layers.pop_front();
        }
        units
    }

    /// Removes the units received before `oldest_kept` from shelf and book; returns how many.
    pub(crate) fn expire(&mut self, oldest_kept: usize) -> u32 {
        let expired = self.layers.iter().filter(|layer| layer.day < oldest_kept);
        let units = expired.map(|layer| layer.units).sum();
        self.remove(units)
    }

    /// Sets the book to what is there; returns the units found missing.
    pub(crate) fn count(&mut self) -> u32 {
        let missing = self.book - self.on_hand;
        self.book = self.on_hand;
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_oldest_units_leave_first() {
        let mut shelf = Shelf::default();
        shelf.receive(1, 5);
        shelf.receive(3, 4);
        assert_eq!(shelf.remove(3), 3);
        // Two units of day 1 are left; they expire when day 3 is the oldest kept.
        assert_eq!(shelf.expire(3), 2);
        assert_eq!((shelf.on_hand(), shelf.book()), (4, 4));
    }

    #[test]
    fn a_count_finds_what_vanished() {
        let mut shelf = Shelf::default();
        shelf.receive(0, 10);
        shelf.vanish(3);
        assert_eq!((shelf.on_hand(), shelf.book()), (7, 10));
        assert_eq!(shelf.count(), 3);
        assert_eq!(shelf.book(), 7);
    }

    proptest! {
        #[test]
        fn layers_add_up_and_the_book_is_never_below_the_shelf(
            steps in prop::collection::vec((0_u8..5, 0_u32..20), 0..60)
        ) {
            let mut shelf = Shelf::default();
            for (day, (kind, units)) in steps.into_iter().enumerate() {
                match kind {
                    0 => shelf.receive(day, units),
                    1 => prop_assert!(shelf.remove(units) <= units),
                    2 => prop_assert!(shelf.vanish(units) <= units),
                    3 => { shelf.expire(day.saturating_sub(5)); }
                    _ => { shelf.count(); }
                }
                prop_assert_eq!(shelf.layers.iter().map(|layer| layer.units).sum::<u32>(), shelf.on_hand);
                prop_assert!(shelf.book >= shelf.on_hand);
            }
        }
    }
}
