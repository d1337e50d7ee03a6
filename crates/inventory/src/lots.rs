use std::collections::VecDeque;

/// Stock as layers by the last day on which they can be sold, oldest first, in ten-thousandths of a
/// unit.
///
/// Plans, projections and replays age goods by it.
///
/// ```
/// use shelfcast_inventory::Lots;
/// let mut lots = Lots::default();
/// lots.receive(3, 5);
/// lots.receive(5, 4);
/// // The oldest goods are sold first; what is left of them is thrown away after its last day.
/// assert_eq!(lots.remove(2), 2);
/// assert_eq!((lots.write_off(3), lots.on_hand()), (3, 4));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lots {
    /// The last day of sale (a count of days; `i32::MAX` for goods that keep) and units.
    layers: VecDeque<(i32, i64)>,
    total: i64,
}

impl Lots {
    /// All that is there.
    pub fn on_hand(&self) -> i64 {
        self.total
    }

    /// The last day of sale of the oldest goods; `None` where there are none.
    pub fn oldest(&self) -> Option<i32> {
        self.layers.front().map(|(last_day, _)| *last_day)
    }

    /// The last day of sale of the newest goods; `None` where there are none.
    pub fn newest(&self) -> Option<i32> {
        self.layers.back().map(|(last_day, _)| *last_day)
    }

    /// Adds units that keep at least as long as those that are there; nothing of 0 or less.
    pub fn receive(&mut self, last_day: i32, units: i64) {
        if units > 0 {
            self.total += units;
            match self.layers.back_mut() {
                Some(layer) if layer.0 == last_day => layer.1 += units,
                _ => self.layers.push_back((last_day, units)),
            }
        }
    }

    /// Hands out at most `units`, oldest first; returns how many.
    pub fn remove(&mut self, units: i64) -> i64 {
        let removed = units.min(self.total);
        let mut missing = removed;
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

    /// Throws away at the closing of `day` what could be sold last on it; returns how much.
    pub fn write_off(&mut self, day: i32) -> i64 {
        let mut gone = 0;
        while self.layers.front().is_some_and(|(last_day, _)| *last_day <= day) {
            gone += self.layers.pop_front().map_or(0, |(_, units)| units);
        }
        self.total -= gone;
        gone
    }

    /// Becomes a copy, in the memory that is there already.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.layers.clone_from(&other.layers);
        self.total = other.total;
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
        assert_eq!((lots.oldest(), lots.newest()), (Some(3), Some(5)));
        assert_eq!(lots.remove(6), 6);
        assert_eq!((lots.on_hand(), lots.write_off(3)), (3, 0));
        assert_eq!((lots.write_off(5), lots.on_hand()), (3, 0));
        assert_eq!((lots.remove(2), lots.oldest()), (0, None));
    }
}
