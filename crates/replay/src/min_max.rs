use crate::rules::{order_of, position_units};
use crate::{Costs, Past, Planner, ReplayError, View};
use shelfcast_forecast::Frequency;
use shelfcast_retail::Quantity;

/// Weeks of sales that the mean is taken over.
const MEMORY_WEEKS: usize = 8;

/// Min/max by rule of thumb: `Min = (L + R) m + k m` and `Max = Min + max(R m, EOQ, MOQ)`, with
/// `m` the mean of the last eight weeks' sales, `L` the typical lead time and `R` the review
/// period. At or below Min an order fills up to Max.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinMaxPlanner {
    /// `k`: periods of mean sales held for safety.
    pub safety_days: f64,
    /// Whether lots of goods that spoil are at most half a shelf life's mean sales.
    pub is_bounded: bool,
}

impl Planner for MinMaxPlanner {
    type State = ();

    fn choose(&self, pasts: &[Past<'_>], _: usize) -> Result<Vec<()>, ReplayError> {
        Ok(vec![(); pasts.len()])
    }

    fn learn(&self, (): &mut (), _: &Past<'_>) -> Result<(), ReplayError> {
        Ok(())
    }

    fn order(&self, (): &mut (), view: &View<'_>) -> Result<Quantity, ReplayError> {
        let terms = view.past.terms;
        let periods = match terms.frequency {
            Frequency::Day => MEMORY_WEEKS * 7,
            Frequency::Week => MEMORY_WEEKS,
            Frequency::Month => MEMORY_WEEKS / 4,
        };
        let known = view.past.last(periods);
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        let interval = terms.calendar.interval(view.stock_day(), terms.lead_time.typical());
        let interval = interval.map_err(|source| ReplayError::Plan {
            id: terms.id.clone(),
            order_on: view.past.next_day(),
            source,
        })?;
        let minimum = mean * (f64::from(interval.n_days) + self.safety_days);
        let costs = Costs { periods_a_year: year(terms), ..Costs::default() };
        let economic = costs.economic_quantity(mean, &terms.economics).ok().flatten();
        let life = terms.strategy.shelf_life_days.filter(|_| self.is_bounded);
        let longest = life.map_or(f64::INFINITY, |days| mean * f64::from(days) / 2.0);
        let lot = (mean * f64::from(interval.review_days()))
            .max(economic.unwrap_or(0.0).min(longest))
            .max(terms.constraints.min_order_quantity.to_f64());
        let position = position_units(view.position);
        let need = if position <= minimum && mean > 0.0 { minimum + lot - position } else { 0.0 };
        Ok(order_of(need, terms))
    }
}

/// Periods in a year of the item's clock.
pub(crate) fn year(terms: &crate::Terms) -> u32 {
    terms.frequency.periods_a_year() as u32
}
