use crate::{
    Constraints, Costs, DemandPaths, Economics, LeadTimeDistribution, PlanError, Policy, Position,
    ProtectionInterval, Replenishment, Step, Strategy, SupplyCalendar, Target, plan_replenishment,
    protection_interval,
};
use shelfcast_retail::{Day, Money, Quantity};

/// One proposed order with its reasons.
///
/// Every quantity is exact. Probabilities are shares of the sample paths.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPlan {
    /// Units to order: 0, or whole packs of at least the minimum order.
    pub quantity: Quantity,
    /// The days the order answers for, at the median lead time.
    pub interval: ProtectionInterval,
    /// The day on which the supplier takes it: the interval's first day, or a later one, and
    /// then nothing is ordered yet.
    pub ordered_on: Day,
    /// The first day after `ordered_on` on which the supplier takes orders.
    pub next_order_day: Day,
    /// Units that would be ordered today and wait for `ordered_on`; 0 where that is today.
    pub waiting_quantity: Quantity,
    /// The most that is sold before it is written off, if it is ordered now, on nine of ten sample
    /// paths; `None` for goods that keep.
    pub sells_in_time: Option<Quantity>,
    /// The level that the target asks for over the interval: `S`, or `s` under a rule with a
    /// reorder level. Does not depend on the position, on packs or on minimums.
    pub order_up_to_level: Quantity,
    /// `S` less the expected demand.
    pub safety_stock: Quantity,
    /// On hand + on order within the interval - reserved, before this order.
    pub inventory_position: Quantity,
    /// Mean demand of the interval (to the end of sale, where that is earlier).
    pub expected_demand: Quantity,
    /// The arithmetic: the steps sum to `quantity`, to the last decimal.
    pub steps: Vec<Step>,
    /// The probability that no unit is unmet or owed from the first day the
    /// order can be sold through the last covered day, with `quantity` ordered.
    pub service_level_reached: f64,
    /// The expected share of the demand of the same days that is met at once, with `quantity`
    /// ordered; 1 where none is expected.
    pub fill_rate_reached: f64,
    /// The probability of unmet demand before the order can be sold. No order
    /// of today changes it.
    pub probability_of_stockout_before_receipt: f64,
    /// The probability of unmet demand on any day of the interval if nothing
    /// is ordered.
    pub probability_of_stockout_without_order: f64,
    /// Mean unmet units before the order can be sold.
    pub expected_unmet_before_receipt: Quantity,
    /// Mean unmet units of the interval if nothing is ordered.
    pub expected_unmet_without_order: Quantity,
    /// Lost margin at risk: mean unmet units before the next possible receipt
    /// x (net price - cost); the sort key of exceptions. `None` without cost
    /// or price.
    pub lost_margin_at_risk: Option<Money>,
    /// The same over the whole interval if nothing is ordered; the sort key
    /// of proposals.
    pub lost_margin_without_order: Option<Money>,
    /// What parts of the order save, each from its first unit on: quantities ascending to
    /// `quantity`, whole packs of at least the minimum order. Empty where nothing is ordered or
    /// the margin is unknown. A [budget](crate::allocate_budget) ranks by it.
    pub margin_saved: Vec<MarginSaved>,
    /// Quantity x unit cost, to two decimals. `None` without cost.
    pub order_value: Option<Money>,
    /// Where a minimum or a pack forces more than needed: the days of expected
    /// demand that the position covers after the order. `None` where nothing
    /// is forced or no demand is expected.
    pub days_of_cover_forced: Option<u32>,
    /// Assumptions and repairs, each a clause.
    pub notes: Vec<String>,
    /// The order and its reasons, for a buyer: what to order, a colon, and why.
    pub sentence: String,
}

/// Plans the order of the day after `stock_day`.
///
/// # The level
/// Demand is summed over the protection interval, path by path; the
/// order-up-to level `S` is the smallest sum that the service target's share
/// of the paths does not exceed. Where backorders wait and all open orders
/// arrive before this order does, the need is `S` less the inventory position:
/// the textbook's (R,S) policy with a simulated quantile for `z * sigma`.
///
/// # Two corrections
/// The need itself is read from the paths one by one: the smallest order that
/// leaves no demand unmet between the first day it can be sold and the last
/// covered day; the target's quantile of these is ordered. It differs from the
/// textbook's difference in two cases, each a step of its own. Open orders
/// that arrive after days that need them count too late (`LateArrivals`, never
/// below 0). And where unmet demand is [`Lost`](crate::Unmet::Lost), what is
/// lost before the order arrives does not have to be served from it
/// (`LostBeforeReceipt`, never above 0).
///
/// # What it may look like
/// A positive need is raised to the minimum order, rounded up to whole packs
/// and lowered to what the place may hold. A need of 0 or less orders nothing;
/// its steps are kept, with a last one that balances them to 0.
///
/// # Errors
/// Paths shorter than the interval, an interval that [`protection_interval`]
/// refuses, or a quantity beyond 10^12 units. Other doubtful figures are
/// repaired and told in [`OrderPlan::notes`].
///
/// ```
/// use shelfcast_inventory::{
///     Constraints, DemandPaths, Economics, Policy, Position, Unmet, plan_order,
/// };
/// use shelfcast_retail::Quantity;
///
/// // Four paths of three days: two days of lead time, one of review.
/// let paths = DemandPaths::new(&[1., 2., 1., 2., 2., 2., 0., 1., 1., 3., 2., 3.], 4, 3)?;
/// let policy = Policy {
///     service_target: "0.75".parse()?,
///     review_days: 1,
///     lead_time_days: 2,
///     unmet: Unmet::Backordered,
///     assumptions: vec![],
/// };
/// let position = Position { on_hand: Quantity::from_whole(2), ..Position::default() };
/// let constraints =
///     Constraints { order_multiple: Quantity::from_whole(3), ..Constraints::default() };
/// let plan = plan_order(
///     &paths, "2024-08-26".parse()?, &position, &policy, &constraints, &Economics::default(),
/// )?;
/// // The sums are 4, 6, 2, 8: three of four are at most 6; 6 - 2 = 4, in packs of 3.
/// assert_eq!(plan.order_up_to_level, Quantity::from_whole(6));
/// assert_eq!(plan.quantity, Quantity::from_whole(6));
/// assert_eq!(
///     plan.sentence,
///     "Order 6 (2 packs of 3): 1.7 a day expected for the 3 days until 2024-08-29, 5 in all, \
///      plus 1 for safety at 75 % service; 2 on hand taken off; rounded up to packs of 3."
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan_order(
    paths: &DemandPaths,
    stock_day: Day,
    position: &Position,
    policy: &Policy,
    constraints: &Constraints,
    economics: &Economics,
) -> Result<OrderPlan, PlanError> {
    // The error of impossible days names them as this function takes them.
    protection_interval(stock_day, policy.lead_time_days, policy.review_days)?;
    let strategy = Strategy {
        unmet: policy.unmet,
        assumptions: policy.assumptions.clone(),
        ..Strategy::new(Target::CycleService(policy.service_target))
    };
    plan_replenishment(&Replenishment {
        paths,
        stock_day,
        position,
        strategy: &strategy,
        lead_time: &LeadTimeDistribution::fixed(policy.lead_time_days)?,
        calendar: &SupplyCalendar::every(policy.review_days)?,
        constraints,
        economics,
        costs: &Costs::default(),
    })
}

/// What a part of an order saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarginSaved {
    /// Units ordered.
    pub quantity: Quantity,
    /// Mean margin of the units that are met only because of it, in money.
    pub margin: Money,
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
