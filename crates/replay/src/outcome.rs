use shelfcast_retail::{Day, Quantity};

/// What became of one item, from [`ReplayOptions::measure_from`](crate::ReplayOptions) on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// The item.
    pub id: String,
    /// Its class.
    pub class: String,
    /// Who its lines are ordered from, and for which place.
    pub order_group: String,
    /// Periods measured.
    pub days: u32,
    /// Replenishment cycles: from one possible receipt to the next.
    pub cycles: u32,
    /// Of these, cycles in which no demand was left unmet.
    pub cycles_served: u32,
    /// Units wanted.
    pub demand_units: f64,
    /// Of these, units met from stock at once.
    pub met_units: f64,
    /// Purchase cost of one unit; 0 where unknown.
    pub unit_cost: f64,
    /// Margin of one unit; 0 where unknown.
    pub unit_margin: f64,
    /// Whether unmet demand waits; its margin is not lost then.
    pub is_backordered: bool,
    /// Sum of closing stocks, in units.
    pub stock_unit_days: f64,
    /// Units written off.
    pub written_off_units: f64,
    /// Stock at the closing before the first measured period, in units.
    pub opening_units: f64,
    /// Stock at the last closing, in units.
    pub closing_units: f64,
    /// Every order of the replay, those before the measured part too, by day.
    pub orders: Vec<PlacedOrder>,
    /// Orders dated in the measured part.
    pub measured_orders: u32,
    /// Periods of the measured part before which a planner's history was not fully observed.
    pub short_days: u32,
}

/// One order line of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedOrder {
    /// The day of the order.
    pub ordered_on: Day,
    /// The day from whose opening it could be sold.
    pub arrived_on: Day,
    /// Units.
    pub quantity: Quantity,
}

impl Outcome {
    /// Share of cycles without unmet demand; `None` without a whole cycle.
    pub fn cycle_service_level(&self) -> Option<f64> {
        (self.cycles > 0).then(|| f64::from(self.cycles_served) / f64::from(self.cycles))
    }

    /// Share of units met at once; `None` where none was wanted.
    pub fn fill_rate(&self) -> Option<f64> {
        (self.demand_units > 0.0).then(|| self.met_units / self.demand_units)
    }

    /// Mean closing stock at cost.
    pub fn mean_stock_value(&self) -> f64 {
        self.stock_unit_days * self.unit_cost / f64::from(self.days.max(1))
    }
}
