//! Stock as layers by the day they came, oldest first; whole numbers of ten-thousandths.

use std::collections::VecDeque;

/// What lies on one shelf.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lots {
    /// The last day of sale (a count of days; `i32::MAX` for goods that keep) and units.
    layers: VecDeque<(i32, i64)>,
    total: i64,
}

impl Lots {
    pub(crate) fn on_hand(&self) -> i64 {
        self.total
    }

    pub(crate) fn receive(&mut self, last_day: i32, units: i64) {
        if units > 0 {
            self.total += units;
            match self.layers.back_mut() {
                Some(layer) if layer.0 == last_day => layer.1 += units,
                _ => self.layers.push_back((last_day, units)),
            }
        }
    }

    /// Hands out at most `units`, oldest first; returns how many.
    pub(crate) fn remove(&mut self, units: i64) -> i64 {
        let mut missing = units.min(self.total);
        let removed = missing;
        while missing > 0 {
            let Some(layer) = self.layers.front_mut() else { break };
            let taken = layer.1.min(missing);
            layer.1 -= taken;
            missing -= taken;
            if layer.1 == 0 {
                self.layers.pop_front();
            }
        }
        self.total -= removed;
        removed
    }

    /// Throws away at the closing of `day` what could be sold last on it.
    pub(crate) fn write_off(&mut self, day: i32) -> i64 {
        let mut gone = 0;
        while self.layers.front().is_some_and(|(last_day, _)| *last_day <= day) {
            gone += self.layers.pop_front().map_or(0, |(_, units)| units);
        }
        self.total -= gone;
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goods_are_sold_first_and_the_rest_is_thrown_away() {
        let mut lots = Lots::default();
        lots.receive(3, 5);
        lots.receive(5, 4);
        assert_eq!(lots.remove(6), 6);
        assert_eq!((lots.on_hand(), lots.write_off(3)), (3, 0));
        assert_eq!((lots.write_off(5), lots.on_hand()), (3, 0));
        assert_eq!(lots.remove(2), 0);
    }
}
