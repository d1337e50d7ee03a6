use crate::{Economics, PlanError, economic_order_quantity};
use shelfcast_retail::{Money, Rate};

/// What keeping, ordering and throwing away cost.
///
/// ```
/// use shelfcast_inventory::Costs;
/// let costs = Costs::default();
/// assert_eq!(costs.holding_rate.to_string(), "0.2");
/// assert_eq!(costs.order_cost.to_string(), "25");
/// assert_eq!(costs.order_line_cost.to_string(), "2");
/// // A unit of 36.50 costs 36.50 x 0.20 / 365 = 0.02 a day to keep.
/// assert_eq!(costs.holding_cost_a_day("36.50".parse()?), 0.02);
/// # Ok::<(), shelfcast_retail::RetailError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// Cost of keeping a unit for a year, as a share of its purchase cost.
    pub holding_rate: Rate,
    /// Cost of one order to one supplier, whatever is in it.
    pub order_cost: Money,
    /// Cost of one more line on an order.
    pub order_line_cost: Money,
    /// What a unit that is written off still brings, as a share of its purchase cost.
    pub salvage_share: Rate,
    /// Loss of goodwill: what a unit that is not sold costs besides its margin, in margins; above -1.
    /// Economic targets weigh it; it is in no account of costs.
    pub goodwill: f64,
    /// Periods of the clock in a year: 365 days, or 52 where periods are weeks.
    pub periods_a_year: u32,
}

impl Default for Costs {
    /// Holding 20 % a year of cost, 25.00 an order, 2.00 a line, nothing for what is written off.
    fn default() -> Self {
        Self {
            holding_rate: Rate::from_parts(2_000).unwrap_or_default(),
            order_cost: Money::from_whole(25),
            order_line_cost: Money::from_whole(2),
            salvage_share: Rate::ZERO,
            goodwill: 0.0,
            periods_a_year: 365,
        }
    }
}

impl Costs {
    /// Money to keep a unit of this cost for one period.
    pub fn holding_cost_a_day(&self, unit_cost: Money) -> f64 {
        unit_cost.to_f64() * self.holding_rate.to_f64() / f64::from(self.periods_a_year.max(1))
    }

    /// Money lost with a unit that is written off: cost - salvage.
    pub fn write_off_cost(&self, unit_cost: Money) -> f64 {
        unit_cost.to_f64() * (1.0 - self.salvage_share.to_f64())
    }

    /// Money that a unit of this margin is missed by when it is not sold: margin and goodwill, the
    /// underage of a newsvendor (Silver, Pyke and Thomas 2017, chapter 9).
    ///
    /// ```
    /// use shelfcast_inventory::Costs;
    /// let costs = Costs { goodwill: 0.5, ..Costs::default() };
    /// assert_eq!(costs.underage("4".parse()?), 6.0);
    /// # Ok::<(), shelfcast_retail::RetailError>(())
    /// ```
    pub fn underage(&self, unit_margin: Money) -> f64 {
        unit_margin.to_f64() * (1.0 + self.goodwill)
    }

    /// The same costs where an economic target stands beside cycle service levels that are moved
    /// from `usual` to `rate`: lost units weigh as many times more as the odds `rate / (1 - rate)`.
    ///
    /// A cycle service level is a critical ratio, so its odds are what a lost unit costs in units
    /// of what a spare one does: all goods move by the same price of a lost unit.
    ///
    /// ```
    /// use shelfcast_inventory::Costs;
    /// // From odds of 9 to odds of 4.
    /// let costs = Costs::default().moved("0.9".parse()?, "0.8".parse()?);
    /// assert!((costs.underage("9".parse()?) - 4.0).abs() < 1e-12);
    /// # Ok::<(), shelfcast_retail::RetailError>(())
    /// ```
    pub fn moved(self, usual: Rate, rate: Rate) -> Self {
        // A whole or no rate has no odds: the last ten-thousandth before it has.
        let odds = |rate: Rate| {
            let share = rate.to_f64().clamp(0.0001, 0.9999);
            share / (1.0 - share)
        };
        Self { goodwill: (1.0 + self.goodwill) * odds(rate) / odds(usual) - 1.0, ..self }
    }

    /// The economic order quantity at a mean demand a period, in units, each order costing
    /// [`order_line_cost`](Self::order_line_cost): the cost of the whole order is shared with
    /// the supplier's other lines.
    ///
    /// `None` where the unit cost is missing or 0, so that keeping units costs nothing.
    ///
    /// # Errors
    /// A mean demand that is negative or not a number.
    pub fn economic_quantity(
        &self,
        mean_demand: f64,
        economics: &Economics,
    ) -> Result<Option<f64>, PlanError> {
        let holding = economics.cost().map_or(0.0, |cost| self.holding_cost_a_day(cost));
        if holding <= 0.0 {
            return Ok(None);
        }
        economic_order_quantity(self.order_line_cost.to_f64(), mean_demand, holding).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_economic_quantity_balances_lines_and_stock() {
        // sqrt(2 x 2 x 1 a day / 0.02) = sqrt(200).
        let economics =
            Economics { unit_cost: Some("36.50".parse().unwrap()), ..Economics::default() };
        let quantity = Costs::default().economic_quantity(1.0, &economics).unwrap().unwrap();
        assert!((quantity - 200_f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn without_a_cost_there_is_no_economic_quantity() {
        let free = Economics { unit_cost: Some(Money::ZERO), ..Economics::default() };
        for economics in [free, Economics::default()] {
            assert_eq!(Costs::default().economic_quantity(1.0, &economics), Ok(None));
        }
        let free = Economics { unit_cost: Some(Money::from_whole(1)), ..Economics::default() };
        assert!(Costs::default().economic_quantity(-1.0, &free).is_err());
    }
}
