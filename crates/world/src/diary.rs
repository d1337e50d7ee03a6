//! The truth of a day, written down as it happens.

use crate::DayTruth;

/// What happened to each product today; nothing is kept unless it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Diary {
    is_kept: bool,
    notes: Vec<DayTruth>,
    is_touched: Vec<bool>,
    touched: Vec<u32>,
}

impl Diary {
    /// A diary over products by slot.
    pub(crate) fn new(products: impl Iterator<Item = u32>) -> Self {
        let notes: Vec<_> =
            products.map(|product| DayTruth { product, ..DayTruth::default() }).collect();
        Self { is_kept: false, is_touched: vec![false; notes.len()], notes, touched: Vec::new() }
    }

    pub(crate) fn keep(&mut self) {
        self.is_kept = true;
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Adds to what happened to a slot's product.
    #[inline]
    pub(crate) fn note(&mut self, slot: u32, add: impl FnOnce(&mut DayTruth)) {
        if !self.is_kept {
            return;
        }
        let index = slot as usize;
        if !self.is_touched[index] {
            self.is_touched[index] = true;
            self.touched.push(slot);
        }
        add(&mut self.notes[index]);
    }

    /// Hands out the day's notes by product and starts a new page.
    pub(crate) fn close(
        &mut self,
        mut finish: impl FnMut(u32, &mut DayTruth),
        into: &mut Vec<DayTruth>,
    ) {
        for slot in self.touched.drain(..) {
            let note = &mut self.notes[slot as usize];
            finish(slot, note);
            into.push(*note);
            *note = DayTruth { product: note.product, ..DayTruth::default() };
            self.is_touched[slot as usize] = false;
        }
        into.sort_unstable_by_key(|truth| truth.product);
    }
}
