use crate::{ReplayError, Terms};
use shelfcast_forecast::Availability;
use shelfcast_inventory::Position;
use shelfcast_retail::{Day, Quantity};

/// An item's history as its planner knows it: it ends before the day of the next order.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// What is known whatever the day.
    pub terms: &'a Terms,
    /// The first period.
    pub first_day: Day,
    /// Units of each period: demand before the replay, sales in it.
    pub units: &'a [f64],
    /// What the units say of demand, one a period.
    pub availability: &'a [Availability],
}

impl Past<'_> {
    /// The day after the last period.
    pub fn next_day(&self) -> Day {
        self.first_day.plus(self.units.len() as i32)
    }

    /// The last `periods` units, or all where there are fewer.
    pub fn last(&self, periods: usize) -> &[f64] {
        &self.units[self.units.len().saturating_sub(periods)..]
    }
}

/// What a planner sees when it may order.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Place of the item in the list that is replayed.
    pub index: usize,
    /// The history.
    pub past: Past<'a>,
    /// Stock at the last closing, orders under way with the days they are expected on, units
    /// owed.
    pub position: &'a Position,
}

impl View<'_> {
    /// The day whose closing stock the position is.
    pub fn stock_day(&self) -> Day {
        self.past.next_day().plus(-1)
    }
}

/// Who decides what is ordered.
pub trait Planner: Sync {
    /// What it keeps of one item from day to day.
    type State: Send;

    /// Looks at all items anew: at the start of the replay and after every
    /// [`ReplayOptions::choose_every`](crate::ReplayOptions) periods.
    ///
    /// # Errors
    /// As the planner's models have them.
    fn choose(&self, pasts: &[Past<'_>], threads: usize) -> Result<Vec<Self::State>, ReplayError>;

    /// Learns the last period of `past`.
    ///
    /// # Errors
    /// As the planner's models have them.
    fn learn(&self, state: &mut Self::State, past: &Past<'_>) -> Result<(), ReplayError>;

    /// Units to order, 0 for none; asked on days on which the supplier takes an order.
    ///
    /// # Errors
    /// As the planner has them.
    fn order(&self, state: &mut Self::State, view: &View<'_>) -> Result<Quantity, ReplayError>;

    /// Whether it is asked on every day, whatever the review period and the supplier's order days.
    fn is_asked_daily(&self) -> bool {
        false
    }
}
