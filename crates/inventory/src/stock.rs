//! Stock along one sample path: receipts at opening, then demand.

use crate::Unmet;
use crate::paths::Path;
use std::ops::Range;

/// Stock of one path under way. Between two receipts only the sum of demand matters, so a run of
/// days without one is a single sale.
pub(crate) struct Stock<'a> {
    /// Stock less units owed.
    pub(crate) level: i64,
    /// Receipts to come: day and units, days ascending.
    arrivals: &'a [(usize, i64)],
}

impl<'a> Stock<'a> {
    pub(crate) fn new(opening: i64, arrivals: &'a [(usize, i64)]) -> Self {
        Self { level: opening, arrivals }
    }

    /// Passes the next days, which follow on those passed before; returns the unmet units.
    pub(crate) fn pass(&mut self, path: Path<'_>, days: Range<usize>, unmet: Unmet) -> i64 {
        let mut day = days.start;
        let mut missed = 0;
        while let Some(((on, units), rest)) = self.arrivals.split_first()
            && *on < days.end
        {
            missed += sell(&mut self.level, path.demand(day..*on), unmet);
            self.level += units;
            (day, self.arrivals) = (*on, rest);
        }
        missed + sell(&mut self.level, path.demand(day..days.end), unmet)
    }

    /// The lowest sum of receipts less demand through any of these days, with which they end, and
    /// the sum through the last one; they are the next days, and are not passed.
    pub(crate) fn drift(&self, path: Path<'_>, days: Range<usize>) -> (i64, i64) {
        let mut day = days.start;
        let mut drift = 0;
        let mut lowest = if days.is_empty() { 0 } else { i64::MAX };
        let arrivals = self.arrivals.iter().take_while(|(on, _)| *on < days.end);
        for (until, units) in arrivals.copied().chain([(days.end, 0)]) {
            if until > day {
                drift -= path.demand(day..until);
                lowest = lowest.min(drift);
            }
            drift += units;
            day = until;
        }
        (lowest, drift)
    }
}

/// Demand meets stock; returns the unmet units.
///
/// `level` is stock less units owed. A lost unit leaves it, an owed one lowers
/// it; units owed from before are served by receipts first in both cases.
pub(crate) fn sell(level: &mut i64, demand: i64, unmet: Unmet) -> i64 {
    let sold = demand.min((*level).max(0));
    *level -= match unmet {
        Unmet::Lost => sold,
        Unmet::Backordered => demand,
    };
    demand - sold
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_owed_are_served_before_new_demand() {
        // 3 owed, 5 arrive, 4 wanted: 2 are met, 2 unmet.
        let mut level = -3 + 5;
        assert_eq!(sell(&mut level, 4, Unmet::Backordered), 2);
        assert_eq!(level, -2);
        let mut level = -3;
        assert_eq!(sell(&mut level, 4, Unmet::Lost), 4);
        assert_eq!(level, -3);
    }
}
