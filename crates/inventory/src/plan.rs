use crate::arithmetic::{Arithmetic, Worked};
use crate::limits::Limits;
use crate::position::Supply;
use crate::sentence::explain;
use crate::sizing::{Horizon, size};
use crate::text::sentence;
use crate::{
    Constraints, DemandPaths, Economics, PlanError, Policy, Position, ProtectionInterval, Step,
    protection_interval,
};
use shelfcast_retail::{Day, Money, Quantity};

/// More days of cover than this are told on the line: ten years.
const LONG_COVER_DAYS: u32 = 3_650;

/// One proposed order with its reasons.
///
/// Every quantity is exact. Probabilities are shares of the sample paths.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPlan {
    /// Units to order: 0, or whole packs of at least the minimum order.
    pub quantity: Quantity,
    /// The days the order answers for.
    pub interval: ProtectionInterval,
    /// `S`: the service target's quantile of demand over the interval. Does
    /// not depend on the position, on packs or on minimums.
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
    /// Quantity x unit cost, to two decimals. `None` without cost.
    pub order_value: Option<Money>,
    /// Where a minimum or a pack forces more than needed: the days of expected
    /// demand that the position covers after the order. `None` where nothing
    /// is forced or no demand is expected.
    pub days_of_cover_forced: Option<u32>,
    /// Assumptions and repairs, each a clause.
    pub notes: Vec<String>,
    /// The order and its reasons, for a buyer.
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
    let interval = protection_interval(stock_day, policy.lead_time_days, policy.review_days)?;
    let n_days = interval.n_days as usize;
    paths.require_days(n_days)?;
    let supply = Supply::new(position, interval.order_on, n_days)?;
    let horizon = horizon(&interval, constraints.ends_on);
    let mut notes = policy.assumptions.clone();
    notes.extend(position.doubts(interval.order_on));
    let limits = Limits::new(constraints, &mut notes)?;
    let sizing = size(paths, &supply, horizon, policy.unmet, policy.service_target);
    let arithmetic =
        Arithmetic { interval, horizon, sizing: &sizing, position, policy, constraints, limits };
    let worked = arithmetic.work();
    let explained = explain(&arithmetic, &worked);
    let plan = figures(&arithmetic, worked, economics);
    if plan.days_of_cover_forced.is_some_and(|days| days > LONG_COVER_DAYS) {
        notes.push("this covers more than ten years of expected demand".to_owned());
    }
    let reasons = std::iter::once(explained).chain(notes.iter().map(|note| sentence(note)));
    let sentence = reasons.collect::<Vec<_>>().join(" ");
    notes.extend(economics.doubts());
    Ok(OrderPlan { notes, sentence, ..plan })
}

/// The last days that count: none after the last day of sale.
fn horizon(interval: &ProtectionInterval, ends_on: Option<Day>) -> Horizon {
    let n_days = interval.n_days as usize;
    let until_end = ends_on.map_or(n_days, |ends_on| {
        ends_on.days_since(interval.stock_day()).max(0).unsigned_abs() as usize
    });
    Horizon { lead_time: interval.lead_time_days() as usize, covered: until_end.min(n_days) }
}

/// The plan without its words: every figure that follows from the steps.
fn figures(arithmetic: &Arithmetic<'_>, worked: Worked, economics: &Economics) -> OrderPlan {
    let sizing = arithmetic.sizing;
    let order_up_to = i128::from(sizing.order_up_to);
    let quantity = Quantity::from_parts(worked.ladder.total());
    let unmet_before_receipt = Quantity::from_parts(sizing.unmet_before_receipt);
    let unmet_without_order = Quantity::from_parts(sizing.unmet_without_order);
    OrderPlan {
        quantity,
        interval: arithmetic.interval,
        order_up_to_level: Quantity::from_parts(order_up_to),
        safety_stock: Quantity::from_parts(order_up_to - sizing.mean_demand),
        inventory_position: Quantity::from_parts(arithmetic.inventory_position()),
        expected_demand: Quantity::from_parts(sizing.mean_demand),
        service_level_reached: sizing.service_level(quantity.parts()),
        probability_of_stockout_before_receipt: sizing.stockout_before_receipt,
        probability_of_stockout_without_order: sizing.stockout_without_order,
        expected_unmet_before_receipt: unmet_before_receipt,
        expected_unmet_without_order: unmet_without_order,
        lost_margin_at_risk: value(economics.unit_margin(), unmet_before_receipt),
        lost_margin_without_order: value(economics.unit_margin(), unmet_without_order),
        order_value: value(economics.cost(), quantity),
        days_of_cover_forced: forced_cover(arithmetic, &worked),
        steps: worked.ladder.steps,
        notes: Vec::new(),
        sentence: String::new(),
    }
}

/// Units x money per unit, to two decimals, half to even.
fn value(per_unit: Option<Money>, units: Quantity) -> Option<Money> {
    per_unit?.times(units).map(|value| value.round_half_even(2))
}

fn forced_cover(arithmetic: &Arithmetic<'_>, worked: &Worked) -> Option<u32> {
    let quantity = worked.ladder.total();
    let demand = arithmetic.sizing.mean_demand;
    if worked.need <= 0 || quantity <= worked.need || demand <= 0 {
        return None;
    }
    let position = (arithmetic.inventory_position() + quantity).max(0);
    let days = position * arithmetic.horizon.covered as i128 / demand;
    Some(u32::try_from(days).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
