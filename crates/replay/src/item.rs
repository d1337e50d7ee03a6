use crate::ReplayError;
use shelfcast_forecast::{Availability, Frequency};
use shelfcast_inventory::{
    Constraints, Economics, LeadTimeDistribution, MAX_DAILY_DEMAND, OpenOrder, Strategy,
    SupplyCalendar,
};
use shelfcast_retail::{Day, Quantity};

/// One product at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayItem {
    /// What a planner may know.
    pub terms: Terms,
    /// What only the replay knows.
    pub truth: Truth,
}

/// What a planner may know of an item, whatever the day.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Names the item in errors, results and seeds.
    pub id: String,
    /// The class that results are told by.
    pub class: String,
    /// Who delivers to which place: lines of one group and day make one order.
    pub order_group: String,
    /// How it is replenished.
    pub strategy: Strategy,
    /// How long orders take, as far as was known before the replay.
    pub lead_time: LeadTimeDistribution,
    /// When the supplier takes orders and delivers.
    pub calendar: SupplyCalendar,
    /// What an order may look like.
    pub constraints: Constraints,
    /// What a unit costs and brings.
    pub economics: Economics,
    /// The period that demand is counted in.
    pub frequency: Frequency,
    /// Place of the first known period in its season.
    pub first_phase: usize,
    /// Promotions, prices and events that are announced: known also for the days that an order
    /// of today answers for.
    pub drivers: Vec<KnownDriver>,
}

impl Terms {
    /// Terms of daily demand that begins on a Monday, without name, cost, limits or drivers.
    pub fn new(
        strategy: Strategy,
        lead_time: LeadTimeDistribution,
        calendar: SupplyCalendar,
    ) -> Self {
        Self {
            id: String::new(),
            class: String::new(),
            order_group: String::new(),
            strategy,
            lead_time,
            calendar,
            constraints: Constraints::default(),
            economics: Economics::default(),
            frequency: Frequency::Day,
            first_phase: 0,
            drivers: Vec::new(),
        }
    }
}

/// What moves demand from outside and is announced ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownDriver {
    /// What it is called.
    pub name: String,
    /// Whether values are prices; else strengths, 0 where it does not act.
    pub is_price: bool,
    /// One value a period from the first known one on; the last one goes on.
    pub values: Vec<f64>,
}

/// What truly happens to an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// The first known period.
    pub first_day: Day,
    /// Units wanted in each period from `first_day` through the end of the replay. Where a real
    /// history ran out of stock these are estimates.
    pub demand: Vec<f64>,
    /// What the units before the replay say of demand, from `first_day` on; empty where all were
    /// observed.
    pub availability: Vec<Availability>,
    /// Stock at the closing before the first replayed day.
    pub on_hand: Quantity,
    /// Orders under way then.
    pub open_orders: Vec<OpenOrder>,
    /// How long orders of the replay take.
    pub lead_time_days: ActualLeadTimes,
}

/// How long orders really take.
#[derive(Debug, Clone, PartialEq)]
pub enum ActualLeadTimes {
    /// Always the same.
    Always(u32),
    /// Drawn anew for each day of order from a law, by item and day alone.
    Drawn(LeadTimeDistribution),
    /// Of an order of each day, from the first replayed day on.
    ByDay(Vec<u32>),
}

impl Truth {
    /// The place of a day in `demand`.
    pub(crate) fn index(&self, day: Day) -> Option<usize> {
        usize::try_from(day.days_since(self.first_day)).ok()
    }

    pub(crate) fn check(&self, id: &str, first: Day, last: Day) -> Result<(), ReplayError> {
        let known = self.demand.len();
        let needed = self.index(last).map_or(0, |index| index + 1);
        if self.index(first).is_none() || known < needed {
            return Err(ReplayError::DemandTooShort {
                id: id.to_owned(),
                from: self.first_day,
                to: self.first_day.plus(known as i32 - 1),
                first,
                last,
            });
        }
        let wrong = |units: &&f64| !(0.0..=MAX_DAILY_DEMAND).contains(*units);
        if let Some(found) = self.demand.iter().find(wrong) {
            let position = self.demand.iter().position(|units| wrong(&units)).unwrap_or(0);
            return Err(ReplayError::Demand { id: id.to_owned(), position, found: *found });
        }
        let before = self.index(first).unwrap_or(0);
        if !self.availability.is_empty() && self.availability.len() < before {
            return Err(ReplayError::Length {
                what: "availability",
                id: id.to_owned(),
                found: self.availability.len(),
                allowed: before,
            });
        }
        Ok(())
    }
}
