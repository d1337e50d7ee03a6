use crate::Outcome;
use shelfcast_inventory::Costs;
use shelfcast_retail::Day;
use std::collections::BTreeSet;

/// What a policy came to over a list of items, in units and money.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// Items summed.
    pub items: u32,
    /// Periods measured.
    pub days: u32,
    /// Replenishment cycles.
    pub cycles: u32,
    /// Of these, without unmet demand.
    pub cycles_served: u32,
    /// Units wanted.
    pub demand_units: f64,
    /// Of these, met at once.
    pub met_units: f64,
    /// Units wanted, at cost.
    pub demand_value: f64,
    /// Of these, met at once.
    pub met_value: f64,
    /// Mean closing stock at cost.
    pub mean_stock_value: f64,
    /// Orders: lines of one group and day are one.
    pub orders: u32,
    /// Order lines.
    pub order_lines: u32,
    /// Cost of keeping stock over the measured periods.
    pub holding_cost: f64,
    /// Cost of orders and lines.
    pub ordering_cost: f64,
    /// Units written off.
    pub written_off_units: f64,
    /// Their cost less what they still bring.
    pub write_off_cost: f64,
    /// Margin of demand that was lost.
    pub lost_margin: f64,
    /// Stock value at the end less that at the start, at cost: an asset, in no cost above.
    pub stock_change: f64,
}

impl Summary {
    /// Sums outcomes of one replay.
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>, costs: &Costs) -> Self {
        let mut sum = Self::default();
        let mut orders: BTreeSet<(&str, Day)> = BTreeSet::new();
        for outcome in outcomes {
            sum.add(outcome, costs);
            let first = outcome.orders.len() - outcome.measured_orders as usize;
            let group = match outcome.order_group.as_str() {
                "" => outcome.id.as_str(),
                group => group,
            };
            orders.extend(outcome.orders[first..].iter().map(|order| (group, order.ordered_on)));
        }
        sum.orders = orders.len() as u32;
        sum.ordering_cost = f64::from(sum.orders) * costs.order_cost.to_f64()
            + f64::from(sum.order_lines) * costs.order_line_cost.to_f64();
        sum
    }

    fn add(&mut self, outcome: &Outcome, costs: &Costs) {
        let cost = outcome.unit_cost;
        self.items += 1;
        self.days = self.days.max(outcome.days);
        self.cycles += outcome.cycles;
        self.cycles_served += outcome.cycles_served;
        self.demand_units += outcome.demand_units;
        self.met_units += outcome.met_units;
        self.demand_value += outcome.demand_units * cost;
        self.met_value += outcome.met_units * cost;
        self.mean_stock_value += outcome.mean_stock_value();
        self.order_lines += outcome.measured_orders;
        let periods = f64::from(costs.periods_a_year.max(1));
        self.holding_cost += outcome.stock_unit_days * cost * costs.holding_rate.to_f64() / periods;
        self.written_off_units += outcome.written_off_units;
        self.write_off_cost +=
            outcome.written_off_units * cost * (1.0 - costs.salvage_share.to_f64());
        if !outcome.is_backordered {
            self.lost_margin += (outcome.demand_units - outcome.met_units) * outcome.unit_margin;
        }
        self.stock_change += (outcome.closing_units - outcome.opening_units) * cost;
    }

    /// Share of cycles without unmet demand.
    pub fn cycle_service_level(&self) -> Option<f64> {
        (self.cycles > 0).then(|| f64::from(self.cycles_served) / f64::from(self.cycles))
    }

    /// Share of units met at once.
    pub fn fill_rate(&self) -> Option<f64> {
        (self.demand_units > 0.0).then(|| self.met_units / self.demand_units)
    }

    /// The same, each unit weighing its cost.
    pub fn value_fill_rate(&self) -> Option<f64> {
        (self.demand_value > 0.0).then(|| self.met_value / self.demand_value)
    }

    /// Holding, ordering and write-off: what is compared at equal service.
    pub fn operating_cost(&self) -> f64 {
        self.holding_cost + self.ordering_cost + self.write_off_cost
    }

    /// All costs, lost margin included.
    pub fn total_cost(&self) -> f64 {
        self.operating_cost() + self.lost_margin
    }
}
